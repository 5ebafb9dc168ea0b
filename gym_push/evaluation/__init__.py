"""How good something is: how much simulated people look like those of a log, what policies earn.

`fidelity` compares logs. `rollouts` plays delivery for everybody at once, `oracles` knows what
could have been, `plans` and `learned` are policies to compare with; these are for evaluators, and
agents play the environment.
"""

from gym_push.evaluation.fidelity import fidelity
from gym_push.evaluation.report import FidelityReport, Gate, Statistic

__all__ = ["FidelityReport", "Gate", "Statistic", "fidelity"]
