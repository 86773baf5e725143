"""The columns of a campaign's Excel files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext

from contest.accounts.rules import KIND_NAMES, PersonKind
from contest.campaigns.queries import Absent
from contest.campaigns.rules import REASON_NAMES, SOURCE_NAMES, Missing
from contest.campaigns.surveys import Call, Survey
from contest.web.workbooks import Cell, Column

#: More than any grassroots union has.
MAX_NAMES = 100_000


def name_columns() -> list[Column]:
    return [
        Column(gettext("STT"), Cell.NUMBER, 6),
        Column(gettext("Họ và tên"), width=32),
        Column(gettext("Đối tượng"), width=18),
        Column(gettext("Mã đơn vị"), width=16),
        Column(gettext("Đơn vị"), width=48),
    ]


def name_rows(people: Iterable[Absent]) -> Iterator[list[Any]]:
    for number, person in enumerate(people, 1):
        yield [number, person.name, gettext(KIND_NAMES[PersonKind(person.kind)]), person.union_code, person.union]


def number_columns() -> list[Column]:
    return [
        Column(gettext("Mã đơn vị"), width=16),
        Column(gettext("Đơn vị"), width=48),
        Column(gettext("Người dự thi"), Cell.NUMBER),
        Column(gettext("Chưa tham gia"), Cell.NUMBER),
        Column(gettext("Cách tính"), width=20),
    ]


def number_rows(found: Survey) -> Iterator[list[Any]]:
    """The basic units below, by name."""
    for row in found.rows.values():
        left = found.missing[row.node.id]
        yield [row.node.code, row.node.name, row.counts.people, left.number, source(left)]


def source(left: Missing) -> str:
    return gettext(SOURCE_NAMES[left.source]) if left.source else gettext("chưa có số liệu")


def call_columns() -> list[Column]:
    return [
        Column(gettext("STT"), Cell.NUMBER, 6),
        Column(gettext("Mã đơn vị"), width=16),
        Column(gettext("Đơn vị"), width=48),
        Column(gettext("Lý do"), width=22),
        Column(gettext("Người dự thi"), Cell.NUMBER),
        Column(gettext("Chỉ tiêu"), Cell.NUMBER),
        Column(gettext("Có thể mời thêm"), Cell.NUMBER),
        Column(gettext("Cách tính"), width=20),
        Column(gettext("Người phụ trách"), width=40),
    ]


def call_rows(calls: Iterable[Call], responsible: Mapping[int, Sequence[str]]) -> Iterator[list[Any]]:
    for number, call in enumerate(calls, 1):
        row = call.row
        yield [
            number,
            row.node.code,
            row.node.name,
            gettext(REASON_NAMES[call.reason]),
            row.counts.people,
            row.wanted,
            call.missing.number,
            source(call.missing),
            ", ".join(responsible.get(row.node.id, [])),
        ]
