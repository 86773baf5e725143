"""Handing out answers to markers, and keeping their marks."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.attempts import actions as attempts
from contest.attempts.models import Attempt, HandMark
from contest.judging import queries
from contest.judging.models import MarkingLease
from contest.judging.queries import Sheet
from contest.judging.rules import LEASE, Refused, check_points
from contest.rounds.locks import results_lock
from contest.rounds.models import Round
from questions.messages import N_, message


def take_next(
    session: Session, round_: Round, version_id: int, person_id: int, now: datetime, after: str = ""
) -> tuple[int, int] | None:
    """Hand the next waiting answer to a question to a marker: (attempt id, place), or None when none is left.

    ``after``: the code of an attempt that is passed over; behind the last one it begins again from the first. What
    the marker had before is free again.
    """
    session.execute(delete(MarkingLease).where(MarkingLease.person_id == person_id))
    for start in dict.fromkeys((after, "")):
        found = _first_free(session, round_, version_id, person_id, now, start)
        if found:
            return found
    return None


def _first_free(
    session: Session, round_: Round, version_id: int, person_id: int, now: datetime, after: str
) -> tuple[int, int] | None:
    while rows := queries.candidates(session, round_.id, version_id, after):
        taken = queries.taken(session, [row.id for row in rows], person_id, now)
        for row in rows:
            place = queries.place_of(row.paper, version_id)
            if place is None or not row.answers.get(str(place)) or (row.id, place) in taken:
                continue
            if _lease(session, row.id, place, person_id, now) and not queries.is_marked(session, row.id, place):
                return row.id, place
        after = rows[-1].code
    return None


def _lease(session: Session, attempt_id: int, place: int, person_id: int, now: datetime) -> bool:
    """Give an answer to one person; False when somebody else has it. One statement, so that two never get it."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    added = dialect.insert(MarkingLease).values(
        attempt_id=attempt_id, place=place, person_id=person_id, until=now + LEASE
    )
    free = (MarkingLease.until <= now) | (MarkingLease.person_id == person_id)
    given = added.on_conflict_do_update(
        index_elements=["attempt_id", "place"],
        set_={"person_id": added.excluded.person_id, "until": added.excluded.until},
        where=free,
    ).returning(MarkingLease.place)
    return session.execute(given).first() is not None


def mark(
    session: Session,
    memo: dict[str, Any],
    actor: Actor,
    round_: Round,
    sheet: Sheet,
    points: int,
    comment: str,
    now: datetime,
) -> None:
    """Give an answer its points, or other points until the results are announced; the score follows at once.

    Raises Refused. The same mark a second time changes nothing.
    """
    # Whoever announces waits for marks that are being given; marks given from then on see the announcement.
    session.execute(select(Round.id).where(Round.id == round_.id).with_for_update(read=True))
    session.refresh(round_, ["published_at", "correcting_since"])
    locked = results_lock(round_.number, round_.published_at is not None, round_.correcting_since is not None)
    if locked:
        raise Refused(locked)
    check_points(points, sheet.worth)
    if not _may_mark(session, actor, sheet, now):
        raise Refused(message(N_("Người khác đang chấm bài này. Hãy nhận một bài khác.")))
    attempt = session.get_one(Attempt, sheet.attempt_id)
    attempts.lock(session, attempt)
    old = session.get(HandMark, (sheet.attempt_id, sheet.place), populate_existing=True)
    release(session, sheet)
    if old and (old.points, old.comment) == (points, comment):
        return
    was = old.points if old else None
    given = old or HandMark(attempt_id=sheet.attempt_id, place=sheet.place)
    given.points, given.comment, given.marked_at, given.marked_by = points, comment, now, actor.label
    session.add(given)
    session.flush()
    verb = "judging.mark" if old is None else "judging.mark_again"
    record(session, actor, verb, f"attempt:{attempt.code}", now, {"place": sheet.place, "points": points, "was": was})
    attempts.rescore(session, memo, attempt)


def _may_mark(session: Session, actor: Actor, sheet: Sheet, now: datetime) -> bool:
    """Whether nobody else has the answer before them; from then on the actor has it."""
    if actor.id is not None:
        return _lease(session, sheet.attempt_id, sheet.place, actor.id, now)
    held = session.get(MarkingLease, (sheet.attempt_id, sheet.place))
    return held is None or held.until <= now


def release(session: Session, sheet: Sheet) -> None:
    """Let an answer go."""
    session.execute(
        delete(MarkingLease).where(MarkingLease.attempt_id == sheet.attempt_id, MarkingLease.place == sheet.place)
    )
