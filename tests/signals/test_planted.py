"""Everything planted is found, and people who take part as they should are left alone."""

import pytest
from signals.crowd_of_sittings import Crowd

from contest.signals.alike import same_wrong
from contest.signals.detect import one_device, registrations, too_fast

SEEDS = (1, 2, 3, 4, 5)


def honest_round(seed, people=700, **more):
    crowd = Crowd(seed, **more)
    crowd.honest(people)
    for n in range(4):
        crowd.shared_computer(12, union=n, start=30_000.0 + 90_000 * n)
    for n in range(20):
        crowd.family(start=50_000.0 + 9000 * n)
    crowd.rally(150)
    return crowd


def look(crowd):
    table = crowd.table()
    found = [*one_device(table), *too_fast(table), *same_wrong(table), *registrations(table, crowd.registered)]
    return table, found


def people_of(table, signal):
    ids = set(signal.attempts)
    return {int(person) for person, id_ in zip(table.person, table.id, strict=True) if int(id_) in ids}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("bank", [20, 60])
def test_honest_people_are_left_alone(seed, bank):
    """At most one in two hundred is named by any signal (the bank of 20: everybody has the same questions)."""
    crowd = honest_round(seed, bank=bank)
    table, found = look(crowd)
    named = set().union(*(people_of(table, signal) for signal in found)) if found else set()
    assert len(named) <= 0.005 * crowd.people, [(one.kind, one.subject, one.details) for one in found]


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_people_who_only_guess_have_much_in_common_and_are_left_alone(seed):
    """They miss nearly everything, so they agree in many wrong answers; with everybody's chance they would be named."""
    crowd = Crowd(seed, bank=20)
    crowd.honest(300)
    for _ in range(150):
        crowd.sit(crowd.person(), float(crowd.rng.random() * 500_000), strength=-3.0, union=int(crowd.rng.integers(40)))
    table = crowd.table()
    named = set().union(*(people_of(table, signal) for signal in same_wrong(table)))
    assert len(named) <= 0.005 * crowd.people


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_planted_is_found_among_them(seed):
    crowd = honest_round(seed)
    crowd.one_phone(5, start=10_000.0)
    crowd.one_phone(30, start=100_000.0, each_s=12.0, gap_s=90.0)
    crowd.one_phone(200, start=200_000.0, each_s=1.5)
    crowd.two_windows(3, start=40_000.0)
    for n, each_s in enumerate((0.05, 0.2, 0.5)):
        crowd.machine(start=60_000.0 + 1000 * n, each_s=each_s)
    for n in range(4):
        crowd.copies(2 + n, start=70_000.0 + 20_000 * n, wrong=7)
    crowd.copies(40, start=170_000.0, wrong=8)
    crowd.copies(3, start=5000.0, wrong=9, far=True)
    crowd.sign_ups(6, start=2000.0, each_s=20.0)
    crowd.sign_ups(200, start=3000.0, each_s=0.3, one_browser=False)
    table, found = look(crowd)
    for kind, groups in crowd.planted.items():
        named = [people_of(table, signal) for signal in found if signal.kind == kind]
        for group in groups:
            assert any(group <= one for one in named), (kind, len(group))


def test_what_was_planted_does_not_draw_in_others():
    crowd = honest_round(7)
    crowd.copies(6, start=70_000.0, wrong=8)
    crowd.one_phone(6, start=10_000.0)
    table, found = look(crowd)
    guilty = set().union(*(group for groups in crowd.planted.values() for group in groups))
    named = set().union(*(people_of(table, signal) for signal in found))
    assert guilty <= named
    assert len(named - guilty) <= 0.005 * crowd.people
