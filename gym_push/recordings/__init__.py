"""Runs as files: a page that replays one from disk, and a page that sets two side by side.

    record(env, "run.html") → snapshots → frames → Tape (compressed) → one HTML file
                                      compare_page(two of them) → one HTML file

A recording shows what the live page shows, with the same modules and the same style; only its
frames come from the file (`web/js/recording.js`) and not from a viewer (`web/js/main.js`). It knows
environments by `SingleEnv` and `Frame` alone.
"""

from gym_push.recordings.comparison import compare_page
from gym_push.recordings.recorder import Recorder, record

__all__ = ["Recorder", "compare_page", "record"]
