"""How the tree must look: every fault on both sides of its boundary, and rings found by a plain second walk."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.accounts.rules import PersonKind
from contest.unions.list_rules import Known, UnionRow, faults_of
from contest.unions.rules import Level, may_stand_under, parse_level, search_text

TODAY = date(2026, 5, 1)
KNOWN = {
    "LC": Known("", Level.PROVINCIAL),
    "LC-PT": Known("LC", Level.UPPER),
    "LC-PT-1": Known("LC-PT", Level.GRASSROOTS),
}


def row(code="LC-PT-2", parent="LC-PT", level=Level.GRASSROOTS, name="CĐCS Hai", number=2, **more):
    return UnionRow(number, code, name, level, parent, **more)


def sentences(*rows, known=KNOWN):
    return [(fault.row, str(fault.message)) for fault in faults_of(rows, known, TODAY)]


def test_a_sound_row_has_no_fault():
    counts = {PersonKind.MEMBER: 300_000, PersonKind.WORKER: 0}
    assert sentences(row(counts=counts, counted_on=TODAY)) == []


def test_a_parent_may_stand_later_in_the_file_or_only_in_the_tree():
    assert sentences(row(code="A-1", parent="A"), row(code="A", parent="LC", level=Level.UPPER, number=3)) == []


def test_an_unknown_parent_is_named():
    assert sentences(row(parent="LC-XX")) == [
        (2, "Không có đơn vị mã “LC-XX” trong tệp và trong danh sách đã nhập. Hãy sửa cột Mã cấp trên.")
    ]


def test_a_code_stands_once():
    assert sentences(row(), row(number=7)) == [(7, "Mã “LC-PT-2” đã có ở dòng 2. Mỗi đơn vị chỉ ghi một dòng.")]


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"code": ""}, "Thiếu mã đơn vị."),
        ({"code": "A B"}, "Mã “A B” phải gồm chữ không dấu"),
        ({"code": "A" * 41}, "Mã “"),
        ({"name": ""}, "Thiếu tên công đoàn."),
        ({"name": "x" * 301}, "Tên công đoàn dài quá 300 ký tự."),
        ({"short_name": "x" * 121}, "Tên viết tắt dài quá 120 ký tự."),
        ({"counts": {PersonKind.MEMBER: -1}}, "Số Đoàn viên không thể là số âm."),
        ({"counts": {PersonKind.WORKER: 300_001}}, "Số Người lao động là 300001, lớn quá mức có thể"),
        ({"counted_on": date(2026, 5, 2)}, "Ngày số liệu 2026-05-02 phải từ năm 1990 đến hôm nay."),
        ({"counted_on": date(1989, 12, 31)}, "Ngày số liệu"),
        ({"parent": "LC-PT-2"}, "Đơn vị không thể là cấp trên của chính mình."),
        ({"parent": "LC-PT-1"}, "Công đoàn cơ sở không thể trực thuộc Công đoàn cơ sở (mã LC-PT-1)."),
    ],
)
def test_what_cannot_be_is_said(changes, start):
    (found,) = sentences(row(**changes))
    assert found[1].startswith(start)


def test_a_ring_within_the_file_is_named_from_its_first_row():
    rows = [
        row("A", "C", Level.UPPER, number=2),
        row("B", "A", Level.UPPER, number=3),
        row("C", "B", Level.UPPER, number=4),
    ]
    assert sentences(*rows) == [
        (2, "Các đơn vị là cấp trên của nhau thành vòng: A → C → B → A. Hãy sửa cột Mã cấp trên của một đơn vị.")
    ]


def test_a_ring_closed_through_the_stored_tree_is_found():
    known = {"A": Known("", Level.UPPER), "B": Known("A", Level.UPPER)}
    assert [number for number, _ in sentences(row("A", "B", Level.UPPER), known=known)] == [2]


@given(st.dictionaries(st.sampled_from("ABCDEFG"), st.sampled_from(" ABCDEFG"), min_size=1))
def test_rings_are_found_exactly_where_a_plain_walk_finds_them(parents):
    known = {code: Known("", Level.UPPER) for code in "ABCDEFG"}
    rows = [
        row(code, parent.strip(), Level.UPPER, number=n) for n, (code, parent) in enumerate(parents.items(), start=2)
    ]
    rings = set()
    for code in parents:
        seen, here = [], code
        while here in parents and parents[here].strip() and here not in seen:
            seen.append(here)
            here = parents[here].strip()
        if here in seen:
            rings.add(frozenset(seen[seen.index(here) :]))
    found = [text for _, text in sentences(*rows, known=known) if "thành vòng" in text]
    own = [text for _, text in sentences(*rows, known=known) if "chính mình" in text]
    assert len(found) == len([ring for ring in rings if len(ring) > 1])
    assert len(own) == len([ring for ring in rings if len(ring) == 1])


@pytest.mark.parametrize(
    ("level", "parent", "fits"),
    [
        (Level.GRASSROOTS, Level.PROVINCIAL, True),
        (Level.UPPER, Level.UPPER, True),
        (Level.SECTION, Level.SECTION, True),
        (Level.GRASSROOTS, Level.GRASSROOTS, False),
        (Level.PROVINCIAL, Level.UPPER, False),
        (Level.NATIONAL, Level.NATIONAL, False),
    ],
)
def test_unions_stand_below_higher_levels(level, parent, fits):
    assert may_stand_under(level, parent) is fits


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Tổng LĐLĐ", Level.NATIONAL),
        ("LĐLĐ tỉnh, thành phố", Level.PROVINCIAL),
        ("CẤP TRÊN TRỰC TIẾP CƠ SỞ", Level.UPPER),
        ("Công đoàn cơ sở", Level.GRASSROOTS),
        ("Tổ công đoàn", Level.SECTION),
        ("cấp", None),
    ],
)
def test_levels_are_understood_as_people_write_them(text, level):
    assert parse_level(text) is level


def test_short_forms_are_searched_both_ways():
    assert "ldld" in search_text("LC", "Liên đoàn Lao động tỉnh Lai Châu").split()
    assert "cong doan co so" in search_text("X", "CĐCS Trường THCS Bình Minh")
    assert len(search_text("x" * 40, "LĐLĐ " * 60, "ư" * 120)) <= 700
