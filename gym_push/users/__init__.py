"""The simulated user: who they are, what their phone shows them, and what they do with it.

A `Population` makes the log of any number of people from a seed. The stations of the model, in
their order:

    persons ──► days ──► arrivals ──► features ──► attention ──► decisions ──► simulation
                  └────► sensing                                                   │
                                       writing ◄── population, bundled ◄──── table (a log)

`writing` fills a folder with logs, by a `plan` that can be resumed, with a data `card`, and in any
number of `workers`; `fitting` moves the parameters to a log by its `moments`.
`parameters`, `classes` and `states` hold the model's numbers, `phrases` its words, and `counters`
the random draws, each a hash of what it is for.
"""

from gym_push.users.fit_report import FitReport
from gym_push.users.parameters import Parameters
from gym_push.users.population import Population
from gym_push.users.table import simulate
from gym_push.users.writing import WrittenFile, write_logs

__all__ = ["FitReport", "Parameters", "Population", "WrittenFile", "simulate", "write_logs"]
