"""The kept standings say what a second, plain computation straight from the attempts says, whatever the contest."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import delete
from standings import arena
from standings.plans import plans
from support import plain_standings as plain
from support.people import Town

from contest.db import Store
from contest.standings import actions, queries
from contest.standings.models import Standing
from contest.standings.queries import Board
from contest.standings.records import VALUES, standings_columns

_slugs = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request, databases):
    """One database an engine; every example rolls back what it did."""
    store = Store(databases.fresh(request.param))
    yield store
    store.engine.dispose()
    databases.drop(store.engine.url)


def built(session, town, plan):
    """The contest of a plan: round 1 opened ten days ago, each lasts a day."""
    names = ("criteria", "total", "prediction_target", "prediction_scope", "prediction_rule")
    contest = town.contest(slug=f"thi-{next(_slugs)}", **{name: plan[name] for name in names})
    divisions = {code: town.division(contest, code) for code in "AB"}
    day = 24 * 60
    rounds = [
        town.round(contest, n, bank=town.one_bank, opens=(n - 11) * day, closes=(n - 10) * day)
        for n in range(1, plan["rounds"] + 1)
    ]
    now = rounds[0].opens_at + timedelta(days=plan["over"], hours=1)
    played = arena.Played(contest, rounds, [], now)
    for (division, unranked, taken), person in zip(plan["people"], town.crowd, strict=False):
        entry = arena.enter(town, contest, person, divisions.get(division), unranked)
        played.entries.append(entry)
        for round_, made in zip(rounds, taken, strict=False):
            played.attempts += [
                arena.closed_attempt(session, entry, round_, number=n, **values) for n, values in enumerate(made, 1)
            ]
    if plan["one_open"] and plan["begun"] > plan["over"]:
        arena.open_attempt(session, played.entries[0], rounds[plan["begun"] - 1], number=9)
    return played


@pytest.fixture(scope="module")
def towns(store):
    """A session and a town with people and a bank that the examples share."""
    with store.session(readonly=False) as session:
        town = Town(session)
        town.one_bank = town.bank()
        town.crowd = [town.person(f"Người Thứ {n}") for n in range(7)]
        session.commit()
        # Detached, so that the rollback after each example does not make them be read again.
        session.expunge_all()
        yield session, town
        session.rollback()


def stored(session, contest):
    rows = session.execute(standings_columns().where(Standing.contest_id == contest.id))
    return {(row[0], row[1]): dict(zip(VALUES, row[2:], strict=True)) for row in rows}


def boards(played):
    """Every ranking of the contest: (number, division or None, entries ranked there)."""
    numbers = [round_.number for round_ in played.rounds] + [0]
    divisions = [None, *played.contest.divisions]
    for number in numbers:
        for division in divisions:
            ranked = {e.id for e in played.entries if not e.unranked and division in (None, e.division)}
            yield number, division, ranked


def paged(session, board, size=3):
    """A ranking read page by page: entry to rank, and the total it says."""
    first = queries.ranking_page(session, board, 1, size)
    pages = [first, *(queries.ranking_page(session, board, n, size) for n in range(2, first.pages + 1))]
    lines = [line for page in pages for line in page.lines]
    assert len(lines) == first.total == len({line.entry_id for line in lines})
    return {line.entry_id: line.rank for line in lines}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plan=plans())
def test_live_standings_recount_and_pages_say_what_the_attempts_say(towns, plan):
    session, town = towns
    try:
        played = built(session, town, plan)
        played.play(session)
        assert {r.number: r.prediction_actual for r in played.rounds} == played.actual()
        live = stored(session, played.contest)
        check_boards(session, played)
        assert actions.verify(session, played.contest) == []
        session.execute(delete(Standing).where(Standing.contest_id == played.contest.id))
        assert actions.recount(session, played.contest) == len(live)
        assert stored(session, played.contest) == live
        assert actions.recount(session, played.contest) == 0
    finally:
        session.rollback()


def check_boards(session, played):
    rows_of = played.plain_rows()
    for number, division, entries in boards(played):
        rows, criteria = rows_of.get(number, (None, None))
        right = {} if rows is None else plain.ranks(rows[rows["entry"].isin(entries)], criteria)
        board = Board(played.contest.id, number, division.id if division else None)
        assert paged(session, board) == right
        if rows is not None and number:
            standing = {entry: queries.standing(session, played.contest.id, number, entry) for entry in entries}
            stands = {entry: row.attempt_id for entry, row in standing.items() if row}
            mine = rows[rows["entry"].isin(entries)]
            assert stands == dict(zip(mine["entry"], mine["id"], strict=True))
        for entry in played.entries:
            place = queries.own_place(session, played.contest, number, entry.id, board.division_id, size=3)
            assert (place.rank if place else None) == right.get(entry.id)
            if place and place.rank:
                page = queries.ranking_page(session, board, place.page, 3)
                assert entry.id in {line.entry_id for line in page.lines}
