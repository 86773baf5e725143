"""What people wrote into documents: read with our own words below, kept with a look at who else wrote meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.reports.models import Draft
from contest.reports.rules import DocumentKind
from contest.reports.wording import KEPT, OF_KIND


@dataclass(frozen=True, slots=True)
class About:
    """What a document is about: a union in a contest (round 0: the whole contest), or in a year."""

    kind: DocumentKind
    union_id: int
    contest_id: int | None = None
    round_number: int = 0
    year: int = 0


class Stale(Exception):
    """Somebody else changed the document since it was read."""


def _wanted(about: About) -> Select[tuple[Draft]]:
    return select(Draft).where(
        Draft.kind == about.kind,
        Draft.union_id == about.union_id,
        Draft.contest_id.is_not_distinct_from(about.contest_id),
        Draft.round_number == about.round_number,
        Draft.year == about.year,
    )


def draft_of(session: Session, about: About) -> Draft | None:
    """What was written into a document; None: nothing yet."""
    return session.scalars(_wanted(about).execution_options(populate_existing=True)).first()


def letterhead(session: Session, about: About) -> dict[str, str]:
    """Heading and signature as the union's other documents had them last: what need not be written a second time."""
    own = _wanted(about).with_only_columns(Draft.id).scalar_subquery()
    wanted = (
        select(Draft)
        .where(Draft.union_id == about.union_id, Draft.id.is_distinct_from(own))
        .order_by(Draft.changed_at.desc(), Draft.id.desc())
    )
    found: dict[str, str] = {}
    for draft in session.scalars(wanted.limit(20)):
        for name in KEPT:
            if name in draft.fields and name not in found and (draft.kind == about.kind or name not in OF_KIND):
                found[name] = draft.fields[name]
    return found


def save(session: Session, actor: Actor, about: About, fields: Mapping[str, str], revision: int, now: datetime) -> int:
    """Keep what was written into a document that was read at a revision (0: nothing written yet); the new revision.

    Raises Stale when somebody else changed it since: nothing is kept.
    """
    values = {"fields": dict(fields), "changed_at": now, "changed_by": actor.label}
    if revision:
        same = _wanted(about).with_only_columns(Draft.id).where(Draft.revision == revision)
        done = session.execute(
            update(Draft).where(Draft.id.in_(same.scalar_subquery())).values(revision=revision + 1, **values)
        )
        if done.rowcount != 1:
            raise Stale
    else:
        try:
            with session.begin_nested():
                session.add(
                    Draft(
                        kind=about.kind,
                        union_id=about.union_id,
                        contest_id=about.contest_id,
                        round_number=about.round_number,
                        year=about.year,
                        revision=1,
                        **values,
                    )
                )
        except IntegrityError:
            raise Stale from None
    details = {"kind": about.kind.value, "contest": about.contest_id, "round": about.round_number, "year": about.year}
    record(session, actor, "report.write", f"union:{about.union_id}", now, details)
    return revision + 1
