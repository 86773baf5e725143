"""The demo comes through the organizers' own imports, adds nothing when loaded again, and leaves without a trace."""

import json

import pytest
from sqlalchemy import func, select

from contest.accounts.actions import new_person
from contest.accounts.models import Person, RoleGrant
from contest.accounts.passwords import password_fits
from contest.attempts.models import Attempt
from contest.db import Store
from contest.demo import cast, load
from contest.demo.drop import drop
from contest.participation import recounting as participation
from contest.rounds.models import Contest, Entry, Round
from contest.standings import actions as standings
from contest.tables import metadata
from contest.unions.models import TradeUnion
from questions.models import QuestionBank


def counts(session):
    return {table.name: session.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables}


def test_no_page_is_empty(loaded, session, client):
    contests = session.scalars(select(Contest).order_by(Contest.slug)).all()
    assert [contest.slug for contest in contests] == ["gui-niem-tin", "lai-chau-20-nam", "luyen-tap"]
    for contest in contests:
        states = select(Attempt.state, func.count()).join(Round).where(Round.contest_id == contest.id)
        by_state = dict(session.execute(states.group_by(Attempt.state)).all())
        assert by_state["closed"] >= 5
        assert by_state.get("open", 0) == (0 if contest.practice else 4)
        assert list(standings.verify(session, contest)) == []
        assert list(participation.verify(session, contest)) == []
    first = session.scalars(
        select(Round).join(Contest).where(Contest.slug == "gui-niem-tin").order_by(Round.number)
    ).first()
    assert first.published_at
    assert client.page("/").xpath("//h1")
    shown = client.data("/cuoc-thi/gui-niem-tin/xep-hang?dot=1")
    assert json.dumps(shown).count("elapsed") >= 5


def test_loading_again_adds_nothing(loaded, session, app):
    before = counts(session)
    session.rollback()
    load.load(lambda line: None)
    after = counts(session)
    assert before["attempt"] > 20
    assert after == before


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_accounts_are_as_announced(loaded, session, client):
    for account in cast.ACCOUNTS:
        person = session.scalars(select(Person).where(Person.phone == account.member.phone)).one()
        assert password_fits(person.password_hash, cast.PASSWORD)
        grants = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person.id)).all()
        assert grants == ([account.role] if account.role else [])
        taken = select(func.count()).select_from(Attempt).join(Attempt.entry).where(Entry.person_id == person.id)
        assert (session.scalar(taken) > 0) is (account.member.phone == load.VETERAN)
    others = select(func.count()).select_from(Person).where(Person.password_hash.is_not(None))
    assert session.scalar(others) == len(cast.ACCOUNTS)


def test_dropping_leaves_what_was_there_before(app, session, town, small):
    round_ = town.round()
    lan = town.lan
    town.commit()
    before = counts(session)
    session.rollback()
    with app.app_context():
        load.load(lambda line: None)
    found = drop(session)
    session.commit()
    assert (found.contests, found.banks, found.people) == (3, 4, cast.PEOPLE)
    assert found.kept == {"banks": [], "people": [], "unions": []}
    after = counts(session)
    # The log is written once; headcounts of one's own unions are not the demo's.
    logged = after.pop("audit_entry") - before.pop("audit_entry")
    assert logged > 10
    assert after == before
    assert session.get(Round, round_.id)
    assert session.get(Person, lan.id)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_unions_that_real_people_belong_to_stay_and_are_named(loaded, session):
    union = session.scalars(select(TradeUnion).where(TradeUnion.code == "LC-PT-002")).one()
    session.add(
        TradeUnion(code="THAT", name="CĐCS thật", name_fold="that", name_key="that", level="grassroots", parent=union)
    )
    other = session.scalars(select(TradeUnion).where(TradeUnion.code == "LC-SH-001")).one()
    new_person(session, name="Người Thật", phone="0912000001", union_id=other.id, now=union_time(session))
    found = drop(session)
    assert found.kept["unions"] == sorted(["TLD", "LC", "LC-PT", "LC-PT-002", "LC-SH", "LC-SH-001"])
    assert found.unions == 165 - 6
    assert session.scalar(select(func.count()).select_from(TradeUnion)) == 7
    assert session.scalar(select(func.count()).select_from(QuestionBank)) == 0


def union_time(session):
    return session.scalars(select(Contest.created_at)).first()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_commands(app, small, session):
    runner = app.test_cli_runner()
    done = runner.invoke(args=["demo", "load"])
    assert done.exit_code == 0, done.output
    assert "0900000001" in done.output
    done = runner.invoke(args=["demo", "drop", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["unions"] == 165
    again = runner.invoke(args=["demo", "drop"])
    assert again.output == "Removed: 0 contests, 0 banks, 0 people, 0 unions\n"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_database_without_tables_gets_a_plain_word(app, databases, engine_name):
    whole = app.extensions["store"]
    app.extensions["store"] = Store(databases.empty(engine_name))
    try:
        done = app.test_cli_runner().invoke(args=["demo", "load"])
    finally:
        app.extensions["store"].engine.dispose()
        app.extensions["store"] = whole
    assert done.exit_code == 1
    assert "flask db upgrade" in done.output
    assert "Traceback" not in done.output


def test_people_are_the_same_every_time_and_clearly_fictional():
    unions = [(f"U-{number}", 10 + number) for number in range(150)]
    cast_once, cast_again = cast.members(unions), cast.members(list(reversed(unions)))
    assert cast_once == cast_again
    assert len({member.phone for member in cast_once}) == len(cast_once) == cast.PEOPLE
    assert all(member.phone.startswith("090000") for member in cast_once)
