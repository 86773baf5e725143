"""Decisions from the terminal."""

import json

import pytest
from corrections import hall
from corrections.hall import POINTS

WHERE = ["cuoc-thi", "--round", "1"]
WHAT = ["--question", "kho/mot", "--kind", "key", "--keys", "B"]


@pytest.fixture
def sat(town, session):
    """Lan with the old key, Hùng with the new one."""
    round_ = hall.a_round(town)
    found = [hall.hand_in(town, round_, person, {"mot": [n]}) for n, person in enumerate((town.lan, town.hung))]
    town.commit()
    return found


@pytest.fixture
def run(app):
    def invoke(*args, code=0):
        done = app.test_cli_runner().invoke(args=["corrections", *args])
        assert done.exit_code == code, done.output
        return done.output

    return invoke


def scores(session, sat):
    session.expire_all()
    found = [attempt.score for attempt in sat]
    session.commit()
    return found


def test_propose_apply_undo_and_list(run, session, sat):
    told = json.loads(run("propose", *WHERE, *WHAT, "--json"))
    assert (told["scores_changed"], told["up"], told["down"], len(told["rows"])) == (2, 1, 1, 2)
    assert "scores_changed     2" in run("propose", *WHERE, *WHAT)
    assert scores(session, sat) == [POINTS, 0]
    done = json.loads(run("apply", *WHERE, *WHAT, "--reason", "In sai", "--seen", told["seen"], "--json"))
    assert (done["number"], done["scores"], done["up"], done["recount"]) == (1, 2, 1, "done")
    assert scores(session, sat) == [0, POINTS]
    assert "decision 1 (key B): 2 scores changed" in run("apply", *WHERE, *WHAT, "--reason", "In sai")
    assert "in force: In sai" in run("list", *WHERE)
    assert "2 scores changed, 1 up, 1 down" in run("undo", *WHERE, "--decision", "1", "--reason", "Thôi")
    assert scores(session, sat) == [POINTS, 0]
    rows = json.loads(run("list", *WHERE, "--json"))["decisions"]
    assert [(row["kind"], row["keys"], row["undo_reason"]) for row in rows] == [("key", [1], "Thôi")]


def test_what_cannot_be_is_said_in_a_line(run, session, sat):
    assert "The round has changed" in run("apply", *WHERE, *WHAT, "--reason", "In sai", "--seen", "x", code=1)
    assert "Hãy ghi lý do" in run("apply", *WHERE, *WHAT, "--reason", " ", code=1)
    assert "đang được áp dụng rồi" in run("propose", *WHERE, *WHAT[:-1], "A", code=1)
    assert "has no question" in run("propose", *WHERE, "--question", "kho/khac", "--kind", "drop", code=1)
    assert "has no decision 4" in run("undo", *WHERE, "--decision", "4", "--reason", "Thôi", code=1)
    assert "Nothing is left" in run("resume", *WHERE, code=1)
    assert scores(session, sat) == [POINTS, 0]


def test_a_recount_that_was_cut_off_is_taken_up(run, session, sat):
    hall.decided(session, sat[0].round, hall.proposal(session, "mot", "drop"))
    session.commit()
    assert "2 scores changed" in run("resume", *WHERE)
    assert scores(session, sat) == [0, 0]
