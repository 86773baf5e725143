"""Reads of the proof: what a round promises, what is to be sealed, what was."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.proof import rules
from contest.proof.models import Commitment, Seal, SealedRecord, Unsealed
from contest.rounds.models import BlueprintRow, Contest, Division, Round, RoundPool
from questions.models import QuestionVersion

#: Values of one statement; engines limit them.
MAX_VALUES = 5000

# Promises


def promised_now(session: Session, round_: Round, made_at: datetime) -> rules.Promise | None:
    """What the round as it is stored promises; None while its questions are not frozen."""
    pool = session.get(RoundPool, round_.id)
    if pool is None:
        return None
    questions = rules.digest_of(questions_of(session, round_, pool))
    seed = rules.seed_digest(round_.seed)
    return rules.Promise(round_.contest.slug, round_.number, seed, questions, rules.instant(made_at))


def questions_of(session: Session, round_: Round, pool: RoundPool) -> dict[str, Any]:
    """What a round draws from, as it is hashed: see :func:`contest.proof.rules.questions_promised`."""
    pools = dict(pool.rows)
    rows = session.execute(
        select(BlueprintRow.id, BlueprintRow.count, BlueprintRow.points, Division.code)
        .outerjoin(Division, Division.id == BlueprintRow.division_id)
        .where(BlueprintRow.round_id == round_.id)
        .order_by(BlueprintRow.position)
    ).all()
    settings = {
        "paper": str(round_.paper),
        "prefer_unseen": round_.prefer_unseen,
        "shuffle_choices": round_.shuffle_choices,
        "shuffle_questions": round_.shuffle_questions,
    }
    told = [
        {"id": row.id, "count": row.count, "points": row.points, "division": row.code, "pool": pools[row.id]}
        for row in rows
    ]
    wanted = sorted({version for ids in pools.values() for version in ids})
    contents = version_contents(session, wanted)
    return rules.questions_promised(settings, told, {v: rules.digest_of(contents[v]) for v in wanted})


def version_contents(session: Session, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Question versions as they are promised and published, by id."""
    found: dict[int, dict[str, Any]] = {}
    table = QuestionVersion.__table__.c
    for start in range(0, len(ids), MAX_VALUES):
        wanted = select(
            table.id, table.kind, table.stem, table.choices, table.details, table.source, table.explanation
        ).where(table.id.in_(ids[start : start + MAX_VALUES]))
        for row in session.execute(wanted):
            found[row.id] = rules.version_content(
                row.kind, row.stem, row.choices, row.details, row.source, row.explanation
            )
    return found


def without_promise(session: Session) -> list[int]:
    """Rounds whose questions are frozen and not promised since, in contests that count."""
    wanted = (
        select(RoundPool.round_id)
        .join(Round, Round.id == RoundPool.round_id)
        .join(Contest, Contest.id == Round.contest_id)
        .outerjoin(Commitment, (Commitment.round_id == RoundPool.round_id) & Commitment.replaced_at.is_(None))
        .where(Contest.practice.is_(False), Commitment.id.is_(None) | (Commitment.made_at < RoundPool.frozen_at))
    )
    return list(session.scalars(wanted))


def promises(session: Session, contest_id: int) -> list[Commitment]:
    """All promises of a contest, the newest of a round first."""
    wanted = select(Commitment).join(Round, Round.id == Commitment.round_id).where(Round.contest_id == contest_id)
    return list(session.scalars(wanted.order_by(Round.number, Commitment.id.desc())))


# Seals


@dataclass(frozen=True, slots=True)
class Leaf:
    """An attempt as it is to be sealed: its hash, and what it is ordered by."""

    attempt_id: int
    submitted_at: datetime
    leaf: str


def head(session: Session, contest_id: int) -> str:
    """Head of a contest's chain as it is; "" before the first batch."""
    last = last_seal(session, contest_id)
    return last.head if last else ""


def last_seal(session: Session, contest_id: int) -> Seal | None:
    return session.scalars(
        select(Seal).where(Seal.contest_id == contest_id).order_by(Seal.number.desc()).limit(1)
    ).first()


def seals(session: Session, contest_id: int, before: int | None = None, limit: int = 50) -> list[Seal]:
    """Batches of a contest from the newest back, those below a number."""
    wanted = select(Seal).where(Seal.contest_id == contest_id)
    if before is not None:
        wanted = wanted.where(Seal.number < before)
    return list(session.scalars(wanted.order_by(Seal.number.desc()).limit(limit)))


def waiting(session: Session) -> dict[int, int]:
    """Attempts that wait to be sealed, by contest."""
    wanted = select(Unsealed.contest_id, func.count()).group_by(Unsealed.contest_id)
    return dict(session.execute(wanted).all())


def waiting_ids(session: Session, contest_id: int, limit: int) -> list[int]:
    wanted = select(Unsealed.attempt_id).where(Unsealed.contest_id == contest_id)
    return list(session.scalars(wanted.order_by(Unsealed.attempt_id).limit(limit)))


def ended(session: Session, ids: Collection[int]) -> list[Any]:
    """Ended attempts with what is sealed of them, as :func:`record_of` takes it."""
    a = Attempt.__table__.c
    wanted = (
        select(
            a.id,
            a.answers,
            a.closed_by,
            a.code,
            a.late,
            a.number,
            a.entry_id,
            a.paper,
            a.prediction,
            a.receipt,
            Round.number.label("round"),
            a.started_at,
            a.submitted_at,
        )
        .join(Round, Round.id == a.round_id)
        .where(a.id.in_(ids), a.state == AttemptState.CLOSED)
    )
    return list(session.execute(wanted))


def leaves(session: Session, salt: str, ids: Collection[int]) -> list[Leaf]:
    """Ended attempts of one contest as they are sealed, in the order of a batch."""
    found = [Leaf(row.id, row.submitted_at, rules.leaf_of(record_of(row, salt))) for row in ended(session, ids)]
    return sorted(found, key=lambda leaf: (leaf.submitted_at, leaf.attempt_id))


def record_of(row: Any, salt: str) -> rules.Record:
    """What is sealed of a row of :func:`ended`."""
    return rules.Record(
        answers=row.answers,
        closed_by=str(row.closed_by),
        code=row.code,
        counted_late=bool(row.late),
        number=row.number,
        owner=rules.owner_of(salt, row.entry_id),
        paper=row.paper,
        prediction=row.prediction,
        receipt=row.receipt or "",
        round=row.round,
        started_at=rules.instant(row.started_at),
        submitted_at=rules.instant(row.submitted_at),
    )


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where an attempt is sealed: its batch, its place there (from 0), and the way from its hash to the root."""

    seal: Seal
    place: int
    leaf: str
    path: list[str]


def sealed(session: Session, attempt_id: int) -> Sealed | None:
    """Where an attempt is sealed; None while it waits."""
    wanted = select(SealedRecord).where(SealedRecord.attempt_id == attempt_id).order_by(SealedRecord.seal_id).limit(1)
    record = session.scalars(wanted).first()
    if record is None:
        return None
    batch = batch_leaves(session, record.seal_id)
    seal = session.get_one(Seal, record.seal_id)
    return Sealed(seal, record.place, record.leaf, rules.path_of(batch, record.place))


def batch_leaves(session: Session, seal_id: int) -> list[str]:
    wanted = select(SealedRecord.leaf).where(SealedRecord.seal_id == seal_id).order_by(SealedRecord.place)
    return list(session.scalars(wanted))
