"""What a guard has done so far as the frame of delivery-v0, for the page."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from gym_push.actions import DELIVER, DELIVERY_ACTIONS, HOLD, SUPPRESS
from gym_push.envs.delivery.rewards import ALERT_COST
from gym_push.envs.rendering import WEB
from gym_push.live import decisions, rows
from gym_push.logs.schema import Schema
from gym_push.text import printable
from gym_push.viewer import open_feed
from gym_push.viewer.delivery_frame import DAY_MINUTES, DeliveryFrame
from gym_push.viewer.frame import DIGITS, About

OPENED, DISMISSED, IGNORED = 1, 2, 3
"""Outcomes as the page numbers them; of others it does not know yet."""

_OUTCOMES: Final = {
    **dict.fromkeys(rows.ANSWERS.opened, OPENED),
    **dict.fromkeys(rows.ANSWERS.dismissed, DISMISSED),
    rows.EXPIRED: IGNORED,
}


class State(NamedTuple):
    """How far a frame reads: decisions, numbers of outcomes, numbers of points; and the newest row.

    The other numbers are sums so far.
    """

    decisions: int
    outcomes: int
    points: int
    row: Mapping[str, Any]
    reward: float
    alerts: int
    everything: float
    waits: int
    acted: tuple[int, int, int]
    credit: float


class Showing:
    """Shows a guard on the page.

    Args:
        agent: What the agent is called.
        schema: Of the rows.
    """

    def __init__(self, agent: str, schema: Schema) -> None:
        self._agent, self._schema = agent, schema
        self._decisions, self._outcomes, self._points = array("B"), array("d"), array("d")
        self._rows: list[Mapping[str, Any]] = []
        self._known, self._seen = set[int](), set[int]()
        self._acted = [0, 0, 0]
        self._reward = self._everything = self._credit = 0.0
        self._waits = self._alerts = 0
        self._feed = open_feed(f"guard · {agent}", self.frame, WEB)

    def __call__(self, number: int, row: Mapping[str, Any]) -> None:
        """Takes in a row when it begins, when it is shown, and when it ends.

        Args:
            number: Of the notification, from 0.
            row: As it is logged.
        """
        if number == len(self._rows):
            self._begin(row)
        else:
            if row["decision"] == DELIVERY_ACTIONS[HOLD] and number not in self._seen:
                self._seen.add(number)
                self._waits -= 1
            if rows.OUTCOME in row and number not in self._known:
                self._end(number, row)
        self._feed.publish(self.state())

    def close(self) -> None:
        """Ends the showing; the page keeps the final state."""
        self._feed.close()

    def state(self) -> State:
        """Returns where the guard stands."""
        return State(
            len(self._decisions), len(self._outcomes), len(self._points), self._rows[-1],
            self._reward, self._alerts, self._everything, self._waits,
            (self._acted[0], self._acted[1], self._acted[2]), self._credit,
        )  # fmt: skip

    def frame(self, state: State) -> DeliveryFrame:
        """Returns what there is to show; what was later than the state is left out."""
        actions = bytes(self._decisions[: state.decisions])
        begun, now = (datetime.fromisoformat(row[rows.TIME]) for row in (self._rows[0], state.row))
        minute = max(int((now - begun).total_seconds()) // 60, 0)
        interruption = -ALERT_COST * state.alerts
        return DeliveryFrame(
            env="guard",
            agent=self._agent,
            episode=1,
            epoch=state.decisions,
            user=None,
            notification=self._features(state.row, "notification"),
            context=self._features(state.row, "context"),
            units={each.name: each.unit for each in self._schema.observed if each.unit},
            roles=self._roles(state.row),
            posted=state.row[rows.TIME][:19],
            reward=round(state.reward, DIGITS),
            decisions=memoryview(actions),
            episodes=(),
            rows=memoryview(array("q", range(state.decisions))),
            outcomes=memoryview(self._outcomes[: state.outcomes]),
            points=memoryview(self._points[: state.points]),
            about=self._about,
            now=state.row[rows.TIME][:19],
            minute=minute,
            minutes=DAY_MINUTES * (minute // DAY_MINUTES + 1),
            credit=round(state.credit, DIGITS),
            arrived=state.decisions,
            deliver_all=round(state.everything, DIGITS),
            parts=(round(state.reward - interruption, DIGITS), interruption, 0.0, 0.0),
            held=state.waits,
            delivered=actions.count(DELIVER) + actions.count(HOLD) - state.waits,
            opened=state.acted[0],
            dismissed=state.acted[1],
            ignored=state.acted[2],
            suppressed=actions.count(SUPPRESS),
        )

    def _begin(self, row: Mapping[str, Any]) -> None:
        action = DELIVERY_ACTIONS.index(row["decision"])
        self._rows.append(row)
        self._decisions.append(action)
        self._alerts += action == DELIVER
        self._waits += action == HOLD
        self._credit = -ALERT_COST if action == DELIVER else 0.0
        self._reward += self._credit
        self._everything += self._credit / self._propensity(row) if action == DELIVER else 0.0
        begun, now = (datetime.fromisoformat(each[rows.TIME]) for each in (self._rows[0], row))
        minute = max((now - begun).total_seconds() // 60, 0.0)
        acted, arrived = sum(self._acted), len(self._rows)
        self._points.extend(
            [minute, self._reward, acted, self._acted[0], arrived, self._everything]
        )

    def _end(self, number: int, row: Mapping[str, Any]) -> None:
        self._known.add(number)
        credit = float(row["reward"])
        worth = credit + (ALERT_COST if row["alerted"] else 0.0)
        self._reward += worth
        if row["alerted"]:
            self._everything += worth / self._propensity(row)
        outcome = _OUTCOMES.get(row[rows.OUTCOME], 0)
        if outcome:
            self._acted[outcome - 1] += 1
            self._outcomes.extend([number, outcome, credit])

    @staticmethod
    def _propensity(row: Mapping[str, Any]) -> float:
        return float(row[decisions.PROPENSITIES[DELIVERY_ACTIONS[DELIVER]]])

    def _about(self, number: int) -> About:
        row = self._rows[number]
        told = {name: printable(row[name]) for name in self._roles(row).values()}
        return About(told, row[rows.TIME][:19])

    def _features(self, row: Mapping[str, Any], role: str) -> dict[str, object]:
        return {each.name: row.get(each.name) for each in self._schema.of_role(role)}

    @staticmethod
    def _roles(row: Mapping[str, Any]) -> dict[str, str]:
        return {role: role for role in ("app", "text") if role in row}
