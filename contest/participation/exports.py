"""The participation of a branch as rows of a sheet."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext

from contest.participation.branches import Branch, UnionRow
from contest.participation.comparing import Earlier, difference
from contest.participation.leagues import class_name, size_class
from contest.unions.rules import LEVEL_NAMES, Level
from contest.web.texts import day, say
from contest.web.workbooks import Cell, Column


def columns(headcount_label: str, compared: bool = False) -> list[Column]:
    """``compared``: with two columns of what was before."""
    before = [Column(gettext("Trước đó (người)"), Cell.NUMBER), Column(gettext("Tăng, giảm (người)"), Cell.NUMBER)]
    return [
        Column(gettext("Mã đơn vị"), width=16),
        Column(gettext("Đơn vị"), width=48),
        Column(gettext("Cấp"), width=24),
        Column(gettext("Số người dự thi"), Cell.NUMBER),
        Column(gettext("Số lượt thi"), Cell.NUMBER),
        Column(headcount_label, Cell.NUMBER),
        Column(gettext("Ngày số liệu"), width=24),
        Column(gettext("Tỷ lệ (%)"), Cell.DECIMAL),
        Column(gettext("Chỉ tiêu (người)"), Cell.NUMBER),
        Column(gettext("Còn thiếu (người)"), Cell.NUMBER),
        Column(gettext("Điểm trung bình"), Cell.DECIMAL),
        Column(gettext("Số người đúng tất cả"), Cell.NUMBER),
        Column(gettext("Số lượt đúng tất cả"), Cell.NUMBER),
        Column(gettext("Số đơn vị cơ sở"), Cell.NUMBER),
        Column(gettext("Số đơn vị cơ sở chưa có người dự thi"), Cell.NUMBER),
        Column(gettext("Ghi chú"), width=60),
        *(before if compared else []),
    ]


def class_column() -> Column:
    return Column(gettext("Nhóm theo cỡ đơn vị"), width=24)


def rows(branch: Branch, then: Earlier | None = None, bounds: Sequence[int] = ()) -> Iterator[list[Any]]:
    """Every union of the branch from the top down, set in by its depth; each with all unions below it.

    ``then``: what to compare with, two more columns; ``bounds`` of size classes: one more.
    """
    for depth, row in branch.everyone():
        counts = row.counts
        yield [
            row.node.code,
            "    " * depth + row.node.name,
            gettext(LEVEL_NAMES[Level(row.node.level)]),
            counts.people,
            counts.attempts,
            row.headcount,
            counted_on(row),
            row.rate,
            row.wanted,
            row.missing,
            counts.average,
            counts.perfect_people,
            counts.perfect_attempts,
            row.units,
            row.silent,
            remarked(row),
            *(_compared(row, then) if then else []),
            *([_class(row, bounds)] if bounds else []),
        ]


def _compared(row: UnionRow, then: Earlier) -> list[int | None]:
    found = difference(row, then.row(row.node.id), then.rates)
    return [found.before, found.people] if found else [None, None]


def _class(row: UnionRow, bounds: Sequence[int]) -> str:
    number = size_class(row.headcount, bounds)
    return "" if number is None else say(class_name(number, bounds))


def counted_on(row: UnionRow) -> str:
    """Of which days a row's headcount is, as one cell holds it."""
    if not row.headcount or row.size is None or row.size.since is None:
        return ""
    return " - ".join(day(one) for one in dict.fromkeys((row.size.since, row.size.until)))


def remarked(row: UnionRow) -> str:
    """What has to be known about a row's figures, as one cell holds it."""
    return "; ".join(remark.rstrip(".") for remark in _remarks(row))


def _remarks(row: UnionRow) -> list[str]:
    found = [row.node.note] if row.node.note else []
    if row.node.newcomer:
        found.append(gettext("Đơn vị thành lập sau ngày mở cuộc thi nên không có số đoàn viên của ngày ấy."))
    if row.size is None or not row.size.number:
        if not row.node.newcomer:
            found.append(gettext("Chưa có số đoàn viên nên chưa tính được tỷ lệ."))
        return found
    if row.implausible:
        found.append(gettext("Số người dự thi lớn hơn số đoàn viên: hãy kiểm tra lại số đoàn viên."))
    if row.size.unconfirmed:
        found.append(gettext("Số đoàn viên do đơn vị tự ghi, chờ cấp trên xác nhận."))
    if row.size.late:
        found.append(gettext("Số đoàn viên lấy theo số liệu sau ngày mở cuộc thi."))
    if row.size.missing:
        found.append(gettext("Thiếu số đoàn viên của %(count)s đơn vị cấp dưới.", count=row.size.missing))
    return found
