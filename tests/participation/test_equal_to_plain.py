"""Kept counters say what a second, plain computation straight from the attempts says, whatever the tree."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from participation import crowd
from sqlalchemy import delete, update
from support.people import Town
from support.plain_participation import Plain

from contest.accounts.rules import PersonKind
from contest.db import Store
from contest.participation import actions, queries, reading, recounting, views
from contest.participation.models import Tally, TallyDay, TallyHour
from contest.participation.rules import BASIS_KINDS
from contest.rounds.models import Contest, Entry, Round, Stage
from contest.rounds.settings import ContestState, HeadcountBasis
from contest.unions.models import Headcount
from contest.unions.rules import Level

OPENS = datetime(2026, 3, 2, 1, tzinfo=UTC)
DATES = [date(2025, 1, 1), date(2026, 3, 2), date(2026, 3, 3), date(2026, 12, 31)]
_slugs = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request, databases):
    """One database an engine; every example rolls back what it did."""
    store = Store(databases.fresh(request.param))
    yield store
    store.engine.dispose()
    databases.drop(store.engine.url)


@st.composite
def plans(draw):
    unions = draw(st.integers(1, 7))
    rounds = draw(st.integers(1, 2))
    people = draw(st.integers(0, 6))
    return {
        "parents": [None, *(draw(st.integers(0, n - 1)) for n in range(1, unions))],
        "levels": [draw(st.sampled_from([Level.UPPER, Level.GRASSROOTS, Level.SECTION])) for _ in range(unions)],
        "headcounts": draw(
            st.lists(
                st.tuples(
                    st.integers(0, unions - 1),
                    st.sampled_from(PersonKind),
                    st.sampled_from(DATES),
                    st.integers(0, 9),
                ),
                max_size=12,
                unique_by=lambda row: row[:3],
            )
        ),
        "basis": draw(st.sampled_from(HeadcountBasis)),
        "rounds": rounds,
        "people": [
            (draw(st.one_of(st.none(), st.integers(0, unions - 1))), draw(st.sampled_from(PersonKind)))
            for _ in range(people)
        ],
        "sittings": draw(
            st.lists(
                st.tuples(
                    st.integers(0, people - 1),
                    st.integers(1, rounds),
                    st.integers(1, 3),
                    st.booleans(),
                    st.sampled_from([0, 60, 1000, 1500, 4000]),
                ),
                max_size=14,
            )
            if people
            else st.just([])
        ),
    }


def build(session, plan):
    """The contest of a plan, every attempt counted as it closed. Returns (contest, unions)."""
    town = Town(session)
    key = f"c{next(_slugs)}"
    unions = []
    for number, (parent, level) in enumerate(zip(plan["parents"], plan["levels"], strict=True)):
        unions.append(town.union(f"{key}-{number}", parent=None if parent is None else unions[parent], level=level))
    for place, kind, on, number in plan["headcounts"]:
        session.add(Headcount(union_id=unions[place].id, kind=kind, counted_on=on, number=number))
    contest = Contest(
        slug=key,
        title=key,
        union_id=unions[0].id,
        created_at=OPENS,
        state=ContestState.PUBLISHED,
        headcount_basis=plan["basis"],
    )
    contest.stages.append(Stage(position=1))
    session.add(contest)
    session.flush()
    rounds = [
        Round(
            contest=contest,
            stage_id=contest.stages[0].id,
            number=n,
            opens_at=OPENS + timedelta(days=n - 1),
            closes_at=OPENS + timedelta(days=n + 5),
            seed="0" * 64,
        )
        for n in range(1, plan["rounds"] + 1)
    ]
    session.add_all(rounds)
    entries = []
    for place, kind in plan["people"]:
        person = town.person(f"Người {len(entries)}", union=unions[place or 0], kind=kind)
        entries.append(crowd.enter(session, contest, person, union=None if place is None else unions[place]))
    for person, number, score, counted, minutes in plan["sittings"]:
        crowd.sit(session, entries[person], rounds[number - 1], score=score, counted=counted, minutes=minutes)
    session.flush()
    return contest, unions


def counts(figures):
    return (
        figures.people,
        figures.attempts,
        figures.perfect_people,
        figures.perfect_attempts,
        figures.score_sum,
    )


def assert_agrees(session, contest, unions, plan):
    kinds = [kind.value for kind in BASIS_KINDS[HeadcountBasis(contest.headcount_basis)]]
    plain = Plain(session, contest.id, date(2026, 3, 2), kinds)
    alone = {str(kind): Plain(session, contest.id, date(2026, 3, 2), [kind]) for kind in PersonKind}
    for number in range(plan["rounds"] + 1):
        assert counts(queries.totals(session, contest, number)) == plain.counts(None, number)
        whole = queries.branch(session, contest, unions[0].id, number)
        frames = reading.frames_by_kind(session, reading.as_it_was(contest, number), whole.rolled.forest)
        for union in unions:
            row = whole.row(union.id)
            assert counts(row.counts) == plain.counts(union.id, number)
            assert row.headcount == (plain.headcount(union.id) or None)
            parts = queries.parts(session, contest, union.id, number)
            assert {p.kind: (p.counts.people, p.counts.attempts) for p in parts} == plain.parts(union.id, number)
            told = {
                kind: (plain.parts(union.id, number).get(kind, (0, 0)), one.headcount(union.id) or None)
                for kind, one in alone.items()
            }
            rows = views.by_kind(parts, frames, union.id)
            assert {r.kind: ((r.counts.people, r.counts.attempts), r.headcount) for r in rows} == {
                kind: figures for kind, figures in told.items() if figures != ((0, 0), None)
            }
            assert all(r.rate == (100 * r.counts.people / r.headcount if r.headcount else None) for r in rows)
    for union in unions:
        assert {h: n for h, n in enumerate(queries.by_hour(session, contest, union.id)) if n} == plain.hours(union.id)
        own = queries.branch(session, contest, union.id)
        assert own.root.counts == queries.branch(session, contest, unions[0].id).row(union.id).counts
        assert {node.id for node in own.silent()} == plain.silent(union.id)
        assert own.root.silent == len(plain.silent(union.id))
        days = queries.by_day(session, contest, union.id, date(2026, 3, 2))
        assert {d.day: (d.people, d.attempts) for d in days if d.attempts} == plain.days(union.id)
        assert sum(d.people for d in days) == own.root.counts.people


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans())
def test_counters_agree_with_the_attempts(store, plan):
    with store.session(readonly=False) as session:
        contest, unions = build(session, plan)
        assert_agrees(session, contest, unions, plan)
        assert recounting.verify(session, contest) == []
        session.execute(update(Tally).values(people=Tally.people + 1, attempts=7))
        session.execute(delete(TallyDay))
        session.execute(delete(TallyHour))
        recounting.recount(session, contest)
        assert_agrees(session, contest, unions, plan)
        assert recounting.verify(session, contest) == []
        session.rollback()


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans(), moves=st.lists(st.tuples(st.integers(0, 5), st.one_of(st.none(), st.integers(0, 6))), max_size=6))
def test_an_entry_that_moves_takes_its_counters_along(store, plan, moves):
    """Whoever moves is counted wholly where they went, and whoever comes back leaves no trace."""
    with store.session(readonly=False) as session:
        contest, unions = build(session, plan)
        entries = list(session.query(Entry).filter_by(contest_id=contest.id).order_by(Entry.id))
        for which, goal in moves:
            if which < len(entries):
                old = entries[which].union_id
                entries[which].union_id = None if goal is None else unions[goal % len(unions)].id
                actions.entry_moved(session, entries[which], old)
        assert recounting.verify(session, contest) == []
        assert_agrees(session, contest, unions, plan)
        session.rollback()
