"""A contest as plain values: what a file describes, what checks and regulations read, what is copied.

Unions, banks and topics are named by code and path, so that a plan means the same in any database.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from contest.accounts.rules import PersonKind
from contest.rounds.rules import EVERY_DAY, Window
from contest.rounds.settings import (
    CollectiveBasis,
    ExclusionMode,
    HeadcountBasis,
    KeyShown,
    MissedRounds,
    NameDisplay,
    OnePrize,
    PaperMode,
    PredictionRule,
    PredictionScope,
    PredictionTarget,
    PrizeScope,
    RankingShown,
    ScoreShown,
    TieRule,
    Total,
)
from questions.messages import N_, Message, message
from questions.text import fold

ALL_KINDS = tuple(PersonKind)


@dataclass(frozen=True, slots=True)
class UnionRef:
    """A union by its code; ``name`` is for reading."""

    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """So many questions of a topic and difficulty of a bank. ``topic`` is a path, "" means the whole bank."""

    bank: str
    count: int
    points: int = 1
    topic: str = ""
    difficulty: int | None = None
    #: Code of the division it is for; "" for all.
    division: str = ""
    bank_title: str = ""
    #: Only questions that carry all of these; empty: any.
    tags: tuple[str, ...] = ()

    def is_for(self, division: str) -> bool:
        """Whether participants of a division ("" for none) get questions of this row."""
        return self.division in ("", division)


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round: when, how often, how long, and on what paper."""

    number: int
    opens_at: datetime
    closes_at: datetime
    title: str = ""
    weekdays: int = EVERY_DAY
    day_from: int | None = None
    day_until: int | None = None
    allowance_s: int = 1200
    grace_s: int = 5
    late_minutes: int = 0
    freeze_minutes: int = 0
    max_attempts: int | None = 2
    paper: PaperMode = PaperMode.RANDOM
    shuffle_questions: bool = True
    shuffle_choices: bool = True
    prefer_unseen: bool = False
    published: bool = False
    rows: tuple[RowPlan, ...] = ()

    @property
    def window(self) -> Window:
        return Window(
            self.opens_at,
            self.closes_at,
            self.weekdays,
            self.day_from,
            self.day_until,
            self.published,
            self.grace_s,
            self.late_minutes,
        )

    def rows_for(self, division: str) -> tuple[RowPlan, ...]:
        return tuple(row for row in self.rows if row.is_for(division))


@dataclass(frozen=True, slots=True)
class DivisionPlan:
    """Participants ranked apart; no kinds named means all, no union means everywhere, no days means however old."""

    code: str
    title: str
    kinds: tuple[PersonKind, ...] = ()
    union: UnionRef | None = None
    #: Born from the one to the other day, both included.
    born_from: date | None = None
    born_until: date | None = None

    @property
    def asks_birth(self) -> bool:
        return self.born_from is not None or self.born_until is not None


@dataclass(frozen=True, slots=True)
class ExclusionPlan:
    """Who may not take part, or takes part unranked."""

    mode: ExclusionMode
    reason: str
    phone: str | None = None
    union: UnionRef | None = None
    kind: PersonKind | None = None


@dataclass(frozen=True, slots=True)
class PrizePlan:
    """A line of the table of prizes. Individual: only people of a division ("": all), and what it counts for in
    collective prizes. Collective: what unions are ranked by, below which union, of which headcounts, how weighed."""

    scope: PrizeScope
    title: str
    quantity: int
    value: str = ""
    division: str = ""
    points: int = 0
    basis: CollectiveBasis | None = None
    league: UnionRef | None = None
    class_from: int | None = None
    class_until: int | None = None
    weight_rate: int = 1
    weight_other: int = 1

    @property
    def weighed(self) -> bool:
        """Whether something is added to the rate."""
        return self.basis in (CollectiveBasis.RATE_AVERAGE, CollectiveBasis.RATE_PRIZES)


@dataclass(frozen=True, slots=True)
class ContestPlan:
    """All settings of a contest; the defaults are those of :class:`contest.rounds.models.Contest`."""

    slug: str
    title: str
    union: UnionRef
    summary: str = ""
    organizer: str = ""
    legal_basis: str = ""
    contact: str = ""
    extra_rules: str = ""
    practice: bool = False
    kinds: tuple[PersonKind, ...] = ALL_KINDS
    scope_union: UnionRef | None = None
    registration_opens_at: datetime | None = None
    criteria: tuple[str, ...] = ("score", "elapsed", "submitted")
    total: Total = Total.SUM
    missed_rounds: MissedRounds = MissedRounds.ZERO
    all_answers_required: bool = False
    prediction_target: PredictionTarget | None = None
    prediction_scope: PredictionScope = PredictionScope.ROUND
    prediction_rule: PredictionRule = PredictionRule.NEAREST
    name_display: NameDisplay = NameDisplay.MASKED
    score_shown: ScoreShown = ScoreShown.AT_ONCE
    key_shown: KeyShown = KeyShown.AFTER_ROUND
    ranking_shown: RankingShown = RankingShown.LIVE
    target_percent: int | None = None
    target_people: int | None = None
    headcount_basis: HeadcountBasis = HeadcountBasis.MEMBERS
    one_prize: OnePrize = OnePrize.NONE
    tie_rule: TieRule = TieRule.SHARE
    collective_min_headcount: int | None = None
    collective_min_percent: int | None = None
    #: Upper bounds of the size classes of unions, rising.
    size_classes: tuple[int, ...] = ()
    #: Short address of the same contest a year or a season before; empty: none.
    previous: str = ""
    rounds: tuple[RoundPlan, ...] = ()
    divisions: tuple[DivisionPlan, ...] = ()
    exclusions: tuple[ExclusionPlan, ...] = ()
    prizes: tuple[PrizePlan, ...] = ()

    @property
    def organizer_name(self) -> str:
        return self.organizer or self.union.name

    def divided(self) -> list[str]:
        """Codes of the divisions whose papers may differ: "" stands for people of no division."""
        codes = [division.code for division in self.divisions]
        taking_all = [
            d for d in self.divisions if not (set(self.kinds) - _kinds(d)) and d.union in (None, self.scope_union)
        ]
        return codes if covers_every_age(taking_all) else ["", *codes]


def covers_every_age(divisions: Iterable[DivisionPlan]) -> bool:
    """Whether everybody, whenever born, is taken by one of these divisions.

    >>> old = DivisionPlan("A", "Từ 35 tuổi", born_until=date(1990, 12, 31))
    >>> young = DivisionPlan("B", "Dưới 35 tuổi", born_from=date(1991, 1, 1))
    >>> covers_every_age([young, old]), covers_every_age([young])
    (True, False)
    """
    reached = date.min
    for division in sorted(divisions, key=lambda division: division.born_from or date.min):
        if (division.born_from or date.min) > reached:
            return False
        if division.born_until is None:
            return True
        reached = max(reached, division.born_until + timedelta(days=1))
    return False


#: The most size classes that make sense in one table.
MAX_CLASSES = 9


def is_rising(numbers: Sequence[Any]) -> bool:
    """Whether a list can be upper bounds of size classes: whole numbers above 0, each above the one before.

    >>> is_rising([50, 200]), is_rising([200, 50]), is_rising([0]), is_rising([])
    (True, False, False, True)
    """
    whole = all(isinstance(number, int) and not isinstance(number, bool) for number in numbers)
    return whole and len(numbers) < MAX_CLASSES and all(a < b for a, b in zip([0, *numbers], numbers, strict=False))


def _kinds(division: DivisionPlan) -> set[PersonKind]:
    return set(division.kinds or ALL_KINDS)


#: Plain settings of a contest that are stored under the same name.
CONTEST_FIELDS = (
    "slug",
    "title",
    "summary",
    "organizer",
    "legal_basis",
    "contact",
    "extra_rules",
    "practice",
    "registration_opens_at",
    "total",
    "missed_rounds",
    "all_answers_required",
    "prediction_target",
    "prediction_scope",
    "prediction_rule",
    "name_display",
    "score_shown",
    "key_shown",
    "ranking_shown",
    "target_percent",
    "target_people",
    "headcount_basis",
    "one_prize",
    "tie_rule",
    "collective_min_headcount",
    "collective_min_percent",
)

ROUND_FIELDS = (
    "number",
    "title",
    "opens_at",
    "closes_at",
    "weekdays",
    "day_from",
    "day_until",
    "allowance_s",
    "grace_s",
    "late_minutes",
    "freeze_minutes",
    "max_attempts",
    "paper",
    "shuffle_questions",
    "shuffle_choices",
    "prefer_unseen",
)


def values(plan: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    """The named settings of a plan."""
    return {name: getattr(plan, name) for name in fields}


MAX_SLUG = 80
#: Words that stand where a contest's short address would.
RESERVED_SLUGS = frozenset({"moi", "tim", "xuat", "so-lieu", "nguoi", "yeu-cau", "ban-tin"})


def slug_fault(slug: str) -> Message | None:
    """What is wrong with a short address; None when it can be used."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > MAX_SLUG:
        return message(
            N_(
                "Địa chỉ chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, không quá %(most)s ký tự, "
                "ví dụ gui-niem-tin."
            ),
            most=MAX_SLUG,
        )
    if slug in RESERVED_SLUGS:
        return message(N_("Địa chỉ “%(slug)s” đã dành cho phần mềm. Hãy chọn địa chỉ khác."), slug=slug)
    return None


def slug_of(title: str) -> str:
    """A short address made of a title.

    >>> slug_of("Gửi niềm tin, trao kỳ vọng")
    'gui-niem-tin-trao-ky-vong'
    """
    return "-".join(re.findall(r"[a-z0-9]+", fold(title)))[:60].strip("-")
