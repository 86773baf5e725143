"""What the pages of participation show of one union in one contest, put together once for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from contest.accounts.rules import KIND_NAMES, PersonKind
from contest.clock import vietnamese_day
from contest.participation import pages, queries
from contest.participation.branches import Branch, KindRow
from contest.participation.comparing import Earlier, difference, earlier, joined_on, moves_today
from contest.participation.forests import Node
from contest.participation.frames import Frame
from contest.participation.reading import announced_at
from contest.participation.rules import NOTHING
from contest.participation.whole import delay, kind_frames, remembered
from contest.rounds.models import Contest
from contest.unions.rules import PRESENT
from contest.web.texts import say
from contest.web.workbooks import Cell, Column, Table


@dataclass(frozen=True, slots=True)
class Board:
    """``scores``: whether average and all-correct are shown; ``then``: what the figures are compared with."""

    contest: Contest
    ask: pages.Asked
    branch: Branch
    table: pages.Table
    then: Earlier | None
    scores: bool

    @property
    def difference(self) -> Any:
        """How the union itself stands to what it was."""
        if self.then is None:
            return None
        return difference(self.branch.root, self.then.row(self.branch.root_id), self.then.rates)

    @property
    def common_percent(self) -> int | None:
        """The per cent asked of every union below that was given nothing of its own."""
        return self.branch.rolled.frame.targets.passed_on(self.branch.root_id).percent

    @property
    def handed_percent(self) -> int | None:
        """The per cent asked of the union itself."""
        return self.branch.rolled.frame.targets.handed(self.branch.root_id).percent

    @property
    def has_target(self) -> bool:
        """Whether something is asked of the union or of one shown."""
        rows = [self.branch.root, *self.table.rows]
        return self.common_percent is not None or any(row.wanted is not None for row in rows)


def board(
    session: Session,
    memo: dict[str, Any],
    contest: Contest,
    branch: Branch,
    ask: pages.Asked,
    now: datetime,
    scores: bool,
) -> Board:
    """A union with its table; who joined today is asked only while places may move."""
    then = earlier(session, memo, contest, ask.round_number, now, ask.today)
    joined = None
    if not ask.round_number and moves_today(contest, now):
        tree, day = branch.at(branch.top_id), vietnamese_day(now)
        key = ("joined", contest.id, day, ask.today)
        joined = remembered(memo, key, tree, lambda: joined_on(session, contest, tree, day))
    return Board(contest, ask, branch, pages.table(branch, contest, ask, joined, then), then, scores)


def may_know_scores(contest: Contest, round_number: int) -> bool:
    """Whether everybody may see averages and how many were all right: once results are announced and not corrected."""
    parts = [contest] if not round_number else [r for r in contest.rounds if r.number == round_number]
    correcting = any(part.correcting_since for part in parts)
    return announced_at(contest, round_number) is not None and not correcting


def path_of(branch: Branch) -> list[Node]:
    """The unions from the top of the tree as read down to the root of the branch, itself last."""
    forest = branch.rolled.forest
    places = [branch.place]
    while forest.hung[places[-1]] >= 0:
        places.append(forest.hung[places[-1]])
    return [forest.nodes[place] for place in reversed(places)]


def context(board: Board) -> dict[str, Any]:
    """What the template of every table of unions needs."""
    contest, ask = board.contest, board.ask
    return {
        "contest": contest,
        "ask": ask,
        "board": board,
        "branch": board.branch,
        "table": board.table,
        "rounds": pages.round_tabs(contest, ask),
        "round_label": pages.round_label(contest, ask.round_number),
        "levels": pages.level_tabs(board.branch, ask),
        "readings": pages.reading_tabs(contest, ask),
        "leagues": pages.league_tabs(ask),
        "sizes": pages.size_tabs(contest, ask),
        "class_names": pages.class_names(contest),
        "taken": pages.delay_sentence(board.branch),
        "against": pages.against(board.then, contest) if board.then else "",
        "against_short": pages.against_short(board.then, contest) if board.then else "",
        "headcount_short": pages.headcount_short(contest),
        "headcount_label": pages.headcount_label(contest),
        "headcount_days": pages.headcount_days(board.branch.root, pages.headcount_label(contest)),
        "basis": pages.basis_sentence(contest),
        "sort_address": lambda key: pages.sort_address(ask, key),
        "page_address": lambda n: pages.address(trang=n),
        "minimum": pages.minimum(contest),
    }


def data(board: Board) -> dict[str, Any]:
    """The same for programs."""
    contest, branch, then = board.contest, board.branch, board.then
    difference = board.difference
    return {
        "contest": contest.slug,
        "round": board.ask.round_number,
        "reading": "today" if board.ask.today else "opening",
        "taken_at": branch.taken_at.isoformat() if branch.taken_at else None,
        "delay_s": int(delay().total_seconds()),
        "target_percent": contest.target_percent,
        "size_classes": list(contest.size_classes),
        "compared_with": {"contest": then.contest.slug, "round": then.round_number} if then else None,
        "people_before": difference.before if difference else None,
        "union": branch.root.data() | (branch.root.scores_data() if board.scores else {}),
        "direct": {"people": branch.direct.people, "attempts": branch.direct.attempts},
        "rows": pages.rows_data(board.table, board.scores),
        "page": board.table.page,
        "pages": board.table.pages,
        "total": board.table.total,
    }


@dataclass(frozen=True, slots=True)
class Course:
    """A union's participation by day, by hour of the day, by kind, and by division and kind."""

    days: Sequence[queries.Day]
    hours: Sequence[int]
    kinds: Sequence[KindRow]
    parts: Sequence[queries.Part]

    def data(self, scores: bool) -> dict[str, Any]:
        return {
            "kinds": [row.data() | (_scores(row) if scores else {}) for row in self.kinds],
            "parts": [
                {"kind": p.kind, "division": p.division, "people": p.counts.people, "attempts": p.counts.attempts}
                | (_scores(p) if scores else {})
                for p in self.parts
            ],
            "days": [{"day": d.day.isoformat(), "people": d.people, "attempts": d.attempts} for d in self.days],
            "hours": list(self.hours),
        }

    def sheets(self) -> list[Table]:
        """The same as sheets of an Excel file."""
        number = Cell.NUMBER
        found = [
            Table(
                gettext("Theo ngày"),
                [Column(gettext("Ngày")), Column(gettext("Người mới"), number), Column(gettext("Lượt thi"), number)],
                [[d.day.strftime("%d/%m/%Y"), d.people, d.attempts] for d in self.days],
            ),
            Table(
                gettext("Theo giờ"),
                [Column(gettext("Giờ trong ngày")), Column(gettext("Lượt thi"), number)],
                [[f"{hour}:00", attempts] for hour, attempts in enumerate(self.hours)],
            ),
            Table(
                gettext("Theo đối tượng"),
                [
                    Column(gettext("Đối tượng"), width=24),
                    Column(gettext("Số người dự thi"), number),
                    Column(gettext("Số lượt thi"), number),
                    Column(gettext("Tổng số người"), number),
                    Column(gettext("Tỷ lệ (%)"), Cell.DECIMAL),
                    Column(gettext("Điểm trung bình"), Cell.DECIMAL),
                    Column(gettext("Số người đúng tất cả"), number),
                ],
                [
                    [
                        say(KIND_NAMES[PersonKind(row.kind)]),
                        row.counts.people,
                        row.counts.attempts,
                        row.headcount,
                        row.rate,
                        row.counts.average,
                        row.counts.perfect_people,
                    ]
                    for row in self.kinds
                ],
            ),
        ]
        return found + [self._divided()] if any(part.division for part in self.parts) else found

    def _divided(self) -> Table:
        number = Cell.NUMBER
        return Table(
            gettext("Theo bảng và đối tượng"),
            [
                Column(gettext("Bảng"), width=24),
                Column(gettext("Đối tượng"), width=24),
                Column(gettext("Số người dự thi"), number),
                Column(gettext("Số lượt thi"), number),
                Column(gettext("Điểm trung bình"), Cell.DECIMAL),
                Column(gettext("Số người đúng tất cả"), number),
            ],
            [
                [
                    p.division or "",
                    say(KIND_NAMES[PersonKind(p.kind)]),
                    p.counts.people,
                    p.counts.attempts,
                    p.counts.average,
                    p.counts.perfect_people,
                ]
                for p in self.parts
            ],
        )


def _scores(part: queries.Part | KindRow) -> dict[str, Any]:
    average = part.counts.average
    return {
        "perfect_people": part.counts.perfect_people,
        "average_score": None if average is None else round(average, 4),
    }


def course(session: Session, memo: dict[str, Any], board: Board, now: datetime) -> Course:
    """Three queries, each a few rows a union, and the headcounts; asked once for the same figures of the branch."""
    contest, root, number = board.contest, board.branch.root_id, board.ask.round_number
    tree = PRESENT if board.ask.today else None

    def make() -> Course:
        parts = queries.parts(session, contest, root, number, tree)
        return Course(
            queries.by_day(session, contest, root, vietnamese_day(now), tree),
            queries.by_hour(session, contest, root, tree),
            by_kind(parts, kind_frames(session, memo, contest, number, now, board.ask.today), root),
            parts,
        )

    return remembered(memo, ("course", contest.id, number, tree), board.branch, make)


def by_kind(parts: Sequence[queries.Part], frames: Mapping[str, Frame], union_id: int) -> list[KindRow]:
    """Every kind that took part or that has a headcount, in their usual order."""
    found = []
    for kind in map(str, PersonKind):
        counts = sum((part.counts for part in parts if part.kind == kind), NOTHING)
        frame = frames[kind]
        place = frame.forest.places.get(union_id)
        size = None if place is None else frame.sizes[place]
        if counts.attempts or (size and size.number):
            found.append(KindRow(kind, counts, size))
    return found
