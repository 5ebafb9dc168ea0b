"""How good an agent, a policy or a simulation is.

suites/ ──► evaluating ──► results ──► comparing, leaderboard/, plots/
playing       how an agent plays an environment
auditing      whether an agent plays by the rules
metrics       of one person and of all together, with intervals from `estimates`
off_policy/   what a policy is worth, from what another policy logged
trials        the effect of sending in a micro-randomised trial; `randomised_trials` makes them
rollouts      whole worlds of delivery-v0 played at once, also by oracles: what there is to gain
send_rollouts the same of send-v0
fidelity/     how much simulated people resemble those of a log
scanning      fixed policies on logs larger than memory
exporting     logged decisions as data of other tools
"""

from gym_push.evaluation.auditing import audit
from gym_push.evaluation.comparing import Comparison, compare
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.evaluating import evaluate, evaluate_each
from gym_push.evaluation.fidelity import FidelityReport, Gate, Statistic, fidelity
from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.off_policy.difference import off_policy_difference
from gym_push.evaluation.off_policy.estimate import (
    Bounds,
    OffPolicyEstimate,
    OffPolicyTable,
    off_policy_bounds,
    off_policy_estimate,
    off_policy_table,
)
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.scanning import off_policy_scan
from gym_push.evaluation.off_policy.sequential import sequential_table
from gym_push.evaluation.off_policy.sequential_results import SequentialEstimate, SequentialTable
from gym_push.evaluation.off_policy.simulated import (
    Behaviour,
    SimulatedDecisions,
    simulate_decisions,
)
from gym_push.evaluation.off_policy.targets import learned_elsewhere, probabilities_of
from gym_push.evaluation.randomised_trials import RandomisedTrial, run_trial
from gym_push.evaluation.results import Evaluation, PersonResult, Run
from gym_push.evaluation.scanning import evaluate_scan
from gym_push.evaluation.suites import (
    SUITES,
    DeliverySuite,
    LogSuite,
    PeopleSuite,
    SendSuite,
    Suite,
)
from gym_push.evaluation.trials import Effect, ExcursionEffect, excursion_effect

__all__ = [
    "Behaviour",
    "Bounds",
    "Comparison",
    "DeliverySuite",
    "Effect",
    "Estimate",
    "Evaluation",
    "ExcursionEffect",
    "FidelityReport",
    "Gate",
    "Leaderboard",
    "LogSuite",
    "LoggedDecisions",
    "OffPolicyEstimate",
    "OffPolicyTable",
    "PeopleSuite",
    "PersonResult",
    "RandomisedTrial",
    "Run",
    "SUITES",
    "SendSuite",
    "SequentialEstimate",
    "SequentialTable",
    "SimulatedDecisions",
    "Statistic",
    "Suite",
    "audit",
    "compare",
    "evaluate",
    "evaluate_each",
    "evaluate_scan",
    "excursion_effect",
    "fidelity",
    "learned_elsewhere",
    "off_policy_bounds",
    "off_policy_difference",
    "off_policy_estimate",
    "off_policy_scan",
    "off_policy_table",
    "probabilities_of",
    "run_trial",
    "sequential_table",
    "simulate_decisions",
]
