"""What a list of unions may say: every fault of its rows, and of the tree that they would make; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from contest.accounts.rules import KIND_NAMES, PersonKind
from contest.unions import faulty
from contest.unions.rules import (
    BASE_LEVELS,
    LEVEL_NAMES,
    MAX_HEADCOUNT,
    MAX_NOTE,
    Fault,
    Level,
    may_stand_under,
)
from questions.messages import N_, Message, message


@dataclass(frozen=True, slots=True)
class UnionRow:
    """One union of an import file: ``row`` as the spreadsheet shows it, ``counts`` people by kind on ``counted_on``."""

    row: int
    code: str
    name: str
    level: Level | None
    parent: str = ""
    short_name: str = ""
    note: str = ""
    counts: Mapping[PersonKind, int] = field(default_factory=dict)
    counted_on: date | None = None
    #: "mã - tên" or a name; None: the list has no such column, the place stays as it is.
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a union, as far as the checks of an import need it.

    ``since`` None: nobody knows since when it is open; ``until`` the day from which it is not, None: none is known.
    """

    parent: str
    level: Level
    since: date | None = None
    until: date | None = None


def faults_of(rows: Sequence[UnionRow], known: Mapping[str, Known], today: date) -> list[Fault]:
    """Everything that keeps a list of unions from being taken, in the order of its rows.

    ``known`` is the tree as it is, by code; a union may name a parent in the file or in the tree.
    """
    first = {row.code: row for row in reversed(rows) if row.code}
    tree = dict(known) | {row.code: Known(row.parent, row.level) for row in first.values() if row.level}
    found = []
    for row in rows:
        found += [Fault(why, row.row) for why in _row_faults(row, today)]
        if row.code and first[row.code] is not row:
            found.append(Fault(_twice(row.code, first[row.code].row), row.row))
        elif row.parent:
            found += [Fault(why, row.row) for why in _parent_faults(row, tree)]
            if row.parent in known and _comes_under(row, known, today):
                found += [Fault(why, row.row) for why in _not_open(row.parent, known[row.parent], today)]
    found += [Fault(_cycle(codes), first[codes[0]].row) for codes in _cycles(tree, first)]
    return sorted(found, key=lambda fault: fault.row or 0)


def _row_faults(row: UnionRow, today: date) -> Iterator[Message]:
    yield from faulty.of_code(row.code)
    yield from faulty.of_names(row.name, row.short_name)
    yield from faulty.of_length(row.note, MAX_NOTE, N_("Ghi chú"))
    yield from _count_faults(row, today)


def _count_faults(row: UnionRow, today: date) -> Iterator[Message]:
    limit = MAX_HEADCOUNT[row.level in BASE_LEVELS]
    for kind, number in row.counts.items():
        if number < 0:
            yield message(N_("Số %(kind)s không thể là số âm. Hãy sửa lại."), kind=message(KIND_NAMES[kind]))
        elif number > limit:
            yield message(
                N_("Số %(kind)s là %(number)s, lớn quá mức có thể (%(limit)s). Hãy kiểm tra lại."),
                kind=message(KIND_NAMES[kind]),
                number=number,
                limit=limit,
            )
    if row.counted_on and not date(1990, 1, 1) <= row.counted_on <= today:
        yield message(N_("Ngày số liệu %(day)s phải từ năm 1990 đến hôm nay. Hãy sửa lại ngày."), day=row.counted_on)


def code_fault(code: str, seen: Mapping[str, int]) -> Message | None:
    """Why a row of a sheet made for filling in names no union, or one that an earlier row (``seen``, by code) did."""
    if not code:
        return message(N_("Thiếu mã đơn vị. Hãy tải lại tệp mẫu: mã của từng đơn vị đã có sẵn trong đó."))
    return _twice(code, seen[code]) if code in seen else None


def _twice(code: str, other: int) -> Message:
    return message(N_("Mã “%(code)s” đã có ở dòng %(other)s. Mỗi đơn vị chỉ ghi một dòng."), code=code, other=other)


def _parent_faults(row: UnionRow, tree: Mapping[str, Known]) -> Iterator[Message]:
    parent = tree.get(row.parent)
    if row.parent == row.code:
        yield message(N_("Đơn vị không thể là cấp trên của chính mình. Hãy sửa cột Mã cấp trên."))
    elif parent is None:
        yield message(
            N_("Không có đơn vị mã “%(parent)s” trong tệp và trong danh sách đã nhập. Hãy sửa cột Mã cấp trên."),
            parent=row.parent,
        )
    elif row.level and not may_stand_under(row.level, parent.level):
        yield message(
            N_("%(level)s không thể trực thuộc %(above)s (mã %(parent)s). Hãy sửa cột Cấp hoặc Mã cấp trên."),
            level=message(LEVEL_NAMES[row.level]),
            above=message(LEVEL_NAMES[parent.level]),
            parent=row.parent,
        )


def _comes_under(row: UnionRow, known: Mapping[str, Known], today: date) -> bool:
    """Whether the row brings a union that is open, or new, below another manager than it has."""
    itself = known.get(row.code)
    return itself is None or (itself.parent != row.parent and (itself.until is None or itself.until > today))


def _not_open(code: str, parent: Known, today: date) -> Iterator[Message]:
    """Why nobody can be put below a union: its day has not come, it has ended, or a decision ends it."""
    if parent.since is not None and parent.since > today:
        yield message(
            N_("Cấp trên mã “%(code)s” đến ngày %(day)s mới thành lập. Hãy ghi mã đơn vị đang quản lý trực tiếp."),
            code=code,
            day=faulty.said(parent.since),
        )
    elif parent.until is not None:
        yield message(
            N_(
                "Cấp trên mã “%(code)s” kết thúc hoạt động từ ngày %(day)s. "
                "Hãy ghi mã của đơn vị đã nhận thay, hoặc cấp trên khác đang hoạt động."
            ),
            code=code,
            day=faulty.said(parent.until),
        )


def _cycles(tree: Mapping[str, Known], changed: Mapping[str, UnionRow]) -> Iterator[list[str]]:
    """Each ring of unions that stand above one another, beginning at the first row of the file in it."""
    done: set[str] = set()
    for code in changed:
        trail: dict[str, None] = {}
        while code and code not in done and code not in trail:
            trail[code] = None
            code = tree[code].parent if code in tree else ""
        done |= trail.keys()
        if code in trail:
            codes = list(trail)
            ring = codes[codes.index(code) :]
            in_file = [one for one in ring if one in changed]
            start = ring.index(min(in_file, key=lambda one: changed[one].row))
            if len(ring) > 1:
                yield ring[start:] + ring[:start]


def _cycle(codes: Sequence[str]) -> Message:
    return message(
        N_("Các đơn vị là cấp trên của nhau thành vòng: %(ring)s. Hãy sửa cột Mã cấp trên của một đơn vị."),
        ring=" → ".join([*codes, codes[0]]),
    )
