"""The figures of a whole contest from memory: read once every few seconds by each process, however many ask.

How old they may be is a setting (``PARTICIPATION_DELAY_S``); pages say when they were taken (``Branch.taken_at``).
A change of the tree, of the contest's settings, of targets, or of headcounts (told, confirmed or sent back) is seen at
once. As long as none is seen, only the counters are read anew; everything once a minute, as a change whose writing
took so long that hundreds were begun and stored meanwhile may look like none.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import ScalarSelect, Select, bindparam, func, select
from sqlalchemy.orm import Session

from contest.accounts.models import AuditEntry
from contest.clock import vietnamese_day
from contest.participation import reading
from contest.participation.branches import Branch
from contest.participation.forests import Forest
from contest.participation.frames import Frame
from contest.participation.models import UnionTarget
from contest.rounds.models import Contest
from contest.unions.headcounts import DECIDED
from contest.unions.models import Headcount, KeptTree
from contest.unions.rules import PRESENT

#: Trees of figures that a process keeps; one of 10,000 unions takes some 10 MB.
MAX_KEPT = 24
#: Days, hours and parts of unions beside them: some kB each.
MAX_BESIDE = 500
#: How long a tree with its headcounts and targets is kept while no change of it is seen.
FRAME_LASTS = timedelta(minutes=1)
#: A change is seen at once though so many others were begun later and stored before it.
RECENT = 500


@dataclass(slots=True)
class _Slot:
    """Something kept; ``about``: what it was made from."""

    about: Hashable = None
    value: Any = None
    made_at: datetime | None = None
    making: threading.Lock = field(default_factory=threading.Lock)

    def is_good(self, about: Hashable, now: datetime, lasts: timedelta) -> bool:
        return self.made_at is not None and self.about == about and self.made_at <= now < self.made_at + lasts


class Memory:
    """Figures by contest, round and reading; the longest unasked go first."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()
        self._forests: dict[int, tuple[Hashable, Forest]] = {}

    def get(
        self, key: Hashable, about: Hashable, now: datetime, make: Callable[[], Any], lasts: timedelta | None = None
    ) -> Any:
        """What is kept, not older than it ``lasts`` (None: the delay); one request makes it anew while others wait."""
        lasts = delay() if lasts is None else lasts
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._most:
                self._slots.popitem(last=False)
        if slot.is_good(about, now, lasts):
            return slot.value
        with slot.making:
            if not slot.is_good(about, now, lasts):
                slot.value, slot.about, slot.made_at = make(), about, now
            return slot.value

    def forest(self, session: Session, tree_id: int, made: Hashable) -> Forest:
        """A tree's unions, read when the tree is made anew."""
        known = self._forests.get(tree_id)
        if known is None or known[0] != made:
            known = self._forests[tree_id] = (made, reading.forest_of(session, tree_id))
        return known[1]


def delay() -> timedelta:
    """How old figures may be (``PARTICIPATION_DELAY_S``); 0: every page reads everything anew."""
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
    how = _how(contest, round_number, now, today)
    trees, others = _made_from(session, contest, how.tree_id)
    about = (how, trees, others, contest.revision, contest.target_percent, contest.target_people)
    key = (contest.id, round_number, today)
    frames: Memory = memo.setdefault("participation frames", Memory(MAX_KEPT))

    def frame() -> Frame:
        forest = frames.forest(session, how.tree_id, trees)
        return reading.frame_of(session, contest, round_number, how, forest)

    def make() -> Branch:
        kept = frames.get(key, about, now, frame, FRAME_LASTS if delay() else timedelta())
        return Branch(reading.counted(session, contest, round_number, kept, taken_at=now), reading.root_of(contest).id)

    memory: Memory = memo.setdefault("participation", Memory(MAX_KEPT))
    return memory.get(key, about, now, make)


def kind_frames(
    session: Session, memo: dict[str, Any], contest: Contest, round_number: int, now: datetime, today: bool = False
) -> Mapping[str, Frame]:
    """The headcounts by kind of person in the tree that :func:`whole` reads, kept as long."""
    how = _how(contest, round_number, now, today)
    trees, others = _made_from(session, contest, how.tree_id)
    frames: Memory = memo.setdefault("participation frames", Memory(MAX_KEPT))

    def make() -> Mapping[str, Frame]:
        return reading.frames_by_kind(session, how, frames.forest(session, how.tree_id, trees))

    key = (contest.id, round_number, today, "kinds")
    return frames.get(key, (how, trees, others), now, make, FRAME_LASTS if delay() else timedelta())


def _how(contest: Contest, round_number: int, now: datetime, today: bool) -> reading.Reading:
    return reading.as_it_is(vietnamese_day(now)) if today else reading.as_it_was(contest, round_number)


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
    row = session.execute(_newest(), {"tree": tree_id, "contest": contest.id}).one()
    return tuple(row[:2]), tuple(row[2:])


@cache
def _newest() -> Select[Any]:
    mine = UnionTarget.contest_id == bindparam("contest")
    return select(
        select(KeptTree.revision).where(KeptTree.id == bindparam("tree")).scalar_subquery(),
        select(KeptTree.revision).where(KeptTree.id == PRESENT).scalar_subquery(),
        select(func.count()).select_from(UnionTarget).where(mine).scalar_subquery(),
        select(func.max(UnionTarget.set_at)).where(mine).scalar_subquery(),
        _numbers(select(Headcount.id).order_by(Headcount.id.desc())),
        # Confirmed and sent back ones are the same rows as before: the log says that something was decided.
        _numbers(
            select(AuditEntry.id)
            .where(AuditEntry.subject == DECIDED)
            .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        ),
    )


def _numbers(newest_first: Select[Any]) -> ScalarSelect[Any]:
    """The sum of the numbers of the newest rows: another one too when a row comes that was begun before the newest."""
    newest = newest_first.limit(RECENT).subquery()
    return select(func.sum(newest.c.id)).scalar_subquery()
