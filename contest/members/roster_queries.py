"""What is stored of the unions and people that a list may mean."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.models import Person, RoleGrant
from contest.accounts.rules import PersonKind
from contest.members.roster_plans import Known
from contest.slices import slices
from contest.unions.models import TradeUnion, UnionAncestry

#: Rows sent to the database, or asked for, at a time.
CHUNK = 5_000

_ROLE = select(RoleGrant.id).where(RoleGrant.person_id == Person.id, RoleGrant.ended_at.is_(None)).exists()
_COLUMNS = (
    Person.id,
    Person.name,
    Person.name_fold,
    Person.phone,
    Person.union_id,
    Person.kind,
    Person.password_hash.is_not(None),
    Person.birth_on,
    Person.union_since,
    Person.merged_into_id,
    _ROLE,
)


def unions(session: Session, codes: Collection[str] | None = None) -> dict[str, Any]:
    """Unions by code, all or at least these; those whose day has not come are not there yet."""
    columns = (TradeUnion.code, TradeUnion.id, TradeUnion.level, TradeUnion.closed_on, TradeUnion.name)
    wanted = select(*columns).where(TradeUnion.id.in_(select(UnionAncestry.union_id)))
    if codes is not None and len(codes) <= CHUNK:
        wanted = wanted.where(TradeUnion.code.in_(codes))
    return {row.code: row for row in session.execute(wanted)}


def titles(session: Session, union_ids: Collection[int]) -> dict[int, str]:
    """The names of unions by id."""
    wanted = select(TradeUnion.id, TradeUnion.name).where(TradeUnion.id.in_(union_ids))
    return dict(session.execute(wanted).all())


def with_phone(session: Session, phones: Collection[str]) -> list[Known]:
    """The people with these phones, the longest known first; in the place of merged duplicates whom they became."""
    found = [
        Known(*row)
        for some in slices(sorted(phones), CHUNK)
        for row in session.execute(select(*_COLUMNS).where(Person.phone.in_(some)).order_by(Person.id))
    ]
    kept = {
        row.id: Known(*row)
        for some in slices(sorted({person.merged_into_id for person in found if person.merged_into_id}), CHUNK)
        for row in session.execute(select(*_COLUMNS).where(Person.id.in_(some)))
    }
    return [
        replace(kept[p.merged_into_id], name_fold=p.name_fold, phone=p.phone, through=True)
        if p.merged_into_id in kept
        else p
        for p in found
    ]


def of_unions(session: Session, union_ids: Collection[int], names: Collection[str] | None = None) -> list[Known]:
    """Everybody who belongs to these unions today, or those of them with one of some folded names."""
    here = [Person.disabled_at.is_(None), Person.merged_into_id.is_(None)]
    if names is not None:
        here.append(Person.name_fold.in_(names))
    return [
        Known(*row)
        for some in slices(sorted(union_ids), CHUNK)
        for row in session.execute(select(*_COLUMNS).where(Person.union_id.in_(some), *here).order_by(Person.id))
    ]


def still_members(session: Session, people: Collection[tuple[int, int]]) -> list[Known]:
    """Those of some people (id and union) who still belong to that union as members or officials."""
    union_of = dict(people)
    return [
        known
        for some in slices(sorted(union_of), CHUNK)
        for known in (Known(*row) for row in session.execute(select(*_COLUMNS).where(Person.id.in_(some))))
        if known.union_id == union_of[known.id] and known.kind != PersonKind.WORKER and known.merged_into_id is None
    ]
