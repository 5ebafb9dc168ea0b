"""Two agents on the same notifications, side by side on one page."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import NoneType
from typing import TypeAlias

from gym_push.envs.rendering import AGENT
from gym_push.errors import ArgumentError, RecordingError
from gym_push.files import read_bytes, write_whole
from gym_push.recordings.document import data_of, document, fill, part, template
from gym_push.recordings.recorder import writable
from gym_push.recordings.tape import FORMAT, MAX_UNFOLDED, Fields, encode, frames

STYLES = ("main.css", "timeline.css", "compare.css")

FIELDS: dict[str, type | tuple[type, ...]] = {
    "env": str,
    **dict.fromkeys(("episode", "epoch", "size"), int),
    "agent": str,
    **dict.fromkeys(("user", "posted"), (str, NoneType)),
    **dict.fromkeys(("notification", "context", "units", "roles"), dict),
    **dict.fromkeys(("decisions", "points"), list),
    "reward": (int, float),
}
"""What the fields of a frame must be that the page shows."""

GROWING = {"decisions", "outcomes", "points"}
"""Lists that a line may append to, but not replace."""

PEOPLE = ("delivery", "send")
"""Kinds of frames of people who react, who are different with each agent."""

Step: TypeAlias = tuple[Fields, Fields]
"""A line of a recording, and the frame that it makes."""


def compare_page(
    recordings: Sequence[str | os.PathLike[str]],
    path: str | os.PathLike[str],
    *,
    names: Sequence[str] | None = None,
    episode: int | None = None,
) -> None:
    """Writes a page that shows two recorded runs side by side on the same notifications.

    It shows each notification with both decisions and the person's own, both agents' numbers and
    curves, and where they differ, with a timeline to search it. Like a recording it is one file
    that needs neither server nor network. Of a recording only the data is read, which is checked
    and never executed: it may come from anybody.

    Args:
        recordings: Two files that `gym_push.record` has written, of runs of `basic-v0`.
        path: The file to write, such as "compare.html"; an older one is replaced.
        names: The names of the agents; None for those that the environments were told
            (`agent_name`), or else those of the files.
        episode: The number of the episode to compare, from 1; None for the last that both have
            ended, or else begun.

    Raises:
        ArgumentError: There are not two recordings, or not a name for each.
        RecordingError: A file cannot be read or written, is not a sound recording or one of an
            older version, does not have the episode, or the two did not play the same notifications
            in the same order.

    Examples:
        >>> import gymnasium, gym_push, os, tempfile
        >>> folder = tempfile.mkdtemp()
        >>> runs = [os.path.join(folder, f"{name}.html") for name in ("open", "dismiss")]
        >>> for action, run in enumerate(runs):
        ...     with gym_push.record(gymnasium.make("gym_push:basic-v0"), run) as env:
        ...         observation, info = env.reset(seed=1)
        ...         terminated = False
        ...         while not terminated:
        ...             observation, reward, terminated, truncated, info = env.step(action)
        >>> gym_push.compare_page(runs, os.path.join(folder, "compare.html"))
    """
    if isinstance(recordings, (str, os.PathLike)) or len(recordings) != 2:
        raise ArgumentError(
            f"recordings={recordings!r}: compare_page() takes two files, as in "
            'compare_page(["a.html", "b.html"], "compare.html")'
        )
    path = writable(path)
    one, other = (Path(recording) for recording in recordings)
    _refuse_names(names)
    runs = [_episodes(one), _episodes(other)]
    number = _common_episode(runs, episode, (one, other))
    steps = [run[number] for run in runs]
    called = names or _names([each[0][1]["agent"] for each in steps], (one, other))
    for each, file in zip(steps, (one, other), strict=True):
        _refuse_gaps(each, number, file)
    decisions = min(map(len, steps)) - 1
    _refuse_different(steps, number, (one, other))
    told = {"names": list(called), "tapes": [_tape(each[: decisions + 1]) for each in steps]}
    page = fill(
        template("compare.html"),
        phone=part(template("main.html"), "phone"),
        foot=part(template("timeline.html"), "timeline"),
    )
    data = zlib.compress(json.dumps(told).encode(), 9)
    try:
        write_whole(path, document(page, "compare", STYLES, data))
    except OSError as error:
        raise RecordingError(
            f"the comparison cannot be written to {path}: {error.strerror or error}"
        ) from error


def _tape(steps: list[Step]) -> str:
    return b"".join(map(encode, [FORMAT, *(line for line, _ in steps)])).decode()


def _refuse_names(names: Sequence[str] | None) -> None:
    if names is not None and (
        isinstance(names, str) or len(names) != 2 or not all(isinstance(n, str) for n in names)
    ):
        raise ArgumentError(f'names={names!r} are not two names, as in names=("random", "table")')


def _names(agents: list[str], files: tuple[Path, Path]) -> list[str]:
    """Returns different names: of the agents, of the files, or of the files in their folders."""
    stems = [file.stem for file in files]
    folders = [f"{file.parent.name}/{file.stem}" for file in files]
    told = [stem if agent == AGENT else agent for agent, stem in zip(agents, stems, strict=True)]
    return next((names for names in (told, stems) if names[0] != names[1]), folders)


def _episodes(file: Path) -> dict[int, list[Step]]:
    """Returns the steps of each episode of a recording.

    Raises:
        RecordingError: It cannot be read, or is not a recording of `basic-v0`.
    """
    episodes: dict[int, list[Step]] = {}
    try:
        for number, (line, frame) in enumerate(frames(data_of(read_bytes(file, MAX_UNFOLDED))), 2):
            if frame.get("kind") in PEOPLE:
                raise ValueError(
                    f"it is a run of {frame['kind']}-v0, where what an agent does changes what it "
                    "meets; give runs of basic-v0"
                )
            if not _is_sound(line, frame):
                raise ValueError(f"its line {number} is broken; record the run again")
            if "episode" in line:
                episodes[frame["episode"]] = []
            episodes[frame["episode"]].append((line, frame))
    except OSError as error:
        raise RecordingError(f"{file} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise RecordingError(f"{file} cannot be compared: {error}") from None
    return episodes


def _is_sound(line: Fields, frame: Fields) -> bool:
    """Whether a line and its frame have what the page shows of them."""
    try:
        return (
            frame["kind"] == "basic"
            and all(isinstance(frame[name], kinds) for name, kinds in FIELDS.items())
            and not GROWING & line.keys()
            and 0 <= frame["epoch"] <= frame["size"]
            and _are_counts([*frame["confusion"], frame["majority"]], frame["size"])
            and all(_are_counts(point, frame["size"]) for point in line.get("+points", ()))
            and all(
                decision["action"] in (0, 1) and decision["user_action"] in (0, 1)
                for decision in line.get("+decisions", ())
            )
        )
    except (LookupError, TypeError):
        return False


def _are_counts(counts: object, most: int) -> bool:
    """Whether these are the counts of a point, of at most so many decisions."""
    return (
        isinstance(counts, list)
        and len(counts) == 5
        and all(type(count) is int and 0 <= count <= most for count in counts)
    )


def _common_episode(
    runs: list[dict[int, list[Step]]], wanted: int | None, files: tuple[Path, Path]
) -> int:
    lasts = [{number: steps[-1][1] for number, steps in run.items()} for run in runs]
    if wanted is not None:
        for last, file in zip(lasts, files, strict=True):
            if wanted not in last:
                raise RecordingError(
                    f"{file} has no episode {wanted}; it has those from {min(last)} to {max(last)}"
                )
            if not last[wanted]["epoch"]:
                raise RecordingError(f"{file} has no decision in episode {wanted}; choose another")
        return wanted
    common = {number: [last[number] for last in lasts] for number in lasts[0].keys() & lasts[1]}
    begun = [number for number, both in common.items() if all(last["epoch"] for last in both)]
    ended = [n for n in begun if all(last["epoch"] == last["size"] for last in common[n])]
    if not begun:
        raise RecordingError(
            f"{files[0]} and {files[1]} have no episode in common in which both decided something"
        )
    return max(ended or begun)


def _refuse_gaps(steps: list[Step], number: int, file: Path) -> None:
    for epoch, (line, frame) in enumerate(steps):
        if frame["epoch"] != epoch or len(line.get("+decisions", ())) != min(epoch, 1):
            raise RecordingError(
                f"{file} does not show decision {max(epoch, 1)} of episode {number}: "
                "use record() inside of a wrapper that takes several steps at a time"
            )


def _refuse_different(runs: list[list[Step]], number: int, files: tuple[Path, Path]) -> None:
    seen = [
        [
            ([frame[name] for name in ("size", "posted", "notification")], decision["user_action"])
            for (_, frame), decision in zip(run, run[0][1]["decisions"], strict=False)
        ]
        for run in runs
    ]
    for epoch, (mine, yours) in enumerate(zip(*seen, strict=False), 1):
        if mine != yours:
            raise RecordingError(
                f"{files[0]} and {files[1]} cannot be compared: in episode {number} their "
                f"notifications differ from decision {epoch} on; record both on the same log, in "
                "the same order"
            )
