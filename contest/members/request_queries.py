"""Reads of requests to correct somebody's union: an official's, a person's own."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from contest.accounts.models import Person
from contest.members.models import UnionRequest
from contest.members.rules import RequestState
from contest.unions.models import UnionAncestry
from questions.text import fold

#: Which requests an official looks at, as they stand in the address (``?loc=``).
WAITING, LEAVING, DONE = "cho", "di", "xong"


def counts(session: Session, scopes: Collection[int] | None) -> dict[str, int]:
    """How many requests of each sort concern the unions below these (None: all)."""
    return {name: _count(session, condition) for name, condition in _conditions(scopes).items()}


def inbox(
    session: Session, scopes: Collection[int] | None, which: str, limit: int, offset: int = 0
) -> Sequence[UnionRequest]:
    """Some of those of one sort, the oldest waiting first."""
    order = UnionRequest.decided_at.desc() if which == DONE else UnionRequest.asked_at
    wanted = _whole().where(_conditions(scopes)[which]).order_by(order, UnionRequest.id)
    return session.scalars(wanted.limit(limit).offset(offset)).all()


def waiting(session: Session, scopes: Collection[int] | None) -> int:
    """How many requests wait for an answer of those who answer for these unions."""
    return _count(session, _conditions(scopes)[WAITING])


def following(session: Session, scopes: Collection[int] | None, after: UnionRequest) -> UnionRequest | None:
    """The next request that waits behind one, going round."""
    wanted = select(UnionRequest).where(_conditions(scopes)[WAITING], UnionRequest.id != after.id)
    later = wanted.where(UnionRequest.id > after.id).order_by(UnionRequest.id).limit(1)
    return session.scalars(later).first() or session.scalars(wanted.order_by(UnionRequest.id).limit(1)).first()


def by_code(session: Session, code: str) -> UnionRequest | None:
    return session.scalars(_whole().where(UnionRequest.code == code)).one_or_none()


def of_person(session: Session, person_id: int) -> Sequence[UnionRequest]:
    """Everything that was asked about a person, newest first."""
    wanted = _whole().where(UnionRequest.person_id == person_id)
    return session.scalars(wanted.order_by(UnionRequest.asked_at.desc(), UnionRequest.id.desc())).all()


def people_called(session: Session, phone: str, name: str) -> Sequence[Person]:
    """People of exactly this phone and name, whoever asks: both must be known to find somebody of another union."""
    wanted = select(Person).where(Person.phone == phone, Person.name_fold == fold(name), Person.disabled_at.is_(None))
    return session.scalars(wanted.options(joinedload(Person.union)).order_by(Person.id)).all()


def names_of(session: Session, ids: Collection[int | None]) -> dict[int, str]:
    return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids) - {None}))).all())


def about_person(session: Session, person_id: int) -> list[dict[str, Any]]:
    """The same as data for that person."""
    return [told(request) for request in of_person(session, person_id)]


def told(request: UnionRequest) -> dict[str, Any]:
    """A request as data, without who it is about."""
    return {
        "from": request.from_union.code if request.from_union else None,
        "to": request.to_union.code,
        "reason": request.reason,
        "asked_at": request.asked_at.isoformat(),
        "state": request.state,
        "decided_at": request.decided_at.isoformat() if request.decided_at else None,
        "answer": request.answer,
        "outcome": request.outcome,
    }


def _whole() -> Any:
    return select(UnionRequest).options(
        joinedload(UnionRequest.person), joinedload(UnionRequest.from_union), joinedload(UnionRequest.to_union)
    )


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(UnionRequest).where(condition)) or 0


def _conditions(scopes: Collection[int] | None) -> dict[str, ColumnElement[bool]]:
    """Requests to answer, requests to know of because somebody would leave, and those that are decided."""
    taking, giving = _below(UnionRequest.to_union_id, scopes), _below(UnionRequest.from_union_id, scopes)
    asked = UnionRequest.state == RequestState.ASKED
    return {
        WAITING: and_(asked, taking),
        LEAVING: and_(asked, giving, ~taking),
        DONE: and_(~asked, or_(taking, giving)),
    }


def _below(column: Any, scopes: Collection[int] | None) -> ColumnElement[bool]:
    """Whether a union stands in one of the subtrees; nobody's union does in none."""
    if scopes is None:
        return true()
    below = select(UnionAncestry.union_id).where(
        UnionAncestry.ancestor_id.in_(scopes), UnionAncestry.union_id == column
    )
    return below.exists()
