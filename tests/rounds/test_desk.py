"""The organizers' desk through its doors: whose contests, making one, its overview and what is done to it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.queries import counted

from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, Role
from contest.attempts.starting import start
from contest.clock import VIETNAM
from contest.rounds import queries
from contest.rounds.settings import ContestState

BASE = "/to-chuc/cuoc-thi/cuoc-thi"


def text_of(page):
    return " ".join(page.text_content().split())


def fresh(session, slug="cuoc-thi"):
    """The contest as stored, read apart so that no lock is held."""
    session.rollback()
    with Session(session.get_bind(), expire_on_commit=False) as other:
        return queries.contest_by_slug(other, slug)


def local(at):
    return at.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def organizer(client, town):
    """Mai at the desk of her province."""
    mai = town.mai
    town.commit()
    return client.sign_in(mai)


@pytest.fixture
def contest(town):
    """A public contest with a round that is open."""
    contest = town.contest(contact="0213 3876 543")
    town.round(contest, grace_s=0)
    town.commit()
    return contest


PAGES = (
    "/to-chuc",
    "/to-chuc/cuoc-thi/moi",
    BASE,
    *(f"{BASE}/thiet-lap/{part}" for part in ("general", "people", "ranking", "display", "targets")),
    f"{BASE}/bang-thi",
    f"{BASE}/loai-tru",
    f"{BASE}/giai-thuong",
    f"{BASE}/sao-chep",
    f"{BASE}/dot/moi",
    f"{BASE}/dot/1",
    f"{BASE}/dot/1/gia-han",
    f"{BASE}/dot/1/de-thi",
)
ANNOUNCE = {"names": "masked", "unions": "y", "left": "y", "xac_nhan": "1"}
VERBS = (
    *(f"{BASE}/{verb}" for verb in ("cong-khai", "thu-hoi", "xoa", "bang-thi/xoa", "bang-thi/len", "loai-tru/xoa")),
    f"{BASE}/giai-thuong/xoa",
    *(f"{BASE}/dot/1/{verb}" for verb in ("mo", "dong", "xoa")),
)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_for_the_organizer_and_for_nobody_else(client, town, contest, address):
    mai, lan, hung = town.mai, town.lan, town.hung
    town.commit()
    assert client.get(address).status_code == 303
    for stranger in (lan, hung):
        client.sign_in(stranger)
        assert client.get(address).status_code == 403
    client.sign_in(mai)
    assert client.page(address) is not None


@pytest.mark.parametrize("address", [*PAGES[2:], *VERBS])
def test_an_organizer_of_another_union_does_not_find_the_contest(client, town, contest, address):
    other = town.son
    grant_role(town.session, TERMINAL, other, Role.ORGANIZER, town.LC_TU.id, town.now)
    town.commit()
    client.sign_in(other)
    answer = client.send(address) if address in VERBS else client.get(address)
    assert answer.status_code == 404


def test_an_organizer_above_manages_the_contests_below(organizer, town, session, contest):
    contest.union_id = town.LC_PT.id
    town.commit()
    assert "Cuộc thi thử" in text_of(organizer.page("/to-chuc"))
    assert organizer.page(BASE) is not None


def test_the_desk_costs_the_same_however_many_contests(app, organizer, town, contest):
    organizer.page("/to-chuc")
    with counted(app) as few:
        organizer.page("/to-chuc")
    for number in range(5):
        town.round(town.contest(f"thi-{number}"))
    town.commit()
    with counted(app) as many:
        organizer.page("/to-chuc")
    assert len(many) == len(few)


def test_the_overview_costs_the_same_however_many_rounds(app, organizer, town, session, contest):
    organizer.page(BASE)
    with counted(app) as few:
        organizer.page(BASE)
    for number in (2, 3, 4):
        town.round(contest, number, opens=number * 100, closes=number * 100 + 90)
    town.commit()
    with counted(app) as many:
        organizer.page(BASE)
    assert len(many) == len(few)


# making one


def answers(town, **changes):
    opens = town.now + timedelta(days=1)
    given = {
        "title": "Hội thi Công đoàn giỏi",
        "slug": "",
        "union": "LC",
        "bank": "bank",
        "questions": "5",
        "minutes": "15",
        "attempts": "3",
        "opens_at": local(opens),
        "closes_at": local(opens + timedelta(days=6)),
        "rounds": "2",
    }
    return given | changes


def test_a_few_questions_make_a_contest_that_only_waits_to_be_published(organizer, town, session):
    town.bank()
    town.commit()
    page = organizer.page("/to-chuc/cuoc-thi/moi")
    assert page.xpath("//input[@name='opens_at']/@value")[0]
    answer = organizer.send("/to-chuc/cuoc-thi/moi", answers(town))
    assert answer.headers["Location"] == "/to-chuc/cuoc-thi/hoi-thi-cong-doan-gioi"
    contest = fresh(session, "hoi-thi-cong-doan-gioi")
    one, two = contest.rounds
    assert (one.allowance_s, one.max_attempts, one.blueprint[0].count) == (900, 3, 5)
    assert two.opens_at - one.opens_at == timedelta(weeks=1)
    assert "Sẵn sàng" in text_of(organizer.page(answer.headers["Location"]))
    organizer.send("/to-chuc/cuoc-thi/hoi-thi-cong-doan-gioi/cong-khai")
    assert fresh(session, "hoi-thi-cong-doan-gioi").state == ContestState.PUBLISHED


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "Hãy nhập tên cuộc thi."),
        ({"slug": "Hội Thi"}, "chữ thường không dấu"),
        ({"slug": "moi"}, "dành cho phần mềm"),
        ({"title": "???"}, "Hãy nhập địa chỉ ngắn"),
        ({"closes_at": "2026-01-01T08:00", "opens_at": "2026-01-01T08:00"}, "sau giờ mở"),
        ({"questions": "0"}, "từ 1 đến 200"),
        ({"union": "TLD"}, "Hãy chọn một mục trong danh sách."),
        ({"bank": "cua-nguoi-khac"}, "Hãy chọn một mục trong danh sách."),
    ],
)
def test_what_cannot_be_made_is_said_beside_what_was_typed(organizer, town, session, changes, said):
    town.bank()
    town.commit()
    answer = organizer.send("/to-chuc/cuoc-thi/moi", answers(town, **changes))
    assert answer.status_code == 200
    assert said in answer.get_data(as_text=True)
    assert queries.desk(session, None) == []


def test_a_taken_address_is_told(organizer, town, contest):
    town.bank()
    town.commit()
    answer = organizer.send("/to-chuc/cuoc-thi/moi", answers(town, slug="cuoc-thi"))
    assert "Đã có cuộc thi ở địa chỉ “cuoc-thi”" in answer.get_data(as_text=True)


def test_banks_of_others_are_not_offered(client, town, contest):
    bank = town.bank("cua-tinh")
    other = town.son
    grant_role(town.session, TERMINAL, other, Role.ORGANIZER, town.LC_TU.id, town.now)
    town.bank("cua-huyen", owner=town.LC_TU)
    town.commit()
    client.sign_in(other)
    page = client.page("/to-chuc/cuoc-thi/moi")
    assert page.xpath("//select[@name='bank']/option/@value") == ["", "cua-huyen"]
    assert bank.code not in page.xpath("//select[@name='bank']/option/@value")
    assert page.xpath("//select[@name='union']/option/@value") == ["LC-TU", "LC-TU-1", "LC-TU-2"]


# its overview


def test_the_overview_lists_what_is_missing_with_a_link_to_mend_it(organizer, town):
    town.contest("trong", published=False)
    town.commit()
    page = organizer.page("/to-chuc/cuoc-thi/trong")
    assert "Cuộc thi chưa có đợt thi nào" in text_of(page)
    assert "/to-chuc/cuoc-thi/trong/thiet-lap/general" in page.xpath("//a/@href")
    data = organizer.data("/to-chuc/cuoc-thi/trong")
    assert {check["where"] for check in data["checks"] if check["level"] == "error"} == {"rounds"}


def test_a_contest_with_errors_is_not_published(organizer, town, session):
    town.contest("trong", published=False)
    town.commit()
    answer = organizer.send("/to-chuc/cuoc-thi/trong/cong-khai", follow_redirects=True)
    assert "Cuộc thi chưa có đợt thi nào" in answer.get_data(as_text=True)
    assert fresh(session, "trong").state == ContestState.DRAFT


def test_take_back_and_delete(organizer, town, session, contest):
    page = organizer.page(BASE)
    assert not page.xpath(f"//form[@action='{BASE}/xoa']")
    organizer.send(f"{BASE}/thu-hoi")
    assert fresh(session).state == ContestState.DRAFT
    assert organizer.page(BASE).xpath(f"//form[@action='{BASE}/xoa']")
    organizer.send(f"{BASE}/xoa")
    assert fresh(session) is None


def take_part(session, town):
    contest = queries.contest_by_slug(session, "cuoc-thi")
    start(session, {}, contest.rounds[0], town.lan, town.now)
    session.commit()


def test_once_somebody_took_part_it_is_not_taken_back(organizer, town, session, contest):
    take_part(session, town)
    assert not organizer.page(BASE).xpath(f"//form[@action='{BASE}/thu-hoi']")
    answer = organizer.send(f"{BASE}/thu-hoi", follow_redirects=True)
    assert "Đã có người dự thi" in answer.get_data(as_text=True)
    assert fresh(session).state == ContestState.PUBLISHED


def test_copy(organizer, town, session, contest):
    page = organizer.page(f"{BASE}/sao-chep")
    assert page.xpath("//input[@name='slug']/@value") == ["cuoc-thi-2"]
    taken = {"title": "Chép", "slug": "cuoc-thi", "first_opens_at": "2030-01-07T08:00"}
    assert "Đã có cuộc thi" in organizer.send(f"{BASE}/sao-chep", taken).get_data(as_text=True)
    answer = organizer.send(f"{BASE}/sao-chep", taken | {"slug": "nam-sau"})
    assert answer.headers["Location"] == "/to-chuc/cuoc-thi/nam-sau"
    assert local(fresh(session, "nam-sau").rounds[0].opens_at) == "2030-01-07T08:00"


# rounds


def test_open_extend_close_and_announce(organizer, town, session, contest):
    row = contest.rounds[0]
    row.opens_at = town.now + timedelta(hours=1)
    row.closes_at = town.now + timedelta(hours=3)
    town.commit()
    organizer.send(f"{BASE}/dot/1/mo")
    opened = fresh(session).rounds[0]
    assert opened.opens_at <= town.now + timedelta(minutes=10)
    early = {"closes_at": local(opened.closes_at - timedelta(hours=1))}
    assert "giờ muộn hơn" in organizer.send(f"{BASE}/dot/1/gia-han", early).get_data(as_text=True)
    later = opened.closes_at + timedelta(days=1)
    organizer.send(f"{BASE}/dot/1/gia-han", {"closes_at": local(later)})
    assert local(fresh(session).rounds[0].closes_at) == local(later)
    early = organizer.send(f"{BASE}/ket-qua/cong-bo?dot=1", ANNOUNCE, follow_redirects=True)
    assert "chưa kết thúc" in early.get_data(as_text=True)
    organizer.send(f"{BASE}/dot/1/dong")
    assert fresh(session).rounds[0].closes_at < later
    organizer.send(f"{BASE}/ket-qua/cong-bo?dot=1", ANNOUNCE)
    assert fresh(session).rounds[0].published_at
    session.rollback()
    acts = [entry.action for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert [act for act in acts if act.startswith("round.")] == [
        "round.open",
        "round.extend",
        "round.close",
        "round.publish",
    ]


def test_results_wait_for_attempts_that_are_being_closed(organizer, town, session, contest):
    take_part(session, town)
    organizer.send(f"{BASE}/dot/1/dong")
    answer = organizer.send(f"{BASE}/ket-qua/cong-bo?dot=1", ANNOUNCE, follow_redirects=True)
    assert "Còn 1 lượt thi đang được đóng" in answer.get_data(as_text=True)


def round_answers(**changes):
    given = {
        "title": "Tuần 2",
        "opens_at": "2030-01-07T08:00",
        "closes_at": "2030-01-13T22:00",
        "weekdays": ["0", "6"],
        "day_from": "7h30",
        "day_until": "24:00",
        "minutes": "25",
        "max_attempts": "",
        "grace_s": "0",
        "late_minutes": "30",
        "freeze_minutes": "60",
        "paper": "fixed",
        "shuffle_questions": "y",
    }
    return given | changes


def test_a_round_is_added_with_the_paper_of_the_last(organizer, town, session, contest):
    answer = organizer.send(f"{BASE}/dot/moi", round_answers())
    assert answer.headers["Location"] == f"{BASE}/dot/2/de-thi"
    row = fresh(session).rounds[1]
    assert (row.title, row.weekdays, row.day_from, row.day_until) == ("Tuần 2", 0b1000001, 450, 1440)
    assert (row.allowance_s, row.max_attempts, row.paper) == (1500, None, "fixed")
    assert (row.grace_s, row.late_minutes, row.freeze_minutes) == (0, 30, 60)
    assert (row.shuffle_questions, row.shuffle_choices) == (True, False)
    assert [line.count for line in row.blueprint] == [5]
    shown = organizer.page(f"{BASE}/dot/2")
    assert shown.xpath("//input[@name='day_from']/@value") == ["07:30"]
    after = "@name='grace_s' or @name='late_minutes' or @name='freeze_minutes'"
    assert shown.xpath(f"//input[{after}]/@value") == ["0", "30", "60"]
    assert shown.xpath("//input[@name='max_attempts']/@value") in ([], [""])
    assert shown.xpath("//input[@name='weekdays'][@checked]/@value") == ["0", "6"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"opens_at": ""}, "Hãy chọn ngày giờ mở."),
        ({"opens_at": "hôm nay"}, "Hãy nhập ngày và giờ"),
        ({"weekdays": []}, "Hãy chọn ít nhất một ngày."),
        ({"day_until": ""}, "cả giờ bắt đầu và giờ kết thúc"),
        ({"day_until": "07:30"}, "phải sau giờ bắt đầu"),
        ({"day_from": "25:00"}, "giờ:phút"),
        ({"minutes": "0"}, "từ 1 đến"),
        ({"freeze_minutes": "10081"}, "từ 0 đến 10080"),
        ({"freeze_minutes": ""}, "0 là không ngừng"),
        ({"grace_s": "121"}, "từ 0 đến 120"),
        ({"grace_s": ""}, "Hãy nhập số giây"),
        ({"late_minutes": "1441"}, "từ 0 đến"),
        ({"closes_at": "2030-01-07T08:10"}, "mỗi lần mở ngắn hơn thế"),
    ],
)
def test_a_round_that_makes_no_sense_is_not_added(organizer, town, session, contest, changes, said):
    answer = organizer.send(f"{BASE}/dot/moi", round_answers(**changes))
    assert said in answer.get_data(as_text=True)
    assert len(fresh(session).rounds) == 1


def test_a_round_is_changed_until_somebody_starts_then_only_its_name(organizer, town, session, contest):
    organizer.send(f"{BASE}/dot/moi", round_answers())
    organizer.send(f"{BASE}/dot/2", round_answers(minutes="30", title="Tuần hai"))
    assert fresh(session).rounds[1].allowance_s == 1800
    session.rollback()
    take_part(session, town)
    page = organizer.page(f"{BASE}/dot/1")
    assert page.xpath("//input[@name='minutes']/ancestor::fieldset[@disabled]")
    assert "đã có người thi" in text_of(page)
    organizer.send(f"{BASE}/dot/1", {"title": "Tuần một", "minutes": "99"})
    row = fresh(session).rounds[0]
    assert (row.title, row.allowance_s) == ("Tuần một", 1200)


def test_a_round_is_removed(organizer, town, session, contest):
    organizer.send(f"{BASE}/dot/moi", round_answers())
    organizer.send(f"{BASE}/dot/2/xoa")
    assert len(fresh(session).rounds) == 1


# papers


def paper_rows(*rows, **more):
    fields = {}
    for number, row in enumerate(rows):
        for name, value in zip(("source", "count", "points", "difficulty", "division"), row, strict=False):
            fields[f"rows-{number}-{name}"] = value
    return fields | more


def test_a_paper_of_topics_and_difficulties(organizer, town, session, contest):
    bank = contest.rounds[0].blueprint[0].bank
    topic = bank.topics[0].id
    session.rollback()
    page = organizer.page(f"{BASE}/dot/1/de-thi")
    bank = fresh(session).rounds[0].blueprint[0].bank
    assert f"{bank.id}:{topic}" in page.xpath("//select[@name='rows-0-source']//option/@value")
    assert page.xpath("//select[@name='rows-0-source']//option[@selected]/@value") == [f"{bank.id}:"]
    rows = paper_rows((f"{bank.id}:{topic}", "3", "2", "2"), (f"{bank.id}:", "2", "1", ""), ("", "", "1", ""))
    organizer.send(f"{BASE}/dot/1/de-thi", rows)
    lines = fresh(session).rounds[0].blueprint
    assert [(line.topic_id, line.count, line.points, line.difficulty) for line in lines] == [
        (topic, 3, 2, 2),
        (None, 2, 1, None),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("", "3", "1", ""), "Hãy chọn ngân hàng hoặc chủ đề"),
        (("0:", "3", "1", ""), "Hãy chọn một mục trong danh sách."),
        (("{bank}:", "11", "1", ""), "cần 11 câu hỏi"),
        (("{bank}:", "3", "1", "9"), "Hãy chọn một mục trong danh sách."),
        (("{bank}:", "3", "1", "", "0"), "Hãy chọn một mục trong danh sách."),
        (("{bank}:", "x", "1", ""), "số nguyên"),
    ],
)
def test_a_paper_that_cannot_be_drawn_is_not_stored(organizer, session, contest, row, said):
    bank = fresh(session).rounds[0].blueprint[0].bank_id
    filled = tuple(value.format(bank=bank) for value in row)
    answer = organizer.send(f"{BASE}/dot/1/de-thi", paper_rows(filled))
    assert said in answer.get_data(as_text=True)
    assert [line.count for line in fresh(session).rounds[0].blueprint] == [5]


def test_one_paper_for_all_rounds_nobody_has_started(organizer, town, session, contest):
    for number in (2, 3):
        organizer.send(
            f"{BASE}/dot/moi", round_answers(opens_at=f"203{number}-01-07T08:00", closes_at=f"203{number}-01-13T22:00")
        )
    contest = fresh(session)
    bank = contest.rounds[0].blueprint[0].bank_id
    take_part(session, town)
    organizer.send(f"{BASE}/dot/2/de-thi", paper_rows((f"{bank}:", "4", "1", ""), everywhere="y"))
    assert [[line.count for line in row.blueprint] for row in fresh(session).rounds] == [[5], [4], [4]]
    locked = organizer.page(f"{BASE}/dot/1/de-thi")
    assert "đề thi không sửa được" in text_of(locked)
    assert not locked.xpath("//select[@name='rows-0-source']")
    organizer.send(f"{BASE}/dot/1/de-thi", paper_rows((f"{bank}:", "4", "1", "")))
    assert [line.count for line in fresh(session).rounds[0].blueprint] == [5]


def test_a_round_that_still_collects_says_until_when(organizer, town, session, contest):
    row = contest.rounds[0]
    row.opens_at, row.closes_at = town.now - timedelta(hours=2), town.now - timedelta(minutes=1)
    row.late_minutes = 30
    settled = (row.closes_at + timedelta(minutes=30)).astimezone(VIETNAM).strftime("%H:%M:%S")
    town.commit()
    page = organizer.page(BASE)
    assert "Đang thu bài" in text_of(page)
    assert f"còn thu bài đến {settled}" in text_of(page)
    assert not page.xpath(f"//a[@href='{BASE}/ket-qua?dot=1'][not(contains(@class, 'btn-secondary'))]")
    assert f"còn thu bài đến {settled}" in text_of(organizer.page(f"{BASE}/dot/1/dien-bien"))
