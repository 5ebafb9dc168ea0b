"""`gym-push play`: watch an agent on the page."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gym_push.cli.agents import agent_argument, naming_faults, spec_of
from gym_push.cli.endings import Mistake, Stopped, tell
from gym_push.cli.types import (
    BUNDLED,
    LogName,
    Seconds,
    json_option,
    new_file,
    read_given,
    schema_option,
)
from gym_push.registration import BASIC, DELIVERY, ENVIRONMENTS

if TYPE_CHECKING:
    import gymnasium
    from rich.table import Table

    from gym_push.agents import AgentSpec
    from gym_push.evaluation.playing import Episode, Session


@click.command(
    epilog="""\b
Examples:
  gym-push play table-per-app
  gym-push play "table-per-app(prior=4)" --log my-log.csv --schema my-log.toml --episodes 3
  gym-push play random --env delivery-v0 --seed 7 --no-page --record run.html
"""
)
@agent_argument
@click.option(
    "--env",
    "env_id",
    type=click.Choice([each.id for each in ENVIRONMENTS]),
    help="What it plays.  [default: what the agent is for]",
)
@click.option(
    "--log",
    type=LogName(),
    default=BUNDLED,
    show_default=True,
    metavar="FILE",
    help="The log that basic-v0 plays.",
)
@schema_option
@click.option("--episodes", type=click.IntRange(1), default=1, show_default=True, help="How many.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Other seed, other run."
)
@click.option(
    "--delay",
    type=Seconds(),
    metavar="S",
    help="Seconds that each step takes longer.  [default: 0.05; 0 without the page]",
)
@click.option("--no-page", is_flag=True, help="Play unseen.")
@click.option("--record", type=new_file, metavar="FILE", help="Keep the run as an HTML file.")
@json_option
def play(
    agent: str,
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
    help(gym_push.agents.Agent) says what an agent is.
    Ctrl-C ends the run, and shows what was reached so far. On a terminal the page stays until you
    press Enter.
    """
    spec = spec_of(agent)
    with naming_faults(spec.name):
        spec.load()
    env_id = _chosen(spec, env_id)
    env = _make(spec, env_id, log, schema, None if no_page else "human", record)
    delay = (0.0 if no_page else 0.05) if delay is None else delay
    session, stopped = None, False
    try:
        with naming_faults(spec.name):
            session = _session(spec, env, env_id, seed)
            for _ in range(episodes):
                session.play(lambda: time.sleep(delay))
    except KeyboardInterrupt:
        stopped = True
    finally:
        env.close()
    played = session.episodes if session is not None else []
    if as_json:
        done: dict[str, Any] = {"agent": spec.name, "parameters": dict(spec.parameters)}
        done |= {"env": env_id, "seed": seed, "stopped": stopped}
        click.echo(json.dumps({**done, "episodes": [episode.to_dict() for episode in played]}))
    else:
        from gym_push.cli.shown import show

        tables = _rates if env_id == BASIC else _deliveries
        show(*tables(f"{spec} in {env_id}", played))
    if stopped:
        steps = sum(episode.decisions for episode in played)
        raise Stopped(f"stopped by Ctrl-C after {steps} decisions")
    if not no_page:
        from gym_push.cli.shown import wait_for_enter

        wait_for_enter("The page keeps how it ended.")


def _rates(title: str, episodes: list[Episode]) -> tuple[Table, ...]:
    from gym_push.cli.shown import add, table

    names = ("decisions", "agreement", "CTR", "person's CTR", "reward")
    made = table(title, "episode", "user", *names, right=names)
    for label, episode in _labelled(episodes):
        score = episode.score
        rates = (score.performance, score.ctr, score.user_ctr) if score else ()
        shown = ("" if rate is None else f"{rate:.1%}" for rate in rates)
        add(made, label, episode.user, episode.decisions, *shown, f"{episode.reward:+.0f}")
    return (made,)


def _deliveries(title: str, episodes: list[Episode]) -> tuple[Table, ...]:
    from gym_push.cli.shown import add, table
    from gym_push.envs.delivery.rules import PARTS

    names = ("decisions", "delivered", "held", "suppressed", "reward")
    made = table(title, "episode", "user", *names, right=names)
    parts = table("What the rewards are made of", "episode", *PARTS, right=PARTS)
    for label, episode in _labelled(episodes):
        reward = f"{episode.reward:+.2f}"
        add(made, label, episode.user, episode.decisions, *episode.actions, reward)
        add(parts, label, *(f"{episode.parts.get(part, 0.0):+.2f}" for part in PARTS))
    return made, parts


def _labelled(episodes: list[Episode]) -> Iterator[tuple[str, Episode]]:
    for number, episode in enumerate(episodes, start=1):
        yield (f"{number}" if episode.ended else f"{number} (stopped)"), episode


def _chosen(spec: AgentSpec, env_id: str | None) -> str:
    from gym_push.agents import BASELINES

    baseline = BASELINES.get(spec.name)
    if baseline is None:
        return env_id or BASIC
    if env_id is not None and env_id not in baseline.plays:
        raise Mistake(f"{spec.name} is for {' and '.join(baseline.plays)}, not for {env_id}")
    return env_id or baseline.plays[0]


def _make(
    spec: AgentSpec,
    env_id: str,
    log: Path | str,
    schema: Path | None,
    mode: str | None,
    record: Path | None,
) -> gymnasium.Env[Any, Any]:
    import gymnasium

    import gym_push

    if env_id != BASIC and (log != BUNDLED or schema is not None):
        raise Mistake(f"{env_id} plays simulated people: leave --log and --schema out")
    arguments: dict[str, Any] = {"observation": spec.form, "render_mode": mode}
    if env_id == BASIC:
        arguments["data"] = read_given(log, schema)
    env: gymnasium.Env[Any, Any] = gymnasium.make(f"gym_push:{env_id}", **arguments)
    return env if record is None else gym_push.record(env, record)


def _session(spec: AgentSpec, env: gymnasium.Env[Any, Any], env_id: str, seed: int) -> Session:
    from gym_push.agents import Pretrainable
    from gym_push.evaluation.playing import Session, practice

    agent = spec.make(env.observation_space, env.action_space)
    if isinstance(agent, Pretrainable) and env_id == DELIVERY:
        tell(f"{spec} practises first, with other people")
        others = practice(spec.form, seed)
        agent.pretrain(others, seed)
        others.close()
    return Session(env, agent, seed)
