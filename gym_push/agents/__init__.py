"""Agents behind one small protocol, and the baselines by name.

`AgentSpec.of("table-per-app").make(env.observation_space, env.action_space)` makes an agent; any
class with `reset`, `act` and `learn` is one. A `Candidate` is an agent under test, in this process
(`local`) or its own (`remote`).
"""

from gym_push.agents.agent import Action, Agent, Pretrainable, Scorer, StochasticPolicy
from gym_push.agents.agent_spec import AgentSpec, AnyAgent
from gym_push.agents.baselines import BASELINES, Baseline
from gym_push.agents.local import Candidate, LocalAgent, VectorAgent
from gym_push.agents.remote import RemoteAgent, candidate

__all__ = [
    "BASELINES",
    "Action",
    "Agent",
    "AnyAgent",
    "Baseline",
    "Candidate",
    "StochasticPolicy",
    "LocalAgent",
    "Pretrainable",
    "AgentSpec",
    "RemoteAgent",
    "Scorer",
    "VectorAgent",
    "candidate",
]
