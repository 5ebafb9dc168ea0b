"""A language model as the agent, against a real server that also fails."""

import json
import logging
import pickle
import sqlite3
import subprocess
import sys
import traceback
from contextlib import closing
from copy import deepcopy

import pytest
from agents_support import play
from extras_support import installed
from llm_support import KEY, QUICK, Server, asking, command

import gym_push
from gym_push import Population
from gym_push.agents import AgentSpec
from gym_push.agents.llm.settings import Settings
from gym_push.cli import usage
from gym_push.errors import AgentError, ArgumentError
from gym_push.evaluation import PeopleSuite
from gym_push.evaluation.leaderboard import Leaderboard

pytestmark = installed("openai")


def first(env):
    return env.reset(seed=1)[0]


def test_it_decides_by_what_the_model_says_of_the_persons_history(server):
    agent, env = asking(server)
    actions, rewards = play(agent, env, steps=80)
    assert set(actions) == {0, 1}
    assert sum(reward > 0 for reward in rewards[20:]) > 36
    assert agent.report.answered == agent.report.sent == agent.report.asked == 80
    content = server.requests()[-1]["messages"][1]["content"]
    told = json.loads(content.partition("```json\n")[2].partition("\n```")[0])
    assert told["so_far"]["notifications"] == 79
    recent = [each["opened"] for each in told["history"]]
    did = [
        action if reward > 0 else 1 - action
        for action, reward in zip(actions, rewards, strict=True)
    ]
    assert recent == [bool(each) for each in did[:79]][-len(recent) :]


def test_300_decisions_with_faults_are_made_within_the_limit_and_verified_offline(
    tmp_path, own_cache
):
    server = Server()
    parameters = f"base_url={server.url!r}, price_in=1.0, price_out=2.0, spend_limit=0.5"
    quick = ", ".join(f"{name}={value}" for name, value in QUICK.items())
    agent = f"llm(model='faulty', {parameters}, {quick})"
    try:
        done = command(["evaluate", agent, "--json"], tmp_path)
    finally:
        server.stop()
    assert done.returncode == 0, done.stderr
    [line] = [line for line in done.stderr.splitlines() if line.startswith("llm(")]
    assert "needed 648 answers" in line and "fallbacks" in line
    with closing(sqlite3.connect(own_cache)) as cache:
        cache.row_factory = sqlite3.Row
        used = cache.execute("SELECT * FROM used").fetchone()
    assert min(used[name] for name in ("late", "refused", "malformed", "retries")) > 0
    assert 0 < used["over_limit"] < used["fallbacks"] < 648
    assert used["reserved"] == 0 and 0.4 < used["cost"] / 10**12 <= 0.5
    [result] = json.loads(done.stdout)["agents"]

    again = command(["leaderboard", "verify", result["key"]], tmp_path)
    assert again.returncode == 0, again.stderr
    assert "is the same to the bit" in again.stdout

    other = agent.replace("faulty", "steady")
    unplugged = command(["evaluate", other], tmp_path)
    assert unplugged.returncode == 2
    assert unplugged.stderr.startswith(f"gym-push: no endpoint answers at {server.url}: start")
    assert unplugged.stderr.count("\n") == 1 and "Traceback" not in unplugged.stderr


def test_the_same_state_is_not_asked_for_twice(server):
    agent, env = asking(server)
    observation = first(env)
    probability = agent.confidence(observation)
    assert agent.act(observation) == int(probability >= 0.5)
    copies = deepcopy(agent), pickle.loads(pickle.dumps(agent)), asking(server)[0]
    assert {each.confidence(observation) for each in copies} == {probability}
    assert len(server.requests()) == 1
    agent.learn(observation, 1, 1.0)
    agent.confidence(observation)
    assert len(server.requests()) == 2
    assert copies[0].confidence(observation) == probability


def test_it_forgets_at_reset_and_asks_by_its_seed(server):
    agent, env = asking(server, seed=3)
    play(agent, env, steps=5)
    agent.reset(3)
    assert agent.act(first(env)) in (0, 1)
    assert len(server.requests()) == 5
    agent.reset(4)
    agent.act(first(env))
    assert [each["seed"] for each in server.requests()] == [3] * 5 + [4]
    assert {each["temperature"] for each in server.requests()} == {0}


@pytest.mark.parametrize(
    "model", ["slow", "breaking", "cut", "drips", "floods", "says:", "says:no", "says:[1]"]
)
def test_without_an_answer_the_persons_own_open_rate_decides(server, model):
    agent, env = asking(server, model, timeout=0.2, backoff=0.0, retries=1)
    observation = first(env)
    assert agent.confidence(observation) == 0.5
    for reward in (1.0, 1.0, -1.0):
        agent.learn(observation, 1, reward)
    assert agent.confidence(observation) == pytest.approx(2 / 3)
    used = agent.report
    assert (used.asked, used.fallbacks, used.sent, used.retries) == (2, 2, 4, 2)
    assert used.late + used.refused + used.malformed == 4


def test_an_answer_that_failed_is_replayed_unless_it_is_to_be_asked_for_again(server, monkeypatch):
    for sent, variable in ((1, "0"), (1, "0"), (2, "1")):
        monkeypatch.setenv("GYM_PUSH_ASK_AGAIN", variable)
        agent, env = asking(server, "says:no", retries=0)
        assert agent.confidence(first(env)) == 0.5
        assert len(server.requests()) == sent


def test_a_server_that_takes_no_schema_is_asked_without(server):
    agent, env = asking(server, "plain")
    play(agent, env, steps=3)
    forms = [each.get("response_format", {}).get("type") for each in server.requests()]
    assert forms == ["json_schema", "json_object", None, None, None]
    assert agent.report.fallbacks == 0


def test_a_model_that_reasons_is_asked_as_it_wants(server):
    agent, env = asking(server, "reasons", answer_tokens=900)
    play(agent, env, steps=2)
    last = server.requests()[-1]
    assert last["max_completion_tokens"] == 900 and "response_format" in last
    assert len(server.requests()) == 5
    assert agent.report.fallbacks == 0


def test_where_tokens_are_not_counted_they_cost_the_most_that_they_can(server):
    counted, env = asking(server, price_in=1.0)
    unknown, _ = asking(server, "no-usage", price_in=1.0, answer_tokens=9)
    counted.act(first(env))
    unknown.act(first(env))
    sent = sum(len(each["content"].encode()) for each in server.requests()[1]["messages"])
    assert unknown.report.tokens_in > sent > counted.report.tokens_in
    assert unknown.report.tokens_out == 9
    assert unknown.report.cost == pytest.approx(unknown.report.tokens_in / 10**6)


def test_at_the_limit_nothing_is_sent_until_the_limit_is_raised(server):
    few = {"price_in": 1.0, "history_tokens": 0}
    agent, env = asking(server, spend_limit=0.005, **few)
    play(agent, env, steps=30)
    used, sent = agent.report, len(server.requests())
    assert 0 < sent < 30 and used.over_limit == used.fallbacks == 30 - sent
    assert used.cost <= 0.005
    again, env = asking(server, spend_limit=0.005, **few)
    play(again, env, steps=30)
    assert len(server.requests()) == sent
    richer, env = asking(server, spend_limit=0.2, **few)
    play(richer, env, steps=30)
    assert len(server.requests()) == 30 and richer.report.over_limit == 0


def test_offline_nothing_is_asked_and_what_is_missing_is_said(server, own_cache, monkeypatch):
    agent, env = asking(server)
    play(agent, env, steps=5)
    monkeypatch.setenv("GYM_PUSH_OFFLINE", "1")
    agent.reset(3)
    assert play(agent, env, steps=5)[0]
    with pytest.raises(AgentError, match="^offline, and the cache .* has no answer of steady to "):
        agent.act(first(env))
    assert len(server.requests()) == 5
    monkeypatch.delenv("GYM_PUSH_OFFLINE")
    monkeypatch.setenv("GYM_PUSH_LLM_CACHE", str(own_cache.with_name("other.sqlite")))
    with pytest.raises(ArgumentError, match="there is no cache .*other.sqlite"):
        asking(server, offline=True)[0].act(first(env))


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("echo", r"/v1 refuses the key \(401\): name its key_variable"),
        ("unheard-of", r"/v1 knows no model 'unheard-of' \(404\)"),
        ("choosy", r"/v1 takes no requests for 'choosy' as they are sent \(400\)"),
    ],
)
def test_an_endpoint_that_takes_no_requests_is_one_sentence(server, model, said):
    agent, env = asking(server, model)
    with pytest.raises(AgentError, match=said) as caught:
        agent.act(first(env))
    assert caught.value.__context__ is None and "\n" not in str(caught.value)


def test_the_key_is_written_nowhere(server, tmp_path, monkeypatch, capfd, caplog):
    monkeypatch.setenv("SECRET", KEY)
    for logger in (None, "openai", "httpx", "httpcore", "httpcore2"):
        caplog.set_level(logging.DEBUG, logger=logger)
    agent, env = asking(server, key_variable="SECRET")
    agent.act(first(env))
    (tmp_path / "agent.pickle").write_bytes(pickle.dumps(agent))
    with Leaderboard(tmp_path / "board.sqlite") as board:
        for model in ("steady", "echo"):
            spec = AgentSpec.of("llm", model=model, base_url=server.url, key_variable="SECRET")
            try:
                said = str(gym_push.evaluate(spec, few_days(), board=board))
            except AgentError:
                said += traceback.format_exc()
    assert "refuses the key (401): set the environment variable SECRET" in said
    files = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) >= 3 and not any(KEY.encode() in content for content in files)
    assert KEY not in said + repr(agent) + str(vars(agent)) + "".join(capfd.readouterr())
    assert KEY not in caplog.text


def test_the_key_of_openai_goes_to_nobody_else(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SECRET", "of this server")
    for model, name in (("steady", ""), ("plain", "SECRET")):
        agent, env = asking(server, model, key_variable=name)
        agent.act(first(env))
    keys = [each["authorization"] for each in server.requests()]
    assert [keys[0], keys[-1]] == ["Bearer none", "Bearer of this server"]
    assert Settings("a model").key_name == "OPENAI_API_KEY"


def test_somebodys_leaderboard_sends_no_key_anywhere(server, monkeypatch):
    monkeypatch.setenv("SECRET", KEY)
    agent, env = asking(server, key_variable="SECRET")
    with usage.asking("llm", trusted=False), pytest.raises(ArgumentError, match="offline"):
        agent.act(first(env))
    assert server.requests() == []
    with usage.asking("llm", trusted=True):
        agent.act(first(env))
    assert len(server.requests()) == 1


@pytest.mark.parametrize(
    ("words", "code"), [("agents --json", 0), ("play llm(model='m') --no-page", 2)]
)
def test_without_the_client_it_is_listed_and_says_what_it_needs(tmp_path, words, code):
    script = "import sys; sys.modules['openai'] = None; from gym_push.cli.app import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, *words.split()], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == code
    needs = "asks a language model" if code == 0 else 'run  python -m pip install ".[llm]"'
    assert needs in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def few_days():
    return PeopleSuite("few/v1", Population(1, seed=24), days=3, learn_days=2)
