"""Data sets of Minari hold what raw environments show, and say in which spaces it lies."""

import gymnasium
import pytest

minari = pytest.importorskip("minari")
pytest.importorskip("pyarrow")

from minari.data_collector import EpisodeBuffer  # noqa: E402

import gym_push.integrations.minari  # noqa: E402, F401


@pytest.mark.filterwarnings("ignore::UserWarning:minari")
@pytest.mark.parametrize("name", ["basic-v0", "delivery-v0"])
def test_raw_episodes_are_kept_and_read(name, tmp_path, monkeypatch):
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path))
    env = gymnasium.make(f"gym_push:{name}")
    seen = [env.reset(seed=1)[0]]
    rewards, ends = [], []
    for _ in range(20):
        observation, reward, terminated, *_ = env.step(0)
        seen.append(observation)
        rewards.append(reward)
        ends.append(terminated)
    columns = {feature: [each[feature] for each in seen] for feature in seen[0]}
    buffer = EpisodeBuffer(
        observations=columns,
        actions=[0] * 20,
        rewards=rewards,
        terminations=ends,
        truncations=[False] * 19 + [True],
    )
    made = minari.create_dataset_from_buffers(
        f"{name.split('-')[0]}/test-v0", [buffer], env=env, data_format="arrow"
    )
    kept = minari.load_dataset(made.id)
    assert kept.observation_space == env.observation_space
    (episode,) = kept.iterate_episodes()
    for feature, values in columns.items():
        assert [
            getattr(v, "item", lambda v=v: v)() for v in episode.observations[feature]
        ] == values
