"""A form that is sent twice at the same moment, by a double click or by two officials, is acted on once."""

import pytest
from sqlalchemy import func, select
from support.at_once import MANY, send_at_once

from contest.accounts.models import AuditEntry, Person, RoleGrant
from contest.accounts.rules import PersonKind
from contest.members.models import PastMembership, PersonCard, PersonMerge
from contest.members.person_codes import code_of


@pytest.fixture
def coded(app):
    def code(person):
        with app.app_context():
            return code_of(person.id)

    return code


def read(session, wanted):
    """One figure, without keeping the only writer's place on SQLite."""
    session.commit()
    found = session.scalar(wanted)
    session.commit()
    return found


def many(session, table):
    return read(session, select(func.count()).select_from(table))


def noted(session, action):
    return read(session, select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action))


def test_somebody_leaves_once_and_comes_back_once(app, town, session, coded):
    hung, person = town.hung, town.person("Lò Văn Bình")
    town.commit()
    address = f"/theo-doi/nguoi/LC-PT-1/{coded(person)}"
    sent = send_at_once(app, hung, f"{address}/thoi", [{"on": "05/01/2026", "workplace": "con"}] * MANY)
    # Whoever comes when it is over is told so.
    assert {answer.status_code for answer in sent} <= {303, 422}
    assert (many(session, PastMembership), noted(session, "person.move")) == (1, 1)
    sent = send_at_once(app, hung, f"{address}/khoi-phuc", [{}] * MANY)
    assert {answer.status_code for answer in sent} == {303}
    assert (many(session, PastMembership), noted(session, "person.come_back")) == (0, 1)
    assert session.get(Person, person.id).kind == PersonKind.MEMBER


def test_a_role_is_given_once(app, town, session):
    admin, person = town.admin, town.person("Lò Văn Bình", phone="0911111111")
    town.commit()
    form = {"phone": "0911111111", "person": str(person.id), "role": "official", "union": "LC-PT-2"}
    sent = send_at_once(app, admin, "/quan-tri/phan-quyen", [form] * MANY)
    assert {answer.status_code for answer in sent} == {303}
    session.commit()
    assert len(session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).all()) == 1


def test_two_are_made_one_once_whichever_way_it_was_asked(app, town, session, coded):
    """Nobody is led to a page that is not there: who comes second is told that it is done."""
    hung = town.hung
    one, other = (town.person("Lò Văn Bình", phone="0911111111") for _ in range(2))
    town.commit()
    address = f"/theo-doi/trung-lap/{coded(one)}/{coded(other)}"
    forms = [{"do": "merge", "keep": coded(kept), "reason": "Cùng một người"} for kept in (one, other) * 2]
    sent = send_at_once(app, hung, address, forms)
    assert [answer.status_code for answer in sent] == [303] * MANY
    assert many(session, PersonMerge) == 1


def test_cards_asked_for_twice_are_one_sheet(app, town, session):
    """Of two sheets only the cards of the later one would open a door, and nobody could tell which that is."""
    hung = town.hung
    town.person("Lò Văn Bình")
    town.person("Lò Thị Lan")
    town.commit()
    sent = send_at_once(app, hung, "/theo-doi/nguoi/LC-PT-1/the", [{"do": "all"}] * MANY)
    assert {answer.status_code for answer in sent} == {303}
    # Whoever comes when all cards are made is led back to the list.
    sheets = {answer.headers["Location"] for answer in sent} - {"/theo-doi/nguoi/LC-PT-1"}
    assert len(sheets) == 1
    assert many(session, PersonCard) == 2
