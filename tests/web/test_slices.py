"""Long lists in parts."""

import doctest

from contest import slices


def test_examples_run():
    assert doctest.testmod(slices).failed == 0


def test_a_list_that_fits_stays_whole_and_nothing_has_no_part():
    values = list(range(slices.MAX_NAMED))
    assert list(slices.slices(values)) == [values]
    assert list(slices.slices(dict.fromkeys(values + [-1]))) == [values, [-1]]
    assert list(slices.slices([])) == []
