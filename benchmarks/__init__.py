"""Speed, measured side by side in one run: `python -m nox -s bench`.

Machines differ and are busy, so the targets are ratios of two things measured in turn, medians of
several rounds. Absolute figures are printed only to show the order of magnitude.
"""
