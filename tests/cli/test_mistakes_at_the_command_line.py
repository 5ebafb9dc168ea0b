"""A mistake at the command line is one sentence and exit code 2, whatever it is."""

import sys

import pytest
from command_support import run_here

AGENTS = """
class Broken:
    def __init__(self, observation_space, action_space): pass
    def reset(self, seed=None): pass
    def act(self, observation): return 1 // 0
    def learn(self, observation, action, reward): pass

class Empty:
    def __init__(self, observation_space, action_space): pass

class Seven(Broken):
    def act(self, observation): return 7
"""

MISTAKES = [
    ("--verbose", "No such option"),
    ("paly random", "No such command 'paly'"),
    ("log discribe", "No such command 'discribe'"),
    ("log describe nowhere.csv", "'nowhere.csv' does not exist"),
    ("log describe .", "is not one of the logs known by their columns"),
    ("log describe bad.csv --schema log.toml", "column 'opened': action 'opend' is not one of"),
    ("log describe strange.csv", "not one of the logs known by their columns"),
    ("log describe log.csv --schema log.csv", "a schema file's name ends in .toml or .json"),
    ("log describe --schema log.toml", "--schema is for a log of your own"),
    ("log describe --plots page.doc", "end it in .pdf, .png or .svg"),
    ("log describe --plots no/page.svg", "there is no folder no; make it first"),
    ("log validate", "Missing argument 'LOG...'"),
    ("log validate empty.csv --schema log.toml", "empty.csv is empty"),
    ("log validate bad.csv --schema log.toml", "column 'opened': action 'opend' is not one of"),
    ("log convert bundled out.xlsx", "end it in .csv or .parquet"),
    ("log convert bundled log.csv", "'log.csv' is there; --force replaces it"),
    ("log convert strange.csv new.csv", "not one of the logs known by their columns"),
    ("log convert bundled no/new.csv", "there is no folder no; make it first"),
    ("log schema empty.csv", "empty.csv is empty"),
    ("log schema bundled", "'bundled' does not exist"),
    ("envs basic-v0", "unexpected extra argument"),
    ("evaluate random --address auto", "--address names a Ray cluster: add --engine ray"),
    ("evaluate random --engine ray --processes 2", "leave --processes out"),
    ("evaluate random --engine spark", "'spark' is not one of 'processes', 'ray'"),
    ("play", "Missing argument 'AGENT'"),
    ("play table-per-ap --no-page", "did you mean 'table-per-app'?"),
    ("play nowhere:Agent --no-page", "there is no module 'nowhere'"),
    ("play agents:Nobody --no-page", "agents has no 'Nobody'"),
    ("play syntax:Agent --no-page", "agent syntax:Agent failed in syntax.py, line 1: SyntaxError"),
    ("play agents:Broken --no-page", "failed in agents.py, line 5: ZeroDivisionError: "),
    ("play agents:Empty --no-page", "agent agents:Empty has no reset()"),
    ("play agents:Seven --no-page", "action 7 is neither 0 (dismiss) nor 1 (open)"),
    ("play random --env basic-v9", "Invalid value for '--env'"),
    ("play always-open --env delivery-v0 --no-page", "always-open is for basic-v0"),
    ("play deliver-all --log log.csv --schema log.toml --no-page", "leave --log and --schema out"),
    ("play random --episodes 0", "0 is not in the range x>=1"),
    ("play random --seed -1", "-1 is not in the range x>=0"),
    ("play random --delay nan", "'nan' is not a length of time"),
    ("play random --delay soon", "'soon' is not a valid float"),
    ("play table-per-app(prior) --no-page", "the parameters cannot be read"),
    ("play table-per-app(prior=1,prior=2) --no-page", "write each once"),
    ("play table-per-app(prior=1 --no-page", "the parameters cannot be read"),
    ("play table-per-app(prior=0) --no-page", "prior=0 must be above 0"),
    ("play table-per-app(priro=1) --no-page", "unexpected keyword argument 'priro'"),
    ("play table-per-app(prior=1e999) --no-page", "must be plain numbers"),
    ("play 'table-per-app(features=[\"[\"])' --no-page", "there is no feature"),
    ("play 'table-per-app(prior=\"much\")' --no-page", "prior='much' must be above 0"),
    ("play random --no-page --record no/run.html", "there is no folder"),
    ("evaluate table-per-ap", "did you mean 'table-per-app'?"),
    ("evaluate random --suite users-24", "did you mean 'users-24/v1'?"),
    ("evaluate random --log log.csv --suite users-24/v1", "leave one out"),
    ("evaluate random --learn 0.5", "--schema, --learn and --groups are for a log of your own"),
    ("evaluate random 'table-per-app(prior=0)'", "prior=0 must be above 0"),
    ("evaluate agents:Broken", "failed in agents.py, line 5: ZeroDivisionError: "),
    ("evaluate random nowhere:Agent", "there is no module 'nowhere'"),
    ("evaluate random agents:Nobody", "agents has no 'Nobody'"),
    ("evaluate random syntax:Agent", "agent syntax:Agent failed in syntax.py, line 1: SyntaxError"),
    ("evaluate random agents:Empty", "agent agents:Empty has no reset()"),
    ("evaluate random --plots page.doc", "end it in .pdf, .png or .svg"),
    ("evaluate random --plots no/page.svg", "there is no folder no; make it first"),
    ("evaluate random --board no/board.sqlite", "there is no folder no"),
    ("evaluate random --processes 0", "Invalid value for '--processes'"),
    ("evaluate deliver-all", "agent deliver-all plays delivery-v0"),
    ("compare random 'random()'", "are the same agent"),
    ("compare random random --log bad.csv", "are the same agent"),
    ("compare random majority --suite basic-324/v1", "has one person"),
    ("demo --seconds -1", "-1.0 is not in the range"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text("app,opened\nmail,1\nchat,0\n", encoding="utf-8")
    (tmp_path / "strange.csv").write_text("app,opened\nmail,1\nchat,0\n", encoding="utf-8")
    (tmp_path / "log.toml").write_text('action = "opened"\nnotification = ["app"]\n')
    (tmp_path / "bad.csv").write_text("app,opened\nmail,1\nchat,opend\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "syntax.py").write_text("class Agent:::\n")
    (tmp_path / "agents.py").write_text(AGENTS)
    yield
    for name in ("agents", "syntax"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(("arguments", "sentence"), MISTAKES)
def test_a_mistake_is_one_sentence(arguments, sentence, monkeypatch, capsys):
    shown = run_here(f"gym-push {arguments}", monkeypatch, capsys)
    assert (shown.code, shown.out) == (2, "")
    assert sentence in shown.errors
    assert shown.errors.startswith("gym-push: ") and shown.errors.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "package", "homes", "extra"),
    [
        (
            "log describe --plots page.svg",
            "matplotlib.figure",
            ("plots", "plots.log_plots"),
            "plots",
        ),
        ("log convert bundled out.parquet", "pyarrow", (), "parquet"),
    ],
)
def test_an_extra_that_is_missing_is_named(
    arguments, package, homes, extra, monkeypatch, capsys, tmp_path
):
    monkeypatch.setitem(sys.modules, package, None)
    for home in homes:
        monkeypatch.delitem(sys.modules, f"gym_push.evaluation.{home}", raising=False)
    before = sorted(tmp_path.iterdir())
    shown = run_here(f"gym-push {arguments}", monkeypatch, capsys)
    assert (shown.code, shown.out) == (2, "")
    assert f'run  python -m pip install ".[{extra}]"' in shown.errors
    assert shown.errors.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before
