"""What agents are tested on.

A `suite` says who is played, `replay` and `delivery` in which environment, `trial` how one person
is. `frozen` has those whose ids never change.
"""

import gym_push.evaluation.suites.frozen  # noqa: F401  fills SUITES
from gym_push.evaluation.suites.delivery import DeliverySuite
from gym_push.evaluation.suites.replay import LogSuite, PeopleSuite
from gym_push.evaluation.suites.suite import SUITES, Suite

__all__ = ["SUITES", "DeliverySuite", "LogSuite", "PeopleSuite", "Suite"]
