"""An agent of delivery-v0 that learns a person, and plans when to deliver.

`agent` decides, `diary` says what it sees and keeps in mind, `practice` is how it meets other
people, and `fitting` what it learns from them.
"""

from gym_push.agents.planner.agent import Planner as Planner
