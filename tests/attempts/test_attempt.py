"""An attempt through its doors: start, save, submit; allowed, refused, late, twice, stranger."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from contest.accounts.models import Consent
from contest.attempts.closer import close_overdue
from contest.attempts.models import Attempt
from contest.members.rules import PARTICIPATION
from contest.rounds.models import Entry


@pytest.fixture
def round_(town):
    """An open round of five questions, two attempts of twenty minutes; Lan may take part."""
    round_ = town.round(town.contest(), count=5)
    assert town.lan and town.son
    town.commit()
    return round_


def start(client, number=1, slug="cuoc-thi"):
    response = client.send(f"/cuoc-thi/{slug}/dot/{number}/bat-dau")
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.headers["Location"].rsplit("/", 1)[1]


def save(client, code, seq, answers, **rest):
    return client.send_json(f"/bai-thi/{code}/luu", {"seq": seq, "answers": answers, **rest})


def stored(session, code):
    attempt = session.scalars(select(Attempt).where(Attempt.code == code)).one()
    session.expunge_all()
    session.rollback()
    return attempt


def right_answers(session, code):
    """The letters under which the right options of an attempt's paper are shown."""
    from questions.models import QuestionVersion

    chosen = {}
    for place, (version_id, order, _points) in enumerate(stored(session, code).paper, 1):
        keys = session.get(QuestionVersion, version_id).keys
        chosen[str(place)] = ["ABCDEFGH"[shown] for shown, index in enumerate(order) if index in keys]
    session.rollback()
    return chosen


# start


def test_a_stranger_is_led_to_sign_in(client, round_):
    response = client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau")
    assert response.status_code == 303
    assert "/dang-nhap" in response.headers["Location"]


def test_a_program_that_is_not_signed_in_is_told_so(client, round_):
    response = client.send_json("/bai-thi/KHONGCO/luu", {"seq": 1, "answers": {}})
    assert response.status_code == 401
    assert response.get_json()["title"] == "Cần đăng nhập"
    assert client.get("/cua-toi", headers={"Accept": "application/json"}).status_code == 401


def test_a_start_draws_a_paper_once_and_keeps_it(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    first = stored(session, code)
    assert len(first.paper) == 5
    assert len({row[0] for row in first.paper}) == 5
    assert first.max_score == 5
    assert first.due_at - first.started_at == timedelta(minutes=20)
    page = client.page(f"/bai-thi/{code}")
    again = client.page(f"/bai-thi/{code}")
    assert page.xpath("//fieldset//legend/text()") == again.xpath("//fieldset//legend/text()")
    assert len(page.xpath("//fieldset")) == 5


def test_a_second_start_leads_to_the_open_attempt(client, round_, town, session):
    client.sign_in(town.lan)
    assert start(client) == start(client)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_a_third_start_of_two_is_refused_with_its_reason(client, round_, town, session):
    client.sign_in(town.lan)
    for _ in range(2):
        client.send(f"/bai-thi/{start(client)}/nop")
    response = client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau")
    assert response.status_code == 409
    assert "hết 2 lượt" in response.get_data(as_text=True)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 2


def test_all_reasons_are_told_at_once(client, town):
    contest = town.contest(kinds=["official"], scope_union_id=town.province and town.LC_TU.id)
    town.round(contest, opens=-120, closes=-60)
    assert town.lan
    town.commit()
    client.sign_in(town.lan)
    page = client.page("/cuoc-thi/cuoc-thi").text_content()
    for reason in ("không dành cho đối tượng", "chỉ dành cho người thuộc", "đã kết thúc"):
        assert reason in page
    reasons = client.data("/cuoc-thi/cuoc-thi")["rounds"][0]["reasons"]
    assert all(reason in " ".join(page.split()) for reason in reasons)
    assert len(reasons) == 3


@pytest.mark.parametrize(
    ("minutes", "status"), [(59.99, 409), (60, 303), (89.99, 303), (90, 409)], ids=["before", "open", "last", "closed"]
)
def test_a_round_may_be_started_from_its_opening_until_before_its_close(client, town, minutes, status):
    town.round(town.contest(), opens=60, closes=90)
    assert town.lan
    town.commit()
    client.sign_in(town.lan)
    with time_machine.travel(town.now + timedelta(minutes=minutes), tick=False):
        assert client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau").status_code == status


def test_a_contest_that_is_not_published_does_not_exist_for_members(client, town):
    town.round(town.contest(published=False))
    assert town.lan
    town.commit()
    client.sign_in(town.lan)
    assert client.get("/cuoc-thi/cuoc-thi").status_code == 404
    assert client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau").status_code == 404


def test_the_close_of_the_round_cuts_the_time(client, town, session):
    town.round(town.contest(), closes=5)
    assert town.lan
    town.commit()
    client.sign_in(town.lan)
    attempt = stored(session, start(client))
    assert attempt.due_at < attempt.started_at + timedelta(minutes=6)


def test_union_kind_and_division_are_frozen_at_the_first_start(client, town, session):
    contest = town.contest()
    town.round(contest)
    town.division(contest, "CB", kinds=["official"])
    everyone = town.division(contest, "DV")
    assert town.lan
    town.commit()
    client.sign_in(town.lan)
    start(client)
    entry = session.scalars(select(Entry)).one()
    assert (entry.union_id, entry.kind, entry.division_id) == (town.LC_PT_1.id, "member", everyone.id)


def test_who_took_their_consent_back_gives_it_again_before_starting(client, round_, town, session):
    given = Consent(person_id=town.lan.id, purpose=PARTICIPATION, text_version="1", given_at=town.now)
    given.withdrawn_at = town.now
    session.add(given)
    session.commit()
    client.sign_in(town.lan)
    response = client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau")
    assert response.status_code == 409
    assert "rút lại đồng ý" in response.get_data(as_text=True)
    session.add(Consent(person_id=town.lan.id, purpose=PARTICIPATION, text_version="2", given_at=town.now))
    session.commit()
    start(client)


# the paper


def test_the_key_is_nowhere_on_the_paper(client, town, session):
    bank = town.bank()
    town.round(town.contest(), bank=bank, shuffle_choices=True)
    assert town.lan
    town.commit()
    client.sign_in(town.lan)
    code = start(client)
    for address, headers in ((f"/bai-thi/{code}", {}), (f"/bai-thi/{code}", {"Accept": "application/json"})):
        text = client.get(address, headers=headers).get_data(as_text=True)
        assert "Tài liệu" not in text
        assert "correct" not in text
    letters = [right for places in right_answers(session, code).values() for right in places]
    assert len(letters) == 5


def test_another_persons_attempt_does_not_exist(client, round_, town, app):
    client.sign_in(town.lan)
    code = start(client)
    other = app.test_client().sign_in(town.son)
    assert other.get(f"/bai-thi/{code}").status_code == 404
    assert save(other, code, 1, {"1": ["A"]}).status_code == 404
    assert other.send(f"/bai-thi/{code}/nop").status_code == 404
    assert other.get(f"/bai-thi/{code}/xem-lai").status_code == 404


# save


def test_a_save_is_answered_with_what_is_stored(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    response = save(client, code, 3, {"1": ["A"], "2": ["C"]})
    assert response.status_code == 200
    data = response.get_json()
    assert data["seq"] == 3
    assert 0 < data["remaining_ms"] <= 20 * 60 * 1000
    assert data["saved_at"]
    assert stored(session, code).answers == {"1": "A", "2": "C"}
    state = client.data(f"/bai-thi/{code}")
    assert state["answers"] == {"1": ["A"], "2": ["C"]}
    assert (state["seq"], state["state"]) == (3, "open")


@pytest.mark.parametrize("seq", [0, 2, 3])
def test_a_save_not_above_the_stored_one_changes_nothing(client, round_, town, session, seq):
    client.sign_in(town.lan)
    code = start(client)
    save(client, code, 3, {"1": ["A"]})
    response = save(client, code, seq, {"1": ["B"]})
    assert response.status_code == 200
    assert response.get_json()["seq"] == 3
    assert response.get_json()["answers"] == {"1": ["A"]}
    assert stored(session, code).answers == {"1": "A"}


def test_answers_may_be_changed_and_taken_back(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    save(client, code, 1, {"1": ["A"], "2": ["B"]})
    save(client, code, 2, {"1": ["D"]})
    assert stored(session, code).answers == {"1": "D"}


def test_a_save_after_the_deadline_is_refused_and_says_what_was_kept(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    due = stored(session, code).taken_until
    with time_machine.travel(due - timedelta(milliseconds=5), tick=False):
        assert save(client, code, 1, {"1": ["A"]}).status_code == 200
    with time_machine.travel(due, tick=False):
        response = save(client, code, 2, {"1": ["B"]})
    assert response.status_code == 409
    assert response.get_json()["answers"] == {"1": ["A"]}
    assert response.get_json()["state"] == "closed"
    assert stored(session, code).answers == {"1": "A"}


def test_a_late_form_is_told_so_on_a_page(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    with time_machine.travel(stored(session, code).due_at + timedelta(seconds=9), tick=False):
        response = client.send(f"/bai-thi/{code}/luu", {"q1": "A", "seq": "1"})
    assert response.status_code == 409
    assert "kết thúc" in response.get_data(as_text=True)


def test_the_form_saves_without_script(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    response = client.send(f"/bai-thi/{code}/luu", {"q1": "A", "q4": "C", "seq": "1"})
    assert response.status_code == 303
    page = client.page(f"/bai-thi/{code}")
    assert page.xpath("//input[@checked]/@name") == ["q1", "q4"]
    review = client.send(f"/bai-thi/{code}/luu", {"q1": "A", "seq": "2", "then": "xem-lai"})
    assert review.headers["Location"].endswith("/xem-lai")
    assert "4 câu chưa trả lời" in client.page(f"/bai-thi/{code}/xem-lai").text_content()


def test_a_program_may_post_the_form_without_counting(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    client.send(f"/bai-thi/{code}/luu", {"q1": "A"})
    client.send(f"/bai-thi/{code}/luu", {"q1": "B", "q2": "A"})
    assert stored(session, code).answers == {"1": "B", "2": "A"}
    assert stored(session, code).seq == 2


def test_a_stale_form_overwrites_nothing_and_loses_nothing(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    save(client, code, 5, {"1": ["A"]})
    response = client.send(f"/bai-thi/{code}/luu", {"q1": "B", "seq": "2"})
    assert response.status_code == 409
    assert stored(session, code).answers == {"1": "A"}
    text = response.get_data(as_text=True)
    assert "trang khác" in text
    assert "value=B checked" in text


@pytest.mark.parametrize(
    "body",
    [
        {"seq": 1, "answers": {"9": ["A"]}},
        {"seq": 1, "answers": {"1": ["Z"]}},
        {"seq": 1, "answers": {"1": ["A", "B"]}},
        {"seq": 1, "answers": {"1": "A"}, "prediction": -5},
        {"seq": 1, "answers": {"1": "A"}, "prediction": "nhiều"},
        {"seq": -1, "answers": {}},
        {"seq": "x", "answers": {}},
        {"answers": {}},
        {"seq": 1, "answers": [1]},
        {"seq": 1, "answers": {"1": {"A": 1}}},
        [],
        7,
    ],
)
def test_what_cannot_be_is_refused_whole(client, round_, town, session, body):
    client.sign_in(town.lan)
    code = start(client)
    response = client.send_json(f"/bai-thi/{code}/luu", body)
    assert response.status_code == 400
    assert response.get_json()["detail"]
    assert stored(session, code).seq == 0


def test_a_bad_prediction_keeps_what_was_typed_on_the_page(client, town, session):
    contest = town.contest(prediction_target="people", criteria=["score", "prediction"])
    town.round(contest)
    assert town.lan
    town.commit()
    client.sign_in(town.lan)
    code = start(client)
    response = client.send(f"/bai-thi/{code}/luu", {"q1": "B", "prediction": "-7", "seq": "1"})
    text = response.get_data(as_text=True)
    assert response.status_code == 400
    assert "không được nhỏ hơn 0" in text
    assert 'value="-7"' in text
    assert stored(session, code).answers == {}


def test_no_save_without_a_token(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    response = client.post(f"/bai-thi/{code}/luu", json={"seq": 1, "answers": {"1": ["A"]}})
    assert response.status_code == 400
    assert stored(session, code).seq == 0


# the end


def test_a_submission_is_marked_once(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    save(client, code, 1, right_answers(session, code))
    for _ in range(2):
        response = client.send(f"/bai-thi/{code}/nop")
        assert response.status_code == 303
        assert response.headers["Location"].endswith(f"/bai-thi/{code}/ket-qua")
    attempt = stored(session, code)
    assert (attempt.score, attempt.correct, attempt.perfect, attempt.closed_by) == (5, 5, True, "person")
    assert attempt.elapsed_ms == pytest.approx(
        (attempt.submitted_at - attempt.started_at).total_seconds() * 1000, abs=1
    )


def test_answers_sent_with_the_submission_count(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    fields = {f"q{place}": letters for place, letters in right_answers(session, code).items()}
    client.send(f"/bai-thi/{code}/nop", fields)
    assert stored(session, code).score == 5


def test_nothing_is_saved_after_the_submission(client, round_, town, session):
    client.sign_in(town.lan)
    code = start(client)
    client.send(f"/bai-thi/{code}/nop")
    assert save(client, code, 9, {"1": ["A"]}).status_code == 409
    assert stored(session, code).answers == {}


@pytest.mark.parametrize("way", ["job", "look", "next start", "late submit"])
def test_time_out_gives_the_same_result_whoever_closes(client, round_, town, session, app, way):
    client.sign_in(town.lan)
    code = start(client)
    chosen = right_answers(session, code)
    del chosen["5"]
    save(client, code, 1, chosen)
    due = stored(session, code).due_at
    with time_machine.travel(due + timedelta(minutes=1), tick=False):
        if way == "job":
            with app.app_context():
                assert close_overdue() == (1, 0)
                assert close_overdue() == (0, 0)
        elif way == "look":
            client.get(f"/bai-thi/{code}")
        elif way == "next start":
            assert start(client) != code
        else:
            client.send(f"/bai-thi/{code}/nop", {"q5": "A"})
    attempt = stored(session, code)
    assert (attempt.state, attempt.closed_by, attempt.score) == ("closed", "time", 4)
    assert attempt.submitted_at == due
    assert attempt.elapsed_ms == 20 * 60 * 1000


def test_one_attempt_that_fails_does_not_hold_up_the_others(client, round_, town, session, app, monkeypatch):
    from contest.attempts import actions

    codes = []
    for person in (town.lan, town.son):
        codes.append(start(app.test_client().sign_in(person)))
    broken = stored(session, codes[0]).id
    close = actions.close_if_over

    def sometimes(session, memo, attempt_id, *rest):
        if attempt_id == broken:
            raise RuntimeError("broken")
        return close(session, memo, attempt_id, *rest)

    monkeypatch.setattr(actions, "close_if_over", sometimes)
    with time_machine.travel(stored(session, codes[0]).due_at + timedelta(minutes=1), tick=False), app.app_context():
        assert close_overdue() == (1, 1)
    assert stored(session, codes[1]).state == "closed"


def test_unanswered_papers_do_not_count_where_all_answers_are_required(client, town, session):
    town.round(town.contest(all_answers_required=True))
    assert town.lan
    town.commit()
    client.sign_in(town.lan)
    code = start(client)
    save(client, code, 1, {"1": ["A"]})
    client.send(f"/bai-thi/{code}/nop")
    assert stored(session, code).counted is False
