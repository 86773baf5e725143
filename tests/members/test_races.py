"""Decisions about people and roles that meet: each waits for the other and sees what it has left."""

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from contest import clock
from contest.accounts.actions import end_role, grant_role
from contest.accounts.models import AuditEntry, Person, RoleGrant
from contest.accounts.rules import TERMINAL, PersonKind, Role
from contest.members import belonging, cards, leftovers, queries
from contest.members.belonging import Move, move, move_many
from contest.members.leftover_queries import Heir
from contest.members.models import PastMembership
from contest.members.rules import MoveCause


@pytest.fixture
def other(app):
    with app.extensions["store"].session(readonly=False) as session:
        yield session


def seen_before(other, table, key):
    """A row as another request has read it, which does not hold it."""
    row = other.get(table, key)
    other.commit()
    return row


def noted(session, action):
    return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action))


def test_a_role_ends_once(town, session, other):
    grant = town.hung.grants[0]
    town.commit()
    looked = seen_before(other, RoleGrant, grant.id)
    assert end_role(session, TERMINAL, grant, clock.now())
    session.commit()
    assert not end_role(other, TERMINAL, looked, clock.now())
    other.commit()
    assert noted(session, "role.end") == 1


def test_a_role_that_was_ended_is_not_moved(town, session, other):
    grant, heir = town.hung.grants[0], town.LC_PT_2
    town.commit()
    looked = seen_before(other, RoleGrant, grant.id)
    end_role(session, TERMINAL, grant, clock.now())
    session.commit()
    leftovers.move_role(other, TERMINAL, looked, Heir(heir.id, heir.code, heir.name), clock.now())
    other.commit()
    session.refresh(grant)
    assert (grant.union_id, noted(session, "role.move")) == (town.LC_PT_1.id, 0)


def test_two_administrators_who_end_each_others_role_leave_one(town, session, hurried):
    """Whoever counts them waits for whoever is just ending one."""
    second = town.person("Đỗ Thị Hai", kind=PersonKind.OFFICIAL)
    grant_role(session, TERMINAL, second, Role.ADMINISTRATOR, None, town.now)
    assert town.admin
    town.commit()
    assert queries.administrators(session) == 2
    end_role(session, TERMINAL, second.grants[0], clock.now())
    with pytest.raises(OperationalError):
        queries.administrators(hurried)
    hurried.rollback()
    session.commit()
    assert queries.administrators(hurried) == 1


def test_somebody_is_not_moved_while_a_list_moves_them(town, session, hurried, monkeypatch):
    """Moved in between they would be lost from where they went, with a past that never was."""
    lan, here, there = town.lan, town.LC_PT_1.id, town.LC_TU_1.id
    town.commit()
    tell, tried = belonging._entry, []

    def moved_meanwhile(*args):
        with pytest.raises(OperationalError):
            belonging.hold(hurried, hurried.get_one(Person, lan.id))
        tried.append(lan.id)
        return tell(*args)

    monkeypatch.setattr(belonging, "_entry", moved_meanwhile)
    wanted = Move(lan.id, here, there, PersonKind.MEMBER, town.now.date())
    assert move_many(session, TERMINAL, [wanted], MoveCause.ROSTER, town.now) == 1
    assert tried == [lan.id]


def test_who_moved_since_a_list_was_read_stays_where_they_went(town, session):
    lan, here, there = town.lan, town.LC_PT_1.id, town.LC_TU_1.id
    leaving = Move(lan.id, here, here, PersonKind.WORKER, town.now.date())
    move(session, TERMINAL, lan, there, PersonKind.MEMBER, town.now.date(), MoveCause.CORRECTION, town.now)
    assert move_many(session, TERMINAL, [leaving], MoveCause.LEAVING, town.now) == 0
    session.refresh(lan)
    assert (lan.union_id, lan.kind) == (there, PersonKind.MEMBER)
    assert session.scalar(select(func.count()).select_from(PastMembership)) == 1


def test_cards_of_the_same_people_are_made_in_one_order(app, town, session, monkeypatch):
    """Whatever the order of the sheets: else two would each hold somebody whom the other one waits for."""
    people = [town.person(f"Lò Văn {name}").id for name in ("Ba", "Hai", "Một")]
    monkeypatch.setattr(cards, "CHUNK", 1)
    held = []

    def note(_connection, _cursor, statement, parameters, *_more):
        if "FROM person" in statement:
            held.extend(parameters.values() if isinstance(parameters, dict) else parameters)

    engine = app.extensions["store"].engine
    event.listen(engine, "before_cursor_execute", note)
    cards.take_turns(session, [people[2], people[0], people[1]])
    event.remove(engine, "before_cursor_execute", note)
    assert held == people
