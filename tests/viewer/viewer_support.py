"""What the viewer's tests share: a frame, and an agent in a process of its own."""

import json
import subprocess
import sys
import time
from array import array
from pathlib import Path

import psutil
import websocket

from gym_push import viewer
from gym_push.envs.rendering import WEB
from gym_push.meanings import columns_by_meaning
from gym_push.viewer.basic_frame import BasicFrame
from gym_push.viewer.delivery_frame import DeliveryFrame
from gym_push.viewer.frame import About
from gym_push.viewer.send_frame import SendFrame

NOTIFICATION = {
    "appPackage": "com.whatsapp",
    "category": "msg",
    "priority": "high",
    "numberUpdates": 2,
    "ledARGB": "#FF25D366",
    "vibrate": "0 150 100 150",
    "tickerText": "Aoife: Are you around this evening?",
}
CONTEXT = {
    "postedDayOfWeek": "Sat",
    "postedTimeOfDay": "evening",
    "place": "commuting",
    "noise": 46,
    "batteryLevel": 15,
    "charging": True,
    "headphonesIn": False,
    "timeAppLastUsed": 44,
}
ROLES = columns_by_meaning([*NOTIFICATION, *CONTEXT], {})
UNITS = {"noise": "dB", "batteryLevel": "%", "timeAppLastUsed": "min"}


def make_frame(**changes):
    """A frame of an episode of 262 after three decisions, two of them right."""
    told = [
        About({"appPackage": "org.example.bank"}, "2026-11-07T07:12:00"),
        About(NOTIFICATION, "2026-11-07T07:15:00"),
        About({**NOTIFICATION, "appPackage": "com.google.android.gm"}, None),
    ]
    facts = {
        "env": "basic-v0",
        "agent": "agent",
        "roles": ROLES,
        "episode": 1,
        "epoch": 3,
        "size": 262,
        "user": None,
        "notification": NOTIFICATION,
        "context": CONTEXT,
        "units": UNITS,
        "posted": "2026-11-07T07:22:00",
        "reward": 1,
        "confusion": (1, 0, 1, 1),
        "majority": 2,
        "decisions": memoryview(bytes([0, 3, 1])),
        "about": lambda row: told[row] if row < 3 else About(NOTIFICATION, None),
        "episodes": (),
        **changes,
    }
    rows = memoryview(array("q", range(len(facts["decisions"]))))
    return BasicFrame(**{"rows": rows, **facts})


def make_delivery(actions=(0, 1, 0, 2, 0), outcomes=((0, 1), (2, 2)), **changes):
    """A frame of the second of seven days, after these actions, of which these led to something."""
    about = changes.get("about", lambda row: About(NOTIFICATION, "2026-11-07T07:15:00"))
    kinds = [outcome for _, outcome in outcomes]
    facts = {
        "env": "delivery-v0",
        "agent": "agent",
        "roles": ROLES,
        "episode": 1,
        "epoch": len(actions),
        "user": "17",
        "notification": NOTIFICATION,
        "context": CONTEXT,
        "units": UNITS,
        "posted": "2026-11-07T07:15:00",
        "reward": 1.5,
        "decisions": memoryview(bytes(actions)),
        "rows": memoryview(array("q", range(len(actions)))),
        "outcomes": memoryview(array("d", [x for led in outcomes for x in (*led, 0.25)])),
        "points": memoryview(
            array(
                "d",
                [x for at in range(len(actions)) for x in (400 * at, at / 2, 0, 0, at + 1, at / 4)],
            )
        ),
        "episodes": ((1, 4.25, 4, 1, 6), (2, -1.5, 8, 2, 9)),
        "about": about,
        "now": "2026-11-07T07:22:00",
        "minute": 1882,
        "minutes": 7 * 1440,
        "credit": -0.25,
        "arrived": len(actions),
        "deliver_all": 1.0,
        "parts": (3.25, -1.25, -0.5, 0.0),
        "held": 1,
        "delivered": list(actions).count(0),
        "opened": kinds.count(1),
        "dismissed": kinds.count(2),
        "ignored": kinds.count(3),
        "suppressed": list(actions).count(2),
        **changes,
    }
    return DeliveryFrame(**facts)


SENDING = {**ROLES, "app": "channel", "category": "tone", "text": "text"}
MESSAGE = {"channel": "push", "tone": "warm", "text": "Time to practise?", "topic": "people"}


def make_send(statuses=(1, 0, 2, 3), **changes):
    """A frame of the ninth of 28 days, after decisions of which these statuses came."""
    line = About(MESSAGE, "2026-11-07T07:15:00", {"why": "available, 2 of 7 sent", "effect": 1.0})
    unsent = About({"channel": "", "text": "done it today"}, "2026-11-07T07:15:00")
    about = changes.get("about", lambda row: line if statuses[row] else unsent)
    counts = [statuses.count(status) for status in range(4)]
    led_to = [(at, status, 0.98 * status) for at, status in enumerate(statuses)]
    points = [
        (2000 * at, at / 2, at / 4, *(statuses[: at + 1].count(status) for status in (1, 2, 3)))
        for at in range(len(statuses))
    ]
    facts = {
        "env": "send-v0",
        "agent": "agent",
        "roles": SENDING,
        "episode": 1,
        "epoch": len(statuses),
        "user": "17",
        "notification": MESSAGE if any(statuses) else {},
        "context": CONTEXT,
        "units": UNITS,
        "posted": "2026-11-07T07:15:00",
        "reward": 1.5,
        "decisions": memoryview(bytes(int(status > 0) for status in statuses)),
        "rows": memoryview(array("q", range(len(statuses)))),
        "outcomes": memoryview(array("d", [x for led in led_to for x in led])),
        "points": memoryview(array("d", [x for point in points for x in point])),
        "episodes": ((1, 4.25, 4, 1, 6, 0), (2, -1.5, 8, 2, 9, 1)),
        "about": about,
        "now": "2026-11-08T17:22:00",
        "minute": 12000,
        "minutes": 28 * 1440,
        "parts": {"outcome": 2.0, "habit": 0.0, "price": -0.06, "leaving": -0.44},
        "nothing": 0.75,
        "effect": 2.0,
        "newest": next(filter(None, reversed(statuses)), 0),
        "counts": tuple(counts),
        "week": 3,
        "budget": 7,
        "above": 0,
        "left": False,
        "hindered": (),
        "composed": False,
        "catalogue": (
            {"text": "Time to practise?", "note": "warm"},
            {"text": "N days in a row!", "note": "playful"},
        ),
        "messages": 2,
        "eligible": 1,
        "lacks": ("", "needs 3 days in a row"),
        "tried": ((sum(counts[1:]), sum(counts[1:3])), (0, 0)),
        "measured": {"habit": 0.25, "trust": 0.75},
        **changes,
    }
    return SendFrame(**facts)


def play(cells, episode=1, size=262, **changes):
    """The changes to `make_frame` after these decisions, each 2 × action + user_action."""
    confusion = tuple(cells.count(cell) for cell in (3, 2, 1, 0))
    return {
        "episode": episode,
        "epoch": len(cells),
        "size": size,
        "confusion": confusion,
        "majority": cells.count(0),
        "reward": 2 * (confusion[0] + confusion[3]) - len(cells),
        "decisions": memoryview(bytes(cells)),
        **changes,
    }


def ask(address, name, *arguments, timeout=10):
    """What the viewer answers to a page's call, without a browser."""
    connection = websocket.create_connection(address.replace("http", "ws") + "eel", timeout=timeout)
    try:
        connection.send(json.dumps({"call": 1.5, "name": name, "args": list(arguments)}))
        return json.loads(connection.recv())["value"]
    finally:
        connection.close()


def look(url, feed=None):
    """What a page at `url` is shown."""
    return ask(url, "next", feed, None)


def tabs(url):
    """The names of the tabs, and whether each has ended."""
    return [(tab["label"], tab["ended"]) for tab in look(url)["tabs"]]


def eventually(true, timeout=10.0):
    """Whether `true()` comes to hold within `timeout` seconds."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def open_feed(name, describe):
    """A feed to this process's viewer, which serves the page of the environments."""
    return viewer.open_feed(name, describe, WEB)


def viewers():
    """The viewer processes that this process has started."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "gym_push.viewer.server" in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


class Script:
    """An agent in a process of its own, as a user would write it."""

    PRELUDE = f"""
import os, psutil, signal, sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from viewer_support import make_frame, open_feed
from gym_push import viewer
feed = open_feed("basic-v0", lambda epoch: make_frame(epoch=epoch))
feed.publish(1)
url = viewer.url(30)
(server,) = psutil.Process().children()
print(url, server.pid, flush=True)
"""

    def __init__(self, code, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.PRELUDE + code, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.url, pid = self.process.stdout.readline().split()
        self.viewer = int(pid)

    def viewer_is_gone(self):
        """Whether its viewer ends soon after it; one that only awaits init's call has ended."""

        def gone():
            try:
                return psutil.Process(self.viewer).status() == psutil.STATUS_ZOMBIE
            except psutil.NoSuchProcess:
                return True

        return eventually(gone, timeout=5)

    def finish(self):
        """What is left of its output, and its exit code."""
        output, errors = self.process.communicate(timeout=30)
        return output, errors, self.process.returncode
