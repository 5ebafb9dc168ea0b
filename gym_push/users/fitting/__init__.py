"""Fits the model to a log.

`moments` are what a log says about a parameter, counted from `person_statistics`; `search` moves
the parameters until simulated people have the same, `fit` leads it, and `report` tells how sure it
is.
"""
