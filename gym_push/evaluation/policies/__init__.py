"""Policies of delivery-v0 for evaluators, who know more than an agent does.

`rollouts` plays a policy with many people at once, and has the fixed ones. `learned` policies learn
from a run of random plans; `oracles` know the person, or even what will happen.
"""
