"""Whom one change of one union touches besides the tree: people, headcounts, contests, officials, in sentences."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person, RoleGrant
from contest.accounts.rules import PersonKind
from contest.unions import queries
from contest.unions.changes import ENDING
from contest.unions.models import TradeUnion, UnionAncestry
from contest.unions.planning import Plan
from contest.unions.rules import ChangeKind
from contest.unions.single_rules import named
from questions.messages import N_, Message, message

#: Names in one sentence; the rest is counted.
NAMED = 5

_COUNTED = {
    PersonKind.MEMBER: N_("%(count)s đoàn viên"),
    PersonKind.WORKER: N_("%(count)s người lao động"),
    PersonKind.OFFICIAL: N_("%(count)s cán bộ công đoàn"),
}


class Scene:
    """Whom a plan touches besides the tree itself: sentences by subject."""

    def __init__(
        self, session: Session, plan: Plan, kind: ChangeKind, union: TradeUnion, on: date, today: date
    ) -> None:
        self.session, self.plan, self.kind, self.union, self.today = session, plan, kind, union, today
        self.own = [step for step in plan.steps if step.code == union.code and not step.implied]
        self.along = [step for step in plan.steps if step.implied]
        self.ends = any(step.kind in ENDING for step in self.own)
        self.heirs = tuple(dict.fromkeys(code for step in self.own for code in step.successors))
        self.people_to = next((step.people_to for step in self.own if step.people_to), "")
        self.day = on

    def called(self, code: str) -> str:
        return named(code, self.plan.lines, self.day)

    def heirs_called(self) -> str | Message:
        return _listed([self.called(code) for code in self.heirs])

    def unions(self) -> list[Message]:
        if self.along:
            names = _listed([named(step.code, self.plan.lines) for step in self.along])
            text = N_("%(count)s đơn vị trực thuộc chuyển sang %(to)s: %(names)s.")
            return [message(text, count=len(self.along), to=self.heirs_called(), names=names)]
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
        return self._figures_of_an_end() if self.ends else [self._figures_of_a_change()]

    def _figures_of_a_change(self) -> Message:
        (line,) = queries.lines(self.session, [self.union])
        words: dict[str, object] = {"figures": _figures(line.counts)}
        if not line.counts:
            return message(N_("Đơn vị này chưa có số liệu."))
        if self.kind == ChangeKind.MOVE and (step := self.own[0]).before and step.after:
            old, new = self.called(step.before.parent), self.called(step.after.parent)
            text = N_("Số liệu của đơn vị này (%(figures)s) từ ngày đó cộng vào %(new)s, thôi cộng vào %(old)s.")
            return message(text, old=old, new=new, **words)
        if self.kind == ChangeKind.SPLIT:
            text = N_(
                "Số liệu của đơn vị này (%(figures)s) giữ nguyên: sau khi lưu, ghi lại số còn lại và số của %(to)s."
            )
            return message(text, to=self.heirs_called(), **words)
        return message(N_("Số liệu của đơn vị này giữ nguyên: %(figures)s."), **words)

    def _figures_of_an_end(self) -> list[Message]:
        """Figures go along with the unions below; those of the union itself end with it."""
        found = []
        if self.along:
            text = N_("Số liệu của %(count)s đơn vị đi theo từ ngày đó cộng vào %(to)s.")
            found.append(message(text, count=len(self.along), to=self.heirs_called()))
        known = queries.headcounts(self.session, [self.union.id]).get(self.union.id, {})
        figures = _figures({kind: one.number for kind, one in known.items()})
        if known and self.heirs:
            text = N_(
                "Số liệu ghi riêng cho đơn vị này (%(figures)s) không tự cộng sang đơn vị nhận: sau khi lưu, ghi số "
                "liệu mới cho %(to)s."
            )
            found.append(message(text, figures=figures, to=self.heirs_called()))
        elif known:
            found.append(
                message(N_("Số liệu của đơn vị này (%(figures)s) thôi được tính từ ngày đó."), figures=figures)
            )
        return found or [message(N_("Đơn vị này chưa có số liệu."))]

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


def _figures(counts: Mapping[PersonKind, int]) -> str | Message:
    """Headcounts one after the other, as one value of a sentence."""
    told: str | Message = ""
    for kind, text in _COUNTED.items():
        if kind in counts:
            figure = message(text, count=counts[kind])
            told = message(N_("%(first)s, %(last)s"), first=told, last=figure) if told else figure
    return told


def _listed(names: Sequence[str]) -> str | Message:
    if len(names) <= NAMED:
        return "; ".join(names)
    return message(N_("%(names)s và %(rest)s nữa"), names="; ".join(names[:NAMED]), rest=len(names) - NAMED)
