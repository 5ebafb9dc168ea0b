"""The logs that need no schema."""

import numpy as np
import pandas as pd

from gym_push import bundled_log, read_log
from gym_push.envs.basic.episodes import BUNDLED
from gym_push.logs import observe, shared_log
from gym_push.logs.known import GYM_PUSH_2019


def test_the_bundled_log_is_known_and_shared():
    log = bundled_log()
    assert len(log) == 324
    assert log is bundled_log() is shared_log(log)
    assert (np.diff(log.times) >= 0).all()
    assert read_log(BUNDLED).to_frame().equals(log.to_frame())


def test_a_file_is_read_once_while_it_is_in_use_and_again_when_it_changed(tmp_path):
    path = tmp_path / "log.csv"
    text = BUNDLED.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    log = shared_log(path)
    assert shared_log(str(path)) is log
    path.write_text("\n".join(text.splitlines()[:11]), encoding="utf-8")
    assert len(shared_log(path)) == 10


def file_of_2019(action=(1, 0, 1)):
    columns = {name: ["a", "b", "a"] for name in GYM_PUSH_2019.columns}
    columns.update({f"p{i}": [0.5, -1.25, 1e-3] for i in range(1, 7)})
    columns.update(
        action=list(action), numberUpdates=[1, 2, 3], priority=[1, 0, 1],
        contactSignificantContext=[True, False, True],
        posted=[1530430000000.0, 1530440000000.0, 1530450000000.0], removed=[1530430000000.0] * 3,
    )  # fmt: skip
    return pd.DataFrame(columns)


def test_a_file_of_2019_is_known(tmp_path):
    file_of_2019().to_csv(tmp_path / "notifications.csv", index=False)
    log = read_log(tmp_path / "notifications.csv")
    assert log.schema == GYM_PUSH_2019
    assert log.actions.tolist() == [1, 0, 1]
    assert log.posted(0) == "2018-07-01T07:26:40"
    observation = observe(log, None, "raw").take(np.array([0]))[0]
    assert set(observation) == {f.name for f in GYM_PUSH_2019.observed}
