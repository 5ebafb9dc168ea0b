"""`gym-push demo`: the first minute."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

import click

from gym_push.cli.endings import Stopped
from gym_push.cli.types import Seconds, json_option

if TYPE_CHECKING:
    import gymnasium

    from gym_push.evaluation.playing import Episode

CHANCE, LEARNER = "random", "table-per-app"
CONSTANT: Final = ("always-open", "always-dismiss", "majority")
"""Agents that are not shown, for the table at the end."""
OF_CHANCE: Final = 0.2
"""Share of the time for the agent that knows nothing: long enough to see that it does not."""

NEXT: Final = (
    ("gym-push play table-per-app --episodes 3", "does it go on learning?"),
    ("gym-push play random --env delivery-v0", "people who react: deliver, hold or suppress"),
    ("gym-push log describe", "what is in the log that you saw"),
    ("gym-push log schema my-log.csv", "bring a log of your own"),
    ("gym-push generate --users 10 --days 7 --out logs/", "or simulate people"),
)
"""What to try after it, and why."""


@click.command(
    epilog="""\b
Examples:
  gym-push demo
  gym-push demo --seconds 20
  gym-push demo --no-page
"""
)
@click.option(
    "--seconds", type=Seconds(), default=60.0, show_default=True, help="How long it takes."
)
@click.option("--no-page", is_flag=True, help="Only tell, and take no time.")
@json_option
def demo(seconds: float, no_page: bool, as_json: bool) -> None:
    """See in a minute what this is about.

    On the page an agent that knows nothing plays the bundled log, then one that learns.
    """
    import gymnasium

    from gym_push.envs.data import bundled_log

    def tell(*lines: str) -> None:
        if not as_json:
            click.echo("\n".join(lines))

    log = bundled_log()
    seconds = 0.0 if no_page else seconds
    mode = None if no_page else "human"
    played: dict[str, Episode] = {}
    tell(
        "Which of a phone's notifications should reach the person?",
        "",
        f"Here are {len(log)} of a simulated person, who opened {log.actions.mean():.0%} of them.",
        "An agent sees one after the other and says what the person did; then it is told.",
    )
    env = gymnasium.make("gym_push:basic-v0", render_mode=mode)
    try:
        for name, share, about in (
            (CHANCE, OF_CHANCE, "An agent that guesses"),
            (LEARNER, 1.0 - OF_CHANCE, "Now one that learns how often the person opens each app"),
        ):
            tell("", f"{about} ({name}) plays ...")
            played[name] = _play(env, name, share * seconds / len(log))
            tell(f"it agreed with the person in {_agreement(played[name]):.0%} of the decisions.")
    except KeyboardInterrupt:
        raise Stopped("stopped by Ctrl-C;  gym-push demo --seconds 10  is shorter") from None
    finally:
        env.close()
    unseen = gymnasium.make("gym_push:basic-v0")
    for name in CONSTANT:
        played[name] = _play(unseen, name, 0.0)
    if as_json:
        results = {name: episode.to_dict() for name, episode in played.items()}
        click.echo(json.dumps({"agents": results, "next": [line for line, _ in NEXT]}))
        return
    _sum_up(played)
    if not no_page:
        from gym_push.cli.shown import wait_for_enter

        wait_for_enter("The page keeps how it ended.")


def _play(env: gymnasium.Env[Any, Any], name: str, delay: float) -> Episode:
    from gym_push.agents import AgentSpec
    from gym_push.evaluation.playing import Session

    agent = AgentSpec.of(name).make(env.observation_space, env.action_space)
    return Session(env, agent, seed=1).play(lambda: time.sleep(delay))


def _agreement(episode: Episode) -> float:
    assert episode.score is not None and episode.score.performance is not None
    return episode.score.performance


def _sum_up(played: dict[str, Episode]) -> None:
    from gym_push.agents import BASELINES
    from gym_push.cli.shown import add, show, table

    numbers = ("agreement", "reward")
    made = table("What agents reach on this log", "agent", "what it does", *numbers, right=numbers)
    for name in sorted(played, key=lambda name: played[name].reward):
        episode = played[name]
        cells = f"{_agreement(episode):.1%}", f"{episode.reward:+.0f}"
        add(made, name, BASELINES[name].summary, *cells, style="bold" if name == LEARNER else "")
    show("", made, "Try next:")
    longest = max(len(line) for line, _ in NEXT)
    show(*(f"  {line.ljust(longest)}  {why}" for line, why in NEXT))
