"""What agents are tested on."""

from gym_push.evaluation.suites.delivery import DeliverySuite
from gym_push.evaluation.suites.frozen import SUITES
from gym_push.evaluation.suites.replay import LogSuite, PeopleSuite
from gym_push.evaluation.suites.suite import Suite

__all__ = ["SUITES", "DeliverySuite", "LogSuite", "PeopleSuite", "Suite"]
