"""Deciding about a key, taking a decision back, and marking attempts again after either."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.attempts import locks
from contest.attempts.models import Attempt, KeyChange
from contest.attempts.papers import keys_for, wordings
from contest.corrections import queries, remark
from contest.corrections.models import KeyRecount, ScoreChange
from contest.corrections.remark import Remarked
from contest.corrections.rules import MAX_REASON, Proposal, Refused, check
from contest.participation.batch import attempts_rescored
from contest.rounds.actions import hold_results
from contest.rounds.locks import results_lock
from contest.rounds.models import Contest, Entry, Round
from contest.rounds.settings import PredictionScope, PredictionTarget
from contest.standings import actions as standings
from contest.standings.batch import entries_rescored
from contest.statistics import actions as statistics
from questions.marking import Key
from questions.messages import N_, message


class Stale(Exception):
    """What the trial showed no longer holds: it must be looked at again."""


def proposed(proposal: Proposal) -> str:
    """A proposal as one text, for the seal of its trial."""
    return json.dumps([proposal.version_id, proposal.kind, proposal.details], sort_keys=True)


def withdrawal(change: KeyChange) -> str:
    """Taking a decision back as one text, for the seal of its trial."""
    return f"undo {change.id}"


def key_now(session: Session, memo: dict[str, Any], round_id: int, version_id: int) -> Key:
    """The key of a question as it stands for a round."""
    return keys_for(session, wordings(session, memo, [version_id]), round_id)[version_id]


# Deciding


def decide(
    session: Session,
    memo: dict[str, Any],
    actor: Actor,
    contest: Contest,
    round_: Round,
    proposal: Proposal,
    reason: str,
    seen: str,
    now: datetime,
) -> KeyChange:
    """Put a decision in force for every marking from now on; those of the past follow by :func:`rework`.

    ``seen`` is what the trial was made from. Sent twice, it stands once. Raises Refused or Stale.
    """
    _hold(session, round_)
    last = queries.newest(session, round_.id, proposal.version_id)
    if last and (last.kind, last.details) == (proposal.kind, proposal.details):
        return last
    _check_possible(session, round_, reason)
    check(proposal, key_now(session, memo, round_.id, proposal.version_id))
    if not queries.still_seen(session, round_, proposed(proposal), seen):
        raise Stale
    change = KeyChange(
        round_id=round_.id,
        version_id=proposal.version_id,
        kind=proposal.kind,
        details=proposal.details,
        reason=reason,
        decided_at=now,
        decided_by=actor.label,
    )
    session.add(change)
    session.flush()
    _begin(session, change, False, now)
    details = {"version": change.version_id, "kind": str(change.kind), **change.details, "reason": reason}
    record(session, actor, "key.change", _subject(contest, round_), now, details)
    return change


def withdraw(
    session: Session,
    actor: Actor,
    contest: Contest,
    round_: Round,
    change: KeyChange,
    reason: str,
    seen: str,
    now: datetime,
) -> None:
    """Take a decision back; what remains of the others holds. Sent twice, it is taken back once."""
    _hold(session, round_)
    session.refresh(change)
    if change.undone_at is not None:
        return
    _check_possible(session, round_, reason)
    if not queries.still_seen(session, round_, withdrawal(change), seen):
        raise Stale
    change.undone_at, change.undone_by, change.undo_reason = now, actor.label, reason
    session.flush()
    _begin(session, change, True, now)
    details = {"version": change.version_id, "kind": str(change.kind), "change": change.id, "reason": reason}
    record(session, actor, "key.undo", _subject(contest, round_), now, details)


def _hold(session: Session, round_: Round) -> None:
    """Nobody announces the round and nobody marks an attempt of it until the decision is written."""
    hold_results(session, round_.contest)
    locks.hold(session, round_.id)


def _check_possible(session: Session, round_: Round, reason: str) -> None:
    for row in _rounds_touched(round_):
        locked = results_lock(row.number, row.published_at is not None, row.correcting_since is not None)
        if locked:
            raise Refused(locked)
    if queries.going_on(session, round_.id):
        raise Refused(message(N_("Điểm của đợt này đang được tính lại. Hãy đợi tính xong rồi làm tiếp.")))
    if not reason:
        raise Refused(message(N_("Hãy ghi lý do. Lý do hiện cho người dự thi và nằm trong nhật ký.")))
    if len(reason) > MAX_REASON:
        raise Refused(message(N_("Lý do dài quá %(most)s ký tự. Hãy rút gọn."), most=MAX_REASON))


def _rounds_touched(round_: Round) -> list[Round]:
    """Rounds whose results follow from the keys of this one: all of them where the true number is one for all."""
    contest = round_.contest
    return list(contest.rounds) if _perfect_counts(contest) and _one_number(contest) else [round_]


def _perfect_counts(contest: Contest) -> bool:
    """Whether the true number counts people or attempts with every answer right."""
    return contest.prediction_target in (PredictionTarget.PERFECT_PEOPLE, PredictionTarget.PERFECT_ATTEMPTS)


def _one_number(contest: Contest) -> bool:
    return contest.prediction_scope == PredictionScope.CONTEST


def _begin(session: Session, change: KeyChange, undo: bool, now: datetime) -> None:
    session.add(KeyRecount(key_change_id=change.id, undo=undo, begun_at=now))
    session.flush()


def _subject(contest: Contest, round_: Round) -> str:
    return f"contest:{contest.slug}/round:{round_.number}"


# Marking again


_STORE = (
    update(Attempt.__table__)
    .where(Attempt.__table__.c.id == bindparam("attempt_id"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("marks", "auto_score", "score", "max_score", "correct", "perfect", "pending")
        }
    )
)


def rework(
    session: Session,
    memo: dict[str, Any],
    contest: Contest,
    round_: Round,
    change: KeyChange,
    undo: bool,
    ids: Sequence[int],
    now: datetime,
    known: Mapping[int, Remarked] | None = None,
) -> int:
    """Mark these closed attempts again by the keys as they stand; standings and counters follow, differences are kept.

    Returns how many scores changed. Marks that people gave stay. Whoever does it again finds nothing left to do.
    ``known``: what the same recount found before; keys cannot change until it has ended.
    """
    locks.share(session, round_.id)
    if session.get_one(KeyRecount, (change.id, undo), populate_existing=True).ended_at is not None:
        return 0
    entry_ids = select(Attempt.entry_id).where(Attempt.id.in_(ids))
    session.execute(select(Entry.id).where(Entry.id.in_(entry_ids)).order_by(Entry.id).with_for_update()).all()
    rows = remark.by_ids(session, ids)
    keys = remark.Keys(session, memo, round_.id).learn(rows)
    differing = [found for found in remark.remarked(session, rows, keys, known) if found.differs]
    if not differing:
        return 0
    _store(session, differing)
    told = [found for found in differing if found.score_differs]
    if told:
        session.execute(insert(ScoreChange), [_score_change(found, change, undo, now) for found in told])
    counted = [found for found in differing if found.row.counted]
    if not contest.practice:
        entries_rescored(session, contest, round_.number, {found.row.entry_id for found in counted})
    attempts_rescored(session, contest, round_, {found.row.id: found.before for found in counted})
    return len(told)


def _store(session: Session, differing: Sequence[Remarked]) -> None:
    sent = [
        {"attempt_id": found.row.id} | {f"new_{name}": value for name, value in found.values.items()}
        for found in differing
    ]
    session.connection().execute(_STORE, sent)


def _score_change(found: Remarked, change: KeyChange, undo: bool, now: datetime) -> dict[str, Any]:
    return {
        "key_change_id": change.id,
        "attempt_id": found.row.id,
        "old_score": found.row.score,
        "new_score": found.values["score"],
        "old_max": found.row.max_score,
        "new_max": found.values["max_score"],
        "undo": undo,
        "at": now,
    }


def finish(
    session: Session, actor: Actor, contest: Contest, round_: Round, change: KeyChange, undo: bool, now: datetime
) -> None:
    """End a recount: all attempts are marked by the keys as they stand, and the true number follows them."""
    recount = session.get_one(KeyRecount, (change.id, undo))
    if recount.ended_at is not None:
        return
    _settle_again(session, contest, round_, now)
    recount.ended_at = now
    statistics.outdate(session, round_.id, now)
    session.flush()
    count, up, down = queries.counts(session, change.id).get(undo, (0, 0, 0))
    details = {"change": change.id, "undo": undo, "scores": count, "up": up, "down": down}
    record(session, actor, "key.recount", _subject(contest, round_), now, details)


def _settle_again(session: Session, contest: Contest, round_: Round, now: datetime) -> None:
    """Fix a true number anew that is known already and counts people or attempts with every answer right."""
    if round_.prediction_actual is None or not _perfect_counts(contest):
        return
    rounds = list(contest.rounds) if _one_number(contest) else [round_]
    if standings.true_number(session, contest, rounds) == round_.prediction_actual:
        return
    try:
        standings.settle_round(session, contest, round_, now)
    except standings.NotOver:
        # The round was opened again: its number is taken back and found anew when it is over.
        return
