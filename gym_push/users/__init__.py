"""Simulated people: who they are, what their phone shows them, and what they do with it.

    model/       persons ──► days ──► notifications ──► sensing ──► decisions
                                                                        │
    generation/  folders of logs ◄── population ◄── log ◄── simulation ◄┘
    fitting/     a log ──► parameters of people like those in it

Every random number is a hash of what it is for (`keyed_random`), so that the same seed gives the
same people in any order and on any number of processes.
"""

from gym_push.users.generation.writing import WrittenFile, write_logs
from gym_push.users.model.parameters import Parameters
from gym_push.users.population import Population

__all__ = ["Parameters", "Population", "WrittenFile", "write_logs"]
