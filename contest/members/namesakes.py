"""People of one name in one union whom nothing that is known tells apart: a weaker sign than a phone or a birth date.

Two are told apart by two phones, or by two days of birth. Whoever is on no list with either may be a second time there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, groupby, islice
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from contest.accounts.models import Person
from contest.members.merge_queries import below
from contest.members.models import NotDuplicate

#: Groups on a page; pairs of a group that are named one by one, and those looked at; people told apart by one button.
PER_PAGE, SHOWN, MOST_PAIRS, MOST_TOGETHER = 20, 6, 1000, 40
#: So many namesakes are looked at; who has dealt with them sees further ones.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Namesake:
    """What is known of somebody that may tell them from a namesake."""

    id: int
    name_key: str
    name_fold: str
    union_id: int
    phone: str
    birth_on: date | None


@dataclass(frozen=True, slots=True)
class Group:
    """Namesakes of one union who may be one another, by id; ``pairs`` that nobody has decided about."""

    ids: tuple[int, ...]
    pairs: Sequence[tuple[int, int]]


def told_apart(one: Any, other: Any) -> bool:
    """Whether two namesakes of a union are two as far as anybody can see; equal phones or days are a stronger sign."""
    return bool(one.phone and other.phone) or bool(one.birth_on and other.birth_on)


def alike(people: Sequence[Person]) -> bool:
    """Whether people are namesakes in one union, all in use."""
    known = {(person.name_fold, person.union_id) for person in people}
    return len(known) == 1 and all(p.disabled_at is None and p.union_id is not None for p in people)


def groups(session: Session, scopes: Collection[int] | None) -> list[Group]:
    """Namesakes of these unions who may be one another, by name; pairs of whom somebody said so are left out."""
    said = {(row.one_id, row.other_id) for row in session.execute(_said(scopes))}
    people = [Namesake(*row) for row in session.execute(_people(scopes))]
    found = []
    for _key, rows in groupby(people, key=lambda one: (one.name_fold, one.union_id)):
        together = list(rows)
        undecided = (
            (one.id, other.id)
            for one, other in combinations(together, 2)
            if not told_apart(one, other) and (one.id, other.id) not in said
        )
        if pairs := list(islice(undecided, MOST_PAIRS)):
            ids = tuple(sorted({person for pair in pairs for person in pair}))
            found.append((together[0].name_key, Group(ids, pairs)))
    return [group for _name, group in sorted(found, key=lambda one: (one[0], one[1].ids))]


def _twice(scopes: Collection[int] | None) -> Any:
    """Names that stand several times in a union, where a phone is missing and a day of birth."""
    return (
        select(Person.name_fold, Person.union_id)
        .where(Person.disabled_at.is_(None), Person.union_id.is_not(None), below(Person.union_id, scopes))
        .group_by(Person.name_fold, Person.union_id)
        .having(
            func.count() > 1,
            func.count(func.nullif(Person.phone, "")) < func.count(),
            func.count(Person.birth_on) < func.count(),
        )
        .subquery()
    )


def _people(scopes: Collection[int] | None) -> Select[Any]:
    twice = _twice(scopes)
    return (
        select(Person.id, Person.name_key, Person.name_fold, Person.union_id, Person.phone, Person.birth_on)
        .join(twice, and_(Person.name_fold == twice.c.name_fold, Person.union_id == twice.c.union_id))
        .where(Person.disabled_at.is_(None))
        .order_by(Person.name_fold, Person.union_id, Person.id)
        .limit(MOST)
    )


def _said(scopes: Collection[int] | None) -> Select[Any]:
    one, other = aliased(Person), aliased(Person)
    return (
        select(NotDuplicate.one_id, NotDuplicate.other_id)
        .join(one, one.id == NotDuplicate.one_id)
        .join(other, other.id == NotDuplicate.other_id)
        .where(one.name_fold == other.name_fold, one.union_id == other.union_id, below(one.union_id, scopes))
    )


def people_of(session: Session, found: Sequence[Group]) -> dict[int, Person]:
    """Those of some groups with their unions, by id."""
    ids = {person for group in found for person in group.ids[:MOST_TOGETHER]}
    ids |= {person for group in found for pair in group.pairs[:SHOWN] for person in pair}
    wanted = select(Person).where(Person.id.in_(ids)).options(joinedload(Person.union))
    return {person.id: person for person in session.scalars(wanted)}
