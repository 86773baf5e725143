"""Reads of banks with their unions, their questions' authors and their use in contests."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.banks.models import BankOwner
from contest.rounds.models import BlueprintRow, Contest, Round
from contest.unions.models import TradeUnion, UnionAncestry
from contest.unions.queries import ancestor_ids
from questions import queries as library
from questions.models import Question, QuestionBank, Topic
from questions.rules import State


@dataclass(frozen=True, slots=True)
class Owned:
    """A bank, the union it belongs to, and the ids of that union and all above it."""

    bank: QuestionBank
    owner: TradeUnion | None
    ancestors: frozenset[int]


@dataclass(frozen=True, slots=True)
class Line:
    """A bank in the list: its union, how many questions by state, in how many rounds it is drawn from."""

    bank: QuestionBank
    owner: TradeUnion | None
    numbers: dict[str, int] = field(default_factory=dict)
    rounds: int = 0

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


def shelf(session: Session, scopes: Collection[int] | None) -> list[Line]:
    """The banks of the unions in these subtrees, by title; None stands for all banks, those without union too."""
    wanted = (
        select(QuestionBank, TradeUnion)
        .outerjoin(BankOwner, BankOwner.bank_id == QuestionBank.id)
        .outerjoin(TradeUnion, TradeUnion.id == BankOwner.union_id)
        .order_by(QuestionBank.title, QuestionBank.id)
    )
    if scopes is not None:
        below = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(scopes))
        wanted = wanted.where(BankOwner.union_id.in_(below))
    rows = session.execute(wanted).all()
    ids = [bank.id for bank, _ in rows]
    numbers: dict[int, dict[str, int]] = {bank_id: {} for bank_id in ids}
    state = library.drawn_state()
    counted = select(Question.bank_id, state, func.count()).where(Question.bank_id.in_(ids))
    for bank_id, name, number in session.execute(counted.group_by(Question.bank_id, state)):
        numbers[bank_id][name] = number
    drawn = select(BlueprintRow.bank_id, func.count(BlueprintRow.round_id.distinct()))
    rounds = dict(session.execute(drawn.where(BlueprintRow.bank_id.in_(ids)).group_by(BlueprintRow.bank_id)).all())
    return [Line(bank, owner, numbers[bank.id], rounds.get(bank.id, 0)) for bank, owner in rows]


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


def author_names(session: Session, authors: Iterable[str]) -> dict[str, str]:
    """Names for the authors of versions, who are kept as the audit log names actors ("person:12")."""
    labels = {author for author in authors if author.startswith("person:") and author[7:].isdigit()}
    people = select(Person.id, Person.name).where(Person.id.in_([int(label[7:]) for label in labels]))
    return {f"person:{person_id}": name for person_id, name in session.execute(people)}


def root_unions(session: Session) -> Sequence[TradeUnion]:
    """The tops of the tree."""
    return session.scalars(select(TradeUnion).where(TradeUnion.parent_id.is_(None)).order_by(TradeUnion.code)).all()
