"""Reads of campaigns: who is on a roster and has not joined, who answers for a union, which unions still grow."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select
from sqlalchemy.orm import Session

from contest.accounts.grants import in_force
from contest.accounts.models import Person, RoleGrant
from contest.accounts.rules import Role
from contest.attempts.models import Attempt
from contest.participation.models import TallyDay
from contest.participation.rules import BASIS_KINDS
from contest.rounds.models import Contest, Entry, Exclusion
from contest.rounds.settings import ExclusionMode, HeadcountBasis
from contest.unions.models import TradeUnion, UnionAncestry


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody on the roster of a union without a counted attempt. Without the phone: what people consent to lets
    their unions see that they take part, and gives the phone to the organizers of the contest alone."""

    name: str
    kind: str
    union: str
    union_code: str


def eligible(session: Session, contest: Contest) -> list[ColumnElement[bool]]:
    """What is true of everybody on a roster who may take part in a contest; one query.

    Disabled and merged people are nobody to wait for; nor is whom the contest does not admit.
    """
    bars = session.scalars(
        select(Exclusion).where(Exclusion.contest_id == contest.id, Exclusion.mode == ExclusionMode.BARRED)
    ).all()
    return [
        Person.disabled_at.is_(None),
        Person.merged_into_id.is_(None),
        Person.kind.in_(contest.kinds),
        *(not_(_barred(bar)) for bar in bars),
    ]


def _barred(bar: Exclusion) -> ColumnElement[bool]:
    said: list[ColumnElement[bool]] = []
    if bar.phone is not None:
        said.append(Person.phone == bar.phone)
    if bar.kind is not None:
        said.append(Person.kind == bar.kind)
    if bar.union_id is not None:
        said.append(Person.union_id.in_(_below(bar.union_id)))
    return and_(*said)


def _below(union_id: int) -> Select[tuple[int]]:
    return select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id == union_id)


def _joined(contest: Contest, round_number: int) -> ColumnElement[bool]:
    """Whether a person has a counted attempt in a round (0: anywhere in the contest), under whatever union."""
    counted = [Attempt.entry_id == Entry.id, Attempt.counted]
    if round_number:
        counted.append(Attempt.round_id.in_([r.id for r in contest.rounds if r.number == round_number]))
    return exists().where(Entry.contest_id == contest.id, Entry.person_id == Person.id, *counted)


def count_absent(session: Session, contest: Contest, union_id: int, round_number: int) -> int:
    """How many of a union's roster, and of those below it, have not joined."""
    wanted = _not_joined(session, contest, union_id, round_number)
    return session.scalar(select(func.count(Person.id)).where(*wanted)) or 0


def absent(
    session: Session, contest: Contest, union_id: int, round_number: int, limit: int, offset: int = 0
) -> list[Absent]:
    """Some of those who have not joined, in Vietnamese order."""
    rows = session.execute(
        select(Person.name, Person.kind, TradeUnion.name, TradeUnion.code)
        .join(TradeUnion, TradeUnion.id == Person.union_id)
        .where(*_not_joined(session, contest, union_id, round_number))
        .order_by(Person.name_key, Person.id)
        .limit(limit)
        .offset(offset)
    )
    return [Absent(*row) for row in rows]


def _not_joined(session: Session, contest: Contest, union_id: int, round_number: int) -> list[ColumnElement[bool]]:
    return [
        *eligible(session, contest),
        Person.union_id.in_(_below(union_id)),
        not_(_joined(contest, round_number)),
    ]


def on_roster(session: Session, contest: Contest, union_id: int, limit: int) -> list[Absent]:
    """Everybody on the roster of a union and those below it who may take part, whether they have or not."""
    rows = session.execute(
        select(Person.name, Person.kind, TradeUnion.name, TradeUnion.code)
        .join(TradeUnion, TradeUnion.id == Person.union_id)
        .where(*eligible(session, contest), Person.union_id.in_(_below(union_id)))
        .order_by(Person.name_key, Person.id)
        .limit(limit)
    )
    return [Absent(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Roster:
    """People of a union itself: of the kinds that the headcount counts, and of those that may take part."""

    counted: int = 0
    eligible: int = 0

    def __add__(self, other: "Roster") -> "Roster":
        return Roster(self.counted + other.counted, self.eligible + other.eligible)


def rosters(session: Session, contest: Contest, union_id: int) -> dict[int, Roster]:
    """The rosters of a union and all below it, each union by itself: three queries whatever their size."""
    below = Person.union_id.in_(_below(union_id))
    kinds = BASIS_KINDS[HeadcountBasis(contest.headcount_basis)]
    here = (Person.disabled_at.is_(None), Person.merged_into_id.is_(None), below)
    counts = select(Person.union_id, func.count(Person.id)).group_by(Person.union_id)
    counted = dict(session.execute(counts.where(*here, Person.kind.in_(kinds))).all())
    admitted = dict(session.execute(counts.where(*eligible(session, contest), below)).all())
    return {union: Roster(counted.get(union, 0), admitted.get(union, 0)) for union in counted.keys() | admitted.keys()}


def growing(session: Session, contest: Contest, union_id: int, since: date) -> frozenset[int]:
    """Unions at or below one where somebody joined for the first time on a day or later."""
    return frozenset(
        session.scalars(
            select(TallyDay.union_id)
            .where(
                TallyDay.contest_id == contest.id,
                TallyDay.day >= since,
                TallyDay.people > 0,
                TallyDay.union_id.in_(_below(union_id)),
            )
            .distinct()
        )
    )


def officials(session: Session, union_ids: Collection[int], today: date) -> dict[int, list[str]]:
    """Names of those whose role is at each of these unions today, by Vietnamese name order."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(RoleGrant.union_id, Person.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.union_id.in_(union_ids), RoleGrant.role == Role.OFFICIAL)
        .where(in_force(today), Person.disabled_at.is_(None))
        .order_by(Person.name_key, Person.id)
    )
    for union, name in rows:
        if name not in found[union]:
            found[union].append(name)
    return found
