"""Two at once: starts, submits and time-outs through real threads and connections."""

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier

import pytest
from sqlalchemy import func, select

from contest.accounts.rules import TERMINAL, PersonKind
from contest.attempts.actions import close
from contest.attempts.models import Attempt
from contest.attempts.starting import Refused, Starter, begin
from contest.attempts.states import ClosedBy
from contest.members import merging, request_rules
from contest.members.belonging import move
from contest.members.rules import MoveCause
from contest.rounds import snapshots
from contest.rounds.models import Entry
from contest.standings.models import Standing

AT_ONCE = 8


def together(app, visit):
    """Run a visit from several devices at the same moment; returns what each got."""
    barrier = Barrier(AT_ONCE)

    def one(number):
        client = app.test_client()
        visit_ready = visit(client, number)
        barrier.wait()
        return visit_ready()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


def test_starts_at_once_make_one_attempt(app, town, session):
    town.round(town.contest())
    lan = town.lan
    town.commit()

    def visit(client, _number):
        client.sign_in(lan)
        token = client.token()
        return lambda: client.post("/cuoc-thi/cuoc-thi/dot/1/bat-dau", data={"csrf_token": token})

    answers = together(app, visit)
    assert [answer.status_code for answer in answers] == [303] * AT_ONCE
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_submits_at_once_give_one_score(app, town, session):
    town.round(town.contest())
    lan = town.lan
    town.commit()
    code = app.test_client().sign_in(lan).send("/cuoc-thi/cuoc-thi/dot/1/bat-dau").headers["Location"].split("/")[-1]

    def visit(client, number):
        client.sign_in(lan)
        token = client.token()
        return lambda: client.post(f"/bai-thi/{code}/nop", data={"csrf_token": token, "q1": "ABCD"[number % 4]})

    assert {answer.status_code for answer in together(app, visit)} == {303}
    session.rollback()
    attempt = session.scalars(select(Attempt)).one()
    standing = session.scalars(select(Standing).where(Standing.round_number == 1)).one()
    assert (standing.score, standing.attempts) == (attempt.score, 1)


def test_saves_at_once_leave_the_highest(app, town, session):
    town.round(town.contest())
    lan = town.lan
    town.commit()
    code = app.test_client().sign_in(lan).send("/cuoc-thi/cuoc-thi/dot/1/bat-dau").headers["Location"].split("/")[-1]

    def visit(client, number):
        client.sign_in(lan)
        headers = {"X-CSRFToken": client.token()}
        body = {"seq": number + 1, "answers": {"1": ["ABCD"[number % 4]]}}
        return lambda: client.post(f"/bai-thi/{code}/luu", json=body, headers=headers)

    assert {answer.status_code for answer in together(app, visit)} == {200}
    session.rollback()
    attempt = session.scalars(select(Attempt)).one()
    assert attempt.seq == AT_ONCE
    assert attempt.answers == {"1": "ABCD"[(AT_ONCE - 1) % 4]}


def test_a_first_start_beside_a_move_enters_with_the_new_union(app, town, session):
    """The start reads who asks before the move is stored, and goes on after it."""
    town.round(town.contest())
    lan, new = town.lan, town.LC_TU_1.id
    town.commit()
    client = app.test_client().sign_in(lan)
    token = client.token()
    move(session, TERMINAL, lan, new, PersonKind.MEMBER, town.now.date(), MoveCause.CORRECTION, town.now)
    with ThreadPoolExecutor(1) as threads:
        start = threads.submit(client.post, "/cuoc-thi/cuoc-thi/dot/1/bat-dau", data={"csrf_token": token})
        # Long enough for the start to stand before the row that the move holds; were it not, the test is only weaker.
        wait([start], timeout=0.5)
        session.commit()
        assert start.result().status_code == 303
    assert session.scalars(select(Entry.union_id)).all() == [new]


def test_a_start_that_knows_an_old_union_enters_with_the_present_one(town, session):
    round_ = town.round(town.contest())
    lan, settings = town.lan, snapshots.of_round_id(session, {}, round_.id)
    old = Starter(lan.id, town.LC_TU_2.id, PersonKind.OFFICIAL, lan.phone, withdrawn=False)
    begin(session, {}, settings, old, town.now)
    entry = session.scalars(select(Entry)).one()
    assert (entry.union_id, entry.kind) == (lan.union_id, PersonKind.MEMBER)


def known(person):
    return Starter(person.id, person.union_id, person.kind, person.phone, withdrawn=False)


def take_once(session, settings, person, now):
    code = begin(session, {}, settings, known(person), now)
    attempt_id = session.scalars(select(Attempt.id).where(Attempt.code == code)).one()
    close(session, {}, attempt_id, ClosedBy.PERSON, now)


@pytest.mark.parametrize("both", [True, False])
def test_who_was_made_one_with_somebody_meanwhile_begins_nothing(town, session, both):
    """Known to the start before they went: what they began would be counted beside what the one that stays did."""
    round_ = town.round(town.contest())
    lan, twin = town.lan, town.person(town.lan.name, phone=town.lan.phone)
    settings = snapshots.of_round_id(session, {}, round_.id)
    for person in (lan, twin) if both else (lan,):
        take_once(session, settings, person, town.now)
    asked = known(twin)
    merging.merge(session, TERMINAL, lan, twin, "Một người", town.now)
    town.commit()
    with pytest.raises(Refused, match="được gộp"):
        begin(session, {}, settings, asked, town.now)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1 + both


def test_nobody_goes_who_has_just_begun_an_attempt(town, session, monkeypatch):
    """Begun after the merge has looked, before it holds the entry: it would be counted when it ends."""
    round_ = town.round(town.contest())
    lan, twin = town.lan, town.person(town.lan.name, phone=town.lan.phone)
    settings = snapshots.of_round_id(session, {}, round_.id)
    for person in (lan, twin):
        take_once(session, settings, person, town.now)
    look = merging.what_becomes

    def begun_meanwhile(*args):
        found = look(*args)
        begin(session, {}, settings, known(twin), town.now)
        return found

    monkeypatch.setattr(merging, "what_becomes", begun_meanwhile)
    with pytest.raises(request_rules.Refused, match="đang làm"):
        merging.merge(session, TERMINAL, lan, twin, "Một người", town.now)
