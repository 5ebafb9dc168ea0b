"""Frames as pictures, drawn in the process and without a browser: the `rgb_array` render mode."""
