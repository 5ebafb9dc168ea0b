"""An episode as the points of a curve, as many as can be drawn and no more.

Every point is exact, whichever are kept: it is made of the decisions themselves.
"""

from __future__ import annotations

import itertools
from array import array

from gym_push.viewer.delivery_frame import POINT

MAX_POINTS = 1000
"""Points of a curve; a chart has about as many pixels."""

Counts = tuple[int, int, int, int]
Point = tuple[float, ...]

_generations = itertools.count(1)


class Curve:
    """What there is to draw after every decision, or in a long episode every 2nd, 4th, 8th ...

    Attributes:
        generation: changes when points that were there are gone; otherwise points are only added.
        points: those that are kept.
    """

    def __init__(self) -> None:
        self.generation = next(_generations)
        self.points: list[Point] = []
        self._stride = 1

    def tell_decisions(self, decisions: bytes) -> None:
        """Takes the episode's next decisions, as of `Frame.decisions`."""

    def tell_points(self, points: bytes) -> None:
        """Takes the episode's next points, as of `Frame.points`."""

    def _add(self, point: Point) -> None:
        self.points.append(point)
        if len(self.points) > MAX_POINTS:
            self._stride *= 2
            self.points = self.points[1::2]
            self.generation = next(_generations)


class Counted(Curve):
    """The confusion matrix, counted from the decisions.

    A point is as of `BasicFrame.confusion`; its sum is the number of decisions.
    """

    def __init__(self) -> None:
        super().__init__()
        self._counts: Counts = (0, 0, 0, 0)

    def tell_decisions(self, decisions: bytes) -> None:
        """Counts the episode's next decisions."""
        start = 0
        while start < len(decisions):
            stop = start + self._stride - sum(self._counts) % self._stride
            piece = decisions[start:stop]
            opened, only_agent, only_user, neither = self._counts
            self._counts = (
                opened + piece.count(3),
                only_agent + piece.count(2),
                only_user + piece.count(1),
                neither + piece.count(0),
            )
            start = stop
            if sum(self._counts) % self._stride == 0:
                self._add(self._counts)


class Measured(Curve):
    """Points that the frames tell, as of `DeliveryFrame.points`."""

    def __init__(self) -> None:
        super().__init__()
        self._told = 0

    def tell_points(self, points: bytes) -> None:
        """Adds the next points.

        Raises:
            ValueError: These are not whole numbers of 8 bytes.
        """
        numbers = array("d", points)
        for at in range(0, len(numbers), POINT):
            self._told += 1
            if self._told % self._stride == 0:
                self._add(tuple(numbers[at : at + POINT]))


CURVES: dict[str, type[Curve]] = {"basic": Counted, "delivery": Measured}
"""The curve by the kind of the frames."""
