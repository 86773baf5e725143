"""The end of a membership: a worker from a day on, with a way back for some days."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from support.queries import counted

from contest.accounts.models import AuditEntry, Person
from contest.accounts.rules import TERMINAL, PersonKind
from contest.clock import vietnamese_day
from contest.members import leaving
from contest.members.belonging import move
from contest.members.models import PastMembership
from contest.members.rosters import plan_import
from contest.members.rules import MoveCause
from contest.members.sheets import PersonRow


@pytest.fixture
def today(town):
    return vietnamese_day(town.now)


def leave(town, person, on, keeps=True):
    return leaving.leave(town.session, TERMINAL, person, on, town.now, keeps_workplace=keeps)


def test_who_leaves_is_a_worker_of_the_workplace_or_of_none(town, session, today):
    lan, son = town.lan, town.son
    place = lan.union_id
    assert leave(town, lan, today)
    assert (lan.kind, lan.union_id, lan.union_since) == ("worker", place, today)
    assert leave(town, son, today, keeps=False)
    assert (son.kind, son.union_id) == ("worker", None)
    assert [row.cause for row in session.scalars(select(PastMembership))] == ["leaving"] * 2
    assert not leave(town, lan, today)


def test_a_mistake_is_taken_back_as_if_nothing_was(town, session, today):
    lan = town.lan
    lan.union_since = today - timedelta(days=400)
    before = (lan.union_id, lan.kind, lan.union_since)
    leave(town, lan, today, keeps=False)
    assert leaving.come_back(session, TERMINAL, lan, town.now + timedelta(days=29))
    assert (lan.union_id, lan.kind, lan.union_since) == before
    assert session.scalar(select(func.count()).select_from(PastMembership)) == 0
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["person.move", "person.come_back"]
    assert not leaving.come_back(session, TERMINAL, lan, town.now)


def test_after_thirty_days_or_another_move_there_is_no_way_back(town, session, today):
    lan, son = town.lan, town.son
    leave(town, lan, today)
    assert leaving.left(session, lan, town.now + timedelta(days=30)) is None
    leave(town, son, today)
    move(session, TERMINAL, son, town.LC_PT_2.id, PersonKind.WORKER, today, MoveCause.ROSTER, town.now)
    assert not leaving.come_back(session, TERMINAL, son, town.now)


@pytest.mark.parametrize(
    ("days", "sentence"), [(1, "không được sau hôm nay"), (-11, "Hãy chọn ngày thôi từ ngày đó trở đi")]
)
def test_a_day_that_cannot_be(town, today, days, sentence):
    town.lan.union_since = today - timedelta(days=10)
    assert sentence in str(leaving.leaving_fault(town.lan, today + timedelta(days=days), today))
    assert leaving.leaving_fault(town.lan, today, today) is None
    assert "Hãy chọn ngày" in str(leaving.leaving_fault(town.lan, None, today))


def test_many_leave_in_some_statements(app, town, session, today):
    assert town.province
    other = PersonRow(2, "Giàng A Páo", "0987654321", "LC-TU-1", PersonKind.MEMBER)
    counts = []
    for size in (20, 200):
        for n in range(size):
            town.person(f"Lò Văn {chr(65 + n % 26)}", union=town.LC_TU_1)
        plan = plan_import(session, [other], town.now)
        people = plan.missing
        with counted(app) as statements:
            assert leaving.leave_many(session, TERMINAL, people, today, town.now) == size
        counts.append(len(statements))
    session.expire_all()
    assert counts[0] == counts[1]
    assert session.scalar(select(func.count()).where(Person.kind == "worker")) == 220
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 220


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("workers", [True, False])
def test_who_left_takes_part_where_workers_may(client, town, today, keeps, workers):
    kinds = ["member", "worker"] if workers else ["member"]
    town.round(town.contest(kinds=kinds), count=5)
    lan = town.lan
    leave(town, lan, today, keeps=keeps)
    town.commit()
    client.sign_in(lan)
    answer = client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau")
    assert answer.headers.get("Location", "").startswith("/bai-thi/") == workers
