"""send-v0 played to the end with everybody in a world at once, and what could be earned at most.

The oracle knows a person's parameters, days and state, but not chance. It plans: within a week it
finds the best use of the budget by dynamic programming over decisions, messages left and whether
the person has done it today, with what it would gain as the person stands now. What a message does
to later weeks (habituation, overdoses, trust, burden, the habit) it prices by what its own last run
has earned. Where messages do nothing to later days, this is the optimum. In the preset "steps"
it is not: sending what fits while habituation is below .4 earns a fifth more. Where messages are
composed, it chooses among those on the topics that the person likes best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.send.games import Games
from gym_push.envs.send.messages import LENGTH, SIZES, TOPIC
from gym_push.envs.send.response import Moment
from gym_push.envs.send.rules import PARTS, Rules
from gym_push.envs.send.world import DAYS_A_WEEK, World
from gym_push.users.keyed_random import Floats, Ints
from gym_push.users.model.states import DAY, HOUR

Policy: TypeAlias = Callable[[Games], Ints]
"""Returns for each lane the number of a message of `messages_for`, or 0: (lanes,).

It sees the games themselves.
"""

ROUNDS: Final = 2
"""Runs of the oracle from which it learns what later days are worth."""

LIKED: Final = 3
"""Among which the oracle chooses where messages are composed: those that the person likes best."""

_DAY_HOURS: Final = DAY / HOUR
_NEVER: Final = -np.inf


@dataclass(frozen=True)
class Rollout:
    """What a policy earned in a world, by person.

    Attributes:
        parts: Of the reward, in the order of `PARTS`, of the days that count: (4, people).
        earned: The reward of each day: (days, people).
        sent: Messages a day: (people,).
        slope: What a unit more of the effect of messages would have added, a day: (people,).
        burden: Its mean: (people,).
    """

    parts: Floats
    earned: Floats
    sent: Floats
    slope: Floats
    burden: Floats

    @property
    def rewards(self) -> Floats:
        """The reward of each person, of the days that count: (people,)."""
        rewards: Floats = self.parts.sum(axis=0)
        return rewards


def never(games: Games) -> Ints:
    """Sends nothing."""
    return np.zeros(len(games.decision), dtype=np.int64)


def play_sending(world: World, rules: Rules, policy: Policy, *, counted_from: int = 0) -> Rollout:
    """Plays every person of a world to the end.

    Args:
        world: The people and their days.
        rules: What is played by.
        policy: Returns the messages.
        counted_from: First day whose rewards count in `parts`.
    """
    people = len(world.users)
    everybody, outlook = np.arange(people), Outlook(world, rules)
    games = Games(world, people, rules)
    games.begin(everybody, everybody)
    total, earned = np.zeros((len(PARTS), people)), np.zeros((world.days, people))
    sent, slope, burden, asked = np.zeros((4, people))
    while not games.over.all():
        playing, day = ~games.over, world.day[games.decision]
        chosen = policy(games)
        burden += games.now.burden * playing
        asked += playing
        slopes = outlook.slope(games, chosen)
        turn = games.step(outlook.actions(games, chosen))
        parts = np.array(turn.parts)
        total += parts * (day >= counted_from)
        np.add.at(earned, (day, everybody), parts.sum(axis=0))
        sent += turn.sent > 0
        slope += slopes * (turn.sent > 0)
    return Rollout(
        total, earned, sent / world.days, slope / world.days, burden / np.maximum(asked, 1.0)
    )


def play_send_oracle(world: World, rules: Rules, *, counted_from: int = 0) -> Rollout:
    """Plays the oracle, which learns from its own runs what later days are worth.

    Args:
        world: The people.
        rules: What is played by.
        counted_from: First day whose rewards count.
    """
    outlook = Outlook(world, rules)
    rollout = play_sending(world, rules, never, counted_from=counted_from)
    for _ in range(ROUNDS):
        rollout = play_sending(world, rules, outlook.policy(rollout), counted_from=counted_from)
    return rollout


def messages_for(world: World, rules: Rules) -> Ints:
    """Returns what an oracle may send to each person, in numbers: (numbers, people, messages).

    That is the catalogue; where messages are composed, those on the topics that the person likes
    best, as short or long as suits everybody.
    """
    people = len(world.users)
    if rules.form.catalogue:
        numbers = np.arange(1, 1 + len(rules.form.catalogue))
        return np.broadcast_to(numbers, (1, people, len(numbers)))
    liked = np.argsort(-world.worth[:, : SIZES[TOPIC]], axis=1, kind="stable")[:, :LIKED]
    sizes = [*SIZES]
    sizes[TOPIC], sizes[LENGTH] = LIKED, 1
    parts = np.indices(sizes).reshape(len(sizes), 1, -1)
    messages = np.concatenate((np.ones_like(parts[:1]), parts)).repeat(people, axis=1)
    messages[1 + TOPIC] = liked[:, parts[TOPIC, 0]]
    messages[1 + LENGTH] = np.argmax(world.scene.response.length)
    return messages


class Outlook:
    """What messages would gain, to who knows the person but not chance.

    Args:
        world: The people.
        rules: What is played by.
    """

    def __init__(self, world: World, rules: Rules) -> None:
        self.world, self.rules, self._p = world, rules, world.scene.response
        self._messages = messages_for(world, rules)
        people = np.arange(len(world.users))[:, None]
        self._about = rules.form.message(world, people, self._messages, 0.0)
        self._key = rules.form.key(self._messages)
        streak = [each.streak for each in rules.form.catalogue]
        self._streak = np.array(streak or [0])

    def actions(self, games: Games, chosen: Ints) -> Ints:
        """Returns the actions that send these messages, in numbers: (numbers, lanes)."""
        actions = self._messages[:, games.person, np.maximum(chosen - 1, 0)]
        return np.where(chosen > 0, actions, 0)

    def effects(self, at: Moment, games: Games, fresh: Floats | None = None) -> Effects:
        """Returns what is expected of each message at some moments, as people stand now.

        Args:
            at: (..., lanes) of each field.
            games: How people stand.
            fresh: (..., lanes) how much of habituation, distrust and staleness is left by then, in
                this order: (3, ..., lanes); None for all.
        """
        p, now, about = self._p, games.now, self._about
        occasion, lift = about.occasion[games.person], about.lift[games.person]
        kept = np.ones((3, 1)) if fresh is None else fresh
        raised = np.minimum(1.0, now.habituation * kept[0] + p.habituation)
        effect = (1.0 - p.weary * raised) * now.response * (1.0 - now.distrust * kept[1])
        suits = np.where(occasion == at.busy[..., None] + 1.0, p.fit[1], p.fit[2])
        fit = np.where(occasion == 0.0, p.fit[0], suits)
        wanted = lift * fit + at.receptive[..., None]
        alone = at.base + p.habit_utility * now.habit
        repeats = np.take_along_axis(games.stale, self._key[games.person], axis=1)
        stale = p.stale * repeats * kept[2][..., None]
        utility = alone[..., None] + effect[..., None] * wanted - stale
        more = at.amount_lift[..., None] * fit
        lifted = at.amount[..., None] + effect[..., None] * more
        return Effects(
            chance=self._chance(utility),
            alone=self._chance(alone),
            amount=np.clip(lifted, 0.0, p.most),
            usual=np.minimum(at.amount, p.most),
            wanted=wanted,
            more=more,
            opens=fit > 0.0,
        )

    def slope(self, games: Games, chosen: Ints) -> Floats:
        """Returns what a unit more of the effect would add to the message that is sent."""
        place = np.maximum(chosen - 1, 0)[:, None]
        found = self.effects(games.at, games)
        chance, amount, wanted, more = (
            np.take_along_axis(np.broadcast_to(each, found.chance.shape), place, axis=1)[:, 0]
            for each in (found.chance, found.amount, found.wanted, found.more)
        )
        steep = self._steep(chance)
        slope: Floats = self.rules.weights["outcome"] * (wanted * steep * amount + chance * more)
        return slope

    def policy(self, pilot: Rollout) -> Policy:
        """Returns the oracle's policy.

        Args:
            pilot: A run that shows what later days are worth.
        """
        world, p, weights = self.world, self._p, self.rules.weights
        to_come = np.cumsum(pilot.earned[::-1], axis=0)[::-1]  # from each day on
        end = world.days * DAY

        def act(games: Games) -> Ints:
            window, valid = self._window(games)
            at = world.moments_at(window.T)
            left = np.maximum(end - world.time[window], 0) / DAY
            kept = self._kept(at)
            found = self.effects(at, games, kept)
            chance, alone = found.chance, found.alone
            gain = chance * found.amount - (alone * found.usual)[..., None]
            value = weights["outcome"] + self._habit(games, at, left)
            opened = chance * found.opens
            fooled = opened * self._about.bait[games.person] * p.disappoint
            welcome = opened - fooled
            lost = (
                p.weary
                * p.habituation
                * self._lasting(left, p.habituation_left, p.habituation_hours)
            )
            price = (pilot.slope[games.person] * lost)[..., None] + fooled * (
                p.betrayal
                * pilot.slope[games.person]
                * self._lasting(left, p.distrust_left, p.distrust_hours)
            )[..., None]
            if p.overdose_left < 1.0:
                lost = (1.0 - p.overdose_left) * self._overdoses(games, at, kept[0], window)
                price = price + (lost * pilot.slope[games.person] * left)[..., None]
            loud = self._about.loud[games.person]
            weight = p.burden * loud * at.intrusion[..., None]
            now = games.now.burden
            heavier = (1.0 - welcome) * weight - welcome * p.relief * now[:, None]
            usual = np.maximum(now, pilot.burden[games.person])[:, None]
            lasts = self._lasting(left, p.burden_left, p.burden_hours)[..., None]
            hazard = p.quit_burden * heavier * (2.0 * usual * lasts + heavier * lasts / 2.0)
            ahead = to_come[np.minimum(world.day[window], world.days - 1), games.person]
            lose = ahead + weights["leaving"] * left
            price = price + np.maximum(hazard, -1.0) * lose[..., None]
            gone = now[:, None] + weight >= p.limit
            price = price + gone * (1.0 - welcome) * lose[..., None]
            net = gain * value[..., None] - price - weights["price"]
            return self._plan(games, window, valid, at, net, found)

        return act

    def _plan(
        self, games: Games, window: Ints, valid: Any, at: Moment, net: Floats, found: Effects
    ) -> Ints:
        """Returns the best action now, by dynamic programming over the rest of the week."""
        p, world, rules = self._p, self.world, self.rules
        eligible = games.book.streak[:, None] >= self._streak
        net = np.where(eligible, net, _NEVER)
        lanes = np.arange(len(games.person))
        limited = rules.budget is not None and not rules.over_budget
        most = rules.budget if limited and rules.budget is not None else 0
        # (lanes, messages left, done today)
        value = np.zeros((len(lanes), most + 1, 2))
        there = (at.available > 0.0) * (1.0 - p.mute * games.now.burden)
        day = world.day[window]
        last = len(window) - 1
        for step in range(last, -1, -1):
            known = valid[step]
            if step < last:
                tomorrow = (day[step + 1] > day[step]) & valid[step + 1]
                follows = np.where(tomorrow[:, None, None], value[:, :, :1], value)
            else:
                follows = value
            alone = found.alone[step][:, None]
            nothing = alone * follows[:, :, 1] + (1.0 - alone) * follows[:, :, 0]
            if step == 0:
                break
            best = net[step].argmax(axis=1)
            gain, chance = net[step, lanes, best][:, None], found.chance[step, lanes, best][:, None]
            sending = np.full(nothing.shape, _NEVER)
            if limited:
                sending[:, 1:] = (
                    gain + chance * follows[:, :-1, 1] + (1.0 - chance) * follows[:, :-1, 0]
                )
            else:
                sending[:] = gain + chance * follows[:, :, 1] + (1.0 - chance) * follows[:, :, 0]
            can = there[step][:, None]
            better = nothing + can * np.maximum(sending - nothing, 0.0)
            done = follows[:, :, 1] if p.once_a_day else better
            new = np.stack((better, done), axis=2)
            value = np.where(known[:, None, None], new, value)
        left = np.maximum(most - games.book.sent_week, 0) if limited else np.zeros_like(lanes)
        after = np.maximum(left - 1, 0) if limited else left
        chance = found.chance[0]
        sending = net[0] + chance * follows[lanes, after, 1][:, None]
        sending += (1.0 - chance) * follows[lanes, after, 0][:, None]
        sending = np.where(games.sendable[:, None], sending, _NEVER)
        best = sending.argmax(axis=1)
        chosen: Ints = np.where(sending[lanes, best] > nothing[lanes, left], best + 1, 0)
        return chosen

    def _window(self, games: Games) -> tuple[Ints, NDArray[np.bool_]]:
        """Returns the decisions of the rest of the week, (steps, lanes), and which there are."""
        world = self.world
        index = games.decision + np.arange(self._longest)[:, None]
        inside = np.minimum(index, len(world.time) - 1)
        week = world.day // DAYS_A_WEEK
        valid = (index == inside) & (world.person[inside] == games.person)
        valid &= week[inside] == week[games.decision]
        steps = int(valid.sum(axis=0).max())
        return inside[:steps], valid[:steps]

    @cached_property
    def _longest(self) -> int:
        """Decisions of anybody in a week, at most."""
        world = self.world
        weeks = 1 + world.days // DAYS_A_WEEK
        return int(np.bincount(world.person * weeks + world.day // DAYS_A_WEEK).max())

    @staticmethod
    def _kept(at: Moment) -> Floats:
        """Returns what is left at each step of habituation, distrust and staleness."""
        left = np.stack((at.habituation_left, at.distrust_left, at.stale_left))
        kept: Floats = np.ones_like(left)
        kept[:, 1:] = np.cumprod(left[:, :-1], axis=1)
        return kept

    def _overdoses(self, games: Games, at: Moment, kept: Floats, window: Ints) -> Floats:
        """Returns the effect of messages where sending leads to an overdose, and 0 elsewhere.

        Before the day from which overdoses count, it is what will be left by then that does.
        """
        p, now = self._p, games.now
        raised = np.minimum(1.0, now.habituation * kept + p.habituation)
        limit = np.where(now.habit > p.habit_enough, p.overdose_habit, 1.0)
        early = np.maximum(p.overdose_day - self.world.day[window], 0.0)
        then = raised * (at.habituation_left if p.fades_at_once else 1.0)
        then = then * self._left_after(early, p.habituation_left, p.habituation_hours)
        effect = (1.0 - p.weary * raised) * now.response * (1.0 - now.distrust)
        spent: Floats = effect * (then > np.minimum(limit, p.overdose))
        return spent

    def _habit(self, games: Games, at: Moment, left: Floats) -> Floats:
        """Returns what an outcome of 1 is worth by the habit that it leaves."""
        p, weights = self._p, self.rules.weights
        grows = (1.0 - at.habit_left) / p.full
        kept = self._left_after(left, p.habit_left, p.habit_hours)
        steep = self._steep(self._chance(at.base + p.habit_utility * games.now.habit))
        later = weights["outcome"] * p.habit_utility * steep * at.amount * self._each_day
        worth: Floats = grows * (
            weights["habit"] * kept + later * self._lasting(left, p.habit_left, p.habit_hours)
        )
        return worth

    def _left_after(self, days: Floats, share: float, hours: float) -> Floats:
        """Returns what is left of something after so many days."""
        kept: Floats = np.power(share, days * _DAY_HOURS / (hours or self._gap))
        return kept

    def _lasting(self, days: Floats, share: float, hours: float) -> Floats:
        """Returns how many days something that fades counts for, within so many days."""
        if share >= 1.0:
            return days
        rate = -np.log(max(share, 1e-12)) * _DAY_HOURS / (hours or self._gap)
        lasting: Floats = (1.0 - self._left_after(days, share, hours)) / rate
        return lasting

    @property
    def _gap(self) -> float:
        """Hours from one decision to the next, on average."""
        return _DAY_HOURS / self._each_day

    @property
    def _each_day(self) -> float:
        """Decisions of a person."""
        return len(self.world.time) / (self.world.days * len(self.world.users))

    def _chance(self, utility: Any) -> Any:
        if self._p.logit:
            return 1.0 / (1.0 + np.exp(-utility))
        return np.clip(utility, 0.0, 1.0)

    def _steep(self, chance: Any) -> Any:
        """Returns how much a unit of utility adds to a chance."""
        return chance * (1.0 - chance) if self._p.logit else (chance > 0.0) & (chance < 1.0)


@dataclass(frozen=True)
class Effects:
    """What is expected of messages, (..., lanes, messages); of none, (..., lanes).

    Attributes:
        chance: That the person does it.
        alone: That they do it without a message.
        amount: The mean outcome if they do.
        usual: That without a message.
        wanted: Utility by a unit of the effect.
        more: Amount by a unit of the effect.
        opens: Whether it can be opened.
    """

    chance: Floats
    alone: Floats
    amount: Floats
    usual: Floats
    wanted: Floats
    more: Floats
    opens: Any
