"""Files organizers take away."""

from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from participation import crowd
from sqlalchemy import select

from contest.accounts.models import AuditEntry
from contest.attempts.models import Attempt, LateDelivery
from contest.standings import actions as standings
from contest.web import workbooks
from contest.web.workbooks import Cell, Column, write_workbook

PERSONAL = ["nguoi-du-thi", "luot-thi", "xep-hang"]
ALL = [*PERSONAL, "cong-doan"]


def address(what, **question):
    extra = "&".join(f"{key}={value}" for key, value in question.items())
    return f"/to-chuc/cuoc-thi/cuoc-thi/xuat/{what}.xlsx" + (f"?{extra}" if extra else "")


def rows_of(response):
    assert response.status_code == 200
    return list(openpyxl.load_workbook(BytesIO(response.data)).active.values)


@pytest.fixture
def contest(town):
    """Lan (two attempts, the better all right), Sơn and a colleague with equal results, somebody at work."""
    contest = town.contest()
    first = town.round(contest, bank=town.bank())
    town.round(contest, number=2, bank=town.bank(code="hai"))
    entries = []
    for person, scores in ((town.lan, (1, 3)), (town.son, (2,)), (town.person("Lý A Sáng"), (2,)), (town.mai, (1,))):
        entry = crowd.enter(town.session, contest, person)
        for score in scores:
            crowd.sit(town.session, entry, first, score=score)
        entries.append(entry)
    busy = crowd.enter(town.session, contest, town.hung)
    crowd.open_one(town.session, busy, first, town.now)
    standings.recount(town.session, contest)
    town.commit()
    return contest


def test_participants(town, contest, client):
    rows = rows_of(client.sign_in(town.mai).get(address("nguoi-du-thi")))
    head = rows[0]
    assert head[:4] == ("STT", "Họ và tên", "Số điện thoại", "Đối tượng")
    lan = dict(zip(head, rows[1], strict=True))
    assert (lan["Họ và tên"], lan["Số điện thoại"], lan["Mã đơn vị"]) == ("Lò Thị Lan", town.lan.phone, "LC-PT-1")
    assert lan["Đơn vị cấp trên"] == "LĐLĐ huyện Phong Thổ"
    assert (lan["Số lượt đã thi"], lan["Số lượt được tính"], lan["Điểm cao nhất"]) == (2, 2, 3)
    assert len(rows) == 6


def test_attempts_with_real_times_in_vietnam(town, contest, client):
    rows = rows_of(client.sign_in(town.mai).get(address("luot-thi")))
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [(row["Họ và tên"], row["Điểm"], row["Kết thúc"]) for row in found] == [
        ("Lò Thị Lan", 1, "tự nộp bài"),
        ("Lò Thị Lan", 3, "tự nộp bài"),
        ("Trần Văn Sơn", 2, "tự nộp bài"),
        ("Lý A Sáng", 2, "tự nộp bài"),
        ("Nguyễn Thị Mai", 1, "tự nộp bài"),
        ("Vàng Văn Hùng", None, "đang làm bài"),
    ]
    started = contest.rounds[0].opens_at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).replace(tzinfo=None)
    assert isinstance(found[0]["Bắt đầu"], datetime)
    assert abs((found[0]["Bắt đầu"] - started).total_seconds() - 600) < 1
    assert found[0]["Thời gian làm (giây)"] == 300
    assert isinstance(found[0]["Số điện thoại"], str)


def test_the_last_late_delivery_of_each_attempt(town, contest, client):
    first, second, *_ = town.session.scalars(select(Attempt).order_by(Attempt.id)).all()
    for minutes, counted in ((1, True), (9, False)):
        at = town.now + timedelta(minutes=minutes)
        town.session.add(LateDelivery(attempt_id=second.id, received_at=at, answers={"1": "A"}, counted=counted))
    first.receipt, first.extra_s = "K7M29QXC0123ABCD", 600
    town.commit()
    rows = rows_of(client.sign_in(town.mai).get(address("luot-thi")))
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert (found[0]["Biên nhận"], found[0]["Giao muộn"], found[0]["Giao muộn lúc"]) == (
        "K7M2-9QXC-0123-ABCD",
        None,
        None,
    )
    assert [row["Được thêm (phút)"] for row in found[:2]] == [10, None]
    assert found[1]["Giao muộn"] == "không được tính"
    at = (town.now + timedelta(minutes=9)).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).replace(tzinfo=None)
    assert abs(found[1]["Giao muộn lúc"] - at) < timedelta(seconds=1)


def test_one_round_only(town, contest, client):
    client.sign_in(town.mai)
    assert len(rows_of(client.get(address("luot-thi", dot=2)))) == 1
    assert len(rows_of(client.get(address("nguoi-du-thi", dot=1)))) == 6
    assert len(rows_of(client.get(address("nguoi-du-thi", dot=2)))) == 1


def test_a_ranking_with_shared_places(town, contest, client):
    rows = rows_of(client.sign_in(town.mai).get(address("xep-hang", dot=1)))
    assert [(row[0], row[1]) for row in rows[1:]] == [
        (1, "Lò Thị Lan"),
        (2, "Trần Văn Sơn"),
        (2, "Lý A Sáng"),
        (4, "Nguyễn Thị Mai"),
    ]


def test_averages_and_predictions_are_written_as_people_read_them(town, contest, client, session):
    contest.total, contest.prediction_target, contest.prediction_rule = "average", "people", "nearest_low_first"
    contest.criteria = ["score", "prediction"]
    for round_ in contest.rounds:
        round_.prediction_actual = 4
    for attempt in session.scalars(select(Attempt)):
        attempt.prediction = 7
    standings.recount(session, contest)
    town.commit()
    rows = rows_of(client.sign_in(town.mai).get(address("xep-hang", dot=0)))
    lan = dict(zip(rows[0], rows[1], strict=True))
    assert (lan["Điểm"], lan["Lệch dự đoán"]) == (1.5, 1)


def test_participation(town, contest, client):
    rows = rows_of(client.sign_in(town.mai).get(address("cong-doan")))
    found = {row[0]: row[3:5] for row in rows[1:]}
    assert (found["LC"], found["LC-PT"], found["LC-PT-2"]) == ((4, 5), (2, 3), (0, 0))


@pytest.mark.parametrize("what", ALL)
def test_who_took_personal_data_is_written_down(town, contest, client, session, what):
    client.sign_in(town.mai).get(address(what, dot=1)).get_data()
    found = [
        (e.actor, e.subject, e.details["what"]) for e in session.query(AuditEntry).filter_by(action="report.export")
    ]
    expected = [(f"person:{town.mai.id}", "contest:cuoc-thi", what)] if what in PERSONAL else []
    assert found == expected


@pytest.mark.parametrize("what", ALL)
def test_only_its_organizers(town, contest, client, what):
    from contest.accounts.actions import grant_role
    from contest.accounts.rules import TERMINAL, Role

    other = town.person("Chảo Thị Xa", union=town.LC_TU)
    grant_role(town.session, TERMINAL, other, Role.ORGANIZER, town.LC_TU.id, town.now)
    hung = town.hung
    town.commit()
    assert client.sign_in(other).get(address(what)).status_code == 404
    assert client.sign_in(hung).get(address(what)).status_code == 403


@pytest.mark.parametrize("question", [{"dot": 9}, {"dot": "x"}, {"bang": "khong-co"}])
def test_what_is_not_there(town, contest, client, question):
    assert client.sign_in(town.mai).get(address("xep-hang", **question)).status_code == 404
    assert client.get(address("khac")).status_code == 404


def test_a_name_is_never_a_formula(town, contest, client, session):
    evil = ['=HYPERLINK("http://example.org","Bấm")', "+1+1", "@SUM(A1)", "http://example.org", "{=1}"]
    for name in evil:
        crowd.enter(session, contest, town.person(name))
    town.commit()
    data = client.sign_in(town.mai).get(address("nguoi-du-thi")).data
    sheet = openpyxl.load_workbook(BytesIO(data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value in evil]
    assert sorted(cell.value for cell in cells) == sorted(evil)
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    with ZipFile(BytesIO(data)) as archive:
        assert "<f>" not in archive.read("xl/worksheets/sheet1.xml").decode()


def test_more_rows_than_a_sheet_holds_go_on_in_a_next(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_ROWS", 4)
    file = BytesIO()
    assert write_workbook(file, "Dài", [Column("Số", Cell.NUMBER)], ([n] for n in range(7))) == 7
    book = openpyxl.load_workbook(file)
    assert [[row[0] for row in sheet.values] for sheet in book] == [
        ["Số", 0, 1, 2],
        ["Số", 3, 4, 5],
        ["Số", 6],
    ]


def test_no_rows_still_make_a_file():
    file = BytesIO()
    assert write_workbook(file, "Trống", [Column("Tên")], []) == 0
    assert list(openpyxl.load_workbook(file).active.values) == [("Tên",)]


def test_long_files_do_not_fill_the_memory(tmp_path):
    import tracemalloc

    def size(rows):
        tracemalloc.start()
        with (tmp_path / "long.xlsx").open("wb") as file:
            write_workbook(
                file, "Dài", [Column("Tên"), Column("Số", Cell.NUMBER)], ((f"Tên {n}", n) for n in range(rows))
            )
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    size(10)
    assert size(4000) < 2 * size(400)
