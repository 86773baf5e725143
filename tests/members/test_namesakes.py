"""People of one name in one union whom nothing tells apart: listed by themselves, in groups, until somebody decides."""

import pytest
from sqlalchemy import func, select
from support.queries import counted

from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, Role
from contest.members import merge_queries, namesakes
from contest.members.models import NotDuplicate
from contest.members.person_codes import code_of

LIST = "/theo-doi/trung-lap"
PAGE = f"{LIST}/cung-ten"


def people(town, *told, name="Lò Thị Hoa", union=None):
    """Namesakes: each (phone, year of birth or None)."""
    union = union or (town.province and town.LC_PT_1)
    found = []
    for phone, year in told:
        person = town.person(name, union=union, phone="0")
        person.phone = phone
        person.birth_on = year and town.now.date().replace(year=year, day=1)
        found.append(person)
    town.session.flush()
    return found


@pytest.mark.parametrize(
    ("one", "other", "listed"),
    [
        (("", None), ("", None), True),
        (("", None), ("0987654321", None), True),
        (("", 1990), ("0987654321", None), True),
        (("", None), ("0987654321", 1990), True),
        (("0987654320", None), ("0987654321", None), False),
        (("", 1990), ("", 1991), False),
    ],
)
def test_what_tells_two_apart(session, town, one, other, listed):
    found = people(town, one, other)
    groups = namesakes.groups(session, None)
    assert [group.ids for group in groups] == ([tuple(p.id for p in found)] if listed else [])
    assert merge_queries.pairs(session, None) == []


def test_another_union_another_name_or_an_account_out_of_use_is_nobodys_namesake(session, town):
    one, gone = people(town, ("", None), ("", None))
    people(town, ("", None), union=town.LC_PT_2)
    people(town, ("", None), name="Lò Thị Hòe")
    assert len(namesakes.groups(session, None)) == 1
    gone.disabled_at = town.now
    session.flush()
    assert namesakes.groups(session, None) == [] and one.disabled_at is None


def test_they_are_told_apart_and_stay_off_the_list(client, session, town):
    assert town.hung
    people(town, ("", None), ("0987654321", None), ("", None))
    town.commit()
    client.sign_in(town.hung)
    assert client.data(LIST)["pairs"] == []
    (group,) = client.data(PAGE)["groups"]
    assert group["name"] == "Lò Thị Hoa" and len(group["people"]) == 3 and len(group["pairs"]) == 3
    text = client.page(PAGE).text_content()
    assert "không có số điện thoại" in text and "0987654321" not in text and "321" in text
    one, other = group["pairs"][0]
    reply = client.send(f"{LIST}/{one}/{other}", {"do": "not"})
    assert reply.status_code == 303 and reply.location.endswith("/cung-ten")
    (group,) = client.data(PAGE)["groups"]
    assert len(group["pairs"]) == 2
    codes = [person["code"] for person in group["people"]]
    for _twice in range(2):
        assert client.send(PAGE, {"nguoi": " ".join(codes)}).status_code == 303
    assert client.data(PAGE)["groups"] == []
    assert "Không có ai cùng tên" in client.page(PAGE).text_content()
    assert session.scalar(select(func.count()).select_from(NotDuplicate)) == 3
    noted = select(AuditEntry).where(AuditEntry.action == "person.not_duplicate")
    said = session.scalars(noted.order_by(AuditEntry.id)).all()
    assert len(said) == 2 and said[-1].details["pairs"] == 2


def test_a_new_namesake_is_asked_about_again(client, session, town):
    assert town.hung
    found = people(town, ("", None), ("", None))
    session.add(NotDuplicate(one_id=found[0].id, other_id=found[1].id, said_at=town.now, said_by="Hùng"))
    people(town, ("", None))
    town.commit()
    (group,) = client.sign_in(town.hung).data(PAGE)["groups"]
    assert len(group["people"]) == 3 and len(group["pairs"]) == 2


def test_nobody_speaks_for_people_of_others(client, app, session, town):
    found = people(town, ("", None), ("", None))
    neighbour = town.person("Lý Văn Láng", union=town.LC_PT_2)
    grant_role(session, TERMINAL, neighbour, Role.OFFICIAL, town.LC_PT_2.id, town.now)
    above = town.person("Phan Văn Trên", union=town.LC_PT)
    grant_role(session, TERMINAL, above, Role.OFFICIAL, town.LC_PT.id, town.now)
    assert town.hung and town.lan
    with app.app_context():
        *codes, lan = [code_of(person.id) for person in (*found, town.lan)]
    town.commit()
    for person in (neighbour, above):
        client.sign_in(person)
        assert client.data(PAGE)["groups"] == []
        assert client.send(PAGE, {"nguoi": " ".join(codes)}).status_code == 404
    client.sign_in(town.lan).page(PAGE, 403)
    client.sign_in(town.hung)
    for wrong in ([], codes[:1], ["khac", codes[0]]):
        assert client.send(PAGE, {"nguoi": " ".join(wrong)}).status_code == 404
    reply = client.send(PAGE, {"nguoi": f"{codes[0]} {lan}"})
    assert "vừa thay đổi" in client.page(reply.location).text_content()
    assert session.scalar(select(func.count()).select_from(NotDuplicate)) == 0


def test_many_namesakes_do_not_flood_the_page(client, app, town):
    assert town.hung
    people(town, *[("", None)] * 60, name="An")
    for number in range(namesakes.PER_PAGE):
        people(town, ("", None), ("", None), name=f"Vàng Thị Mỷ{number:02}")
    town.commit()
    client.sign_in(town.hung)
    data = client.data(PAGE)
    assert data["pages"] == 2 and len(data["groups"]) == namesakes.PER_PAGE
    assert len(data["groups"][0]["pairs"]) == namesakes.SHOWN
    page = client.page(PAGE)
    text = " ".join(page.text_content().split())
    assert "60 người" in text and "các cặp khác" in text
    with counted(app) as first:
        client.page(PAGE)
    with counted(app) as second:
        client.page(f"{PAGE}?trang=2")
    assert len(first) == len(second)
