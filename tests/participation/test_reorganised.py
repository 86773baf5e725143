"""Reorganisations in the middle of a contest: totals conserve and nobody is counted twice, read either way."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from participation import crowd
from support.decisions import decided, merging, moving, opening, planned, row
from support.people import Town
from support.plain_trees import Readings

from contest import wiring
from contest.accounts.rules import TERMINAL, PersonKind
from contest.clock import VIETNAM
from contest.db import Store
from contest.participation import queries, recounting, targets
from contest.participation.asking import Ask
from contest.participation.reading import tree_of
from contest.participation.whole import whole
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Division, Round, Stage
from contest.rounds.settings import ContestState
from contest.unions import trees
from contest.unions.models import Headcount, TradeUnion
from contest.unions.rules import LONG_AGO, PRESENT, Level

OPENS = datetime(2026, 3, 2, 1, tzinfo=UTC)
_slugs = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request, databases):
    """One database an engine; every example rolls back what it did."""
    wiring.connect()
    store = Store(databases.fresh(request.param))
    yield store
    store.engine.dispose()
    databases.drop(store.engine.url)


class Year:
    """A province of districts and grassroots unions, a contest that has opened, and what becomes of them."""

    def __init__(self, session, districts):
        self.session, self.town = session, Town(session)
        self.key = f"C{next(_slugs)}"
        self.day = OPENS.astimezone(VIETNAM).date()
        self.numbers = count(1)
        self.headcounts = {}
        root = self.town.union(self.key, level=Level.PROVINCIAL)
        for district, size in enumerate(districts):
            upper = self.town.union(f"{self.key}-{district}", parent=root, level=Level.UPPER)
            for number in range(size):
                union = self.town.union(f"{self.key}-{district}-{number}", parent=upper)
                self._headcount(union, 10 + district + number)
        self.contest = Contest(
            slug=self.key, title=self.key, union_id=root.id, created_at=OPENS, state=ContestState.PUBLISHED
        )
        self.contest.target_percent = 60
        self.contest.stages.append(Stage(position=1))
        self.contest.divisions += [Division(code=code, title=code, position=n) for n, code in enumerate("ab")]
        session.add(self.contest)
        session.flush()
        self.round = Round(
            contest=self.contest,
            stage_id=self.contest.stages[0].id,
            number=1,
            opens_at=OPENS,
            closes_at=OPENS + timedelta(days=40),
            seed="0" * 64,
        )
        session.add(self.round)
        session.flush()
        self.root = root

    def _headcount(self, union, number):
        self.headcounts[union.id] = number
        self.session.add(
            Headcount(
                union_id=union.id, kind="member", counted_on=date(2026, 1, 1), number=number, confirmed_at=LONG_AGO
            )
        )

    @property
    def now(self):
        return datetime.combine(self.day, datetime.min.time(), VIETNAM) + timedelta(hours=9)

    def open(self, level=None):
        """Unions open today, in the order of their codes."""
        wanted = self.session.query(TradeUnion).filter(TradeUnion.closed_on.is_(None))
        found = [union for union in wanted.order_by(TradeUnion.code) if union.code.startswith(self.key)]
        return [union for union in found if level is None or union.level == level]

    def sit(self, which, how):
        """Somebody of an open union takes part, on the day that it is."""
        scores, part = how
        unions = self.open()
        union = unions[which % len(unions)]
        person = self.town.person(f"Người {next(self.numbers)}", union=union, kind=list(PersonKind)[part % 3])
        division = [None, *self.contest.divisions][part % 2 + part // 3]
        entry = crowd.enter(self.session, self.contest, person, division=division)
        for score in scores:
            minutes = (self.now - OPENS) // timedelta(minutes=1)
            crowd.sit(self.session, entry, self.round, score=score, minutes=minutes)

    def ask(self, which, ask):
        """A union is given a target by the one above it in the contest's tree, or takes one upon itself."""
        given, percent, people = ask
        unions = self.open()
        union, asked = unions[which % len(unions)], Ask(percent, people)
        above = trees.path(self.session, tree_of(self.contest), union.id)[:-1]
        with suppress(Refused):
            if given and above:
                giver = self.session.get_one(TradeUnion, above[-1].union_id)
                targets.hand_down(self.session, TERMINAL, self.contest, union, asked, giver, self.now)
            elif not given:
                targets.commit_own(self.session, TERMINAL, self.contest, union, asked, self.now)

    def act(self, kind, one, other):
        """One step of a generated year."""
        acts = {"sit": self.sit, "ask": self.ask}
        if kind in acts:
            acts[kind](one, other)
        else:
            self.reorganise(kind, one, other)
        self.session.refresh(self.contest)

    def reorganise(self, kind, one, other):
        """One decision, a day later; nothing happens where the tree does not allow it."""
        self.day += timedelta(days=1)
        rows = self._rows(kind, one, other)
        if rows and not planned(self.session, *rows, on=self.day, now=self.now).faults:
            decided(self.session, *rows, on=self.day, now=self.now)
            self.session.expire_all()

    def _rows(self, kind, one, other):
        basic, uppers = self.open(Level.GRASSROOTS), self.open(Level.UPPER)
        fresh = f"{self.key}-N{next(self.numbers)}"
        if kind == "communes" and uppers:
            gone = {uppers[one % len(uppers)].code, uppers[other % len(uppers)].code}
            merges = [merging(code, fresh, number=3 + n) for n, code in enumerate(sorted(gone))]
            return [opening(fresh, self.key, Level.UPPER), *merges]
        if not basic or (kind == "move" and not uppers):
            return []
        code = basic[one % len(basic)].code
        heir = basic[other % len(basic)].code
        parent = self.session.get_one(TradeUnion, basic[one % len(basic)].parent_id).code
        return {
            "merge": [merging(code, heir)],
            "close": [row("close", code)],
            "move": [moving(code, uppers[other % len(uppers)].code)] if uppers else [],
            "split": [
                opening(fresh + "A", parent),
                opening(fresh + "B", parent, number=3),
                row("split", code, number=4, successors=(fresh + "A", fresh + "B")),
                row("close", code, number=5),
            ],
            "anew": [opening(fresh, parent), merging(code, fresh, number=3), merging(heir, fresh, number=4)]
            if code != heir
            else [opening(fresh, parent), merging(code, fresh, number=3)],
        }.get(kind, [])


KINDS = ["merge", "close", "move", "split", "anew", "communes"]


@st.composite
def years(draw):
    how = st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=2), st.integers(0, 5))
    sitting = st.tuples(st.just("sit"), st.integers(0, 20), how)
    ask = st.one_of(
        st.tuples(st.booleans(), st.integers(1, 100), st.none()),
        st.tuples(st.booleans(), st.none(), st.integers(0, 40)),
    )
    asking = st.tuples(st.just("ask"), st.integers(0, 20), ask)
    change = st.tuples(st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9))
    return {
        "districts": draw(st.lists(st.integers(1, 3), min_size=2, max_size=3)),
        "before": draw(st.lists(st.one_of(sitting, asking), max_size=7)),
        "steps": draw(st.lists(st.one_of(change, sitting, asking), min_size=3, max_size=9)),
    }


def figures(branch, union_id):
    counts = branch.row(union_id).counts
    return counts.people, counts.attempts, counts.score_sum


def assert_same(branch, plain, shown_only=True):
    """Every shown union has what the plain computation says, and what is below it adds up to it."""
    rolled = branch.rolled
    for place, node in enumerate(rolled.forest.nodes):
        if rolled.shown[place]:
            assert figures(branch, node.id) == plain.get(node.id, (0, 0, 0)), node
            own = branch.at(node.id)
            children = own.children()
            for number in ("people", "attempts", "score_sum"):
                below = sum(getattr(row.counts, number) for row in children)
                assert below + getattr(own.direct, number) == getattr(own.root.counts, number)
        else:
            assert node.absorbed or not figures(branch, node.id)[1]


def assert_same_parts_and_days(year, branch, plain, chain, tree_id):
    """By division and kind, and on every day that has been, whatever happened to the tree since."""
    parts, days = plain.parts(chain), plain.days(chain)
    divisions = {None: 0, **{division.title: division.id for division in year.contest.divisions}}
    for place, node in enumerate(branch.rolled.forest.nodes):
        if branch.rolled.shown[place]:
            asked = (year.session, year.contest, node.id)
            found = queries.parts(*asked, tree_id=tree_id)
            assert {
                (divisions[part.division], part.kind): (part.counts.people, part.counts.attempts) for part in found
            } == parts.get(node.id, {})
            found = queries.by_day(*asked, year.day, tree_id)
            assert {day.day: (day.people, day.attempts) for day in found if day.attempts} == days.get(node.id, {})


def assert_same_targets(year, was, plain):
    """What is asked of every union, by the tree and the headcounts of the opening."""
    for place, node in enumerate(was.rolled.forest.nodes):
        if was.rolled.shown[place]:
            below = [number for union, number in year.headcounts.items() if node.id in plain.as_it_was(union)]
            asked = plain.wanted(plain.as_it_was(node.id), year.contest.target_percent, sum(below))
            assert was.row(node.id).wanted == asked, node


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=years())
def test_totals_conserve_through_every_reorganisation(store, plan):
    with store.session(readonly=False) as session:
        year = Year(session, plan["districts"])
        plain = Readings(session, year.contest)
        for step in plan["before"]:
            year.act(*step)
        before = whole(session, {}, year.contest, 0, year.now)
        sizes = {node.id: before.row(node.id).size for node in before.nodes.values()}
        for step in plan["steps"]:
            year.act(*step)
            plain.looked()
        was = whole(session, {}, year.contest, 0, year.now)
        is_now = whole(session, {}, year.contest, 0, year.now, today=True)
        assert_same(was, plain.counts(plain.as_it_was))
        assert_same(is_now, plain.counts(plain.as_it_is))
        assert_same_parts_and_days(year, was, plain, plain.as_it_was, tree_of(year.contest))
        assert_same_parts_and_days(year, is_now, plain, plain.as_it_is, PRESENT)
        assert_same_targets(year, was, plain)
        everybody = queries.totals(session, year.contest)
        assert was.root.counts == is_now.root.counts == everybody
        assert {union: was.row(union).size for union in sizes} == sizes
        assert (is_now.root.headcount or 0) == plain.headcount_today(year.headcounts)
        assert recounting.verify(session, year.contest) == []
        for union in year.open():
            alone = queries.branch(session, year.contest, union.id)
            assert alone.everyone() == was.at(union.id).everyone()
        session.rollback()
