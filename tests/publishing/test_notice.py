"""The notice of results: what was announced, as it was announced, whatever has become of the figures since."""

import io
from datetime import timedelta

import pytest
from docx import Document
from openpyxl import load_workbook

from contest import clock
from contest.attempts import actions as attempts
from contest.attempts import starting
from contest.attempts.states import ClosedBy
from contest.publishing.figures import figures_of
from contest.publishing.models import Publication
from contest.rounds.settings import PredictionTarget

NOTICE = "/cuoc-thi/cuoc-thi/ket-qua"
HOA = {
    "prize": "Giải nhất",
    "value": "2.000.000 đồng",
    "rank": 1,
    "name": "N*** T*** Hoa",
    "union": "Công đoàn Trường Tiểu học số 1 xã Mường Than, huyện Than Uyên",
    "collective": False,
    "owner": "ab" * 16,
}
UNION = {**HOA, "prize": "Giải tập thể", "name": "LĐLĐ huyện Than Uyên", "union": "", "collective": True, "rank": 1}


def announce(session, contest, number, version=1, **more):
    row = Publication(
        contest_id=contest.id,
        round_number=number,
        version=version,
        **{
            "reason": "Một người bị huỷ tư cách dự thi." if version > 1 else "",
            "shown": {"names": "masked", "unions": True, "places": None},
            "figures": figures_of(session, contest, number, clock.now()),
            "winners": [HOA, UNION],
            "digest": "0" * 64,
            "head": "",
            "published_at": clock.now(),
            "published_by": "test",
            **more,
        },
    )
    session.add(row)
    session.commit()
    return row


@pytest.fixture
def sat(app, town, session):
    """A round in which Lan (twice) and Sơn took part; its true number is known."""
    contest = town.contest(prediction_target=PredictionTarget.PEOPLE, criteria=["score", "prediction", "elapsed"])
    round_ = town.round(contest, count=2, max_attempts=None)
    for person in (town.lan, town.lan, town.son):
        attempt = starting.start(session, {}, round_, person, clock.now())
        attempts.close(session, {}, attempt.id, ClosedBy.PERSON, clock.now())
    round_.prediction_actual = 2
    town.commit()
    return contest


def test_before_anything_is_announced(sat, client):
    assert "chưa công bố kết quả này" in client.page(NOTICE).text_content()
    assert client.data(NOTICE) == {"contest": "cuoc-thi", "version": None}
    assert "chưa công bố kết quả này" in client.page(f"{NOTICE}?dot=1").text_content()
    for address in (f"{NOTICE}?dot=7", f"{NOTICE}?dot=x", f"{NOTICE}?dot=1&ban=1", f"{NOTICE}/thong-bao.docx"):
        assert client.get(address).status_code == 404, address


def test_what_was_announced_is_told_with_its_definitions(sat, session, client):
    announce(session, sat, 1)
    page = client.page(NOTICE).text_content()
    assert "Số đúng của câu dự đoán là 2: số người dự thi của đợt thi, chỉ kể lượt thi hợp lệ." in page
    assert "N*** T*** Hoa" in page and "Giải tập thể" in page
    data = client.data(NOTICE)
    assert (data["figures"]["people"], data["figures"]["attempts"]) == (2, 3)
    assert data["figures"]["scores"] == [[0, 3]] and data["figures"]["max_score"] == 2
    assert sum(row[2] for row in data["figures"]["kinds"]) == 2
    assert "owner" not in data["winners"][0] and "ab" * 16 not in page


def test_figures_stay_as_they_were_announced(sat, session, client, town):
    announce(session, sat, 1)
    attempt = starting.start(session, {}, sat.rounds[0], town.hung, clock.now())
    attempts.close(session, {}, attempt.id, ClosedBy.PERSON, clock.now() + timedelta(seconds=1))
    session.commit()
    assert client.data(NOTICE)["figures"]["people"] == 2


def test_a_correction_says_so_and_the_version_before_stays(sat, session, client):
    announce(session, sat, 1)
    announce(session, sat, 1, version=2, winners=[])
    page = client.page(NOTICE).text_content()
    assert "Đính chính lần 1" in page and "Một người bị huỷ tư cách dự thi." in page and "Hoa" not in page
    old = client.page(f"{NOTICE}?dot=1&ban=1").text_content()
    assert "Đây là bản công bố cũ" in old and "Hoa" in old
    assert client.data(f"{NOTICE}?dot=1&ban=1")["newest"] == 2


def test_the_whole_contest_comes_first_once_it_is_announced(sat, session, client):
    announce(session, sat, 1)
    announce(session, sat, 0)
    assert client.data(NOTICE)["round"] == 0
    assert client.data(f"{NOTICE}?dot=1")["round"] == 1


def test_the_notice_as_word_and_excel(sat, session, client):
    announce(session, sat, 1)
    book = Document(io.BytesIO(client.get(f"{NOTICE}/thong-bao.docx").data))
    words = "\n".join(paragraph.text for paragraph in book.paragraphs)
    assert "THÔNG BÁO" in words and "Số người dự thi: 2" in words
    assert any("N*** T*** Hoa" in cell.text for table in book.tables for row in table.rows for cell in row.cells)
    found = load_workbook(io.BytesIO(client.get(f"{NOTICE}/so-lieu.xlsx").data))
    assert "Người và đơn vị đạt giải" in found.sheetnames
    assert found["Số liệu chung"]["A3"].value == "Số người dự thi"


def test_a_contest_without_anybody_is_announced_too(app, town, session, client):
    contest = town.contest()
    town.round(contest)
    town.commit()
    announce(session, contest, 1, winners=[])
    page = client.page(f"{NOTICE}?dot=1").text_content()
    assert "không có giải thưởng" in page
    assert client.get(f"{NOTICE}/thong-bao.docx?dot=1").status_code == 200
    assert client.get(f"{NOTICE}/so-lieu.xlsx?dot=1").status_code == 200
