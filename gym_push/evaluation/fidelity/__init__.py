"""How much simulated people look like those of a log.

`fidelity` compares statistics with their gates in a `report`: `distances` between distributions, a
`two_sample` test by a classifier, and the `learnability` of people.
"""

from gym_push.evaluation.fidelity.fidelity import fidelity
from gym_push.evaluation.fidelity.report import FidelityReport, Gate, Statistic

__all__ = ["FidelityReport", "Gate", "Statistic", "fidelity"]
