"""A contest as a YAML file, the way back from ``setup.py``."""

from datetime import datetime
from typing import Any

import yaml

from contest.clock import VIETNAM
from contest.rounds.plans import ContestPlan, DivisionPlan, ExclusionPlan, RoundPlan
from contest.rounds.prize_lines import written_prize
from contest.rounds.regulations.sittings import day_time
from contest.rounds.rules import EVERY_DAY
from contest.rounds.setup import UNLIMITED, WEEKDAYS, Level


def write_setup(plan: ContestPlan, publish: bool = False) -> str:
    """A contest as a YAML file that gives the same contest when read."""
    document = {
        "slug": plan.slug,
        "title": plan.title,
        "union": plan.union.code,
        "summary": plan.summary,
        "organizer": plan.organizer,
        "legal_basis": plan.legal_basis,
        "contact": plan.contact,
        "extra_rules": plan.extra_rules,
        "publish": publish,
        "practice": plan.practice,
        "kinds": [kind.value for kind in plan.kinds],
        "scope": plan.scope_union.code if plan.scope_union else None,
        "registration_opens": _moment(plan.registration_opens_at),
        "previous": plan.previous,
        **_written_results(plan),
        "one_prize": plan.one_prize.value,
        "tie_rule": plan.tie_rule.value,
        "collective": {
            "min_headcount": plan.collective_min_headcount,
            "min_percent": plan.collective_min_percent,
        },
        "divisions": [_written_division(division) for division in plan.divisions],
        "rounds": [_written_round(row) for row in plan.rounds],
        "exclusions": [_written_exclusion(bar) for bar in plan.exclusions],
        "prizes": [written_prize(prize) for prize in plan.prizes],
    }
    return yaml.safe_dump(_without_empty(document), allow_unicode=True, sort_keys=False, width=110)


def _written_results(plan: ContestPlan) -> dict[str, Any]:
    """How results are made and shown, and what they are held against."""
    return {
        "ranking": {
            "criteria": list(plan.criteria),
            "total": plan.total.value,
            "missed_rounds": plan.missed_rounds.value,
            "all_answers_required": plan.all_answers_required,
        },
        "prediction": {
            "target": plan.prediction_target.value,
            "scope": plan.prediction_scope.value,
            "rule": plan.prediction_rule.value,
        }
        if plan.prediction_target
        else None,
        "display": {
            "names": plan.name_display.value,
            "score": plan.score_shown.value,
            "key": plan.key_shown.value,
            "ranking": plan.ranking_shown.value,
        },
        "target": {
            "percent": plan.target_percent,
            "people": plan.target_people,
            "basis": plan.headcount_basis.value,
            "size_classes": list(plan.size_classes),
        },
    }


def _written_division(division: DivisionPlan) -> dict[str, Any]:
    return {
        "code": division.code,
        "title": division.title,
        "kinds": [kind.value for kind in division.kinds],
        "union": division.union.code if division.union else None,
        "born_from": division.born_from.isoformat() if division.born_from else None,
        "born_until": division.born_until.isoformat() if division.born_until else None,
    }


def _written_exclusion(bar: ExclusionPlan) -> dict[str, Any]:
    return {
        "mode": bar.mode.value,
        "phone": bar.phone,
        "union": bar.union.code if bar.union else None,
        "kind": bar.kind.value if bar.kind else None,
        "reason": bar.reason,
    }


def _written_round(row: RoundPlan) -> dict[str, Any]:
    days = [name for place, name in enumerate(WEEKDAYS) if row.weekdays >> place & 1]
    hours = None if row.day_from is None else f"{day_time(row.day_from)}-{day_time(row.day_until or 0)}"
    return {
        "title": row.title,
        "opens": _moment(row.opens_at),
        "closes": _moment(row.closes_at),
        "weekdays": None if row.weekdays == EVERY_DAY else days,
        "hours": hours,
        "minutes": row.allowance_s // 60,
        "grace_seconds": row.grace_s,
        "late_minutes": row.late_minutes or None,
        "freeze_minutes": row.freeze_minutes or None,
        "attempts": UNLIMITED if row.max_attempts is None else row.max_attempts,
        "paper": row.paper.value,
        "shuffle_questions": row.shuffle_questions,
        "shuffle_choices": row.shuffle_choices,
        "prefer_unseen": True if row.prefer_unseen else None,
        "questions": [
            {
                "bank": line.bank,
                "topic": line.topic,
                "difficulty": list(Level)[line.difficulty - 1].value if line.difficulty else None,
                "division": line.division,
                "tags": list(line.tags),
                "count": line.count,
                "points": line.points,
            }
            for line in row.rows
        ],
    }


def _moment(at: datetime | None) -> str | None:
    """Vietnamese time; with seconds only where there are any."""
    if at is None:
        return None
    local = at.astimezone(VIETNAM).replace(tzinfo=None)
    exact = local.second or local.microsecond
    return local.isoformat(" ") if exact else local.isoformat(" ", "minutes")


def _without_empty(value: Any) -> Any:
    """Without keys that say nothing."""
    if isinstance(value, dict):
        kept = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, "", [], {})}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value
