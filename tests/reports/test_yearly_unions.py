"""The lower unions in a union's report on a year: equal to a plain second computation, in every form, long or empty."""

import io

import openpyxl
import pytest
from participation import crowd
from reports.test_union_report import words
from support.decisions import decided, moving
from support.plain_participation import Plain

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.clock import vietnamese_day
from contest.documents.checking import structure_problems
from contest.participation.asking import Ask
from contest.participation.targets import hand_down


@pytest.fixture
def year(town):
    """Two contests of LC: one asks for 60 %, one for nothing and only of LC-PT. A school without a headcount, somebody
    at the district itself; the province's official looks."""
    person = town.province and town.person("Mã Thị Dung", union=town.province, kind="official")
    grant_role(town.session, TERMINAL, person, Role.OFFICIAL, town.province.id, town.now)
    bank = town.bank()
    school = town.union("LC-PT-9", "CĐCS Trường Phổ thông dân tộc bán trú xã Sì Lở Lầu", town.LC_PT)
    people = [
        town.lan,
        town.person("Lò Văn Bình"),
        town.person("Sùng A Chứ", union=town.LC_PT_2),
        town.person("Vàng A Páo", union=school),
        town.person("Tẩn Mỷ Khé", union=town.LC_PT),
        town.person("Lý A Sử", union=town.LC_TU_1),
    ]
    contests = []
    for slug, entering, settings in (
        ("mot", people, {"target_percent": 60}),
        ("hai", [people[0], people[2], people[4]], {"scope_union_id": town.LC_PT.id}),
    ):
        contest = town.contest(slug=slug, title=f"Cuộc thi {slug}", **settings)
        round_ = town.round(contest, bank=bank)
        for one in entering:
            entry = crowd.enter(town.session, contest, one)
            crowd.sit(town.session, entry, round_, score=2)
            crowd.sit(town.session, entry, round_, score=1)
        contests.append(contest)
    town.commit()
    return person, contests


def here(town, code, ending=""):
    return f"/theo-doi/bao-cao/{code}/{town.now.year}{ending}"


def plainly(town, contests, below):
    """A row a union from the raw attempts: contests with somebody, people, attempts, headcount, rate."""
    found = {}
    plains = [
        Plain(town.session, one.id, vietnamese_day(one.rounds[0].opens_at), ["member", "official"]) for one in contests
    ]
    for union in below:
        told = [(plain.counts(union.id, 0)[:2], plain.headcount(union.id)) for plain in plains]
        heads = sum(head or 0 for _counts, head in told)
        people_of_known = sum(counts[0] for counts, head in told if head)
        found[union.name] = (
            sum(counts[0] > 0 for counts, _head in told),
            sum(counts[0] for counts, _head in told),
            sum(counts[1] for counts, _head in told),
            heads or None,
            100 * people_of_known / heads if heads else None,
        )
    return found


def test_equal_to_a_plain_second_computation(year, client, town):
    person, contests = year
    client.sign_in(person)
    book = openpyxl.load_workbook(io.BytesIO(client.get(here(town, "LC-PT", "-so-lieu.xlsx")).data))
    rows = list(book["Đơn vị"].iter_rows(min_row=2, values_only=True))
    unions = [town.session.merge(one) for one in (town.LC_PT_1, town.LC_PT_2)]
    school = next(row for row in rows if row[0] == "LC-PT-9")
    expected = plainly(town, contests, unions)
    assert {row[1]: (row[3], row[4], row[5], row[6], row[7]) for row in rows if row[0] in ("LC-PT-1", "LC-PT-2")} == {
        name: pytest.approx(told) for name, told in expected.items()
    }
    assert school[2:8] == (2, 1, 1, 2, None, None)
    elsewhere, total = rows[-2:]
    assert elsewhere[1] == "Người không thuộc đơn vị nào ở trên" and elsewhere[4:6] == (2, 4)
    assert total[1] == "Cộng"
    assert total[4] == sum(row[4] for row in rows[:-1]) and total[5] == sum(row[5] for row in rows[:-1])
    (district,) = plainly(town, contests, [town.session.merge(town.LC_PT)]).values()
    assert total[3:8] == pytest.approx(district)
    each = list(book["Đơn vị, từng cuộc thi"].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[1]) for row in each] == [
        (f"Cuộc thi {slug}", f"LC-PT-{n}") for slug in ("mot", "hai") for n in (1, 2, 9)
    ]
    assert sum(row[3] for row in each) == sum(row[4] for row in rows[:-2])


def test_the_letter_names_rate_and_target_of_each(year, client, town):
    data = client.sign_in(year[0]).data(here(town, "LC-PT"))
    rows = {row["ma"]: row for row in data["don_vi"]}
    assert (rows["LC-PT-1"]["cuoc_thi"], rows["LC-PT-1"]["nguoi"], rows["LC-PT-1"]["doan_vien"]) == ("2/2", "3", "20")
    assert rows["LC-PT-1"]["ty_le"] == "15,0%" and (rows["LC-PT-1"]["chi_tieu"], rows["LC-PT-1"]["con_thieu"]) == (
        "0/1",
        "4",
    )
    assert rows["LC-PT-9"]["ty_le"] == "–" and rows["LC-PT-9"]["con_thieu"] == "–"
    assert "3 trong 3 đơn vị cấp dưới trực tiếp có người dự thi" in data["so_lieu"][1]
    said = " ".join(data["luu_y_don_vi"])
    assert "Chưa có số đoàn viên ở một hoặc nhiều cuộc thi: CĐCS Trường Phổ thông dân tộc bán trú xã Sì Lở Lầu;" in said
    assert "lớn hơn" not in said


def test_targets_are_counted_over_the_contests(year, client, town):
    for contest, people in zip(year[1], (2, 5), strict=True):
        contest.target_percent = None
        hand_down(town.session, TERMINAL, contest, town.LC_PT_1, Ask(people=people), town.LC_PT, town.now)
    town.commit()
    (row,) = (row for row in client.sign_in(year[0]).data(here(town, "LC-PT"))["don_vi"] if row["ma"] == "LC-PT-1")
    assert (row["chi_tieu"], row["con_thieu"]) == ("1/2", "4")


def test_a_contest_of_others_does_not_count_for_a_union(year, client, town):
    rows = {row["ma"]: row for row in client.sign_in(year[0]).data(here(town, "LC"))["don_vi"]}
    assert rows["LC-TU"]["cuoc_thi"] == "1/2" and rows["LC-PT"]["cuoc_thi"] == "2/2"


def test_in_word_pdf_and_on_the_page(year, client, town):
    client.sign_in(year[0])
    made = client.get(here(town, "LC-PT", ".docx"))
    text = words(made.data)
    assert structure_problems(made.data) == [] and "2. Kết quả của các đơn vị" in text
    assert "CĐCS Trường Phổ thông dân tộc bán trú xã Sì Lở Lầu" in text and "Cộng" in text
    assert client.get(here(town, "LC-PT", ".pdf")).data.startswith(b"%PDF-")
    page = client.page(here(town, "LC-PT"))
    heads = [head.text_content() for head in page.xpath("//table[.//td[text()='Cộng']]//th")]
    assert heads == ["TT", "Đơn vị", "Cuộc thi có người", "Số người", "Đoàn viên", "Tỷ lệ", "Đạt chỉ tiêu", "Còn thiếu"]


def test_a_workplace_has_no_table_of_unions(year, client, town):
    client.sign_in(year[0])
    data = client.data(here(town, "LC-PT-1"))
    assert data["muc_don_vi"] == "" and data["don_vi"] == [] and data["luu_y_don_vi"] == []
    assert "Cộng" not in client.page(here(town, "LC-PT-1")).text_content()
    assert "Kết quả của các đơn vị" not in words(client.get(here(town, "LC-PT-1", ".docx")).data)
    book = openpyxl.load_workbook(io.BytesIO(client.get(here(town, "LC-PT-1", "-so-lieu.xlsx")).data))
    assert book.sheetnames == [str(town.now.year)]


def test_several_hundred_unions(year, client, town):
    for number in range(400):
        town.union(f"X{number}", f"CĐCS Trường Tiểu học và Trung học cơ sở xã số {number:03}", town.LC_PT, members=10)
    town.commit()
    client.sign_in(year[0])
    data = client.data(here(town, "LC-PT"))
    assert len(data["don_vi"]) == 405 and data["don_vi"][402]["stt"] == "403"
    made = client.get(here(town, "LC-PT", ".docx"))
    assert structure_problems(made.data) == [] and "xã số 399" in words(made.data)
    assert client.get(here(town, "LC-PT", ".pdf")).data.startswith(b"%PDF-")


def test_more_people_than_members_is_said(year, client, town):
    station = town.union("LC-PT-8", "CĐCS Trạm Y tế", town.LC_PT, members=1)
    contest = year[1][0]
    for name in ("Lò Thị A", "Lò Thị B"):
        person = town.person(name, union=station)
        crowd.sit(town.session, crowd.enter(town.session, contest, person), contest.rounds[0])
    town.commit()
    data = client.sign_in(year[0]).data(here(town, "LC-PT"))
    assert any("CĐCS Trạm Y tế" in line and "lớn hơn" in line for line in data["luu_y_don_vi"])
    (row,) = (row for row in data["don_vi"] if row["ma"] == "LC-PT-8")
    assert row["ty_le"] == "100,0%" and row["doan_vien"] == "2" and "rà soát" in row["ghi_chu"]


def test_a_union_that_moved_counts_in_each_contest_where_it_stood(year, client, town):
    """LC-PT-2 goes to LC-TU after two contests opened; a third opens in the new tree."""
    client.sign_in(year[0])
    decided(town.session, moving("LC-PT-2", "LC-TU"))
    later = town.contest(slug="ba", title="Cuộc thi ba")
    round_ = town.round(later, bank=town.bank(code="ba"))
    crowd.sit(town.session, crowd.enter(town.session, later, town.person("Hà", union=town.LC_PT_2)), round_)
    crowd.sit(town.session, crowd.enter(town.session, later, town.person("Hải", union=town.LC_TU_2)), round_)
    town.commit()
    told = {
        code: {row["ma"] or row["ten"]: row for row in client.data(here(town, code))["don_vi"]}
        for code in ("LC-PT", "LC-TU")
    }
    assert told["LC-PT"]["LC-PT-2"]["cuoc_thi"] == "2/2" and told["LC-PT"]["LC-PT-1"]["cuoc_thi"] == "2/3"
    assert told["LC-TU"]["LC-PT-2"]["cuoc_thi"] == "1/1" and told["LC-TU"]["LC-TU-2"]["cuoc_thi"] == "1/2"
    for rows in told.values():
        numbers = [int(row["nguoi"]) for row in rows.values()]
        assert sum(numbers[:-1]) == numbers[-1]
