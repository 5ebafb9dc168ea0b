"""An episode's decisions as the points of a curve, as many as can be drawn and no more."""

from __future__ import annotations

import itertools

MAX_POINTS = 1000
"""Points of a curve; a chart has about as many pixels."""

Counts = tuple[int, int, int, int]

_generations = itertools.count(1)


class Curve:
    """The confusion matrix after every decision, or in a long episode every 2nd, 4th, 8th ...

    Every point is exact, whichever are kept: it is counted from the decisions themselves.

    Attributes:
        generation: changes when points that were there are gone; otherwise points are only added.
        points: counts as of `Frame.confusion`; their sum is the number of decisions.
    """

    def __init__(self) -> None:
        """Begins an episode."""
        self.generation = next(_generations)
        self.points: list[Counts] = []
        self._stride = 1
        self._counts: Counts = (0, 0, 0, 0)

    def extend(self, decisions: bytes) -> None:
        """Adds the episode's next decisions, as of `Frame.decisions`."""
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

    def _add(self, point: Counts) -> None:
        self.points.append(point)
        if len(self.points) > MAX_POINTS:
            self._stride *= 2
            self.points = self.points[1::2]
            self.generation = next(_generations)
