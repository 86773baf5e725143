"""Finding somebody who takes part, and all that a committee looks at before deciding about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, func, select, union_all
from sqlalchemy.orm import Session, aliased, joinedload

from contest.accounts.models import Person
from contest.accounts.rules import normal_phone
from contest.attempts.models import Attempt
from contest.attempts.receipts import tidy
from contest.rounds.models import Contest, Entry, Round
from contest.rulings import queries
from contest.rulings.models import Ruling
from contest.rulings.preview import places_now
from contest.rulings.rules import RulingKind
from contest.signals.models import Signal, SignalAttempt
from contest.standings.models import Standing
from contest.unions.models import TradeUnion
from questions.text import fold

#: People listed by one search, and rulings on one page.
MAX_FOUND = 20
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Dossier:
    """A person within a contest. ``places``: (round number, standing, place), number 0 for the whole contest."""

    entry: Entry
    attempts: Sequence[Attempt]
    places: list[tuple[int, Standing, int | None]]
    rulings: Sequence[Ruling]
    signals: Sequence[tuple[Signal, int]]

    @property
    def person(self) -> Any:
        return self.entry.person

    @property
    def standing_kinds(self) -> set[str]:
        """Kinds of rulings about the person that hold."""
        return {row.kind for row in self.rulings if row.undone_at is None and row.attempt_id is None}

    def ruling_of(self, attempt: Attempt) -> Ruling | None:
        """The annulment of an attempt that holds."""
        return next((row for row in self.rulings if row.attempt_id == attempt.id and row.undone_at is None), None)

    def ruling_about(self, kind: RulingKind) -> Ruling | None:
        """The ruling of a kind about the person that holds."""
        holding = (row for row in self.rulings if row.kind == kind and row.undone_at is None)
        return next((row for row in holding if row.attempt_id is None), None)


def attempt_here(session: Session, contest: Contest, code: str) -> Attempt | None:
    """An attempt of a contest by its code, with person and round."""
    return session.scalar(
        select(Attempt)
        .join(Attempt.round)
        .where(Attempt.code == code, Round.contest_id == contest.id)
        .options(joinedload(Attempt.round), joinedload(Attempt.entry).joinedload(Entry.person).joinedload(Person.union))
    )


def dossier(session: Session, contest: Contest, entry: Entry) -> Dossier:
    """Everything about somebody in a contest, in a number of questions that does not grow with the contest."""
    attempts = session.scalars(
        select(Attempt)
        .join(Attempt.round)
        .where(Attempt.entry_id == entry.id)
        .options(joinedload(Attempt.round))
        .order_by(Round.number, Attempt.number)
    ).all()
    told = session.execute(
        select(Signal, Round.number)
        .join(Round, Round.id == Signal.round_id)
        .where(
            Signal.id.in_(
                select(SignalAttempt.signal_id).where(SignalAttempt.attempt_id.in_([each.id for each in attempts]))
            )
        )
        .order_by(Round.number, Signal.strength.desc(), Signal.id)
    )
    return Dossier(
        entry=entry,
        attempts=attempts,
        places=places_now(session, contest, entry),
        rulings=queries.of_entry(session, entry.id),
        signals=[(row[0], row[1]) for row in told],
    )


# Lists


def found(session: Session, contest: Contest, typed: str) -> Sequence[Row[Any]]:
    """People of a contest by name, phone, receipt or code of an attempt, with a code of theirs each.

    Only where nobody has exactly that, which indexes tell: by a part of a name, which takes a look at everybody.
    Rows: name, phone, union, code of the earliest attempt, attempts taken.
    """
    folded, people = fold(typed), _people().limit(MAX_FOUND)
    exact = session.execute(people.where(Entry.id.in_(_exactly(contest.id, typed, folded)))).all()
    if exact or len(folded) < 2:
        return exact
    named = Person.name_fold.contains(folded, autoescape=True)
    return session.execute(people.where(Entry.contest_id == contest.id, named)).all()


def _exactly(contest_id: int, typed: str, folded: str) -> CompoundSelect[Any]:
    """Ids of the entries that are meant, each way of meaning one by an index of its own."""
    here = select(Entry.id).where(Entry.contest_id == contest_id)
    people = here.join(Person, Person.id == Entry.person_id)
    attempts = here.join(Attempt, Attempt.entry_id == Entry.id)
    ways = [people.where(Person.name_fold == folded), attempts.where(Attempt.code == typed.upper())]
    if phone := normal_phone(typed):
        ways.append(people.where(Person.phone == phone))
    if receipt := tidy(typed):
        ways.append(attempts.where(Attempt.receipt == receipt))
    return union_all(*ways)


def _people() -> Select[Any]:
    own = aliased(Attempt)
    first = select(func.min(own.id)).where(own.entry_id == Entry.id).scalar_subquery()
    taken = select(func.count(own.id)).where(own.entry_id == Entry.id).scalar_subquery()
    return (
        select(Person.name, Person.phone, TradeUnion.name.label("union"), Attempt.code, taken.label("attempts"))
        .select_from(Entry)
        .join(Person, Person.id == Entry.person_id)
        .join(Attempt, Attempt.id == first)
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .order_by(Person.name_key, Entry.id)
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A ruling with whom it is about. ``code``: of the attempt annulled, else of the person's earliest."""

    ruling: Ruling
    name: str
    phone: str
    union: str
    code: str
    attempt: int | None
    round: int | None


def count(session: Session, contest_id: int, holding: bool) -> int:
    """How many rulings of a contest there are, only those that hold or all."""
    return session.scalar(select(func.count()).where(*_of_contest(contest_id, holding))) or 0


def _of_contest(contest_id: int, holding: bool) -> list[ColumnElement[bool]]:
    return [Ruling.contest_id == contest_id, *([Ruling.undone_at.is_(None)] if holding else [])]


def listed(session: Session, contest_id: int, holding: bool, offset: int = 0) -> list[Listed]:
    """Up to ``PAGE_SIZE`` of them, the newest first."""
    own = aliased(Attempt)
    first = select(func.min(own.id)).where(own.entry_id == Ruling.entry_id).scalar_subquery()
    rows = session.execute(
        select(
            Ruling, Person.name, Person.phone, TradeUnion.name, Attempt.code, Attempt.number, Round.number, Attempt.id
        )
        .join(Entry, Entry.id == Ruling.entry_id)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .join(Attempt, Attempt.id == func.coalesce(Ruling.attempt_id, first))
        .join(Round, Round.id == Attempt.round_id)
        .where(*_of_contest(contest_id, holding))
        .order_by(Ruling.number.desc())
        .limit(PAGE_SIZE)
        .offset(offset)
    )
    return [_listed(row) for row in rows]


def _listed(row: Row[Any]) -> Listed:
    ruling, name, phone, union, code, number, round_number, attempt_id = row
    about_attempt = ruling.attempt_id == attempt_id
    return Listed(
        ruling,
        name,
        phone,
        union or "",
        code,
        number if about_attempt else None,
        round_number if about_attempt else None,
    )


def own_rulings(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Everything decided about a person in any contest, as data for that person; who decided is not in it."""
    rows = session.execute(
        select(Ruling, Contest.slug, Attempt.code)
        .join(Entry, Entry.id == Ruling.entry_id)
        .join(Contest, Contest.id == Ruling.contest_id)
        .outerjoin(Attempt, Attempt.id == Ruling.attempt_id)
        .where(Entry.person_id == person_id)
        .order_by(Ruling.decided_at, Ruling.id)
    )
    return [
        {
            "contest": slug,
            "kind": str(ruling.kind),
            "attempt": code,
            "reason": ruling.reason,
            "decided_at": ruling.decided_at.isoformat(),
            "undone_at": ruling.undone_at.isoformat() if ruling.undone_at else None,
            "undo_reason": ruling.undo_reason,
        }
        for ruling, slug, code in rows
    ]
