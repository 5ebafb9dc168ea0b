"""Agents, fits, plots and the page know a column by what it means, whatever it is called."""

import dataclasses

import gymnasium
import numpy as np
import pandas as pd
import pytest

from gym_push import Feature, Population, Schema, bundled_log, read_log
from gym_push.agents import AgentSpec
from gym_push.logs import describe, to_toml
from gym_push.logs.log_statistics import LogStatistics
from gym_push.meanings import MEANINGS

USUAL = bundled_log()
NAMED = {name: f"Spalte {number}" for number, name in enumerate(USUAL.schema.meanings.values())}


def renamed(log, means):
    """The log under names that mean nothing by themselves, and what they mean if `means`."""
    said = {name: meaning for meaning, name in log.schema.meanings.items() if means}
    by_role = {"notification": [], "context": [], "engagement": []}
    for each in log.schema.features:
        name, meaning = NAMED.get(each.name, each.name), said.get(each.name, "")
        by_role[each.role].append(dataclasses.replace(each, name=name, means=meaning))
    schema = Schema(**by_role, action="action", user=log.schema.user, time="posted")
    return read_log(log.to_frame().rename(columns=NAMED), schema)


def test_columns_mean_what_is_said_or_what_their_names_usually_do():
    by_itself = Schema(["tickerText", "app"], ["battery"], engagement=["responseTime"])
    assert by_itself.meanings == {
        "app": "app", "text": "tickerText", "battery": "battery", "response_time": "responseTime",
    }  # fmt: skip
    said = Schema(["app", Feature("Quelle", means="app"), "appPackage"])
    assert said.meanings == {"app": "Quelle"}
    assert Schema(["app", "appPackage"]).meanings == {"app": "appPackage"}
    assert USUAL.schema.meanings.keys() == MEANINGS.keys() - {"sender", "minute_of_day"}


def test_a_schema_file_says_it(tmp_path):
    schema = Schema([Feature("Quelle", "label", means="app")])
    (tmp_path / "s.toml").write_text(to_toml(schema), encoding="utf-8")
    assert 'means = "app"' in to_toml(schema) and Schema.read(tmp_path / "s.toml") == schema


@pytest.mark.parametrize("log", [USUAL, Population(6, seed=1).log(3)], ids=["one", "several"])
def test_what_is_measured_of_a_log_needs_no_names(log):
    log = read_log(log.to_frame())
    said, unsaid = (LogStatistics.of_log(renamed(log, means)) for means in (True, False))
    usual = LogStatistics.of_log(log)
    for each in dataclasses.fields(usual)[1:]:  # where they come from is another
        np.testing.assert_equal(getattr(said, each.name), getattr(usual, each.name))
    assert usual.lacks_app() is None and "means app" in unsaid.lacks_app()
    assert "means response_time" in unsaid.lacks_responses()
    assert describe(renamed(log, True)).apps == describe(log).apps


def rewards(name, log):
    spec = AgentSpec.of(name)
    env = gymnasium.make("gym_push:basic-v0", data=log, **spec.form)
    agent = spec.make(env.observation_space, env.action_space)
    agent.reset(1)
    (observation, _), ended, earned = env.reset(seed=1), False, []
    while not ended:
        action = agent.act(observation)
        following, reward, ended, _, _ = env.step(action)
        agent.learn(observation, action, reward)
        observation = following
        earned.append(reward)
    return earned


@pytest.mark.parametrize(
    "name", ["table-per-app", "table-per-app-and-time", "gradient-boosting(first=400)"]
)
def test_agents_find_the_app_and_the_time_by_what_they_mean(name):
    if "boosting" in name:
        pytest.importorskip("sklearn")
    assert rewards(name, renamed(USUAL, True)) == rewards(name, USUAL)


@pytest.mark.parametrize("mode", ["ansi", "rgb_array"])
def test_the_page_shows_what_means_something_in_its_place(mode):
    if mode == "rgb_array":
        pytest.importorskip("matplotlib")
    shown = []
    for log in (USUAL, renamed(USUAL, True)):
        env = gymnasium.make("gym_push:basic-v0", data=log, render_mode=mode)
        env.reset(seed=1)
        env.step(1)
        shown.append(env.render())
        frame = env.unwrapped.frame_builder()(env.unwrapped.snapshot())
        assert frame.notification == log.features(1, "notification")
        observed = {each.name for each in log.schema.observed}
        assert frame.roles.items() == {
            (means, name) for means, name in log.schema.meanings.items() if name in observed
        }
        env.close()
    if mode == "ansi":  # apart from the table of features, which have their names
        shown = [(text.split("Notification:")[0], text.split("\n\n")[-1]) for text in shown]
    else:
        shown = [picture[:352] for picture in shown]  # below the phone, too
    np.testing.assert_array_equal(*shown)


def test_another_column_of_a_usual_name_is_not_taken_for_it():
    table = pd.DataFrame({"Quelle": ["mail"], "appPackage": ["x"], "sender": ["Ana"], "action": 1})
    log = read_log(table, Schema([Feature("Quelle", means="app"), "appPackage", "sender"]))
    env = gymnasium.make("gym_push:basic-v0", data=log, render_mode="ansi")
    env.reset(seed=1)
    env.step(1)
    frame = env.unwrapped.frame_builder()(env.unwrapped.snapshot())
    assert frame.roles == {"app": "Quelle", "sender": "sender"}
    assert "both opened · Mail · Ana" in env.render()
    env.close()


def test_what_is_said_counts_in_the_fingerprint_only_where_it_is_said():
    frame = pd.DataFrame({"a": ["x", "y"], "b": ["x", "y"], "action": [1, 0]})
    prints = {
        read_log(frame, Schema([Feature("a", means=means), "b"])).fingerprint
        for means in ("", "app", "place")
    }
    assert len(prints) == 3
