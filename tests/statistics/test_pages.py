"""Organizers read how questions measure; nobody else does."""

import json
from io import BytesIO

import openpyxl
import pytest
from participation import crowd
from support.queries import counted
from support.sittings import right, sit, versions, wrong

from contest.rounds.actions import frozen_pool
from contest.statistics import work

ADDRESS = "/to-chuc/cuoc-thi/cuoc-thi/dot/1/thong-ke-cau-hoi"
QUESTION = ADDRESS + "/cau?ngan-hang=do&ban=1&ma=do-"


@pytest.fixture
def organizer(town):
    return town.mai


@pytest.fixture
def round_(town):
    """A round of six questions; the key of the last one is wrong."""
    return town.round(town.contest(), bank=town.bank("do", size=6), count=6)


def play(town, round_, people=40):
    asked = versions(town.session, round_.blueprint[0].bank)
    frozen_pool(town.session, round_, town.now)
    for number in range(people):
        entry = crowd.enter(town.session, round_.contest, town.person(f"Người {number}"))
        good = number >= people // 2
        chosen = [right(v) if good or (number + k) % 3 == 0 else wrong(v) for k, v in enumerate(asked[:-1])]
        chosen.append(wrong(asked[-1]) if good else right(asked[-1]))
        sit(town.session, entry, round_, asked, chosen, minutes=number % 30)
    town.commit()


def measure(app, round_):
    with app.app_context():
        work.compute(round_.id, lambda _done, _total: None)


@pytest.fixture
def measured(town, round_, app, client, organizer):
    play(town, round_)
    measure(app, round_)
    client.sign_in(organizer)
    return round_


def cells(page):
    """The table of questions: code, words, figures."""
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./td")]
        for row in page.xpath("//table[@id='cau-hoi']/tbody/tr")
    ]


def test_questions_that_look_wrong_come_first(measured, client):
    page = client.page(ADDRESS)
    rows = cells(page)
    assert len(rows) == 6
    assert rows[0][0] == "do-5"
    assert "phân biệt ngược" in rows[0][1] and "người giỏi chọn phương án sai" in rows[0][1]
    assert rows[0][2] == "40" and rows[0][3] == "50,0%" and rows[0][4].startswith("−")
    assert all("phân biệt" not in row[1] for row in rows[1:])
    text = page.text_content()
    assert "1 câu cần xem lại" in text
    assert "Độ ăn khớp giữa các câu (CIC)" in text
    assert len(page.xpath("//*[local-name()='rect' and @class='chart-mark']")) == 1
    assert page.xpath("//*[local-name()='circle' and @class='chart-point']")


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("?sap-xep=ma", "do-0"),
        ("?sap-xep=ma&chieu=giam", "do-5"),
        ("?sap-xep=phan-biet", "do-5"),
        ("?sap-xep=khong-co&trang=khong&chieu=ngang&tinh=gi", "do-5"),
        ("?tinh=luot-dau", "do-5"),
    ],
)
def test_the_table_is_sorted_as_asked(measured, client, asked, first):
    assert cells(client.page(ADDRESS + asked))[0][0] == first


def test_headings_sort_and_turn_round(measured, client):
    page = client.page(ADDRESS + "?sap-xep=de&tinh=luot-dau")
    links = {a.text_content(): a.get("href") for a in page.xpath("//table[@id='cau-hoi']//th/a")}
    assert links["Đạt"].endswith("?tinh=luot-dau&sap-xep=de&chieu=giam")
    assert links["Lượt rút"].endswith("?tinh=luot-dau&sap-xep=luot")
    assert page.xpath("//th[@aria-sort='ascending']/a/text()") == ["Đạt"]


def test_only_those_that_look_wrong(measured, client):
    assert [row[0] for row in cells(client.page(ADDRESS + "?loc=xem-lai"))] == ["do-5"]


def test_many_questions_come_by_pages(measured, client, monkeypatch):
    from contest.statistics import pages

    monkeypatch.setattr(pages, "PAGE_SIZE", 4)
    assert len(cells(client.page(ADDRESS))) == 4
    assert len(cells(client.page(ADDRESS + "?trang=2"))) == 2
    reply = client.get(ADDRESS + "?trang=9&sap-xep=ma")
    assert (reply.status_code, reply.headers["Location"]) == (303, ADDRESS + "?sap-xep=ma&trang=2")


def test_one_question_in_full(measured, client):
    page = client.page(QUESTION + "5")
    assert "phương án C được chọn nhiều hơn đáp án B (100% so với 0%)" in page.text_content()
    table = page.xpath("//table[1]")[0]
    shown = [[" ".join(cell.text_content().split()) for cell in row] for row in table.xpath(".//tbody/tr")]
    assert [row[0] for row in shown] == ["A", "B", "C", "D", ""]
    assert shown[1][1].endswith("✓ đáp án đúng")
    assert shown[2][2:6] == ["20", "50,0%", "100,0%", "0,0%"]
    assert shown[4][1:3] == ["Không trả lời", "0"]
    assert page.xpath("//a[contains(@href, '/to-chuc/ngan-hang/do/cau-hoi?ma=do-5')]")
    mend = page.xpath("//a[contains(@href, '/sua-dap-an/')]/@href")[0]
    assert "Câu hỏi số 5" in client.page(mend).text_content()


@pytest.mark.parametrize("address", [QUESTION + "9", QUESTION.replace("ban=1", "ban=x") + "5", ADDRESS + "/cau"])
def test_a_question_that_is_not_there(measured, client, address):
    client.page(address, status=404)


def test_the_same_for_programs(measured, client):
    data = client.data(ADDRESS)
    assert (data["contest"], data["round"], data["attempts"]) == ("cuoc-thi", 1, 40)
    assert set(data["all"]) >= {"mean", "median", "sd", "skewness", "kurtosis", "cic", "error_ratio", "standard_error"}
    bad = [question["code"] for question in data["questions"] if question["suspect"]]
    assert bad == ["do-5"]
    one = client.data(QUESTION + "5")
    assert one["facility"] == 50 and one["guess"] == 25
    assert [option["count"] for option in one["options"]] == [0, 20, 20, 0, 0]
    assert sum(band["attempts"] for band in one["bands"]) == 40


def test_nothing_is_measured_yet(town, round_, client, organizer):
    town.commit()
    page = client.sign_in(organizer).page(ADDRESS)
    assert "Chưa có số liệu" in page.text_content()
    assert client.data(ADDRESS)["computed_at"] is None
    assert client.get(ADDRESS + ".xlsx").status_code == 200


def test_few_attempts_suspect_nobody(town, round_, app, client, organizer):
    play(town, round_, people=6)
    measure(app, round_)
    assert "ít nhất 30 lượt" in client.sign_in(organizer).page(ADDRESS).text_content()


def test_an_excel_file_with_a_row_a_question(measured, client):
    reply = client.get(ADDRESS + ".xlsx")
    assert reply.status_code == 200
    sheet = openpyxl.load_workbook(BytesIO(reply.data)).active
    head, *rows = sheet.iter_rows(values_only=True)
    assert head[:3] == ("Ngân hàng", "Mã câu", "Bản") and head[14:17] == ("A: phương án", "A: đáp án", "A: lượt chọn")
    assert len(head) == 14 + 6 * 4
    last = dict(zip(head, rows[5], strict=True))
    assert (last["Mã câu"], last["Tỷ lệ đạt (%)"], last["B: đáp án"]) == ("do-5", 50, "đúng")
    assert "Có thể đáp án đã nhập nhầm" in last["Cần xem lại"]


@pytest.mark.parametrize("address", [ADDRESS, QUESTION + "5", ADDRESS + ".xlsx"])
def test_only_organizers_of_the_contest_see_it(town, measured, client, address):
    elsewhere = town.person("Tổ chức nơi khác", union=town.LC_TU)
    from contest.accounts.actions import grant_role
    from contest.accounts.rules import TERMINAL, Role

    grant_role(town.session, TERMINAL, elsewhere, Role.ORGANIZER, town.LC_TU.id, town.now)
    lan, hung = town.lan, town.hung
    town.commit()
    for person, status in ((elsewhere, 404), (lan, 403), (hung, 403)):
        assert client.sign_in(person).get(address).status_code == status
    assert client.application.test_client().get(address).status_code in (302, 303, 401)


def test_queries_do_not_grow_with_questions_and_attempts(town, measured, app, client):
    def ask(number):
        with counted(app) as statements:
            client.page(f"/to-chuc/cuoc-thi/cuoc-thi/dot/{number}/thong-ke-cau-hoi")
        return len(statements)

    more = town.round(measured.contest, number=2, bank=town.bank("to", size=20), count=20)
    play(town, more, people=10)
    measure(app, more)
    ask(1)
    assert ask(2) == ask(1)


def test_no_page_of_participants_measures_anything(town, round_, app, client, monkeypatch):
    monkeypatch.setattr(work, "measure", lambda *_: pytest.fail("measured within a request"))
    lan = town.lan
    town.commit()
    client.sign_in(lan)
    paper = client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau").headers["Location"]
    client.page(paper)
    assert client.send(f"{paper}/nop", follow_redirects=True).status_code == 200


USES = "/to-chuc/ngan-hang/do/cau-hoi/thong-ke?ma=do-5"


def test_figures_follow_a_question_into_its_bank(town, measured, app, client):
    second = town.round(measured.contest, number=2, bank=measured.blueprint[0].bank, count=6, opens=-30)
    play(town, second, people=4)
    measure(app, second)
    page = client.page(USES)
    rows = [[" ".join(c.text_content().split()) for c in row] for row in page.xpath("//tbody/tr")]
    assert [row[1] for row in rows] == ["4", "40"]
    assert "phân biệt ngược" in rows[1][0] and rows[1][2] == "50,0%"
    assert "44 bài thi" in page.text_content()
    addresses = page.xpath("//tbody//a/@href")
    assert "Thống kê câu do-5, bản 1" in client.page(addresses[1]).text_content()
    assert [row["round"] for row in client.data(USES)["rounds"]] == [2, 1]
    link = page.xpath("//a[contains(@class, 'btn')]/@href")[0]
    assert client.page(link).xpath("//a[contains(@href, '/cau-hoi/thong-ke?ma=do-5')]")


def test_only_contests_of_ones_own_unions_are_shown(town, measured, client):
    """A bank of a district is drawn from by the province: the district's organizer does not see its contests."""
    from contest.accounts.actions import grant_role
    from contest.accounts.rules import TERMINAL, Role
    from contest.banks.models import BankOwner

    own, admin = town.person("Tổ chức huyện", union=town.LC_TU), town.admin
    grant_role(town.session, TERMINAL, own, Role.ORGANIZER, town.LC_TU.id, town.now)
    town.commit()
    client.sign_in(own).page(USES, status=404)
    town.session.get(BankOwner, measured.blueprint[0].bank_id).union_id = town.LC_TU.id
    town.commit()
    assert client.data(USES)["rounds"] == []
    client.page(USES.replace("do-5", "do-99"), status=404)
    assert len(client.sign_in(admin).data(USES)["rounds"]) == 1


# The terminal


def test_compute_and_show(town, round_, app):
    play(town, round_)
    run = app.test_cli_runner().invoke
    assert "not measured yet" in run(args=["statistics", "show", "cuoc-thi"]).output
    found = run(args=["statistics", "compute", "cuoc-thi"])
    assert (found.exit_code, found.output) == (0, "round 1: 40 attempts, 6 questions, 1 look wrong\n")
    shown = run(args=["statistics", "show", "cuoc-thi", "--round", "1"]).output.splitlines()
    assert shown[0].startswith("round 1: 40 attempts, CIC")
    assert [line[:7].strip() for line in shown[1:]] == ["do-0", "do-1", "do-2", "do-3", "do-4", "! do-5"]
    data = json.loads(run(args=["statistics", "show", "cuoc-thi", "--json"]).output)
    assert [r["round"] for r in data["rounds"]] == [1]
    assert [q["code"] for q in data["rounds"][0]["questions"] if q["suspect"]] == ["do-5"]
    assert len(data["rounds"][0]["questions"][0]["options"]) == 5


@pytest.mark.parametrize(
    "args", [["compute", "nothing"], ["show", "nothing"], ["show", "cuoc-thi", "--round", "7", "--json"]]
)
def test_what_is_not_there_is_said(town, round_, app, args):
    town.commit()
    found = app.test_cli_runner().invoke(args=["statistics", *args])
    assert found.exit_code == 1 and "no " in found.output
