"""Draws are pure functions of their counters, and have the distributions they are named for."""

from statistics import NormalDist

import numpy as np
import pytest

from gym_push.users.keyed_random import Stream, derive, normal_quantile, pick, spread_out

KEYS = derive(0, 7, np.arange(200_000))


def test_normal_quantile_agrees_with_the_standard_library() -> None:
    small = 10.0 ** -np.arange(2, 17, 0.25)
    fraction = np.concatenate((np.linspace(0.001, 0.999, 4001), small, 1.0 - small[:50]))
    expected = [NormalDist().inv_cdf(each) for each in fraction]
    np.testing.assert_allclose(normal_quantile(fraction), expected, rtol=1e-14, atol=1e-16)


def test_normal_quantile_inverts_the_distribution_function() -> None:
    fraction = np.linspace(0.0005, 0.9995, 999)
    back = [NormalDist().cdf(each) for each in normal_quantile(fraction)]
    np.testing.assert_allclose(back, fraction, rtol=1e-12)


def test_uniform_draws_fill_the_open_interval_evenly() -> None:
    draws = Stream.GAP.uniform(KEYS)
    assert draws.min() > 0.0 and draws.max() < 1.0
    counts = np.histogram(draws, bins=50, range=(0.0, 1.0))[0]
    chi_square = ((counts - 4000.0) ** 2 / 4000.0).sum()
    assert chi_square < 90.0  # 49 degrees of freedom: beyond the 99.9th percentile


@pytest.mark.parametrize(
    "other",
    [
        Stream.PRIORITY.uniform(KEYS),
        Stream.GAP.uniform(derive(0, 8, np.arange(200_000))),
        Stream.GAP.uniform(derive(0, 7, np.arange(200_000), 0)),
        Stream.GAP.uniform(derive(0, 7, np.arange(200_000) ^ 1)),
        np.roll(Stream.GAP.uniform(KEYS), 1),
    ],
    ids=["stream", "seed", "counter", "flipped counter", "neighbour"],
)
def test_draws_for_different_things_are_unrelated(other: np.ndarray) -> None:
    draws = Stream.GAP.uniform(KEYS)
    assert abs(np.corrcoef(draws, other)[0, 1]) < 0.01


def test_seeds_do_not_share_people() -> None:
    ours, theirs = derive(0, 2, np.arange(1000)), derive(0, 3, np.arange(1000))
    assert not np.isin(ours, theirs).any()


def test_a_draw_does_not_depend_on_what_is_drawn_beside_it() -> None:
    alone = derive(0, 7, np.array([123]))
    for draw in (Stream.GAP.uniform, Stream.GAP.normal):
        assert draw(alone)[0] == draw(KEYS)[123]
    mean = np.full(KEYS.shape, 4.5)
    together = Stream.GAP.poisson(KEYS, mean)
    assert Stream.GAP.poisson(alone, mean[:1])[0] == together[123]


def test_every_stream_has_a_number_of_its_own() -> None:
    assert len(Stream.__members__) == len(Stream)


@pytest.mark.parametrize("mean", [0.0, 0.3, 7.0, 120.0, 480.0])
def test_poisson_has_its_mean_and_variance(mean: float) -> None:
    draws = Stream.CLUSTER_COUNT.poisson(KEYS[:40_000], np.full(40_000, mean))
    assert draws.mean() == pytest.approx(mean, rel=0.03)
    assert draws.var() == pytest.approx(mean, rel=0.05)


def test_geometric_has_its_mean_and_starts_at_one() -> None:
    draws = Stream.CLUSTER_SIZE.geometric(KEYS, np.full(KEYS.shape, 2.6))
    assert draws.min() == 1
    assert draws.mean() == pytest.approx(2.6, rel=0.01)


def test_pick_follows_the_weights_of_its_row() -> None:
    weights = np.array([[0, 3, 1], [5, 0, 5]])
    row = np.arange(len(KEYS)) % 2
    column = pick(weights, row, Stream.CLUSTER_APP.uniform(KEYS))
    for each in (0, 1):
        share = np.bincount(column[row == each], minlength=3) / (row == each).sum()
        np.testing.assert_allclose(share, weights[each] / weights[each].sum(), atol=0.01)


def test_pick_reaches_both_ends_and_never_an_empty_column() -> None:
    weights = np.array([[0, 1, 0, 1, 0]])
    ends = np.array([2.0**-53, 1.0 - 2.0**-53])
    assert pick(weights, np.zeros(2, np.int64), ends).tolist() == [1, 3]


def test_spread_out_lists_members_group_by_group() -> None:
    group, number = spread_out(np.array([2, 0, 3]))
    assert group.tolist() == [0, 0, 2, 2, 2]
    assert number.tolist() == [0, 1, 0, 1, 2]
