"""The result of one's own attempt: what it says, what it hides, and from whom."""

import pytest
from standings import arena

from contest.attempts import actions as attempts
from contest.attempts import starting
from contest.attempts.models import Attempt
from contest.attempts.states import ClosedBy
from contest.standings import actions

LETTERS = "ABCDEFGH"


@pytest.fixture
def taken(town, session):
    """Lan's attempt of five questions, three answered, one of them right; closed by her."""
    return take(town, session, town.contest(criteria=["score", "elapsed"]))


def take(town, session, contest, closed_by=ClosedBy.PERSON, **settings):
    from questions.models import QuestionVersion

    round_ = town.round(contest, **settings)
    opened = round_.opens_at
    attempt = starting.start(session, {}, round_, town.lan, opened)
    answers = {}
    for place, (version_id, order, _points) in enumerate(attempt.paper[:3], 1):
        keys = session.get(QuestionVersion, version_id).keys
        letters = [LETTERS[shown] for shown, index in enumerate(order) if (index in keys) == (place == 1)]
        answers[str(place)] = letters[0]
    attempt.answers = answers
    session.flush()
    attempts.close(session, {}, attempt.id, closed_by, attempt.due_at)
    town.commit()
    return attempt


def address(attempt):
    return f"/bai-thi/{attempt.code}/ket-qua"


def test_score_duration_rank_and_attempts_left_are_shown(client, town, taken):
    client.sign_in(town.lan)
    data = client.data(address(taken))
    assert (data["score"], data["max_score"], data["correct"]) == (1, 5, 1)
    assert data["elapsed_ms"] == 1_200_000
    assert (data["rank"], data["attempts_left"], data["may_start"], data["counted"]) == (1, 1, True, True)
    page = client.page(address(taken))
    text = " ".join(page.text_content().split())
    assert "1/5" in text
    assert "20:00,00phút:giây" in text
    assert "2 câu chưa trả lời" in text
    assert "Bạn còn 1 trong 2 lượt của đợt này." in text
    assert page.xpath("//form[@action='/cuoc-thi/cuoc-thi/dot/1/bat-dau']//button")
    assert page.xpath("//a[contains(@href, '/cuoc-thi/cuoc-thi/xep-hang')]")


def test_how_it_ended_is_said(client, town, session):
    timed_out = take(town, session, town.contest(), ClosedBy.TIME)
    client.sign_in(town.lan)
    assert "Hết giờ, hệ thống tự nộp những câu đã lưu" in client.page(address(timed_out)).text_content()


def test_the_key_is_nowhere_until_it_may_be_shown(client, town, taken):
    client.sign_in(town.lan)
    response = client.get(address(taken))
    assert "Đúng " not in response.get_data(as_text=True)
    assert client.data(address(taken))["questions"] is None
    assert "đáp án hiện sau khi đợt thi kết thúc" in response.get_data(as_text=True)


def test_after_the_round_every_question_shows_answer_key_and_source(client, town, session):
    attempt = take(town, session, town.contest(), opens=-60, closes=-1)
    client.sign_in(town.lan)
    questions = client.data(address(attempt))["questions"]
    assert [question["earned"] for question in questions] == [1, 0, 0, 0, 0]
    assert all(question["choices"][question["right"][0]].startswith("Đúng") for question in questions)
    assert questions[0]["given"] == questions[0]["right"]
    assert questions[1]["given"] not in ([], questions[1]["right"])
    assert questions[3]["given"] == []
    page = client.page(address(attempt))
    assert len(page.xpath("//*[contains(@class, 'tag') and .='Đáp án đúng']")) == 5
    assert len(page.xpath("//*[contains(@class, 'tag') and .='Bạn chọn']")) == 3
    assert "Tài liệu" in page.text_content()


@pytest.mark.parametrize("shown", ["never", "after_contest"])
def test_the_key_may_stay_hidden_after_the_round(client, town, session, shown):
    contest = town.contest(key_shown=shown)
    town.round(contest, 2, opens=60, closes=120)
    attempt = take(town, session, contest, opens=-60, closes=-1)
    client.sign_in(town.lan)
    assert client.data(address(attempt))["questions"] is None
    assert "Đáp án đúng" not in client.page(address(attempt)).text_content()


def test_the_score_waits_for_the_end_of_the_round_where_the_regulations_say(client, town, session):
    attempt = take(town, session, town.contest(score_shown="after_round"))
    client.sign_in(town.lan)
    data = client.data(address(attempt))
    assert (data["score"], data["correct"], data["rank"]) == (None, None, None)
    text = client.page(address(attempt)).text_content()
    assert "điểm hiện sau khi đợt thi kết thúc" in text
    assert "1/5" not in text


def test_an_attempt_that_does_not_count_says_why(client, town, session):
    attempt = take(town, session, town.contest(all_answers_required=True))
    client.sign_in(town.lan)
    data = client.data(address(attempt))
    assert (data["counted"], data["rank"]) == (False, None)
    assert "Lượt này còn 2 câu chưa trả lời." in client.page(address(attempt)).text_content()


def test_the_better_attempt_stands(client, town, session, taken):
    better = arena.closed_attempt(session, taken.entry, taken.round, number=2, score=3)
    actions.attempt_closed(session, better)
    town.commit()
    client.sign_in(town.lan)
    data = client.data(address(taken))
    assert (data["stands"], data["attempts_left"], data["may_start"]) == (False, 0, False)
    page = client.page(address(taken))
    assert page.xpath(f"//a[@href='/bai-thi/{better.code}/ket-qua']")
    assert "Bạn đã dùng hết 2 lượt thi của đợt này." in page.text_content()
    assert client.data(address(better))["stands"] is True


def test_an_open_attempt_leads_back_to_its_paper(client, town, session):
    contest = town.contest()
    attempt = starting.start(session, {}, town.round(contest), town.lan, town.now)
    town.commit()
    client.sign_in(town.lan)
    response = client.get(address(attempt))
    assert response.status_code == 303
    assert response.headers["Location"] == f"/bai-thi/{attempt.code}"


def test_nobody_else_sees_it(client, town, taken):
    assert town.son
    assert town.mai
    town.commit()
    response = client.get(address(taken))
    assert response.status_code == 303
    assert "/dang-nhap" in response.headers["Location"]
    for person in (town.son, town.mai):
        client.sign_in(person)
        assert client.get(address(taken)).status_code == 404
    assert client.get("/bai-thi/KHONGCO/ket-qua").status_code == 404


def test_the_prediction_is_compared_when_its_number_is_known(client, town, session):
    contest = town.contest(criteria=["score", "prediction"], prediction_target="attempts")
    attempt = take(town, session, contest, opens=-60, closes=-1)
    session.get(Attempt, attempt.id).prediction = 1234
    town.commit()
    client.sign_in(town.lan)
    assert "Dự đoán của bạn: 1.234. Số đúng có sau" in " ".join(client.page(address(attempt)).text_content().split())
    actions.settle_round(session, contest, attempt.round, town.now)
    town.commit()
    assert "Số đúng: 1, lệch 1.233." in client.page(address(attempt)).text_content()
