"""Fits the parameters of the model to a log.

`moments` are numbers that a log shows; `search` moves the parameters until simulated people show
the same. `fit` decides what the log identifies, and reports how sure that is.
"""
