"""A random agent plays one episode of basic-v0, live on a web page.

    python examples/random_agent.py
    python examples/random_agent.py --log my-phone.csv --schema my-phone.toml

It agrees with the person on about half of the decisions.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress
from typing import Any

import gymnasium

import gym_push


def play(
    env: gymnasium.Env[Any, Any], seed: int | None, delay: float, show: bool
) -> gym_push.Score:
    """Plays one episode with random actions; returns its score."""
    env.action_space.seed(seed)
    env.reset(seed=seed)
    ended = False
    while not ended:
        if show:
            env.render()
            time.sleep(delay)
        _, _, terminated, truncated, _ = env.step(env.action_space.sample())
        ended = terminated or truncated
    if show:
        env.render()
    score: gym_push.Score = env.get_wrapper_attr("score")
    return score


def main() -> int:
    """Reads the arguments, plays, and prints how it went."""
    parser = argparse.ArgumentParser(
        description="Let a random agent decide on the notifications of a log, and watch it.",
        epilog="example: %(prog)s --log my-phone.csv --schema my-phone.toml --seed 1",
    )
    parser.add_argument("--log", metavar="FILE", help="a log of your own (default: bundled)")
    parser.add_argument("--schema", metavar="FILE", help="what its columns mean, as TOML or JSON")
    parser.add_argument("--no-page", action="store_true", help="play at full speed, unseen")
    parser.add_argument("--seed", type=int, help="the same seed plays the same episode")
    parser.add_argument(
        "--delay", type=float, default=0.05, metavar="S", help="seconds per step (default 0.05)"
    )
    args = parser.parse_args()
    if args.schema and not args.log:
        parser.error("--schema says what the columns of --log mean: give both")
    if not 0 <= args.delay <= 3600:
        parser.error("--delay is a time in seconds, from 0 to 3600")
    if args.seed is not None and args.seed < 0:
        parser.error("--seed is a whole number, 0 or more")

    try:
        log = gym_push.read_log(args.log, args.schema) if args.log else gym_push.bundled_log()
    except gym_push.GymPushError as error:
        parser.error(str(error))
    env = gymnasium.make("gym_push:basic-v0", data=log)
    try:
        score = play(env, args.seed, args.delay, show=not args.no_page)
    except KeyboardInterrupt:
        return 130
    finally:
        env.close()
    print(
        f"{score.decisions} decisions: performance {score.performance:.1%}, "
        f"CTR {score.ctr:.1%} (the person's {score.user_ctr:.1%}), reward {score.reward:+d}"
    )
    if not args.no_page and sys.stdin.isatty():
        with suppress(EOFError, KeyboardInterrupt):
            input("The final state stays on the page. Press Enter to end. ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
