"""Where something begins to be odd: both sides of each limit, and what the reasons say."""

from datetime import UTC, datetime, timedelta

import pytest
from signals.crowd_of_sittings import QUESTIONS, Crowd

from contest.signals.detect import Registered, one_device, registrations, too_fast
from contest.signals.gather import Asked, chosen
from contest.signals.rules import KIND_NAMES, Found, Looked, SignalKind, Verdict, check_note, is_due, reasons
from contest.signals.rules import PAUSE as PAUSED
from contest.signals.rules import Refused as NotSaid
from questions.rules import Choice, Kind

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def crowd():
    crowd = Crowd(11)
    crowd.honest(100)
    return crowd


def queue(crowd, people, gap_s, each_s=15.0):
    at = 1000.0
    for _ in range(people):
        at = crowd.sit(crowd.person(), at, device="one", each_s=each_s).ended + gap_s


def devices(crowd):
    return [found.details for found in one_device(crowd.table())]


def test_two_at_one_browser_are_never_odd_and_three_only_when_their_turns_are(crowd):
    queue(crowd, 2, 1.0)
    assert devices(crowd) == []
    queue(crowd, 3, 1.0)
    assert [d["people"] for d in devices(crowd)] == [5]


@pytest.mark.parametrize(("gap_s", "odd"), [(14.0, 1), (16.0, 0)])
def test_turns_are_odd_below_fifteen_seconds(crowd, gap_s, odd):
    queue(crowd, 4, gap_s)
    assert len(devices(crowd)) == odd


@pytest.mark.parametrize(("overlap_s", "odd"), [(40.0, 1), (-30.0, 0)])
def test_overlapping_attempts_of_one_browser_are_odd(crowd, overlap_s, odd):
    queue(crowd, 4, -overlap_s)
    found = devices(crowd)
    assert len(found) == odd
    assert all(d["overlapping"] == 3 for d in found)


@pytest.mark.parametrize(("people", "shown"), [(19, 0), (20, 1)])
def test_very_many_at_one_browser_are_shown_though_they_take_turns_as_they_should(crowd, people, shown):
    queue(crowd, people, 120.0)
    found = one_device(crowd.table())
    assert len(found) == shown
    assert all(one.strength < 45 for one in found)


def test_one_person_at_one_browser_is_never_odd(crowd):
    person, at = crowd.person(), 1000.0
    for _ in range(30):
        at = crowd.sit(person, at, device="own").ended + 2
    assert devices(crowd) == []


@pytest.mark.parametrize(("each_s", "wrong", "odd"), [(0.5, 0, 1), (0.5, 12, 0), (5.0, 0, 0), (14.0, 0, 0)])
def test_speed_is_odd_only_with_a_high_score(crowd, each_s, wrong, odd):
    """By heart at five seconds a question, where the middle is fourteen, is not odd."""
    crowd.sit(crowd.person(), 10.0, each_s=each_s, chosen=[1] * wrong + [0] * (QUESTIONS - wrong))
    assert len(too_fast(crowd.table())) == odd


@pytest.mark.parametrize(("each_s", "odd"), [(0.55, 1), (1.0, 1), (3.0, 0)])
def test_in_a_small_round_only_what_nobody_can_read_is_odd(each_s, odd):
    small = Crowd(3)
    for n in range(5):
        small.sit(small.person(), 100.0 * n, each_s=12.0)
    small.sit(small.person(), 1000.0, each_s=each_s, chosen=[0] * QUESTIONS)
    assert len(too_fast(small.table())) == odd


def test_where_everybody_knows_the_bank_by_heart_the_quick_are_not_odd():
    crowd = Crowd(5)
    for n in range(200):
        crowd.sit(crowd.person(), 100.0 * n, each_s=1.2 + 0.01 * n, chosen=[0] * QUESTIONS)
    assert too_fast(crowd.table()) == []


def test_programs_are_found_even_when_every_other_attempt_is_one():
    crowd = Crowd(6)
    for n in range(100):
        crowd.sit(crowd.person(), 100.0 * n, each_s=14.0, chosen=[0] * QUESTIONS)
        crowd.sit(crowd.person(), 100.0 * n, each_s=0.4, chosen=[0] * QUESTIONS)
    assert len(too_fast(crowd.table())) == 100


def test_attempts_of_one_person_are_one_signal(crowd):
    person = crowd.person()
    for n in range(3):
        crowd.sit(person, 1000.0 * n, each_s=0.3, chosen=[0] * QUESTIONS)
    found = too_fast(crowd.table())
    assert [(one.people, len(one.attempts), one.details["attempts"]) for one in found] == [(1, 3, 3)]


def burst(crowd, people, each_s, device="d", network="n"):
    ones = []
    for n in range(people):
        person = crowd.person()
        crowd.sit(person, 90_000.0 + 900 * n)
        mine = device if device == "d" else f"own{person}"
        ones.append(Registered(500.0 + each_s * n, person, mine, network))
    return registrations(crowd.table(), ones)


@pytest.mark.parametrize(
    ("people", "each_s", "odd"), [(3, 5.0, 0), (4, 35.0, 1), (4, 45.0, 0), (7, 80.0, 0), (8, 80.0, 1), (8, 90.0, 0)]
)
def test_registrations_from_one_browser(crowd, people, each_s, odd):
    assert len(burst(crowd, people, each_s)) == odd


@pytest.mark.parametrize(("people", "each_s", "odd"), [(119, 0.5, 0), (121, 0.5, 1), (400, 2.0, 0)])
def test_one_network_must_be_far_busier_and_says_that_it_is_weak(crowd, people, each_s, odd):
    found = burst(crowd, people, each_s, device="own")
    assert len(found) == odd
    assert all(one.strength <= 40 and "Chỉ chung mạng" in told(one)[-1] for one in found)


def test_a_burst_of_one_browser_is_not_told_again_for_its_network(crowd):
    assert [one.details["by"] for one in burst(crowd, 150, 0.5)] == ["device"]


def told(found: Found):
    return [str(reason) for reason in reasons(found.kind, found.details)]


def test_every_kind_has_words():
    assert set(KIND_NAMES) == set(SignalKind)


@pytest.mark.parametrize("since", [PAUSED, PAUSED + timedelta(seconds=5)])
def test_a_large_round_is_looked_at_less_often(since):
    small, large = Looked(10, NOW - since), Looked(10, NOW - since)
    assert is_due(small, 20, NOW)
    assert not is_due(large, 200_000, NOW)


def test_a_round_without_new_attempts_or_with_erased_traces_is_not_looked_at():
    assert is_due(None, 1, NOW) and not is_due(None, 0, NOW)
    long_ago = NOW - timedelta(days=1)
    assert not is_due(Looked(20, long_ago), 20, NOW)
    assert not is_due(Looked(0, long_ago, erased_at=long_ago), 20, NOW)


def test_a_verdict_needs_a_note_and_taking_it_back_none():
    check_note(None, "")
    check_note(Verdict.EXPLAINED, "Máy chung")
    with pytest.raises(NotSaid):
        check_note(Verdict.CONFIRMED, "rõ")


FOUR = tuple(Choice(text, match=side) for text, side in (("a", "x"), ("b", "y"), ("c", "z"), ("d", "x")))


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.SINGLE, ((0, 1, 2, 3), "B"), ((1, 0, 2, 3), "A")),
        (Kind.MULTIPLE, ((0, 1, 2, 3), "AD"), ((3, 1, 2, 0), "AD")),
        (Kind.STATEMENTS, ((0, 1, 2, 3), "TF-T"), ((2, 3, 0, 1), "-TTF")),
        (Kind.ORDER, ((0, 1, 2, 3), "4321"), ((3, 2, 1, 0), "1234")),
        (Kind.MATCH, ((0, 1, 2, 3), "AB-C"), ((1, 0, 2, 3), "BA-C")),
        (Kind.SHORT, ((), "Điện  Biên"), ((), "điện biên")),
        (Kind.NUMBER, ((), "19 30"), ((), "1930")),
    ],
)
def test_the_same_answer_is_known_whatever_order_it_was_shown_in(kind, one, other):
    asked = Asked.of(kind, FOUR, "Hỏi gì?")
    assert chosen(asked, *one) == chosen(asked, *other)
    assert chosen(asked, *one) != chosen(asked, one[0], one[1][:-1])
