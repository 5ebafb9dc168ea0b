"""`gym-push play`: watch an agent on the page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import gymnasium

import gym_push
from gym_push.actions import PARTS
from gym_push.agents import AgentSpec, Pretrainable
from gym_push.agents.remote import place
from gym_push.cli import output, usage
from gym_push.cli.options import (
    Command,
    force_option,
    json_option,
    number_option,
    read_given,
    schema_option,
    seed_option,
)
from gym_push.cli.types import BUNDLED, AgentName, LogName, NewFile, Seconds
from gym_push.envs.send.rules import PARTS as SEND_PARTS
from gym_push.errors import GymPushError
from gym_push.registration import BASIC, DELIVERY, SEND

if TYPE_CHECKING:
    from rich.table import Table

    from gym_push.evaluation.playing import Episode, Session


@click.command(cls=Command)
@click.argument("agent", type=AgentName())
@click.option(
    "--env",
    "env_id",
    type=click.Choice([BASIC, DELIVERY, SEND]),
    help="What it plays.  [default: what the agent is for]",
)
@click.option(
    "--log",
    type=LogName(bundled=True),
    default=BUNDLED,
    show_default=True,
    metavar="FILE",
    help="The log that basic-v0 plays.",
)
@schema_option
@number_option("--episodes", "How many.", 1, 1)
@seed_option
@click.option(
    "--delay",
    type=Seconds(),
    metavar="S",
    help="Seconds to wait after each step.  [default: 0.05; 0 without the page]",
)
@click.option("--no-page", is_flag=True, help="Play unseen.")
@click.option("--record", type=NewFile(), metavar="FILE", help="Keep the run as an HTML file.")
@force_option
@json_option
def play(
    agent: AgentSpec,
    env_id: str | None,
    log: Path | str,
    schema: Path | None,
    episodes: int,
    seed: int,
    delay: float | None,
    no_page: bool,
    record: Path | None,
    as_json: bool,
) -> None:
    """Watch AGENT play on the page, and learn.

    AGENT is a baseline or module:Class of your own, with parameters as in "linucb(alpha=0.5)";
    help(gym_push.agents.Agent) says what an agent is. Ctrl-C ends the run, and shows the results so
    far. On a terminal the page stays until you press Enter.

    Examples:
      gym-push play table-per-app
      gym-push play "table-per-app(prior=4)" --log my-log.csv --schema my-log.toml --episodes 3
      gym-push play random --env delivery-v0 --seed 7 --no-page --record run.html
      gym-push play best-of-history --delay 0.5
    """
    with _naming_faults(agent):
        agent.load()
    env_id = _chosen(agent, env_id)
    if env_id != BASIC and (log != BUNDLED or schema is not None):
        raise output.Mistake(f"{env_id} plays simulated people: leave --log and --schema out")
    data: dict[str, Any] = {"data": read_given(log, schema)} if env_id == BASIC else {}
    mode = None if no_page else "human"
    env: gymnasium.Env[Any, Any] = gymnasium.make(
        f"gym_push:{env_id}",
        **agent.form,
        render_mode=mode,
        agent_name=str(agent),
        **data,
    )
    if record is not None:
        env = gym_push.record(env, record)
    delay = (0.0 if no_page else 0.05) if delay is None else delay
    session, stopped = None, False
    try:
        with _naming_faults(agent), usage.told([agent]):
            session = _session(agent, env, env_id, seed)
            for _ in range(episodes):
                session.play(lambda: time.sleep(delay))
    except KeyboardInterrupt:
        stopped = True
    finally:
        env.close()
    if record is not None:
        output.tell(f"wrote {record}")
    played = session.episodes if session is not None else []
    done = {"agent": agent.name, "parameters": dict(agent.parameters), "env": env_id, "seed": seed}
    done |= {"stopped": stopped, "episodes": [episode.to_dict() for episode in played]}
    output.result(as_json, done, *TABLES[env_id](f"{agent} in {env_id}", played))
    if stopped:
        steps = sum(episode.decisions for episode in played)
        raise output.Stopped(f"stopped by Ctrl-C after {steps} decisions")
    if not no_page:
        output.wait_for_enter()


@contextmanager
def _naming_faults(agent: AgentSpec) -> Iterator[None]:
    """Names the error in the code of an agent, and where it is.

    Raises:
        Mistake: There is one.
    """
    try:
        yield
    except (GymPushError, click.ClickException, OSError):
        raise
    except Exception as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise output.Mistake(f"agent {agent.name} failed in {place(error)}: {why}") from error


def _rates(title: str, episodes: list[Episode]) -> tuple[Table, ...]:
    names = ("decisions", "agreement", "CTR", "person's CTR", "reward")
    made = output.table(title, "episode", "user", *names, right=names)
    for label, episode in _labelled(episodes):
        score = episode.score
        rates = (score.performance, score.ctr, score.user_ctr) if score else ()
        shown = ("" if rate is None else f"{rate:.1%}" for rate in rates)
        output.add(made, label, episode.user, episode.decisions, *shown, f"{episode.reward:+.0f}")
    return (made,)


def _deliveries(title: str, episodes: list[Episode]) -> tuple[Table, ...]:
    names = ("notifications", "delivered", "held", "suppressed", "reward a notification")
    made = output.table(title, "episode", "user", *names, right=names)
    parts = output.table("What a notification earns", "episode", *PARTS, right=PARTS)
    for label, episode in _labelled(episodes):
        count = max(episode.notifications, 1)
        reward = f"{episode.reward / count:+.2f}"
        output.add(made, label, episode.user, episode.notifications, *episode.actions, reward)
        earned = (episode.parts.get(part, 0.0) / count for part in PARTS)
        output.add(parts, label, *(f"{part:+.2f}" for part in earned))
    return made, parts


def _messages(title: str, episodes: list[Episode]) -> tuple[Table, ...]:
    names = ("messages", "opened", "effect each", "habit", "left", "reward")
    made = output.table(title, "episode", "user", *names, right=names)
    parts = output.table("Of which", "episode", *SEND_PARTS, right=SEND_PARTS)
    for label, episode in _labelled(episodes):
        measures, sent = episode.measures, episode.notifications
        ctr, effect = measures["ctr"], measures["effect_per_send"]
        shown = ("" if ctr is None else f"{ctr:.1%}", "" if effect is None else f"{effect:+.2f}")
        habit, left = f"{measures['habit']:.1%}", "yes" if measures["left"] else "no"
        output.add(made, label, episode.user, sent, *shown, habit, left, f"{episode.reward:+.2f}")
        output.add(parts, label, *(f"{episode.parts.get(part, 0.0):+.2f}" for part in SEND_PARTS))
    return made, parts


TABLES: Final = {BASIC: _rates, DELIVERY: _deliveries, SEND: _messages}
"""What is told of the episodes, by the environment."""


def _labelled(episodes: list[Episode]) -> Iterator[tuple[str, Episode]]:
    for number, episode in enumerate(episodes, start=1):
        yield (f"{number}" if episode.ended else f"{number} (stopped)"), episode


def _chosen(agent: AgentSpec, env_id: str | None) -> str:
    if agent.environments and env_id is not None and env_id not in agent.environments:
        raise output.Mistake(
            f"{agent.name} is for {' and '.join(agent.environments)}, not for {env_id}"
        )
    return env_id or (agent.environments or (BASIC,))[0]


def _session(spec: AgentSpec, env: gymnasium.Env[Any, Any], env_id: str, seed: int) -> Session:
    from gym_push.evaluation.playing import Session, practice

    agent = spec.make(env.observation_space, env.action_space)
    if isinstance(agent, Pretrainable) and env_id != BASIC:
        output.tell(f"{spec} practises first, with other people")
        others = practice(spec.form, seed, env_id)
        agent.pretrain(others, seed)
        others.close()
    return Session(env, agent, seed)
