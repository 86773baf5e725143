"""The verbs of an attempt that has begun: save, submit, close. Nothing here commits or reads the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from contest.accounts.models import Person
from contest.accounts.rules import PersonKind
from contest.attempts import events, locks, papers, rules
from contest.attempts.hot import Keep, Kept, keep_within
from contest.attempts.marks import new_mark
from contest.attempts.models import Attempt, HandMark, LateDelivery
from contest.attempts.queries import Held
from contest.attempts.receipts import receipt_of
from contest.attempts.states import AttemptState, ClosedBy
from contest.members.queries import has_withdrawn
from contest.members.standing import unions_above
from contest.rounds.models import Entry, Round
from contest.rounds.rules import Candidate, due_at, instants
from contest.rounds.windows import window_of
from questions.draw import PaperItem
from questions.marking import Marking, mark


def candidate_of(session: Session, person: Person, tree_id: int | None) -> Candidate:
    """A person as the rules of admission of a contest see them; ``tree_id`` is the tree that the contest keeps."""
    unions = unions_above(session, person.id, person.union_id, tree_id)
    withdrawn = has_withdrawn(session, person.id)
    return Candidate(PersonKind(person.kind), person.phone, unions, withdrawn, person.birth_on)


class Fate(Enum):
    """What became of a set of answers."""

    TAKEN = "taken"
    #: Its number is not above that of the stored set.
    STALE = "stale"
    #: A page opened later works on the attempt.
    ELSEWHERE = "elsewhere"
    #: Time was up, or it was submitted.
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Saved:
    """What is stored after a save. ``late``: it was taken as a late delivery; ``held``: what stands if not taken."""

    fate: Fate
    seq: int
    saved_at: datetime | None
    due_at: datetime
    late: bool = False
    held: Held | None = None

    @property
    def taken(self) -> bool:
        return self.fate is Fate.TAKEN


#: Deliveries kept as evidence for one attempt at most, and how long after its deadline they are.
MOST_EVIDENCE = 20
EVIDENCE_FOR = timedelta(days=1)


def taken(keep: Keep, kept: Kept) -> Saved:
    """A set that was stored."""
    return Saved(Fate.TAKEN, kept.seq, keep.at, kept.due_at)


def explain(session: Session, keep: Keep, held: Held, given_at: datetime | None) -> Saved:
    """What became of a set that was not stored in time; it may still count as a late delivery.

    ``held``: the attempt as it stands. What comes too late is kept as evidence.
    """
    taking = rules.taking(held.taken_until, held.late_until, keep.at)
    if held.is_open and taking is rules.Taking.LATE and not _is_elsewhere(keep, held):
        counted = rules.counts_late(given_at, held.taken_until) and keep_within(session, keep, late=True)
        if counted:
            _keep_evidence(session, held, keep, given_at, counted=True)
            seq = keep.seq if keep.seq is not None else held.seq + 1
            return Saved(Fate.TAKEN, seq, keep.at, held.due_at, late=True)
    if not held.is_open or taking is not rules.Taking.IN_TIME:
        fate = Fate.STALE if held.is_open and _is_stale(keep, held) else Fate.OVER
        if fate is Fate.OVER:
            _keep_evidence(session, held, keep, given_at, counted=False)
    else:
        fate = Fate.ELSEWHERE if _is_elsewhere(keep, held) else Fate.STALE
    return Saved(fate, held.seq, held.saved_at, held.due_at, held=held)


def _is_elsewhere(keep: Keep, held: Held) -> bool:
    return keep.page is not None and keep.page < held.holder


def _is_stale(keep: Keep, held: Held) -> bool:
    return keep.seq is not None and keep.seq <= held.seq


def _keep_evidence(session: Session, held: Held, keep: Keep, given_at: datetime | None, *, counted: bool) -> None:
    """Keep what was delivered late, unless it says nothing new or there is plenty already."""
    same = dict(keep.answers) == held.answers and keep.prediction == held.prediction
    # Who submitted has ended the attempt themselves: what comes afterwards was not late but too late by choice.
    if (same and not counted) or held.closed_by == ClosedBy.PERSON or keep.at - held.due_at > EVIDENCE_FOR:
        return
    earlier = session.scalars(
        select(LateDelivery).where(LateDelivery.attempt_id == held.id).order_by(LateDelivery.id)
    ).all()
    told = bool(earlier) and (earlier[-1].answers, earlier[-1].prediction) == (dict(keep.answers), keep.prediction)
    if len(earlier) >= MOST_EVIDENCE or (told and not counted):
        return
    session.add(
        LateDelivery(
            attempt_id=held.id,
            received_at=keep.at,
            given_at=given_at,
            seq=keep.seq,
            answers=dict(keep.answers),
            prediction=keep.prediction,
            counted=counted,
        )
    )
    session.flush()


def save(
    session: Session, held: Held, *, seq: int, answers: dict[str, str], prediction: int | None, now: datetime
) -> bool:
    """Store a set for a person who is not signed in, as the demo does; False when it is late or its number is stale."""
    changed = session.execute(
        update(Attempt)
        .where(Attempt.id == held.id, Attempt.state == AttemptState.OPEN, Attempt.taken_until > now, Attempt.seq < seq)
        .values(answers=answers, prediction=prediction, saved_at=now, seq=seq)
    )
    return changed.rowcount == 1


def take_over(session: Session, held: Held, now: datetime) -> str:
    """Let a page work on the attempt from now on; returns its mark. An older one can no longer save."""
    mark = new_mark(now, held.holder)
    session.execute(
        update(Attempt)
        .where(Attempt.id == held.id, Attempt.state == AttemptState.OPEN, Attempt.holder < mark)
        .values(holder=mark)
    )
    return mark


def submit(session: Session, memo: dict[str, Any], held: Held, now: datetime, *, by_itself: bool = False) -> Attempt:
    """End an attempt by its person. A second time, or after time-out, changes nothing.

    Within the grace it is in time and ends at its deadline; nobody's time is longer than allowed. ``by_itself``: no
    answers came along, as when the page sends this because its time is up; then it is the time that ended it.
    """
    in_time = rules.taking(held.taken_until, held.late_until, now) is rules.Taking.IN_TIME
    if not in_time or (by_itself and now >= held.due_at):
        return close(session, memo, held.id, ClosedBy.TIME, held.due_at)
    return close(session, memo, held.id, ClosedBy.PERSON, min(now, held.due_at))


def close(session: Session, memo: dict[str, Any], attempt_id: int, closed_by: ClosedBy, ended_at: datetime) -> Attempt:
    """Mark an open attempt and end it; a closed one is returned as it is. Time-out always ends it at its deadline."""
    attempt = _locked(session, attempt_id)
    if attempt.state == AttemptState.OPEN:
        _end(session, memo, attempt, closed_by, attempt.due_at if closed_by is ClosedBy.TIME else ended_at)
    return attempt


def close_if_over(session: Session, memo: dict[str, Any], attempt_id: int, now: datetime) -> bool:
    """End an open attempt at its deadline if nothing is taken for it any more; whether this was done.

    An extension that came first keeps it open, and who ended it first has ended it.
    """
    attempt = _locked(session, attempt_id)
    if attempt.state != AttemptState.OPEN or now < attempt.late_until:
        return False
    _end(session, memo, attempt, ClosedBy.TIME, attempt.due_at)
    return True


def hold(session: Session, attempt_id: int) -> None:
    """Share the keys of an attempt's round and hold its entry, before anything of the attempt itself is touched.

    Whoever changes an attempt and may end it in the same transaction does this first: all in one order, none stuck.
    """
    keys = locks.sharing(session, Attempt.round_id)
    entry_id = session.execute(select(Attempt.entry_id, *keys).where(Attempt.id == attempt_id)).one()[0]
    session.execute(select(Entry.id).where(Entry.id == entry_id).with_for_update())


def _locked(session: Session, attempt_id: int) -> Attempt:
    """An attempt that nobody else changes until the transaction ends, with its entry, round and contest.

    The entry is locked first, so that submit, time-out and the closing job give one score whoever comes first; then
    its own row, so that no save is acknowledged between reading the answers and ending the attempt.
    """
    hold(session, attempt_id)
    return session.scalars(
        select(Attempt)
        .where(Attempt.id == attempt_id)
        .options(joinedload(Attempt.entry), joinedload(Attempt.round).joinedload(Round.contest))
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).one()


def _end(session: Session, memo: dict[str, Any], attempt: Attempt, closed_by: ClosedBy, ended_at: datetime) -> None:
    _mark(session, memo, attempt)
    attempt.state = AttemptState.CLOSED
    attempt.closed_by = closed_by
    attempt.submitted_at = ended_at
    attempt.elapsed_ms = rules.elapsed_ms(attempt.started_at, ended_at)
    attempt.receipt = receipt_of(
        attempt.code, attempt.paper, attempt.answers, attempt.prediction, attempt.started_at, ended_at
    )
    session.flush()
    for listener in events.ended:
        listener(session, attempt)
    if attempt.counted:
        for listener in events.closed:
            listener(session, attempt)


def _mark(session: Session, memo: dict[str, Any], attempt: Attempt) -> None:
    items = rules.paper_items(attempt.paper)
    words = papers.wordings(session, memo, [item.version_id for item in items])
    keys = papers.keys_for(session, words, attempt.round_id)
    marking = mark(items, keys, {int(place): answer for place, answer in attempt.answers.items()})
    _put_marks(attempt, items, marking, {})
    contest = attempt.round.contest
    attempt.counted = rules.counts(
        practice=contest.practice,
        all_answers_required=contest.all_answers_required,
        answered=marking.answered,
        questions=len(items),
    )


def _put_marks(attempt: Attempt, items: Sequence[PaperItem], marking: Marking, hand: Mapping[int, int]) -> None:
    """Write what a paper earned."""
    for name, value in rules.earned(items, marking, hand).items():
        setattr(attempt, name, value)


def lock(session: Session, attempt: Attempt) -> None:
    """Let nobody else change what an attempt earned, nor the keys it is marked by, until the transaction ends."""
    locks.share(session, attempt.round_id)
    session.execute(select(Entry.id).where(Entry.id == attempt.entry_id).with_for_update())


def rescore(session: Session, memo: dict[str, Any], attempt: Attempt) -> events.Before | None:
    """Mark a closed attempt again by the keys and hand marks as they stand now; None when nothing changed.

    Whoever listens brings standings and participation along. The row of the entry is locked first.
    """
    lock(session, attempt)
    session.refresh(attempt)
    if attempt.state != AttemptState.CLOSED:
        return None
    before = events.Before(attempt.score, attempt.max_score, bool(attempt.perfect), attempt.correct, attempt.pending)
    items = rules.paper_items(attempt.paper)
    words = papers.wordings(session, memo, [item.version_id for item in items])
    keys = papers.keys_for(session, words, attempt.round_id)
    marking = mark(items, keys, {int(place): answer for place, answer in attempt.answers.items()})
    given = session.execute(select(HandMark.place, HandMark.points).where(HandMark.attempt_id == attempt.id))
    _put_marks(attempt, items, marking, dict(given.all()))
    session.flush()
    after = events.Before(attempt.score, attempt.max_score, bool(attempt.perfect), attempt.correct, attempt.pending)
    if after == before:
        return None
    if attempt.counted:
        for listener in events.rescored:
            listener(session, attempt, before)
    return before


def follow_round(session: Session, round_: Round, now: datetime) -> int:
    """Fit the deadlines of open attempts to a round that was extended or closed; returns how many moved.

    Closing a round now ends its open attempts now, with what was saved.
    """
    moved = 0
    window = window_of(round_)
    for attempt in session.scalars(
        select(Attempt).where(Attempt.round_id == round_.id, Attempt.state == AttemptState.OPEN, Attempt.due_at > now)
    ):
        due = due_at(window, attempt.started_at, round_.allowance_s, attempt.extra_s)
        if due != attempt.due_at:
            _set_due(attempt, round_, due)
            moved += 1
    session.flush()
    return moved


def _set_due(attempt: Attempt, round_: Round, due: datetime) -> None:
    attempt.due_at = due
    attempt.taken_until, attempt.late_until = instants(due, round_.grace_s, round_.late_minutes)


def open_attempts(session: Session, round_id: int) -> int:
    return session.scalars(
        select(func.count()).where(Attempt.round_id == round_id, Attempt.state == AttemptState.OPEN)
    ).one()
