"""Places come with lists of unions and with decisions; they do not change who manages whom."""

from support.decisions import decided, faults, row
from support.lists import DISTRICT, HEADER, PROVINCE, SCHOOL, workbook

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.unions import actions, places, queries, sheets
from contest.unions.models import Place, TradeUnion

WITH_PLACE = [*HEADER, "Địa bàn"]


def at(union, place):
    """A row of the list with a place at its end."""
    return [*union, *[""] * (len(HEADER) - len(union)), place]


def bring_in(session, rows, header=WITH_PLACE):
    listed = sheets.read(workbook(rows, header))
    plan = actions.plan_import(session, listed.rows, clock.now(), listed.faults)
    if not plan.faults:
        actions.store_import(session, TERMINAL, plan, clock.now())
    return plan


def place_of(session, code):
    union = queries.by_code(session, code)
    session.refresh(union)
    return places.told(session).get(union.place_id)


def test_a_list_makes_places_by_code_or_by_name(session):
    rows = [at(PROVINCE, ""), at(DISTRICT, "Huyện Phong Thổ"), at(SCHOOL, "03466 - Xã Sin Suối Hồ")]
    assert not bring_in(session, rows).faults
    assert place_of(session, "LC-PT-001") == "03466 - Xã Sin Suối Hồ"
    assert place_of(session, "LC-PT") == "HUYEN-PHONG-THO - Huyện Phong Thổ"
    assert place_of(session, "LC") is None
    again = bring_in(session, rows)
    assert (again.new, again.changed) == ((), ())
    by_name = [at(SCHOOL, "xã sin suối hồ")]
    assert not bring_in(session, by_name).changed


def test_a_list_without_the_column_leaves_places_and_an_empty_cell_takes_them_away(session):
    bring_in(session, [at(PROVINCE, ""), at(DISTRICT, "Xã A"), at(SCHOOL, "Xã A")])
    assert not bring_in(session, [SCHOOL], HEADER).changed
    assert place_of(session, "LC-PT-001") == "XA-A - Xã A"
    assert [change.fields for change in bring_in(session, [at(SCHOOL, "")]).changed] == [("place",)]
    assert place_of(session, "LC-PT-001") is None


def test_names_that_could_be_two_places_ask_for_the_code(session):
    bring_in(session, [at(PROVINCE, "01 - Xã Tân Lập"), at(DISTRICT, "02 - Xã Tân Lập"), at(SCHOOL, "")])
    (fault,) = bring_in(session, [at(SCHOOL, "Xã Tân Lập")]).faults
    assert "mã 01, 02" in str(fault.message)
    (fault,) = bring_in(session, [at(SCHOOL, "02 - Xã Khác")]).faults
    assert "đã dùng cho Xã Tân Lập" in str(fault.message)
    (fault,) = bring_in(session, [at(SCHOOL, "???")]).faults
    assert "Không hiểu địa bàn" in str(fault.message)


def test_the_export_has_the_place_and_reads_back_the_same(session):
    bring_in(session, [at(PROVINCE, ""), at(DISTRICT, "Xã A"), at(SCHOOL, "03466 - Xã Sin Suối Hồ")])
    told = places.told(session)
    content = sheets.write(queries.tree(session), queries.codes(session), queries.headcounts(session), told)
    listed = sheets.read(content)
    assert {one.code: one.place for one in listed.rows}["LC-PT-001"] == "03466 - Xã Sin Suối Hồ"
    again = actions.plan_import(session, listed.rows, clock.now(), listed.faults)
    assert (again.faults, again.new, again.changed) == ((), (), ())


def test_a_decision_puts_a_union_elsewhere_and_its_manager_stays(town, session):
    assert town.province
    decided(session, row("place", "LC-PT-1", place="03466 - Xã Sin Suối Hồ"))
    union = queries.by_code(session, "LC-PT-1")
    assert (union.parent_id, session.get(Place, union.place_id).code) == (town.LC_PT.id, "03466")
    ((_, text),) = faults(session, row("place", "LC-PT-2", place="03466 - Xã Khác"))
    assert "đã dùng cho Xã Sin Suối Hồ" in text
    assert session.get(TradeUnion, union.id).name == "CĐCS số 1 LĐLĐ huyện Phong Thổ"


def test_an_unknown_name_in_a_refused_file_makes_no_place(town, session):
    assert town.province
    assert faults(session, row("place", "KHONG-CO", place="Xã Mới"))
    assert session.query(Place).count() == 0
