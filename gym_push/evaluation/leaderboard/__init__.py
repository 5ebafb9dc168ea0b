"""The leaderboard: results of agents in one SQLite file, ranked, shown and reproduced.

`board` writes and reads the file, `opening` opens it and explains what is wrong with it, `rows`
turns results into rows and back. `entries` ranks and exports, `page` and `charts` make a web page,
`verifying` compares an entry with a second run.
"""

from gym_push.evaluation.leaderboard.board import Leaderboard
from gym_push.evaluation.leaderboard.entries import Entry
from gym_push.evaluation.leaderboard.verifying import Verdict, verify

__all__ = ["Entry", "Leaderboard", "Verdict", "verify"]
