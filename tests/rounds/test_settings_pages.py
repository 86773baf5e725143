"""Settings of a contest through its pages: what is stored, what is refused, what is locked."""

import pytest
from sqlalchemy.orm import Session
from support.queries import counted

from contest.attempts.starting import start
from contest.clock import VIETNAM
from contest.rounds import queries

BASE = "/to-chuc/cuoc-thi/cuoc-thi"
SETTINGS = f"{BASE}/thiet-lap"


def fresh(session):
    """The contest as stored, read apart so that no lock is held."""
    session.rollback()
    with Session(session.get_bind(), expire_on_commit=False) as other:
        return queries.contest_by_slug(other, "cuoc-thi")


@pytest.fixture
def organizer(client, town):
    """Mai, and a draft with a round that opens in an hour."""
    mai = town.mai
    town.round(town.contest(published=False), opens=60, closes=600)
    town.commit()
    return client.sign_in(mai)


def take_part(session, town):
    contest = queries.contest_by_slug(session, "cuoc-thi")
    contest.state = "published"
    row = contest.rounds[0]
    row.opens_at = town.now
    start(session, {}, row, town.lan, town.now)
    session.commit()


GENERAL = {
    "title": "Hội thi mới",
    "slug": "cuoc-thi",
    "summary": "Dòng một\r\nDòng hai",
    "organizer": "LĐLĐ tỉnh",
    "legal_basis": "Kế hoạch số 12",
    "contact": "0213 3876 543",
    "extra_rules": "Không trao đổi bài.",
}
RANKING = {
    "criteria-0": "score",
    "criteria-1": "prediction",
    "criteria-2": "elapsed",
    "criteria-3": "",
    "total": "average",
    "missed_rounds": "left_out",
    "all_answers_required": "y",
    "prediction_target": "people",
    "prediction_scope": "contest",
    "prediction_rule": "exact",
}
DISPLAY = {
    "name_display": "hidden",
    "score_shown": "after_round",
    "key_shown": "never",
    "ranking_shown": "published",
}


def test_general(organizer, session):
    assert organizer.send(f"{SETTINGS}/general", GENERAL).status_code == 303
    contest = fresh(session)
    assert (contest.title, contest.summary, contest.extra_rules) == (
        "Hội thi mới",
        "Dòng một\nDòng hai",
        "Không trao đổi bài.",
    )
    page = organizer.page(f"{SETTINGS}/general")
    assert page.xpath("//input[@name='organizer']/@value") == ["LĐLĐ tỉnh"]


def test_control_characters_never_reach_the_database(organizer, session):
    organizer.send(f"{SETTINGS}/general", GENERAL | {"contact": "Chị\x00 Hoa", "title": "Hội\x00 thi"})
    contest = fresh(session)
    assert (contest.contact, contest.title) == ("Chị Hoa", "Hội thi")


def test_people(organizer, session, town):
    given = {"kinds": ["member", "worker"], "scope_union": "LC-PT", "registration_opens_at": "2023-11-06T08:00"}
    assert organizer.send(f"{SETTINGS}/people", given).status_code == 303
    contest = fresh(session)
    assert (contest.kinds, contest.scope_union.code) == (["member", "worker"], "LC-PT")
    assert contest.registration_opens_at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M") == "06/11/2023 08:00"
    page = organizer.page(f"{SETTINGS}/people")
    assert "LĐLĐ huyện Phong Thổ" in page.text_content()


def test_the_scope_is_wiped_out_with_its_name(organizer, session):
    organizer.send(f"{SETTINGS}/people", {"kinds": ["member"], "scope_union": "LC-PT"})
    organizer.send(f"{SETTINGS}/people", {"kinds": ["member"], "scope_union": "LC-PT", "scope_union_tu_khoa": ""})
    assert fresh(session).scope_union is None


def test_the_scope_is_found_without_script(organizer, session):
    searched = {"kinds": ["member"], "scope_union": "", "scope_union_tu_khoa": "phong tho", "tim_scope_union": "1"}
    answer = organizer.send(f"{SETTINGS}/people", searched)
    assert 'value="LC-PT"' in answer.get_data(as_text=True)
    assert fresh(session).scope_union is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kinds": []}, "ít nhất một đối tượng"),
        ({"kinds": ["boss"]}, "danh sách"),
        ({"kinds": ["member"], "scope_union": "XX"}, "Không có đơn vị nào mang mã này"),
    ],
)
def test_people_who_make_no_sense(organizer, session, given, said):
    answer = organizer.send(f"{SETTINGS}/people", given)
    assert said in answer.get_data(as_text=True)
    assert fresh(session).kinds == ["member", "official", "worker"]


def test_ranking(organizer, session):
    assert organizer.send(f"{SETTINGS}/ranking", RANKING).status_code == 303
    contest = fresh(session)
    assert contest.criteria == ["score", "prediction", "elapsed"]
    assert (contest.total, contest.missed_rounds, contest.all_answers_required) == ("average", "left_out", True)
    assert (contest.prediction_target, contest.prediction_scope, contest.prediction_rule) == (
        "people",
        "contest",
        "exact",
    )
    page = organizer.page(f"{SETTINGS}/ranking")
    assert page.xpath("//select[@name='criteria-1']/option[@selected]/@value") == ["prediction"]
    organizer.send(f"{SETTINGS}/ranking", RANKING | {"prediction_target": "", "criteria-1": ""})
    contest = fresh(session)
    assert (contest.criteria, contest.prediction_target) == (["score", "elapsed"], None)


def test_what_is_not_sent_is_not_changed(organizer, session):
    assert organizer.send(f"{SETTINGS}/ranking", {"criteria-0": "score", "total": "sum"}).status_code == 303
    contest = fresh(session)
    assert (contest.prediction_scope, contest.prediction_rule) == ("round", "nearest")
    assert contest.missed_rounds == "zero"


def test_criteria_that_contradict_show_on_the_overview_of_a_draft(organizer):
    organizer.send(f"{SETTINGS}/ranking", RANKING | {"prediction_target": ""})
    page = organizer.page(BASE)
    assert "Tiêu chí xếp hạng có dự đoán" in page.text_content()
    assert f"{SETTINGS}/ranking" in page.xpath("//a/@href")


def test_criteria_that_contradict_are_refused_once_public(organizer, session, town):
    organizer.send(f"{BASE}/cong-khai")
    answer = organizer.send(f"{SETTINGS}/ranking", RANKING | {"prediction_target": ""})
    assert "Tiêu chí xếp hạng có dự đoán" in answer.get_data(as_text=True)
    assert fresh(session).criteria == ["score", "elapsed", "submitted"]


def test_display_and_targets(organizer, session):
    assert organizer.send(f"{SETTINGS}/display", DISPLAY).status_code == 303
    targets = {"target_percent": "60", "target_people": "", "headcount_basis": "all"}
    assert organizer.send(f"{SETTINGS}/targets", targets).status_code == 303
    contest = fresh(session)
    assert (contest.name_display, contest.score_shown, contest.key_shown, contest.ranking_shown) == (
        "hidden",
        "after_round",
        "never",
        "published",
    )
    assert (contest.target_percent, contest.target_people, contest.headcount_basis) == (60, None, "all")


@pytest.mark.parametrize("value", ["0", "101", "abc"])
def test_a_target_is_a_rate(organizer, session, value):
    answer = organizer.send(f"{SETTINGS}/targets", {"target_percent": value, "headcount_basis": "all"})
    assert answer.status_code == 200
    assert fresh(session).target_percent is None


def test_an_unknown_part_is_not_found(organizer):
    assert organizer.get(f"{SETTINGS}/khac").status_code == 404


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("general", "slug"),
        ("general", "practice"),
        ("people", "kinds"),
        ("ranking", "criteria-0"),
        ("ranking", "total"),
        ("ranking", "missed_rounds"),
    ],
)
def test_settings_are_shown_locked_once_somebody_took_part(organizer, session, town, part, field):
    assert not organizer.page(f"{SETTINGS}/{part}").xpath(f"//*[@name='{field}']/ancestor::fieldset[@disabled]")
    take_part(session, town)
    page = organizer.page(f"{SETTINGS}/{part}")
    assert page.xpath(f"//*[@name='{field}']/ancestor::fieldset[@disabled]")
    assert "Đã có người dự thi" in page.text_content()


def test_locked_settings_stay_while_others_on_the_page_change(organizer, session, town):
    take_part(session, town)
    sent = {name: value for name, value in GENERAL.items() if name != "slug"}
    assert organizer.send(f"{SETTINGS}/general", sent).status_code == 303
    assert organizer.send(f"{SETTINGS}/general", GENERAL | {"slug": "khac", "practice": "y"}).status_code == 303
    people = {"registration_opens_at": "2023-11-06T08:00"}
    assert organizer.send(f"{SETTINGS}/people", people).status_code == 303
    assert organizer.send(f"{SETTINGS}/ranking", RANKING).status_code == 303
    display = {name: value for name, value in DISPLAY.items() if name != "name_display"}
    assert organizer.send(f"{SETTINGS}/display", display).status_code == 303
    contest = fresh(session)
    assert (contest.title, contest.slug, contest.practice, contest.name_display) == (
        "Hội thi mới",
        "cuoc-thi",
        False,
        "masked",
    )
    assert (contest.kinds, contest.criteria, contest.total) == (
        ["member", "official", "worker"],
        ["score", "elapsed", "submitted"],
        "sum",
    )
    assert contest.key_shown == "never"
    assert contest.registration_opens_at is not None


# divisions, exclusions, prizes


def test_divisions(organizer, session, town):
    one = {"code": "CB", "title": "Cán bộ", "kinds": ["official"], "union": ""}
    assert organizer.send(f"{BASE}/bang-thi", one).status_code == 303
    organizer.send(f"{BASE}/bang-thi", {"code": "PT", "title": "Phong Thổ", "union": "LC-PT"})
    doubled = organizer.send(f"{BASE}/bang-thi", {"code": "PT", "title": "Khác"})
    assert "Đã có bảng mã “PT”" in doubled.get_data(as_text=True)
    first, second = fresh(session).divisions
    assert (first.code, first.kinds, second.union.code) == ("CB", ["official"], "LC-PT")
    ids = (first.id, second.id)
    organizer.send(f"{BASE}/bang-thi/len", {"bang": ids[1]})
    assert [d.code for d in fresh(session).divisions] == ["PT", "CB"]
    page = organizer.page(f"{BASE}/bang-thi?bang={ids[0]}")
    assert page.xpath("//input[@name='title']/@value") == ["Cán bộ"]
    organizer.send(f"{BASE}/bang-thi", one | {"bang": ids[0], "title": "Cán bộ công đoàn"})
    organizer.send(f"{BASE}/bang-thi/xoa", {"bang": ids[1]})
    assert [d.title for d in fresh(session).divisions] == ["Cán bộ công đoàn"]
    assert organizer.send(f"{BASE}/bang-thi/xoa", {"bang": ids[1]}).status_code == 404


def test_divisions_are_locked_once_somebody_took_part(organizer, session, town):
    organizer.send(f"{BASE}/bang-thi", {"code": "CB", "title": "Cán bộ"})
    take_part(session, town)
    page = organizer.page(f"{BASE}/bang-thi")
    assert "Đã có người dự thi" in page.text_content()
    assert not page.xpath("//input[@name='code']")
    organizer.send(f"{BASE}/bang-thi", {"code": "X", "title": "X"})
    assert [d.code for d in fresh(session).divisions] == ["CB"]


def test_exclusions(organizer, session, town):
    bar = {"mode": "barred", "phone": "+84 912 345 678", "union": "", "kind": "", "reason": "Ban tổ chức"}
    assert organizer.send(f"{BASE}/loai-tru", bar).status_code == 303
    organizer.send(f"{BASE}/loai-tru", bar | {"mode": "unranked", "phone": "", "union": "LC-PT", "kind": "official"})
    one, two = fresh(session).exclusions
    assert (one.phone, one.union_id, one.kind) == ("0912345678", None, None)
    assert (two.phone, two.union.code, two.kind, two.mode) == (None, "LC-PT", "official", "unranked")
    one_id = one.id
    organizer.send(f"{BASE}/loai-tru/xoa", {"dong": one_id})
    assert len(fresh(session).exclusions) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"phone": ""}, "Hãy ghi số điện thoại, hoặc chọn đơn vị, hoặc chọn đối tượng."),
        ({"phone": "12"}, "10 chữ số"),
        ({"reason": ""}, "Hãy ghi lý do."),
        ({"kind": "boss"}, "danh sách"),
    ],
)
def test_an_exclusion_names_somebody_and_a_reason(organizer, session, changes, said):
    bar = {"mode": "barred", "phone": "0912345678", "union": "", "kind": "", "reason": "Ban tổ chức"}
    answer = organizer.send(f"{BASE}/loai-tru", bar | changes)
    assert said in answer.get_data(as_text=True)
    assert fresh(session).exclusions == []


def test_prizes(organizer, session):
    prize = {"scope": "round", "title": "Giải Nhất", "quantity": "1", "value": "1 triệu đồng"}
    assert organizer.send(f"{BASE}/giai-thuong", prize).status_code == 303
    (stored,) = fresh(session).prizes
    prize_id = stored.id
    page = organizer.page(f"{BASE}/giai-thuong?giai={prize_id}")
    assert page.xpath("//input[@name='title']/@value") == ["Giải Nhất"]
    organizer.send(f"{BASE}/giai-thuong", prize | {"giai": prize_id, "quantity": "3"})
    rules = {
        "quy-dinh-one_prize": "contest",
        "quy-dinh-tie_rule": "committee",
        "quy-dinh-collective_min_headcount": "20",
        "quy-dinh-collective_min_percent": "",
        "luu-quy-dinh": "1",
    }
    assert organizer.send(f"{BASE}/giai-thuong", rules).status_code == 303
    contest = fresh(session)
    assert [(p.title, p.quantity) for p in contest.prizes] == [("Giải Nhất", 3)]
    assert contest.tie_rule == "committee"
    assert (contest.one_prize, contest.collective_min_headcount, contest.collective_min_percent) == (
        "contest",
        20,
        None,
    )
    organizer.send(f"{BASE}/giai-thuong/xoa", {"giai": prize_id})
    assert fresh(session).prizes == []


@pytest.mark.parametrize("changes", [{"title": ""}, {"quantity": "0"}, {"scope": "week"}])
def test_a_prize_that_makes_no_sense(organizer, session, changes):
    prize = {"scope": "round", "title": "Giải Nhất", "quantity": "1", "value": ""} | changes
    assert organizer.send(f"{BASE}/giai-thuong", prize).status_code == 200
    assert fresh(session).prizes == []


def test_lists_cost_the_same_however_long(app, organizer, session, town):
    def cost():
        found = 0
        for part in ("bang-thi", "loai-tru", "giai-thuong"):
            with counted(app) as asked:
                organizer.page(f"{BASE}/{part}")
            found += len(asked)
        return found

    organizer.send(f"{BASE}/bang-thi", {"code": "A", "title": "A", "union": "LC-PT"})
    organizer.send(f"{BASE}/loai-tru", {"mode": "barred", "union": "LC-PT", "reason": "vì"})
    few = cost()
    for union in ("LC-TU", "LC-TU-1", "LC-PT-1"):
        organizer.send(f"{BASE}/bang-thi", {"code": union, "title": union, "union": union})
        organizer.send(f"{BASE}/loai-tru", {"mode": "barred", "union": union, "reason": "vì"})
    assert cost() == few


def test_a_criterion_that_is_not_on_the_list_is_refused(organizer, session):
    before = fresh(session).criteria
    answer = organizer.send(f"{SETTINGS}/ranking", RANKING | {"criteria-1": "luck"})
    assert "Hãy chọn một mục trong danh sách." in answer.get_data(as_text=True)
    assert fresh(session).criteria == before


def test_kinds_that_are_not_on_the_list_are_refused_in_vietnamese(organizer):
    page = organizer.send(f"{SETTINGS}/people", {"kinds": "guest"}).get_data(as_text=True)
    assert "Hãy chọn các mục trong danh sách." in page
    assert "not a valid choice" not in page


def test_size_classes_and_the_contest_before(organizer, town, session):
    earlier = town.contest(slug="nam-truoc", title="Cuộc thi năm trước").id
    town.commit()
    address = f"{SETTINGS}/targets"
    chosen = {"headcount_basis": "members", "size_classes": "50, 200", "previous_id": str(earlier)}
    assert organizer.send(address, chosen).status_code == 303
    contest = fresh(session)
    assert (contest.size_classes, contest.previous_id) == ([50, 200], earlier)
    page = organizer.page(address)
    assert page.xpath("//input[@name='size_classes']/@value") == ["50, 200"]
    assert page.xpath("//option[@selected]/text()") == ["Cuộc thi năm trước"]
    for wrong in ("200, 50", "nhiều", "0", "5,,x"):
        refused = organizer.send(address, chosen | {"size_classes": wrong})
        assert "Hãy ghi các số nguyên tăng dần" in refused.get_data(as_text=True)
        assert fresh(session).size_classes == [50, 200]
    assert organizer.send(address, {"headcount_basis": "members"}).status_code == 303
    assert fresh(session).size_classes == [50, 200]
    assert organizer.send(address, chosen | {"size_classes": "", "previous_id": ""}).status_code == 303
    contest = fresh(session)
    assert (contest.size_classes, contest.previous_id) == ([], None)
