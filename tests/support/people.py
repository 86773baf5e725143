"""Builders: a small town of unions, people, banks and contests. Lan is a member, Hùng the official of her union,
Mai an organizer of the province, Sơn a stranger."""

from datetime import timedelta

from sqlalchemy import func, select, update

from contest import clock
from contest.accounts.actions import grant_role, new_person
from contest.accounts.rules import TERMINAL, PersonKind, Role
from contest.rounds.models import BlueprintRow, Contest, Division, Round, Stage
from contest.rounds.settings import ContestState
from contest.unions import spells
from contest.unions.models import Headcount, KeptTree, TradeUnion, TreeNode, UnionAncestry
from contest.unions.rules import LONG_AGO, PRESENT, Level, NodeState, search_text
from questions.actions import create_bank, store_drafts
from questions.rules import Choice, Draft
from questions.text import sort_key


class Town:
    """Everything is flushed; call ``commit`` before opening pages."""

    def __init__(self, session):
        self.session = session
        self.now = clock.now()
        self._phones = iter(range(912000001, 913000000))
        self._unions = {}

    def commit(self):
        self.session.commit()

    # unions

    def union(self, code, name=None, parent=None, level=Level.GRASSROOTS, members=None, on=None):
        """A union with its ancestry; ``members`` gives it a headcount."""
        name = name or f"Công đoàn {code}"
        union = TradeUnion(
            code=code,
            name=name,
            name_fold=search_text(code, name),
            name_key=sort_key(name),
            level=level,
            parent_id=parent.id if parent else None,
        )
        self.session.add(union)
        self.session.flush()
        above = self._unions[parent.id] if parent else []
        self._unions[union.id] = [*above, union.id]
        for distance, ancestor in enumerate(reversed(self._unions[union.id])):
            self.session.add(UnionAncestry(ancestor_id=ancestor, union_id=union.id, distance=distance))
        spells.begin(self.session, [union.id], None, LONG_AGO)
        self._hang(union, len(above))
        if members is not None:
            counted_on = on or self.now.date()
            self.session.add(
                Headcount(
                    union_id=union.id,
                    kind=PersonKind.MEMBER,
                    counted_on=counted_on,
                    number=members,
                    confirmed_at=LONG_AGO,
                )
            )
        self.session.flush()
        return union

    def _hang(self, union, depth):
        """Hang a union into the present tree, behind everything below its parent; the same as ``trees.rebuild``."""
        parent = self.session.get(TreeNode, (PRESENT, union.parent_id)) if union.parent_id else None
        if self.session.get(KeptTree, PRESENT) is None:
            self.session.add(KeptTree(id=PRESENT, until=None, made_at=LONG_AGO, revision=1))
            self.session.flush()
        if parent:
            end = parent.last
        else:
            end = self.session.scalar(select(func.max(TreeNode.last)).where(TreeNode.tree_id == PRESENT)) or 0
        here = TreeNode.tree_id == PRESENT
        moved = {"first": TreeNode.first + 1, "last": TreeNode.last + 1}
        self.session.execute(update(TreeNode).where(here, TreeNode.first > end).values(**moved))
        around = TreeNode.union_id.in_(self._unions[union.id])
        self.session.execute(update(TreeNode).where(here, around).values(last=TreeNode.last + 1))
        names = {name: getattr(union, name) for name in ("name", "short_name", "name_key", "level")}
        self.session.add(
            TreeNode(
                tree_id=PRESENT,
                union_id=union.id,
                parent_id=union.parent_id,
                first=end + 1,
                last=end + 1,
                depth=depth,
                state=NodeState.OPEN,
                **names,
            )
        )
        self.session.flush()

    @property
    def province(self):
        """LC with two districts (LC-PT, LC-TU) of two grassroots unions each, made once."""
        if not hasattr(self, "_province"):
            self._province = self.union("LC", "Liên đoàn Lao động tỉnh Lai Châu", level=Level.PROVINCIAL)
            for code, name in (("LC-PT", "LĐLĐ huyện Phong Thổ"), ("LC-TU", "LĐLĐ huyện Than Uyên")):
                district = self.union(code, name, self._province, level=Level.UPPER)
                setattr(self, code.replace("-", "_"), district)
                for number in (1, 2):
                    grassroots = self.union(f"{code}-{number}", f"CĐCS số {number} {name}", district, members=10)
                    setattr(self, f"{code}-{number}".replace("-", "_"), grassroots)
        return self._province

    # people

    def person(self, name="Lò Thị Lan", union=None, kind=PersonKind.MEMBER, phone=None, password_hash=None):
        if union is None:
            union = self.province and self.LC_PT_1
        return new_person(
            self.session,
            name=name,
            phone=phone or f"0{next(self._phones)}",
            now=self.now,
            kind=kind,
            union_id=union.id,
            password_hash=password_hash,
        )

    @property
    def lan(self):
        if not hasattr(self, "_lan"):
            self._lan = self.person("Lò Thị Lan")
        return self._lan

    @property
    def hung(self):
        """Official of the union Lan belongs to."""
        if not hasattr(self, "_hung"):
            self._hung = self.person("Vàng Văn Hùng", kind=PersonKind.OFFICIAL)
            grant_role(self.session, TERMINAL, self._hung, Role.OFFICIAL, self.LC_PT_1.id, self.now)
        return self._hung

    @property
    def mai(self):
        """Organizer of the whole province."""
        if not hasattr(self, "_mai"):
            self._mai = self.person("Nguyễn Thị Mai", union=self.province, kind=PersonKind.OFFICIAL)
            grant_role(self.session, TERMINAL, self._mai, Role.ORGANIZER, self.province.id, self.now)
        return self._mai

    @property
    def admin(self):
        if not hasattr(self, "_admin"):
            self._admin = self.person("Đỗ Quản Trị", union=self.province, kind=PersonKind.OFFICIAL)
            grant_role(self.session, TERMINAL, self._admin, Role.ADMINISTRATOR, None, self.now)
        return self._admin

    @property
    def son(self):
        """A member of a far union without any role."""
        if not hasattr(self, "_son"):
            self._son = self.person("Trần Văn Sơn", union=self.province and self.LC_TU_2)
        return self._son

    # questions

    def bank(self, code="bank", size=10, topics=("Chung",), owner=None):
        """A bank of single-answer questions; the right option is always the one that reads "Đúng <n>"."""
        from contest.banks.models import BankOwner

        bank = create_bank(self.session, code=code, title=f"Ngân hàng {code}", now=self.now)
        self.session.add(BankOwner(bank_id=bank.id, union_id=(owner or self.province).id))
        drafts = [
            Draft(
                stem=f"Câu hỏi số {n} của {code}?",
                choices=tuple(Choice(f"{'Đúng' if i == n % 4 else 'Sai'} {n}.{i}", i == n % 4) for i in range(4)),
                topic=topics[n % len(topics)],
                source=f"Tài liệu {n}",
                code=f"{code}-{n}",
            )
            for n in range(size)
        ]
        store_drafts(self.session, bank, drafts, author="test", now=self.now)
        self.session.flush()
        return bank

    # contests

    def contest(self, slug="cuoc-thi", title="Cuộc thi thử", published=True, **settings):
        contest = Contest(
            slug=slug,
            title=title,
            union_id=self.province.id,
            created_at=self.now,
            state=ContestState.PUBLISHED if published else ContestState.DRAFT,
            published_at=self.now if published else None,
            **settings,
        )
        contest.stages.append(Stage(position=1))
        self.session.add(contest)
        self.session.flush()
        return contest

    def round(self, contest=None, number=1, bank=None, count=5, points=1, opens=-60, closes=60, **settings):
        """A round open from ``opens`` to ``closes`` minutes from now, drawing ``count`` questions of a bank."""
        contest = contest or self.contest()
        bank = bank or self.bank(code=f"{contest.slug}-{number}")
        values = {"allowance_s": 1200, "max_attempts": 2, "seed": f"{number:064x}"}
        round_ = Round(
            contest=contest,
            stage_id=contest.stages[0].id,
            number=number,
            opens_at=self.now + timedelta(minutes=opens),
            closes_at=self.now + timedelta(minutes=closes),
            **(values | settings),
        )
        round_.blueprint.append(BlueprintRow(position=1, bank_id=bank.id, count=count, points=points))
        self.session.add(round_)
        self.session.flush()
        return round_

    def division(self, contest, code, kinds=(), union=None):
        division = Division(
            code=code,
            title=f"Bảng {code}",
            position=len(contest.divisions) + 1,
            kinds=list(kinds),
            union_id=union.id if union else None,
        )
        contest.divisions.append(division)
        self.session.flush()
        return division
