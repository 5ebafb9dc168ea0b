"""How good something is: here, how much simulated people look like those of a log."""

from gym_push.evaluation.fidelity import fidelity
from gym_push.evaluation.report import FidelityReport, Gate, Statistic

__all__ = ["FidelityReport", "Gate", "Statistic", "fidelity"]
