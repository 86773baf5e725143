"""Where people belong: moved with a day, nothing forgotten, read as sentences."""

from datetime import date

from sqlalchemy import select

from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, PersonKind
from contest.members.belonging import Stay, history, move, sentence
from contest.members.models import PastMembership
from contest.members.rules import CAUSE_SENTENCES, MoveCause
from contest.unions.models import UnionSpell

MARCH, JULY = date(2025, 3, 1), date(2025, 7, 1)


def moved(town, person, union, on, kind=PersonKind.MEMBER, cause=MoveCause.ROSTER):
    return move(town.session, TERMINAL, person, union and union.id, kind, on, cause, town.now)


def past(session):
    return [
        (row.union_id, row.since, row.until)
        for row in session.scalars(select(PastMembership).order_by(PastMembership.id))
    ]


def test_a_move_keeps_where_somebody_was(town, session):
    lan = town.lan
    first = lan.union_id
    assert moved(town, lan, town.LC_PT_2, MARCH)
    assert (lan.union_id, lan.union_since, past(session)) == (town.LC_PT_2.id, MARCH, [(first, None, MARCH)])
    assert moved(town, lan, town.LC_TU_1, JULY)
    assert past(session)[1] == (town.LC_PT_2.id, MARCH, JULY)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.move").order_by(AuditEntry.id)).all()[
        -1
    ]
    assert entry.subject == f"person:{lan.id}"
    assert entry.details["union_id"] == [town.LC_PT_2.id, town.LC_TU_1.id]
    assert entry.details["on"] == "2025-07-01"


def test_the_same_again_is_nothing(town, session):
    assert not moved(town, town.lan, town.LC_PT_1, MARCH)
    assert past(session) == []
    assert session.scalar(select(AuditEntry.id).where(AuditEntry.action == "person.move")) is None


def test_a_stay_of_no_day_leaves_none_behind(town, session):
    lan = town.lan
    moved(town, lan, town.LC_PT_2, JULY)
    moved(town, lan, town.LC_TU_1, JULY)
    assert len(past(session)) == 1
    assert (lan.union_id, lan.union_since) == (town.LC_TU_1.id, JULY)
    moved(town, lan, town.LC_TU_2, MARCH)
    assert (len(past(session)), lan.union_since) == (1, JULY)


def test_the_history_names_unions_as_they_were(town, session):
    lan = town.lan
    spell = session.scalar(select(UnionSpell).where(UnionSpell.union_id == lan.union_id))
    spell.name = "CĐCS Trường Mầm non Sao Mai"
    moved(town, lan, town.LC_PT_2, MARCH)
    moved(town, lan, None, JULY, PersonKind.WORKER, MoveCause.LEAVING)
    said = [str(line) for line in history(session, lan.id)]
    assert said[0].startswith("Đến trước ngày 2025-03-01: Đoàn viên, thuộc CĐCS Trường Mầm non Sao Mai; chuyển theo")
    assert said[1].startswith("Từ ngày 2025-03-01 đến trước ngày 2025-07-01: Đoàn viên, thuộc CĐCS số 2")
    assert said[1].endswith("thôi là đoàn viên.")
    assert said[2] == "Từ ngày 2025-07-01 đến nay: Người lao động, không thuộc công đoàn nào."


def test_every_cause_has_its_words():
    for cause in MoveCause:
        assert CAUSE_SENTENCES[cause] in str(sentence(Stay("A", PersonKind.MEMBER, None, JULY, cause)))
    assert str(sentence(Stay("A", PersonKind.MEMBER, None))) == "Hiện nay: Đoàn viên, thuộc A."
