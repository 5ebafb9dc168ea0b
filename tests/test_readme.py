"""The README's code runs as it stands there, and its commands are the ones that CI runs."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LOG = """app,text,place,battery,opened,seconds
mail,"Your parcel, at last",home,80,true,12
chat,See you?,work,41,false,300
"""


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_python_code_runs(tmp_path):
    (tmp_path / "my-phone.csv").write_text(LOG, encoding="utf-8")
    basic, own, delivery, send = blocks("python")
    tell = "print(len(log), 'seconds' in env.reset()[0])\n"
    script = "".join([basic, own, tell, delivery, send])
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "script.py"], cwd=tmp_path, capture_output=True, text=True
    )
    agrees, told = done.stdout.splitlines() or [done.stderr]
    assert agrees.startswith("agrees with the person: ")
    assert told == "2 False"


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

    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\nversion: {gym_push.__version__}\n" in citation
    assert f"\n## [{gym_push.__version__}]" in changes
