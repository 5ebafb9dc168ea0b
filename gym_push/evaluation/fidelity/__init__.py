"""How much simulated people look like those of a log.

`fidelity` holds statistics of both against gates and makes a `report`: `distances` between
distributions, a `two_sample` test by a classifier, what is `learnability` in both, and whether the
log has enough people to `support` a statistic.
"""

from gym_push.evaluation.fidelity.fidelity import fidelity
from gym_push.evaluation.fidelity.report import FidelityReport, Gate, Statistic

__all__ = ["FidelityReport", "Gate", "Statistic", "fidelity"]
