"""How much simulated people look like those of a log.

`fidelity` reports statistics and whether they hold their gates: `distances` between distributions,
a `two_sample` test by a classifier, and the `learnability` of people.
"""

from gym_push.evaluation.fidelity.distances import Gate, Statistic
from gym_push.evaluation.fidelity.fidelity import FidelityReport, fidelity

__all__ = ["FidelityReport", "Gate", "Statistic", "fidelity"]
