"""Off-policy evaluation: what a policy would earn, from decisions that another one has logged.

`simulate_decisions`, or `gym-push generate --behaviour`, makes logs of random decisions;
`LoggedDecisions.of` reads them or your own; `off_policy_estimate` values another policy with them,
and `off_policy_bounds` does so without propensities.
"""

from gym_push.evaluation.off_policy.diagnostics import Calibration, Diagnostics
from gym_push.evaluation.off_policy.estimate import (
    Bounds,
    OffPolicyEstimate,
    OffPolicyTable,
    off_policy_bounds,
    off_policy_estimate,
    off_policy_table,
)
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.simulated import (
    Behaviour,
    SimulatedDecisions,
    simulate_decisions,
)
from gym_push.evaluation.off_policy.targets import learned_elsewhere, probabilities_of

__all__ = [
    "Behaviour",
    "Bounds",
    "Calibration",
    "Diagnostics",
    "LoggedDecisions",
    "OffPolicyEstimate",
    "OffPolicyTable",
    "SimulatedDecisions",
    "learned_elsewhere",
    "off_policy_bounds",
    "off_policy_estimate",
    "off_policy_table",
    "probabilities_of",
    "simulate_decisions",
]
