"""What a union had in all contests of a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from contest.clock import VIETNAM
from contest.participation import queries as participation
from contest.participation.branches import UnionRow
from contest.participation.rules import NOTHING, Counts
from contest.reports.report_figures import Prize, prizes_of
from contest.reports.yearly_unions import YearRow, by_union
from contest.rounds.models import Contest, Round
from contest.rounds.settings import ContestState
from contest.unions.models import TradeUnion
from contest.unions.queries import subtree_ids


@dataclass(frozen=True, slots=True)
class Part:
    """A contest of the year and what the union had in it; ``unions``: those right below it in the contest's tree,
    ``direct``: people who belong to none of them."""

    contest: Contest
    row: UnionRow
    unions: Sequence[UnionRow]
    direct: Counts
    prizes: Sequence[Prize]


@dataclass(frozen=True, slots=True)
class Yearly:
    """A union's contests of a year, in the order they opened."""

    union: TradeUnion
    above: Sequence[str]
    year: int
    parts: Sequence[Part]
    at: datetime

    @property
    def total(self) -> YearRow:
        """The union itself with all below it."""
        return YearRow([part.row for part in self.parts])

    @property
    def unions(self) -> list[YearRow]:
        """The unions right below, by name."""
        return by_union(part.unions for part in self.parts)

    @property
    def direct(self) -> Counts:
        """People who belong to none of the unions below, all contests added up."""
        return sum((part.direct for part in self.parts), NOTHING)


def yearly_of(session: Session, union: TradeUnion, above: Sequence[str], year: int, now: datetime) -> Yearly:
    """The contests that opened in a Vietnamese year and that the union's people could enter."""
    found = contests_of(session, year, now)
    near = participation.related(session, [union.id], {c.scope_union_id for c in found if c.scope_union_id})
    below = dict.fromkeys(subtree_ids(session, [union.id]))
    parts = []
    for contest in found:
        if contest.scope_union_id and (union.id, contest.scope_union_id) not in near:
            continue
        try:
            branch = participation.branch(session, contest, union.id)
        except KeyError:
            continue
        prizes = prizes_of(session, contest, 0, below)
        parts.append(Part(contest, branch.root, branch.children(), branch.direct, prizes))
    return Yearly(union, above, year, parts, now)


def contests_of(session: Session, year: int, now: datetime) -> Sequence[Contest]:
    """Published contests whose first round opened in a year, Vietnamese time, the earliest first."""
    begins = select(Round.contest_id, func.min(Round.opens_at).label("at")).group_by(Round.contest_id).subquery()
    first, after = (datetime(n, 1, 1, tzinfo=VIETNAM) for n in (year, year + 1))
    return session.scalars(
        select(Contest)
        .join(begins, begins.c.contest_id == Contest.id)
        .where(
            Contest.state == ContestState.PUBLISHED,
            Contest.practice.is_(False),
            begins.c.at >= first,
            begins.c.at < after,
            begins.c.at <= now,
        )
        .options(joinedload(Contest.union), joinedload(Contest.scope_union), selectinload(Contest.rounds))
        .order_by(begins.c.at, Contest.id)
    ).all()
