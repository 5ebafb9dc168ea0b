"""An imported log is the same in every file, and holds nothing that was to stay out."""

import json
import re
from itertools import chain

import numpy as np
import pytest
from import_support import export, posted, removed, written
from test_adb import about, canceled, clicked, enqueue, log_of, pressed, zoned
from test_data_sets import HEARTSTEPS, ITEMS, ORALYTICS, THREE

from gym_push import read_log
from gym_push.logs import convert
from gym_push.logs.importing import FORMATS

SECRETS = (
    "Zoë Zimmer",
    "+49 170 5550199",
    "anna.alm@example.com",
    "Treffen? Abends!\r\nJa, „gern“",
)
ODD = ("", "\t", "a,b", 'say "hi"', "\ufeffbegin", "unknown", "NA", "1e5", "½ ☂", "\ud83d")


def random_export(folder, seed):
    """An export with everything that texts and numbers can hold."""
    rng = np.random.default_rng(seed)
    entries, gone = [], []
    for number in range(20):
        words = rng.choice([*SECRETS, *ODD], 3)
        key = f"0|com.app{rng.integers(3)}|{rng.integers(4)}|{rng.choice(SECRETS[:3])}|10101"
        entry = posted(
            int(rng.integers(5000)),
            key,
            title=str(words[0]),
            text=str(words[1]),
            textLines=str(words[2]),
            category=str(rng.choice(["msg", "call", "promo", *ODD])),
            connectionType=str(rng.choice(ODD)),
            offset=int(rng.integers(-48, 57)) * 900_000,
            batteryLevel=int(rng.integers(-1, 101)),
            ringerMode=int(rng.integers(-1, 4)),
        )
        entries.append(entry)
        if number == 0 or rng.random() < 0.8:
            gone.append(removed(entry, rng.random() * 1e4, 1 + number % 25))
    return export(folder, entries, gone)


def random_events(folder, seed):
    rng = np.random.default_rng(seed)
    lines = [("00:00.000", enqueue("com.first", 0)), ("00:01.000", clicked("com.first", 0))]
    for minute in range(1, 20):
        which = f"com.app{rng.integers(3)}", int(rng.integers(3)), str(rng.choice(SECRETS[:3]))
        what = about(str(rng.choice(SECRETS[:3])), hex(rng.integers(1024)))
        acts = (clicked, pressed, lambda *key: canceled(int(rng.integers(1, 25)), *key))
        lines.append((f"{minute:02}:00.000", enqueue(*which, what=what)))
        if rng.random() < 0.8:
            lines.append((f"{minute:02}:30.250", acts[rng.integers(3)](*which)))
    return written(folder, "events.txt", log_of(lines, zoned))


def people(folder, seed):
    for name, text in THREE.items():
        written(folder / "data" / "ann", name, text)
    return folder / "data"


MAKE = {
    "android-log": random_export,
    "adb": random_events,
    "ten-persons": people,
    "open-bandit": lambda folder, seed: written(folder, "men.csv", ITEMS),
    "heartsteps": lambda folder, seed: written(folder, "suggestions.csv", HEARTSTEPS),
    "oralytics": lambda folder, seed: written(folder, "pilot.csv", ORALYTICS),
}
PHONES = ("android-log", "adb")
CASES = [(format, seed) for format in MAKE for seed in range(12 if format in PHONES else 1)]


@pytest.mark.parametrize(("format", "seed"), CASES)
def test_importing_writing_and_reading_is_the_identity(format, seed, tmp_path, importing):
    pytest.importorskip("pyarrow")
    source = MAKE[format](tmp_path, seed)
    for text in ("drop", "hash", "keep") if format in PHONES else ("drop",):
        kinds = ("log.parquet", "log.csv")
        first, second = (
            read_log(importing(format, source, out=name, text=text, force=True).path)
            for name in kinds
        )
        assert first.fingerprint == second.fingerprint
        assert first.unanswered == second.unanswered
        for name in kinds:
            convert(first, tmp_path / f"again-{name}", force=True)
            again = read_log(tmp_path / f"again-{name}")
            assert again.fingerprint == first.fingerprint
            assert (again.offsets is None) == (first.offsets is None)
            if again.offsets is not None:
                assert (again.offsets == first.offsets).all()
        assert again.schema.answers == first.schema.answers
        assert again.schema.decisions == first.schema.decisions


@pytest.mark.parametrize("text", ["drop", "hash"])
@pytest.mark.parametrize(("format", "seed"), [case for case in CASES if case[0] in PHONES])
def test_no_text_and_no_contact_comes_out(format, seed, text, tmp_path, importing):
    imported = importing(format, MAKE[format](tmp_path, seed), out="log.csv", text=text)
    content = (imported.path.read_text("utf-8") + imported.schema.read_text("utf-8")).casefold()
    told = (str(imported) + json.dumps(imported.to_dict())).casefold()
    words = chain(*(re.findall(r"\w{4,}", secret.casefold()) for secret in SECRETS))
    for word in words:
        assert word not in content and word not in told


def test_every_format_is_tried_here_or_beside():
    assert set(MAKE) | {"duolingo"} == set(FORMATS)
