"""Reorganisations in the middle of a contest: totals conserve and nobody is counted twice, read either way."""

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
from contest.clock import VIETNAM
from contest.db import Store
from contest.participation import queries, recounting
from contest.participation.whole import whole
from contest.rounds.models import Contest, Round, Stage
from contest.rounds.settings import ContestState
from contest.unions.models import Headcount, TradeUnion
from contest.unions.rules import LONG_AGO, Level

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
        self.contest.stages.append(Stage(position=1))
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

    def sit(self, which, scores):
        """Somebody of an open union takes part."""
        unions = self.open()
        union = unions[which % len(unions)]
        person = self.town.person(f"Người {next(self.numbers)}", union=union)
        entry = crowd.enter(self.session, self.contest, person)
        for score in scores:
            crowd.sit(self.session, entry, self.round, score=score)

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
    sitting = st.tuples(st.just("sit"), st.integers(0, 20), st.lists(st.integers(0, 3), min_size=1, max_size=2))
    change = st.tuples(st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9))
    return {
        "districts": draw(st.lists(st.integers(1, 3), min_size=2, max_size=3)),
        "before": draw(st.lists(sitting, max_size=5)),
        "steps": draw(st.lists(st.one_of(change, sitting), min_size=3, max_size=8)),
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


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=years())
def test_totals_conserve_through_every_reorganisation(store, plan):
    with store.session(readonly=False) as session:
        year = Year(session, plan["districts"])
        plain = Readings(session, year.contest)
        for _sit, which, scores in plan["before"]:
            year.sit(which, scores)
        before = whole(session, {}, year.contest, 0, year.now)
        sizes = {node.id: before.row(node.id).size for node in before.nodes.values()}
        for kind, one, other in plan["steps"]:
            if kind == "sit":
                year.sit(one, other)
            else:
                year.reorganise(kind, one, other)
                plain.looked()
        session.refresh(year.contest)
        was = whole(session, {}, year.contest, 0, year.now)
        is_now = whole(session, {}, year.contest, 0, year.now, today=True)
        assert_same(was, plain.counts(plain.as_it_was))
        assert_same(is_now, plain.counts(plain.as_it_is))
        everybody = queries.totals(session, year.contest)
        assert was.root.counts == is_now.root.counts == everybody
        assert {union: was.row(union).size for union in sizes} == sizes
        assert (is_now.root.headcount or 0) == plain.headcount_today(year.headcounts)
        assert recounting.verify(session, year.contest) == []
        for union in year.open():
            alone = queries.branch(session, year.contest, union.id)
            assert alone.everyone() == was.at(union.id).everyone()
        session.rollback()
