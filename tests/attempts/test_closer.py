"""Closing what was left open: whoever comes first, whatever fails, with the same result."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
import time_machine

from contest import clock
from contest.accounts.identity import token_hash
from contest.attempts import actions, closer, queries
from contest.attempts.closer import close_overdue
from contest.attempts.hot import Keep, keep_within
from contest.attempts.models import Attempt
from contest.attempts.receipts import receipt_of
from contest.extensions import db
from contest.participation.models import Tally
from contest.standings.models import Standing

#: What the way of closing must not change; papers, codes and receipts are each attempt's own.
RESULT = ("state", "closed_by", "elapsed_ms", "score", "max_score", "correct", "perfect", "pending", "counted", "late")


@pytest.fixture
def many(town, app, session):
    """Starts an attempt for so many people, each with the same share of right answers; returns (client, code) pairs."""

    def begin(number):
        round_ = town.round(town.contest(), count=5)
        union = town.province and town.LC_PT_1
        people = [town.person(f"Lò Thị {letter}", union=union) for letter in "ABCDEFGHIJKL"[:number]]
        town.commit()
        begun = []
        for person in people:
            client = app.test_client().sign_in(person)
            code = client.send(f"/cuoc-thi/cuoc-thi/dot/{round_.number}/bat-dau").headers["Location"].split("/")[-1]
            begun.append((client, code))
        return begun

    return begin


def rows(session, codes):
    session.rollback()
    session.expunge_all()
    found = {row.code: row for row in session.scalars(sa.select(Attempt))}
    session.expunge_all()
    session.rollback()
    return [found[code] for code in codes]


def save(client, code, seq, answers):
    return client.send_json(f"/bai-thi/{code}/luu", {"seq": seq, "answers": answers})


def after(attempt, **span):
    return time_machine.travel(attempt.late_until + timedelta(**span), tick=False)


def test_the_job_a_look_a_late_save_and_a_submission_give_equal_rows(many, app, session):
    begun = many(4)
    codes = [code for _client, code in begun]
    for client, code in begun:
        assert save(client, code, 1, {"1": ["A"], "2": ["B"]}).status_code == 200
    first = rows(session, codes)
    # One question of one option order for all: what is right must not depend on what each of them drew.
    for attempt in first:
        session.execute(
            sa.update(Attempt)
            .where(Attempt.id == attempt.id)
            .values(paper=first[0].paper, started_at=first[0].started_at, due_at=first[0].due_at)
            .values(taken_until=first[0].due_at, late_until=first[0].due_at)
        )
    session.commit()
    with after(first[0], seconds=10):
        ways = iter(begun)
        client, code = next(ways)
        client.get(f"/bai-thi/{code}")
        client, code = next(ways)
        assert save(client, code, 2, {"1": ["C"], "2": ["C"]}).status_code == 409
        client, code = next(ways)
        client.send_json(f"/bai-thi/{code}/nop", {"seq": 2, "answers": {"1": ["C"], "2": ["C"]}})
        with app.app_context():
            assert close_overdue() == (1, 0)
    ended = rows(session, codes)
    results = [[getattr(attempt, name) for name in RESULT] + [attempt.answers, attempt.marks] for attempt in ended]
    assert results == [results[0]] * 4
    assert ended[0].closed_by == "time"
    assert {attempt.submitted_at for attempt in ended} == {first[0].due_at}
    for attempt in ended:
        received = (attempt.code, attempt.paper, attempt.answers, attempt.prediction)
        assert attempt.receipt == receipt_of(*received, attempt.started_at, attempt.submitted_at)
    standings = session.execute(sa.select(Standing.score, Standing.elapsed_ms, Standing.attempts, Standing.perfect))
    assert len(set(standings.all())) == 1


@pytest.fixture
def broken(monkeypatch):
    """Attempts that cannot be closed."""
    ids = set()
    close = actions.close_if_over

    def sometimes(session, memo, attempt_id, now):
        if attempt_id in ids:
            raise RuntimeError("broken")
        return close(session, memo, attempt_id, now)

    monkeypatch.setattr(actions, "close_if_over", sometimes)
    return ids


def test_those_that_cannot_be_closed_do_not_starve_the_others(many, app, session, broken, monkeypatch):
    monkeypatch.setattr(closer, "BATCH", 2)
    monkeypatch.setattr(closer, "TOGETHER", 2)
    codes = [code for _client, code in many(6)]
    attempts = rows(session, codes)
    broken |= {attempt.id for attempt in attempts[:4]}
    with after(attempts[-1], minutes=1), app.app_context():
        assert close_overdue() == (2, 4)
        # They are left alone for a while, and tried again after it.
        assert close_overdue() == (0, 0)
        broken.clear()
        ticks = clock.steady()
        monkeypatch.setattr(clock, "steady", lambda: ticks + closer.FIRST_REST)
        assert close_overdue() == (4, 0)
    assert {attempt.state for attempt in rows(session, codes)} == {"closed"}


def test_one_that_fails_again_rests_longer(many, app, session, broken, monkeypatch):
    (_client, code), *_ = many(1)
    (attempt,) = rows(session, [code])
    broken.add(attempt.id)
    ticks = 0.0
    monkeypatch.setattr(clock, "steady", lambda: ticks)
    tried = []
    with after(attempt, minutes=1), app.app_context():
        for _ in range(200):
            if close_overdue()[1]:
                tried.append(ticks)
            ticks += closer.FIRST_REST
    rests = [later - earlier for earlier, later in zip(tried, tried[1:], strict=False)]
    assert rests[:7] == [5, 10, 20, 40, 80, 160, 300]


def test_when_nothing_can_be_closed_the_rest_waits_for_the_next_time(many, app, session, broken, monkeypatch):
    monkeypatch.setattr(closer, "TOO_MANY", 3)
    monkeypatch.setattr(closer, "TOGETHER", 1)
    codes = [code for _client, code in many(5)]
    attempts = rows(session, codes)
    broken |= {attempt.id for attempt in attempts}
    with after(attempts[-1], minutes=1), app.app_context():
        assert close_overdue() == (0, 3)
        broken.clear()
        assert close_overdue() == (2, 0)


def test_an_extension_that_came_first_keeps_it_open(many, app, session, monkeypatch):
    ((_client, code),) = many(1)
    (attempt,) = rows(session, [code])
    monkeypatch.setattr(queries, "overdue", lambda *_asked: [(attempt.late_until, attempt.id)])
    with app.app_context():
        assert close_overdue() == (0, 0)
    assert rows(session, [code])[0].state == "open"


def test_two_processes_and_the_people_themselves_at_once_close_each_attempt_once(many, app, session):
    begun = many(8)
    codes = [code for _client, code in begun]
    attempts = rows(session, codes)
    session.execute(sa.update(Attempt).values(late_until=attempts[0].due_at, due_at=attempts[0].due_at))
    session.commit()
    barrier = Barrier(4)

    def job():
        with app.app_context():
            barrier.wait()
            return close_overdue()

    def looks():
        barrier.wait()
        return [client.get(f"/bai-thi/{code}").status_code for client, code in begun]

    with after(attempts[0], minutes=1), ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(job) for _ in range(3)]
        seen = threads.submit(looks).result()
        done = [one.result() for one in jobs]
    assert set(seen) == {303}
    assert {failed for _closed, failed in done} == {0}
    assert sum(closed for closed, _failed in done) <= len(codes)
    assert {attempt.state for attempt in rows(session, codes)} == {"closed"}
    assert set(session.scalars(sa.select(Tally.attempts))) == {len(codes)}


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_save_that_is_being_stored_is_marked_too(many, app, session):
    """On SQLite there is one writer at a time anyway."""
    ((client, code),) = many(1)
    (attempt,) = rows(session, [code])
    with client.session_transaction() as cookie:
        token = token_hash(cookie["_user_id"])
    keep = Keep(token, code, 1, {"1": "D"}, None, None, attempt.started_at)

    def end():
        with app.app_context(), db.begin() as other:
            actions.close_if_over(other, db.memo, attempt.id, attempt.late_until)

    with app.app_context(), db.begin() as saving:
        assert keep_within(saving, keep)
        ending = Thread(target=end)
        ending.start()
        waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        while not session.scalar(waiting):
            session.rollback()
    ending.join()
    (ended,) = rows(session, [code])
    received = (ended.code, ended.paper, {"1": "D"}, None, ended.started_at, ended.submitted_at)
    assert (ended.state, ended.answers) == ("closed", {"1": "D"})
    assert ended.receipt == receipt_of(*received)


def test_the_command_says_how_many(many, app, session):
    codes = [code for _client, code in many(3)]
    with after(rows(session, codes)[-1], minutes=1):
        said = app.test_cli_runner().invoke(args=["attempt", "close-overdue"])
        assert (said.exit_code, said.stdout.strip()) == (0, "closed 3")
        assert app.test_cli_runner().invoke(args=["attempt", "close-overdue"]).stdout.strip() == "closed 0"
