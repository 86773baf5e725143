"""Targets handed down from a sheet: read, compared with what is stored, looked at, then stored as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.participation.asking import Ask
from contest.participation.models import UnionTarget
from contest.participation.reading import tree_of
from contest.participation.rules import TargetSource
from contest.participation.targets import announced, fault_of, hold
from contest.rounds.models import Contest
from contest.unions import trees
from contest.unions.list_rules import code_fault
from contest.unions.models import TradeUnion, TreeNode
from contest.unions.rules import Fault, NodeState, normal_code
from contest.unions.sheets import MAX_ROWS
from contest.unions.tables import Column, Row, read_table, whole_number
from questions.files import Refused
from questions.messages import N_, Message, message

COLUMNS = (
    Column("code", "Mã", ("Mã đơn vị", "Mã công đoàn", "code"), required=True),
    Column("name", "Tên công đoàn", ("Tên đơn vị", "Tên", "Đơn vị", "name")),
    Column("percent", "Chỉ tiêu theo tỷ lệ (%)", ("Tỷ lệ (%)", "Chỉ tiêu tỷ lệ", "percent")),
    Column("people", "Chỉ tiêu theo số người", ("Số người", "Chỉ tiêu số người", "Chỉ tiêu người", "people")),
)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A row of a sheet; both figures None: the target given to the union is taken back."""

    row: int
    code: str
    percent: int | None = None
    people: int | None = None

    @property
    def ask(self) -> Ask | None:
        return None if self.percent is None and self.people is None else Ask(self.percent, self.people)


@dataclass(frozen=True, slots=True)
class TargetList:
    rows: tuple[TargetRow, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Below:
    """A union that one may hand down to: as the contest's tree names it."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class TargetChange:
    """A union whose given target a sheet changes; None: there was, or will be, none."""

    union_id: int
    code: str
    name: str
    before: Ask | None
    after: Ask | None


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """What a sheet would do; nothing at all when there is any fault."""

    changes: tuple[TargetChange, ...] = ()
    same: int = 0
    faults: tuple[Fault, ...] = ()


def read(data: bytes) -> TargetList:
    """The rows of a file; a file that cannot be taken at all gives one fault and no rows."""
    try:
        table = read_table(data, COLUMNS, MAX_ROWS)
    except Refused as refused:
        return TargetList(faults=(Fault(refused.message, refused.row),))
    faults: list[Fault] = []
    rows = tuple(_row(row, faults) for row in table)
    return TargetList(rows, tuple(faults))


def _row(row: Row, faults: list[Fault]) -> TargetRow:
    problems: list[Message] = list(row.problems)
    percent = _number(row.cells.get("percent", "").removesuffix("%").strip(), problems)
    people = _number(row.cells.get("people", ""), problems)
    faults += [Fault(why, row.number) for why in problems]
    return TargetRow(row.number, normal_code(row.cells["code"]), percent, people)


def _number(text: str, problems: list[Message]) -> int | None:
    if not text:
        return None
    number = whole_number(text)
    if number is None:
        problems.append(message(N_("“%(text)s” không phải là số nguyên. Hãy ghi lại chỉ tiêu."), text=text[:40]))
    return number


def plan_targets(
    session: Session, contest: Contest, from_union: TradeUnion, rows: Sequence[TargetRow], faults: Sequence[Fault] = ()
) -> TargetPlan:
    """Compare a sheet with what is stored; three queries, whatever its length."""
    unions, given, higher = _stored(session, contest, from_union)
    found, changes, same, seen = [*faults, *map(Fault, announced(contest))], [], 0, {}
    for row in rows:
        union = unions.get(row.code)
        fault = _fault(row, from_union, unions, seen)
        seen.setdefault(row.code, row.row)
        if fault or union is None:
            found += [Fault(fault, row.row)] if fault else []
            continue
        before, ask = given.get(union.id), row.ask
        if _figures(before) == _figures(ask):
            same += 1
        elif union.id in higher:
            found.append(Fault(_given_above(union, higher[union.id]), row.row))
        else:
            changes.append(TargetChange(union.id, union.code, union.name, before, ask))
    if found:
        return TargetPlan(faults=tuple(sorted(found, key=lambda fault: fault.row or 0)))
    return TargetPlan(tuple(changes), same)


def apply_targets(
    session: Session, actor: Actor, contest: Contest, from_union: TradeUnion, rows: Sequence[TargetRow], now: datetime
) -> TargetPlan:
    """Store the rows of a sheet as they compare with what is stored by now; where the plan has faults, nothing is."""
    at = hold(session, contest, now)
    plan = plan_targets(session, contest, from_union, rows)
    if plan.faults or not plan.changes:
        return plan
    given = select(UnionTarget).where(UnionTarget.contest_id == contest.id, UnionTarget.source == TargetSource.GIVEN)
    stored = {row.union_id: row for row in session.scalars(given.execution_options(populate_existing=True))}
    for change in plan.changes:
        row = stored.get(change.union_id)
        if change.after is None:
            if row:
                session.delete(row)
            continue
        if row is None:
            row = UnionTarget(contest_id=contest.id, union_id=change.union_id, source=TargetSource.GIVEN)
            session.add(row)
        row.percent, row.people = change.after.percent, change.after.people
        row.set_from_id, row.set_at, row.set_by = from_union.id, at, actor.label
    details = {"contest": contest.slug, "targets": len(plan.changes)}
    record(session, actor, "target.import", f"union:{from_union.code}", now, details)
    session.flush()
    return plan


def _stored(
    session: Session, contest: Contest, from_union: TradeUnion
) -> tuple[Mapping[str, _Below], Mapping[int, Ask], Mapping[int, str]]:
    """Unions below one in the contest's tree, by code; what was given to them; and by which union higher up than it."""
    tree = tree_of(contest)
    below = trees.below(tree, from_union.id)
    unions = session.execute(
        select(TreeNode.union_id, TradeUnion.code, TreeNode.name)
        .join(TradeUnion, TradeUnion.id == TreeNode.union_id)
        .where(
            TreeNode.tree_id == tree,
            TreeNode.union_id.in_(below),
            TreeNode.union_id != from_union.id,
            TreeNode.state != NodeState.ABSORBED,
        )
    )
    rows = session.scalars(
        select(UnionTarget).where(
            UnionTarget.contest_id == contest.id,
            UnionTarget.source == TargetSource.GIVEN,
            UnionTarget.union_id.in_(below),
        )
    ).all()
    higher = {node.union_id: node.name for node in trees.path(session, tree, from_union.id)[:-1]}
    return (
        {row.code: _Below(*row) for row in unions},
        {row.union_id: Ask(row.percent, row.people, row.set_from_id) for row in rows},
        {row.union_id: higher[row.set_from_id] for row in rows if row.set_from_id in higher},
    )


def _fault(
    row: TargetRow, from_union: TradeUnion, unions: Mapping[str, _Below], seen: Mapping[str, int]
) -> Message | None:
    if why := code_fault(row.code, seen):
        return why
    if row.code not in unions:
        return message(
            N_("“%(code)s” không phải là mã của đơn vị cấp dưới của %(top)s. Hãy sửa mã hoặc bỏ dòng này."),
            code=row.code,
            top=from_union.name,
        )
    return fault_of(row.ask) if row.ask else None


def _given_above(union: _Below, giver: str) -> Message:
    return message(
        N_("Chỉ tiêu của %(union)s do %(giver)s giao. Muốn đổi, hãy đề nghị %(giver)s."), union=union.name, giver=giver
    )


def _figures(ask: Ask | None) -> tuple[int | None, int | None]:
    return (None, None) if ask is None else (ask.percent, ask.people)
