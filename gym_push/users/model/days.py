"""What people do all day: their states over the day, and when they look at their phones."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gym_push.users.keyed_random import Flags, Floats, Ints, Stream, derive, pick, spread_out
from gym_push.users.model.persons import People
from gym_push.users.model.states import DAY, HOUR, MINUTE, State, milliseconds, per_state

SLOT: Final = 10 * MINUTE
SLOTS_A_DAY: Final = DAY // SLOT

_FRIDAY: Final = 4
_SATURDAY: Final = 5


@dataclass(frozen=True)
class Routine:
    """Where people are in their day, in ten-minute slots.

    Attributes:
        states: (people, days, `SLOTS_A_DAY`) `State`.
        first_weekday: Weekday of day 0; Monday is 0.
    """

    states: npt.NDArray[np.uint8]
    first_weekday: int


@dataclass(frozen=True)
class Situation:
    """What the clock and the routine say at some times, one entry for each time.

    Attributes:
        person: Index of the person.
        day: Number of the day, from 0.
        weekday: Monday is 0.
        hour: Hour of the day.
        state: `State` of the person.
    """

    person: Ints
    day: Ints
    weekday: Ints
    hour: Ints
    state: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class SelfChecks:
    """When people look at their phones unprompted, ordered by person and time.

    Times of different people are kept apart by adding `span` for each person, so that one sorted
    array answers for all of them.

    Attributes:
        starts: (checks + 1,) person * span + start; a last one beyond every time.
        ends: (checks + 1,) entry i is person * span + the latest end of the checks before check i.
        span: Milliseconds.
    """

    starts: Ints
    ends: Ints
    span: int

    def around(self, person: Ints, time: Ints) -> tuple[Flags, Ints]:
        """Returns whether a check is going on at each time, and when the next one starts."""
        offset = person * self.span
        following = np.searchsorted(self.starts, offset + time, side="right")
        return self.ends[following] > offset + time, self.starts[following] - offset

    def started_before(self, time: int) -> tuple[Ints, Ints]:
        """Returns the person and the start of every check that starts before a time."""
        person, start = np.divmod(self.starts[:-1], self.span)
        before = start < time
        return person[before], start[before]

    def count(self, person: Ints, since: Ints, until: Ints) -> Ints:
        """Counts the checks that start in [since, until)."""
        offset = person * self.span
        first = np.searchsorted(self.starts, offset + since, side="left")
        last = np.searchsorted(self.starts, offset + until, side="left")
        return last - first


def walk(people: People, days: int, first_weekday: int) -> Routine:
    """Walks people through their days: sleep, home, commute, work, meetings, outings, exercise.

    The boundaries between the states are jittered daily. Where two states overlap, the one that
    this function enters later holds.
    """
    p = people.parameters
    key = derive(people.key[:, None], np.arange(days))
    weekday = (np.arange(days) + first_weekday) % 7
    weekend = weekday >= _SATURDAY
    late = (weekday == _FRIDAY) | (weekday == _SATURDAY)

    def around(hour: Floats | float, jitter: float, stream: Stream) -> Floats:
        return hour + jitter * stream.normal(key)

    wake = people.wake[:, None] + p.late_weekend_wake * weekend
    wake = around(wake, p.wake_jitter, Stream.WAKE_TODAY)
    sleep = people.sleep[:, None] + p.late_weekend_sleep * late
    sleep = np.minimum(around(sleep, p.sleep_jitter, Stream.SLEEP_TODAY), p.sleep_latest)
    last_night = np.concatenate((sleep[:, :1], sleep[:, :-1]), axis=1) - 24.0

    works = people.worker[:, None] & ~weekend
    leave = around(wake + p.leave_after_wake, p.leave_jitter, Stream.LEAVE_HOME)
    commute = Stream.COMMUTE_LENGTH.log_normal(key, p.commute_median, p.commute_spread)
    leave_work = around(p.leave_work_mean, p.leave_work_jitter, Stream.LEAVE_WORK)

    day_out = ~works & (Stream.DAY_OUT.uniform(key) < p.day_out)
    day_start = around(p.day_out_start, p.day_out_jitter, Stream.DAY_OUT_START)
    day_end = day_start + Stream.DAY_OUT_LENGTH.log_normal(key, p.day_out_median, p.day_out_spread)

    evening_probability = np.where(late, p.evening_out_weekend, p.evening_out)
    evening_out = Stream.EVENING_OUT.uniform(key) < evening_probability
    evening_start = around(p.evening_out_start, p.evening_out_jitter, Stream.EVENING_OUT_START)
    evening_end = evening_start + Stream.EVENING_OUT_LENGTH.log_normal(
        key, p.evening_out_median, p.evening_out_spread
    )
    exercises = (Stream.EXERCISE.uniform(key) < p.exercise) & ~evening_out
    exercise = leave_work + commute + p.exercise_after_work

    hour = (np.arange(SLOTS_A_DAY) + 0.5) * (SLOT / HOUR)
    states = np.full((*key.shape, SLOTS_A_DAY), State.HOME, np.uint8)

    def enter(state: State, start: Floats, end: Floats, if_: Flags) -> None:
        inside = (hour >= start[..., None]) & (hour < end[..., None])
        states[inside & if_[..., None]] = state

    enter(State.COMMUTE, leave, leave_work + commute, works)
    enter(State.WORK, leave + commute, leave_work, works)
    hour_key = derive(key[..., None], np.arange(24))
    in_meeting = Stream.MEETING.uniform(hour_key) < p.meeting
    in_meeting = np.repeat(in_meeting, SLOTS_A_DAY // 24, axis=2)
    states[(states == State.WORK) & in_meeting] = State.MEETING
    enter(State.OUT, day_start, day_end, day_out)
    enter(State.OUT, evening_start, evening_end, evening_out)
    enter(State.EXERCISE, exercise, exercise + p.exercise_length, exercises)
    states[(hour < wake[..., None]) | (hour >= sleep[..., None])] = State.SLEEP
    states[hour < np.minimum(last_night, wake)[..., None]] = State.OUT
    return Routine(states, first_weekday)


def situation(routine: Routine, person: Ints, time: Ints) -> Situation:
    """Looks up the clock and the routine at some times.

    Args:
        routine: Of all people.
        person: (times,) index of the person.
        time: (times,) milliseconds, within the days of the routine.
    """
    day, in_day = np.divmod(time, DAY)
    return Situation(
        person=person,
        day=day,
        weekday=(day + routine.first_weekday) % 7,
        hour=in_day // HOUR,
        state=routine.states[person, day, in_day // SLOT],
    )


def draw_self_checks(people: People, routine: Routine) -> SelfChecks:
    """Draws the self-checks: their number a day is Poisson, their times follow the states."""
    p, days = people.parameters, routine.states.shape[1]
    day_key = derive(people.key[:, None], np.arange(days))
    mean = np.broadcast_to(people.checks[:, None], day_key.shape)
    count = Stream.SELF_CHECK_COUNT.poisson(day_key, mean).ravel()
    row, number = spread_out(count)
    key = derive(day_key.ravel()[row], number)
    rate = np.rint(100.0 * per_state("check_rate")).astype(np.int64)
    weights = rate[routine.states].reshape(-1, SLOTS_A_DAY)
    slot = pick(weights, row, Stream.SELF_CHECK_SLOT.uniform(key))
    offset = (SLOT * Stream.SELF_CHECK_OFFSET.uniform(key)).astype(np.int64)
    seconds = Stream.SELF_CHECK_LENGTH.log_normal(key, p.check_length_median, p.check_length_spread)
    person, day = np.divmod(row, days)
    span = (days + 2) * DAY  # a check may run past the last midnight
    start = person * span + day * DAY + slot * SLOT + offset
    end = start + milliseconds(np.minimum(seconds, p.check_length_most))
    order = np.argsort(start, kind="stable")
    beyond = (len(people.key) + 1) * span
    return SelfChecks(
        starts=np.append(start[order], beyond),
        ends=np.maximum.accumulate(np.append(-1, end[order])),
        span=span,
    )
