"""Who has which role, and the log: for administrators only."""

import pytest
from sqlalchemy import func, select
from support.queries import counted

from contest.accounts.actions import record
from contest.accounts.models import AuditEntry, RoleGrant
from contest.accounts.rules import TERMINAL

ROLES = "/quan-tri/phan-quyen"
LOG = "/quan-tri/nhat-ky"


@pytest.fixture
def admin(client, town):
    person = town.admin
    town.commit()
    client.sign_in(person)
    return person


def in_force(session):
    rows = session.execute(
        select(RoleGrant.person_id, RoleGrant.role, RoleGrant.union_id).where(RoleGrant.ended_at.is_(None))
    ).all()
    session.rollback()
    return {tuple(row) for row in rows}


@pytest.mark.parametrize("address", [ROLES, LOG])
def test_only_administrators_come_in(client, town, address):
    person = town.mai
    town.commit()
    assert client.get(address).status_code == 303
    client.sign_in(person)
    assert client.get(address).status_code == 403
    assert client.send(ROLES, {}).status_code == 403
    assert client.send(f"{ROLES}/thoi", {}).status_code == 403


def test_somebody_found_by_phone_gets_a_role_over_a_union(client, admin, town, session):
    lan = town.lan
    town.commit()
    page = client.page(f"{ROLES}?phone={lan.phone}")
    assert page.xpath("//input[@name='person']/@value") == [str(lan.id)]
    sent = {"phone": lan.phone, "person": str(lan.id), "role": "official", "union": "LC-PT"}
    assert client.send(ROLES, sent).location == ROLES
    assert (lan.id, "official", town.LC_PT.id) in in_force(session)
    assert "Lò Thị Lan" in client.page(ROLES).text_content()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"person": ""}, "Hãy chọn một"),
        ({"person": "999999"}, "Hãy chọn một"),
        ({"role": "king"}, "Hãy chọn một"),
        ({"union": ""}, "Hãy chọn công đoàn mà quyền này áp dụng."),
        ({"union": "phong tho"}, "Hãy chọn công đoàn mà quyền này áp dụng."),
    ],
)
def test_a_role_needs_a_person_and_a_scope(client, admin, town, session, changes, sentence):
    lan = town.lan
    town.commit()
    sent = {"phone": lan.phone, "person": str(lan.id), "role": "organizer", "union": "LC-PT", **changes}
    before = in_force(session)
    answer = client.send(ROLES, sent)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert in_force(session) == before


def test_an_administrator_needs_no_union(client, admin, town, session):
    lan = town.lan
    town.commit()
    client.send(ROLES, {"phone": lan.phone, "person": str(lan.id), "role": "administrator", "union": "LC-PT"})
    assert (lan.id, "administrator", None) in in_force(session)


def test_a_phone_that_nobody_has_is_said(client, admin):
    assert "Không có ai dùng số điện thoại này." in client.page(f"{ROLES}?phone=0999999998").text_content()


def test_a_role_ends_once(client, admin, town, session):
    mai = town.mai
    town.commit()
    held = session.scalar(select(RoleGrant.id).where(RoleGrant.person_id == mai.id))
    session.rollback()
    assert client.send(f"{ROLES}/thoi", {"grant": str(held)}).status_code == 303
    assert mai.id not in {row[0] for row in in_force(session)}
    assert client.send(f"{ROLES}/thoi", {"grant": str(held)}).status_code == 404


def test_the_last_administrator_stays(client, admin, session):
    held = session.scalar(select(RoleGrant.id))
    session.rollback()
    client.send(f"{ROLES}/thoi", {"grant": str(held)})
    assert (admin.id, "administrator", None) in in_force(session)
    assert "quản trị viên duy nhất" in client.page(ROLES).text_content()


def test_the_log_comes_in_pages_and_by_subject(app, client, admin, town, session):
    for number in range(60):
        record(session, TERMINAL, "round.extend", f"contest:thi-{number % 2}", town.now, {"minutes": number})
    record(session, TERMINAL, "contest.copy", "contest:khac_1", town.now)
    town.commit()
    with counted(app) as first:
        data = client.data(LOG)
    assert (data["total"], data["pages"], len(data["rows"])) == (62, 2, 50)
    with counted(app) as second:
        assert len(client.data(f"{LOG}?trang=2")["rows"]) == 12
    assert len(first) == len(second)
    only = client.data(f"{LOG}?q=contest:thi-1")
    assert (only["total"], {row["subject"] for row in only["rows"]}) == (30, {"contest:thi-1"})
    assert client.data(f"{LOG}?q=contest:khac%25")["total"] == 0
    page = client.page(LOG)
    assert "round.extend" in page.text_content()
    assert session.scalar(select(func.count(AuditEntry.id))) == 62


def test_the_log_names_people(client, admin):
    assert "Đỗ Quản Trị" in client.page(f"{LOG}?q=person:").xpath("//tbody")[0].text_content()
