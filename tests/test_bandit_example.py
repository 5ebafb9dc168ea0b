"""examples/bandit_on_own_log.py runs as a user runs it."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "bandit_on_own_log.py"

# A chat is opened anywhere and a mail at work, which no table of apps can tell.
LOG = (
    "app,place,opened\n" + "mail,home,0\nmail,work,1\nchat,home,1\nnews,home,0\nmail,home,0\n" * 48
)
SCHEMA = 'action = "opened"\nnotification = ["app"]\n[context]\nplace = "label"\n'
OWN = ("--log", "log.csv", "--schema", "log.toml")


@pytest.fixture
def run(tmp_path):
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "log.toml").write_text(SCHEMA)
    (tmp_path / "alone.csv").write_text(LOG)

    def one(*arguments, **environment):
        return subprocess.run(
            [sys.executable, EXAMPLE, *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, **environment},
        )

    return one


def rows(shown):
    """Returns agreement in the test by agent, and by tenth before it."""
    assert shown.returncode == 0, shown.stderr
    table = re.findall(r"^(\S+) +((?:\d+ +)+)([\d.]+)%", shown.stdout, flags=re.MULTILINE)
    return {
        agent: (float(test), [int(share) for share in tenths.split()])
        for agent, tenths, test in table
    }


def test_it_learns_what_a_table_of_apps_cannot(run):
    pytest.importorskip("vowpalwabbit")
    shown = run(*OWN)
    assert shown.stdout.startswith("log.csv: 240 notifications, 40% opened\n")
    agreement = rows(shown)
    assert list(agreement) == ["vw-squarecb", "table-per-app", "always-open"]
    test, tenths = agreement["vw-squarecb"]
    assert len(tenths) == 10
    assert tenths[-1] > tenths[0]
    assert test > agreement["table-per-app"][0] > agreement["always-open"][0] == 40.0


def test_without_a_log_it_learns_from_a_simulated_person(run):
    pytest.importorskip("vowpalwabbit")
    agreement = rows(run("--seed", "1"))
    assert agreement["vw-squarecb"][0] > agreement["table-per-app"][0] > 70.0


def test_another_agent_is_named_with_its_parameters(run):
    agreement = rows(run(*OWN, "--agent", "table-per-app(features=['place'])"))
    by_place, by_app, _ = agreement
    assert (by_place, by_app) == ("table-per-app(features=['place'])", "table-per-app")
    assert agreement[by_place] != agreement[by_app]


def test_people_are_learned_alone_and_have_an_interval(run, tmp_path):
    whose = [f"{person},{line}" for person in ("ann", "bob", "cy") for line in LOG.split()[1:]]
    (tmp_path / "log.csv").write_text("\n".join(["user,app,place,opened", *whose]))
    (tmp_path / "log.toml").write_text('user = "user"\n' + SCHEMA)
    shown = run(*OWN, "--agent", "random")
    assert re.search(r"^random .*% \([\d.]+% to [\d.]+%\)$", shown.stdout, flags=re.MULTILINE)


def test_what_is_not_installed_is_named_with_the_command_that_installs_it(run, tmp_path):
    (tmp_path / "vowpalwabbit.py").write_text("raise ImportError")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    shown = run(*OWN, PYTHONPATH=path)
    assert shown.returncode == 2
    assert 'python -m pip install ".[agents]"' in shown.stderr
    assert "Traceback" not in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--agent", "majority", "--log", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["--agent", "majority", "--log", "alone.csv"], "say what its columns mean"),
        (["--schema", "log.toml"], "give both"),
        (["--agent", "tabel-per-app"], "did you mean 'table-per-app'"),
        ([*OWN, "--agent", "hold-to-next-use"], "plays delivery-v0"),
        ([*OWN, "--agent", "table-per-app(prior=0)"], "prior=0 must be above 0"),
        ([*OWN, "--agent", "majority", "--seed", "-1"], "seed=-1 must be from 0"),
    ],
)
def test_a_mistake_gets_a_sentence(arguments, message, run, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["bandit_on_own_log.py", *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(EXAMPLE), run_name="__main__")
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
