"""The leaderboard: what agents achieved, in one SQLite file, and whether it can be achieved again.

`board` writes and reads the file, `opening` recognises it and says in a sentence what is wrong with
one, `rows` turns results into its cells and back. `entries` ranks, `verifying` compares an entry
with a second run; `export` and `page` show it to programs and to people.
"""

from gym_push.evaluation.leaderboard.board import Leaderboard
from gym_push.evaluation.leaderboard.entries import Entry
from gym_push.evaluation.leaderboard.verifying import Verdict, verify

__all__ = ["Entry", "Leaderboard", "Verdict", "verify"]
