"""Promising a round's questions, and sealing what was submitted. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.proof import queries, rules
from contest.proof.models import Commitment, Seal, SealedRecord, Unsealed
from contest.proof.queries import Leaf
from contest.rounds.actions import frozen_pool
from contest.rounds.models import Contest, Round, RoundPool

#: Attempts of one batch at most.
BATCH = 2000
#: First half of the name of the locks on chains among all advisory locks of the database.
_CHAINS = 20_262

# Promises


def promise(session: Session, round_: Round, now: datetime) -> Commitment | None:
    """Publish what a round draws from, once for every freezing of its questions; None while they are not frozen.

    What was promised for an earlier freezing stays readable as replaced.
    """
    pool = session.get(RoundPool, round_.id)
    if pool is None:
        return None
    held = _in_force(session, round_.id)
    if held is not None and held.made_at >= pool.frozen_at:
        return held
    made = queries.promised_now(session, round_, now)
    if made is None:
        return None
    if held is not None:
        held.replaced_at = now
        session.flush()
    row = {
        "round_id": round_.id,
        "digest": made.digest,
        "seed_digest": made.seed_digest,
        "questions_digest": made.questions_digest,
        "made_at": now,
    }
    # Several processes may come to it at once: the one whose row stands has promised.
    session.execute(_insert(session, Commitment).values(row).on_conflict_do_nothing())
    return _in_force(session, round_.id)


def promise_opened(session: Session, round_: Round, now: datetime) -> None:
    """Promise at once what a round that was opened by hand draws from: nobody draws before it is known."""
    if round_.opens_at <= now < round_.closes_at and not round_.contest.practice:
        frozen_pool(session, round_, now)
        promise(session, round_, now)


def _in_force(session: Session, round_id: int) -> Commitment | None:
    wanted = select(Commitment).where(Commitment.round_id == round_id, Commitment.replaced_at.is_(None))
    return session.scalars(wanted).first()


def _insert(session: Session, table: Any) -> Any:
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)


# Seals


def queue(session: Session, attempt: Attempt) -> None:
    """Put an attempt that has just ended among those to be sealed: one bare row, in the submission's transaction."""
    contest = attempt.round.contest
    if not contest.practice:
        session.connection().execute(insert(Unsealed), {"attempt_id": attempt.id, "contest_id": contest.id})


def seal(session: Session, contest: Contest, leaves: Sequence[Leaf], now: datetime) -> Seal | None:
    """Seal attempts as the next batch of a contest's chain; None when somebody else has sealed any of them meanwhile.

    ``leaves`` were read before; the chain is held until the transaction ends, so that batches follow one another.
    """
    _hold_chain(session, contest.id)
    ids = [leaf.attempt_id for leaf in leaves]
    gone = session.execute(delete(Unsealed).where(Unsealed.attempt_id.in_(ids)))
    if not leaves or gone.rowcount != len(ids):
        return None
    last = queries.last_seal(session, contest.id)
    number, total, before = (last.number + 1, last.total, last.head) if last else (1, 0, "")
    root = rules.root_of([leaf.leaf for leaf in leaves])
    row = Seal(
        contest_id=contest.id,
        number=number,
        sealed_at=now,
        count=len(leaves),
        total=total + len(leaves),
        root=root,
        head=rules.head_after(before, root, number, len(leaves), rules.instant(now)),
    )
    session.add(row)
    session.flush()
    records = [
        {"seal_id": row.id, "place": place, "attempt_id": leaf.attempt_id, "leaf": leaf.leaf}
        for place, leaf in enumerate(leaves)
    ]
    session.execute(insert(SealedRecord), records)
    return row


def forget(session: Session, ids: Sequence[int]) -> None:
    """Take from the queue what is no ended attempt any more: a contest that was deleted has left it there."""
    session.execute(delete(Unsealed).where(Unsealed.attempt_id.in_(ids)))


def _hold_chain(session: Session, contest_id: int) -> None:
    """On SQLite a writing transaction is the only one from its beginning."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_CHAINS, contest_id)))
