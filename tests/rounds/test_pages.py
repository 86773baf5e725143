"""The organizers' desk through its doors: make a contest, set it up, run its rounds; locks, refusals, strangers."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, Role
from contest.clock import VIETNAM
from contest.rounds.models import Contest, Round

SLUG = "/to-chuc/cuoc-thi/cuoc-thi"


def local(at):
    return at.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")


def only(session, kind, **wanted):
    """The one row of a kind, as stored; the look ends its transaction, so that pages may write."""
    session.expire_all()
    row = session.scalars(select(kind).filter_by(**wanted)).one()
    session.expunge_all()
    session.rollback()
    return row


@pytest.fixture
def mai(client, town):
    """Mai, organizer of the province, at her desk with a bank of 30 questions."""
    town.bank(size=30, topics=("Lịch sử", "Pháp luật"))
    assert town.mai
    town.commit()
    return client.sign_in(town.mai)


@pytest.fixture
def draft(town):
    contest = town.contest(published=False, organizer="LĐLĐ tỉnh", contact="0213", legal_basis="KH 1")
    round_ = town.round(contest, bank=town.bank("de", size=30), opens=60, closes=600)
    town.commit()
    return round_


def create(client, town, **changes):
    fields = {
        "title": "Tìm hiểu pháp luật",
        "slug": "phap-luat",
        "union": "LC",
        "bank": "bank",
        "questions": "10",
        "minutes": "15",
        "attempts": "2",
        "opens_at": local(town.now + timedelta(days=1)),
        "closes_at": local(town.now + timedelta(days=8)),
        "rounds": "3",
    }
    return client.send("/to-chuc/cuoc-thi/moi", fields | changes)


def test_a_contest_is_made_from_a_few_answers(mai, town, session):
    assert "Tạo cuộc thi" in mai.page("/to-chuc/cuoc-thi/moi").text_content()
    assert create(mai, town).status_code == 303
    contest = session.scalars(select(Contest)).one()
    assert (contest.state, len(contest.rounds)) == ("draft", 3)
    assert [(r.allowance_s, r.max_attempts, r.blueprint[0].count) for r in contest.rounds] == [(900, 2, 10)] * 3
    assert contest.rounds[1].opens_at - contest.rounds[0].opens_at == timedelta(weeks=1)
    session.rollback()
    page = mai.page("/to-chuc/cuoc-thi/phap-luat").text_content()
    assert "Bản nháp" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"slug": "Pháp luật"}, "chữ thường không dấu"),
        ({"title": ""}, "tên cuộc thi"),
        ({"questions": "0"}, "từ 1 đến"),
        ({"opens_at": "hôm nay"}, "ngày và giờ"),
        ({"union": "KHAC"}, "danh sách"),
        ({"closes_at": "2020-01-01T00:00"}, "phải sau giờ mở"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(mai, town, session, changes, words):
    response = create(mai, town, **changes)
    assert response.status_code == 200
    text = response.get_data(as_text=True)
    assert words in text
    assert "Tìm hiểu pháp luật" in text or "title" in changes
    assert session.scalars(select(Contest)).all() == []


def test_an_address_that_is_taken_is_refused(mai, town, session):
    create(mai, town)
    response = create(mai, town, title="Khác")
    assert "Đã có cuộc thi ở địa chỉ" in response.get_data(as_text=True)


def test_the_overview_says_what_is_missing_with_a_way_there(mai, town, session):
    town.round(town.contest(published=False), bank=town.bank("nho", size=3), count=5, opens=60, closes=600)
    town.commit()
    page = mai.page(SLUG)
    assert "Cần sửa trước khi công khai" in page.text_content()
    assert page.xpath("//a[contains(@href, '/dot/1/de-thi')]")
    mai.send(f"{SLUG}/cong-khai")
    assert only(session, Contest).state == "draft"


def test_a_sound_draft_is_published_and_taken_back(mai, draft, session):
    mai.send(f"{SLUG}/cong-khai")
    assert only(session, Contest).state == "published"
    assert mai.get("/cuoc-thi/cuoc-thi").status_code == 200
    mai.send(f"{SLUG}/thu-hoi")
    assert only(session, Contest).state == "draft"
    mai.send(f"{SLUG}/xoa")
    session.expire_all()
    assert session.scalars(select(Contest)).all() == []
    session.rollback()
    done = set(session.scalars(select(AuditEntry.action)))
    assert {"contest.publish", "contest.unpublish", "contest.delete"} <= done


@pytest.mark.parametrize("part", ["general", "people", "ranking", "display", "targets"])
def test_every_part_of_the_settings_opens_and_saves(mai, draft, session, part):
    page = mai.page(f"{SLUG}/thiet-lap/{part}")
    form = next(form for form in page.forms if part in (form.action or ""))
    response = mai.post(f"{SLUG}/thiet-lap/{part}", data=MultiDict(form.form_values()))
    assert response.status_code == 303, response.get_data(as_text=True)


def test_settings_are_stored(mai, draft, session):
    mai.send(f"{SLUG}/thiet-lap/people", {"kinds": ["member"], "scope_union": "LC-PT"})
    fields = {"criteria-0": "score", "criteria-1": "prediction", "criteria-2": "elapsed", "total": "best"}
    prediction = {"prediction_target": "people", "prediction_scope": "round", "prediction_rule": "nearest"}
    assert mai.send(f"{SLUG}/thiet-lap/ranking", fields | prediction).status_code == 303
    mai.send(f"{SLUG}/thiet-lap/targets", {"target_percent": "60", "headcount_basis": "all"})
    contest = only(session, Contest)
    assert contest.kinds == ["member"]
    assert contest.scope_union_id is not None
    assert contest.criteria == ["score", "prediction", "elapsed"]
    assert (contest.total, contest.prediction_target) == ("best", "people")
    assert (contest.target_percent, contest.headcount_basis) == (60, "all")


def test_a_union_is_found_by_typing_without_script(mai, draft):
    response = mai.send(
        f"{SLUG}/thiet-lap/people", {"kinds": ["member"], "scope_union_tu_khoa": "phong tho", "tim_scope_union": "1"}
    )
    text = response.get_data(as_text=True)
    assert 'value="LC-PT"' in text


def test_settings_that_decided_what_people_did_are_locked(mai, town, session, app):
    town.round(town.contest())
    assert town.lan
    town.commit()
    app.test_client().sign_in(town.lan).send("/cuoc-thi/cuoc-thi/dot/1/bat-dau")
    page = mai.page(f"{SLUG}/thiet-lap/ranking")
    assert page.xpath("//fieldset[@disabled]")
    mai.send(f"{SLUG}/thiet-lap/ranking", {"criteria-0": "elapsed", "total": "best"})
    assert only(session, Contest).criteria == ["score", "elapsed", "submitted"]
    assert mai.send(f"{SLUG}/thiet-lap/general", {"title": "Tên mới", "slug": "khac"}).status_code == 303
    contest = only(session, Contest)
    assert (contest.title, contest.slug) == ("Tên mới", "cuoc-thi")
    mai.send(f"{SLUG}/dot/1", {"title": "Tuần một", "minutes": "90"})
    round_ = only(session, Round)
    assert (round_.title, round_.allowance_s) == ("Tuần một", 1200)
    assert "không sửa được" in mai.page(f"{SLUG}/dot/1/de-thi").text_content()


def round_fields(town, **changes):
    fields = {
        "title": "Tuần hai",
        "opens_at": local(town.now + timedelta(days=20)),
        "closes_at": local(town.now + timedelta(days=27)),
        "weekdays": ["0", "2", "6"],
        "day_from": "07:00",
        "day_until": "21:00",
        "minutes": "10",
        "max_attempts": "",
        "grace_s": "5",
        "late_minutes": "0",
        "freeze_minutes": "0",
        "paper": "fixed",
        "shuffle_questions": "y",
    }
    return fields | changes


def test_a_round_is_added_changed_and_removed(mai, draft, town, session):
    assert "Thêm đợt thi" in mai.page(f"{SLUG}/dot/moi").text_content()
    assert mai.send(f"{SLUG}/dot/moi", round_fields(town)).status_code == 303
    added = only(session, Round, number=2)
    assert (added.weekdays, added.day_from, added.day_until) == (0b1000101, 420, 1260)
    assert (added.max_attempts, added.paper, added.shuffle_choices) == (None, "fixed", False)
    mai.send(f"{SLUG}/dot/2", round_fields(town, minutes="30", day_from="", day_until=""))
    assert only(session, Round, number=2).allowance_s == 1800
    mai.send(f"{SLUG}/dot/2/xoa")
    assert [r.number for r in session.scalars(select(Round))] == [1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day_from": "25:00"}, "giờ:phút"),
        ({"day_from": "21:00", "day_until": "07:00"}, "phải sau"),
        ({"day_until": ""}, "cả giờ bắt đầu"),
        ({"weekdays": []}, "ít nhất một ngày"),
        ({"minutes": "-5"}, "từ 1 đến"),
        ({"max_attempts": "nhiều"}, "số nguyên"),
    ],
)
def test_a_round_that_cannot_be_keeps_what_was_typed(mai, draft, town, changes, words):
    response = mai.send(f"{SLUG}/dot/moi", round_fields(town, **changes))
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert words in text
    assert "Tuần hai" in text


def test_a_running_round_is_extended_and_closed_with_its_attempts(mai, town, session, app):
    town.round(town.contest(), closes=10, grace_s=0)
    assert town.lan
    town.commit()
    lan = app.test_client().sign_in(town.lan)
    code = lan.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau").headers["Location"].rsplit("/", 1)[1]
    short = lan.data(f"/bai-thi/{code}")["remaining_ms"]
    mai.send(f"{SLUG}/dot/1/gia-han", {"closes_at": local(town.now + timedelta(hours=2))})
    assert lan.data(f"/bai-thi/{code}")["remaining_ms"] > short + 5 * 60 * 1000
    response = mai.send(f"{SLUG}/dot/1/gia-han", {"closes_at": local(town.now)})
    assert "phải sau" in response.get_data(as_text=True)
    mai.send(f"{SLUG}/dot/1/dong")
    assert lan.data(f"/bai-thi/{code}")["state"] == "closed"
    mai.send(f"{SLUG}/ket-qua/cong-bo?dot=1", {"names": "masked", "left": "y", "xac_nhan": "1"})
    assert only(session, Round).published_at is not None


def test_a_coming_round_is_opened_now(mai, town, session):
    town.round(town.contest(), opens=60, closes=600)
    town.commit()
    mai.send(f"{SLUG}/dot/1/mo")
    assert only(session, Round).opens_at < town.now + timedelta(minutes=5)


def test_the_paper_is_made_of_rows(mai, draft, town, session):
    page = mai.page(f"{SLUG}/dot/1/de-thi")
    sources = page.xpath("//select[@name='rows-0-source']//option/@value")
    topic = [value for value in sources if value and not value.endswith(":")][0]
    rows = {
        "rows-0-source": topic,
        "rows-0-count": "4",
        "rows-0-points": "2",
        "rows-1-source": topic.split(":")[0] + ":",
        "rows-1-count": "3",
        "rows-1-points": "1",
        "rows-1-difficulty": "2",
        "rows-2-source": "",
        "rows-2-count": "",
    }
    assert mai.send(f"{SLUG}/dot/1/de-thi", rows).status_code == 303
    session.expire_all()
    blueprint = [(line.count, line.points, line.difficulty) for line in session.scalars(select(Round)).one().blueprint]
    assert blueprint == [(4, 2, None), (3, 1, 2)]
    session.rollback()
    response = mai.send(f"{SLUG}/dot/1/de-thi", {"rows-0-source": "", "rows-0-count": "4"})
    assert "chọn ngân hàng hoặc chủ đề cho dòng này" in response.get_data(as_text=True)


def test_divisions_exclusions_and_prizes_are_kept(mai, draft, town, session):
    mai.send(f"{SLUG}/bang-thi", {"code": "CB", "title": "Cán bộ", "kinds": ["official"]})
    mai.send(f"{SLUG}/bang-thi", {"code": "PT", "title": "Phong Thổ", "union": "LC-PT"})
    assert "Đã có bảng mã" in mai.send(f"{SLUG}/bang-thi", {"code": "CB", "title": "Khác", "kinds": []}).get_data(
        as_text=True
    )
    mai.send(f"{SLUG}/loai-tru", {"mode": "barred", "phone": "0912 345 678", "reason": "Ban tổ chức"})
    nobody = mai.send(f"{SLUG}/loai-tru", {"mode": "barred", "reason": "Ban tổ chức"})
    assert "Hãy ghi số điện thoại" in nobody.get_data(as_text=True)
    mai.send(f"{SLUG}/giai-thuong", {"scope": "round", "title": "Giải Nhất", "quantity": "1", "value": "1 triệu"})
    mai.send(f"{SLUG}/giai-thuong", {"quy-dinh-one_prize": "round", "quy-dinh-tie_rule": "share", "luu-quy-dinh": "1"})
    session.expire_all()
    contest = session.scalars(select(Contest)).one()
    assert [d.code for d in contest.divisions] == ["CB", "PT"]
    assert contest.exclusions[0].phone == "0912345678"
    assert (contest.prizes[0].title, contest.one_prize) == ("Giải Nhất", "round")
    second = contest.divisions[1].id
    session.rollback()
    mai.send(f"{SLUG}/bang-thi/len", {"bang": second})
    session.expire_all()
    assert [d.code for d in session.scalars(select(Contest)).one().divisions] == ["PT", "CB"]
    session.rollback()
    for page in ("bang-thi", "loai-tru", "giai-thuong"):
        assert mai.page(f"{SLUG}/{page}") is not None


def test_a_contest_is_copied_without_its_people(mai, draft, town, session):
    opens = town.now + timedelta(days=100)
    response = mai.send(f"{SLUG}/sao-chep", {"title": "Năm sau", "slug": "nam-sau", "first_opens_at": local(opens)})
    assert response.status_code == 303
    copied = session.scalars(select(Contest).where(Contest.slug == "nam-sau")).one()
    assert copied.state == "draft"
    assert abs(copied.rounds[0].opens_at - opens) < timedelta(minutes=1)
    assert copied.rounds[0].blueprint[0].count == 5


def test_a_paper_is_tried_and_stored_nowhere(mai, draft, session):
    response = mai.get(f"{SLUG}/dot/1/thu-de")
    address = response.headers["Location"]
    page = mai.page(address)
    assert len(page.xpath("//fieldset")) == 5
    marked = mai.send(address, {"q1": "A"})
    text = marked.get_data(as_text=True)
    assert "Đáp án:" in text
    assert "Nguồn: Tài liệu" in text
    first = mai.page(address).xpath("//fieldset//legend//text()")
    assert first == mai.page(address).xpath("//fieldset//legend//text()")


PAGES = ("", "/sao-chep", "/thiet-lap/general", "/dot/moi", "/dot/1", "/dot/1/de-thi", "/dot/1/thu-de", "/bang-thi")


def test_contests_of_other_unions_do_not_exist(client, draft, town, session):
    other = town.person("Hà Văn Khác")
    grant_role(session, TERMINAL, other, Role.ORGANIZER, town.LC_PT.id, town.now)
    town.commit()
    client.sign_in(other)
    for page in PAGES:
        assert client.get(f"{SLUG}{page}").status_code == 404, page
    for verb in ("/cong-khai", "/xoa", "/dot/1/dong", "/dot/1/xoa"):
        assert client.send(f"{SLUG}{verb}").status_code == 404, verb
    assert client.data("/to-chuc") == []


def test_members_have_no_desk(client, draft, town):
    assert town.lan
    town.commit()
    client.sign_in(town.lan)
    for page in PAGES:
        assert client.get(f"{SLUG}{page}").status_code == 403, page
    assert client.get("/to-chuc").status_code == 403
