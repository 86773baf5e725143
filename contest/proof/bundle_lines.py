"""The long lists of a bundle, read some hundred rows at a time: people with their attempts, seals, rankings.

Each part opens its own short reading, so that no database holds anything back for the time the making takes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.attempts.models import Attempt, HandMark, LateDelivery
from contest.attempts.states import AttemptState
from contest.proof import rules
from contest.proof.models import Seal, SealedRecord
from contest.rounds.models import Entry, Round
from contest.rulings.models import Ruling
from contest.rulings.rules import RulingKind
from contest.standings.models import Standing
from contest.unions.models import TradeUnion
from questions.text import fold

#: People, seals and standings read at a time.
PEOPLE, SEALS, STANDINGS = 300, 100, 2000

#: Opens a short reading of its own.
Reading = Callable[[], AbstractContextManager[Session]]
#: Told how many people were written since the last time.
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose lists are written. ``rounds``: numbers of the rounds told, by id; ``outlined``: ids of those of them whose
    answers are kept back; ``divisions``: codes by id; ``unions``: whether unions are told."""

    contest_id: int
    salt: str
    rounds: Mapping[int, int]
    outlined: frozenset[int]
    divisions: Mapping[int, str]
    unions: bool


@dataclass(slots=True)
class _Beside:
    """What stands beside the attempts of some people, by attempt or entry."""

    sealed: dict[int, list[list[int]]] = field(default_factory=lambda: defaultdict(list))
    leaves: dict[int, str] = field(default_factory=dict)
    hand: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    late: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    rulings: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)


# People and their attempts


def people_lines(reading: Reading, subject: Subject, told: Told) -> Iterator[dict[str, Any]]:
    """Everybody with an ended attempt of a round that is told, with these attempts, by ascending entry."""
    after = 0
    while True:
        with reading() as session:
            people = _people(session, subject, after)
            if not people:
                return
            first, after = people[0].id, people[-1].id
            attempts = defaultdict(list)
            beside = _beside(session, subject, first, after)
            for row in _attempts(session, subject, first, after):
                attempts[row.entry_id].append(_attempt_data(subject, row, beside))
            lines = [_person_data(subject, row, attempts[row.id], beside) for row in people if row.id in attempts]
        yield from lines
        told(len(people))


def _people(session: Session, subject: Subject, after: int) -> Sequence[Row[Any]]:
    wanted = (
        select(
            Entry.id,
            Entry.division_id,
            Entry.unranked,
            Entry.disqualified,
            TradeUnion.code.label("union"),
        )
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .where(Entry.contest_id == subject.contest_id, Entry.id > after)
        .order_by(Entry.id)
        .limit(PEOPLE)
    )
    return session.execute(wanted).all()


def _of_people(subject: Subject, first: int, last: int) -> Any:
    """The ended attempts of these entries in rounds that are told, as a condition."""
    return (
        Attempt.entry_id.between(first, last)
        & Attempt.round_id.in_(list(subject.rounds))
        & (Attempt.state == AttemptState.CLOSED)
    )


def _attempts(session: Session, subject: Subject, first: int, last: int) -> Sequence[Row[Any]]:
    columns = Attempt.__table__.c
    wanted = select(*(column for column in columns if column.name not in ("device", "network", "holder")))
    return session.execute(wanted.where(_of_people(subject, first, last)).order_by(columns.entry_id, columns.id)).all()


def _attempt_data(subject: Subject, row: Row[Any], beside: _Beside) -> dict[str, Any]:
    """An attempt; where answers are kept back, what is left besides them."""
    data = {
        "round": subject.rounds[row.round_id],
        "number": row.number,
        "code": row.code,
        "receipt": row.receipt,
        "started_at": rules.instant(row.started_at),
        "due_at": rules.instant(row.due_at),
        "extra_s": row.extra_s,
        "submitted_at": rules.instant(row.submitted_at),
        "closed_by": row.closed_by,
        "saved_at": rules.instant(row.saved_at) if row.saved_at else None,
        "counted_late": row.late,
        "late": beside.late.get(row.id, []),
        "paper": row.paper,
        "prediction": row.prediction,
        "elapsed_ms": row.elapsed_ms,
        "auto_score": row.auto_score,
        "score": row.score,
        "max_score": row.max_score,
        "perfect": row.perfect,
        "counted": row.counted,
        "annulled": beside.rulings.get((RulingKind.ANNULLED, row.id)) or ({} if row.annulled else None),
        "sealed": beside.sealed.get(row.id, []),
    }
    if row.round_id in subject.outlined:
        return data | {"leaf": beside.leaves.get(row.id)}
    return data | {
        "answers": row.answers,
        "hand": beside.hand.get(row.id, {}),
        "marks": row.marks,
        "correct": row.correct,
        "pending": row.pending,
    }


def _person_data(subject: Subject, row: Row[Any], attempts: list[dict[str, Any]], beside: _Beside) -> dict[str, Any]:
    out = beside.rulings.get((RulingKind.DISQUALIFIED, row.id)) or ({} if row.disqualified else None)
    return {
        "owner": rules.owner_of(subject.salt, row.id),
        "division": subject.divisions.get(row.division_id),
        "union": row.union if subject.unions else None,
        "unranked": row.unranked,
        "disqualified": out,
        "no_prize": beside.rulings.get((RulingKind.NO_PRIZE, row.id)),
        "attempts": attempts,
    }


def _beside(session: Session, subject: Subject, first: int, last: int) -> _Beside:
    found = _Beside()
    ids = select(Attempt.id).where(_of_people(subject, first, last))
    sealed = (
        select(SealedRecord.attempt_id, Seal.number, SealedRecord.place, SealedRecord.leaf)
        .join(Seal, Seal.id == SealedRecord.seal_id)
        .where(SealedRecord.attempt_id.in_(ids), Seal.contest_id == subject.contest_id)
        .order_by(Seal.number, SealedRecord.place)
    )
    for attempt_id, number, place, leaf in session.execute(sealed):
        found.sealed[attempt_id].append([number, place])
        found.leaves[attempt_id] = leaf
    hand = select(HandMark.attempt_id, HandMark.place, HandMark.points).where(HandMark.attempt_id.in_(ids))
    for attempt_id, place, points in session.execute(hand):
        found.hand[attempt_id][str(place)] = points
    late = select(LateDelivery).where(LateDelivery.attempt_id.in_(ids), LateDelivery.counted)
    for row in session.scalars(late.order_by(LateDelivery.id)):
        given_at = rules.instant(row.given_at) if row.given_at else None
        found.late[row.attempt_id].append({"received_at": rules.instant(row.received_at), "given_at": given_at})
    _add_rulings(session, subject, first, last, found)
    return found


def _add_rulings(session: Session, subject: Subject, first: int, last: int, found: _Beside) -> None:
    wanted = (
        select(Ruling, Person.name, Person.phone)
        .join(Entry, Entry.id == Ruling.entry_id)
        .join(Person, Person.id == Entry.person_id)
        .where(
            Ruling.contest_id == subject.contest_id, Ruling.undone_at.is_(None), Ruling.entry_id.between(first, last)
        )
    )
    for ruling, name, phone in session.execute(wanted):
        about = ruling.attempt_id or ruling.entry_id
        found.rulings[ruling.kind, about] = {
            "number": ruling.number,
            "decided_at": rules.instant(ruling.decided_at),
            "reason": "" if names_somebody(ruling.reason, name, phone) else ruling.reason,
        }


def names_somebody(text: str, name: str, phone: str) -> bool:
    """Whether a text holds a person's name or phone in any way of writing; then it is not published.

    >>> names_somebody("Bà LÒ THỊ LAN nhờ người khác thi", "Lò Thị Lan", "0912000001")
    True
    >>> names_somebody("Số 0912 000 001 thi hộ", "Lò Thị Lan", "0912000001"), names_somebody("Thi hộ", "Lan", "0912")
    (True, False)
    """
    digits = "".join(sign for sign in text if sign.isdigit())
    return fold(name) in fold(text) or phone.lstrip("0") in digits


# Seals


def seal_lines(reading: Reading, subject: Subject, last: int) -> Iterator[dict[str, Any]]:
    """Every batch of the contest's chain up to a number, with its leaves and the round each belongs to.

    Round 0: no ended attempt of the contest stands behind the leaf any more.
    """
    after = 0
    while True:
        with reading() as session:
            wanted = (
                select(Seal)
                .where(Seal.contest_id == subject.contest_id, Seal.number > after, Seal.number <= last)
                .order_by(Seal.number)
                .limit(SEALS)
            )
            batches = session.scalars(wanted).all()
            leaves = _leaves(session, subject, [batch.id for batch in batches])
            lines = [
                {
                    "number": batch.number,
                    "sealed_at": rules.instant(batch.sealed_at),
                    "count": batch.count,
                    "total": batch.total,
                    "root": batch.root,
                    "head": batch.head,
                    "leaves": [leaf for leaf, _round in leaves[batch.id]],
                    "rounds": [number for _leaf, number in leaves[batch.id]],
                }
                for batch in batches
            ]
        if not lines:
            return
        yield from lines
        after = lines[-1]["number"]


def _leaves(session: Session, subject: Subject, ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """Leaves by batch in their order, each with the number of its round."""
    wanted = (
        select(SealedRecord.seal_id, SealedRecord.leaf, Round.number)
        .outerjoin(Attempt, (Attempt.id == SealedRecord.attempt_id) & (Attempt.state == AttemptState.CLOSED))
        .outerjoin(Round, (Round.id == Attempt.round_id) & (Round.contest_id == subject.contest_id))
        .where(SealedRecord.seal_id.in_(ids))
        .order_by(SealedRecord.seal_id, SealedRecord.place)
    )
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for seal_id, leaf, number in session.execute(wanted):
        found[seal_id].append((leaf, number or 0))
    return found


# Rankings


def ranking_lines(reading: Reading, subject: Subject, number: int) -> Iterator[dict[str, Any]]:
    """The ranking of a round (0: of the whole contest) from the top, with places; then who has none."""
    for ranked in (True, False):
        yield from _ranking(reading, subject, number, ranked)


def _ranking(reading: Reading, subject: Subject, number: int, ranked: bool) -> Iterator[dict[str, Any]]:
    #: By division (None: all together): people so far, the last key, the place of whoever has it.
    boards: dict[int | None, tuple[int, str, int]] = {}
    after: tuple[str, int] = ("", 0)
    while True:
        with reading() as session:
            rows = _standings(session, subject, number, ranked, after)
        if not rows:
            return
        for row in rows:
            line = {
                "owner": rules.owner_of(subject.salt, row.entry_id),
                "place": _placed(boards, None, row.sort_key) if ranked else None,
                "division": subject.divisions.get(row.division_id),
                "division_place": _placed(boards, row.division_id, row.sort_key) if ranked else None,
                "score": row.score,
                "elapsed_ms": row.elapsed_ms,
                "receipt": row.receipt,
                "key": row.sort_key,
            }
            yield line
        after = (rows[-1].sort_key, rows[-1].entry_id)


def _placed(boards: dict[int | None, tuple[int, str, int]], board: int | None, key: str) -> int:
    """The place of the next one on a board: equal keys share a place, and the next one is left out."""
    people, last, place = boards.get(board, (0, "", 0))
    place = place if key == last else people + 1
    boards[board] = (people + 1, key, place)
    return place


def _standings(
    session: Session, subject: Subject, number: int, ranked: bool, after: tuple[str, int]
) -> Sequence[Row[Any]]:
    key, entry = after
    wanted = (
        select(
            Standing.entry_id,
            Standing.division_id,
            Standing.score,
            Standing.elapsed_ms,
            Standing.sort_key,
            Attempt.receipt,
        )
        .outerjoin(Attempt, Attempt.id == Standing.attempt_id)
        .where(
            Standing.contest_id == subject.contest_id,
            Standing.round_number == number,
            Standing.ranked.is_(ranked),
            (Standing.sort_key > key) | ((Standing.sort_key == key) & (Standing.entry_id > entry)),
        )
        .order_by(Standing.sort_key, Standing.entry_id)
        .limit(STANDINGS)
    )
    return session.execute(wanted).all()
