"""What agents are tested on, and the suites by id.

`suite` says who is tested and how an agent begins, `replay` tests on notifications that people have
answered, `simulated` on simulated people, `sending` on people who are sent messages. What stands
behind an id in `SUITES` never changes: a change is a new version.

All people of these suites are simulated, so that there are enough of them and an oracle knows them.
The people to practise with live earlier than those tested, and have another seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from gym_push.envs.basic.episodes import bundled_log
from gym_push.evaluation.suites.replay import LogSuite
from gym_push.evaluation.suites.sending import SendSuite
from gym_push.evaluation.suites.simulated import DeliverySuite, PeopleSuite
from gym_push.evaluation.suites.suite import SUITES, Suite
from gym_push.users import Population

__all__ = ["SUITES", "DeliverySuite", "LogSuite", "PeopleSuite", "SendSuite", "Suite"]

_EARLIER: Final = date(2018, 1, 1)
_OTHERS: Final = Population(24, seed=5003, start=_EARLIER)
_OTHER_DAYS: Final = 28


def _basic_324() -> Suite:
    others = _OTHERS.log(_OTHER_DAYS)  # whose phones have every label of the bundled log
    return LogSuite("basic-324/v1", bundled_log(), learn=0.0, encoding=others)


def _users_24() -> Suite:
    about = "24 simulated people, each alone: 56 days to learn, 56 to be tested"
    people = Population(24, seed=5001)
    return PeopleSuite("users-24/v1", people, days=112, learn_days=56, summary=about)


def _cold_start_24() -> Suite:
    about = (
        "24 simulated people whom the agent does not know: 28 days, tested from the first "
        "notification on; it may practise with 24 others before"
    )
    people, others = Population(24, seed=5002), (_OTHERS, _OTHER_DAYS)
    return PeopleSuite("cold-start-24/v1", people, 28, 0, *others, summary=about)


_TELLING: Final = ("subject", "sentiment", "enticement", "contactSignificantContext")
"""Features that give away what a text says."""

# People to whom it matters what a message says: it may be from any app and at any time of day.
_READERS: Final[Mapping[str, Any]] = {
    "meaningful": True, "volume_median": 28.0, "volume_spread": 0.25, "openness_spread": 0.4,
    "topic_taste": 2.0, "intent": (0.0, 0.8, 0.6, 0.3, -0.6, -1.1), "significant": 1.0,
    "app_taste": 0.3, "day_part_taste": 0.4, "class_day_part_taste": 0.3, "weekday_taste": 0.2,
    "state_taste": 0.2, "noise": 0.5,
    "utility_msg": 0.8, "utility_email": -0.4, "utility_dating": -0.4, "utility_social": -0.6,
    "utility_news": -0.5, "utility_media": -0.6, "utility_calendar": 0.6, "utility_call": 1.2,
    "utility_promo": -1.0,
}  # fmt: skip


def _text_24() -> Suite:
    about = (
        "24 simulated people, each alone, whose messages say in words only what they are about: "
        "56 days to learn, 28 to be tested"
    )
    people = Population(24, seed=5006, **_READERS)
    return PeopleSuite("text-24/v1", people, 84, 56, summary=about, withheld=_TELLING)


def _delivery_50() -> Suite:
    about = "50 simulated people who react to what is delivered: 28 days to learn, 28 that count"
    people, others = Population(50, seed=5004), Population(1000, seed=5005, start=_EARLIER)
    return DeliverySuite("delivery-50/v1", people, 56, 28, others, 7, summary=about)


def _send_24() -> Suite:
    about = "24 simulated people who may be sent messages: 28 days to learn, 28 that count"
    return _sent("send-24/v1", Population(24, seed=5007), 28, about)


def _send_cold_24() -> Suite:
    about = "24 simulated people whom the sender does not know: 28 days, all of which count"
    return _sent("send-cold-24/v1", Population(24, seed=5008), 0, about)


def _send_composed_24() -> Suite:
    about = (
        "24 simulated people, those of send-24/v1, for whom the sender composes each message: "
        "28 days to learn, 28 that count"
    )
    people = Population(24, seed=5007)
    return _sent("send-composed-24/v1", people, 28, about, action="composed")


def _sent(
    id: str, people: Population, learn_days: int, about: str, action: str = "catalogue"
) -> Suite:
    others, days = Population(1000, seed=5009, start=_EARLIER), 28 + learn_days
    return SendSuite(id, people, days, learn_days, others, 28, action=action, summary=about)


SUITES.update(
    {
        "basic-324/v1": cache(_basic_324),
        "users-24/v1": cache(_users_24),
        "cold-start-24/v1": cache(_cold_start_24),
        "text-24/v1": cache(_text_24),
        "delivery-50/v1": cache(_delivery_50),
        "send-24/v1": cache(_send_24),
        "send-cold-24/v1": cache(_send_cold_24),
        "send-composed-24/v1": cache(_send_composed_24),
    }
)
