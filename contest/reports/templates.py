"""Word templates that organizers use in place of ours: which one holds, keeping another, going back to ours."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.documents.checking import template_problems
from contest.documents.filling import fill
from contest.reports import certificate_sheets
from contest.reports.fields import example, known
from contest.reports.models import DocumentTemplate
from contest.reports.rules import SHEETS, DocumentKind
from contest.reports.word import our_template
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion, UnionAncestry
from questions.messages import Message


def in_force(
    session: Session, kind: DocumentKind, union_id: int, contest_id: int | None = None
) -> DocumentTemplate | None:
    """The template of a union's document: the contest's own, else that of the nearest union at or above; None: ours."""
    standing = (DocumentTemplate.kind == kind, DocumentTemplate.replaced_at.is_(None))
    if contest_id is not None:
        own = session.scalar(select(DocumentTemplate).where(*standing, DocumentTemplate.contest_id == contest_id))
        if own is not None:
            return own
    return session.scalar(
        select(DocumentTemplate)
        .join(UnionAncestry, UnionAncestry.ancestor_id == DocumentTemplate.union_id)
        .where(*standing, DocumentTemplate.contest_id.is_(None), UnionAncestry.union_id == union_id)
        .order_by(UnionAncestry.distance)
        .limit(1)
    )


def content_of(found: DocumentTemplate | None, kind: DocumentKind) -> bytes:
    return found.content if found else our_template(kind)


def versions(
    session: Session, union_ids: Collection[int] | None, contest_ids: Collection[int] | None
) -> Sequence[DocumentTemplate]:
    """Templates of unions and of contests (None: of all), the newest first, replaced ones too."""
    wanted = select(DocumentTemplate).order_by(DocumentTemplate.uploaded_at.desc(), DocumentTemplate.id.desc())
    if union_ids is not None and contest_ids is not None:
        of_unions = DocumentTemplate.contest_id.is_(None) & DocumentTemplate.union_id.in_(union_ids)
        wanted = wanted.where(of_unions | DocumentTemplate.contest_id.in_(contest_ids))
    return session.scalars(wanted).all()


def by_code(session: Session, code: str) -> DocumentTemplate | None:
    return session.scalar(select(DocumentTemplate).where(DocumentTemplate.code == code))


def problems(content: bytes, kind: DocumentKind) -> list[Message]:
    """Why a file cannot be the template of a kind of document; empty when it can."""
    found = template_problems(content, known(kind), example(kind))
    return found if found or kind not in SHEETS else certificate_sheets.problems(content, example(kind))


def tried(content: bytes, kind: DocumentKind) -> bytes:
    """A template filled with the example."""
    if kind in SHEETS:
        return certificate_sheets.tried(content, example(kind))
    return fill(content, example(kind))


def put(
    session: Session,
    actor: Actor,
    kind: DocumentKind,
    union: TradeUnion,
    contest: Contest | None,
    name: str,
    content: bytes,
    now: datetime,
) -> DocumentTemplate:
    """Use a checked file from now on, for all of a union's documents of a kind or for one contest."""
    contest_id = contest.id if contest else None
    digest = sha256(content).hexdigest()
    # Two files sent for the same union take turns: the later one replaces the other.
    session.execute(select(TradeUnion.id).where(TradeUnion.id == union.id).with_for_update(key_share=True))
    _end(session, kind, union.id, contest_id, now)
    row = DocumentTemplate(
        code=secrets.token_urlsafe(16),
        union_id=union.id,
        contest_id=contest_id,
        kind=kind,
        name=name[:255],
        content=content,
        size=len(content),
        digest=digest,
        uploaded_at=now,
        uploaded_by=actor.label,
    )
    session.add(row)
    session.flush()
    details = {"kind": kind.value, "contest": contest_id, "digest": digest, "size": len(content)}
    record(session, actor, "template.put", f"union:{union.id}", now, details)
    return row


def withdraw(session: Session, actor: Actor, row: DocumentTemplate, now: datetime) -> bool:
    """Go back to what held without this template; False when it held no more."""
    mine = update(DocumentTemplate).where(DocumentTemplate.id == row.id, DocumentTemplate.replaced_at.is_(None))
    # Said by the row itself: of two who take it back at once, one does.
    if not session.execute(mine.values(replaced_at=now)).rowcount:
        return False
    record(session, actor, "template.withdraw", f"union:{row.union_id}", now, {"kind": row.kind, "code": row.code})
    return True


def _end(session: Session, kind: DocumentKind, union_id: int, contest_id: int | None, now: datetime) -> None:
    session.execute(
        update(DocumentTemplate)
        .where(
            DocumentTemplate.kind == kind,
            DocumentTemplate.union_id == union_id,
            DocumentTemplate.contest_id.is_not_distinct_from(contest_id),
            DocumentTemplate.replaced_at.is_(None),
        )
        .values(replaced_at=now)
    )
