"""Deciding about people and attempts, and taking a decision back; whatever follows from it follows at once.

Scores are never touched. What changes is whether an attempt counts (``attempt.counted``) and whether a person has a
place (``entry.disqualified``); standings and counters are brought along from the person's own attempts.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.attempts import locks as keys
from contest.attempts import papers, rules
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.participation import actions as participation
from contest.rounds.locks import Refused, results_lock
from contest.rounds.models import Contest, Entry, Round
from contest.rounds.settings import PredictionScope
from contest.rulings import queries
from contest.rulings.models import Ruling
from contest.rulings.rules import Case, RulingKind, faults, reason_faults
from contest.standings import actions as standings
from contest.standings.batch import entries_rescored
from questions.marking import mark
from questions.messages import Message

#: Up to so many people in a contest the true number behind a prediction is settled again within the request.
AT_ONCE = 2000


def decide(
    session: Session,
    memo: dict[str, Any],
    actor: Actor,
    contest: Contest,
    kind: RulingKind,
    entry: Entry,
    attempt: Attempt | None,
    reason: str,
    now: datetime,
) -> Ruling:
    """Put a decision about a person, or about one of their attempts, in force; decided already, it is left as it is.

    ``attempt`` is given for an annulment and for nothing else. Raises Refused with every reason.
    """
    if (attempt is not None) != (kind is RulingKind.ANNULLED):
        raise ValueError("an annulment is about an attempt, any other ruling about a person")
    _hold(session, contest, entry, attempt)
    known = queries.standing_ruling(session, entry.id, kind, attempt.id if attempt else None)
    if known:
        return known
    closed = None if attempt is None else attempt.state == AttemptState.CLOSED
    _refuse(locked(session, contest, entry, attempt) + faults(kind, reason, Case(contest.practice, closed)))
    ruling = Ruling(
        contest_id=contest.id,
        number=(session.scalar(select(func.max(Ruling.number)).where(Ruling.contest_id == contest.id)) or 0) + 1,
        kind=kind,
        entry_id=entry.id,
        attempt_id=attempt.id if attempt else None,
        reason=reason,
        decided_at=now,
        decided_by=actor.label,
    )
    session.add(ruling)
    session.flush()
    _carry_out(session, memo, contest, entry, attempt, kind, now, holds=True)
    record(session, actor, "ruling.decide", _subject(contest), now, _details(ruling, attempt) | {"reason": reason})
    return ruling


def undo(session: Session, memo: dict[str, Any], actor: Actor, ruling: Ruling, reason: str, now: datetime) -> None:
    """Take a decision back: everything is as if it had not been made. Sent twice, it is taken back once."""
    contest = session.get_one(Contest, ruling.contest_id)
    entry = session.get_one(Entry, ruling.entry_id)
    attempt = session.get_one(Attempt, ruling.attempt_id) if ruling.attempt_id else None
    _hold(session, contest, entry, attempt)
    session.refresh(ruling)
    if ruling.undone_at is not None:
        return
    _refuse(locked(session, contest, entry, attempt) + reason_faults(reason))
    ruling.undone_at, ruling.undone_by, ruling.undo_reason = now, actor.label, reason
    session.flush()
    _carry_out(session, memo, contest, entry, attempt, RulingKind(ruling.kind), now, holds=False)
    record(session, actor, "ruling.undo", _subject(contest), now, _details(ruling, attempt) | {"reason": reason})


def _subject(contest: Contest) -> str:
    return f"contest:{contest.slug}"


def _details(ruling: Ruling, attempt: Attempt | None) -> dict[str, Any]:
    """For the audit log: no names; an attempt stands under its code."""
    about = {"attempt": attempt.code, "round": attempt.round.number} if attempt else {"entry": ruling.entry_id}
    return {"ruling": ruling.number, "kind": str(ruling.kind), **about}


def _hold(session: Session, contest: Contest, entry: Entry, attempt: Attempt | None) -> None:
    """Nobody announces a round of the contest, decides about the person or marks them again until this is written.

    Rounds first, then the keys, then the entry, as everybody does; rulings of one contest take turns by its rounds, so
    that their numbers do.
    """
    hold_rounds(session, contest)
    if attempt is not None:
        keys.share(session, attempt.round_id)
    session.execute(select(Entry.id).where(Entry.id == entry.id).with_for_update())
    session.refresh(entry)
    if attempt is not None:
        session.refresh(attempt)


def hold_rounds(session: Session, contest: Contest) -> None:
    """Hold the rounds of a contest until the transaction ends, and know them as they are."""
    rounds = select(Round.id).where(Round.contest_id == contest.id).order_by(Round.id)
    session.execute(rounds.with_for_update(key_share=True)).all()
    for round_ in contest.rounds:
        session.refresh(round_, ["published_at", "correcting_since", "prediction_actual"])


def locked(session: Session, contest: Contest, entry: Entry, attempt: Attempt | None) -> list[Message]:
    """Why nothing may be decided: results it would change are announced and no correction of them has begun.

    An attempt changes the results of its round (and the true number of all rounds, where that is one for the whole
    contest); a person those of every round with a counted attempt of theirs.
    """
    if attempt is None:
        counted = select(Attempt.round_id).where(Attempt.entry_id == entry.id, Attempt.counted).distinct()
        touched = set(session.scalars(counted))
    elif contest.prediction_target and contest.prediction_scope == PredictionScope.CONTEST:
        touched = {round_.id for round_ in contest.rounds}
    else:
        touched = {attempt.round_id}
    reasons = (
        results_lock(round_.number, round_.published_at is not None, round_.correcting_since is not None)
        for round_ in contest.rounds
        if round_.id in touched
    )
    return [reason for reason in reasons if reason]


def _refuse(reasons: Sequence[Message]) -> None:
    if reasons:
        raise Refused(reasons)


# What follows


def _carry_out(
    session: Session,
    memo: dict[str, Any],
    contest: Contest,
    entry: Entry,
    attempt: Attempt | None,
    kind: RulingKind,
    now: datetime,
    *,
    holds: bool,
) -> None:
    if attempt is not None:
        _count_or_not(session, memo, contest, attempt, now, annulled=holds)
    elif kind is RulingKind.DISQUALIFIED:
        entry.disqualified = holds
        session.flush()
        taken = select(Round.number).join(Attempt, Attempt.round_id == Round.id).where(Attempt.entry_id == entry.id)
        for number in session.scalars(taken.distinct().order_by(Round.number)).all():
            entries_rescored(session, contest, number, [entry.id])


def _count_or_not(
    session: Session, memo: dict[str, Any], contest: Contest, attempt: Attempt, now: datetime, *, annulled: bool
) -> None:
    """Let a closed attempt count no more, or again as it would have; standings and participation follow."""
    before = attempt.counted
    attempt.annulled = annulled
    attempt.counted = not annulled and counts_by_itself(session, memo, contest, attempt)
    session.flush()
    if attempt.counted == before:
        return
    # First: it may ask for entries of others, which whoever holds steps of the ladder must not wait for.
    settle(session, contest, attempt.round, now)
    standings.attempt_closed(session, attempt)
    if attempt.counted:
        participation.attempt_closed(session, attempt)
    else:
        participation.attempt_annulled(session, attempt)


def counts_by_itself(session: Session, memo: dict[str, Any], contest: Contest, attempt: Attempt) -> bool:
    """Whether a closed attempt counts by the regulations alone, as it was judged when it was closed."""
    items = rules.paper_items(attempt.paper)
    answered = len(items)
    if contest.all_answers_required:
        words = papers.wordings(session, memo, [item.version_id for item in items])
        marked = papers.keys_for(session, words, attempt.round_id)
        answered = mark(items, marked, {int(place): answer for place, answer in attempt.answers.items()}).answered
    return rules.counts(
        practice=contest.practice,
        all_answers_required=contest.all_answers_required,
        answered=answered,
        questions=len(items),
    )


def outdated(session: Session, contest: Contest, round_: Round) -> bool:
    """Whether the true number of a round's prediction is known and is not what the attempts say any more."""
    if round_.prediction_actual is None or not contest.prediction_target:
        return False
    rounds = list(contest.rounds) if contest.prediction_scope == PredictionScope.CONTEST else [round_]
    return standings.true_number(session, contest, rounds) != round_.prediction_actual


def settle(session: Session, contest: Contest, round_: Round, now: datetime, *, however_many: bool = False) -> bool:
    """Fix the true number behind predictions anew where a ruling has changed it; False where that is left to a job.

    Only annulments change it: who is disqualified took part all the same. In a contest of many people everybody's place
    may follow from it, so there :mod:`contest.rulings.work` does it beside the requests (``however_many``).
    Until then the number known before holds; announcing settles it in any case.
    """
    if not outdated(session, contest, round_):
        return True
    people = session.scalar(select(func.count()).where(Entry.contest_id == contest.id)) or 0
    if people > AT_ONCE and not however_many:
        return False
    try:
        standings.settle_round(session, contest, round_, now)
    except standings.NotOver:
        # The round was opened again: its number is taken back and found anew when it is over.
        return True
    return True
