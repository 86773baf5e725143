"""Long work: run once, whoever looks for it; heard while it runs; taken up anew when it falls silent."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from contest import clock
from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.jobs import actions, runner
from contest.jobs.models import Job
from contest.jobs.rules import GIVEN_UP, SILENT, JobRefused, JobState
from questions.messages import message


@pytest.fixture
def works(monkeypatch):
    """Registers work for one test."""
    monkeypatch.setattr(actions, "WORKS", {})

    def add(work, kind="count"):
        actions.register(kind, work, "Đếm câu hỏi")

    return add


@pytest.fixture
def ask(session):
    def queued(kind="count", person=None, **arguments):
        job = actions.queue(session, kind, arguments, person and person.id, clock.now())
        session.commit()
        return job.code

    return queued


@pytest.fixture
def seen(app):
    """A job as it is now."""

    def look(code):
        with app.extensions["store"].session(readonly=True) as session:
            return session.scalars(select(Job).where(Job.code == code)).one()

    return look


@pytest.fixture
def change(session):
    def do(code, **values):
        session.execute(update(Job).where(Job.code == code).values(**values))
        session.commit()

    return do


def run(app):
    with app.app_context():
        return runner.run_waiting()


def test_work_runs_once_with_its_arguments_and_keeps_its_result(app, works, ask, seen):
    calls = []

    def count(order):
        calls.append((dict(order.arguments), order.person_id))
        order.progress(3, 3)
        return {"url": "/ket-qua", "found": 3}

    works(count)
    code = ask(bank="b")
    assert seen(code).state == JobState.WAITING
    assert run(app) == 1
    assert run(app) == 0
    assert calls == [({"bank": "b"}, None)]
    job = seen(code)
    assert (job.state, job.result) == (JobState.DONE, {"url": "/ket-qua", "found": 3})
    assert job.ended_at is not None


def test_jobs_run_in_the_order_they_were_asked_for(app, works, ask):
    order = []
    works(lambda it: order.append(it.arguments["n"]) or {})
    for n in range(3):
        ask(n=n)
    assert run(app) == 3
    assert order == [0, 1, 2]


def test_an_unknown_kind_cannot_be_asked_for(works, ask):
    with pytest.raises(KeyError):
        ask("nothing")


def test_a_refusal_keeps_its_reasons_for_people(app, works, ask, seen):
    def refuse(_order):
        raise JobRefused(message("Có %(n)s câu thiếu đáp án.", n=2))

    works(refuse)
    code = ask()
    run(app)
    job = seen(code)
    assert job.state == JobState.FAILED
    assert job.result == {"reasons": [{"text": "Có %(n)s câu thiếu đáp án.", "params": {"n": 2}}]}


def test_an_error_fails_the_job_and_not_the_runner(app, works, ask, seen, caplog):
    works(lambda _order: 1 / 0)
    code = ask()
    assert run(app) == 1
    assert seen(code).state == JobState.FAILED
    assert "lỗi của hệ thống" in seen(code).result["reasons"][0]["text"]
    assert "ZeroDivisionError" in caplog.text


def test_a_job_that_does_not_get_the_database_is_tried_again(app, works, ask, seen, monkeypatch):
    monkeypatch.setattr(runner, "BEAT", 0.01)
    turns = []

    def work(_order):
        turns.append(1)
        if len(turns) < 3:
            raise OperationalError("x", None, Exception("locked"))
        return {}

    works(work)
    code = ask()
    run(app)
    assert (len(turns), seen(code).state) == (3, JobState.DONE)


def test_only_one_of_two_nodes_takes_a_job(app, works, ask, session, seen):
    works(lambda _order: {})
    code = ask()
    both = seen(code), seen(code)
    now = clock.now()
    assert actions.claim(session, both[0], now)
    session.commit()
    assert not actions.claim(session, both[1], now + timedelta(seconds=1))


def test_a_silent_job_is_taken_up_anew_and_a_live_one_is_not(app, works, ask, seen, change):
    works(lambda _order: {})
    code = ask()
    change(code, state=JobState.RUNNING, beat_at=clock.now() - SILENT / 4)
    assert run(app) == 0
    change(code, beat_at=clock.now() - SILENT * 2)
    assert run(app) == 1
    assert seen(code).state == JobState.DONE


def test_a_job_that_never_ends_is_given_up(app, works, ask, seen, change):
    ran = []
    works(lambda _order: ran.append(1) or {})
    code = ask()
    old = clock.now() - GIVEN_UP * 2
    change(code, state=JobState.RUNNING, beat_at=old, created_at=old)
    run(app)
    assert (seen(code).state, ran) == (JobState.FAILED, [])


def test_work_is_heard_while_it_runs(app, works, ask, seen, monkeypatch):
    monkeypatch.setattr(runner.Heart.__init__, "__defaults__", (0.01,))
    states = []

    def work(order):
        order.progress(2, 5)
        for _ in range(6000):
            job = seen(code)
            if job.done == 2:
                break
            clock_tick.wait(0.01)
        states.append((job.state, job.done, job.total))
        return {}

    clock_tick = runner.threading.Event()
    works(work)
    code = ask()
    run(app)
    assert states == [(JobState.RUNNING, 2, 5)]


def test_work_that_was_taken_over_stops_and_changes_nothing(app, works, ask, seen, change, monkeypatch):
    monkeypatch.setattr(runner.Heart.__init__, "__defaults__", (0.01,))
    other = clock.now() + timedelta(seconds=5)

    def work(order):
        change(code, beat_at=other)
        for n in range(6000):
            order.progress(n, 6000)
            tick.wait(0.01)
        return {"url": "/khong-toi-day"}

    tick = runner.threading.Event()
    works(work)
    code = ask()
    assert run_one(app)
    job = seen(code)
    assert (job.state, job.result, job.beat_at) == (JobState.RUNNING, {}, other)


def run_one(app):
    with app.app_context():
        return runner.run_next()


def test_old_jobs_are_forgotten(app, works, ask, seen, change, session):
    works(lambda _order: {})
    code = ask()
    run(app)
    change(code, ended_at=clock.now() - timedelta(days=40))
    new = ask()
    assert session.scalars(select(Job.code)).all() == [new]


@pytest.fixture
def organizers(town):
    people = [town.person(name, union=town.province) for name in ("Lê Văn Tổ", "Mùa A Chức")]
    for person in people:
        grant_role(town.session, TERMINAL, person, Role.ORGANIZER, town.province.id, town.now)
    town.commit()
    return people


def test_the_page_shows_a_bar_and_then_the_result(app, client, works, ask, organizers, change):
    works(lambda _order: {"url": "/to-chuc", "message": actions.packed([message("Đã đếm %(n)s câu.", n=7)])[0]})
    code = ask(person=organizers[0])
    client.sign_in(organizers[0])
    waiting = client.get(f"/viec/{code}").text
    assert "Đếm câu hỏi" in waiting
    assert "<progress" in waiting
    assert 'http-equiv="refresh"' in waiting
    change(code, done=3, total=7)
    assert "3 trên 7" in client.get(f"/viec/{code}").text
    run(app)
    done = client.get(f"/viec/{code}").text
    assert "Đã đếm 7 câu." in done
    assert 'href="/to-chuc"' in done
    assert "<progress" not in done
    assert 'http-equiv="refresh"' not in done


def test_the_page_gives_data(app, client, works, ask, organizers):
    works(lambda _order: {"url": "/to-chuc", "n": 2})
    code = ask(person=organizers[0])
    run(app)
    client.sign_in(organizers[0])
    data = client.get(f"/viec/{code}", headers={"Accept": "application/json"}).json
    assert data == {
        "code": code,
        "kind": "count",
        "state": "done",
        "done": 0,
        "total": 0,
        "reasons": [],
        "result": {"url": "/to-chuc", "n": 2},
    }


def test_a_failed_job_says_why(app, client, works, ask, organizers):
    def refuse(_order):
        raise JobRefused(message("Có %(n)s câu thiếu đáp án.", n=2))

    works(refuse)
    code = ask(person=organizers[0])
    run(app)
    client.sign_in(organizers[0])
    assert "Có 2 câu thiếu đáp án." in client.get(f"/viec/{code}").text


def test_only_who_asked_and_administrators_see_it(client, works, ask, organizers, town):
    works(lambda _order: {})
    code = ask(person=organizers[0])
    client.sign_in(organizers[1])
    client.page(f"/viec/{code}", status=404)
    admin = town.admin
    town.commit()
    client.sign_in(admin)
    assert "Đếm câu hỏi" in client.get(f"/viec/{code}").text
