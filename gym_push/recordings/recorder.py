"""A wrapper that records a run as a page, to look at later and to show to others."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any, SupportsFloat

import gymnasium
from gymnasium.utils import RecordConstructorArgs

from gym_push.envs.rendering import SingleEnv
from gym_push.errors import ArgumentError, RecordingError
from gym_push.files import check_writable, write_whole
from gym_push.recordings.document import document, fill, part, template
from gym_push.recordings.tape import Tape

BATCH = 512
"""Snapshots that wait, for their frames to be made all at once."""

STYLES = ("main.css", "timeline.css")


class Recorder(gymnasium.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Records a run; see `gym_push.record`, which makes it."""

    def __init__(self, env: gymnasium.Env[Any, Any], path: str | os.PathLike[str]) -> None:
        recordable = _recordable(env)
        RecordConstructorArgs.__init__(self, path=os.fspath(path))
        super().__init__(env)
        self._recording: Recording | None = Recording(writable(path), recordable)
        weakref.finalize(self, self._recording.save)  # also when the program ends

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode, and records its first observation."""
        began = super().reset(seed=seed, options=options)
        if self._recording is not None:
            self._recording.note()
        return began

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Takes a step, and records it."""
        stepped = super().step(action)
        if self._recording is not None:
            self._recording.note()
        return stepped

    def close(self) -> None:
        """Closes the environment and writes the file. A second call does nothing.

        Raises:
            RecordingError: The file cannot be written; an older one is unchanged.
        """
        try:
            super().close()
        finally:
            recording, self._recording = self._recording, None
            if recording is not None:
                recording.save()

    def __getstate__(self) -> dict[str, Any]:
        """Copies, also in other processes, are not recorded."""
        return {**self.__dict__, "_recording": None}


def record(env: gymnasium.Env[Any, Any], path: str | os.PathLike[str]) -> Recorder:
    """Wraps an environment so that its run is recorded as one HTML file.

    The file shows the run on the same page as `render()`, with a timeline to play and to search
    it. It needs no server and no network, only a browser: send it to a colleague. It is about 90 kB
    and, with the bundled log, 100 bytes a step; until it is written, three quarters of that are
    kept in memory. The run is the same as without it. Recording takes about 100 microseconds a
    step, for 512 steps at a time.

    The file is written, whole or not at all, when the environment is closed, also by a `with`
    block that ends with an exception or Ctrl-C: then it shows the run up to there. If nobody closes
    the environment, the file is written when it is garbage collected, or when the program ends by
    itself. A program that is killed leaves no file, and neither does a run without any `reset()`.
    Until then an older file stays as it is. Copies of the environment and forked processes do not
    record.

    Every step of this wrapper is recorded, whichever wrappers are around it; place it inside of a
    wrapper that takes several steps at a time.

    Args:
        env: An environment of this package, such as `gymnasium.make("gym_push:basic-v0")`, with
            or without wrappers around it. Render it as you like besides.
        path: The file to write, such as "run.html"; an older one is replaced.

    Returns:
        The environment, as a `gymnasium.Wrapper`.

    Raises:
        ArgumentError: The environment is not one of this package, or is a vector of them.
        RecordingError: No file can be written at `path`.

    Examples:
        >>> import gymnasium, gym_push, os, tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "run.html")
        >>> with gym_push.record(gymnasium.make("gym_push:basic-v0"), path) as env:
        ...     observation, info = env.reset(seed=1)
        ...     observation, reward, terminated, truncated, info = env.step(1)
        >>> os.path.exists(path)
        True
    """
    return Recorder(env, path)


class Recording:
    """A run so far. It knows the environment, but not the wrapper around it.

    Args:
        path: The file to write.
        env: The environment to record.
    """

    def __init__(self, path: Path, env: SingleEnv[Any]) -> None:
        self._path, self._env = path, env
        self._process = os.getpid()
        self._kept: tuple[Tape, list[Any]] = Tape(), []

    def note(self) -> None:
        """Records where the episode stands."""
        _, waiting = self._kept
        waiting.append(self._env.snapshot())
        if len(waiting) >= BATCH:
            self._make_frames()

    def save(self) -> None:
        """Writes the file, if anything was recorded, and only in the process that recorded it.

        A second call does nothing, except after Ctrl-C: then it writes the file after all.

        Raises:
            RecordingError: The file cannot be written.
        """
        if os.getpid() != self._process:
            return
        self._make_frames()
        tape, _ = self._kept
        if tape.empty:
            return
        failure: OSError | None = None
        try:
            write_whole(self._path, recording_page(tape.data()))
        except OSError as error:
            failure = error
        self._kept = Tape(), []
        if failure is not None:
            raise RecordingError(
                f"the recording cannot be written to {self._path}: {failure.strerror or failure}"
            ) from failure

    def _make_frames(self) -> None:
        """Makes all or none of the frames that wait, since Ctrl-C may come anywhere in here."""
        before, waiting = self._kept
        if not waiting:
            return
        tape, describe = before.copy(), self._env.frame_builder()
        for snapshot in waiting:
            tape.add(describe(snapshot))
        self._kept = tape, []


def recording_page(data: bytes) -> str:
    """Returns the page that shows a recording, of which `data` is `Tape.data()`."""
    timeline = template("timeline.html")
    page = fill(template("main.html"), controls="", foot=fill(part(timeline, "timeline"), jumps=""))
    return document(page, "recording", STYLES, data)


def _recordable(env: object) -> SingleEnv[Any]:
    if isinstance(env, gymnasium.vector.VectorEnv):
        raise ArgumentError(
            "record() records one environment, not a vector of them: wrap one of those that the "
            "vector is made of, as in SyncVectorEnv([lambda: gym_push.record(env, path), ...])"
        )
    if not isinstance(env, gymnasium.Env):
        raise ArgumentError(
            f"record() needs a gymnasium environment, not a {type(env).__name__}; for the calls of "
            'classic gym: gym_push.ClassicAPI(gym_push.record(gymnasium.make("gym_push:basic-v0"), '
            "path))"
        )
    inner = env.unwrapped
    if not isinstance(inner, SingleEnv):
        raise ArgumentError(
            f"record() cannot record {type(inner).__name__}: it is not an environment of gym-push, "
            'such as gymnasium.make("gym_push:basic-v0")'
        )
    return inner


def writable(path: str | os.PathLike[str]) -> Path:
    """Returns the file's absolute path, since the program may change its folder."""
    target = Path(os.path.abspath(path))
    try:
        check_writable(target)
    except OSError as error:
        raise RecordingError(f"{target} cannot be written: {error.strerror}") from error
    return target
