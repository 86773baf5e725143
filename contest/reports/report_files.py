"""The tables of a union's report on a contest as Excel."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from contest.participation import exports as participation
from contest.participation.branches import KindRow
from contest.participation.pages import headcount_days, headcount_label
from contest.reports.report_figures import Report
from contest.reports.report_words import NO_FIGURE, instant, kind_name, kind_remarks, round_name
from contest.web.texts import say
from contest.web.workbooks import Cell, Column, Table


def sheets(report: Report) -> list[Table]:
    """Everything a report tells, a sheet each."""
    parts = (_general, _comparison, _kinds, _divided, _unions, _silent, _prizes)
    found = [part(report) for part in parts]
    return [table for table in found if table.rows]


def _general(report: Report) -> Table:
    row, counts = report.row, report.row.counts
    rows: list[list[Any]] = [
        [gettext("Cuộc thi"), None, report.contest.title],
        *([[gettext("Đợt thi"), None, round_name(report.round)]] if report.round else []),
        [gettext("Đơn vị"), None, report.union.name],
        [gettext("Số liệu lúc"), None, instant(report.at)],
        [gettext("Số người dự thi"), counts.people, ""],
        [gettext("Số lượt thi"), counts.attempts, ""],
        [headcount_label(report.contest), row.headcount, headcount_days(row, headcount_label(report.contest))],
        [gettext("Tỷ lệ (%)"), row.rate, participation.remarked(row)],
        [gettext("Chỉ tiêu (người)"), row.wanted, ""],
        [gettext("Còn thiếu (người)"), None if row.missing is None else max(0, row.missing), ""],
        [gettext("Số đơn vị cơ sở"), row.units, ""],
        [gettext("Số đơn vị cơ sở chưa có người dự thi"), row.silent, ""],
    ]
    if report.told:
        rows += [
            [gettext("Điểm trung bình"), counts.average, ""],
            [gettext("Số người đúng tất cả"), counts.perfect_people, ""],
        ]
    columns = [
        Column(gettext("Số liệu"), width=40),
        Column(gettext("Giá trị"), Cell.FIGURE),
        Column(gettext("Ghi chú"), width=60),
    ]
    return Table(gettext("Số liệu chung"), columns, rows)


def _comparison(report: Report) -> Table:
    columns = [
        Column(gettext("Nội dung"), width=30),
        Column(gettext("Trước"), Cell.FIGURE),
        Column(gettext("Nay"), Cell.FIGURE),
        Column(gettext("Thay đổi"), Cell.FIGURE),
    ]
    rows: list[list[Any]] = []
    if report.before:
        then, now = report.before.row, report.row
        pairs = [
            (gettext("Số người dự thi"), then.counts.people, now.counts.people),
            (gettext("Số lượt thi"), then.counts.attempts, now.counts.attempts),
            (gettext("Tỷ lệ (%)"), report.before.rate, now.rate),
        ]
        rows = [[name, a, b, None if a is None or b is None else b - a] for name, a, b in pairs]
    return Table(gettext("So sánh"), columns, rows)


def _kinds(report: Report) -> Table:
    columns = [
        Column(gettext("Đối tượng"), width=24),
        Column(gettext("Số người"), Cell.NUMBER),
        Column(gettext("Số lượt"), Cell.NUMBER),
        Column(gettext("Tổng số người"), Cell.NUMBER),
        Column(gettext("Tỷ lệ (%)"), Cell.DECIMAL),
        Column(gettext("Ghi chú"), width=60),
    ]
    rows = [
        [
            say(kind_name(row)),
            row.counts.people,
            row.counts.attempts,
            row.headcount,
            row.rate,
            _kind_remarked(report, row),
        ]
        for row in report.kinds
    ]
    return Table(gettext("Theo đối tượng"), columns, rows)


def _kind_remarked(report: Report, row: KindRow) -> str:
    if row.rate is None:
        return gettext(NO_FIGURE)
    return "; ".join(remark.rstrip(".") for remark in kind_remarks(report, row))


def _divided(report: Report) -> Table:
    columns = [
        Column(gettext("Bảng"), width=24),
        Column(gettext("Đối tượng"), width=24),
        Column(gettext("Số người"), Cell.NUMBER),
        Column(gettext("Số lượt"), Cell.NUMBER),
    ]
    rows = [
        [part.division or "", say(kind_name(part)), part.counts.people, part.counts.attempts] for part in report.divided
    ]
    return Table(gettext("Theo bảng và đối tượng"), columns, rows)


def _unions(report: Report) -> Table:
    """The whole branch as the officials' own file has it; without scores until these may be told."""
    columns = participation.columns(headcount_label(report.contest))
    rows = [list(row) for row in participation.rows(report.branch)]
    if not report.told:
        places = [n for n, column in enumerate(columns) if column.title in _score_titles()]
        columns = _without(columns, places)
        rows = [_without(row, places) for row in rows]
    return Table(gettext("Đơn vị"), columns, rows)


def _score_titles() -> set[str]:
    return {gettext("Điểm trung bình"), gettext("Số người đúng tất cả"), gettext("Số lượt đúng tất cả")}


def _without(values: Sequence[Any], places: Sequence[int]) -> list[Any]:
    return [value for place, value in enumerate(values) if place not in places]


def _silent(report: Report) -> Table:
    columns = [Column(gettext("Mã đơn vị"), width=16), Column(gettext("Đơn vị"), width=60)]
    return Table(gettext("Chưa có người dự thi"), columns, [[node.code, node.name] for node in report.branch.silent()])


def _prizes(report: Report) -> Table:
    columns = [
        Column(gettext("Giải"), width=24),
        Column(gettext("Người, đơn vị đạt giải"), width=34),
        Column(gettext("Đơn vị"), width=44),
        Column(gettext("Đợt thi"), width=20),
    ]
    names = {round_.number: round_name(round_) for round_ in report.contest.rounds}
    rows = [
        [prize.title, prize.name, prize.union, names.get(prize.round_number, gettext("Cả cuộc thi"))]
        for prize in report.prizes
    ]
    return Table(gettext("Giải thưởng"), columns, rows)
