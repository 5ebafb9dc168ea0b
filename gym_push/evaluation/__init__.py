"""How good something is: how much simulated people look like those of a log, what policies earn.

`fidelity` compares logs. `rollouts` plays delivery for everybody at once, `oracles` knows what
could have been, `plans` and `learned` are policies to compare with; these are for evaluators, and
agents play the environment. `evaluate` tests agents on suites, `compare` says whether one of two is
better, `audit` whether they play by the rules, and a `Leaderboard` keeps what they achieved.
`off_policy` values a policy by what another one has logged.
"""

from gym_push.evaluation.auditing import audit
from gym_push.evaluation.comparing import Comparison, compare
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.evaluating import evaluate, evaluate_each
from gym_push.evaluation.fidelity import fidelity
from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.off_policy import (
    Bounds,
    LoggedDecisions,
    OffPolicyEstimate,
    OffPolicyTable,
    learned_elsewhere,
    off_policy_bounds,
    off_policy_estimate,
    off_policy_table,
    simulate_decisions,
)
from gym_push.evaluation.report import FidelityReport, Gate, Statistic
from gym_push.evaluation.results import Evaluation, PersonResult, Run
from gym_push.evaluation.suites import SUITES, DeliverySuite, LogSuite, PeopleSuite, Suite

__all__ = [
    "Bounds",
    "Comparison",
    "DeliverySuite",
    "Estimate",
    "Evaluation",
    "FidelityReport",
    "Gate",
    "Leaderboard",
    "LogSuite",
    "LoggedDecisions",
    "OffPolicyEstimate",
    "OffPolicyTable",
    "PeopleSuite",
    "PersonResult",
    "Run",
    "SUITES",
    "Statistic",
    "Suite",
    "audit",
    "compare",
    "evaluate",
    "evaluate_each",
    "fidelity",
    "learned_elsewhere",
    "off_policy_bounds",
    "off_policy_estimate",
    "off_policy_table",
    "simulate_decisions",
]
