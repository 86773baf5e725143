"""What one change of one union would do, in plain sentences: the tree before and after, and whom it touches.

The figures are those of today, also for a change whose day lies ahead.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person, RoleGrant
from contest.accounts.rules import PersonKind
from contest.unions import queries
from contest.unions.changes import ENDING, Step
from contest.unions.history import change_sentence
from contest.unions.models import TradeUnion, UnionAncestry, UnionChange
from contest.unions.planning import ABOUT_PEOPLE, Plan
from contest.unions.reorganising import details_of
from contest.unions.rules import LEVEL_NAMES, ChangeKind
from contest.unions.single_rules import named
from contest.unions.standing import Line, Shape, shape_on
from questions.messages import N_, Message, message

#: Names in one sentence; the rest is counted.
NAMED = 5

_COUNTED = {
    PersonKind.MEMBER: N_("%(count)s đoàn viên"),
    PersonKind.WORKER: N_("%(count)s người lao động"),
    PersonKind.OFFICIAL: N_("%(count)s cán bộ công đoàn"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A union before the day and from it on; ``before`` None: it was not yet, ``after`` None: it is no more.

    ``gain`` is what it takes over.
    """

    name: str
    code: str
    before: Message | None
    after: Message | None
    gain: Message | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A change in sentences. ``touched`` are (what, sentences), ``history`` what the unions' histories will tell."""

    on: date
    eve: date
    ahead: bool
    standings: tuple[Standing, ...]
    touched: tuple[tuple[Message, tuple[Message, ...]], ...]
    history: tuple[Message, ...]
    warnings: tuple[Message, ...]
    seen: str


def fingerprint(plan: Plan) -> str:
    """What a preview says of the tree, in short: another one later means that the tree has changed meanwhile."""
    return hashlib.sha256(repr(plan.steps).encode()).hexdigest()[:32]


def told(
    session: Session, plan: Plan, kind: ChangeKind, union: TradeUnion, place_names: Mapping[str, str], today: date
) -> Preview:
    """A plan without faults in sentences; as many queries for a province as for a workplace.

    ``place_names`` are places by code, those that the change brings among them.
    """
    on = plan.steps[0].on
    scene = _Scene(session, plan, kind, union, on, today)
    main = [step for step in plan.steps if not step.implied]
    return Preview(
        on,
        on - timedelta(days=1),
        on > today,
        tuple(_standing(code, plan, on, place_names) for code in _concerned(plan, union.code)),
        (
            (message(N_("Đơn vị")), tuple(scene.unions())),
            (message(N_("Người")), tuple(scene.people())),
            (message(N_("Số liệu")), tuple(scene.headcounts())),
            (message(N_("Cuộc thi")), tuple(scene.contests())),
            (message(N_("Cán bộ")), tuple(scene.roles())),
        ),
        tuple(_history_line(step, plan, place_names) for step in main),
        tuple(fault.message for fault in plan.warnings if fault.message.text not in ABOUT_PEOPLE),
        fingerprint(plan),
    )


def _concerned(plan: Plan, code: str) -> list[str]:
    """The unions whose standing is told: the one that changes, its managers, who takes over, who is new."""
    codes = [code]
    for step in plan.steps:
        if step.implied:
            continue
        shapes = (step.before, step.after)
        parents = [shape.parent for shape in shapes if shape] if step.kind in (ChangeKind.MOVE, ChangeKind.OPEN) else []
        codes += [step.code, *step.successors, *parents]
    return [one for one in dict.fromkeys(codes) if one]


def _standing(code: str, plan: Plan, on: date, place_names: Mapping[str, str]) -> Standing:
    eve = on - timedelta(days=1)
    then, now = shape_on(plan.ground.lines.get(code, ()), eve), shape_on(plan.lines.get(code, ()), on)
    line = plan.lines.get(code) or plan.ground.lines.get(code, ())
    renamed = then is not None and now is not None and then.name != now.name
    before = _how(then, plan.ground.lines, code, eve, place_names, renamed=renamed)
    after = _how(now, plan.lines, code, on, place_names, renamed=renamed)
    return Standing((now or then or line[-1].shape).name, code, before, after, _gain(code, plan))


def _how(
    shape: Shape | None,
    lines: Mapping[str, Line],
    code: str,
    day: date,
    place_names: Mapping[str, str],
    *,
    renamed: bool,
) -> Message | None:
    """How a union stands on a day, as a sentence; with its name where that changes."""
    if shape is None:
        return None
    below = sum((one := shape_on(line, day)) is not None and one.parent == code for line in lines.values())
    words = {
        "name": message(N_("%(name)s: "), name=shape.name) if renamed else "",
        "level": message(LEVEL_NAMES[shape.level]),
        "below": message(N_("%(count)s đơn vị trực thuộc"), count=below)
        if below
        else message(N_("không có đơn vị trực thuộc")),
        "place": message(N_("; địa bàn %(place)s"), place=place_names.get(shape.place, shape.place))
        if shape.place
        else "",
    }
    if not shape.parent:
        return message(N_("%(name)s%(level)s, đứng đầu; %(below)s%(place)s."), **words)
    text = N_("%(name)s%(level)s, trực thuộc %(parent)s; %(below)s%(place)s.")
    return message(text, parent=named(shape.parent, lines, day), **words)


def _gain(code: str, plan: Plan) -> Message | None:
    """What a union takes over."""
    taken = [step for step in plan.steps if code in step.successors]
    if any(step.kind == ChangeKind.MERGE for step in taken):
        return message(N_("Nhận đơn vị này sáp nhập vào."))
    return message(N_("Nhận một phần của đơn vị này.")) if taken else None


def _history_line(step: Step, plan: Plan, place_names: Mapping[str, str]) -> Message:
    change = UnionChange(kind=step.kind, effective_on=step.on, details=details_of(step, plan, place_names))
    name = named(step.code, plan.lines if step.before is None else plan.ground.lines)
    return message(N_("%(name)s: %(sentence)s"), name=name, sentence=change_sentence(change, plan.heading.number))


def _listed(names: Sequence[str]) -> str | Message:
    if len(names) <= NAMED:
        return "; ".join(names)
    return message(N_("%(names)s và %(rest)s nữa"), names="; ".join(names[:NAMED]), rest=len(names) - NAMED)


class _Scene:
    """Whom a plan touches besides the tree itself: sentences by subject."""

    def __init__(
        self, session: Session, plan: Plan, kind: ChangeKind, union: TradeUnion, on: date, today: date
    ) -> None:
        self.session, self.plan, self.kind, self.union, self.today = session, plan, kind, union, today
        self.own = [step for step in plan.steps if step.code == union.code and not step.implied]
        self.ends = any(step.kind in ENDING for step in self.own)
        self.heirs = tuple(dict.fromkeys(code for step in self.own for code in step.successors))
        self.people_to = next((step.people_to for step in self.own if step.people_to), "")
        self.day = on

    def called(self, code: str) -> str:
        return named(code, self.plan.lines, self.day)

    def heirs_called(self) -> str | Message:
        return _listed([self.called(code) for code in self.heirs])

    def unions(self) -> list[Message]:
        along = [step for step in self.plan.steps if step.implied]
        if along and along[0].after:
            names = _listed([named(step.code, self.plan.lines) for step in along])
            text = N_("%(count)s đơn vị trực thuộc chuyển sang %(to)s: %(names)s.")
            return [message(text, count=len(along), to=self.called(along[0].after.parent), names=names)]
        below = len(queries.subtree_ids(self.session, [self.union.id])) - 1
        if self.kind == ChangeKind.MOVE and below:
            return [
                message(N_("%(count)s đơn vị bên dưới đi cùng, giữ nguyên cấp trên trực tiếp của mình."), count=below)
            ]
        return [message(N_("Không có đơn vị nào khác chuyển theo."))]

    def people(self) -> list[Message]:
        if self.kind == ChangeKind.OPEN:
            return [message(N_("Đơn vị mới chưa có người: sau khi lưu, nhập danh sách người cho đơn vị."))]
        count = self._people(subtree=self.kind == ChangeKind.MOVE)
        words: dict[str, object] = {"count": count}
        if not count:
            return [message(N_("Chưa có người nào ghi ở đơn vị này."), **words)]
        if self.kind == ChangeKind.MOVE:
            return [
                message(N_("%(count)s người của đơn vị này và các đơn vị bên dưới vẫn ở đơn vị của mình."), **words)
            ]
        if not self.ends:
            text = N_("%(count)s người ghi ở đơn vị này vẫn ở đó.")
            if self.kind == ChangeKind.SPLIT:
                text = N_("%(count)s người ghi ở đơn vị này vẫn ở đó; ai sang đơn vị mới thì chuyển sau khi lưu.")
            return [message(text, **words)]
        return [self._people_of_an_end(words)]

    def _people_of_an_end(self, words: dict[str, object]) -> Message:
        if self.people_to or len(self.heirs) == 1:
            to = self.called(self.people_to or self.heirs[0])
            return message(N_("%(count)s người ghi ở đơn vị này chuyển sang %(to)s."), to=to, **words)
        if self.heirs:
            text = N_("%(count)s người còn ghi ở đơn vị này; sau khi lưu, chia từng người ở trang Việc còn lại.")
            return message(text, **words)
        return message(
            N_("%(count)s người ghi ở đơn vị này thôi thuộc công đoàn và được ghi là người lao động."), **words
        )

    def _people(self, *, subtree: bool) -> int:
        wanted = select(func.count(Person.id)).where(Person.disabled_at.is_(None), Person.merged_into_id.is_(None))
        if subtree:
            below = select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id == self.union.id)
            return self.session.scalar(wanted.where(Person.union_id.in_(below))) or 0
        return self.session.scalar(wanted.where(Person.union_id == self.union.id)) or 0

    def headcounts(self) -> list[Message]:
        if self.kind == ChangeKind.OPEN:
            return [message(N_("Đơn vị mới chưa có số liệu: chưa ghi thì tỷ lệ của đơn vị để là “chưa có số liệu”."))]
        (line,) = queries.lines(self.session, [self.union])
        figures = [message(text, count=line.counts[kind]) for kind, text in _COUNTED.items() if kind in line.counts]
        words: dict[str, object] = {"figures": _joined(figures)}
        if not figures:
            return [message(N_("Đơn vị này chưa có số liệu."), **words)]
        if self.kind == ChangeKind.MOVE and (step := self.own[0]).before and step.after:
            old, new = self.called(step.before.parent), self.called(step.after.parent)
            text = N_("Số liệu của đơn vị này (%(figures)s) từ ngày đó cộng vào %(new)s, thôi cộng vào %(old)s.")
            return [message(text, old=old, new=new, **words)]
        if self.ends and self.heirs:
            text = N_(
                "Số liệu của đơn vị này (%(figures)s) không tự cộng sang đơn vị nhận: sau khi lưu, ghi số liệu mới cho "
                "%(to)s."
            )
            return [message(text, to=self.heirs_called(), **words)]
        if self.ends:
            return [message(N_("Số liệu của đơn vị này (%(figures)s) thôi được tính từ ngày đó."), **words)]
        if self.kind == ChangeKind.SPLIT:
            text = N_(
                "Số liệu của đơn vị này (%(figures)s) giữ nguyên: sau khi lưu, ghi lại số còn lại và số của %(to)s."
            )
            return [message(text, to=self.heirs_called(), **words)]
        return [message(N_("Số liệu của đơn vị này giữ nguyên: %(figures)s."), **words)]

    def contests(self) -> list[Message]:
        titles = self.plan.keepers
        if not titles:
            return [message(N_("Không có cuộc thi nào đang tính theo cây đơn vị hôm nay."))]
        text = N_(
            "%(count)s cuộc thi đã mở vẫn tính theo cây và số liệu khi mở: %(names)s. Kết quả đọc được theo cả cây khi "
            "mở cuộc thi và cây hiện nay."
        )
        return [message(text, count=len(titles), names=_listed(titles))]

    def roles(self) -> list[Message]:
        found = []
        if self.kind == ChangeKind.MOVE and (step := self.own[0]).before and step.after:
            old, new = self._above(step.before.parent), self._above(step.after.parent)
            for ids, text in (
                (old - new, N_("%(count)s quyền của cán bộ ở cấp trên cũ thôi xem được đơn vị này: %(names)s.")),
                (new - old, N_("%(count)s quyền của cán bộ ở cấp trên mới bắt đầu xem được đơn vị này: %(names)s.")),
            ):
                if holders := self._holders(ids):
                    found.append(message(text, count=len(holders), names=_listed(holders)))
        holders = self._holders([self.union.id]) if self.kind != ChangeKind.OPEN else []
        if holders and self.ends:
            text = N_(
                "%(count)s quyền của cán bộ gắn với đơn vị này không tự chuyển: %(names)s. Sau khi lưu, mở Việc còn "
                "lại để chuyển sang đơn vị nhận."
            )
            found.append(message(text, count=len(holders), names=_listed(holders)))
        elif holders:
            text = N_("%(count)s quyền của cán bộ gắn với đơn vị này giữ nguyên: %(names)s.")
            found.append(message(text, count=len(holders), names=_listed(holders)))
        return found or [message(N_("Không có quyền nào của cán bộ thay đổi."))]

    def _above(self, code: str) -> frozenset[int]:
        union_id = self.plan.ground.ids.get(code)
        return queries.ancestor_ids(self.session, union_id) if union_id else frozenset()

    def _holders(self, union_ids: Collection[int]) -> list[str]:
        """Who holds a role at some unions, today or later: a name for each role."""
        lasting = or_(RoleGrant.until_on.is_(None), RoleGrant.until_on >= self.today)
        wanted = (
            select(Person.name)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.union_id.in_(union_ids), RoleGrant.ended_at.is_(None), lasting)
            .order_by(Person.name_key, Person.id, RoleGrant.id)
        )
        return list(self.session.scalars(wanted))


def _joined(figures: Sequence[Message]) -> str | Message:
    """Figures one after the other, as one value of a sentence."""
    told: str | Message = ""
    for place, figure in enumerate(figures):
        told = message(N_("%(first)s, %(last)s"), first=told, last=figure) if place else figure
    return told
