"""Measuring a whole attempt: every step is taken, some also in the usual way, and the aims are judged."""

import pytest

from bench import aims, attempt, first_view, latency
from bench.client import Client
from bench.databases import Files
from bench.measure import measure, turns
from bench.size import Size

ROUNDS, REQUESTS = 1, 4


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    from contextlib import ExitStack

    folder = tmp_path_factory.mktemp("bench")
    size = Size(20, turns(ROUNDS, REQUESTS) + 60, 10, turns(ROUNDS, REQUESTS) + 5)
    with ExitStack() as stack:
        yield attempt.site_of(Files(folder), size, folder, stack)


@pytest.fixture(scope="module")
def client():
    started = Client()
    yield started
    started.stop()


def test_a_whole_attempt_is_measured_and_judged(site, client, tmp_path):
    samples = measure(client, [site], ROUNDS, REQUESTS, None, lambda _text: None, attempt.STEPS)
    found = attempt.figures(Files(tmp_path), samples)
    late = attempt.begin(client, site, site.visitors[-5:-1])
    found["first_view"] = first_view.measured(client, site, late[:2])
    found["mix"] = latency.measured(client, site, late, 1, 0.1)
    found["saves"] = {"rate_ratio": [5.0, 4.0, 6.0], "p99_ratio": [0.01, 0.01, 0.02]}
    found["aims"] = aims.judged(found)
    steps = found["steps"]
    assert set(attempt.WHOLE) < set(steps)
    assert found["attempt_us"][0] == pytest.approx(
        sum(times * steps[key]["server_us"] for key, times in attempt.WHOLE.items())
    )
    assert steps["save"]["rate_to"]["bare_commit"][0] == pytest.approx(
        steps["save"]["requests_per_s"] / steps["bare_commit"]["requests_per_s"]
    )
    assert [row["aim"] for row in found["aims"]] == [*("A", "A′", "B", "B′", "C", "C′"), *"DDNNN", "G", "M", "M"]
    assert attempt.tables(found).count("reached") == len(found["aims"])


def test_both_ways_store_what_they_are_sent(site, client):
    from sqlalchemy import select

    from contest.attempts.models import Attempt
    from contest.db import Store

    (visitor,) = attempt.begin(client, site, site.visitors[-1:])
    store = Store(f"sqlite:///{site.server.log.parent / 'attempt_20.db'}")
    for make in (lambda: visitor.save(f"/bai-thi/{visitor.code}/luu"), lambda: attempt._usual_save(site, visitor)):
        visitor.seq += 10
        answer = client.send(site.server.port, [make()], 1).answers[0]
        assert answer.status == 200 and not answer.marks
        with store.session(readonly=True) as session:
            kept = session.scalars(select(Attempt).where(Attempt.code == visitor.code)).one()
            assert (kept.seq, len(kept.answers)) == (visitor.seq, min(20, visitor.seq))
    store.engine.dispose()


def test_an_aim_is_reached_at_its_bound_and_not_below_it():
    at_least, at_most = aims.AIMS[0], aims.AIMS[2]
    for figure, met in ((0.75, True), (0.74, False)):
        found = {"database": "SQLite", "steps": {"save": {"rate_to": {"bare_commit": [figure] * 3}}}}
        assert at_least.judged(found)["met"] is met
    for figure, met in ((2.0, True), (2.01, False)):
        found = {"database": "SQLite", "steps": {"save": {"cpu_to": {"bare_empty": [figure] * 3}}}}
        assert at_most.judged(found)["met"] is met
