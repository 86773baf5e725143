"""A contest from a TOML or YAML file; the schema is documented in ``docs/contest-file.md``."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from contest.accounts.rules import PersonKind, normal_phone
from contest.rounds.documents import FileFault, Table, load, minutes_of_day
from contest.rounds.plans import (
    ALL_KINDS,
    ContestPlan,
    DivisionPlan,
    ExclusionPlan,
    RoundPlan,
    RowPlan,
    UnionRef,
    slug_fault,
)
from contest.rounds.prize_lines import read_prize
from contest.rounds.rules import EVERY_DAY
from contest.rounds.settings import (
    MAX_FREEZE_MINUTES,
    MAX_GRACE_S,
    MAX_LATE_MINUTES,
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
    RankingShown,
    ScoreShown,
    TieRule,
    Total,
)
from questions.messages import N_, message

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNLIMITED = "unlimited"
MAX_MINUTES = 24 * 60
MAX_ATTEMPTS = 1000
MAX_QUESTIONS = 200
MAX_POINTS = 1000


class Level(StrEnum):
    """Difficulties as a file names them."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a file asks for: a contest, and whether it is to be made public at once."""

    plan: ContestPlan
    publish: bool = False


def read_setup(data: bytes, name: str, today: date) -> tuple[Setup | None, list[FileFault]]:
    """Read a contest file. Either the setup and no faults, or None and every fault with the path of its key.

    ``today`` is the Vietnamese date that relative times count from.
    """
    found, faults = load(data, name)
    if faults:
        return None, faults
    top = Table(found, "", faults, today)
    publish = top.flag("publish", False)
    plan = _contest(top)
    top.done()
    return (None, faults) if faults or plan is None else (Setup(plan, publish), [])


def _contest(top: Table) -> ContestPlan | None:
    slug = top.text("slug", required=True)
    wrong = slug_fault(slug) if slug else None
    if wrong:
        top.fault("slug", wrong)
    divisions = top.tables("divisions", _division)
    codes = {division.code for division in divisions}
    if len(codes) < len(divisions):
        top.fault("divisions", message(N_("Có hai bảng cùng mã. Hãy đặt mỗi bảng một mã.")))
    defaults = top.raw("defaults")
    if defaults is not None and not isinstance(defaults, dict):
        top.fault("defaults", message(N_("Mục này phải là một bảng các mục con.")))
        defaults = None
    return ContestPlan(
        slug=slug,
        title=top.text("title", required=True, most=300),
        union=UnionRef(top.text("union", required=True)),
        summary=top.text("summary"),
        organizer=top.text("organizer", most=300),
        legal_basis=top.text("legal_basis", most=500),
        contact=top.text("contact"),
        extra_rules=top.text("extra_rules", most=20_000),
        practice=top.flag("practice", False),
        kinds=top.choices("kinds", PersonKind, ALL_KINDS),
        scope_union=_union(top, "scope"),
        registration_opens_at=top.instant("registration_opens"),
        previous=top.text("previous"),
        one_prize=top.choice("one_prize", OnePrize, OnePrize.NONE),
        tie_rule=top.choice("tie_rule", TieRule, TieRule.SHARE),
        divisions=divisions,
        exclusions=top.tables("exclusions", _exclusion),
        prizes=top.tables("prizes", lambda table: read_prize(table, codes)),
        rounds=_rounds(top, defaults or {}, codes),
        **_ranking(top.table("ranking")),
        **_prediction(top.table("prediction")),
        **_display(top.table("display")),
        **_target(top.table("target")),
        **_collective(top.table("collective")),
    )


def _union(table: Table, key: str) -> UnionRef | None:
    code = table.text(key)
    return UnionRef(code) if code else None


def _ranking(table: Table) -> dict[str, Any]:
    read = {
        "criteria": table.words("criteria", ("score", "elapsed", "submitted")),
        "total": table.choice("total", Total, Total.SUM),
        "missed_rounds": table.choice("missed_rounds", MissedRounds, MissedRounds.ZERO),
        "all_answers_required": table.flag("all_answers_required", False),
    }
    table.done()
    return read


def _prediction(table: Table) -> dict[str, Any]:
    read = {
        "prediction_target": table.choice("target", PredictionTarget, None, required=bool(table.values)),
        "prediction_scope": table.choice("scope", PredictionScope, PredictionScope.ROUND),
        "prediction_rule": table.choice("rule", PredictionRule, PredictionRule.NEAREST),
    }
    table.done()
    return read


def _display(table: Table) -> dict[str, Any]:
    read = {
        "name_display": table.choice("names", NameDisplay, NameDisplay.MASKED),
        "score_shown": table.choice("score", ScoreShown, ScoreShown.AT_ONCE),
        "key_shown": table.choice("key", KeyShown, KeyShown.AFTER_ROUND),
        "ranking_shown": table.choice("ranking", RankingShown, RankingShown.LIVE),
    }
    table.done()
    return read


def _target(table: Table) -> dict[str, Any]:
    read = {
        "target_percent": table.whole("percent", most=100),
        "target_people": table.whole("people"),
        "headcount_basis": table.choice("basis", HeadcountBasis, HeadcountBasis.MEMBERS),
        "size_classes": table.rising("size_classes"),
    }
    table.done()
    return read


def _collective(table: Table) -> dict[str, Any]:
    read = {
        "collective_min_headcount": table.whole("min_headcount"),
        "collective_min_percent": table.whole("min_percent", most=100),
    }
    table.done()
    return read


# rounds


def _rounds(top: Table, defaults: dict[str, Any], codes: set[str]) -> tuple[RoundPlan, ...]:
    """The rounds, numbered as they stand; keys that a round lacks come from ``defaults``."""
    if "rounds" not in top.values or not isinstance(top.values["rounds"], list):
        return top.tables("rounds", lambda _table: None)
    merged = [defaults | row if isinstance(row, dict) else row for row in top.values["rounds"]]
    holder = Table({"rounds": merged}, top.path, top.faults, top.today)
    top.known.add("rounds")
    numbers = iter(range(1, len(merged) + 1))
    return holder.tables("rounds", lambda table: _round(table, next(numbers), codes))


def _round(table: Table, number: int, codes: set[str]) -> RoundPlan | None:
    opens_at, closes_at = table.instant("opens", required=True), table.instant("closes", required=True)
    day_from, day_until = _hours(table)
    settings = {
        "title": table.text("title", most=200),
        "weekdays": _weekdays(table),
        "day_from": day_from,
        "day_until": day_until,
        "allowance_s": table.whole("minutes", 20, most=MAX_MINUTES) * 60,
        "grace_s": table.whole("grace_seconds", 5, least=0, most=MAX_GRACE_S),
        "late_minutes": table.whole("late_minutes", 0, least=0, most=MAX_LATE_MINUTES),
        "freeze_minutes": table.whole("freeze_minutes", 0, least=0, most=MAX_FREEZE_MINUTES),
        "max_attempts": _attempts(table),
        "paper": table.choice("paper", PaperMode, PaperMode.RANDOM),
        "shuffle_questions": table.flag("shuffle_questions", True),
        "shuffle_choices": table.flag("shuffle_choices", True),
        "prefer_unseen": table.flag("prefer_unseen", False),
        "rows": table.tables("questions", lambda row: _row(row, codes)),
    }
    if opens_at is None or closes_at is None:
        return None
    if closes_at <= opens_at:
        table.fault("closes", message(N_("Giờ kết thúc phải sau giờ mở.")))
    return RoundPlan(number=number, opens_at=opens_at, closes_at=closes_at, **settings)


def _hours(table: Table) -> tuple[int | None, int | None]:
    text = table.text("hours")
    if not text:
        return None, None
    ends = [minutes_of_day(part) for part in text.split("-")]
    if len(ends) != 2 or None in ends or ends[0] >= ends[1]:
        table.fault("hours", message(N_("Hãy ghi khung giờ trong ngày dạng “08:00-17:00”.")))
        return None, None
    return ends[0], ends[1]


def _weekdays(table: Table) -> int:
    names = table.words("weekdays", WEEKDAYS)
    if not names or not set(names) <= set(WEEKDAYS):
        text = N_("Hãy ghi các thứ trong tuần bằng: %(days)s.")
        table.fault("weekdays", message(text, days=", ".join(WEEKDAYS)))
        return EVERY_DAY
    return sum(1 << WEEKDAYS.index(name) for name in set(names))


def _attempts(table: Table) -> int | None:
    if table.values.get("attempts") == UNLIMITED:
        table.known.add("attempts")
        return None
    return table.whole("attempts", 2, most=MAX_ATTEMPTS)


def _row(table: Table, codes: set[str]) -> RowPlan | None:
    division = table.text("division")
    if division and division not in codes:
        table.fault("division", message(N_("Không có bảng mã “%(code)s” trong mục divisions."), code=division))
    level = table.choice("difficulty", Level, None)
    return RowPlan(
        bank=table.text("bank", required=True),
        topic=table.text("topic"),
        difficulty=list(Level).index(level) + 1 if level else None,
        division=division,
        count=table.whole("count", 1, most=MAX_QUESTIONS, required=True),
        points=table.whole("points", 1, most=MAX_POINTS),
        tags=table.words("tags", ()),
    )


# divisions, exclusions


def _division(table: Table) -> DivisionPlan:
    return DivisionPlan(
        code=table.text("code", required=True, most=20),
        title=table.text("title", required=True, most=200),
        kinds=table.choices("kinds", PersonKind, ()),
        union=_union(table, "union"),
        born_from=table.day("born_from"),
        born_until=table.day("born_until"),
    )


def _exclusion(table: Table) -> ExclusionPlan:
    typed = table.text("phone")
    phone = normal_phone(typed) if typed else None
    if typed and phone is None:
        table.fault("phone", message(N_("Hãy ghi số điện thoại gồm 10 chữ số, ví dụ 0912345678.")))
    union, kind = _union(table, "union"), table.choice("kind", PersonKind, None)
    if not (typed or union or kind):
        table.fault("", message(N_("Hãy ghi ít nhất một trong các mục phone, union, kind để biết loại trừ ai.")))
    return ExclusionPlan(
        mode=table.choice("mode", ExclusionMode, ExclusionMode.BARRED, required=True),
        reason=table.text("reason", required=True, most=300),
        phone=phone,
        union=union,
        kind=kind,
    )
