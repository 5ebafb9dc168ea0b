"""Policies of delivery for evaluators, who know more than an agent does.

`rollouts` plays delivery for many people at once. `plans` are fixed rules, `learned` is learned
from other people, and `oracles` know the person, or even what will happen.
"""
