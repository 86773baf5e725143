"""Reads about possible duplicates: pairs of people who look alike, and merges that were made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from contest.accounts.models import Person, RoleGrant
from contest.accounts.permissions import is_at
from contest.accounts.rules import Actor, Role
from contest.members.merge_rules import Why, near_names
from contest.members.models import NotDuplicate, PersonMerge
from contest.unions.models import TradeUnion, UnionAncestry
from contest.unions.rules import BASE_LEVELS

PER_PAGE = 50
#: So many pairs are listed; who has dealt with them sees further ones.
MOST = 2000
#: So many that share something are looked at: many a phone is a family's, whose names are nothing alike.
LOOKED = 20_000


@dataclass(frozen=True, slots=True)
class Sign:
    """That two may be one: their ids, the longer known first; ``name_key`` of that one orders signs."""

    one_id: int
    other_id: int
    why: Why
    name_key: Any


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who may be one, the longer known first."""

    one: Person
    other: Person
    why: Why


def known_scopes(session: Session, actor: Actor) -> frozenset[int] | None:
    """Unions in whose subtrees the actor may see people by name (None: all): own workplaces, and what they organize."""
    if actor.is_administrator:
        return None
    held = [grant for grant in actor.grants if grant.role is Role.OFFICIAL]
    named = {union for grant in held for union in (grant.union_id, grant.giver_union_id) if union}
    base = select(TradeUnion.id).where(TradeUnion.id.in_(named), TradeUnion.level.in_(BASE_LEVELS))
    line = frozenset(session.scalars(base))
    return actor.scopes(Role.ORGANIZER) | {g.union_id for g in held if g.union_id and is_at(actor, g, line)}


def may_know_person(session: Session, scopes: Collection[int] | None, person: Person) -> bool:
    """Whether somebody belongs below one of these unions."""
    if scopes is None:
        return True
    wanted = select(UnionAncestry.union_id).where(
        UnionAncestry.ancestor_id.in_(scopes), UnionAncestry.union_id == person.union_id
    )
    return session.scalar(wanted.limit(1)) is not None


def pairs(session: Session, scopes: Collection[int] | None) -> list[Sign]:
    """Possible duplicates among the people of these unions, by name; those looked at before are not named again."""
    found = [Sign(row.id, row.other_id, Why.BIRTH, row.name_key) for row in _looked_up(session, scopes, _BIRTH)]
    known = {(sign.one_id, sign.other_id) for sign in found}
    found += [
        Sign(row.id, row.other_id, Why.PHONE, row.name_key)
        for row in _looked_up(session, scopes, _PHONE)
        if (row.id, row.other_id) not in known and near_names(row.name_fold, row.other_fold)
    ]
    return sorted(found, key=lambda sign: (sign.name_key, sign.one_id, sign.other_id))[:MOST]


def with_people(session: Session, signs: Sequence[Sign]) -> list[Pair]:
    """Some of them with who they are; one query."""
    ids = {person for sign in signs for person in (sign.one_id, sign.other_id)}
    wanted = select(Person).where(Person.id.in_(ids)).options(joinedload(Person.union))
    people = {person.id: person for person in session.scalars(wanted)}
    return [Pair(people[sign.one_id], people[sign.other_id], sign.why) for sign in signs]


#: What makes two people look like one: their phone; or their name, union and day of birth.
_PHONE = ("phone",)
_BIRTH = ("name_fold", "birth_on", "union_id")


def _looked_up(session: Session, scopes: Collection[int] | None, alike: tuple[str, ...]) -> Sequence[Any]:
    """Pairs that are alike in some columns, the longest known first. These are grouped first, so that namesakes are
    never held one against another; no phone, or a day of birth that nobody told, is nobody's."""
    columns = [getattr(Person, name) for name in alike]
    told = [Person.phone != "" if name == "phone" else getattr(Person, name).is_not(None) for name in alike]
    twice = (
        select(*columns)
        .where(Person.disabled_at.is_(None), below(Person.union_id, scopes), *told)
        .group_by(*columns)
        .having(func.count() > 1)
        .subquery()
    )
    one, other = aliased(Person), aliased(Person)
    said = select(NotDuplicate.one_id).where(NotDuplicate.one_id == one.id, NotDuplicate.other_id == other.id)
    wanted = (
        select(one.id, one.name_key, one.name_fold, other.id.label("other_id"), other.name_fold.label("other_fold"))
        .join(twice, and_(*(getattr(one, name) == twice.c[name] for name in alike)))
        .join(other, and_(other.id > one.id, *(getattr(other, name) == twice.c[name] for name in alike)))
        .where(
            one.disabled_at.is_(None),
            other.disabled_at.is_(None),
            below(one.union_id, scopes),
            below(other.union_id, scopes),
            ~said.exists(),
        )
        .order_by(one.id, other.id)
        .limit(LOOKED)
    )
    return session.execute(wanted).all()


def below(column: Any, scopes: Collection[int] | None) -> ColumnElement[bool]:
    """That a union is one of these or below one (None: any)."""
    if scopes is None:
        return true()
    return column.in_(select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(scopes)))


def count_merges(session: Session, scopes: Collection[int] | None) -> int:
    """How many merges of people of these unions were made."""
    kept = aliased(Person)
    wanted = select(func.count(PersonMerge.id)).join(kept, kept.id == PersonMerge.kept_id)
    return session.scalar(wanted.where(below(kept.union_id, scopes))) or 0


def merges(session: Session, scopes: Collection[int] | None, offset: int) -> Sequence[PersonMerge]:
    """A page of merges of people of these unions, the last first."""
    kept = aliased(Person)
    wanted = (
        select(PersonMerge)
        .join(kept, kept.id == PersonMerge.kept_id)
        .where(below(kept.union_id, scopes))
        .options(joinedload(PersonMerge.kept), joinedload(PersonMerge.gone))
        .order_by(PersonMerge.id.desc())
    )
    return session.scalars(wanted.limit(PER_PAGE).offset(offset)).all()


def merge_by_code(session: Session, code: str) -> PersonMerge | None:
    return session.scalars(select(PersonMerge).where(PersonMerge.code == code)).one_or_none()


def holds_role(session: Session, person_id: int) -> bool:
    wanted = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.ended_at.is_(None))
    return session.scalar(wanted.limit(1)) is not None


def about_person(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Merges into somebody, as data for that person."""
    wanted = select(PersonMerge).where(PersonMerge.kept_id == person_id).order_by(PersonMerge.id)
    return [
        {
            "reason": row.reason,
            "made_at": row.made_at.isoformat(),
            "undone_at": row.undone_at.isoformat() if row.undone_at else None,
            "entries": [{"contest": one["contest"], "becomes": one["becomes"]} for one in row.details["entries"]],
        }
        for row in session.scalars(wanted)
    ]
