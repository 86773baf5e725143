"""What a union's report on a contest tells: figures taken anew, nothing that is not announced yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.participation import queries as participation
from contest.participation.branches import Branch, KindRow, UnionRow
from contest.participation.comparing import earlier
from contest.participation.reading import tree_of
from contest.participation.views import by_kind
from contest.participation.whole import kind_frames, whole
from contest.prizes.models import Award
from contest.proof.rules import owner_of
from contest.publishing import queries as publishing
from contest.publishing.models import Publication
from contest.publishing.rules import WHOLE
from contest.publishing.winners import winners_now_of
from contest.rounds.models import Contest, Entry, Round
from contest.rounds.queries import round_of
from contest.unions.models import TradeUnion
from contest.unions.rules import PRESENT


@dataclass(frozen=True, slots=True)
class Before:
    """The round before, or the same contest a year before, and what the union had in it.

    ``rates``: whether its rate may be set beside the present one; not where it is read in another tree than its own.
    """

    name: str
    row: UnionRow
    rates: bool = True

    @property
    def rate(self) -> float | None:
        return self.row.rate if self.rates else None


@dataclass(frozen=True, slots=True)
class Prize:
    """An announced prize of one of the union's people, or of a union of it; ``name`` as it may be shown now."""

    title: str
    value: str
    name: str
    union: str
    round_number: int
    collective: bool


@dataclass(frozen=True, slots=True)
class Report:
    """A union in a round (0: the whole contest). ``told``: results are announced, so that scores may be named."""

    contest: Contest
    union: TradeUnion
    #: Names of the unions above it, the nearest first.
    above: Sequence[str]
    round_number: int
    branch: Branch
    kinds: Sequence[KindRow]
    #: By division and kind; empty in a contest without divisions.
    divided: Sequence[participation.Part]
    before: Before | None
    prizes: Sequence[Prize]
    told: bool
    at: datetime

    @property
    def row(self) -> UnionRow:
        return self.branch.root

    @property
    def round(self) -> Round | None:
        return round_of(self.contest, self.round_number) if self.round_number else None

    @property
    def unions(self) -> list[UnionRow]:
        """The unions right below, by name."""
        return self.branch.children()


def report_of(
    session: Session,
    memo: dict[str, Any],
    contest: Contest,
    union: TradeUnion,
    above: Sequence[str],
    number: int,
    now: datetime,
) -> Report:
    branch, tree_id = branch_of(session, memo, contest, union, number, now)
    today = tree_id != tree_of(contest)
    parts = participation.parts(session, contest, union.id, number, tree_id)
    return Report(
        contest=contest,
        union=union,
        above=above,
        round_number=number,
        branch=branch,
        kinds=by_kind(parts, kind_frames(session, memo, contest, number, now, today), union.id),
        divided=parts if any(part.division for part in parts) else (),
        before=_before(session, memo, contest, union, number, now, today=today),
        prizes=prizes_of(session, contest, number, branch.nodes),
        told=told(contest, number),
        at=branch.taken_at or now,
    )


def branch_of(
    session: Session, memo: dict[str, Any], contest: Contest, union: TradeUnion, number: int, now: datetime
) -> tuple[Branch, int]:
    """The union as it was in the contest, and in which tree; one that the contest's tree does not know, as today."""
    try:
        return whole(session, memo, contest, number, now).at(union.id), tree_of(contest)
    except KeyError:
        return whole(session, memo, contest, number, now, today=True).at(union.id), PRESENT


def told(contest: Contest, number: int) -> bool:
    """Whether scores may be named: all results the figures are made of are announced and none is being corrected."""
    if contest.correcting_since is not None:
        return False
    if number == WHOLE and contest.results_at is not None:
        return all(round_.correcting_since is None for round_ in contest.rounds)
    rounds = [round_ for round_ in contest.rounds if number in (WHOLE, round_.number)]
    return bool(rounds) and all(r.published_at is not None and r.correcting_since is None for r in rounds)


def _before(
    session: Session,
    memo: dict[str, Any],
    contest: Contest,
    union: TradeUnion,
    number: int,
    now: datetime,
    *,
    today: bool,
) -> Before | None:
    """What the figures are compared with, as on the page of participation; ``today``: they are read as the tree is."""
    then = earlier(session, memo, contest, number, now, today)
    row = then.row(union.id) if then else None
    if then is None or row is None:
        return None
    round_ = round_of(then.contest, then.round_number) if then.round_number else None
    name = (round_.title or f"Đợt {round_.number}") if round_ else then.contest.title
    return Before(name, row, then.rates)


def prizes_of(session: Session, contest: Contest, number: int, unions: Mapping[int, Any]) -> list[Prize]:
    """Prizes of a union's people and of its unions: as announced, of a round or of everything in the contest."""
    announced = publishing.announced_numbers(session, contest.id)
    found: list[Prize] = []
    for one in announced if number == WHOLE else [number] if number in announced else []:
        publication = publishing.current(session, contest.id, one)
        if publication is not None:
            found += _of_unions(session, contest, publication, unions)
    return found


def _of_unions(session: Session, contest: Contest, publication: Publication, unions: Mapping[int, Any]) -> list[Prize]:
    owners = _owners(session, contest, publication.round_number, unions)
    return [
        Prize(row["prize"], row["value"], row["name"], row["union"], publication.round_number, row["collective"])
        for row in winners_now_of(session, contest, publication)
        if row["owner"] in owners
    ]


def _owners(session: Session, contest: Contest, number: int, unions: Mapping[int, Any]) -> set[str]:
    """How winners of these unions are known in what is announced."""
    rows = session.execute(
        select(Award.entry_id, Award.union_id, Entry.union_id.label("home"))
        .outerjoin(Entry, Entry.id == Award.entry_id)
        .where(Award.contest_id == contest.id, Award.round_number == number)
    )
    found = set()
    for entry_id, union_id, home in rows:
        if entry_id is not None and home in unions:
            found.add(owner_of(contest.owner_salt, entry_id))
        elif union_id in unions:
            found.add(f"union:{union_id}")
    return found
