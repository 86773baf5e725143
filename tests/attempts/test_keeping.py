"""Keeping answers: grace, late deliveries, two pages, stale submissions, who may write; both sides of each boundary."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy import select

from contest.accounts.models import Person, SignIn
from contest.attempts.closer import close_overdue
from contest.attempts.hot import Keep, SaveWriter
from contest.attempts.models import Attempt, LateDelivery
from contest.attempts.receipts import receipt_of, tidy

MS = timedelta(milliseconds=1)


@pytest.fixture
def begun(town, client, session):
    """Begins an attempt of Lan in a round with these settings; returns its code and the row."""

    def begin(**settings):
        town.round(town.contest(), count=5, **settings)
        lan = town.lan
        town.commit()
        client.sign_in(lan)
        code = client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau").headers["Location"].rsplit("/", 1)[1]
        return code, look(session, code)

    return begin


def look(session, code):
    session.expunge_all()
    session.rollback()
    attempt = session.scalars(select(Attempt).where(Attempt.code == code)).one()
    session.expunge_all()
    session.rollback()
    return attempt


def evidence(session):
    found = session.scalars(select(LateDelivery).order_by(LateDelivery.id)).all()
    rows = [(row.seq, row.answers, row.counted, row.given_at) for row in found]
    session.rollback()
    return rows


def save(client, code, seq, answers, **rest):
    return client.send_json(f"/bai-thi/{code}/luu", {"seq": seq, "answers": answers, **rest})


# time


@pytest.mark.parametrize("way", ["luu", "nop"])
@pytest.mark.parametrize(("after", "taken"), [(5000 * MS - MS, True), (5000 * MS, False)], ids=["grace", "late"])
def test_one_grace_for_save_and_submit(begun, client, session, way, after, taken):
    code, attempt = begun(grace_s=5)
    with time_machine.travel(attempt.due_at + after, tick=False):
        answer = client.send_json(f"/bai-thi/{code}/{way}", {"seq": 1, "answers": {"1": ["A"]}})
    kept = look(session, code)
    assert (kept.answers == {"1": "A"}) is taken
    assert evidence(session) == ([] if taken else [(1, {"1": "A"}, False, None)])
    if way == "nop":
        assert answer.status_code == 200
        assert (kept.closed_by, kept.submitted_at) == ("person" if taken else "time", attempt.due_at)
        assert kept.elapsed_ms == 20 * 60 * 1000
    else:
        assert answer.status_code == (200 if taken else 409)
        assert kept.state == ("open" if taken else "closed")


def test_what_a_submission_brings_to_an_attempt_that_has_ended_is_kept_as_evidence(begun, client, session):
    """A phone wanted to submit without a network, and somebody else's look had ended the attempt."""
    code, attempt = begun(grace_s=5)
    with time_machine.travel(attempt.late_until + timedelta(seconds=9), tick=False):
        client.get(f"/bai-thi/{code}")
        answers = [client.send_json(f"/bai-thi/{code}/nop", {"seq": 1, "answers": {"1": [a]}}) for a in ("A", "A", "?")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    kept = look(session, code)
    assert (kept.closed_by, kept.answers) == ("time", {})
    assert evidence(session) == [(1, {"1": "A"}, False, None)]


@pytest.mark.parametrize(
    ("given", "after_minutes", "counted"),
    [(-1, 29.9, True), (-1, 30, False), (6, 10, False), (None, 10, False)],
    ids=["in time", "too late", "given too late", "says nothing"],
)
def test_what_was_given_in_time_counts_when_it_comes_late(begun, client, session, given, after_minutes, counted):
    code, attempt = begun(grace_s=5, late_minutes=30)
    rest = {} if given is None else {"given_at": (attempt.due_at + timedelta(seconds=given)).isoformat()}
    with time_machine.travel(attempt.due_at + timedelta(minutes=after_minutes), tick=False):
        answer = save(client, code, 1, {"1": ["B"]}, **rest)
    assert answer.status_code == (200 if counted else 409)
    assert answer.get_json().get("late", False) is counted
    kept = look(session, code)
    assert (kept.answers, kept.late) == (({"1": "B"}, True) if counted else ({}, False))
    assert [row[2] for row in evidence(session)] == [counted]
    with time_machine.travel(attempt.late_until + timedelta(seconds=9), tick=False):
        client.get(f"/bai-thi/{code}")
    kept = look(session, code)
    assert (kept.state, kept.closed_by, kept.submitted_at) == ("closed", "time", attempt.due_at)


def test_while_late_deliveries_are_awaited_nobody_closes_the_attempt(begun, client, session, app):
    code, attempt = begun(grace_s=5, late_minutes=30)
    with time_machine.travel(attempt.due_at + timedelta(minutes=20), tick=False), app.app_context():
        assert close_overdue() == (0, 0)
        page = client.get(f"/bai-thi/{code}")
        assert (page.status_code, look(session, code).state) == (200, "open")
        again = client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau")
        assert again.headers["Location"].endswith(code)
        state = client.get(f"/bai-thi/{code}", headers={"Accept": "application/json"}).get_json()
        assert (state["remaining_ms"], state["late_ms"], state["grace_ms"]) == (0, 30 * 60_000, 5000)


def test_what_a_page_sends_because_time_is_up_is_the_time_ending_it(begun, client, session):
    code, attempt = begun(grace_s=5)
    with time_machine.travel(attempt.due_at + timedelta(seconds=1), tick=False):
        assert client.send_json(f"/bai-thi/{code}/nop", {}).status_code == 200
    kept = look(session, code)
    assert (kept.closed_by, kept.submitted_at) == ("time", attempt.due_at)


def test_the_same_late_delivery_twice_is_one_piece_of_evidence(begun, client, session):
    code, attempt = begun(grace_s=0)
    with time_machine.travel(attempt.due_at + timedelta(hours=1), tick=False):
        for seq in (1, 1, 2):
            save(client, code, seq, {"1": ["A"]})
        save(client, code, 3, {"1": ["B"]})
    assert [row[1] for row in evidence(session)] == [{"1": "A"}, {"1": "B"}]


def test_evidence_has_an_end(begun, client, session):
    code, attempt = begun(grace_s=0)
    with time_machine.travel(attempt.due_at + timedelta(hours=1), tick=False):
        for seq in range(1, 23):
            save(client, code, seq, {"1": ["AB"[seq % 2]]})
    assert len(evidence(session)) == 20
    with time_machine.travel(attempt.due_at + timedelta(days=2), tick=False):
        save(client, code, 99, {"1": ["A"]})
    assert len(evidence(session)) == 20


def test_who_submitted_and_goes_on_sending_leaves_no_evidence(begun, client, session):
    code, _attempt = begun()
    client.send(f"/bai-thi/{code}/nop")
    answer = save(client, code, 1, {"1": ["A"]})
    assert (answer.status_code, answer.get_json()["reason"]) == (409, "over")
    assert evidence(session) == []


# two pages


def mark_of(client, code):
    return client.page(f"/bai-thi/{code}").xpath("string(//form[@id='de-thi']/@data-page)")


def test_the_page_opened_later_works_and_the_older_is_told(begun, client, session):
    code, attempt = begun()
    with time_machine.travel(attempt.started_at + timedelta(seconds=1), tick=False):
        older = mark_of(client, code)
    with time_machine.travel(attempt.started_at + timedelta(seconds=2), tick=False):
        newer = mark_of(client, code)
    assert older < newer
    assert save(client, code, 1, {"1": ["A"]}, page=older).status_code == 200
    assert save(client, code, 2, {"1": ["B"]}, page=newer).status_code == 200
    answer = save(client, code, 3, {"1": ["C"]}, page=older)
    assert answer.status_code == 409
    told = answer.get_json()
    assert (told["reason"], told["seq"], told["answers"]) == ("elsewhere", 2, {"1": ["B"]})
    assert look(session, code).answers == {"1": "B"}


def test_an_older_page_takes_over_and_the_newer_is_told(begun, client, session):
    code, attempt = begun()
    first = mark_of(client, code)
    assert save(client, code, 1, {"1": ["A"]}, page=first).status_code == 200
    taken = client.send_json(f"/bai-thi/{code}/giu", {}).get_json()
    assert taken["page"] > first
    assert (taken["seq"], taken["answers"]) == (1, {"1": ["A"]})
    assert save(client, code, 2, {"1": ["B"]}, page=first).get_json()["reason"] == "elsewhere"
    assert save(client, code, 2, {"1": ["C"]}, page=taken["page"]).status_code == 200
    assert look(session, code).answers == {"1": "C"}


def test_a_program_without_a_page_obeys_the_numbers_alone(begun, client, session):
    code, _attempt = begun()
    assert save(client, code, 1, {"1": ["A"]}, page=mark_of(client, code)).status_code == 200
    assert save(client, code, 2, {"1": ["B"]}).status_code == 200
    assert save(client, code, 3, {"1": ["C"]}, page="9" * 50).status_code == 200
    assert look(session, code).answers == {"1": "C"}


# submissions


@pytest.mark.parametrize("rest", [{"seq": 1}, {"seq": 5, "page": "0" * 21}], ids=["stale", "elsewhere"])
def test_a_submission_whose_answers_cannot_be_stored_does_not_submit(begun, client, session, rest):
    code, _attempt = begun()
    assert save(client, code, 2, {"1": ["A"]}, page=mark_of(client, code)).status_code == 200
    answer = client.send_json(f"/bai-thi/{code}/nop", {"answers": {"1": ["B"]}, **rest})
    assert answer.status_code == 409
    assert answer.get_json()["answers"] == {"1": ["A"]}
    assert look(session, code).state == "open"


def test_the_form_of_a_stale_submission_comes_back_with_its_answers(begun, client, session):
    code, _attempt = begun()
    assert save(client, code, 2, {"1": ["A"]}).status_code == 200
    page = client.send(f"/bai-thi/{code}/nop", {"q1": "B", "seq": "1"})
    assert page.status_code == 409
    assert "value=B checked" in page.get_data(as_text=True)
    assert look(session, code).state == "open"


def test_the_same_submission_twice_gives_the_same_receipt(begun, client, session):
    code, _attempt = begun()
    body = {"seq": 1, "answers": {"1": ["A"], "2": ["B"]}, "prediction": 7}
    first = client.send_json(f"/bai-thi/{code}/nop", body)
    again = client.send_json(f"/bai-thi/{code}/nop", body)
    bare = client.send_json(f"/bai-thi/{code}/nop", {})
    assert first.status_code == 200
    assert first.get_json() == again.get_json() == bare.get_json()
    kept = look(session, code)
    own = receipt_of(kept.code, kept.paper, kept.answers, kept.prediction, kept.started_at, kept.submitted_at)
    assert tidy(first.get_json()["receipt"]) == kept.receipt == own


def test_a_submission_repeated_after_its_save_arrived_alone_still_submits(begun, client, session):
    code, _attempt = begun()
    assert save(client, code, 4, {"1": ["A"]}, prediction=3).status_code == 200
    answer = client.send_json(f"/bai-thi/{code}/nop", {"seq": 4, "answers": {"1": ["A"]}, "prediction": 3})
    assert answer.status_code == 200
    assert look(session, code).state == "closed"


# who may write


def write(client, code, **headers):
    return client.post(f"/bai-thi/{code}/luu", json={"seq": 1, "answers": {"1": ["A"]}}, headers=headers)


def test_the_key_of_a_page_writes_and_nothing_else_does(begun, client, session, app, town):
    code, _attempt = begun()
    key = client.page(f"/bai-thi/{code}").xpath("string(//form[@id='de-thi']/@data-key)")
    assert write(client, code).status_code == 400
    assert write(client, code, **{"X-CSRFToken": "x" * 32}).status_code == 400
    assert write(client, "Z" * 16, **{"X-CSRFToken": key}).status_code == 400
    assert look(session, code).seq == 0
    assert write(client, code, **{"X-CSRFToken": key}).status_code == 200


def test_nobody_writes_into_the_attempt_of_another(begun, client, session, app, town):
    code, _attempt = begun()
    other = app.test_client()
    son = town.son
    town.commit()
    other.sign_in(son)
    # The process knows the paper already; the statement itself finds that it is somebody else's.
    assert save(client, code, 1, {"1": ["A"]}).status_code == 200
    assert save(other, code, 2, {"1": ["B"]}).status_code == 404
    assert other.send_json(f"/bai-thi/{code}/giu", {}).status_code == 404
    assert look(session, code).answers == {"1": "A"}


@pytest.mark.parametrize("how", ["signed out", "expired", "disabled"])
def test_whose_sign_in_ended_elsewhere_writes_nothing(begun, client, session, how):
    code, attempt = begun()
    assert save(client, code, 1, {"1": ["A"]}).status_code == 200
    past = attempt.started_at - timedelta(days=1)
    change = {
        "signed out": sa.delete(SignIn),
        "expired": sa.update(SignIn).values(expires_at=past),
        "disabled": sa.update(Person).values(disabled_at=past),
    }[how]
    session.execute(change)
    session.commit()
    answer = save(client, code, 2, {"1": ["B"]})
    assert answer.status_code == 401
    assert look(session, code).answers == {"1": "A"}


# the writer


def test_sets_that_wait_together_are_stored_together(begun, client, session, app):
    code, attempt = begun()
    token = session.scalars(select(SignIn.token_hash)).one()
    session.rollback()
    writer = SaveWriter(app.extensions["store"].direct)
    barrier, results = Barrier(12), {}

    def one(seq):
        barrier.wait()
        results[seq] = writer.save(Keep(token, code, seq, {"1": "A"}, seq, None, attempt.started_at))

    threads = [Thread(target=one, args=(seq,)) for seq in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results[12].seq == 12
    assert {kept.seq for kept in results.values() if kept} == {seq for seq, kept in results.items() if kept}
    kept = look(session, code)
    assert (kept.seq, kept.prediction) == (12, 12)
    assert results[12].due_at == kept.due_at


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_all_that_came_while_somebody_else_wrote_is_stored_at_once(begun, client, session, app, monkeypatch):
    """A start has the turn meanwhile: saves wait for it without asking SQLite, and lose no time when it ends."""
    code, attempt = begun()
    token = session.scalars(select(SignIn.token_hash)).one()
    session.rollback()
    # All three may take their time to come here; the first must not lose its patience meanwhile.
    monkeypatch.setattr("contest.direct.COURTESY_S", 60.0)
    direct = app.extensions["store"].direct
    writer, stored = SaveWriter(direct), []
    real = direct.together
    monkeypatch.setattr(direct, "together", lambda text, sets: stored.append(len(sets)) or real(text, sets))
    keeps = [Keep(token, code, seq, {"1": "A"}, 1, None, attempt.started_at) for seq in (1, 2, 3)]
    threads = [Thread(target=writer.save, args=(keep,)) for keep in keeps]
    with direct.turn():
        for thread in threads:
            thread.start()
        while len(writer._waiting) < 3:
            pass
    for thread in threads:
        thread.join()
    assert stored == [3]
    assert look(session, code).seq == 3


def test_what_the_database_refuses_is_raised_and_nothing_is_stored(begun, client, session, app):
    code, attempt = begun()
    token = session.scalars(select(SignIn.token_hash)).one()
    session.rollback()
    writer = SaveWriter(app.extensions["store"].direct)
    with pytest.raises(sa.exc.DBAPIError):
        writer.save(Keep(token, code, 1, {"1": "A"}, -1, None, attempt.started_at))
    assert look(session, code).seq == 0
    assert writer.save(Keep(token, code, 1, {"1": "A"}, 1, None, attempt.started_at)).seq == 1


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_save_outlives_a_lost_connection(begun, client, session, app):
    code, attempt = begun()
    token = session.scalars(select(SignIn.token_hash)).one()
    session.rollback()
    writer = SaveWriter(app.extensions["store"].direct)
    assert writer.save(Keep(token, code, 1, {"1": "A"}, None, None, attempt.started_at)).seq == 1
    session.execute(
        sa.text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%UPDATE attempt%'"
        )
    )
    session.rollback()
    assert writer.save(Keep(token, code, 2, {"1": "B"}, None, None, attempt.started_at)).seq == 2
