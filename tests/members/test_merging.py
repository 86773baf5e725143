"""Two rows of one person made one: nobody counted twice, a log, and a way back that restores everything."""

from datetime import date

import pytest
from corrections import hall
from rulings.scene import RIGHT, check_equal_to_recounts
from sqlalchemy import select

from contest.accounts.actions import grant_role, sign_in
from contest.accounts.identity import actor_of_token
from contest.accounts.models import AuditEntry, Person
from contest.accounts.passwords import hash_password
from contest.accounts.rules import TERMINAL, Actor, Role
from contest.attempts.models import Attempt
from contest.members import cards, merge_queries, merging, requests
from contest.members.card_codes import normal_code
from contest.members.models import NotDuplicate, PersonMerge
from contest.members.request_rules import Refused
from contest.participation.models import Tally
from contest.rounds.models import Entry
from contest.rulings.models import Ruling

PAGE = "/theo-doi/trung-lap"
PASSWORD = "mat-khau-cua-lan"
WHY = "Đã hỏi tổ trưởng"


def twin(town, name="Lò Thị Lan", **more):
    return town.person(name, union=town.province and town.LC_PT_1, phone=town.lan.phone, **more)


def merged(town, kept, gone):
    made = merging.merge(town.session, TERMINAL, kept, gone, WHY, town.now)
    town.session.flush()
    return made


def people_counted(session, contest):
    wanted = select(Tally.people).where(Tally.contest_id == contest.id, Tally.round_number == 0)
    return sum(session.scalars(wanted))


def everything(session):
    """All that a merge may touch, as plain values."""
    session.expire_all()
    people = session.execute(select(Person.id, Person.disabled_at, Person.merged_into_id, Person.password_hash))
    entries = session.execute(select(Entry.id, Entry.person_id, Entry.union_id, Entry.disqualified))
    attempts = session.execute(select(Attempt.id, Attempt.counted, Attempt.annulled, Attempt.score))
    tallies = [row for row in session.execute(select(*Tally.__table__.c)) if row.attempts]
    return [sorted(map(str, rows)) for rows in (people, entries, attempts, tallies)]


def test_what_only_one_entered_changes_hands(session, town):
    gone, round_ = twin(town), hall.a_round(town)
    attempt = hall.hand_in(town, round_, gone, RIGHT)
    live = hall.open_attempt(town, round_, gone, {"mot": [0]})
    made = merged(town, town.lan, gone)
    assert attempt.entry.person_id == town.lan.id and attempt.counted and live.state == "open"
    assert (gone.merged_into_id, gone.disabled_at) == (town.lan.id, town.now)
    assert [row["becomes"] for row in made.details["entries"]] == ["moved"]
    check_equal_to_recounts(session, round_.contest)


def test_where_both_took_part_one_is_counted(session, town):
    gone, round_ = twin(town), hall.a_round(town)
    for person in (town.lan, gone):
        hall.hand_in(town, round_, person, RIGHT)
    assert people_counted(session, round_.contest) == 2
    before = everything(session)
    made = merged(town, town.lan, gone)
    assert people_counted(session, round_.contest) == 1
    assert session.scalars(select(Ruling.reason)).all() == [WHY]
    check_equal_to_recounts(session, round_.contest)
    assert merging.undo(session, TERMINAL, made, town.now)
    assert not merging.undo(session, TERMINAL, made, town.now)
    assert everything(session) == before
    check_equal_to_recounts(session, round_.contest)
    noted = select(AuditEntry.action).where(AuditEntry.action.like("person.%"))
    said = session.scalars(noted.order_by(AuditEntry.id)).all()
    assert said[-2:] == ["person.merge", "person.split"]


def test_announced_results_stay_and_are_named(session, town):
    gone = twin(town)
    first = hall.a_round(town)
    second = hall.a_round(town, first.contest, 2, bank=first.blueprint[0].bank)
    for round_ in (first, second):
        for person in (town.lan, gone):
            hall.hand_in(town, round_, person, RIGHT)
    first.published_at = town.now
    made = merged(town, town.lan, gone)
    assert [row["becomes"] for row in made.details["entries"]] == ["left"]
    of_gone = select(Attempt.round_id, Attempt.counted).join(Attempt.entry).where(Entry.person_id == gone.id)
    counted = dict(session.execute(of_gone).all())
    assert counted == {first.id: True, second.id: False}
    check_equal_to_recounts(session, first.contest)


def test_what_stands_in_the_way_is_said(session, town):
    gone, round_ = twin(town), hall.a_round(town)
    hall.hand_in(town, round_, town.lan, RIGHT)
    hall.open_attempt(town, round_, gone, RIGHT)
    with pytest.raises(Refused, match="đang làm bài"):
        merged(town, town.lan, gone)
    with pytest.raises(Refused, match="lý do"):
        merging.merge(session, TERMINAL, gone, town.son, "", town.now)
    with pytest.raises(Refused, match="quyền quản lý"):
        merged(town, town.lan, town.hung)
    other = twin(town)
    requests.ask(session, Actor(town.lan.id, town.lan.name), other, town.LC_TU_1, "Nhầm", town.now)
    with pytest.raises(Refused, match="chờ trả lời"):
        merged(town, town.lan, other)
    third = twin(town)
    merged(town, town.son, third)
    with pytest.raises(Refused, match="không còn dùng"):
        merged(town, town.lan, third)


def test_the_way_back_is_barred_by_what_came_after(session, town):
    gone, round_ = twin(town), hall.a_round(town)
    hall.hand_in(town, round_, gone, RIGHT)
    made = merging.merge(session, TERMINAL, town.lan, gone, WHY, round_.opens_at - (round_.closes_at - round_.opens_at))
    later = hall.hand_in(town, round_, town.lan, RIGHT)
    assert later.entry_id == made.details["entries"][0]["entry"]
    with pytest.raises(Refused, match="đã thi thêm"):
        merging.undo(session, TERMINAL, made, town.now)
    session.delete(later)
    for attempt in session.scalars(select(Attempt)):
        attempt.started_at = made.made_at
    session.flush()
    session.get(Entry, made.details["entries"][0]["entry"]).union_id = town.LC_TU_1.id
    session.flush()
    with pytest.raises(Refused, match="chuyển tiếp"):
        merging.undo(session, TERMINAL, made, town.now)


def test_annulled_attempts_announced_since_stay(session, town):
    gone, round_ = twin(town), hall.a_round(town)
    for person in (town.lan, gone):
        hall.hand_in(town, round_, person, RIGHT)
    made = merged(town, town.lan, gone)
    round_.published_at = town.now
    session.flush()
    with pytest.raises(Refused, match="đã công bố sau khi gộp"):
        merging.undo(session, TERMINAL, made, town.now)


def test_a_merge_of_a_merge_is_undone_in_order(session, town):
    first, second = twin(town), twin(town)
    early = merged(town, first, second)
    late = merged(town, town.lan, first)
    session.expire_all()
    assert second.merged_into_id == town.lan.id
    with pytest.raises(Refused, match="gộp tiếp"):
        merging.undo(session, TERMINAL, early, town.now)
    assert merging.undo(session, TERMINAL, late, town.now)
    session.expire_all()
    assert second.merged_into_id == first.id
    assert merging.undo(session, TERMINAL, early, town.now)
    session.expire_all()
    assert second.merged_into_id is None and second.disabled_at is None


def test_sign_ins_end_and_both_doors_lead_to_the_one_that_stays(client, session, town):
    gone = town.person("Lò Thị Lan", phone="0987654321", password_hash=hash_password(PASSWORD))
    card = cards.draw(session, [gone.id])
    cards.keep(session, TERMINAL, card, town.now)
    token = sign_in(session, gone.id, town.now)
    made = merged(town, town.lan, gone)
    assert actor_of_token(session, token) is None
    assert town.lan.password_hash == gone.password_hash
    held = cards.held(session, normal_code(card[0].code))
    assert (held.person_id, held.revoked) == (town.lan.id, False)
    town.commit()
    for phone in (gone.phone, town.lan.phone):
        reply = client.send("/dang-nhap", {"phone": phone, "password": PASSWORD})
        assert reply.status_code == 303
        page = client.page("/tai-khoan").text_content()
        assert ("đã được gộp" in page) is (phone == gone.phone)
        assert town.lan.phone in page
        client.send("/dang-xuat")
    merging.undo(session, TERMINAL, made, town.now)
    town.commit()
    assert town.lan.password_hash is None
    assert client.send("/dang-nhap", {"phone": gone.phone, "password": PASSWORD}).status_code == 303
    assert gone.phone in client.page("/tai-khoan").text_content()


def test_no_role_is_entered_by_the_password_of_another(client, session, town):
    gone = town.person("Nguyễn Thị Mai", phone="0987654321", password_hash=hash_password(PASSWORD))
    town.mai.password_hash = hash_password("mat-khau-khac")
    merged(town, town.mai, gone)
    town.commit()
    assert client.send("/dang-nhap", {"phone": gone.phone, "password": PASSWORD}).status_code == 200


def test_the_list_the_two_and_what_is_remembered(client, session, town):
    gone, round_ = twin(town, "Lò Thi Lann"), hall.a_round(town)
    far = town.person("Lò Thị Lan", union=town.LC_TU_1, phone=town.lan.phone)
    town.person("Trần Văn Bình", phone=town.lan.phone)
    for person in (town.lan, gone):
        hall.hand_in(town, round_, person, RIGHT)
    assert town.hung
    town.commit()
    client.sign_in(town.hung)
    pairs = client.data(PAGE)["pairs"]
    assert [[one["name"] for one in pair["people"]] for pair in pairs] == [["Lò Thị Lan", "Lò Thi Lann"]]
    assert "cùng số điện thoại" in client.page(PAGE).text_content()
    one, other = (person["code"] for person in pairs[0]["people"])
    page = client.page(f"{PAGE}/{one}/{other}").text_content()
    assert "các lượt của tài khoản bị gộp không tính nữa" in page and town.lan.phone not in page
    assert client.data(f"{PAGE}/{one}/{other}")["people"][0]["if_merged"][0]["becomes"] == "annulled"
    client.page(f"{PAGE}/{one}/{one}", 404)
    client.page(f"{PAGE}/{one}/khac", 404)
    wish = {"do": "merge", "keep": one, "reason": WHY}
    assert client.send(f"{PAGE}/{one}/{other}", wish | {"keep": "x"}).status_code == 422
    assert client.send(f"{PAGE}/{one}/{other}", wish | {"reason": ""}).status_code == 409
    assert client.send(f"{PAGE}/{one}/{other}", wish | {"do": "?"}).status_code == 400
    for said in ("Đã gộp", "đã được gộp trước đó"):
        reply = client.send(f"{PAGE}/{one}/{other}", wish)
        assert reply.status_code == 303
        assert said in client.page(reply.location).text_content()
    assert len(session.scalars(select(PersonMerge)).all()) == 1
    town.commit()
    made = client.data(f"{PAGE}?loc=da-gop")["merges"][0]
    assert made["reason"] == WHY
    for said in ("Đã tách lại", "đã được tách trước đó"):
        assert client.send(f"{PAGE}/tach", {"ma": made["code"]}).status_code == 303
        assert said in client.page(f"{PAGE}?loc=da-gop").text_content()
    for _twice in range(2):
        assert client.send(f"{PAGE}/{one}/{other}", {"do": "not"}).status_code == 303
    assert client.data(PAGE)["pairs"] == []
    assert "Không thấy ai có thể trùng" in client.page(PAGE).text_content()
    assert len(session.scalars(select(NotDuplicate)).all()) == 1
    assert far.disabled_at is None


def test_neighbours_and_officials_above_see_nobody(client, session, town):
    gone = twin(town)
    made = merged(town, town.lan, gone)
    other = twin(town)
    neighbour = town.person("Lý Văn Láng", union=town.LC_PT_2)
    grant_role(session, TERMINAL, neighbour, Role.OFFICIAL, town.LC_PT_2.id, town.now)
    above = town.person("Phan Văn Trên", union=town.LC_PT)
    grant_role(session, TERMINAL, above, Role.OFFICIAL, town.LC_PT.id, town.now)
    assert town.mai
    town.commit()
    client.sign_in(town.mai)
    one, two = (person["code"] for person in client.data(PAGE)["pairs"][0]["people"])
    assert client.data(f"{PAGE}?loc=da-gop")["merges"]
    for person in (neighbour, above):
        client.sign_in(person)
        assert client.data(PAGE)["pairs"] == client.data(f"{PAGE}?loc=da-gop")["merges"] == []
        client.page(f"{PAGE}/{one}/{two}", 404)
        assert client.send(f"{PAGE}/{one}/{two}", {"do": "merge", "keep": one, "reason": WHY}).status_code == 404
        assert client.send(f"{PAGE}/tach", {"ma": made.code}).status_code == 404
    client.sign_in(other)
    client.page(PAGE, 403)


def test_same_name_birth_and_union_are_found_without_a_phone(client, session, town):
    gone = town.person("Lò Thị Lan")
    gone.birth_on = town.lan.birth_on = date(1990, 5, 17)
    assert town.mai
    town.commit()
    client.sign_in(town.mai)
    assert [pair["why"] for pair in client.data(PAGE)["pairs"]] == ["birth"]


def test_families_that_share_a_phone_crowd_nobody_out(session, town, monkeypatch):
    """Names that are nothing alike are no sign, and take no place of those that are."""
    monkeypatch.setattr(merge_queries, "MOST", 2)
    for name in ("Vàng A Páo", "Tẩn Mỹ Dao", "Đèo Thị Ánh", "Lò Văn Bình"):
        town.person(name, phone="0911222333")
    gone = twin(town)
    session.flush()
    (sign,) = merge_queries.pairs(session, None)
    (pair,) = merge_queries.with_people(session, [sign])
    assert {pair.one.id, pair.other.id} == {town.lan.id, gone.id}


def test_people_without_a_phone_share_none(session, town):
    for _ in range(2):
        town.person("Lò Thị Lan", union=town.province and town.LC_PT_1, phone="")
    session.flush()
    assert merge_queries.pairs(session, None) == []
    twin(town)
    assert [pair.why for pair in merge_queries.pairs(session, None)] == [merge_queries.Why.PHONE]


def test_a_role_without_a_password_gets_none_from_another(client, session, town):
    gone = town.person("Nguyễn Thị Mai", phone="0987654321", password_hash=hash_password(PASSWORD))
    merged(town, town.mai, gone)
    assert town.mai.password_hash is None
    mai = town.mai.phone
    town.commit()
    for phone in (mai, "0987654321"):
        assert client.send("/dang-nhap", {"phone": phone, "password": PASSWORD}).status_code == 200
