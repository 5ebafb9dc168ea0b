"""What a guard has done so far as the frame of delivery-v0, for the page."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from gym_push.actions import DELIVER, DELIVERY_ACTIONS, HOLD, SUPPRESS
from gym_push.envs.delivery.rewards import ALERT_COST
from gym_push.envs.rendering import WEB
from gym_push.live import decisions, rows
from gym_push.logs.schema import Schema
from gym_push.text import printable
from gym_push.viewer import open_feed
from gym_push.viewer.days_frame import DAY_MINUTES
from gym_push.viewer.delivery_frame import OUTCOMES, DeliveryFrame
from gym_push.viewer.frame import DIGITS, About


class State(NamedTuple):
    """Where a guard stands.

    Attributes:
        row: The newest one.
        sums: Numbers so far, by field of the frame; `alerts`, too.
        lengths: How far decisions, outcomes and points count.
    """

    row: Mapping[str, Any]
    sums: Mapping[str, Any]
    lengths: tuple[int, int, int]


class Showing:
    """Shows a guard on the page.

    Args:
        agent: What the agent is called.
        schema: Of the rows.
    """

    def __init__(self, agent: str, schema: Schema) -> None:
        self._agent, self._schema = agent, schema
        self._rows: list[Mapping[str, Any]] = []
        self._held: set[int] = set()
        self._actions, self._outcomes, self._points = array("B"), array("d"), array("d")
        names = ("reward", "deliver_all", "credit", "alerts", "opened", "dismissed", "ignored")
        self._sums: dict[str, Any] = dict.fromkeys(names, 0)
        self._feed = open_feed(f"guard · {agent}", self.frame, WEB)

    def __call__(self, number: int, row: Mapping[str, Any]) -> None:
        """Takes in a row when it begins, when it is released, and when it ends.

        Args:
            number: Of the notification, from 0.
            row: As it is logged.
        """
        if number == len(self._rows):
            self._begin(number, row)
        else:
            self._held.discard(number)
        if rows.OUTCOME in row:
            self._end(number, row)
        self._feed.publish(self.state())

    def close(self) -> None:
        """Ends the showing; the page keeps the final state."""
        self._feed.close()

    def state(self) -> State:
        """Returns where the guard stands."""
        lengths = len(self._actions), len(self._outcomes), len(self._points)
        return State(self._rows[-1], {**self._sums, "held": len(self._held)}, lengths)

    def frame(self, state: State) -> DeliveryFrame:
        """Returns what there is to show; what was later than the state is left out."""
        row, sums = state.row, {**state.sums}
        arrived, outcomes, points = state.lengths
        actions = bytes(self._actions[:arrived])
        minute, interruption = self._minute(row), -ALERT_COST * sums.pop("alerts")
        return DeliveryFrame(
            env="guard",
            agent=self._agent,
            episode=1,
            epoch=arrived,
            user=None,
            notification=self._features(row, "notification"),
            context=self._features(row, "context"),
            units={each.name: each.unit for each in self._schema.observed if each.unit},
            roles=self._roles(row),
            posted=row[rows.TIME][:19],
            decisions=memoryview(actions),
            episodes=(),
            rows=memoryview(array("q", range(arrived))),
            outcomes=memoryview(self._outcomes[:outcomes]),
            points=memoryview(self._points[:points]),
            about=self._about,
            now=row[rows.TIME][:19],
            minute=minute,
            minutes=DAY_MINUTES * (minute // DAY_MINUTES + 1),
            arrived=arrived,
            parts=(round(sums["reward"] - interruption, DIGITS), interruption, 0.0, 0.0),
            delivered=arrived - actions.count(SUPPRESS) - sums["held"],
            suppressed=actions.count(SUPPRESS),
            **{name: round(number, DIGITS) for name, number in sums.items()},
        )

    def _begin(self, number: int, row: Mapping[str, Any]) -> None:
        self._rows.append(row)
        self._actions.append(DELIVERY_ACTIONS.index(row["decision"]))
        if self._actions[-1] == HOLD:
            self._held.add(number)
        self._sums["alerts"] += row["alerted"]
        self._sums["credit"] = -ALERT_COST if row["alerted"] else 0.0
        self._earn(row, self._sums["credit"])
        sums, arrived = self._sums, len(self._rows)
        acted = sums["opened"] + sums["dismissed"] + sums["ignored"]
        reward, opened, everything = sums["reward"], sums["opened"], sums["deliver_all"]
        self._points.extend([self._minute(row), reward, acted, opened, arrived, everything])

    def _end(self, number: int, row: Mapping[str, Any]) -> None:
        self._earn(row, row["reward"] + (ALERT_COST if row["alerted"] else 0.0))
        kind = decisions.KINDS[row[rows.OUTCOME]]
        if kind in OUTCOMES:  # of others the page does not know yet
            self._sums[kind] += 1
            self._outcomes.extend([number, OUTCOMES.index(kind), row["reward"]])

    def _earn(self, row: Mapping[str, Any], worth: float) -> None:
        self._sums["reward"] += worth
        if row["alerted"]:
            chance = row[decisions.PROPENSITIES[DELIVERY_ACTIONS[DELIVER]]]
            self._sums["deliver_all"] += worth / chance

    def _minute(self, row: Mapping[str, Any]) -> int:
        """Returns how many minutes after the first one a notification has arrived."""
        begun, now = (datetime.fromisoformat(each[rows.TIME]) for each in (self._rows[0], row))
        return max(int((now - begun).total_seconds()) // 60, 0)

    def _about(self, number: int) -> About:
        row = self._rows[number]
        told = {name: printable(row[name]) for name in self._roles(row).values()}
        return About(told, row[rows.TIME][:19])

    def _features(self, row: Mapping[str, Any], role: str) -> dict[str, object]:
        return {each.name: row.get(each.name) for each in self._schema.of_role(role)}

    @staticmethod
    def _roles(row: Mapping[str, Any]) -> dict[str, str]:
        return {role: role for role in ("app", "text") if role in row}
