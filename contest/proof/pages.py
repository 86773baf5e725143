"""What the pages of the proof show, gathered as plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.proof import queries, rules
from contest.proof.models import Commitment, Seal
from contest.proof.queries import Sealed
from contest.rounds.models import Contest, Round

#: Batches shown on the first page.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Promised:
    """A round with what it promised. ``seed`` None: its results are not announced, the secret is still one."""

    round: Round
    now: Commitment | None
    replaced: list[Commitment]
    seed: str | None

    @property
    def after_opening(self) -> bool:
        """Whether it was promised only after the round had opened: a page must not hide that."""
        return self.now is not None and self.now.made_at > self.round.opens_at


@dataclass(frozen=True, slots=True)
class ProofView:
    contest: Contest
    rounds: list[Promised]
    last: Seal | None
    seals: list[Seal]
    waiting: int
    at: datetime

    @property
    def revealed(self) -> bool:
        return any(promised.seed for promised in self.rounds)


def proof_view(session: Session, contest: Contest, now: datetime) -> ProofView:
    """What a contest has promised and sealed; secrets only of rounds whose results are announced."""
    promises = queries.promises(session, contest.id)
    rounds = []
    for round_ in contest.rounds:
        mine = [promise for promise in promises if promise.round_id == round_.id]
        in_force = next((promise for promise in mine if promise.replaced_at is None), None)
        seed = round_.seed if round_.published_at is not None else None
        rounds.append(Promised(round_, in_force, [p for p in mine if p.replaced_at is not None], seed))
    seals = queries.seals(session, contest.id, limit=SHOWN)
    waiting = queries.waiting(session).get(contest.id, 0)
    return ProofView(contest, rounds, seals[0] if seals else None, seals, waiting, now)


# As data


def proof_data(view: ProofView) -> dict[str, Any]:
    return {
        "contest": view.contest.slug,
        "rounds": [
            {
                "round": promised.round.number,
                "promise": promise_data(promised.now) if promised.now else None,
                "replaced": [promise_data(promise) for promise in promised.replaced],
                "seed": promised.seed,
            }
            for promised in view.rounds
        ],
        "head": view.last.head if view.last else "",
        "batches": view.last.number if view.last else 0,
        "sealed": view.last.total if view.last else 0,
        "waiting": view.waiting,
    }


def promise_data(promise: Commitment) -> dict[str, Any]:
    return {
        "digest": promise.digest,
        "seed_digest": promise.seed_digest,
        "questions_digest": promise.questions_digest,
        "made_at": rules.instant(promise.made_at),
        "replaced_at": rules.instant(promise.replaced_at) if promise.replaced_at else None,
    }


def seal_data(seal: Seal) -> dict[str, Any]:
    return {
        "number": seal.number,
        "sealed_at": rules.instant(seal.sealed_at),
        "count": seal.count,
        "total": seal.total,
        "root": seal.root,
        "head": seal.head,
    }


def sealed_data(receipt: str, found: Sealed | None) -> dict[str, Any]:
    """Where an attempt is sealed; ``batch`` None while it waits."""
    if found is None:
        return {"receipt": receipt, "batch": None}
    return {
        "receipt": receipt,
        "batch": seal_data(found.seal),
        "place": found.place,
        "leaf": found.leaf,
        "path": found.path,
    }
