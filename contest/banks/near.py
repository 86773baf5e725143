"""Questions nearly the same as one that is typed, stored or read from a file, with their words.

Indexes of whole banks are kept in memory between requests and made anew once anything in their banks has changed:
typing asks every second, and making one takes a second for twenty thousand questions.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import starmap
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
    versions: int
    last_id: int
    changed_at: Any


@dataclass(slots=True)
class _Kept:
    """An index, and the pairs in it once somebody has asked for them."""

    index: Index[Whose]
    pairs: list["Pair"] | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the earlier ones of its bank that it is nearly the same as."""

    whose: Whose
    near: tuple[Near[Whose], ...]


class Shelf:
    """The indexes in memory, by the banks they hold; one thread makes one while the others wait for it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Stamp, ...], _Kept] = OrderedDict()
        self._lock = Lock()

    def index(self, session: Session, bank_ids: Collection[int]) -> Index[Whose]:
        """The index of these banks as they stand now."""
        with self._lock:
            return self._find(session, bank_ids).index

    def pairs(self, session: Session, bank_id: int) -> list[Pair]:
        """All questions of a bank that are nearly the same as an earlier one, the likest first."""
        with self._lock:
            kept = self._find(session, [bank_id])
            if kept.pairs is None:
                told = kept.index.near_each(kept.index.keys)
                kept.pairs = sorted(starmap(Pair, told.items()), key=lambda pair: -pair.near[0].likeness)
            return kept.pairs

    def _find(self, session: Session, bank_ids: Collection[int]) -> _Kept:
        seen = stamps(session, bank_ids)
        kept = self._kept.get(seen)
        if kept is None:
            kept = self._kept[seen] = _Kept(Index(texts(session, [stamp.bank_id for stamp in seen])))
        self._kept.move_to_end(seen)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return kept


def shelf(memo: dict[str, Any]) -> Shelf:
    """The shelf of a database, among what the process remembers of it (``db.memo``)."""
    return memo.setdefault("near", Shelf())


def stamps(session: Session, bank_ids: Iterable[int]) -> tuple[Stamp, ...]:
    rows = session.execute(
        select(
            Question.bank_id,
            func.count(),
            func.sum(Question.version_number),
            func.max(Question.id),
            func.max(Question.changed_at),
        )
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
    sizes = sorted((stamp.number, stamp.bank_id) for stamp in stamps(session, ids))
    found, total = [], 0
    for number, id_ in sizes:
        total += number
        if total > MAX_BESIDE:
            break
        found.append(id_)
    return found


def of_text(
    kept: Shelf, session: Session, bank: QuestionBank, others: Iterable[int], text: Text, own: str = ""
) -> tuple[Near[Whose], ...]:
    """The questions nearly the same as one that is typed, but for the one of the code ``own`` that is edited."""
    return kept.index(session, {bank.id, *others}).near(text, besides=[Whose(bank.code, own)])


def words(session: Session, whose: Iterable[Whose]) -> dict[Whose, Draft]:
    """What questions of banks say."""
    wanted = {key for key in whose if key.bank}
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
    return own | words(session, [one.key for one in near])
