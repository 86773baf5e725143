"""After a reorganisation: people whom no single successor took, and roles at ended unions, are listed and moved."""

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from support.decisions import days, decided, faults, merging, opening, row, today

from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry, Person, RoleGrant
from contest.accounts.rules import TERMINAL, PersonKind, Role
from contest.members import leftover_queries
from contest.members.models import PastMembership
from contest.unions import undoing
from contest.unions.history import history
from contest.unions.models import TradeUnion, UnionDecision

PAGE = "/to-chuc/don-vi/viec-con-lai"
OLD = f"{PAGE}/LC-PT-1"


def split(*more, on=None, people_to=""):
    """LC-PT-1 ends and is split into A and B."""
    return [
        opening("A", "LC-PT", name="CĐCS Mầm non Hoa Ban"),
        opening("B", "LC-PT", name="CĐCS Tiểu học Hoa Ban"),
        row("split", "LC-PT-1", successors=("A", "B")),
        row("close", "LC-PT-1", number=5, people_to=people_to),
        *more,
    ]


@pytest.fixture
def mai(client, town):
    organizer = town.mai
    town.commit()
    return client.sign_in(organizer)


@pytest.fixture
def divided(session, town):
    """LC-PT-1 has ended; Lan, Hoa (no phone) and the official Hùng stand there still."""
    lan, hung = town.lan, town.hung
    hoa = town.person("Lò Thị Hoa", phone=None)
    hoa.phone = ""
    decision = decided(session, *split())
    grant = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == hung.id)).one()
    found = {"lan": lan.id, "hung": hung.id, "hoa": hoa.id, "grant": grant, "decision": decision.code}
    town.commit()
    return found


def union_of(session, person_id):
    session.rollback()
    code = session.scalar(
        select(TradeUnion.code).join(Person, Person.union_id == TradeUnion.id).where(Person.id == person_id)
    )
    session.rollback()
    return code


def fresh(session, *rows):
    """Rows as they are stored now; the lock of the session is let go."""
    session.rollback()
    for one in rows:
        session.refresh(one)
        session.expunge(one)
    session.rollback()
    return rows


def test_the_decision_may_say_where_everybody_goes(session, town):
    lan = town.lan
    since = today() - days(3)
    assert "không có trong các mã nhận" in faults(session, *split(people_to="LC-PT-2"))[0][1]
    assert "chỉ dùng khi đơn vị kết thúc" in faults(session, row("rename", "LC-PT-1", name="X", people_to="A"))[0][1]
    decision = decided(session, *split(people_to="B"), on=since)
    session.refresh(lan)
    assert (lan.union.code, lan.union_since) == ("B", since)
    ended = str(history(session, session.scalars(select(TradeUnion.id).where(TradeUnion.code == "LC-PT-1")).one())[-1])
    assert ended.endswith("người chuyển về CĐCS Tiểu học Hoa Ban.")
    undoing.undo(session, TERMINAL, decision, "nhập nhầm", town.now)
    session.refresh(lan)
    assert lan.union.code == "LC-PT-1"
    assert session.scalars(select(PastMembership)).all() == []


def test_what_is_left_is_told_where_one_looks_and_done_on_one_page(mai, session, divided):
    decision = f"/to-chuc/don-vi/quyet-dinh/{divided['decision']}"
    for address in ("/to-chuc/don-vi", "/to-chuc/don-vi/quyet-dinh", decision):
        assert "3 người và 1 quyền còn ghi ở đơn vị đã kết thúc" in mai.page(address).text_content()
    listed = mai.get(PAGE, headers={"Accept": "application/json"}).json["rows"]
    assert [(one["code"], one["people"], one["heirs"]) for one in listed] == [("LC-PT-1", 3, ["A", "B"])]
    assert "CĐCS Tiểu học Hoa Ban" in mai.page(OLD).text_content()
    mai.send(f"{OLD}/nguoi", data={"to": "A", "nguoi": [divided["hoa"]]})
    assert union_of(session, divided["hoa"]) == "A"
    assert union_of(session, divided["lan"]) == "LC-PT-1"
    for wrong in ({"to": "", "do": "all"}, {"to": "A"}, {"to": "LC-PT-2", "do": "all"}):
        assert mai.send(f"{OLD}/nguoi", data=wrong).status_code == 303
    assert union_of(session, divided["lan"]) == "LC-PT-1"
    mai.send(f"{OLD}/nguoi", data={"to": "B", "do": "all"})
    assert {union_of(session, divided[who]) for who in ("lan", "hung")} == {"B"}
    grant = divided["grant"]
    mai.send(f"{OLD}/quyen", data={"grant": grant, "to": "B"})
    assert session.get(RoleGrant, grant).union.code == "B"
    session.rollback()
    assert "Không còn việc gì" in mai.page(PAGE).text_content()
    told = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert told[-3:] == ["union.people", "union.people", "role.move"]


def test_undoing_the_decision_takes_back_whom_the_page_moved(mai, session, town, divided):
    mai.send(f"{OLD}/nguoi", data={"to": "A", "nguoi": [divided["hoa"]]})
    mai.send(f"{OLD}/nguoi", data={"to": "B", "do": "all"})
    decision = session.scalars(select(UnionDecision)).one()
    undoing.undo(session, TERMINAL, decision, "nhập nhầm", town.now)
    session.commit()
    assert {union_of(session, divided[who]) for who in ("lan", "hung", "hoa")} == {"LC-PT-1"}


def test_the_file_of_who_is_left_goes_back_through_the_list_of_people(mai, session, divided):
    content = mai.get(f"{OLD}.xlsx").data
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert {line[0] for line in rows} == {"Lò Thị Lan", "Vàng Văn Hùng"}
    assert mai.page(OLD).xpath("//a[@href='/theo-doi/nguoi/LC-PT/nhap']")
    for number in range(2, len(rows) + 2):
        sheet.cell(number, 4).value = "B"
    filled = io.BytesIO()
    book.save(filled)
    data = {"file": (io.BytesIO(filled.getvalue()), "con-lai.xlsx")}
    preview = mai.send("/theo-doi/nguoi/LC-PT/nhap", data, content_type="multipart/form-data")
    assert preview.status_code == 303
    digest = mai.page(preview.location).xpath("//input[@name='digest']/@value")[0]
    assert mai.send(preview.location, {"digest": digest, "on": today().isoformat()}).status_code == 303
    assert [union_of(session, divided[who]) for who in ("lan", "hung", "hoa")] == ["B", "B", "LC-PT-1"]


def test_all_roles_go_to_the_only_successor(mai, session, town):
    hung = town.hung
    deputy = town.person("Vàng Thị Mỷ", kind=PersonKind.OFFICIAL)
    own = session.scalars(select(RoleGrant).where(RoleGrant.person_id == hung.id)).one()
    handed = grant_role(session, TERMINAL, deputy, Role.OFFICIAL, town.LC_PT_1.id, town.now)
    handed.source_id = own.id
    decided(session, merging("LC-PT-1", "LC-PT-2"))
    same = grant_role(session, TERMINAL, hung, Role.OFFICIAL, town.LC_PT_2.id, town.now)
    town.commit()
    assert "2 quyền còn gắn" in mai.page("/to-chuc/don-vi").text_content()
    mai.send(f"{PAGE}/quyen")
    own, handed, same = fresh(session, own, handed, same)
    assert own.ended_at is not None
    assert same.ended_at is None
    assert (handed.union_id, handed.source_id) == (same.union_id, same.id)
    assert "còn gắn" not in mai.page("/to-chuc/don-vi").text_content()


def test_a_role_without_an_heir_is_ended(mai, session, town):
    hung = town.hung
    decided(session, row("close", "LC-PT-1"))
    town.commit()
    assert "không ghi đơn vị nào nhận" in mai.page(OLD).text_content()
    grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == hung.id)).one()
    number = grant.id
    session.rollback()
    assert mai.send(f"{OLD}/quyen", data={"grant": number, "to": "LC-PT-2"}).status_code == 303
    assert "Hãy chọn một đơn vị nhận" in mai.page(OLD).text_content()
    mai.send(f"{OLD}/quyen", data={"grant": number, "do": "end"})
    assert fresh(session, grant)[0].ended_at is not None


def test_a_neighbour_sees_and_moves_nothing(app, session, town, divided):
    other = town.person("Vừ A Páo", union=town.LC_TU, kind=PersonKind.OFFICIAL)
    grant_role(session, TERMINAL, other, Role.ORGANIZER, town.LC_TU.id, town.now)
    town.commit()
    client = app.test_client().sign_in(other)
    assert client.get(PAGE, headers={"Accept": "application/json"}).json["rows"] == []
    assert "còn ghi ở đơn vị đã kết thúc" not in client.page("/to-chuc/don-vi").text_content()
    for address in (OLD, f"{OLD}.xlsx", f"{PAGE}/LC-TU"):
        assert client.get(address).status_code == 404
    for address in (f"{OLD}/nguoi", f"{OLD}/quyen"):
        assert client.send(address, data={"to": "A", "do": "all", "grant": 1}).status_code == 404
    assert union_of(session, divided["lan"]) == "LC-PT-1"


@pytest.mark.parametrize(("left", "listed"), [(0, 1), (-1, 0)])
def test_a_role_is_left_over_until_its_last_day_is_gone(session, town, left, listed):
    grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == town.hung.id)).one()
    grant.until_on = today() + days(left)
    decided(session, *split())
    assert leftover_queries.loose_ends(session, None, None, today()).roles == listed


def test_what_was_split_off_before_the_end_is_no_heir(session, town):
    """LC-PT-1 lets A go, years later it is merged into LC-PT-2: its roles have one place to go to."""
    grant = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == town.hung.id)).one()
    decided(session, opening("A", "LC-PT"), row("split", "LC-PT-1", successors=("A",)), on=today() - days(900))
    decided(session, merging("LC-PT-1", "LC-PT-2"), number="2/QĐ-LĐLĐ", on=today() - days(5))
    found = leftover_queries.movable_roles(session, None, today())
    assert [(held.id, heir.code) for held, heir in found] == [(grant, "LC-PT-2")]


def test_an_end_that_was_taken_back_is_not_the_one_that_people_are_moved_by(session, town):
    union_id = town.lan.union_id
    first = decided(session, *split(), on=today() - days(1))
    undoing.undo(session, TERMINAL, first, "ghi nhầm ngày", town.now)
    second = decided(session, *split(), number="2/QĐ-LĐLĐ", on=today() - days(3))
    assert leftover_queries.ending_change(session, union_id).decision_id == second.id
