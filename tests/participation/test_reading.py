"""Participation as it was and as it is today, beside what it was before, with the movement of places."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from participation import crowd
from sqlalchemy import delete, update

from contest.clock import VIETNAM
from contest.participation.models import TallyDay
from contest.unions import trees
from contest.unions.models import Headcount, TradeUnion

PUBLIC = "/cuoc-thi/cuoc-thi/cong-doan"
OWN = "/theo-doi/cuoc-thi/LC-PT"


@pytest.fixture
def moved(fair, district_official):
    """Grassroots union LC-PT-1, where people took part, is managed by Than Uyên now; the contest keeps its tree."""
    town, session = fair.town, fair.town.session
    fair.contest.tree_id = trees.keep(session, town.now.date(), town.now)
    session.execute(update(TradeUnion).where(TradeUnion.id == town.LC_PT_1.id).values(parent_id=town.LC_TU.id))
    session.expire_all()
    trees.rebuild(session, town.now)
    town.commit()
    return fair


def people(data):
    return {row["code"]: row["people"] for row in data["rows"]}


def test_as_it_was_and_as_it_is(moved, client):
    page = client.page(PUBLIC)
    assert "Theo tổ chức hiện nay" in page.text_content()
    was, today = client.data(PUBLIC), client.data(f"{PUBLIC}?cach=hien-nay")
    assert (was["reading"], people(was)) == ("opening", {"LC-PT": 2, "LC-TU": 1})
    assert (today["reading"], people(today)) == ("today", {"LC-PT": 0, "LC-TU": 3})
    assert was["union"]["people"] == today["union"]["people"] == 3
    client.page(f"{PUBLIC}?cach=hien-nay&don-vi=LC-TU")


def test_no_switch_while_the_tree_is_the_same(fair, client):
    fair.town.commit()
    assert "Theo tổ chức hiện nay" not in client.page(PUBLIC).text_content()
    assert client.data(f"{PUBLIC}?cach=hien-nay")["reading"] == "opening"


def test_who_lost_a_union_sees_its_figures_but_not_inside(moved, client, district_official):
    client.sign_in(district_official)
    page = client.page(OWN)
    assert client.data(OWN)["union"]["people"] == 2
    names = page.xpath("//table[@id='bang-don-vi']/tbody//th")
    linked = {name.xpath("string((./a | ./text())[1])"): bool(name.xpath("./a")) for name in names}
    assert linked == {"CĐCS số 1 LĐLĐ huyện Phong Thổ": False, "CĐCS số 2 LĐLĐ huyện Phong Thổ": True}
    for part in ("", "/ban-do", "/chi-tieu", "/tham-gia.xlsx"):
        assert client.get(f"/theo-doi/cuoc-thi/LC-PT-1{part}").status_code == 404
    told = client.data(f"{OWN}/nguoi-du-thi")
    assert (told["total"], told["people"]) == (0, [])
    client.page(f"{OWN}/nguoi-du-thi")
    assert client.data(f"{OWN}?cach=hien-nay")["union"]["people"] == 0


def test_pages_say_when_figures_were_taken(fair, client):
    fair.town.commit()
    assert "Số liệu lúc " in client.page(PUBLIC).text_content()
    data = client.data(PUBLIC)
    assert data["taken_at"]
    assert data["delay_s"] == 0


def test_a_round_beside_the_one_before(fair, client):
    fair.town.commit()
    data = client.data(f"{PUBLIC}?dot=2")
    assert data["compared_with"] == {"contest": "cuoc-thi", "round": 1}
    assert [(r["code"], r["people_before"], r["people_difference"]) for r in data["rows"]] == [
        ("LC-PT", 2, -1),
        ("LC-TU", 1, -1),
    ]
    assert "So với Đợt 1" in client.page(f"{PUBLIC}?dot=2").text_content()
    assert client.data(f"{PUBLIC}?dot=1")["compared_with"] is None


def test_the_same_contest_a_year_before(fair, client, session):
    town = fair.town
    before = town.contest(slug="nam-truoc", title="Cuộc thi năm trước")
    first = town.round(before, number=1, bank=town.bank("cu"))
    for person in (town.lan, town.person("Một"), town.person("Hai")):
        crowd.sit(session, crowd.enter(session, before, person), first)
    fair.contest.previous_id = before.id
    town.commit()
    data = client.data(PUBLIC)
    assert data["compared_with"] == {"contest": "nam-truoc", "round": 0}
    assert data["people_before"] == 3
    rows = {row["code"]: row for row in data["rows"]}
    assert (rows["LC-PT"]["people_difference"], rows["LC-PT"]["rate_difference"]) == (-1, -5.0)
    assert rows["LC-TU"]["people_before"] == 0
    assert "So với Cuộc thi năm trước" in client.page(PUBLIC).text_content()
    before.state = "draft"
    town.commit()
    assert client.data(PUBLIC)["compared_with"] is None


def test_places_move_against_yesterday(fair, client, session):
    """Both of Phong Thổ joined today, the one of Than Uyên yesterday."""
    town = fair.town
    fair.first.opens_at -= timedelta(days=3)
    session.flush()
    today = town.now.astimezone(VIETNAM).date()
    # Their attempts may stand on two days where this is run shortly after midnight.
    session.execute(delete(TallyDay))
    for union, day, people in ((town.LC_PT_1, today, 2), (town.LC_TU_1, today - timedelta(days=1), 1)):
        session.add(TallyDay(contest_id=fair.contest.id, day=day, union_id=union.id, people=people, attempts=people))
    town.commit()
    rows = {row["code"]: row for row in client.data(PUBLIC)["rows"]}
    assert (rows["LC-PT"]["place"], rows["LC-PT"]["place_new"]) == (1, True)
    assert (rows["LC-TU"]["place"], rows["LC-TU"]["place_change"]) == (2, -1)
    page = client.page(PUBLIC)
    assert "mới" in page.xpath("//table[@id='bang-don-vi']/tbody/tr[1]/td[1]")[0].text_content()
    assert "xuống 1 bậc so với hôm qua" in page.text_content()


def test_size_classes_rank_apart(fair, client, session):
    fair.contest.size_classes = [5, 15]
    session.query(Headcount).filter_by(union_id=fair.town.LC_PT_1.id).update({"number": 4})
    fair.town.commit()
    data = client.data(f"{PUBLIC}?cap=co-so")
    found = {row["code"]: (row["size_class"], row["place"]) for row in data["rows"]}
    assert found["LC-PT-1"] == (0, 1)
    assert found["LC-TU-1"] == (1, 1)
    only = client.data(f"{PUBLIC}?cap=co-so&co=1")
    assert [row["code"] for row in only["rows"]] == ["LC-PT-1"]
    page = client.page(f"{PUBLIC}?cap=co-so&co=2")
    assert "6 đến 15 người" in page.text_content()
    assert "Không có đơn vị nào thuộc nhóm này" in client.page(f"{PUBLIC}?co=1").text_content()


def test_scores_are_told_to_everybody_only_once_announced(fair, client):
    fair.town.commit()
    assert "Điểm TB" not in client.page(PUBLIC).text_content()
    fair.contest.results_at = fair.town.now
    fair.town.commit()
    assert "Điểm TB" in client.page(PUBLIC).text_content()
    assert client.data(PUBLIC)["union"]["perfect_people"] == 1
    fair.contest.correcting_since = fair.town.now
    fair.town.commit()
    assert "perfect_people" not in client.data(PUBLIC)["union"]


def test_a_figure_that_waits_is_marked(fair, client, session):
    session.query(Headcount).filter_by(union_id=fair.town.LC_PT_1.id).update({"confirmed_at": None})
    fair.town.commit()
    row = next(r for r in client.data(f"{PUBLIC}?don-vi=LC-PT")["rows"] if r["code"] == "LC-PT-1")
    assert row["headcount_unconfirmed"]
    assert "chờ xác nhận" in client.page(f"{PUBLIC}?don-vi=LC-PT").text_content()


def test_hours_of_the_day(fair, client):
    fair.town.commit()
    data = client.data(PUBLIC)
    assert len(data["hours"]) == 24
    assert sum(data["hours"]) == 5
    assert "Lượt thi theo giờ trong ngày" in client.page(PUBLIC).text_content()


def test_the_excel_file_says_all_of_it(fair, client, district_official, session):
    town = fair.town
    fair.contest.size_classes = [5]
    before = town.contest(slug="nam-truoc", title="Cuộc thi năm trước")
    crowd.sit(session, crowd.enter(session, before, town.lan), town.round(before, number=1, bank=town.bank("cu")))
    fair.contest.previous_id = before.id
    town.commit()
    response = client.sign_in(district_official).get(f"{OWN}/tham-gia.xlsx")
    book = openpyxl.load_workbook(BytesIO(response.data))
    assert book.sheetnames == ["Tham gia", "Theo ngày", "Theo giờ", "Theo đối tượng"]
    head, root, *_ = book["Tham gia"].values
    assert dict(zip(head, root, strict=True))["Trước đó (người)"] == 1
    assert dict(zip(head, root, strict=True))["Tăng, giảm (người)"] == 1
    assert root[-1] == "trên 5 người"
    assert sum(row[1] for row in list(book["Theo giờ"].values)[1:]) == 4
