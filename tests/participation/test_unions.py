"""The public table of unions."""

from participation import crowd
from support.queries import counted

from contest.unions.models import Headcount

ADDRESS = "/cuoc-thi/cuoc-thi/cong-doan"


def table(page):
    """Rows of the table: the text of each cell."""
    rows = page.xpath("//table[@id='bang-don-vi']//tr[td]")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def test_people_and_attempts_apart_with_rates(fair, client):
    fair.town.commit()
    rows = table(client.page(ADDRESS))
    assert rows == [
        ["1", "LĐLĐ huyện Phong Thổ", "2", "4", "20", "10,0%", "12", "10", "1/2"],
        ["2", "LĐLĐ huyện Than Uyên", "1", "1", "20", "5,0%", "12", "11", "1/2"],
        ["", "Cộng: Liên đoàn Lao động tỉnh Lai Châu", "3", "5", "40", "7,5%", "24", "21", "2/4"],
    ]


def test_one_round(fair, client):
    fair.town.commit()
    assert [row[2:4] for row in table(client.page(f"{ADDRESS}?dot=2"))] == [["1", "1"], ["0", "0"], ["1", "1"]]
    client.page(f"{ADDRESS}?dot=3", status=404)


def test_sorted_either_way_and_by_level(fair, client):
    fair.town.commit()
    page = client.page(f"{ADDRESS}?sap-xep=nguoi&chieu=tang")
    assert [row[1] for row in table(page)][:2] == ["LĐLĐ huyện Than Uyên", "LĐLĐ huyện Phong Thổ"]
    assert page.xpath("//th[@aria-sort='ascending']")[0].text_content().strip() == "Người"
    names = [row[1] for row in table(client.page(f"{ADDRESS}?cap=co-so&sap-xep=ten"))]
    assert names[:2] == ["CĐCS số 1 LĐLĐ huyện Phong Thổ", "CĐCS số 1 LĐLĐ huyện Than Uyên"]
    assert len(names) == 5


def test_drilling_down(fair, client):
    fair.town.commit()
    page = client.page(ADDRESS)
    link = page.xpath("//table//a[text()='LĐLĐ huyện Phong Thổ']/@href")[0]
    assert [row[1:4] for row in table(client.page(link))] == [
        ["CĐCS số 1 LĐLĐ huyện Phong Thổ", "2", "4"],
        ["CĐCS số 2 LĐLĐ huyện Phong Thổchưa có người", "0", "0"],
        ["Cộng: LĐLĐ huyện Phong Thổ", "2", "4"],
    ]


def test_the_same_rows_as_data_without_names(fair, client):
    fair.town.commit()
    data = client.data(ADDRESS)
    assert [(row["code"], row["people"], row["attempts"], row["place"]) for row in data["rows"]] == [
        ("LC-PT", 2, 4, 1),
        ("LC-TU", 1, 1, 2),
    ]
    assert data["union"]["rate"] == 7.5
    assert data["union"]["missing_people"] == 21
    assert "Lò Thị Lan" not in client.get(ADDRESS).get_data(as_text=True)


def test_people_of_the_union_itself_and_of_none_are_not_lost(fair, client, session):
    town = fair.town
    crowd.sit(session, crowd.enter(session, fair.contest, town.mai), fair.first)
    crowd.sit(session, crowd.enter(session, fair.contest, town.person("Tự Do"), union=None), fair.first)
    town.commit()
    rows = {row[1]: row[2:4] for row in table(client.page(ADDRESS))}
    assert rows["Thuộc trực tiếp Liên đoàn Lao động tỉnh Lai Châu"] == ["1", "1"]
    assert rows["Cộng: Liên đoàn Lao động tỉnh Lai Châu"] == ["4", "6"]
    assert rows["Người dự thi ngoài Liên đoàn Lao động tỉnh Lai Châu hoặc chưa chọn công đoàn"] == ["1", "1"]


def test_a_rate_above_a_hundred_is_shown_with_a_warning(fair, client, session):
    town = fair.town
    session.query(Headcount).filter_by(union_id=town.LC_PT_1.id).update({"number": 1})
    town.commit()
    page = client.page(f"{ADDRESS}?don-vi=LC-PT")
    assert table(page)[0][5] == "200,0% trên 100%"


def test_a_missing_headcount_is_said(fair, client, session):
    session.query(Headcount).delete()
    fair.town.commit()
    page = client.page(ADDRESS)
    assert table(page)[0][4:6] == ["–", "chưa có số liệu"]
    assert client.data(ADDRESS)["union"]["rate"] is None


def test_a_draft_and_an_unknown_union_do_not_exist(fair, client, town):
    town.contest(slug="nhap", published=False)
    town.commit()
    for address in ("/cuoc-thi/nhap/cong-doan", "/cuoc-thi/khong-co/cong-doan", f"{ADDRESS}?don-vi=KHONG-CO"):
        assert "Không tìm thấy trang" in client.page(address, status=404).text_content()


def test_as_many_questions_for_a_larger_contest(fair, client, app, town):
    fair.more(1)
    town.commit()
    client.page(ADDRESS)
    with counted(app) as before:
        client.page(ADDRESS)
    fair.more(20)
    for number in range(10):
        town.union(f"LC-{number}", parent=town.province, members=5)
    town.commit()
    client.page(ADDRESS)
    with counted(app) as after:
        client.page(ADDRESS)
    assert len(after) == len(before)
    assert not any("FROM attempt" in statement for statement in after)


def test_programs_are_told_nothing_of_scores(fair, client):
    fair.town.commit()
    data = client.data(ADDRESS)
    told = {name for row in [data["union"], *data["rows"]] for name in row}
    assert {"people", "attempts", "rate"} <= told
    assert not told & {"perfect_people", "perfect_attempts", "average_score"}


def test_odd_words_in_the_question_do_not_break_the_links(fair, client):
    """A question in an address is anybody's: words that build addresses are none of its own."""
    fair.town.commit()
    asked = "endpoint=x&_method=PATCH&_scheme=ftp&_external=1&_anchor=y&slug=khac&sap-xep=nguoi"
    page = client.page(f"{ADDRESS}?{asked}")
    links = page.xpath("//main//a[contains(@href, 'sap-xep=')]/@href")
    assert links
    assert all(link.startswith(f"{ADDRESS}?") and "slug" not in link for link in links)
