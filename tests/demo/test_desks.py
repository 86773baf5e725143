"""Officials find something to do in the demo: figures to confirm, a wrong union, papers; and it stays loadable."""

import pytest
from sqlalchemy import func, select

from contest import clock
from contest.accounts.models import Person
from contest.accounts.rules import TERMINAL
from contest.demo import desks, load
from contest.demo.drop import drop
from contest.members.models import UnionRequest
from contest.reports.models import Certificate
from contest.tables import metadata
from contest.unions import planning, reorganisation_sheets, reorganising
from contest.unions.models import TradeUnion


@pytest.fixture
def engine_name():
    return "sqlite"


@pytest.fixture
def standing(app, small):
    """The demo, loaded as by the terminal: what pages remember of a visitor ends with each request."""
    with app.app_context():
        load.load(lambda line: None)


def visitor(session, client, phone):
    person = session.scalars(select(Person).where(Person.phone == phone)).one()
    session.expunge(person)
    session.rollback()
    return client.sign_in(person)


def counts(session):
    return {table.name: session.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables}


def words(page):
    return " ".join(page.text_content().split())


def test_officials_of_a_workplace_a_district_and_the_province_have_something_to_do(standing, session, client):
    visitor(session, client, "0900000003")
    assert "huyện Phong Thổ" in words(client.page("/theo-doi"))
    waiting = words(client.page("/theo-doi/so-lieu/LC-PT/cho-xac-nhan"))
    assert all(str(desks.TOLD[code]) in waiting for code in ("LC-PT-002", "LC-PT-003", "LC-PT-009"))
    assert "CĐCS Trường Mầm non Chim Én xã Sin Suối Hồ" in words(client.page("/theo-doi/yeu-cau"))
    visitor(session, client, "0900000008")
    assert "Lò Thị Lan" in words(client.page("/theo-doi/nguoi/LC-PT-002"))
    assert client.get("/theo-doi/nguoi/LC-PT-001").status_code == 404
    visitor(session, client, "0900000009")
    assert "CĐCS Cơ quan xã Hua Bum" in words(client.page("/theo-doi/so-lieu/LC/can-xem"))
    assert "CĐCS Cơ quan xã Ma Li Pho" in words(client.page("/theo-doi/so-lieu/LC/can-xem?xem=bat-thuong"))


def test_figures_move_with_the_person_of_a_wrong_union(standing, session, client):
    visitor(session, client, "0900000003")
    asked = session.scalars(select(UnionRequest)).one()
    code = asked.code
    session.rollback()

    def people():
        return client.data("/theo-doi/gui-niem-tin/LC-PT-002")["union"]["people"]

    before = people()
    assert client.send(f"/theo-doi/yeu-cau/{code}", {"do": "confirm"}).status_code == 303
    assert people() == before + 1


def test_winners_of_the_announced_round_hold_certificates(loaded, session):
    assert session.scalar(select(func.count()).select_from(Certificate)) >= 3


def test_the_reorganisation_may_be_taken_into_the_running_demo_and_the_demo_loaded_again(loaded, session):
    now = clock.now()
    found = reorganisation_sheets.read((load.FOLDER / "to-chuc-lai-2025.xlsx").read_bytes())
    plan = planning.plan(session, found.rows, now, faults=found.faults)
    assert plan.faults == ()
    reorganising.store(session, TERMINAL, plan, now)
    session.commit()
    before = counts(session)
    session.rollback()
    load.load(lambda line: None)
    assert counts(session) == before
    session.rollback()
    found = drop(session)
    session.commit()
    # A decision names unions for good: they stay, and are named.
    assert found.people == load.cast.PEOPLE
    assert "LC-PT" in found.kept["unions"]
    assert session.scalar(select(func.count()).select_from(TradeUnion)) > 100
