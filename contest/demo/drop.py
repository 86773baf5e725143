"""Dropping the demo: everything marked as such, except what others have come to use."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import FromClause, Text, cast, delete, or_, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.rounds.models import Contest
from contest.tables import metadata
from contest.unions.models import TradeUnion, UnionSpell
from questions.models import Citation, LegalDocument, Picture, QuestionBank, QuestionVersion


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many rows went, and the names of what stays because others use it."""

    contests: int
    banks: int
    people: int
    unions: int
    kept: dict[str, list[str]]


def drop(session: Session) -> Dropped:
    """Remove the demo's contests with all attempts in them, then its banks, people and unions.

    A bank that a real contest draws from, somebody of the demo who took part in a real contest, and a union that
    real people or contests belong to stay, with all unions above it.
    """
    kept: dict[str, list[str]] = {}
    contests, _ = _remove(session, Contest, Contest.slug, set())
    banks, kept["banks"] = _remove(session, QuestionBank, QuestionBank.code, referred(session, QuestionBank))
    _forget_traces(session)
    people, kept["people"] = _remove(session, Person, Person.id, referred(session, Person))
    in_use = with_ancestors(session, referred(session, TradeUnion))
    # A past names unions above it: it goes before any of them does.
    gone = select(TradeUnion.id).where(TradeUnion.demo, TradeUnion.id.not_in(in_use))
    session.execute(delete(UnionSpell).where(UnionSpell.union_id.in_(gone)))
    unions, kept["unions"] = _remove(session, TradeUnion, TradeUnion.code, in_use)
    session.expire_all()
    return Dropped(contests, banks, people, unions, kept)


def _forget_traces(session: Session) -> None:
    """Take away pictures that no question shows any more, and documents that none cites and nobody said a word of."""
    for sha in session.scalars(select(Picture.sha256)).all():
        version = QuestionVersion
        texts = (version.stem, version.explanation, version.choice_rows, version.details)
        shown = or_(*(cast(text, Text).contains(sha) for text in texts))
        if session.scalar(select(QuestionVersion.id).where(shown).limit(1)) is None:
            session.execute(delete(Picture).where(Picture.sha256 == sha))
    named = select(LegalDocument.same_as_id).where(LegalDocument.same_as_id.is_not(None))
    session.execute(
        delete(LegalDocument).where(
            LegalDocument.id.not_in(select(Citation.document_id)),
            LegalDocument.id.not_in(named),
            LegalDocument.same_as_id.is_(None),
            LegalDocument.noted_at.is_(None),
        )
    )


def referred(session: Session, model: Any) -> set[int]:
    """Ids of a table's rows that rows of other tables name and would not be deleted with.

    What is deleted with another row of the demo's (the past of a union, with its parent) does not count.
    """
    target: FromClause = model.__table__
    ours = select(model.id).where(model.demo)
    ids: set[int] = set()
    for table in metadata.sorted_tables:
        keys = [key for key in table.foreign_keys if key.column.table is target and table is not target]
        owners = [key.parent for key in keys if key.ondelete == "CASCADE"]
        for key in keys:
            if key.ondelete is None:
                staying = [owner.not_in(ours) for owner in owners]
                ids.update(session.scalars(select(key.parent).where(key.parent.is_not(None), *staying).distinct()))
    return ids


def with_ancestors(session: Session, unions: Collection[int]) -> set[int]:
    """Unions, those that are not the demo's, and all unions above either."""
    rows = session.execute(select(TradeUnion.id, TradeUnion.parent_id, TradeUnion.demo)).all()
    parents = {row.id: row.parent_id for row in rows}
    ids: set[int] = set()
    for union in [*unions, *(row.id for row in rows if not row.demo)]:
        while union is not None and union not in ids:
            ids.add(union)
            union = parents[union]
    return ids


def _remove(session: Session, model: Any, name: Any, in_use: Collection[int]) -> tuple[int, list[str]]:
    """Delete the demo's rows that are not in use; returns how many, and the names of those that stay."""
    rows = session.execute(select(model.id, name).where(model.demo).order_by(name)).all()
    gone = [row.id for row in rows if row.id not in in_use]
    session.execute(delete(model).where(model.id.in_(gone)).execution_options(synchronize_session=False))
    return len(gone), [str(row[1]) for row in rows if row.id in in_use]
