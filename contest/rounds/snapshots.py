"""A contest's settings as plain values, remembered by each process as long as they are unchanged.

Whether they are is asked with every use, by one narrow query for ``contest.revision`` (see ``revisions.py``), so that
a change is obeyed from the moment it is committed. Names of the fields are those of the columns: pages and rules take
a snapshot where they take a row.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from contest.accounts.rules import PersonKind
from contest.rounds.models import (
    BlueprintRow,
    Contest,
    Division,
    Exclusion,
    Round,
    RoundPool,
    TimeAllowance,
)
from contest.rounds.revisions import CHANGED
from contest.rounds.rules import Admission, Bar, DivisionRule, Window
from contest.rounds.settings import ContestState, ExclusionMode
from contest.rounds.windows import window_of
from contest.unions.models import TradeUnion

#: Contests a process remembers; some 10 kB each without their pools.
MAX_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """A row of a round's blueprint."""

    id: int
    position: int
    division_id: int | None
    count: int
    points: int


@dataclass(frozen=True, slots=True)
class PoolSnapshot:
    """The frozen pool of a round: ``[blueprint row id, [version id, ...]]``, ascending."""

    round_id: int
    frozen_at: datetime
    rows: Sequence[Any]


@dataclass(frozen=True, slots=True)
class ContestSnapshot:
    """A contest as those who take part and their papers need it."""

    id: int
    revision: int
    slug: str
    title: str
    state: str
    union_id: int
    practice: bool
    all_answers_required: bool
    prediction_target: str | None
    prediction_scope: str
    name_display: str
    score_shown: str
    key_shown: str
    ranking_shown: str
    registration_opens_at: datetime | None
    demo: bool
    admission: Admission
    divisions: tuple[DivisionRule, ...]
    #: Seconds granted to single people and to everybody below a union, as they are in force.
    extra_of_people: Mapping[int, int] = field(default_factory=dict)
    extra_of_unions: Mapping[int, int] = field(default_factory=dict)
    #: The tree of unions that the contest keeps; None: the present one.
    tree_id: int | None = None

    @property
    def published(self) -> bool:
        return self.admission.published

    def extra_s(self, person_id: int, unions: Collection[int]) -> int:
        """Seconds more for a person of these unions (their own and all above): the longest that fits, or 0."""
        granted = [self.extra_of_people.get(person_id, 0)]
        granted += [self.extra_of_unions[union] for union in self.extra_of_unions.keys() & set(unions)]
        return max(granted)


@dataclass(frozen=True, slots=True)
class RoundSnapshot:
    """A round with its contest: all that a start and a paper ask of the settings."""

    contest: ContestSnapshot
    id: int
    number: int
    title: str
    opens_at: datetime
    closes_at: datetime
    weekdays: int
    day_from: int | None
    day_until: int | None
    allowance_s: int
    grace_s: int
    late_minutes: int
    max_attempts: int | None
    paper: str
    shuffle_questions: bool
    shuffle_choices: bool
    prefer_unseen: bool
    seed: str
    prediction_actual: int | None
    published_at: datetime | None
    window: Window
    blueprint: tuple[LineSnapshot, ...]
    #: None until it is frozen, shortly before the round opens or at its first start.
    pool: PoolSnapshot | None


class Settings(NamedTuple):
    """A contest and its rounds, in order of their numbers."""

    contest: ContestSnapshot
    rounds: tuple[RoundSnapshot, ...]

    def by_number(self, number: int) -> RoundSnapshot | None:
        return next((row for row in self.rounds if row.number == number), None)

    def by_id(self, round_id: int) -> RoundSnapshot | None:
        return next((row for row in self.rounds if row.id == round_id), None)


# Tables, not classes: nothing of the ORM is loaded, and rows that the session has loaded before tell nothing old.
_C, _R = Contest.__table__.c, Round.__table__.c

#: Made once: they come with every start.
_OF_SLUG = select(_C.id, _C.revision).where(_C.slug == bindparam("slug"))
_OF_ROUND = (
    select(_C.id, _C.revision)
    .join_from(Contest.__table__, Round.__table__, _R.contest_id == _C.id)
    .where(_R.id == bindparam("round_id"))
)


def of_contest(session: Session, memo: dict[str, Any], slug: str) -> Settings | None:
    """The settings of a contest with its rounds as they stand, drafts too; None where there is none."""
    return _found(session, memo, session.execute(_OF_SLUG, {"slug": slug}).first())


def of_round(session: Session, memo: dict[str, Any], slug: str, number: int) -> RoundSnapshot | None:
    """A round by its contest's address and its number, as it stands; one narrow query when nothing has changed."""
    found = of_contest(session, memo, slug)
    return found.by_number(number) if found else None


def of_round_id(session: Session, memo: dict[str, Any], round_id: int) -> RoundSnapshot | None:
    """A round by its id, as it stands."""
    found = _found(session, memo, session.execute(_OF_ROUND, {"round_id": round_id}).first())
    return found.by_id(round_id) if found else None


def remembered(memo: dict[str, Any], contest_id: int, revision: int) -> Settings | None:
    """What this process knows of a contest, if that is its revision; for statements that ask for the revision too."""
    known: Settings | None = memo.setdefault("snapshots", {}).get(contest_id)
    return known if known is not None and known.contest.revision == revision else None


def _found(session: Session, memo: dict[str, Any], row: Row[Any] | None) -> Settings | None:
    if row is None:
        return None
    known = None if CHANGED in session.info else remembered(memo, row.id, row.revision)
    return known or _read(session, memo, row.id)


def _read(session: Session, memo: dict[str, Any], contest_id: int) -> Settings | None:
    """Read a contest's settings; remembered when they are committed and did not change meanwhile."""
    session.flush()
    contest = _contest(session, contest_id)
    if contest is None:
        return None
    found = Settings(contest, _rounds(session, contest))
    revision = session.scalar(select(_C.revision).where(_C.id == contest_id))
    if CHANGED not in session.info and revision == contest.revision:
        kept: dict[int, Settings] = memo.setdefault("snapshots", {})
        if len(kept) >= MAX_REMEMBERED:
            kept.clear()
        kept[contest_id] = found
    return found


# how it is read


def _same_named(model: Any, made: type) -> list[str]:
    """Columns of a table that a snapshot has under the same name."""
    return [each.name for each in fields(made) if each.name in model.__table__.c]


_CONTEST = _same_named(Contest, ContestSnapshot)
_ROUND = _same_named(Round, RoundSnapshot)
_LINE = _same_named(BlueprintRow, LineSnapshot)
_POOL = _same_named(RoundPool, PoolSnapshot)


def _columns(model: Any, names: Sequence[str]) -> Select[Any]:
    return select(*(model.__table__.c[name] for name in names))


def _contest(session: Session, contest_id: int) -> ContestSnapshot | None:
    row = session.execute(
        _columns(Contest, [*_CONTEST, "kinds", "scope_union_id"])
        .add_columns(TradeUnion.__table__.c.name.label("scope_name"))
        .outerjoin(TradeUnion.__table__, TradeUnion.__table__.c.id == _C.scope_union_id)
        .where(_C.id == contest_id)
    ).first()
    if row is None:
        return None
    extra, divisions = _extra(session, contest_id), _divisions(session, contest_id)
    return ContestSnapshot(
        **{name: getattr(row, name) for name in _CONTEST},
        admission=_admission(session, row, any(division.asks_birth for division in divisions)),
        divisions=divisions,
        extra_of_people={one.person_id: one.extra_s for one in extra if one.person_id},
        extra_of_unions={one.union_id: one.extra_s for one in extra if one.union_id},
    )


def _extra(session: Session, contest_id: int) -> Sequence[Row[Any]]:
    """Time allowances in force, the longest last, so that it is the one kept of several for the same."""
    table = TimeAllowance.__table__
    return session.execute(
        select(table.c.person_id, table.c.union_id, table.c.extra_s)
        .where(table.c.contest_id == contest_id, table.c.ended_at.is_(None))
        .order_by(table.c.extra_s)
    ).all()


def _admission(session: Session, row: Row[Any], asks_birth: bool) -> Admission:
    table = Exclusion.__table__
    bars = session.execute(select(table).where(table.c.contest_id == row.id).order_by(table.c.id))
    return Admission(
        published=row.state == ContestState.PUBLISHED,
        practice=row.practice,
        kinds=frozenset(row.kinds) or frozenset(PersonKind),
        scope_union_id=row.scope_union_id,
        scope_union_name=row.scope_name or "",
        bars=tuple(Bar(ExclusionMode(bar.mode), bar.reason, bar.phone, bar.union_id, bar.kind) for bar in bars),
        asks_birth=asks_birth,
    )


def _divisions(session: Session, contest_id: int) -> tuple[DivisionRule, ...]:
    table = Division.__table__
    rows = session.execute(select(table).where(table.c.contest_id == contest_id).order_by(table.c.position))
    return tuple(
        DivisionRule(row.id, frozenset(row.kinds), row.union_id, row.born_from, row.born_until) for row in rows
    )


def _rounds(session: Session, contest: ContestSnapshot) -> tuple[RoundSnapshot, ...]:
    within = select(_R.id).where(_R.contest_id == contest.id)
    lines: dict[int, list[LineSnapshot]] = {}
    table = BlueprintRow.__table__
    for line in session.execute(
        _columns(BlueprintRow, ["round_id", *_LINE]).where(table.c.round_id.in_(within)).order_by(table.c.position)
    ):
        lines.setdefault(line.round_id, []).append(LineSnapshot(*line[1:]))
    pools = {
        pool.round_id: PoolSnapshot(*pool)
        for pool in session.execute(_columns(RoundPool, _POOL).where(RoundPool.__table__.c.round_id.in_(within)))
    }
    rounds = session.execute(_columns(Round, _ROUND).where(_R.contest_id == contest.id).order_by(_R.number))
    return tuple(
        RoundSnapshot(
            contest=contest,
            **row._asdict(),
            window=window_of(row),
            blueprint=tuple(lines.get(row.id, ())),
            pool=pools.get(row.id),
        )
        for row in rounds
    )
