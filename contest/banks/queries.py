"""Reads of banks with their unions, their questions' authors and their use in contests."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from contest.accounts.grants import in_force
from contest.accounts.models import Person, RoleGrant
from contest.accounts.rules import Role
from contest.banks.models import BankOwner, BankShare
from contest.rounds.models import BlueprintRow, Contest, Round
from contest.unions.models import TradeUnion, UnionAncestry
from contest.unions.queries import ancestor_ids
from questions import queries as library
from questions.models import Question, QuestionBank, Topic
from questions.rules import State


@dataclass(frozen=True, slots=True)
class Owned:
    """A bank, the union it belongs to, and the ids of that union and all above it.

    ``writable`` false: it is only shared with whoever looks.
    """

    bank: QuestionBank
    owner: TradeUnion | None
    ancestors: frozenset[int]
    writable: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A bank in the list: its union, how many questions by state, in how many rounds it is drawn from."""

    bank: QuestionBank
    owner: TradeUnion | None
    numbers: dict[str, int] = field(default_factory=dict)
    rounds: int = 0
    #: Questions whose newest version waits for review, whether or not an older one is drawn meanwhile.
    waiting: int = 0

    @property
    def approved(self) -> int:
        return self.numbers.get(State.APPROVED, 0)

    @property
    def total(self) -> int:
        return sum(self.numbers.values())


@dataclass(frozen=True, slots=True)
class Use:
    """A line of a round's paper that draws from a bank."""

    contest: Contest
    round: Round
    topic: str | None
    difficulty: int | None
    count: int


def find(session: Session, code: str) -> Owned | None:
    """A bank by its code."""
    found = session.execute(
        select(QuestionBank, TradeUnion)
        .outerjoin(BankOwner, BankOwner.bank_id == QuestionBank.id)
        .outerjoin(TradeUnion, TradeUnion.id == BankOwner.union_id)
        .where(QuestionBank.code == code)
    ).first()
    if found is None:
        return None
    bank, owner = found
    return Owned(bank, owner, ancestor_ids(session, owner.id) if owner else frozenset())


def reader_ids(session: Session, bank_id: int) -> frozenset[int]:
    """The unions that a bank is shared with and all above them: whose organizers may read it."""
    above = select(UnionAncestry.ancestor_id).join(BankShare, BankShare.union_id == UnionAncestry.union_id)
    return frozenset(session.scalars(above.where(BankShare.bank_id == bank_id)))


def shares(session: Session, bank_id: int) -> list[tuple[BankShare, TradeUnion]]:
    """With whom a bank is shared, by name."""
    wanted = select(BankShare, TradeUnion).join(TradeUnion, TradeUnion.id == BankShare.union_id)
    rows = session.execute(wanted.where(BankShare.bank_id == bank_id).order_by(TradeUnion.name_key, TradeUnion.id))
    return [(row[0], row[1]) for row in rows]


def owned_ids(scopes: Collection[int] | None) -> Select[tuple[int]]:
    """Ids of the banks of the unions in these subtrees (None: of all banks), as a query."""
    if scopes is None:
        return select(QuestionBank.id)
    return select(BankOwner.bank_id).where(BankOwner.union_id.in_(_below(scopes)))


def shared_ids(session: Session, scopes: Collection[int]) -> list[int]:
    """Ids of the banks shared with unions in these subtrees and not their own."""
    shared = select(BankShare.bank_id).where(
        BankShare.union_id.in_(_below(scopes)), BankShare.bank_id.not_in(owned_ids(scopes))
    )
    return list(session.scalars(shared.distinct()))


def usable_ids(session: Session, scopes: Collection[int]) -> list[int]:
    """Ids of the banks that organizers of these unions may draw from: their own and those shared with them."""
    return [*session.scalars(owned_ids(scopes)), *shared_ids(session, scopes)]


def _below(scopes: Collection[int]) -> Select[tuple[int]]:
    return select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(scopes))


def shelf(session: Session, scopes: Collection[int] | None, only: Collection[int] | None = None) -> list[Line]:
    """The banks of the unions in these subtrees, by title; None stands for all banks, those without union too.

    ``only``: the banks of these ids instead.
    """
    wanted = (
        select(QuestionBank, TradeUnion)
        .outerjoin(BankOwner, BankOwner.bank_id == QuestionBank.id)
        .outerjoin(TradeUnion, TradeUnion.id == BankOwner.union_id)
        .order_by(QuestionBank.title, QuestionBank.id)
    )
    wanted = wanted.where(QuestionBank.id.in_(owned_ids(scopes) if only is None else only))
    rows = session.execute(wanted).all()
    ids = [bank.id for bank, _ in rows]
    numbers: dict[int, dict[str, int]] = {bank_id: {} for bank_id in ids}
    state = library.drawn_state()
    counted = select(Question.bank_id, state, func.count()).where(Question.bank_id.in_(ids))
    for bank_id, name, number in session.execute(counted.group_by(Question.bank_id, state)):
        numbers[bank_id][name] = number
    review = select(Question.bank_id, func.count()).where(Question.bank_id.in_(ids), Question.state == State.REVIEW)
    waiting = dict(session.execute(review.group_by(Question.bank_id)).all())
    drawn = select(BlueprintRow.bank_id, func.count(BlueprintRow.round_id.distinct()))
    rounds = dict(session.execute(drawn.where(BlueprintRow.bank_id.in_(ids)).group_by(BlueprintRow.bank_id)).all())
    return [
        Line(bank, owner, numbers[bank.id], rounds.get(bank.id, 0), waiting.get(bank.id, 0)) for bank, owner in rows
    ]


def uses(session: Session, bank_id: int) -> list[Use]:
    """Where a bank is drawn from, by contest and round."""
    rows = session.execute(
        select(Contest, Round, Topic.path, BlueprintRow.difficulty, BlueprintRow.count)
        .join(Round, Round.id == BlueprintRow.round_id)
        .join(Contest, Contest.id == Round.contest_id)
        .outerjoin(Topic, Topic.id == BlueprintRow.topic_id)
        .select_from(BlueprintRow)
        .where(BlueprintRow.bank_id == bank_id)
        .order_by(Contest.created_at.desc(), Contest.id, Round.number, BlueprintRow.position)
    )
    return [Use(*row) for row in rows]


def is_used(session: Session, bank_id: int) -> bool:
    """Whether any round draws from a bank."""
    return session.scalar(select(BlueprintRow.id).where(BlueprintRow.bank_id == bank_id).limit(1)) is not None


def codes(session: Session) -> set[str]:
    """Codes of all banks."""
    return set(session.scalars(select(QuestionBank.code)))


def other_banks(session: Session, scopes: Collection[int] | None, besides: int) -> list[tuple[str, str]]:
    """Code and title of the banks of these unions but one, by title."""
    wanted = select(QuestionBank.code, QuestionBank.title).where(
        QuestionBank.id.in_(owned_ids(scopes)), QuestionBank.id != besides
    )
    return [(row[0], row[1]) for row in session.execute(wanted.order_by(QuestionBank.title, QuestionBank.id))]


def waiting_in(session: Session, bank_id: int) -> int:
    """How many questions of a bank wait for review."""
    wanted = select(func.count(Question.id)).where(Question.bank_id == bank_id, Question.state == State.REVIEW)
    return session.scalar(wanted) or 0


def organizers_of(session: Session, union_ids: Collection[int], today: date) -> dict[int, int]:
    """How many people organize each of these unions itself on a day, not by a role above it."""
    held = select(RoleGrant.union_id, func.count(RoleGrant.person_id.distinct())).where(
        RoleGrant.union_id.in_(union_ids), RoleGrant.role == Role.ORGANIZER, in_force(today)
    )
    return {row[0]: row[1] for row in session.execute(held.group_by(RoleGrant.union_id))}


def author_names(session: Session, authors: Iterable[str]) -> dict[str, str]:
    """Names for the authors of versions, who are kept as the audit log names actors ("person:12")."""
    labels = {author for author in authors if author.startswith("person:") and author[7:].isdigit()}
    people = select(Person.id, Person.name).where(Person.id.in_([int(label[7:]) for label in labels]))
    return {f"person:{person_id}": name for person_id, name in session.execute(people)}


def root_unions(session: Session) -> Sequence[TradeUnion]:
    """The tops of the tree."""
    return session.scalars(select(TradeUnion).where(TradeUnion.parent_id.is_(None)).order_by(TradeUnion.code)).all()
