"""The leaderboard: results of agents in one SQLite file, ranked, shown and reproduced.

`board` writes and reads the file, `opening` opens it and explains what is wrong with it, `rows`
turns results into rows and back. `entries` ranks, exports and verifies, `page` makes a web page.
"""

from gym_push.evaluation.leaderboard.board import Leaderboard
from gym_push.evaluation.leaderboard.entries import Entry, Verdict, verify

__all__ = ["Entry", "Leaderboard", "Verdict", "verify"]
