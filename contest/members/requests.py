"""Correcting a wrongly chosen union: asked by the person or an official, confirmed by the union that takes them.

On confirmation the person moves, and with them their entries of contests whose results are not announced: attempts and
scores stay as they are, the counts follow. What stays where it was is named in ``outcome``.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.models import Person
from contest.accounts.rules import Actor, PersonKind
from contest.clock import vietnamese_day
from contest.members import belonging, registry
from contest.members.models import PastMembership, UnionRequest
from contest.members.request_rules import Fate, Refused, Wish, decision_faults, outcome, text_faults, wish_faults
from contest.members.rules import MoveCause, RequestState, union_fault
from contest.unions.models import TradeUnion
from contest.unions.rules import Level
from questions.messages import Message


def ask(
    session: Session, actor: Actor, person: Person, to_union: TradeUnion, reason: str, now: datetime
) -> UnionRequest:
    """Ask that a person's union be corrected; asked already for the same union, it is that request.

    Raises Refused with every reason.
    """
    belonging.hold(session, person)
    waiting = open_request(session, person.id)
    behind = left_behind(session, person, to_union.id)
    wish = Wish(
        person.union_id,
        to_union.id,
        waiting.to_union_id if waiting else None,
        reason,
        union_fault(PersonKind(person.kind), Level(to_union.level)),
        behind is not None,
    )
    if waiting and waiting.to_union_id == to_union.id:
        return waiting
    _refuse(wish_faults(wish))
    request = UnionRequest(
        code=secrets.token_urlsafe(12),
        person_id=person.id,
        from_union_id=behind if person.union_id == to_union.id else person.union_id,
        to_union_id=to_union.id,
        reason=reason,
        asked_by_id=actor.id,
        asked_at=now,
        state=RequestState.ASKED,
        outcome={},
    )
    session.add(request)
    session.flush()
    _note(session, actor, "request.ask", request, now)
    return request


def withdraw(session: Session, actor: Actor, request: UnionRequest, now: datetime) -> bool:
    """Take a request back; False when it is decided or taken back already."""
    return _close(session, actor, request, RequestState.WITHDRAWN, "", now)


def refuse(session: Session, actor: Actor, request: UnionRequest, answer: str, now: datetime) -> bool:
    """Say no, with a word why; False when it is decided already. Raises Refused for an answer that says nothing."""
    _refuse(text_faults(answer, needed=True))
    return _close(session, actor, request, RequestState.REFUSED, answer, now)


def confirm(session: Session, actor: Actor, request: UnionRequest, answer: str, now: datetime) -> bool:
    """Take the person: they move, and their entries as far as nothing announced changes; False when decided already.

    Raises Refused with every reason.
    """
    _refuse(text_faults(answer, needed=False))
    person = request.person
    if not _still_open(session, request):
        return False
    today = vietnamese_day(now)
    closed = request.to_union.closed_on is not None and request.to_union.closed_on <= today
    own = actor.id == person.id
    _refuse(decision_faults(person.union_id, request.from_union_id, request.to_union_id, own=own, to_closed=closed))
    wrong = wrong_unions(session, person.id, request.from_union_id)
    belonging.move(
        session, actor, person, request.to_union_id, PersonKind(person.kind), today, MoveCause.CORRECTION, now
    )
    fates = [fate for moves in registry.entry_moves for fate in moves(session, person.id, wrong, request.to_union_id)]
    request.outcome = outcome(fates)
    _put(session, actor, request, RequestState.CONFIRMED, answer, now)
    return True


def what_becomes(session: Session, request: UnionRequest) -> list[Fate]:
    """What would become of the person's entries if the request were confirmed now; writes nothing."""
    wrong = wrong_unions(session, request.person_id, request.from_union_id)
    return _fates(session, request.person_id, wrong, request.to_union_id)


def open_request(session: Session, person_id: int) -> UnionRequest | None:
    """The request about a person that waits for an answer."""
    wanted = select(UnionRequest).where(UnionRequest.person_id == person_id, UnionRequest.state == RequestState.ASKED)
    return session.scalars(wanted.execution_options(populate_existing=True)).first()


def wrong_unions(session: Session, person_id: int, from_id: int | None) -> frozenset[int | None]:
    """The wrongly chosen union and those it came from by reorganisation: what was entered there was meant for it."""
    moved = select(PastMembership.union_id).where(
        PastMembership.person_id == person_id, PastMembership.cause == MoveCause.REORGANISATION
    )
    return frozenset([from_id, *session.scalars(moved)])


def left_behind(session: Session, person: Person, to_id: int) -> int | None:
    """The last former union that somebody's entries stand in although they belong to the right one by now.

    None where nothing would move: then there is nothing to be corrected.
    """
    if person.union_id != to_id:
        return None
    former = (
        select(PastMembership.union_id)
        .where(PastMembership.person_id == person.id, PastMembership.union_id.is_not(None))
        .order_by(PastMembership.until.desc(), PastMembership.id.desc())
    )
    for union_id in dict.fromkeys(session.scalars(former)):
        fates = _fates(session, person.id, frozenset([union_id]), to_id)
        if union_id != to_id and any(fate.stays is None for fate in fates):
            return union_id
    return None


def _fates(session: Session, person_id: int, wrong: frozenset[int | None], to_id: int) -> list[Fate]:
    return [fate for look in registry.move_fates for fate in look(session, person_id, wrong, to_id)]


def _still_open(session: Session, request: UnionRequest) -> bool:
    """Requests about one person take turns: the person first, then the request, then what they entered."""
    belonging.hold(session, request.person)
    session.refresh(request)
    return request.state == RequestState.ASKED


def _close(
    session: Session, actor: Actor, request: UnionRequest, state: RequestState, answer: str, now: datetime
) -> bool:
    if not _still_open(session, request):
        return False
    _put(session, actor, request, state, answer, now)
    return True


def _put(
    session: Session, actor: Actor, request: UnionRequest, state: RequestState, answer: str, now: datetime
) -> None:
    request.state, request.answer = state, answer
    request.decided_at, request.decided_by_id = now, actor.id
    session.flush()
    _note(session, actor, f"request.{state}", request, now)


def _note(session: Session, actor: Actor, action: str, request: UnionRequest, now: datetime) -> None:
    details = {"request": request.code, "union_id": [request.from_union_id, request.to_union_id]}
    if request.outcome:
        details["outcome"] = {
            "moved": [row["contest"] for row in request.outcome["moved"]],
            "kept": [[row["contest"], row["reason"]] for row in request.outcome["kept"]],
        }
    record(session, actor, action, f"person:{request.person_id}", now, details)


def _refuse(reasons: Sequence[Message]) -> None:
    if reasons:
        raise Refused(reasons)
