"""The tables of a union's report on a year as Excel."""

from typing import Any

from flask_babel import gettext

from contest.participation import exports as participation
from contest.reports.report_words import round_name
from contest.reports.yearly_figures import Part, Yearly
from contest.reports.yearly_unions import YearRow
from contest.reports.yearly_words import ALL, ELSEWHERE, notes, target_words
from contest.rounds.models import Contest
from contest.web.workbooks import Cell, Column, Table


def sheets(yearly: Yearly) -> list[Table]:
    """The contests of the year, and what else there is to tell of them, a sheet each."""
    return [_contests(yearly), *(table for table in (_unions(yearly), _each(yearly), _prizes(yearly)) if table.rows)]


def _contests(yearly: Yearly) -> Table:
    columns = [
        Column(gettext("Cuộc thi"), width=50),
        *_numbers(),
        Column(gettext("Chỉ tiêu (người)"), Cell.NUMBER),
        Column(gettext("Kết quả so với chỉ tiêu"), width=24),
        Column(gettext("Số giải"), Cell.NUMBER),
    ]
    rows: list[list[Any]] = [
        [
            part.contest.title,
            part.row.counts.people,
            part.row.counts.attempts,
            part.row.headcount,
            part.row.rate,
            part.row.wanted,
            target_words(part),
            len(part.prizes),
        ]
        for part in yearly.parts
    ]
    return Table(str(yearly.year), columns, rows)


def _numbers() -> list[Column]:
    """Who of how many."""
    return [
        Column(gettext("Số người dự thi"), Cell.NUMBER),
        Column(gettext("Số lượt thi"), Cell.NUMBER),
        Column(gettext("Số đoàn viên"), Cell.NUMBER),
        Column(gettext("Tỷ lệ (%)"), Cell.DECIMAL),
    ]


def _unions(yearly: Yearly) -> Table:
    """The unions right below with what they had in all contests, and what they add up to."""
    columns = [
        Column(gettext("Mã đơn vị"), width=16),
        Column(gettext("Đơn vị"), width=48),
        Column(gettext("Số cuộc thi được dự"), Cell.NUMBER),
        Column(gettext("Số cuộc thi có người dự"), Cell.NUMBER),
        *_numbers(),
        Column(gettext("Số chỉ tiêu được giao"), Cell.NUMBER),
        Column(gettext("Số chỉ tiêu đã đạt"), Cell.NUMBER),
        Column(gettext("Còn thiếu (người)"), Cell.NUMBER),
        Column(gettext("Ghi chú"), width=60),
    ]
    unions, elsewhere = yearly.unions, yearly.direct
    rows = [_union(one.latest.node.code, one.latest.node.name, one, ". ".join(notes(one))) for one in unions]
    if rows:
        if elsewhere.people:
            rows.append(["", ELSEWHERE, None, None, elsewhere.people, elsewhere.attempts, *[None] * 5, ""])
        rows.append(_union("", ALL, yearly.total, ""))
    return Table(gettext("Đơn vị"), columns, rows)


def _union(code: str, name: str, one: YearRow, note: str) -> list[Any]:
    targets = [one.asked, one.reached, one.missing] if one.asked else [None, None, None]
    return [
        code,
        name,
        len(one.rows),
        one.entered,
        one.counts.people,
        one.counts.attempts,
        one.headcount,
        one.rate,
        *targets,
        note,
    ]


def _each(yearly: Yearly) -> Table:
    """Every union below in every contest by itself."""
    columns = [
        Column(gettext("Cuộc thi"), width=40),
        Column(gettext("Mã đơn vị"), width=16),
        Column(gettext("Đơn vị"), width=48),
        *_numbers(),
        Column(gettext("Chỉ tiêu (người)"), Cell.NUMBER),
        Column(gettext("Còn thiếu (người)"), Cell.NUMBER),
        Column(gettext("Ghi chú"), width=60),
    ]
    return Table(gettext("Đơn vị, từng cuộc thi"), columns, [row for part in yearly.parts for row in _in_contest(part)])


def _in_contest(part: Part) -> list[list[Any]]:
    return [
        [
            part.contest.title,
            row.node.code,
            row.node.name,
            row.counts.people,
            row.counts.attempts,
            row.headcount,
            row.rate,
            row.wanted,
            None if row.missing is None else max(0, row.missing),
            participation.remarked(row),
        ]
        for row in part.unions
    ]


def _prizes(yearly: Yearly) -> Table:
    columns = [
        Column(gettext("Cuộc thi"), width=40),
        Column(gettext("Đợt thi"), width=20),
        Column(gettext("Giải"), width=24),
        Column(gettext("Người, đơn vị đạt giải"), width=34),
        Column(gettext("Đơn vị"), width=44),
    ]
    rows = [
        [
            part.contest.title,
            _round_name(part.contest, prize.round_number),
            prize.title,
            prize.name,
            prize.union,
        ]
        for part in yearly.parts
        for prize in part.prizes
    ]
    return Table(gettext("Giải thưởng"), columns, rows)


def _round_name(contest: Contest, number: int) -> str:
    found = next((round_ for round_ in contest.rounds if round_.number == number), None)
    return round_name(found) if found else gettext("Cả cuộc thi")
