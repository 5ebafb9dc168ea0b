"""How good something is: how much simulated people look like those of a log, what policies earn.

`fidelity` compares logs. `rollouts` plays delivery for everybody at once, `oracles` knows what
could have been, `plans` and `learned` are policies to compare with; these are for evaluators, and
agents play the environment. `off_policy` values a policy by what another one has logged.
"""

from gym_push.evaluation.fidelity import fidelity
from gym_push.evaluation.off_policy import (
    Bounds,
    LoggedDecisions,
    OffPolicyEstimate,
    OffPolicyTable,
    learned_elsewhere,
    off_policy,
    off_policy_bounds,
    off_policy_table,
    simulate_decisions,
)
from gym_push.evaluation.report import FidelityReport, Gate, Statistic

__all__ = [
    "Bounds",
    "FidelityReport",
    "Gate",
    "LoggedDecisions",
    "OffPolicyEstimate",
    "OffPolicyTable",
    "Statistic",
    "fidelity",
    "learned_elsewhere",
    "off_policy",
    "off_policy_bounds",
    "off_policy_table",
    "simulate_decisions",
]
