"""The README's code runs as it stands there, and its commands are the ones that CI runs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LOG = """app,text,place,battery,opened,seconds
mail,"Your parcel, at last",home,80,true,12
chat,See you?,work,41,false,300
"""


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture
def my_phone(tmp_path, monkeypatch):
    (tmp_path / "my-phone.csv").write_text(LOG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_the_python_code_runs(my_phone, capsys):
    namespace = {}
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), namespace)
    assert "agrees with the person: " in capsys.readouterr().out
    assert len(namespace["log"]) == 2
    assert "seconds" not in namespace["env"].reset()[0]


def test_ci_runs_the_readmes_test_command():
    _, test_command = blocks("sh")
    assert test_command.strip() in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_links_lead_somewhere():
    for link in re.findall(r"\]\(([^)]+)\)", README):
        assert link.startswith("https://") or (ROOT / link).exists(), link


def test_no_text_installs_the_other_project_of_that_name_from_the_package_index():
    from_the_index = re.compile(r"pip install (?:-+\S+ )*[\\\"']*gym[-_]push")
    texts = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
    for folder in ("docs", "examples", "gym_push", "tests"):
        texts += (ROOT / folder).rglob("*.*")
    for text in texts:
        if text.suffix in (".py", ".md", ".ipynb", ".html", ".js"):
            assert not from_the_index.search(text.read_text(encoding="utf-8")), text


def test_it_is_under_two_screens():
    assert len(README.splitlines()) <= 90


def test_the_versions_agree():
    import gym_push

    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{gym_push.__version__}"\n' in project
