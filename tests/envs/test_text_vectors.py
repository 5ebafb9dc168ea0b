"""Text in vectors: the same from one environment, many, classic gym, and flattened raw."""

import json

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.wrappers import FlattenObservation

import gym_push
from gym_push import ArgumentError, Encoding, EncodingError, Feature, Schema, read_log
from gym_push.logs import Observations, observations
from gym_push.logs.text_encoders import TfIdf

BASIC, DELIVERY = "gym_push:basic-v0", "gym_push:delivery-v0"


@pytest.fixture(params=["hashing", "tf-idf", {"kind": "hashing", "width": 64}], ids=str)
def text(request):
    if request.param != "tf-idf":
        pytest.importorskip("sklearn")
    return request.param


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")  # of classic gym
def test_one_many_classic_and_flattened_are_the_same(text):
    import gym

    one = gymnasium.make(BASIC, observation="vector", text=text, order="shuffled")
    flattened = FlattenObservation(gymnasium.make(BASIC, text=text, order="shuffled"))
    many = gymnasium.make_vec(BASIC, 2, observation="vector", text=text, order="shuffled")
    classic = gym.make(BASIC, observation="vector", text=text, order="shuffled")
    raw = gym.wrappers.FlattenObservation(gym.make(BASIC, text=text, order="shuffled"))
    assert one.observation_space == flattened.observation_space == many.single_observation_space
    for twin in (classic, raw):
        assert np.array_equal(twin.observation_space.low, one.observation_space.low)
        assert np.array_equal(twin.observation_space.high, one.observation_space.high)
    envs = (one, flattened, classic, raw)
    seen = [env.reset(seed=3)[0] for env in envs]
    batch, _ = many.reset(seed=3)
    for _ in range(40):
        for observation in (*seen, batch[0]):
            assert (observation == seen[0]).all() and observation.dtype == np.float32
        assert one.observation_space.contains(seen[0])
        seen = [env.step(1)[0] for env in envs]
        batch = many.step(np.array([1, 0]))[0]


def test_it_is_an_environment_like_any_other(text):
    env = gymnasium.make(BASIC, observation="vector", text=text)
    check_env(env.unwrapped, skip_render_check=True)
    again = gymnasium.make(gymnasium.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    assert again.observation_space == env.observation_space
    without = gymnasium.make(BASIC, observation="vector")
    assert env.observation_space.shape[0] > without.observation_space.shape[0]
    assert (env.reset()[0].sum()) > without.reset()[0].sum()


def test_an_encoding_with_text_is_saved_and_loaded(text, tmp_path):
    log = gym_push.bundled_log()
    encoding = Encoding.fit(log.select(np.arange(100)), text=text)
    encoding.save(tmp_path / "encoding.json")
    loaded = Encoding.load(tmp_path / "encoding.json")
    assert loaded == encoding and hash(loaded) == hash(encoding)
    ones = (encoding, tmp_path / "encoding.json")
    one, other = (gymnasium.make(BASIC, observation="vector", encoding=each) for each in ones)
    assert (one.reset()[0] == other.reset()[0]).all()


@pytest.mark.parametrize("limit", ["PREPARED_ROWS", "PREPARED_FLOATS"])
def test_a_long_log_is_the_same_as_a_short_one(text, limit, monkeypatch):
    log = gym_push.bundled_log()
    encoding = Encoding.fit(log, text=text)
    short = np.array(Observations(log, encoding, "vector").take(np.arange(len(log))))
    monkeypatch.setattr(observations, limit, 10)
    long, rows = Observations(log, encoding, "vector"), np.array([3, 3, 0, 323, 17, 200])
    written = np.empty((len(rows), encoding.width), np.float32)
    long.write(rows, written)
    for taken in (long.take(rows), long.batch(rows), written):
        assert (np.array(taken) == short[rows]).all()


def test_codes_leave_text_out():
    encoding = Encoding.fit(gym_push.bundled_log(), text="tf-idf")
    codes = gymnasium.make(BASIC, observation="codes", encoding=encoding)
    assert "tickerText" not in codes.observation_space.spaces
    with pytest.raises(ArgumentError, match="codes' leaves text out; use observation='vector'"):
        gymnasium.make(BASIC, observation="codes", text="tf-idf")


def test_what_has_to_be_fitted_is_fitted_where_the_encoding_is():
    log = gym_push.bundled_log()
    encoding = Encoding.fit(log)
    with pytest.raises(ArgumentError, match="text='tf-idf' has to be fitted on texts"):
        gymnasium.make(BASIC, observation="vector", encoding=encoding, text="tf-idf")
    fitted = TfIdf().fit(log.columns["tickerText"].take(slice(None)))
    given = gymnasium.make(BASIC, observation="vector", encoding=encoding, text=fitted)
    alone = gymnasium.make(BASIC, observation="vector", text="tf-idf")
    assert given.observation_space == alone.observation_space
    twice = Encoding.fit(log, text="tf-idf")
    with pytest.raises(ArgumentError, match="the encoding puts text into vectors already"):
        gymnasium.make(BASIC, observation="vector", encoding=twice, text="tf-idf")


def test_a_log_without_text_has_none_to_encode(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("app,words,action\nmail,hi you,1\nchat,hi me,0\n")
    bare = read_log(path, Schema([Feature("app", "label")]))
    with pytest.raises(ArgumentError, match="the encoding has no text; leave text='tf-idf' out"):
        gymnasium.make(BASIC, data=bare, observation="vector", text="tf-idf")
    words = read_log(path, Schema([Feature("words", "text")]))
    env = gymnasium.make(BASIC, data=words, observation="vector", text="tf-idf")
    assert env.reset()[0].tolist() == [1.0]
    with pytest.raises(ArgumentError, match="nothing but text to observe"):
        gymnasium.make(BASIC, data=words, observation="vector")


def test_a_broken_encoder_in_a_file_is_named(tmp_path):
    path = tmp_path / "encoding.json"
    for encoder, message in (
        ({"kind": "tf-idf", "words": [["a"]], "weights": [1.0]}, "this JSON is not an encoding"),
        ({"kind": "tf-idf"}, "its encoder of texts, tf-idf, is not fitted; fit the encoding"),
        ({"kind": "embeddings", "model": "not here"}, "finds no model 'not here': give the folder"),
    ):
        features = {"words": {"kind": "text", "encoder": encoder}}
        path.write_text(json.dumps({"format": "gym-push encoding 1", "features": features}))
        with pytest.raises(EncodingError, match=f"encoding.json: .*{message}"):
            Encoding.load(path)


def test_delivery_has_text_in_its_vectors_too():
    pytest.importorskip("sklearn")
    text = {"kind": "hashing", "width": 32}
    about = {"population": {"size": 4, "seed": 2}, "days": 7}
    one, plain = (
        gymnasium.make(DELIVERY, observation="vector", text=each, **about) for each in (text, None)
    )
    flattened = FlattenObservation(gymnasium.make(DELIVERY, text=text, **about))
    many = gymnasium.make_vec(DELIVERY, 2, observation="vector", text=text, **about)
    assert one.observation_space == flattened.observation_space == many.single_observation_space
    assert one.observation_space.shape[0] == plain.observation_space.shape[0] + 32
    check_env(one.unwrapped, skip_render_check=True)
    seen = [env.reset(seed=3)[0] for env in (one, flattened)]
    batch, _ = many.reset(seed=3)
    for step in range(40):
        assert (seen[0] == seen[1]).all() and (seen[0] == batch[0]).all()
        seen = [env.step(step % 3)[0] for env in (one, flattened)]
        batch = many.step(np.array([step % 3, 0]))[0]


def test_delivery_takes_no_text_that_is_yet_to_be_fitted():
    with pytest.raises(ArgumentError, match="text='tf-idf' has to be fitted on texts that were"):
        gymnasium.make(DELIVERY, observation="vector", text="tf-idf")
    with pytest.raises(ArgumentError, match="codes' leaves text out"):
        gymnasium.make(DELIVERY, observation="codes", text="hashing")
