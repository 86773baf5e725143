"""When a round is open, until when one may work, and who may take part: both sides of each boundary."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contest.accounts.rules import PersonKind
from contest.clock import VIETNAM
from contest.rounds.rules import (
    Admission,
    Bar,
    Candidate,
    DivisionRule,
    Phase,
    Window,
    division_for,
    due_at,
    instants,
    is_unranked,
    person_refusals,
    phase,
    round_refusals,
    sitting_end,
    sittings,
)
from contest.rounds.settings import ExclusionMode


def at(day, time="00:00"):
    """A moment of November 2023, Vietnamese time; the 13th is a Monday."""
    hour, minute, *second = map(int, time.split(":"))
    local = datetime(2023, 11, 1, hour % 24, minute, *second, tzinfo=VIETNAM) + timedelta(days=day - 1 + hour // 24)
    return local.astimezone(UTC)


SECOND = timedelta(seconds=1)
WHOLE = Window(at(13, "10:00"), at(20, "09:00"))
#: Monday to Friday, 8:00 to 17:00.
OFFICE = Window(at(13, "10:00"), at(24, "16:00"), weekdays=0b0011111, day_from=480, day_until=1020)
#: Weekend days, all day long.
WEEKEND = Window(at(13), at(27), weekdays=0b1100000)
#: Every day from 15:30 to midnight.
EVENING = Window(at(13), at(27), day_from=930, day_until=1440)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(13, "09:59:59"), Phase.COMING),
        (at(13, "10:00"), Phase.OPEN),
        (at(20, "08:59:59"), Phase.OPEN),
        (at(20, "09:00"), Phase.CLOSED),
    ],
)
def test_phase_of_a_plain_round(now, expected):
    assert phase(WHOLE, now) is expected
    assert phase(replace(WHOLE, published=True), now) is Phase.PUBLISHED


@pytest.mark.parametrize(
    ("settings", "now", "expected"),
    [
        ({"grace_s": 5}, at(20, "08:59:59"), Phase.OPEN),
        ({"grace_s": 5}, at(20, "09:00"), Phase.COLLECTING),
        ({"grace_s": 5}, at(20, "09:00:04"), Phase.COLLECTING),
        ({"grace_s": 5}, at(20, "09:00:05"), Phase.CLOSED),
        ({"grace_s": 5, "late_minutes": 30}, at(20, "09:29:59"), Phase.COLLECTING),
        ({"grace_s": 5, "late_minutes": 30}, at(20, "09:30"), Phase.CLOSED),
    ],
)
def test_a_round_is_closed_when_nothing_can_arrive_any_more(settings, now, expected):
    assert phase(replace(WHOLE, **settings), now) is expected


def test_nobody_starts_while_late_answers_are_collected():
    window = replace(WHOLE, late_minutes=30)
    assert "đã kết thúc lúc" in str(round_refusals(window, at(20, "09:10"), 0, None)[0])
    assert sitting_end(window, at(20, "09:10")) is None
    assert due_at(window, at(20, "08:50"), 1200) == at(20, "09:00")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(13, "08:00"), Phase.COMING),
        (at(13, "16:59:59"), Phase.OPEN),
        (at(13, "17:00"), Phase.PAUSED),
        (at(14, "07:59:59"), Phase.PAUSED),
        (at(14, "08:00"), Phase.OPEN),
        (at(18, "09:00"), Phase.PAUSED),
        (at(24, "15:59:59"), Phase.OPEN),
        (at(24, "16:00"), Phase.CLOSED),
    ],
)
def test_phase_within_office_hours(now, expected):
    assert phase(OFFICE, now) is expected


@pytest.mark.parametrize(
    ("window", "now", "end"),
    [
        (WHOLE, at(13, "10:00"), at(20, "09:00")),
        (WHOLE, at(20, "09:00"), None),
        (WHOLE, at(13, "09:59:59"), None),
        (OFFICE, at(13, "10:00"), at(13, "17:00")),
        (OFFICE, at(24, "08:00"), at(24, "16:00")),
        (OFFICE, at(18, "10:00"), None),
        (WEEKEND, at(18), at(20)),
        (WEEKEND, at(19, "23:59:59"), at(20)),
        (WEEKEND, at(17, "23:59:59"), None),
        (WEEKEND, at(20), None),
        (EVENING, at(13, "15:29:59"), None),
        (EVENING, at(13, "15:30"), at(14)),
        (EVENING, at(13, "23:59:59"), at(14)),
        (EVENING, at(14), None),
    ],
)
def test_end_of_the_sitting(window, now, end):
    assert sitting_end(window, now) == end


def test_midnight_does_not_end_a_sitting_of_whole_days():
    week = Window(at(13), at(27), weekdays=0b0011111)
    assert sitting_end(week, at(13, "08:00")) == at(18)
    daily = Window(at(13), at(20), day_from=0, day_until=1440)
    assert sitting_end(daily, at(13, "08:00")) == at(20)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (WHOLE, [(at(13, "10:00"), at(20, "09:00"))]),
        (WEEKEND, [(at(18), at(20)), (at(25), at(27))]),
        (
            Window(at(13), at(15, "09:00"), day_from=480, day_until=600),
            [(at(d, "08:00"), at(d, "10:00")) for d in (13, 14)] + [(at(15, "08:00"), at(15, "09:00"))],
        ),
        (Window(at(13), at(14), weekdays=0b1100000), []),
        (Window(at(13), at(13)), []),
        (Window(at(13, "18:00"), at(14, "07:00"), day_from=480, day_until=1020), []),
    ],
)
def test_sittings(window, expected):
    assert sittings(window) == expected


def test_sittings_and_end_of_sitting_agree():
    for window in (WHOLE, OFFICE, WEEKEND, EVENING):
        for start, until in sittings(window):
            assert sitting_end(window, start) == until
            assert sitting_end(window, until - SECOND) == until
            assert sitting_end(window, until) is None
            assert sitting_end(window, start - SECOND) is None


@pytest.mark.parametrize(
    ("window", "started", "due"),
    [
        (WHOLE, at(13, "10:00"), at(13, "10:20")),
        (WHOLE, at(20, "08:40"), at(20, "09:00")),
        (WHOLE, at(20, "08:41"), at(20, "09:00")),
        (OFFICE, at(13, "16:40"), at(13, "17:00")),
        (OFFICE, at(13, "16:39:59"), at(13, "16:59:59")),
        (OFFICE, at(13, "16:59"), at(13, "17:00")),
        (EVENING, at(13, "23:50"), at(14)),
    ],
)
def test_due_is_the_allowance_cut_by_the_end_of_the_sitting(window, started, due):
    assert due_at(window, started, 1200) == due


@pytest.mark.parametrize(
    ("window", "started", "due"),
    [
        (WHOLE, at(13, "10:00"), at(13, "10:30")),
        (WHOLE, at(20, "08:30"), at(20, "09:00")),
        (WHOLE, at(20, "08:31"), at(20, "09:00")),
        (OFFICE, at(13, "16:50"), at(13, "17:00")),
        (EVENING, at(13, "23:40"), at(14)),
    ],
)
def test_extra_time_lengthens_the_allowance_but_not_the_sitting(window, started, due):
    assert due_at(window, started, 1200, 600) == due


@pytest.mark.parametrize(
    ("grace_s", "late_minutes", "taken_until", "late_until"),
    [
        (0, 0, "17:00:00", "17:00:00"),
        (5, 0, "17:00:05", "17:00:05"),
        (5, 10, "17:00:05", "17:10:00"),
        (60, 1, "17:01:00", "17:01:00"),
        (120, 1, "17:02:00", "17:02:00"),
        (0, 1, "17:00:00", "17:01:00"),
    ],
)
def test_grace_and_late_deliveries_count_from_what_the_person_was_told(grace_s, late_minutes, taken_until, late_until):
    assert instants(at(13, "17:00"), grace_s, late_minutes) == (at(13, taken_until), at(13, late_until))


# who


LAN = Candidate(PersonKind.MEMBER, "0912000001", frozenset({1, 2, 3}))
OPEN = Admission(published=True, practice=False, kinds=frozenset(PersonKind), scope_union_id=None)


def test_everybody_is_admitted_to_an_open_contest():
    assert person_refusals(LAN, OPEN) == []
    assert person_refusals(Candidate(None, "0912000001", frozenset()), OPEN) == []


@pytest.mark.parametrize(
    ("admission", "said"),
    [
        (replace(OPEN, published=False), "chưa được mở"),
        (replace(OPEN, kinds=frozenset({PersonKind.WORKER})), "không dành cho đối tượng “Đoàn viên”"),
        (replace(OPEN, scope_union_id=9, scope_union_name="LĐLĐ tỉnh Sơn La"), "LĐLĐ tỉnh Sơn La"),
        (replace(OPEN, bars=(Bar(ExclusionMode.BARRED, "thành viên Ban tổ chức", phone=LAN.phone),)), "Ban tổ chức"),
        (replace(OPEN, bars=(Bar(ExclusionMode.BARRED, "đơn vị xây dựng phần mềm", union_id=2),)), "phần mềm"),
    ],
)
def test_each_reason_is_told(admission, said):
    reasons = person_refusals(LAN, admission)
    assert len(reasons) == 1
    assert said in str(reasons[0])


def test_all_reasons_are_told_at_once():
    admission = replace(OPEN, published=False, kinds=frozenset({PersonKind.WORKER}), scope_union_id=9)
    assert len(person_refusals(LAN, admission)) == 3


@pytest.mark.parametrize(
    ("bar", "fits"),
    [
        ({"phone": "0912000001"}, True),
        ({"phone": "0912000002"}, False),
        ({"union_id": 3}, True),
        ({"union_id": 4}, False),
        ({"kind": PersonKind.MEMBER}, True),
        ({"kind": PersonKind.OFFICIAL}, False),
        ({"union_id": 1, "kind": PersonKind.MEMBER}, True),
        ({"union_id": 1, "kind": PersonKind.OFFICIAL}, False),
        ({"union_id": 4, "kind": PersonKind.MEMBER}, False),
    ],
)
def test_an_exclusion_fits_when_all_it_names_is_true(bar, fits):
    unranked = Bar(ExclusionMode.UNRANKED, "vì", **bar)
    assert is_unranked(LAN, [unranked]) is fits
    assert not person_refusals(LAN, replace(OPEN, bars=(unranked,)))
    barred = Bar(ExclusionMode.BARRED, "vì", **bar)
    assert not is_unranked(LAN, [barred])
    assert bool(person_refusals(LAN, replace(OPEN, bars=(barred,)))) is fits


@pytest.mark.parametrize(
    ("divisions", "expected"),
    [
        ([], None),
        ([DivisionRule(7, frozenset(), None)], 7),
        ([DivisionRule(7, frozenset({PersonKind.WORKER}), None)], None),
        ([DivisionRule(7, frozenset(), 4)], None),
        ([DivisionRule(7, frozenset(), 4), DivisionRule(8, frozenset({PersonKind.MEMBER}), 2)], 8),
        ([DivisionRule(7, frozenset(), 3), DivisionRule(8, frozenset(), None)], 7),
    ],
)
def test_the_first_fitting_division(divisions, expected):
    assert division_for(LAN, divisions) == expected


@pytest.mark.parametrize(
    ("now", "used", "allowed", "reasons"),
    [
        (at(13, "09:59:59"), 0, 2, ["chưa mở"]),
        (at(13, "10:00"), 0, 2, []),
        (at(13, "10:00"), 1, 2, []),
        (at(13, "10:00"), 2, 2, ["hết 2 lượt"]),
        (at(13, "10:00"), 99, None, []),
        (at(13, "17:00"), 0, 2, ["Ngoài khung giờ"]),
        (at(24, "16:00"), 2, 2, ["đã kết thúc", "hết 2 lượt"]),
    ],
)
def test_refusals_of_a_round(now, used, allowed, reasons):
    found = round_refusals(OFFICE, now, used, allowed)
    assert len(found) == len(reasons)
    assert all(said in str(message) for said, message in zip(reasons, found, strict=True))


def test_a_published_round_is_over():
    assert round_refusals(replace(OFFICE, published=True), at(14, "09:00"), 0, 2)
