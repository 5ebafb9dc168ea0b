"""`gym-push demo`: the first minute."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import click
import gymnasium

from gym_push.agents import BASELINES, AgentSpec
from gym_push.cli import output
from gym_push.cli.options import Command, json_option
from gym_push.cli.types import Seconds
from gym_push.envs.basic.episodes import bundled_log

if TYPE_CHECKING:
    from rich.table import Table

    from gym_push.evaluation.playing import Episode

LEARNER: Final = "table-per-app"
SHOWN: Final = (
    ("random", 0.2, "An agent that guesses"),
    (LEARNER, 0.8, "Now one that learns how often the person opens each app"),
)
"""Agents on the page, with their share of the time and what they are."""
UNSEEN: Final = ("always-open", "always-dismiss", "majority")
"""Agents that only the table at the end shows."""

NEXT: Final = (
    ("gym-push play table-per-app --episodes 3", "does it go on learning?"),
    ("gym-push play random --env delivery-v0", "people who react: deliver, hold or suppress"),
    ("gym-push play best-of-history", "an app that sends: which message, and when"),
    ("gym-push log describe", "what is in the log that you saw"),
    ("gym-push log schema my-log.csv", "bring a log of your own"),
    ("gym-push generate --users 10 --days 7 --out logs/", "or simulate people"),
)
"""What to try after it, and why."""


@click.command(cls=Command)
@click.option(
    "--seconds", type=Seconds(), default=60.0, show_default=True, help="How long it takes."
)
@click.option("--no-page", is_flag=True, help="Print only the results, at once.")
@json_option
def demo(seconds: float, no_page: bool, as_json: bool) -> None:
    """See in a minute what this is about.

    On the page an agent that knows nothing plays the bundled log, then one that learns.

    Examples:
      gym-push demo
      gym-push demo --seconds 20
      gym-push demo --no-page
    """

    def say(*lines: str) -> None:
        if not as_json:
            click.echo("\n".join(lines))

    log = bundled_log()
    seconds = 0.0 if no_page else seconds
    played: dict[str, Episode] = {}
    say(
        "Which of a phone's notifications should reach the person?",
        "",
        f"Here are {len(log)} of a simulated person, who opened {log.actions.mean():.0%} of them.",
        "An agent sees one after the other and predicts what the person did; then it is told.",
    )
    try:
        for name, share, about in SHOWN:
            say("", f"{about} ({name}) plays ...")
            delay = share * seconds / len(log)
            played[name] = _play(name, delay, None if no_page else "human")
            say(f"It agreed with the person on {_agreement(played[name]):.0%} of the decisions.")
    except KeyboardInterrupt:
        raise output.Stopped("stopped by Ctrl-C;  gym-push demo --seconds 10  is shorter") from None
    played |= {name: _play(name) for name in UNSEEN}
    values = {"agents": {name: episode.to_dict() for name, episode in played.items()}}
    output.result(as_json, {**values, "next": [line for line, _ in NEXT]}, *_summary(played))
    if not (no_page or as_json):
        output.wait_for_enter()


def _play(name: str, delay: float = 0.0, mode: str | None = None) -> Episode:
    from gym_push.evaluation.playing import Session

    env = gymnasium.make("gym_push:basic-v0", render_mode=mode, agent_name=name)
    try:
        agent = AgentSpec.of(name).make(env.observation_space, env.action_space)
        return Session(env, agent, seed=1).play(lambda: time.sleep(delay))
    finally:
        env.close()


def _agreement(episode: Episode) -> float:
    assert episode.score is not None and episode.score.performance is not None
    return episode.score.performance


def _summary(played: dict[str, Episode]) -> list[Table | str]:
    numbers = ("agreement", "reward")
    made = output.table(
        "What agents reach on this log", "agent", "what it does", *numbers, right=numbers
    )
    for name in sorted(played, key=lambda name: played[name].reward):
        cells = f"{_agreement(played[name]):.1%}", f"{played[name].reward:+.0f}"
        output.add(
            made, name, BASELINES[name].summary, *cells, style="bold" if name == LEARNER else ""
        )
    longest = max(len(line) for line, _ in NEXT)
    return ["", made, "Try next:", *(f"  {line.ljust(longest)}  {why}" for line, why in NEXT)]
