"""Small files of every format, as their sources describe them, each row with a reason to be there.

The fields are those of the public descriptions that the readers name; no line is from real data.
"""

import json

import pandas as pd

# 2026-03-02 is a Monday; 08:00 UTC is 09:00 on this phone.
NINE = 1772438400000
HOUR = 3_600_000
MINUTE = 60_000


def written(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def posted(minutes, key, **fields):
    """An entry of the list `posted`, as NotificationObject writes it on Android 12."""
    user, package, nid, tag, uid = key.split("|")
    entry = {
        "packageName": package,
        "postTime": NINE + minutes * MINUTE,
        "systemTime": NINE + minutes * MINUTE + 12,
        "offset": HOUR,
        "version": 30,
        "sdk": 31,
        "isOngoing": False,
        "isClearable": True,
        "when": NINE,
        "number": -1,
        "flags": 16,
        "defaults": 0,
        "ledARGB": 0,
        "ledOn": 0,
        "ledOff": 0,
        "ringerMode": 2,
        "isScreenOn": False,
        "batteryLevel": 80,
        "batteryStatus": "discharging",
        "isConnected": True,
        "connectionType": "wifi",
        "isGroupSummary": False,
        "actionCount": 0,
        "isLocalOnly": False,
        "people": 0,
        "priority": 0,
        "nid": int(nid),
        "key": key,
        "visibility": 0,
        "color": 0,
        "interruptionFilter": 1,
        "listenerHints": 0,
        "matchesInterruptionFilter": True,
        **fields,
    }
    return entry


def removed(entry, seconds, reason=None):
    """The entry of the list `removed` for a posted one, so many seconds later; never with texts."""
    texts = ("title", "text", "textBig", "tickerText", "textLines", "appName")
    gone = {name: value for name, value in entry.items() if name not in texts}
    gone["systemTime"] = entry["postTime"] + int(seconds * 1000)
    return gone if reason is None else gone | {"removeReason": reason}


def export(folder, posted, removed, name="notification_export_20260303-120000.json"):
    device = {
        "version": 30,
        "locale": "[de_DE]",
        "model": "Pixel 5",
        "timezone": "Europe/Berlin",
        "offset": HOUR,
        "exportTime": NINE + 24 * HOUR,
        "apps": [{"appName": "Chat", "packageName": "com.chat", "enabled": True, "system": False}],
    }
    text = "{\n\n" + f'"device": {json.dumps(device)},\n\n'
    lines = [",\n".join("\t" + json.dumps(each) for each in some) for some in (posted, removed)]
    text += f'"posted": [\n{lines[0]}\n],\n\n"removed": [\n{lines[1]}\n]\n\n}}'
    return written(folder, name, text)


def rows_of(imported):
    """The rows of an imported log as they are in the file, with None for holes."""
    frame = pd.read_parquet(imported.path)
    return frame.astype(object).where(frame.notna(), None).to_dict("records")
