"""The draw of a paper: repeatable, fair, and never the same question twice."""

import doctest
import hashlib
import hmac
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from questions import draw as module
from questions.draw import Candidate, DrawRow, PaperItem, ShortPool, draw, shortages


def pool(*versions, choices=4, last=()):
    return tuple(Candidate(version, choices, frozenset(last)) for version in versions)


@st.composite
def blueprints(draw_from):
    """Rows whose pools overlap as they like; not every blueprint can be served."""
    rows = []
    for _ in range(draw_from(st.integers(1, 4))):
        versions = draw_from(st.sets(st.integers(1, 30), min_size=1, max_size=20))
        candidates = tuple(
            Candidate(version, 2 + version % 4, frozenset({1 + version % 4}) if version % 3 == 0 else frozenset())
            for version in versions
        )
        rows.append(DrawRow(candidates, draw_from(st.integers(0, 6)), draw_from(st.integers(1, 3))))
    return rows


def test_the_examples_in_the_description_hold():
    assert doctest.testmod(module).failed == 0


@settings(max_examples=60, deadline=None)
@given(blueprints(), st.binary(min_size=1, max_size=8), st.booleans(), st.booleans())
def test_a_blueprint_without_shortages_gives_its_counts_and_no_question_twice(rows, seed, questions, choices):
    assume(not shortages(rows))
    paper = draw(seed, "x", rows, questions, choices)
    versions = [item.version_id for item in paper]
    assert len(set(versions)) == len(versions) == sum(row.count for row in rows)
    assert Counter(item.points for item in paper) == sum((Counter({row.points: row.count}) for row in rows), Counter())
    assert paper == draw(seed, "x", rows, questions, choices)
    if not questions:
        rest = iter(paper)
        for row in rows:
            of_row = [next(rest).version_id for _ in range(row.count)]
            assert of_row == sorted(of_row)
            assert set(of_row) <= {candidate.version_id for candidate in row.pool}


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 8), st.data())
def test_options_that_stay_last_keep_their_order_at_the_end(choices, data):
    last = data.draw(st.frozensets(st.integers(0, choices - 1)))
    row = DrawRow((Candidate(1, choices, last),), 1)
    (item,) = draw(data.draw(st.binary(max_size=4)), "x", [row], True, True)
    assert sorted(item.order) == list(range(choices))
    assert item.order[choices - len(last) :] == tuple(sorted(last))


def test_without_shuffling_options_keep_the_order_as_typed():
    row = DrawRow(pool(5, 3, last=[0]), 2)
    assert draw(b"s", "x", [row], False, False) == (
        PaperItem(3, (0, 1, 2, 3)),
        PaperItem(5, (0, 1, 2, 3)),
    )


def test_a_narrow_pool_inside_a_wide_one_is_served_first():
    rows = [DrawRow(pool(1, 2, 3), 2), DrawRow(pool(2), 1)]
    for n in range(20):
        assert [item.version_id for item in draw(b"s", str(n), rows, False, False)] == [1, 3, 2]


def test_a_short_pool_is_refused_with_its_row():
    rows = [DrawRow(pool(1, 2), 2), DrawRow(pool(1, 2, 3), 2)]
    with pytest.raises(ShortPool) as caught:
        draw(b"s", "x", rows, False, False)
    assert (caught.value.row, caught.value.available, caught.value.needed) == (1, 1, 2)
    assert shortages(rows) == [(1, 1, 2)]


def test_another_label_or_seed_gives_another_paper():
    rows = [DrawRow(pool(*range(1000)), 20)]
    papers = {draw(seed, label, rows, True, True) for seed in (b"a", b"b") for label in ("1", "2")}
    assert len(papers) == 4


def test_draws_and_places_and_options_are_even():
    rows = [DrawRow(pool(*range(10)), 3)]
    papers = [draw(b"even", str(n), rows, True, True) for n in range(1000)]
    drawn = Counter(item.version_id for paper in papers for item in paper)
    first = Counter(paper[0].version_id for paper in papers)
    top = Counter(item.order[0] for paper in papers for item in paper)
    assert set(drawn) == set(range(10)) and all(230 < count < 370 for count in drawn.values())
    assert all(60 < first[version] < 145 for version in range(10))
    assert all(650 < top[index] < 850 for index in range(4))


def test_a_stranger_following_the_description_gets_the_same_paper():
    """The description done again the plain way: whole pools copied and swapped."""

    def numbers(seed, label):
        counter = 0
        while True:
            digest = hmac.new(seed, f"{label}:{counter}".encode(), hashlib.sha256).digest()
            yield from (int.from_bytes(digest[i : i + 8], "big") for i in (0, 8, 16, 24))
            counter += 1

    source = numbers("khoá".encode(), "bài 7")

    def below(n):
        while (number := next(source)) >= 2**64 // n * n:
            pass
        return number % n

    def shuffle(things):
        for i in reversed(range(1, len(things))):
            j = below(i + 1)
            things[i], things[j] = things[j], things[i]

    wide = [replace(c, passage="p" if c.version_id % 3 == 0 else "") for c in pool(*range(40, 0, -1), last=[3])]
    rows = [DrawRow(tuple(wide), 6, 1), DrawRow(pool(*range(30, 50)), 5, 2)]
    seen = [*range(30, 47), 3]
    taken, picked = set(), {}
    for place in (1, 0):
        free = [c.version_id for c in rows[place].pool if c.version_id not in taken]
        drawn = []
        for rest in ([v for v in free if v not in seen], [v for v in free if v in seen]):
            wanted = min(len(rest), rows[place].count - len(drawn))
            for k in range(wanted):
                j = k + below(len(rest) - k)
                rest[k], rest[j] = rest[j], rest[k]
            drawn += rest[:wanted]
        picked[place] = sorted(drawn)
        taken |= set(picked[place])
    expected = [(version, row.points, place) for place, row in enumerate(rows) for version in picked[place]]
    shuffle(expected)
    shared = [row for row in expected if row[2] == 0 and row[0] % 3 == 0]
    if shared:
        at = expected.index(shared[0])
        expected = [*expected[:at], *shared, *(row for row in expected[at:] if row not in shared)]
    orders = []
    for version, points, place in expected:
        free = [0, 1, 2] if place == 0 else [0, 1, 2, 3]
        shuffle(free)
        orders.append(PaperItem(version, (*free, *([3] if place == 0 else [])), points))
    assert len(shared) > 1 and any(version in seen for version in picked[1])
    assert draw("khoá".encode(), "bài 7", rows, True, True, seen) == tuple(orders)


def test_what_the_person_has_seen_comes_only_when_the_rest_runs_short():
    pool = tuple(Candidate(n, 4) for n in range(1, 11))
    for label in map(str, range(50)):
        fresh = draw(b"s", label, [DrawRow(pool, 4)], False, False, seen=(1, 2, 3, 99))
        assert {item.version_id for item in fresh}.isdisjoint({1, 2, 3})
        short = {item.version_id for item in draw(b"s", label, [DrawRow(pool, 9)], False, False, seen=(1, 2, 3))}
        assert short >= set(range(4, 11)) and len(short) == 9


def test_nobody_is_robbed_by_what_was_seen_and_nothing_comes_twice():
    pool = tuple(Candidate(n, 4) for n in range(1, 8))
    rows = [DrawRow(pool[:3], 2), DrawRow(pool, 5)]
    for label in map(str, range(50)):
        drawn = [item.version_id for item in draw(b"s", label, rows, True, False, seen=range(1, 8))]
        assert sorted(drawn) == list(range(1, 8))


def test_a_draw_without_seen_versions_is_what_it_always_was():
    pool = tuple(Candidate(n, 4) for n in range(1, 101))
    assert draw(b"seed", "x", [DrawRow(pool, 5)], True, True) == draw(b"seed", "x", [DrawRow(pool, 5)], True, True, ())


def test_questions_of_one_passage_stand_together():
    pool = tuple(Candidate(n, 4, passage="p" if n % 2 else "") for n in range(1, 9))
    for label in map(str, range(30)):
        places = [p for p, item in enumerate(draw(b"s", label, [DrawRow(pool, 8)], True, False)) if item.version_id % 2]
        assert places == list(range(places[0], places[0] + 4))


def test_items_to_order_are_shuffled_whatever_the_round_says():
    pool = (Candidate(1, 6, always=True), Candidate(2, 6))
    papers = [draw(b"s", label, [DrawRow(pool, 2)], False, False) for label in map(str, range(20))]
    assert len({paper[0].order for paper in papers}) > 10
    assert {paper[1].order for paper in papers} == {tuple(range(6))}
