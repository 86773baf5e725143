"""Sealing what was submitted: within a turn of the chores, in one chain, and whatever changes afterwards is named."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from contest import clock
from contest.attempts import actions as attempts
from contest.attempts import starting
from contest.attempts.models import Attempt
from contest.attempts.states import ClosedBy
from contest.extensions import db
from contest.proof import queries, rules, work
from contest.proof.checking import Fault
from contest.proof.models import Seal, SealedRecord, Unsealed
from contest.rounds.models import Entry


def submitted(session, round_, people):
    """An ended attempt of everybody, with an answer each."""
    found = []
    for person in people:
        attempt = starting.start(session, {}, round_, person, clock.now())
        attempt.answers = {"1": "A"}
        session.flush()
        found.append(attempts.close(session, {}, attempt.id, ClosedBy.PERSON, clock.now()))
    session.commit()
    return found


@pytest.fixture
def sat(app, town, session):
    round_ = town.round(count=2, max_attempts=None)
    found = submitted(session, round_, [town.lan, town.son, town.hung])
    with app.app_context():
        yield found


def faults(contest_id):
    report = work.verify(contest_id)
    return {(found.fault, found.batch) for found in report.found}


def test_everything_submitted_is_sealed_in_one_chain(sat, session):
    contest_id = sat[0].round.contest_id
    assert queries.waiting(session) == {contest_id: 3}
    session.rollback()
    assert (work.seal_due(), work.seal_due()) == (3, 0)
    [seal] = session.scalars(select(Seal)).all()
    assert (seal.number, seal.count, seal.total) == (1, 3, 3)
    more = submitted(session, sat[0].round, [sat[0].entry.person])
    assert work.seal_due() == 1
    assert queries.waiting(session) == {}
    last = queries.last_seal(session, contest_id)
    assert (last.number, last.count, last.total) == (2, 1, 4)
    assert last.head == rules.head_after(seal.head, last.root, 2, 1, rules.instant(last.sealed_at))
    for attempt in (*sat, *more):
        found = queries.sealed(session, attempt.id)
        assert rules.climbs_to(found.leaf, found.place, found.seal.count, found.path) == found.seal.root
    session.rollback()
    report = work.verify(contest_id)
    assert (report.records, report.batches, report.found) == (4, 2, [])


def test_practice_is_not_sealed(town, session):
    contest = town.contest(practice=True)
    submitted(session, town.round(contest, count=2), [town.lan])
    assert session.scalars(select(Unsealed)).all() == []


CHANGES = {
    "answer": ({"answers": {"1": "B"}}, Fault.CONTENT),
    "time": ({"submitted_at": "later"}, Fault.CONTENT),
    "paper": ({"paper": [[1, [0], 1]]}, Fault.CONTENT),
    "prediction": ({"prediction": 7}, Fault.CONTENT),
    "receipt": ({"receipt": "0000000000000000"}, Fault.CONTENT),
    "end": ({"closed_by": ClosedBy.TIME}, Fault.FRAME),
    "number": ({"number": 9}, Fault.FRAME),
    "late": ({"late": True}, Fault.FRAME),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_what_was_sealed_is_named(sat, session, what):
    contest_id = sat[0].round.contest_id
    work.seal_due()
    values, fault = CHANGES[what]
    if what == "time":
        values = {"submitted_at": sat[1].submitted_at + timedelta(microseconds=1)}
    session.execute(update(Attempt).where(Attempt.id == sat[1].id).values(values))
    session.commit()
    assert faults(contest_id) == {(fault, 1)}


def test_an_attempt_given_to_somebody_else_is_named(sat, session):
    contest_id = sat[0].round.contest_id
    work.seal_due()
    session.execute(update(Attempt).where(Attempt.id == sat[1].id).values(entry_id=sat[0].entry_id, number=5))
    session.commit()
    assert faults(contest_id) == {(Fault.FRAME, 1)}


def test_what_is_gone_or_added_is_named(sat, session):
    contest_id, round_ = sat[0].round.contest_id, sat[0].round
    work.seal_due()
    session.execute(delete(Attempt).where(Attempt.id == sat[0].id))
    added = submitted(session, round_, [sat[1].entry.person])
    session.execute(delete(Unsealed).where(Unsealed.attempt_id == added[0].id))
    session.commit()
    assert faults(contest_id) == {(Fault.GONE, 1), (Fault.ADDED, 0)}


@pytest.mark.parametrize("change", ["head", "root", "total", "order", "record"])
def test_a_change_of_the_chain_is_named(sat, session, change):
    contest_id = sat[0].round.contest_id
    work.seal_due()
    submitted(session, sat[0].round, [sat[0].entry.person])
    work.seal_due()
    if change == "order":
        for place, other in ((0, 10), (1, 0), (10, 1)):
            session.execute(update(SealedRecord).where(SealedRecord.place == place).values(place=other))
    elif change == "record":
        session.execute(delete(SealedRecord).where(SealedRecord.place == 2))
    else:
        value = {"head": "0" * 64, "root": "0" * 64, "total": 7}[change]
        session.execute(update(Seal).where(Seal.number == 1).values({change: value}))
    session.commit()
    found = faults(contest_id)
    assert {fault for fault, _batch in found} & {Fault.CHAIN, Fault.BATCH}
    assert (Fault.BATCH if change in ("order", "record", "root") else Fault.CHAIN, 1) in found


def test_two_processes_make_one_chain(app, town, session):
    round_ = town.round(count=2, max_attempts=None)
    people = [town.person(f"Người {n}") for n in range(12)]
    submitted(session, round_, people)
    done = []

    def seal():
        with app.app_context():
            done.append(work.seal_due())

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        done.append(work.seal_due())
        assert sum(done) == 12
        assert work.verify(round_.contest_id).found == []


def test_an_attempt_of_a_deleted_contest_is_forgotten(sat, session):
    session.execute(delete(Entry))
    session.execute(text("DELETE FROM round"))
    session.execute(text("DELETE FROM stage"))
    session.execute(text("DELETE FROM contest"))
    session.commit()
    assert work.seal_due() == 0
    with db.reading() as reading:
        assert queries.waiting(reading) == {}
