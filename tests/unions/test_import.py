"""A list of unions goes in as a whole or not at all, and again without doubling."""

from datetime import date

import pytest
from sqlalchemy import func, select
from support.decisions import days, decided, merging, opening, today
from support.lists import DISTRICT, PROVINCE, SCHOOL, grassroots, workbook
from support.queries import counted

from contest import clock
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, PersonKind
from contest.unions import actions, queries, sheets
from contest.unions.list_rules import UnionRow
from contest.unions.models import Headcount, TradeUnion, UnionAncestry
from contest.unions.rules import Level


def bring_in(session, rows, scopes=None):
    listed = sheets.read(workbook(rows))
    plan = actions.plan_import(session, listed.rows, clock.now(), listed.faults, scopes)
    if not plan.faults:
        actions.store_import(session, TERMINAL, plan, clock.now())
    return plan


def sizes(plan):
    return len(plan.new), len(plan.changed), len(plan.same)


def pairs(session):
    ancestor, union = TradeUnion.__table__.alias(), TradeUnion.__table__.alias()
    rows = session.execute(
        select(ancestor.c.code, union.c.code, UnionAncestry.distance)
        .join(ancestor, ancestor.c.id == UnionAncestry.ancestor_id)
        .join(union, union.c.id == UnionAncestry.union_id)
    )
    return {tuple(row) for row in rows}


def test_a_list_makes_the_tree_its_headcounts_and_a_line_in_the_log(session):
    assert sizes(bring_in(session, [SCHOOL, DISTRICT, PROVINCE])) == (3, 0, 0)
    school = queries.by_code(session, "lc-pt-001")
    assert [union.code for union in queries.path_of(session, school.id)] == ["LC", "LC-PT", "LC-PT-001"]
    counts = queries.headcounts(session, [school.id])[school.id]
    assert {kind: (c.number, c.counted_on) for kind, c in counts.items()} == {
        PersonKind.MEMBER: (32, date(2023, 9, 30)),
        PersonKind.WORKER: (3, date(2023, 9, 30)),
        PersonKind.OFFICIAL: (2, date(2023, 9, 30)),
    }
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor, entry.details) == (
        "union.import",
        "terminal",
        {"new": 3, "changed": 0, "same": 0},
    )
    assert pairs(session) == {
        ("LC", "LC", 0),
        ("LC-PT", "LC-PT", 0),
        ("LC-PT-001", "LC-PT-001", 0),
        ("LC", "LC-PT", 1),
        ("LC-PT", "LC-PT-001", 1),
        ("LC", "LC-PT-001", 2),
    }


def test_the_same_list_again_changes_nothing(session):
    bring_in(session, [PROVINCE, DISTRICT, SCHOOL])
    before = pairs(session)
    assert sizes(bring_in(session, [PROVINCE, DISTRICT, SCHOOL])) == (0, 0, 3)
    assert pairs(session) == before
    assert session.scalar(select(func.count()).select_from(Headcount)) == 3
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_a_changed_row_updates_by_code_and_moves_the_subtree(session):
    other = ["LC-TU", "LĐLĐ huyện Tân Uyên", "", "Cấp trên trực tiếp cơ sở", "LC"]
    bring_in(session, [PROVINCE, DISTRICT, other, SCHOOL])
    moved = [*SCHOOL]
    moved[1], moved[4], moved[5] = "CĐCS Trường Mầm non Sơn Ca 2", "LC-TU", 40
    plan = bring_in(session, [moved])
    assert [(change.row.code, change.fields) for change in plan.changed] == [
        ("LC-PT-001", ("name", "parent", "counts"))
    ]
    school = queries.by_code(session, "LC-PT-001")
    assert [union.code for union in queries.path_of(session, school.id)] == ["LC", "LC-TU", "LC-PT-001"]
    assert queries.headcounts(session)[school.id][PersonKind.MEMBER].number == 40
    assert [u.code for u in queries.search(session, "son ca 2")] == ["LC-PT-001"]


def test_an_empty_headcount_leaves_the_stored_one(session):
    bring_in(session, [PROVINCE, DISTRICT, SCHOOL])
    bare = [*SCHOOL[:5], "", "", "", "", SCHOOL[9]]
    assert sizes(bring_in(session, [bare])) == (0, 0, 1)


def test_one_fault_keeps_everything_out(session):
    plan = bring_in(session, [PROVINCE, DISTRICT, SCHOOL, ["X", "Đơn vị lạ", "", "Cơ sở", "KHONG-CO"]])
    assert [fault.row for fault in plan.faults] == [5]
    assert plan.new == ()
    assert session.scalar(select(func.count()).select_from(TradeUnion)) == 0
    with pytest.raises(ValueError, match="never stored"):
        actions.store_import(session, TERMINAL, plan, clock.now())


def test_a_ring_through_the_stored_tree_is_refused(session):
    second = ["LC-TU", "LĐLĐ huyện Tân Uyên", "", "Cấp trên trực tiếp cơ sở", "LC-PT"]
    bring_in(session, [PROVINCE, DISTRICT, second])
    plan = bring_in(session, [[*DISTRICT[:4], "LC-TU"]])
    assert "LC-PT → LC-TU → LC-PT" in str(plan.faults[0].message)


def test_an_organizer_imports_only_below_their_own_unions(session, town):
    assert town.province
    town.session.flush()
    mine = frozenset({town.LC_PT.id})
    own = [["LC-PT-3", "CĐCS Ba", "", "Cơ sở", "LC-PT"], ["LC-PT-3-A", "CĐ bộ phận A", "", "Bộ phận", "LC-PT-3"]]
    assert sizes(bring_in(session, own, mine)) == (2, 0, 0)
    for row in (
        ["LC-TU-1", "CĐCS của huyện khác", "", "Cơ sở", "LC-TU"],
        ["LC-PT-1", "CĐCS số 1", "", "Cơ sở", "LC-TU"],
        ["MOI", "Tỉnh mới", "", "LĐLĐ tỉnh", ""],
        ["LC-TU-9", "Đơn vị mới", "", "Cơ sở", "LC-TU"],
    ):
        plan = bring_in(session, [row], mine)
        assert ["không thuộc phạm vi" in str(fault.message) for fault in plan.faults] == [True], row


def tree(size, mark=""):
    top = UnionRow(2, f"{mark}R", "LĐLĐ tỉnh R", Level.PROVINCIAL)
    districts = [UnionRow(3, f"{mark}D{n}", f"LĐLĐ huyện {n}", Level.UPPER, f"{mark}R") for n in range(10)]
    people = {PersonKind.MEMBER: 10}
    return [top, *districts] + [
        UnionRow(4, f"{mark}U{n}", f"CĐCS số {n}", Level.GRASSROOTS, f"{mark}D{n % 10}", counts=people)
        for n in range(size)
    ]


def test_statements_of_an_import_do_not_grow_with_its_rows(app, session):
    numbers = []
    for size in (100, 400):
        with counted(app) as statements:
            plan = actions.plan_import(session, tree(size, f"A{size}"), clock.now())
            actions.store_import(session, TERMINAL, plan, clock.now())
        numbers.append(len(statements))
    assert numbers[1] <= numbers[0]


def test_ten_thousand_unions_are_taken_at_once(app, session):
    rows = tree(10_000)
    with counted(app) as statements:
        plan = actions.plan_import(session, rows, clock.now())
        actions.store_import(session, TERMINAL, plan, clock.now())
    assert sizes(plan) == (10_011, 0, 0)
    assert len(statements) < 60
    assert session.scalar(select(func.count()).select_from(UnionAncestry)) == 1 + 2 * 10 + 3 * 10_000
    (line,) = queries.lines(session, queries.tops(session, None))
    assert (line.unions, line.counts) == (10_010, {PersonKind.MEMBER: 100_000})
    assert sizes(actions.plan_import(session, rows, clock.now())) == (0, 0, 10_011)


def test_rows_of_a_list_are_read_at_size():
    assert len(sheets.read(workbook([PROVINCE, DISTRICT, *grassroots(3000)])).rows) == 3002


def test_nobody_is_put_below_a_union_that_is_not_open(session, town):
    assert town.province
    day = today()
    decided(session, opening("LC-X1", "LC", Level.UPPER), merging("LC-PT", "LC-X1"), number="1/QĐ")
    decided(session, opening("LC-X2", "LC", Level.UPPER), merging("LC-TU", "LC-X2"), number="2/QĐ", on=day + days(9))
    new = ["LC-MOI", "CĐCS mới", "", "Cơ sở"]
    said = [
        [str(fault.message) for fault in bring_in(session, [[*new, parent]]).faults]
        for parent in ("LC-PT", "LC-TU", "LC-X2")
    ]
    assert [len(one) for one in said] == [1, 1, 1]
    assert "“LC-PT” kết thúc hoạt động từ ngày" in said[0][0]
    assert "“LC-TU” kết thúc hoạt động từ ngày" in said[1][0]
    assert "“LC-X2” đến ngày" in said[2][0]
    kept = ["LC-TU-1", "CĐCS đổi tên", "", "Cơ sở", "LC-TU"]
    assert sizes(bring_in(session, [kept])) == (0, 1, 0)
    assert sizes(bring_in(session, [[*new, "LC-X1"]])) == (1, 0, 0)
