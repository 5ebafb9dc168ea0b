"""The live web page: an environment's `render()` publishes states, and another process shows them.

    publish() → newest state → sender thread, ≤ 30 a second → pipe → viewer process (eel) ⇄ pages

Nothing here can end the agent. Only the person at the page can slow it down: by pause, single steps
and speed `publish` waits, until the last page or the viewer has gone, or the viewer hangs. Without
a viewer the states go nowhere. eel has a process of its own because it ends its process with the
last page, draws from the global `random`, and needs its own event loop.

The environments of one process are tabs of one page. So are those of its worker processes, such as
AsyncVectorEnv's, if they start after it has shown something; other workers have a page each.

The page opens by itself on a graphical desktop, unless `GYM_PUSH_BROWSER=0` or `CI` is set in the
environment. Its address is always printed once.
"""

from gym_push.viewer.client import open_feed, url
from gym_push.viewer.courier import Feed

__all__ = ["Feed", "open_feed", "url"]
