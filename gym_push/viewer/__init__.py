"""The live web page: an environment's `render()` publishes states, a process of its own shows them.

    publish() → newest state → sender thread, ≤ 30 a second → pipe → viewer process (eel) ⇄ pages

Nothing here can end the agent, or slow it but at the wish of the person at the page, who can pause,
step and slow it: then `publish` waits, until the last page or the viewer has gone, or the viewer
hangs. Without a viewer the states simply go nowhere. eel lives in its own process because it ends
the process that it is in with the last page, draws from the global `random`, and needs its own
event loop to serve.

The environments of one process are tabs of one page, and so are those of its worker processes, such
as AsyncVectorEnv's, that were started after it showed something. Other workers have a page each.

The page opens by itself where there is a graphical desktop, unless `GYM_PUSH_BROWSER=0` or `CI`
is set in the environment; its address is always printed once.
"""

from gym_push.viewer.client import open_feed, url
from gym_push.viewer.courier import Feed

__all__ = ["Feed", "open_feed", "url"]
