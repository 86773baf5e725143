import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questions import distractors


def test_a_table_by_hand():
    """Ten attempts, the last three the best: 27 per cent are three on either side."""
    rest = np.arange(10) / 10
    a, b, both = 0b01, 0b10, 0b11
    chosen = np.array([b, b, 0, b, a, a, b, a, a, both])
    rows = distractors.table(chosen, rest, 3)
    assert [(row.option, row.count) for row in rows] == [(0, 5), (1, 5), (2, 0), (None, 1)]
    assert [row.share for row in rows] == pytest.approx([0.5, 0.5, 0, 0.1])
    assert [row.top for row in rows] == pytest.approx([1, 1 / 3, 0, 0])
    assert [row.bottom for row in rows] == pytest.approx([0, 2 / 3, 0, 1 / 3])
    assert rows[0].rest == pytest.approx((0.4 + 0.5 + 0.7 + 0.8 + 0.9) / 5)
    assert rows[2].rest is None and rows[3].rest == pytest.approx(0.2)


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), max_size=40), st.randoms(use_true_random=False))
def test_groups_weigh_27_per_cent_and_do_not_depend_on_the_order(values, rng):
    rest = np.array(values, dtype=float)
    weakest, best = distractors.extremes(rest)
    size = -(-27 * len(values) // 100)
    for weights in (weakest, best):
        assert weights.sum() == pytest.approx(size)
        assert ((weights >= 0) & (weights <= 1)).all()
    places = list(range(len(values)))
    rng.shuffle(places)
    assert distractors.extremes(rest[places])[0].tolist() == weakest[places].tolist()
    # Whoever did worse is never less among the weakest.
    assert all(weakest[i] >= weakest[j] for i in places for j in places if rest[i] < rest[j])


def test_nobody_drew_it():
    rows = distractors.table(np.zeros(0, dtype=np.int16), np.zeros(0), 2)
    assert [(row.option, row.count, row.share, row.top, row.rest) for row in rows] == [
        (0, 0, 0.0, 0.0, None),
        (1, 0, 0.0, 0.0, None),
        (None, 0, 0.0, 0.0, None),
    ]
    assert distractors.bands(np.zeros(0), np.zeros(0)) == []


def test_bands_keep_equal_attempts_together():
    rest = np.array([0.1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9])
    share = np.array([0, 1, 1, 1, 1, 0, 0, 0, 0, 1.0])
    found = distractors.bands(share, rest)
    assert [(band.attempts, band.rest, band.share) for band in found] == [(1, 0.1, 0), (8, 0.5, 0.5), (1, 0.9, 1)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), max_size=60))
def test_bands_lose_nobody_and_rise_in_strength(pairs):
    share, rest = (np.array([pair[i] for pair in pairs], dtype=float) for i in (0, 1))
    found = distractors.bands(share, rest)
    assert sum(band.attempts for band in found) == len(pairs)
    assert sum(band.attempts * band.share for band in found) == pytest.approx(share.sum())
    assert [band.rest for band in found] == sorted(band.rest for band in found)
