"""Acting in somebody's place: from a day until another, as long as the role behind it holds, and no further."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from contest import clock
from contest.accounts.actions import disable_person, end_role, grant_role, sign_in
from contest.accounts.identity import actor_of_token
from contest.accounts.models import AuditEntry, RoleGrant
from contest.accounts.rules import TERMINAL, Actor, Grant, PersonKind, Role
from contest.members import delegating
from contest.members.delegating import BadDeputy
from contest.unions.models import UnionAncestry

PAGE = "/theo-doi/uy-quyen"


@pytest.fixture
def today(app):
    return clock.now().astimezone(clock.VIETNAM).date()


def as_actor(person):
    return Actor(person.id, person.name, union_id=person.union_id)


def given(town, today, giver=None, person=None, role=Role.OFFICIAL, union=None, days=(0, 5)):
    dates = today + timedelta(days[0]), None if days[1] is None else today + timedelta(days[1])
    giver, person = giver or town.hung, person or town.lan
    return delegating.give(town.session, as_actor(giver), person, role, union or town.LC_PT_1, dates, town.now)


def scopes(town, person, role=Role.OFFICIAL):
    """What somebody's next request finds of their roles."""
    token = sign_in(town.session, person.id, town.now)
    return actor_of_token(town.session, token).scopes(role)


def test_it_holds_in_its_days_only(town, today, monkeypatch):
    given(town, today, days=(1, 2))
    token = sign_in(town.session, town.lan.id, town.now)
    at = town.now
    monkeypatch.setattr("contest.accounts.identity.clock.now", lambda: at)
    # Vietnamese midnight, not Greenwich's, begins a day.
    midnight = town.now.astimezone(clock.VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    for hours, holds in ((23.9, False), (24.1, True), (71.9, True), (72.1, False)):
        at = midnight + timedelta(hours=hours)
        assert bool(actor_of_token(town.session, token).grants) is holds, hours


def test_it_ends_with_the_role_behind_it(town, today):
    given(town, today, days=(0, None))
    assert scopes(town, town.lan) == {town.LC_PT_1.id}
    source = town.hung.grants[0]
    source.until_on = today - timedelta(1)
    town.session.flush()
    assert not scopes(town, town.lan)
    source.until_on = None
    end_role(town.session, TERMINAL, source, town.now)
    town.session.flush()
    assert not scopes(town, town.lan)


def test_it_ends_with_the_account_behind_it(town, today):
    given(town, today)
    disable_person(town.session, TERMINAL, town.hung, town.now)
    assert not scopes(town, town.lan)


def test_it_ends_when_the_union_is_moved_away(town, today):
    given(town, today, giver=town.mai)
    assert scopes(town, town.lan) == {town.LC_PT_1.id}
    row = town.session.get(UnionAncestry, (town.province.id, town.LC_PT_1.id))
    town.session.delete(row)
    town.session.flush()
    assert not scopes(town, town.lan)


def test_who_is_signed_in_is_one_query(town, today):
    given(town, today)
    token = sign_in(town.session, town.lan.id, town.now)
    asked = []

    def heard(*args):
        asked.append(args[2])

    event.listen(town.session.get_bind(), "before_cursor_execute", heard)
    actor = actor_of_token(town.session, token)
    event.remove(town.session.get_bind(), "before_cursor_execute", heard)
    place = town.LC_PT_1.id
    assert actor.grants == (Grant(Role.OFFICIAL, place, in_place_of=town.hung.id, giver_union_id=place),)
    assert len(asked) == 1


def test_never_higher_never_wider_never_onwards(town, today):
    assert town.hung
    with pytest.raises(BadDeputy) as bad:
        given(town, today, role=Role.ORGANIZER)
    assert list(bad.value.by_field) == ["union"]
    with pytest.raises(BadDeputy):
        given(town, today, union=town.LC_PT_2)
    with pytest.raises(BadDeputy):
        given(town, today, union=town.province)
    given(town, today)
    with pytest.raises(BadDeputy):
        given(town, today, giver=town.lan, person=town.son)


def test_an_organizer_gives_either_role_below(town, today):
    given(town, today, giver=town.mai, role=Role.OFFICIAL, union=town.LC_PT)
    given(town, today, giver=town.mai, role=Role.ORGANIZER, union=town.LC_PT)
    assert scopes(town, town.lan) == scopes(town, town.lan, Role.ORGANIZER) == {town.LC_PT.id}


@pytest.mark.parametrize(
    ("days", "field"), [((-1, 3), "from_on"), ((3, 2), "until_on"), ((0, 366), "until_on"), ((0, 365), None)]
)
def test_days_make_sense(town, today, days, field):
    assert town.hung
    if field is None:
        assert given(town, today, days=days).until_on
        return
    with pytest.raises(BadDeputy) as bad:
        given(town, today, days=days)
    assert list(bad.value.by_field) == [field]


def test_twice_is_once_and_overlapping_is_refused(town, today):
    grant = given(town, today)
    assert given(town, today) is grant
    with pytest.raises(BadDeputy, match="đã có quyền này"):
        given(town, today, days=(5, 9))
    assert given(town, today, days=(6, 9)) is not grant
    with pytest.raises(BadDeputy, match="chính mình"):
        given(town, today, person=town.hung)


def test_a_lasting_role_is_given_beside_a_delegated_one(town, today):
    passing = given(town, today)
    lasting = grant_role(town.session, TERMINAL, town.lan, Role.OFFICIAL, town.LC_PT_1.id, town.now)
    assert lasting is not passing
    assert grant_role(town.session, TERMINAL, town.lan, Role.OFFICIAL, town.LC_PT_1.id, town.now) is lasting


def test_the_page_gives_lists_and_ends(client, session, town, today):
    assert town.hung and town.lan
    town.commit()
    client.sign_in(town.hung)
    assert "Bạn chưa uỷ quyền cho ai" in client.page(PAGE).text_content()
    assert "Không có ai khác" in client.page(f"{PAGE}?phone=0999999999").text_content()
    assert "Không có ai khác" in client.page(f"{PAGE}?phone={town.hung.phone}").text_content()
    client.page(f"{PAGE}?phone={town.lan.phone}")
    wish = {"phone": town.lan.phone, "person": str(town.lan.id), "role": "official", "union": "LC-PT-1"}
    wish |= {"from_on": f"{today:%d/%m/%Y}", "until_on": f"{today + timedelta(3):%d/%m/%Y}"}
    assert client.send(PAGE, wish | {"union": "", "union_tu_khoa": "Phong Thổ", "tim_union": "1"}).status_code == 200
    for wrong, status in (
        ({"role": "administrator"}, 422),
        ({"role": "organizer"}, 422),
        ({"person": str(town.hung.id)}, 422),
        ({"from_on": ""}, 422),
        ({"until_on": "32/01/2026"}, 422),
        ({"union": "LC-TU-1"}, 409),
        ({"union": ""}, 422),
    ):
        assert client.send(PAGE, wish | wrong).status_code == status, wrong
    for _twice in range(2):
        assert client.send(PAGE, wish).status_code == 303
    page = client.page(PAGE).text_content()
    assert "đang có hiệu lực" in page and town.lan.phone not in page
    grant_id = session.scalars(select(RoleGrant.id).where(RoleGrant.source_id.is_not(None))).one()
    town.commit()
    assert client.data(PAGE)["given"][0]["holds"] is True

    client.sign_in(town.lan)
    desk = client.page("/theo-doi").text_content()
    assert (
        f"Bạn thay mặt Vàng Văn Hùng ở CĐCS số 1 LĐLĐ huyện Phong Thổ, đến ngày {today + timedelta(3):%d/%m/%Y}" in desk
    )
    assert "không uỷ quyền tiếp" in client.page(PAGE).text_content()
    assert client.data(PAGE)["acting"][0]["for"] == "Vàng Văn Hùng"
    assert client.send(f"{PAGE}/thoi", {"grant": grant_id}).status_code == 404

    client.sign_in(town.hung)
    for said in ("Đã thôi uỷ quyền", "đã thôi từ trước"):
        assert client.send(f"{PAGE}/thoi", {"grant": grant_id}).status_code == 303
        assert said in client.page(PAGE).text_content()
    client.sign_in(town.lan)
    client.page("/theo-doi", 403)
    client.page(PAGE, 403)
    of_it = select(AuditEntry.action).where(AuditEntry.action.like("role.delegate%")).order_by(AuditEntry.id)
    assert session.scalars(of_it).all() == ["role.delegate", "role.delegate_end"]


def test_the_log_tells_in_whose_place_somebody_acted(client, session, town, today):
    given(town, today)
    assert town.lan
    town.commit()
    client.sign_in(town.lan).send("/theo-doi/ban-tin", {"union": "LC-PT-1", "hour": "7", "email": ""})
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "digest.subscribe")).one()
    assert (entry.actor, entry.details["in_place_of"]) == (f"person:{town.lan.id}", [f"person:{town.hung.id}"])


def test_own_roles_are_not_ended_there(client, town):
    source = town.hung.grants[0]
    town.commit()
    client.sign_in(town.hung)
    assert client.send(f"{PAGE}/thoi", {"grant": source.id}).status_code == 404
    assert client.send(f"{PAGE}/thoi", {"grant": "x"}).status_code == 404


def test_administrators_see_whose_place_it_is(client, town, today):
    given(town, today)
    given(town, today, person=town.son, days=(2, 4))
    gone = given(town, today, person=town.person("Lý A Cũ", kind=PersonKind.OFFICIAL))
    gone.from_on = gone.until_on = today - timedelta(3)
    assert town.admin
    town.commit()
    client.sign_in(town.admin)
    page = client.page("/quan-tri/phan-quyen").text_content()
    assert "thay mặt Vàng Văn Hùng" in page and "chưa đến ngày" in page and "Lý A Cũ" not in page


def test_a_phone_number_alone_tells_no_name_of_other_unions(client, town, today):
    """Whoever belongs elsewhere can be chosen, but a number typed by chance tells neither who nor where they are."""
    assert town.hung
    far = town.person("Bế Thị Láng Giềng", town.LC_TU_1, phone="0987654321")
    town.commit()
    client.sign_in(town.hung)
    page = client.page(f"{PAGE}?phone=0987654321").text_content()
    assert "B*** T*** L*** Giềng" in page
    wish = {"phone": "0987654321", "person": str(far.id), "role": "official", "union": "LC-PT-1"}
    wish |= {"from_on": f"{today:%d/%m/%Y}", "until_on": ""}
    answer = client.send(PAGE, wish, follow_redirects=True)
    assert "Đã uỷ quyền cho B*** T*** L*** Giềng" in answer.text
    for said in (page, answer.text, str(client.data(PAGE))):
        assert "Láng Giềng" not in said
        assert "LC_TU_1" not in said and town.LC_TU_1.name not in said
