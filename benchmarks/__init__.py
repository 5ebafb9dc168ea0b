"""Speed, measured side by side in one run: `python -m nox -s bench`.

Machines differ and are busy, so what counts here is a ratio of two things measured in turn, and of
several rounds the median. Absolute figures are printed to show the size of things only.
"""
