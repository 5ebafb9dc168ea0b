"""Errors are caught as what they are, and help on."""

import pickle

import pytest

from gym_push import errors
from gym_push.errors import ArgumentError, GymPushError, MissingExtraError, choose, did_you_mean

ERRORS = [
    e for e in vars(errors).values() if isinstance(e, type) and e.__module__ == errors.__name__
]


@pytest.mark.parametrize("error", ERRORS)
def test_all_are_errors_of_gym_push_and_drawn_in_the_tree(error):
    assert issubclass(error, GymPushError)
    assert error.__name__ in errors.__doc__


@pytest.mark.parametrize(
    ("error", "usual"),
    [
        (errors.LogError, ValueError),
        (errors.SchemaError, errors.LogError),
        (errors.EncodingError, ValueError),
        (errors.ArgumentError, ValueError),
        (errors.ActionError, ValueError),
        (errors.LeaderboardError, ValueError),
        (errors.EpisodeError, RuntimeError),
        (errors.MissingExtraError, ImportError),
    ],
)
def test_code_that_knows_only_pythons_errors_catches_them(error, usual):
    assert issubclass(error, usual)


def test_a_missing_extra_names_the_command_that_brings_it():
    error = MissingExtraError("reading log.parquet", "PyArrow", "parquet")
    assert str(error) == (
        "reading log.parquet needs PyArrow, which is not installed: "
        'run  python -m pip install ".[parquet]"  in a clone of gym-push'
    )


@pytest.mark.parametrize("error", [errors.LogError("row 3 is broken"), ArgumentError("x=1")])
def test_an_error_of_another_process_says_the_same(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))


def test_the_nearest_word():
    assert did_you_mean("opend", ["opened", "dismissed"]) == "; did you mean 'opened'?"
    assert did_you_mean("xyz", ["opened", "dismissed"]) == ""


def test_a_choice():
    assert choose("order", "recorded", ["recorded", "shuffled"]) == "recorded"
    with pytest.raises(ArgumentError, match="order='suffled' is not one of 'recorded', 'shuffled'"):
        choose("order", "suffled", ["recorded", "shuffled"])
    for odd in (None, 3, ["recorded"]):
        with pytest.raises(ArgumentError, match="is not one of"):
            choose("order", odd, ["recorded", "shuffled"])
