"""The simulated user: who they are, what their phone shows them, and what they do with it.

`simulate` makes the log of any users from a seed. The stations of the model, in their order:

    persons ──► days ──► arrivals ──► features ──► attention ──► decisions ──► simulation
                  └────► sensing                                                   │
                                                                    bundled (the CSV file)

`parameters`, `classes` and `states` hold the model's numbers, `phrases` its words, and `counters`
the random draws, each a hash of what it is for.
"""

from gym_push.users.parameters import Parameters
from gym_push.users.simulation import simulate

__all__ = ["Parameters", "simulate"]
