"""The figures of a whole contest from memory: read once every few seconds by each process, however many ask.

How old they may be is a setting (``PARTICIPATION_DELAY_S``); pages say when they were taken (``Branch.taken_at``).
A change of the tree, of the contest's settings, of targets, or of headcounts (told, confirmed or sent back) is seen at
once.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.accounts.models import AuditEntry
from contest.clock import vietnamese_day
from contest.participation import reading
from contest.participation.branches import Branch
from contest.participation.forests import Forest
from contest.participation.models import UnionTarget
from contest.rounds.models import Contest
from contest.unions.headcounts import DECIDED
from contest.unions.models import Headcount, KeptTree
from contest.unions.rules import PRESENT

#: Trees of figures that a process keeps; one of 10,000 unions takes some 10 MB.
MAX_KEPT = 24
#: Days, hours and parts of unions beside them: some kB each.
MAX_BESIDE = 500


@dataclass(slots=True)
class _Slot:
    """Something kept; ``about``: what it was made from."""

    about: Hashable = None
    value: Any = None
    made_at: datetime | None = None
    making: threading.Lock = field(default_factory=threading.Lock)

    def is_good(self, about: Hashable, now: datetime) -> bool:
        return self.made_at is not None and self.about == about and self.made_at <= now < self.made_at + delay()


class Memory:
    """Figures by contest, round and reading; the longest unasked go first."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()
        self._forests: dict[int, tuple[Hashable, Forest]] = {}

    def get(self, key: Hashable, about: Hashable, now: datetime, make: Callable[[], Any]) -> Any:
        """What is kept, not older than the delay; one request makes it anew while others wait."""
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._most:
                self._slots.popitem(last=False)
        if slot.is_good(about, now):
            return slot.value
        with slot.making:
            if not slot.is_good(about, now):
                slot.value, slot.about, slot.made_at = make(), about, now
            return slot.value

    def forest(self, session: Session, tree_id: int, made: Hashable) -> Forest:
        """A tree's unions, read when the tree is made anew."""
        known = self._forests.get(tree_id)
        if known is None or known[0] != made:
            known = self._forests[tree_id] = (made, reading.forest_of(session, tree_id))
        return known[1]


def delay() -> timedelta:
    """How old figures may be (``PARTICIPATION_DELAY_S``); 0: every page reads them anew."""
    return timedelta(seconds=current_app.config.get("PARTICIPATION_DELAY_S", 0) if current_app else 0)


def whole(
    session: Session,
    memo: dict[str, Any],
    contest: Contest,
    round_number: int,
    now: datetime,
    today: bool = False,
) -> Branch:
    """The contest's whole tree, rooted where its table of unions begins; ``Branch.at`` any other union of the tree.

    Read as it was when the contest opened, or (``today``) in the present tree with the headcounts of today.
    """
    how = reading.as_it_was(contest, round_number)
    if today:
        how = reading.as_it_is(vietnamese_day(now))
    memory: Memory = memo.setdefault("participation", Memory(MAX_KEPT))
    trees, others = _made_from(session, contest, how.tree_id)
    about = (how, trees, others, contest.revision, contest.target_percent, contest.target_people)

    def make() -> Branch:
        forest = memory.forest(session, how.tree_id, trees)
        made = reading.rolled(session, contest, round_number, how, forest=forest, taken_at=now)
        return Branch(made, reading.root_of(contest).id)

    return memory.get((contest.id, round_number, today), about, now, make)


def remembered(memo: dict[str, Any], key: Hashable, branch: Branch, make: Callable[[], Any]) -> Any:
    """What else a page tells of a branch (its days, its hours), made at most once for the same figures of it.

    Without a delay, and for a branch that was read by itself, it is made each time.
    """
    if branch.taken_at is None or not delay():
        return make()
    memory: Memory = memo.setdefault("participation beside", Memory(MAX_BESIDE))
    return memory.get((key, branch.root_id), (branch.taken_at, id(branch.rolled)), branch.taken_at, make)


def _made_from(session: Session, contest: Contest, tree_id: int) -> tuple[Hashable, Hashable]:
    """What figures are made from besides counters, cheaply: which making of the trees, which rows are the newest."""
    mine = UnionTarget.contest_id == contest.id
    row = session.execute(
        select(
            select(KeptTree.revision).where(KeptTree.id == tree_id).scalar_subquery(),
            select(KeptTree.revision).where(KeptTree.id == PRESENT).scalar_subquery(),
            select(func.count()).select_from(UnionTarget).where(mine).scalar_subquery(),
            select(func.max(UnionTarget.set_at)).where(mine).scalar_subquery(),
            select(func.max(Headcount.id)).scalar_subquery(),
            # Confirmed and sent back ones are the same rows as before: the log says that something was decided.
            select(func.max(AuditEntry.at)).where(AuditEntry.subject == DECIDED).scalar_subquery(),
        )
    ).one()
    return tuple(row[:2]), tuple(row[2:])
