"""A local server for language models, agents that ask it, and the command line beside it."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import gymnasium

from gym_push.agents import AgentSpec

SERVER = Path(__file__).with_name("llm_server.py")
KEY = "sk-not-for-anybody-0123456789"
QUICK = {"timeout": 0.15, "backoff": 0.01, "retries": 1}


class Server:
    """A process that speaks the protocol."""

    def __init__(self):
        command = [sys.executable, str(SERVER)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def requests(self, method="GET"):
        """The bodies of all requests; DELETE forgets them."""
        address = f"{self.url.removesuffix('/v1')}/requests"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(address, method=method)) as answer:
            return json.load(answer)


def asking(server, model="steady", seed=3, **parameters):
    """An agent that asks a server, and an environment for it."""
    spec = AgentSpec.of("llm", model=model, base_url=server.url, **parameters)
    env = gymnasium.make("gym_push:basic-v0", observation="raw")
    agent = spec.make(env.observation_space, env.action_space)
    agent.reset(seed)
    return agent, env


def command(line, folder, **variables):
    """Runs a command of gym-push in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "gym_push.cli", *line],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
