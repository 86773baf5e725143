"""Questions nearly the same as one that is typed, stored or read from a file, with their words.

Indexes of whole banks are kept in memory between requests and made anew once anything in their banks has changed:
typing asks every second, and making one takes a second for twenty thousand questions.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.banks import queries
from questions.imports import texts
from questions.likeness import Near, Text
from questions.likeness_index import Index
from questions.models import Question, QuestionBank
from questions.plans import Plan, Planned, Whose
from questions.queries import as_draft, with_newest_version
from questions.rules import Draft

#: Questions of other banks looked through beside the one worked in; whole banks, the smallest first.
MAX_BESIDE = 20_000
#: Indexes kept in memory, some thirty megabytes for twenty thousand questions.
_KEPT = 2


class Stamp(NamedTuple):
    """What changes whenever a question of a bank does."""

    bank_id: int
    number: int
    last_id: int
    changed_at: Any


class Shelf:
    """The indexes in memory, by the banks they hold; one thread makes one while the others wait for it."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[Stamp, ...], Index[Whose]] = OrderedDict()
        self._lock = Lock()

    def index(self, session: Session, bank_ids: Sequence[int]) -> Index[Whose]:
        """The index of these banks as they stand now."""
        stamps = _stamps(session, bank_ids)
        with self._lock:
            found = self._made.get(stamps)
            if found is None:
                found = self._made[stamps] = Index(texts(session, [stamp.bank_id for stamp in stamps]))
            self._made.move_to_end(stamps)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return found


shelf = Shelf()


def _stamps(session: Session, bank_ids: Iterable[int]) -> tuple[Stamp, ...]:
    rows = session.execute(
        select(Question.bank_id, func.count(), func.max(Question.id), func.max(Question.changed_at))
        .where(Question.bank_id.in_(list(bank_ids)))
        .group_by(Question.bank_id)
        .order_by(Question.bank_id)
    )
    return tuple(Stamp(*row) for row in rows)


def visible(session: Session, scopes: Collection[int] | None) -> list[int]:
    """Ids of the banks that organizers of these unions may see: their own and those shared; None: all."""
    if scopes is None:
        return list(session.scalars(queries.owned_ids(None)))
    return queries.usable_ids(session, scopes)


def beside(session: Session, bank_id: int, scopes: Collection[int] | None) -> list[int]:
    """Of the banks somebody may see, those looked through beside the one worked in: see :data:`MAX_BESIDE`."""
    ids = set(visible(session, scopes)) - {bank_id}
    sizes = sorted((stamp.number, stamp.bank_id) for stamp in _stamps(session, ids))
    found, total = [], 0
    for number, id_ in sizes:
        total += number
        if total > MAX_BESIDE:
            break
        found.append(id_)
    return found


def of_text(
    session: Session, bank: QuestionBank, others: Iterable[int], text: Text, own: str = ""
) -> list[Near[Whose]]:
    """The questions nearly the same as one that is typed, but for the one of the code ``own`` that is edited."""
    index = shelf.index(session, sorted({bank.id, *others}))
    return list(index.near(text, besides=[Whose(bank.code, own)]))


def words(session: Session, near: Iterable[Near[Whose]]) -> dict[Whose, Draft]:
    """Where near ones stand in banks: what they say, by bank and code."""
    wanted = {item.key for item in near if item.key.bank}
    found: dict[Whose, Draft] = {}
    for code in {key.bank for key in wanted}:
        rows = session.execute(
            with_newest_version()
            .join(QuestionBank, QuestionBank.id == Question.bank_id)
            .where(QuestionBank.code == code, Question.code.in_([key.code for key in wanted if key.bank == code]))
        )
        found.update({Whose(code, question.code): as_draft(question, version) for question, version in rows})
    return found


def words_in(session: Session, plan: Plan, shown: Sequence[Planned]) -> dict[Whose, Draft]:
    """The same for questions of a file, those of the file included."""
    near = [one for item in shown for one in item.near]
    codes = {one.key.code for one in near if not one.key.bank}
    own = {Whose("", item.draft.code or ""): item.draft for item in plan.planned if item.draft.code in codes}
    return own | words(session, near)
