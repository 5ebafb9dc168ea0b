"""What a policy would earn, by what another one has logged: off-policy evaluation.

`simulate_decisions`, or `gym-push generate --behaviour`, makes logs of decisions by chance;
`LoggedDecisions.of` takes them or one's own; `off_policy_estimate` values another policy with them,
and `off_policy_bounds` where nobody knows how likely the decisions were.
"""

from gym_push.evaluation.off_policy.behaviours import Behaviour
from gym_push.evaluation.off_policy.bounds import Bounds, off_policy_bounds
from gym_push.evaluation.off_policy.diagnostics import Calibration, Diagnostics
from gym_push.evaluation.off_policy.estimate import (
    OffPolicyEstimate,
    OffPolicyTable,
    off_policy_estimate,
    off_policy_table,
)
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.simulated import SimulatedDecisions, simulate_decisions
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
