"""Figures follow keys that are corrected late and marks that people give, over questions of every kind."""

from datetime import timedelta

import pytest
from corrections import hall

from contest.attempts.models import HandMark
from contest.statistics import queries, work

POINTS = hall.POINTS
RIGHT = {"mot": [0], "nhieu": [0, 1], "y": [0], "so": "1929", "ngan": "nguyen duc canh", "luan": "Bài của tôi"}
OTHER = {"mot": [1], "nhieu": [0, 2], "y": [1, 2], "so": "1930", "ngan": "anh canh"}


@pytest.fixture
def round_(town):
    """Lan knows everything, Hùng something else, Sơn says nothing; Lan's essay waits for its marks."""
    round_ = hall.a_round(town)
    for person, answers in ((town.lan, RIGHT), (town.hung, OTHER), (town.son, {})):
        hall.hand_in(town, round_, person, answers)
    town.commit()
    return round_


def figures(app, session, round_, compute=True):
    # The test's own session must not hold the one writer of SQLite meanwhile.
    round_id = round_.id
    session.commit()
    if compute:
        with app.app_context():
            work.compute(round_id, lambda _done, _total: None)
    found = {m.question.code: m.figures for m in queries.questions_of_round(session, round_id)}
    session.commit()
    return found


def test_every_kind_is_measured(town, round_, app):
    found = figures(app, town.session, round_)
    third = pytest.approx(100 / 3)
    assert {code: one["facility"] for code, one in found.items() if code != "luan"} == dict.fromkeys(
        ("mot", "nhieu", "y", "so", "ngan"), third
    )
    assert {code: one["blank"] for code, one in found.items()} == dict.fromkeys(found, 1) | {"luan": 2}
    assert [row["count"] for row in found["mot"]["options"]] == [1, 1, 0, 1]
    assert [row["count"] for row in found["nhieu"]["options"]] == [2, 1, 1, 1]
    assert [row["count"] for row in found["y"]["options"]] == [1, 1, 1, 1]
    assert sorted(found["so"]["typed"]) == [["1929", 1], ["1930", 1]]
    assert sorted(found["ngan"]["typed"]) == [["anh canh", 1], ["nguyen duc canh", 1]]
    # One essay waits for its marks; the two that nobody wrote are worth nothing.
    assert (found["luan"]["attempts"], found["luan"]["facility"]) == (2, 0)
    assert "typed" not in found["luan"]


def test_a_decision_changes_the_figures_and_makes_them_due_when_it_is_applied(town, round_, app, monkeypatch):
    session = town.session
    figures(app, session, round_)
    monkeypatch.setattr(work.clock, "now", lambda: town.now + timedelta(days=20))
    with app.app_context():
        assert work.compute_due(lambda: None) == []
    hall.applied(app, session, round_, hall.proposal(session, "mot", "key", keys=[1]))
    session.commit()
    with app.app_context():
        assert work.compute_due(lambda: None) == []
        monkeypatch.setattr(work.clock, "now", lambda: town.now + timedelta(days=20, minutes=5))
        assert len(work.compute_due(lambda: None)) == 1
    found = figures(app, session, round_, compute=False)
    assert found["mot"]["facility"] == pytest.approx(100 / 3)
    assert found["mot"]["discrimination_index"] < 0


def test_a_dropped_question_is_measured_no_more(town, round_, app):
    session = town.session
    hall.applied(app, session, round_, hall.proposal(session, "nhieu", "drop"))
    session.commit()
    found = figures(app, session, round_)
    assert found["nhieu"]["dropped"] and found["nhieu"]["facility"] is None


def test_marks_given_by_hand_make_figures_due(town, round_, app, monkeypatch):
    session = town.session
    figures(app, session, round_)
    later = town.now + timedelta(minutes=10)
    monkeypatch.setattr(work.clock, "now", lambda: later)
    attempt = queries.closed_batch(session, round_.id, None, 1)[0]
    session.add(HandMark(attempt_id=attempt.id, place=1, points=2, marked_at=later, marked_by="test"))
    session.commit()
    with app.app_context():
        assert work.compute_due(lambda: None) == [round_.id]
        assert work.compute_due(lambda: None) == []
