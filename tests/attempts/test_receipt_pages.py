"""Receipts on pages: shown to the person, checked by anybody, telling neither name nor score."""

import json
from datetime import timedelta

import pytest
import time_machine
from lxml import etree
from sqlalchemy import func, select

from contest.attempts.models import Attempt
from contest.attempts.receipts import spaced
from contest.rounds.models import Contest, Round


@pytest.fixture
def ended(town, client, session, app):
    """Ends an attempt of Lan, by herself or by the clock, in a round with these settings; gives its receipt."""

    def end(*, submit=True, answers=None, contest=None, **settings):
        town.round(town.contest(**(contest or {})), count=5, **settings)
        lan = town.lan
        assert town.mai
        town.commit()
        client.sign_in(lan)
        code = client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau").headers["Location"].rsplit("/", 1)[1]
        client.send_json(f"/bai-thi/{code}/luu", {"seq": 1, "answers": answers or {"1": ["A"]}})
        if submit:
            client.send(f"/bai-thi/{code}/nop")
        return code

    return end


def row(session, code):
    session.rollback()
    session.expunge_all()
    found = session.scalars(select(Attempt).where(Attempt.code == code)).one()
    session.expunge_all()
    session.rollback()
    return found


def texts(page):
    return " ".join(page.xpath("//main")[0].text_content().split())


def test_the_person_sees_the_receipt_and_anybody_can_check_it(ended, client, session, app):
    code = ended()
    receipt = spaced(row(session, code).receipt)
    result = client.page(f"/bai-thi/{code}/ket-qua")
    assert receipt in texts(result)
    (picture,) = result.xpath("//section[h2='Biên nhận']//img/@src")
    for drawn in (client.get(picture), client.get("/cuoc-thi/cuoc-thi/qr.svg")):
        assert drawn.mimetype == "image/svg+xml"
        # Without its namespace no browser shows it.
        assert etree.fromstring(drawn.data).tag == "{http://www.w3.org/2000/svg}svg"
    assert client.data(f"/bai-thi/{code}/ket-qua")["receipt"] == receipt
    (link,) = client.page("/cua-toi").xpath(f"//a[text()='{receipt}']/@href")
    shown = texts(app.test_client().page(link))
    assert "đã nhận bài thi này" in shown and "Cuộc thi thử" in shown
    assert "Người thi nộp bài" in shown


@pytest.mark.parametrize("signed_in", [False, True])
def test_it_tells_neither_the_person_nor_the_score_nor_the_way_to_them(ended, client, session, app, town, signed_in):
    code = ended()
    attempt = row(session, code)
    browser = app.test_client().sign_in(town.mai) if signed_in else app.test_client()
    answer = browser.get(f"/bien-nhan/{attempt.receipt}")
    page = answer.get_data(as_text=True)
    data = browser.data(f"/bien-nhan/{attempt.receipt}")
    for told in (page, str(data)):
        assert town.lan.name not in told and town.lan.phone not in told and code not in told
    assert not {"score", "correct", "answers", "code", "person", "union"} & set(data)
    assert data["receipt"] == spaced(attempt.receipt)
    assert (data["contest"], data["round"], data["counted"], data["closed_by"]) == ("cuoc-thi", 1, True, "person")


@pytest.mark.parametrize(
    "write", [str, str.lower, spaced, lambda r: f" {spaced(r).lower()} ", lambda r: r.replace("0", "o")]
)
def test_it_is_found_however_it_is_typed(ended, client, session, write):
    receipt = row(session, ended()).receipt
    answer = client.get("/bien-nhan", query_string={"ma": write(receipt)})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/bien-nhan/{spaced(receipt)}")
    assert client.get(f"/bien-nhan/{write(receipt)}").status_code == 200


@pytest.mark.parametrize("typed", ["K7M2", "K7M2-9QXC-0123-ABCD", "' OR 1=1", "Đ" * 16])
def test_one_that_does_not_exist_is_not_found_and_says_what_to_do(ended, client, typed):
    ended()
    for answer in (
        client.get(f"/bien-nhan/{typed}"),
        client.get("/bien-nhan", query_string={"ma": typed}, follow_redirects=True),
    ):
        assert answer.status_code == 404
        assert "so lại từng ký tự" in answer.get_data(as_text=True)
    told = client.get(f"/bien-nhan/{typed}", headers={"Accept": "application/json"})
    assert (told.status_code, told.get_json()["status"]) == (404, 404)
    assert client.page("/bien-nhan").xpath("//input[@name='ma']/@value") == [""]


def test_an_attempt_in_progress_has_none(ended, client, session):
    code = ended(submit=False)
    assert row(session, code).receipt is None
    assert "biên nhận" not in texts(client.page("/cua-toi"))


def test_it_says_that_time_ran_out_and_what_came_late(ended, client, session, app):
    code = ended(submit=False, grace_s=0, late_minutes=30)
    attempt = row(session, code)
    given = (attempt.due_at - timedelta(minutes=1)).isoformat()
    with time_machine.travel(attempt.due_at + timedelta(minutes=5), tick=False):
        late = {"seq": 2, "answers": {"1": ["B"], "2": ["C"]}, "given_at": given}
        assert client.send_json(f"/bai-thi/{code}/luu", late).get_json()["late"] is True
    with time_machine.travel(attempt.due_at + timedelta(minutes=40), tick=False):
        too_late = {"seq": 3, "answers": {"1": ["B"], "2": ["D"], "3": ["A"]}, "given_at": given}
        assert client.send_json(f"/bai-thi/{code}/luu", too_late).status_code == 409
        result = texts(client.page(f"/bai-thi/{code}/ket-qua"))
        receipt = row(session, code).receipt
        shown = texts(client.page(f"/bien-nhan/{receipt}"))
        data = client.data(f"/bien-nhan/{receipt}")
    shell = app.test_cli_runner().invoke(args=["attempt", "show", code, "--json"])
    listed = json.loads(shell.output)
    assert listed["receipt"] == spaced(receipt)
    assert [(one["counted"], one["places"]) for one in listed["late"]] == [(True, 0), (False, 2)]
    assert "receipt" in app.test_cli_runner().invoke(args=["attempt", "show", code]).output
    for told in (result, shown):
        assert "Có câu trả lời được gửi đến muộn lúc" in told and "theo thể lệ được tính" in told
        assert "2 câu được gửi đến muộn lúc" in told and "theo thể lệ không được tính" in told
    assert "Hết giờ, hệ thống thu bài" in shown
    assert [late["counted"] for late in data["late"]] == [True, False]
    assert data["submitted_at"] == attempt.due_at.isoformat(timespec="seconds")


def test_it_says_why_an_attempt_does_not_count(ended, client, session):
    receipt = row(session, ended(contest={"all_answers_required": True})).receipt
    assert "thể lệ chỉ tính lượt thi trả lời đủ" in texts(client.page(f"/bien-nhan/{receipt}"))
    assert client.data(f"/bien-nhan/{receipt}")["counted"] is False


def test_it_follows_the_announcement_and_leads_to_no_hidden_contest(ended, client, session, town):
    receipt = row(session, ended()).receipt
    assert "khi Ban tổ chức công bố kết quả" in texts(client.page(f"/bien-nhan/{receipt}"))
    contest = session.scalars(select(Contest)).one()
    session.scalars(select(Round)).one().published_at = town.now
    contest.state = "draft"
    session.commit()
    page = client.page(f"/bien-nhan/{receipt}")
    assert "Kết quả của đợt thi đã công bố" in texts(page)
    assert not page.xpath("//main//dl//a")


def test_a_submission_twice_gives_the_same_receipt(ended, client, session):
    code = ended(submit=False)
    first = client.send_json(f"/bai-thi/{code}/nop", {}).get_json()
    again = client.send_json(f"/bai-thi/{code}/nop", {}).get_json()
    assert first == again
    assert first["receipt"] == spaced(row(session, code).receipt)
    assert session.scalar(select(func.count()).where(Attempt.receipt.is_not(None))) == 1
