"""Runs as files: a page that replays one from disk, and a page that sets two side by side.

    record(env, "run.html") → moments → frames → Tape (compressed) → one HTML file
                                    compare_page(two of them) → one HTML file

A recording shows what the live page shows, with the same modules and the same style: only where its
frames come from is another (`web/js/recording.js`, where the live page has `web/js/main.js`). It
knows environments by `Recordable` and `Frame` alone.
"""

from gym_push.recordings.comparison import compare_page
from gym_push.recordings.recorder import Recorder, record

__all__ = ["Recorder", "compare_page", "record"]
