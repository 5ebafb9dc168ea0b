"""An agent in its own process: whatever its code does there, only answers come out.

That process has no environment, nor anything else of the test but what the agent is shown; if the
agent changes something there, such as a function of this package, nobody else is affected. It is
sent pickled objects and answers in JSON, so that an answer cannot run code in this process.
"""

from __future__ import annotations

import json
import os
import pickle
import select
import signal
import subprocess
import sys
import traceback
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import isnan
from threading import Thread
from typing import Any, BinaryIO, Final, NamedTuple

from gymnasium.spaces import Space
from gymnasium.vector import VectorEnv

from gym_push import errors as all_errors
from gym_push.agents.agent_spec import AgentSpec
from gym_push.agents.baselines import BASELINES
from gym_push.agents.local import Candidate, Decision, LocalAgent, plain_action
from gym_push.errors import ActionError, AgentError, CheatError, GymPushError
from gym_push.processes import one_thread, pipes, start

LONGEST: Final = 2**20
"""Bytes of an answer."""
FORM: Final = {"observation", "text"}
"""What an agent may ask of an environment."""


class OffLimits(NamedTuple):
    """What the code of an agent must not do, as an event that Python's audit hooks are told of.

    Attributes:
        event: Its name; of "open" the argument is a path.
        argument: Its first argument.
        deed: What the agent does then, such as "reads the log".
    """

    event: str
    argument: object
    deed: str

    def is_done(self, event: str, arguments: tuple[Any, ...]) -> bool:
        """Returns whether an event is this one."""
        if event != self.event:
            return False
        if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
            return os.path.realpath(os.fsdecode(arguments[0])) == self.argument
        return bool(arguments[0] == self.argument)


def candidate(spec: AgentSpec, off_limits: Sequence[OffLimits] = ()) -> Candidate:
    """Returns an agent to be tested: a baseline in this process, any other in its own.

    Arguments and errors are those of `RemoteAgent`.
    """
    return LocalAgent(spec) if spec.name in BASELINES else RemoteAgent(spec, off_limits)


class RemoteAgent:
    """An agent under test in its own process, as `Candidate` describes it.

    The process ends with this one, and at the first error. What the agent prints goes to standard
    error.

    Args:
        spec: Of the agent.
        off_limits: What its code must not do; its process ends with a `CheatError` before it does.

    Raises:
        ArgumentError: There is no such class.
        MissingExtraError: It needs a package that is not installed.
        AgentError: Its module fails.
    """

    def __init__(self, spec: AgentSpec, off_limits: Sequence[OffLimits] = ()) -> None:
        self.spec = spec
        self._process, self._requests, self._answers = start("gym_push.agents.remote")
        self._end = weakref.finalize(self, _end, self._process)
        self.form: Mapping[str, Any] = self._ask(spec, off_limits)
        if not isinstance(self.form, dict) or {*self.form} | {"text"} != FORM:
            self.close()
            raise self._no_answer()

    def make(self, observation_space: Space[Any], action_space: Space[Any]) -> bool:
        """Makes a new agent; returns whether it has to be pretrained."""
        return bool(self._ask("make", observation_space, action_space))

    def pretrain(self, env: VectorEnv[Any, Any, Any], seed: int) -> None:
        """Pretrains the agent, on a copy of the environments."""
        self._ask("pretrain", env, seed)

    def reset(self, seed: int) -> None:
        """Resets the agent."""
        self._ask("reset", seed)

    def decide(self, observation: Any, reward: float | None = None) -> Decision:
        """Learns and decides."""
        answer = self._ask("decide", observation, reward)
        try:
            action, confidence, nanoseconds = answer
            if confidence is not None and isnan(confidence):
                raise ValueError
            return Decision(plain_action(action), confidence, int(nanoseconds))
        except ActionError:
            self.close()
            raise
        except (TypeError, ValueError, OverflowError):
            self.close()
            raise self._no_answer() from None

    def end(self, reward: float) -> None:
        """Passes on the last reward of an episode."""
        self._ask("end", reward)

    def freeze(self) -> None:
        """Freezes a copy of the agent."""
        self._ask("freeze")

    def close(self) -> None:
        """Ends the process, and those it has started."""
        self._end()

    def _ask(self, *request: Any) -> Any:
        """Returns the agent's answer; ends the process if anything goes wrong."""
        try:
            with suppress(BrokenPipeError):  # the answer says why it broke
                self._requests.write(pickle.dumps(request, pickle.HIGHEST_PROTOCOL))
                self._requests.flush()
            return self._checked(self._answers.readline(LONGEST))
        except BaseException:  # also Ctrl-C, after which an answer may still be on its way
            self.close()
            raise

    def _checked(self, line: bytes) -> Any:
        if not line:
            code = self._process.wait()
            how = f"exit code {code}" if code >= 0 else f"signal {-code}"
            raise AgentError(f"agent {self.spec} ended its own process, with {how}")
        try:
            answer = json.loads(line)
            if "answer" in answer:
                return answer["answer"]
            known = getattr(all_errors, str(answer["error"]), None)
            failure: GymPushError = AgentError(f"agent {self.spec} failed in {answer['why']}")
            if isinstance(known, type) and issubclass(known, GymPushError):
                failure = known(*answer["why"])
            trace = answer["trace"]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise self._no_answer() from None
        raise failure from Exception(f"\n{trace}")

    def _no_answer(self) -> AgentError:
        return AgentError(f"agent {self.spec} wrote something into its pipe that is not an answer")


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):  # the process has already ended
        if process.poll() is None and hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # unsent bytes
            if pipe is not None:
                pipe.close()


def serve() -> None:
    """Makes the agent and answers requests: the whole life of the process."""
    requests, answers = pipes()
    sys.stdout = sys.stderr
    Thread(target=_end_with_parent, args=(requests,), daemon=True).start()

    def answer(**told: Any) -> None:
        answers.write(json.dumps(told).encode() + b"\n")
        answers.flush()

    try:
        spec, off_limits = pickle.load(requests)

        def watch(event: str, arguments: tuple[Any, ...]) -> None:
            for each in off_limits:
                if each.is_done(event, arguments):  # and nobody can catch what follows
                    answer(error=CheatError.__name__, why=[f"agent {spec} {each.deed}"], trace="")
                    os._exit(1)

        if off_limits:
            sys.addaudithook(watch)
        agent = LocalAgent(spec)
        answer(answer=agent.form)
        with one_thread():
            while True:
                method, *arguments = pickle.load(requests)
                answer(answer=getattr(agent, method)(*arguments))
    except Exception as error:
        trace = traceback.format_exc()[-LONGEST // 16 :]
        if type(error) in vars(all_errors).values():
            answer(error=type(error).__name__, why=[*map(str, error.args)], trace=trace)
        else:
            what = " ".join(f"{type(error).__name__}: {error}".split())
            answer(error=None, why=f"{place(error)}: {what}"[: LONGEST // 16], trace=trace)


def _end_with_parent(requests: BinaryIO) -> None:
    """Ends this process with its parent, even in the middle of a decision."""
    if hasattr(select, "poll"):  # on Windows it ends after the decision
        poll = select.poll()
        poll.register(requests, 0)
        poll.poll()
        os.killpg(0, signal.SIGKILL)


def place(error: BaseException) -> str:
    """Returns the file and line of an error."""
    if isinstance(error, SyntaxError) and error.filename:
        file, line = error.filename, error.lineno
    else:
        last = traceback.extract_tb(error.__traceback__)[-1]
        file, line = last.filename, last.lineno
    return f"{os.path.basename(file)}, line {line}"
