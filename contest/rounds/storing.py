"""From plans to rows: names looked up, tables filled. Nothing here commits."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.rounds.models import BlueprintRow, Contest, Division, Exclusion, Round, Stage
from contest.rounds.plans import CONTEST_FIELDS, ROUND_FIELDS, ContestPlan, RoundPlan, UnionRef, values
from contest.rounds.prize_lines import new_line
from contest.unions.models import TradeUnion
from questions.messages import N_, Message, message
from questions.models import QuestionBank, Topic

#: Bytes of a round's secret seed.
SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class References:
    """Ids of what a plan names."""

    unions: dict[str, int] = field(default_factory=dict)
    banks: dict[str, int] = field(default_factory=dict)
    topics: dict[tuple[str, str], int] = field(default_factory=dict)
    contests: dict[str, int] = field(default_factory=dict)

    def union(self, ref: UnionRef | None) -> int | None:
        return self.unions[ref.code] if ref else None


def references(session: Session, plan: ContestPlan) -> References:
    """Look up the unions, banks and topics of a plan; what is not found is left out."""
    codes = {ref.code for _, ref in _unions(plan)}
    banks = {line.bank for row in plan.rounds for line in row.rows}
    unions = session.execute(select(TradeUnion.code, TradeUnion.id).where(TradeUnion.code.in_(codes)))
    bank_ids = session.execute(select(QuestionBank.code, QuestionBank.id).where(QuestionBank.code.in_(banks)))
    topics = session.execute(
        select(QuestionBank.code, Topic.path, Topic.id)
        .join(QuestionBank, QuestionBank.id == Topic.bank_id)
        .where(QuestionBank.code.in_(banks))
    )
    return References(
        dict(unions.all()),
        dict(bank_ids.all()),
        {(bank, path): topic_id for bank, path, topic_id in topics},
        dict(session.execute(select(Contest.slug, Contest.id).where(Contest.slug == plan.previous)).all()),
    )


def missing(plan: ContestPlan, known: References) -> list[tuple[str, Message]]:
    """What a plan names and the database does not have, with the place in the plan."""
    found = [
        (place, message(N_("Chưa có đơn vị mã “%(code)s”. Hãy nhập danh sách đơn vị trước."), code=ref.code))
        for place, ref in _unions(plan)
        if ref.code not in known.unions
    ]
    if plan.previous and plan.previous not in known.contests:
        text = message(
            N_("Chưa có cuộc thi ở địa chỉ “%(slug)s” để so sánh. Hãy sửa hoặc bỏ mục này."), slug=plan.previous
        )
        found.append(("previous", text))
    for i, row in enumerate(plan.rounds):
        for j, line in enumerate(row.rows):
            place = f"rounds[{i}].questions[{j}]"
            if line.bank not in known.banks:
                text = message(N_("Chưa có ngân hàng câu hỏi mã “%(code)s”. Hãy nhập câu hỏi trước."), code=line.bank)
                found.append((f"{place}.bank", text))
            elif line.topic and (line.bank, line.topic) not in known.topics:
                text = message(
                    N_("Ngân hàng “%(bank)s” không có chủ đề “%(topic)s”. Hãy ghi đúng tên chủ đề trong ngân hàng."),
                    bank=line.bank,
                    topic=line.topic,
                )
                found.append((f"{place}.topic", text))
    return found


def _unions(plan: ContestPlan) -> Iterator[tuple[str, UnionRef]]:
    yield "union", plan.union
    if plan.scope_union:
        yield "scope", plan.scope_union
    for i, division in enumerate(plan.divisions):
        if division.union:
            yield f"divisions[{i}].union", division.union
    for i, bar in enumerate(plan.exclusions):
        if bar.union:
            yield f"exclusions[{i}].union", bar.union
    for i, prize in enumerate(plan.prizes):
        if prize.league:
            yield f"prizes[{i}].league", prize.league


def new_contest(plan: ContestPlan, known: References, now: datetime, *, demo: bool = False) -> Contest:
    """A contest with its stage, divisions, rounds, papers, exclusions and prizes; a draft, not yet added."""
    contest = Contest(
        **values(plan, CONTEST_FIELDS),
        union_id=known.unions[plan.union.code],
        scope_union_id=known.union(plan.scope_union),
        kinds=[kind.value for kind in plan.kinds],
        criteria=list(plan.criteria),
        size_classes=list(plan.size_classes),
        previous_id=known.contests.get(plan.previous),
        created_at=now,
        demo=demo,
    )
    contest.stages.append(Stage(position=1))
    for place, division in enumerate(plan.divisions, 1):
        contest.divisions.append(
            Division(
                code=division.code,
                title=division.title,
                position=place,
                kinds=[kind.value for kind in division.kinds],
                union_id=known.union(division.union),
                born_from=division.born_from,
                born_until=division.born_until,
            )
        )
    contest.exclusions += [
        Exclusion(mode=bar.mode, reason=bar.reason, phone=bar.phone, union_id=known.union(bar.union), kind=bar.kind)
        for bar in plan.exclusions
    ]
    divisions = {division.code: division for division in contest.divisions}
    contest.prizes += [
        new_line(prize, place, divisions, known.union(prize.league)) for place, prize in enumerate(plan.prizes, 1)
    ]
    return contest


def new_round(contest: Contest, plan: RoundPlan, known: References) -> Round:
    """A round of a stored contest, its secret seed drawn here."""
    divisions = {division.code: division for division in contest.divisions}
    row = Round(
        **values(plan, ROUND_FIELDS),
        contest=contest,
        stage_id=contest.stages[0].id,
        seed=secrets.token_hex(SEED_BYTES),
    )
    row.blueprint += [
        BlueprintRow(
            position=place,
            bank_id=known.banks[line.bank],
            topic_id=known.topics[line.bank, line.topic] if line.topic else None,
            difficulty=line.difficulty,
            tags=list(line.tags),
            division=divisions[line.division] if line.division else None,
            count=line.count,
            points=line.points,
        )
        for place, line in enumerate(plan.rows, 1)
    ]
    return row
