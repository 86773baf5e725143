"""Correcting a wrongly chosen union: who may ask, who decides, and what moves."""

import pytest
from corrections import hall
from sqlalchemy import select
from support.decisions import decided, moving, opening, row

from contest.accounts.rules import TERMINAL, Actor, Grant, Role
from contest.members import requests
from contest.members.models import PastMembership, UnionRequest
from contest.members.request_rules import Refused
from contest.participation import recounting
from contest.participation.models import Tally
from contest.rounds.models import Contest, Entry
from contest.standings import actions as standings
from contest.unions.rules import Level

RIGHT = {"mot": [0], "nhieu": [0, 1], "y": [0], "so": "1929", "ngan": "Nguyễn Đức Cảnh"}
WHY = "Chọn nhầm đơn vị cùng tên"


def actor_of(person, *grants):
    return Actor(person.id, person.name, tuple(Grant(role, union.id) for role, union in grants), person.union_id)


def asked(session, town, to_union, person=None, actor=None):
    person = person or town.lan
    return requests.ask(session, actor or actor_of(person), person, to_union, WHY, town.now)


def confirmed(session, town, request, answer=""):
    hung = actor_of(town.hung, (Role.OFFICIAL, town.LC_PT_1))
    assert requests.confirm(session, hung, request, answer, town.now)
    session.flush()
    session.expire_all()


def check_counters(session):
    for contest in session.scalars(select(Contest)):
        assert recounting.verify(session, contest) == []
        assert standings.verify(session, contest) == []


def people_of(session, contest, union):
    wanted = select(Tally.people).where(
        Tally.contest_id == contest.id, Tally.union_id == union.id, Tally.round_number == 0
    )
    return sum(session.scalars(wanted))


def test_the_person_and_what_they_did_move(session, town):
    round_ = hall.a_round(town)
    attempt = hall.hand_in(town, round_, town.lan, RIGHT)
    live = hall.open_attempt(town, round_, town.lan, {"mot": [0]})
    request = asked(session, town, town.LC_TU_1)
    assert [fate.stays for fate in requests.what_becomes(session, request)] == [None]
    confirmed(session, town, request, "Đúng là người của đơn vị")
    assert request.state == "confirmed" and request.outcome["kept"] == []
    assert [row["contest"] for row in request.outcome["moved"]] == ["cuoc-thi"]
    assert town.lan.union_id == town.LC_TU_1.id
    assert session.scalars(select(PastMembership.cause)).all() == ["correction"]
    assert attempt.entry.union_id == town.LC_TU_1.id
    assert (people_of(session, round_.contest, town.LC_PT_1), people_of(session, round_.contest, town.LC_TU_1)) == (
        0,
        1,
    )
    assert live.state == "open"
    check_counters(session)


def test_asked_twice_is_asked_once_and_another_wish_waits(session, town):
    request = asked(session, town, town.province and town.LC_TU_1)
    assert asked(session, town, town.LC_TU_1) is request
    with pytest.raises(Refused, match="đang chờ"):
        asked(session, town, town.LC_TU_2)
    assert requests.withdraw(session, TERMINAL, request, town.now)
    assert not requests.withdraw(session, TERMINAL, request, town.now)
    assert asked(session, town, town.LC_TU_2).state == "asked"
    assert len(session.scalars(select(UnionRequest)).all()) == 2


def test_what_makes_no_sense_is_refused_with_every_reason(session, town):
    with pytest.raises(Refused) as refusal:
        requests.ask(session, actor_of(town.lan), town.lan, town.LC_PT_1, "", town.now)
    assert ["đang thuộc đúng" in str(refusal.value.reasons[0]), "lý do" in str(refusal.value.reasons[1])] == [True] * 2
    with pytest.raises(Refused, match="công đoàn cơ sở"):
        asked(session, town, town.LC_TU)


def test_announced_results_keep_what_they_say(session, town):
    round_ = hall.a_round(town)
    other = hall.a_round(town, town.contest(slug="cuoc-hai"), bank=round_.blueprint[0].bank)
    for one in (round_, other):
        hall.hand_in(town, one, town.lan, RIGHT)
    round_.published_at = town.now
    request = asked(session, town, town.LC_TU_1)
    confirmed(session, town, request)
    assert request.outcome == {
        "moved": [{"contest": "cuoc-hai", "title": "Cuộc thi thử"}],
        "kept": [{"contest": "cuoc-thi", "title": "Cuộc thi thử", "reason": "announced"}],
    }
    assert people_of(session, round_.contest, town.LC_PT_1) == people_of(session, other.contest, town.LC_TU_1) == 1
    check_counters(session)


def test_a_correction_that_was_begun_lets_them_move(session, town):
    round_ = hall.a_round(town)
    hall.hand_in(town, round_, town.lan, RIGHT)
    round_.published_at = round_.correcting_since = town.now
    request = asked(session, town, town.LC_TU_1)
    confirmed(session, town, request)
    assert people_of(session, round_.contest, town.LC_TU_1) == 1


def test_announced_totals_lock_too(session, town):
    round_ = hall.a_round(town)
    hall.hand_in(town, round_, town.lan, RIGHT)
    round_.contest.results_at = town.now
    request = asked(session, town, town.LC_TU_1)
    confirmed(session, town, request)
    assert request.outcome["kept"][0]["reason"] == "announced"


def test_a_division_by_union_follows_and_so_do_places(session, town):
    contest = town.contest(criteria=["score", "elapsed"])
    first = town.province and town.division(contest, "a", union=town.LC_PT)
    second = town.division(contest, "b", union=town.LC_TU)
    round_ = hall.a_round(town, contest)
    attempt = hall.hand_in(town, round_, town.lan, RIGHT)
    assert attempt.entry.division_id == first.id
    confirmed(session, town, asked(session, town, town.LC_TU_1))
    assert attempt.entry.division_id == second.id
    check_counters(session)


def test_papers_of_a_division_keep_people_where_they_sat_them(session, town):
    contest = town.contest(criteria=["score", "elapsed"])
    first = town.province and town.division(contest, "a", union=town.LC_PT)
    town.division(contest, "b", union=town.LC_TU)
    round_ = hall.a_round(town, contest)
    round_.blueprint[0].division_id = first.id
    hall.hand_in(town, round_, town.lan, RIGHT)
    request = asked(session, town, town.LC_TU_1)
    confirmed(session, town, request)
    assert request.outcome["kept"][0]["reason"] == "paper"
    assert town.lan.union_id == town.LC_TU_1.id
    check_counters(session)


def test_who_would_not_be_admitted_from_there_stays(session, town):
    contest = town.contest(scope_union_id=town.province and town.LC_PT.id)
    hall.hand_in(town, hall.a_round(town, contest), town.lan, RIGHT)
    request = asked(session, town, town.LC_TU_1)
    confirmed(session, town, request)
    assert request.outcome["kept"][0]["reason"] == "outside"


def test_a_contest_that_keeps_its_tree_admits_by_that_tree(session, town):
    contest = town.contest(scope_union_id=town.province and town.LC_PT.id)
    hall.hand_in(town, hall.a_round(town, contest), town.lan, RIGHT)
    decided(
        session,
        opening("LC-X1", "LC", Level.UPPER),
        opening("LC-X2", "LC", Level.UPPER),
        moving("LC-PT-1", "LC-X1"),
        moving("LC-PT-2", "LC-X2"),
        row("close", "LC-PT", successors=("LC-X1", "LC-X2")),
    )
    request = asked(session, town, town.LC_PT_2)
    confirmed(session, town, request)
    assert (request.outcome["kept"], [row["contest"] for row in request.outcome["moved"]]) == ([], ["cuoc-thi"])


def test_only_what_was_entered_from_the_wrong_union_moves(session, town):
    round_ = hall.a_round(town)
    hall.hand_in(town, round_, town.lan, RIGHT)
    session.scalars(select(Entry)).one().union_id = town.LC_TU_2.id
    recounting.recount(session, round_.contest)
    request = asked(session, town, town.LC_TU_1)
    confirmed(session, town, request)
    assert request.outcome["kept"][0]["reason"] == "elsewhere"
    check_counters(session)


def test_somebody_who_moved_meanwhile_is_refused(session, town):
    request = asked(session, town, town.province and town.LC_TU_1)
    town.lan.union_id = town.LC_TU_2.id
    session.flush()
    hung = actor_of(town.hung, (Role.OFFICIAL, town.LC_PT_1))
    with pytest.raises(Refused, match="đã chuyển sang công đoàn khác"):
        requests.confirm(session, hung, request, "", town.now)
    with pytest.raises(Refused, match="chính mình"):
        requests.confirm(session, actor_of(town.lan), request, "", town.now)
    with pytest.raises(Refused, match="lý do"):
        requests.refuse(session, hung, request, "", town.now)
    assert requests.refuse(session, hung, request, "Không phải người của đơn vị", town.now)
    assert not requests.confirm(session, hung, request, "", town.now)
