"""Targets: handed down level by level, inherited, raised by a union itself, taken from a sheet."""

import io

import pytest
import xlsxwriter

from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL
from contest.participation import queries, targets, targets_import
from contest.participation.asking import Ask, Targets
from contest.participation.rules import TargetSource
from contest.rounds.locks import Refused


@pytest.fixture
def scene(town):
    """A contest that asks for 60 per cent; ten members in each of four grassroots unions of two districts."""
    town.scene = town.contest(target_percent=60)
    assert town.province
    return town


def give(town, union, above, percent=None, people=None):
    return targets.hand_down(town.session, TERMINAL, town.scene, union, Ask(percent, people), above, town.now)


def wanted(town, union, round_number=0):
    return queries.branch(town.session, town.scene, union.id, round_number).root.wanted


def refused(act):
    with pytest.raises(Refused) as found:
        act()
    return " ".join(str(reason) for reason in found.value.reasons)


def test_without_anything_handed_down_the_contest_asks_everybody(scene):
    assert [wanted(scene, union) for union in (scene.province, scene.LC_PT, scene.LC_PT_1)] == [24, 12, 6]


def test_per_cent_is_inherited_and_people_are_not(scene):
    give(scene, scene.LC_PT, scene.province, percent=80)
    give(scene, scene.LC_TU, scene.province, people=19)
    unions = (scene.LC_PT, scene.LC_PT_1, scene.LC_TU, scene.LC_TU_1, scene.province)
    assert [wanted(scene, union) for union in unions] == [16, 8, 19, 6, 24]


def test_each_level_hands_down_further(scene):
    give(scene, scene.LC_PT, scene.province, percent=80)
    give(scene, scene.LC_PT_1, scene.LC_PT, people=10)
    assert [wanted(scene, union) for union in (scene.LC_PT_1, scene.LC_PT_2)] == [10, 8]
    handed = targets.handed(queries.branch(scene.session, scene.scene, scene.LC_PT.id))
    assert (handed.asked, handed.below, handed.open, handed.short) == (16, 18, 0, 0)
    give(scene, scene.LC_PT_1, scene.LC_PT, people=3)
    handed = targets.handed(queries.branch(scene.session, scene.scene, scene.province.id), scene.LC_PT.id)
    assert (handed.asked, handed.below, handed.short) == (16, 11, 5)


def test_a_union_sets_itself_more_and_never_less(scene):
    session, contest, union = scene.session, scene.scene, scene.LC_PT_1

    def own(percent=None, people=None):
        return targets.commit_own(session, TERMINAL, contest, union, Ask(percent, people), scene.now, headcount=10)

    assert "được giao 60%" in refused(lambda: own(percent=60))
    assert "được giao 60%" in refused(lambda: own(people=6))
    own(people=7)
    assert wanted(scene, union) == 7
    own(percent=90)
    assert wanted(scene, union) == 9
    give(scene, union, scene.LC_PT, people=10)
    assert wanted(scene, union) == 10
    assert "được giao 10 người" in refused(lambda: own(percent=95))


def test_only_a_union_above_hands_down(scene):
    assert "không phải cấp trên" in refused(lambda: give(scene, scene.LC_PT_1, scene.LC_TU, percent=70))
    assert "không phải cấp trên" in refused(lambda: give(scene, scene.LC_PT, scene.LC_PT, percent=70))
    assert "không phải cấp trên" in refused(lambda: give(scene, scene.province, scene.LC_PT, percent=70))
    assert wanted(scene, scene.LC_PT_1) == 6


def test_what_was_given_from_higher_up_stands(scene):
    give(scene, scene.LC_PT_1, scene.province, percent=90)
    why = refused(lambda: give(scene, scene.LC_PT_1, scene.LC_PT, percent=50))
    assert "Liên đoàn Lao động tỉnh Lai Châu giao" in why

    def drop(above):
        return targets.drop(scene.session, TERMINAL, scene.scene, scene.LC_PT_1, TargetSource.GIVEN, above, scene.now)

    assert "giao" in refused(lambda: drop(scene.LC_PT))
    assert drop(scene.province) is True
    assert drop(scene.province) is False
    assert wanted(scene, scene.LC_PT_1) == 6


@pytest.mark.parametrize("ask", [Ask(), Ask(1, 1), Ask(percent=0), Ask(percent=101), Ask(people=-1), Ask(people=10**8)])
def test_figures_that_cannot_be_are_refused(scene, ask):
    assert refused(lambda: give(scene, scene.LC_PT, scene.province, ask.percent, ask.people))


def test_nothing_changes_once_the_results_are_announced(scene):
    give(scene, scene.LC_PT, scene.province, percent=80)
    scene.scene.results_at = scene.now
    assert "đã công bố" in refused(lambda: give(scene, scene.LC_PT, scene.province, percent=70))
    row = targets_import.TargetRow(2, "LC-PT", 70)
    assert targets_import.plan_targets(scene.session, scene.scene, scene.province, [row]).faults


def test_every_act_is_on_the_audit_log(scene):
    give(scene, scene.LC_PT, scene.province, percent=80)
    found = scene.session.query(AuditEntry).filter_by(action="target.set").one()
    assert (found.subject, found.details) == (
        "union:LC-PT",
        {"contest": "cuoc-thi", "source": "given", "from": "LC", "percent": 80},
    )


def test_targets_in_people_are_of_the_whole_contest_only(scene):
    scene.round(scene.scene)
    scene.scene.target_people = 30
    give(scene, scene.LC_PT, scene.province, people=19)
    assert [wanted(scene, union) for union in (scene.province, scene.LC_PT)] == [30, 19]
    assert [wanted(scene, union, 1) for union in (scene.province, scene.LC_PT)] == [24, 12]


def test_the_targets_by_themselves(scene):
    give(scene, scene.LC_PT, scene.province, percent=80)
    found = targets.targets(scene.session, scene.scene)
    assert found.wanted(scene.LC_PT_1.id, 10) == 8
    assert found.handed(scene.LC_PT_1.id) == Ask(percent=80, from_id=scene.province.id)
    assert Targets().wanted(1, 10) is None


# Sheets


def workbook(*rows):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        for number, row in enumerate([[column.title for column in targets_import.COLUMNS], *rows]):
            page.write_row(number, 0, row)
    return file.getvalue()


def planned(town, *rows):
    told = targets_import.read(workbook(*rows))
    return targets_import.plan_targets(town.session, town.scene, town.province, told.rows, told.faults)


def stored(town, *rows):
    told = targets_import.read(workbook(*rows))
    return targets_import.apply_targets(town.session, TERMINAL, town.scene, town.province, told.rows, town.now)


def test_a_sheet_hands_down_to_many_at_once(scene):
    give(scene, scene.LC_TU, scene.province, percent=70)
    give(scene, scene.LC_TU_1, scene.province, percent=70)
    rows = [("LC-PT", "", 80, ""), ("lc-pt-1", "", "", 9), ("LC-TU", "", 70, ""), ("LC-TU-1", "", "", "")]
    plan = planned(scene, *rows)
    assert not plan.faults
    assert [(c.code, c.before and c.before.percent, c.after and c.after.people) for c in plan.changes] == [
        ("LC-PT", None, None),
        ("LC-PT-1", None, 9),
        ("LC-TU-1", 70, None),
    ]
    assert plan.same == 1
    assert len(stored(scene, *rows).changes) == 3
    assert [wanted(scene, union) for union in (scene.LC_PT_1, scene.LC_PT_2, scene.LC_TU_1)] == [9, 8, 7]
    again = planned(scene, *rows)
    assert (again.changes, again.same) == ((), 4)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("", "x", 80, ""), "Thiếu mã"),
        (("LC", "", 80, ""), "không phải là mã của đơn vị cấp dưới"),
        (("XX", "", 80, ""), "không phải là mã của đơn vị cấp dưới"),
        (("LC-PT", "", "tám", ""), "không phải là số nguyên"),
        (("LC-PT", "", 101, ""), "từ 1% đến 100%"),
        (("LC-PT", "", 80, 5), "chỉ một trong hai"),
        (("LC-TU", "", 80, ""), "đã có ở dòng 2"),
    ],
)
def test_a_fault_stops_the_whole_sheet(scene, row, words):
    plan = planned(scene, ("LC-TU", "", 70, ""), row)
    assert plan.changes == ()
    assert [fault.row for fault in plan.faults] == [3]
    assert words in str(plan.faults[0].message)


def test_what_is_no_sheet_any_more_is_not_stored(scene):
    """Between the preview and the button a union higher up has handed down."""
    row = targets_import.TargetRow(2, "LC-PT-1", 50)
    assert targets_import.plan_targets(scene.session, scene.scene, scene.LC_PT, [row]).changes
    give(scene, scene.LC_PT_1, scene.province, percent=90)
    plan = targets_import.apply_targets(scene.session, TERMINAL, scene.scene, scene.LC_PT, [row], scene.now)
    assert "Liên đoàn Lao động tỉnh Lai Châu giao" in str(plan.faults[0].message)
    assert wanted(scene, scene.LC_PT_1) == 9


def test_a_sheet_leaves_what_higher_unions_gave(scene):
    give(scene, scene.LC_PT_1, scene.province, percent=90)
    row = targets_import.TargetRow(2, "LC-PT-1", 50)
    plan = targets_import.plan_targets(scene.session, scene.scene, scene.LC_PT, [row])
    assert "Liên đoàn Lao động tỉnh Lai Châu giao" in str(plan.faults[0].message)


def test_a_file_that_is_no_table(scene):
    assert targets_import.read(b"").faults


def test_what_a_union_passes_on_is_its_per_cent_or_the_nearest_above(scene):
    give(scene, scene.LC_PT, scene.province, people=19)
    found = targets.targets(scene.session, scene.scene)
    assert [found.passed_on(union.id).percent for union in (scene.province, scene.LC_PT)] == [60, 60]
    give(scene, scene.LC_PT, scene.province, percent=75)
    found = targets.targets(scene.session, scene.scene)
    assert [found.passed_on(union.id).percent for union in (scene.province, scene.LC_PT)] == [60, 75]
