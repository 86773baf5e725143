"""Rulings from the terminal."""

import json

import pytest
from corrections import hall
from rulings import scene

from contest.rulings import actions
from contest.standings import actions as standings


@pytest.fixture
def sat(town):
    round_ = hall.a_round(town)
    codes = [scene.hand_in(town, round_, person).code for person in (town.lan, town.son)]
    town.commit()
    return codes


@pytest.fixture
def run(app):
    def invoke(*args, code=0):
        done = app.test_cli_runner().invoke(args=["rulings", *args])
        assert done.exit_code == code, done.output
        return done.output

    return invoke


def test_deciding_listing_and_taking_back(run, sat):
    why = ["--reason", "Thi hộ"]
    assert "ruling 1 (annulled): in force" in run("annul", "cuoc-thi", sat[0], *why)
    assert "ruling 1 (annulled): in force" in run("annul", "cuoc-thi", sat[0], *why)
    made = json.loads(run("disqualify", "cuoc-thi", sat[1], *why, "--json"))
    assert (made["number"], made["kind"], made["code"], made["decided_by"]) == (2, "disqualified", sat[1], "terminal")
    assert "ruling 3 (no_prize)" in run("no-prize", "cuoc-thi", sat[0], *why)
    listed = run("list", "cuoc-thi").splitlines()
    assert [line.split()[:3] for line in listed] == [
        ["3", "no_prize", sat[0]],
        ["2", "disqualified", sat[1]],
        ["1", "annulled", sat[0]],
    ]
    assert "round 1, attempt 1, in force: Thi hộ" in listed[2]
    assert "ruling 2 (disqualified): taken back" in run("undo", "cuoc-thi", "2", "--reason", "Nhầm")
    rows = json.loads(run("list", "cuoc-thi", "--in-force", "--json"))["rulings"]
    assert [row["number"] for row in rows] == [3, 1]
    rows = json.loads(run("list", "cuoc-thi", "--json"))["rulings"]
    assert [row["undo_reason"] for row in rows] == ["", "Nhầm", ""]


def test_what_cannot_be_is_said_in_a_line(run, sat, session):
    why = ["--reason", "Thi hộ"]
    assert "has no attempt KHONG" in run("annul", "cuoc-thi", "KHONG", *why, code=1)
    assert "has no ruling 7" in run("undo", "cuoc-thi", "7", *why, code=1)
    assert "Hãy ghi lý do" in run("annul", "cuoc-thi", sat[0], "--reason", " ", code=1)
    assert run("list", "cuoc-thi") == ""


def test_on_the_terminal_the_true_number_follows_at_once(run, town, session, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 0)
    contest = town.contest(criteria=["score", "prediction"], prediction_target="attempts")
    round_ = hall.a_round(town, contest, opens=-120, closes=-60)
    codes = [scene.hand_in(town, round_, person).code for person in (town.lan, town.son)]
    standings.settle_round(session, contest, round_, town.now)
    town.commit()
    run("annul", "cuoc-thi", codes[0], "--reason", "Thi hộ")
    session.expire_all()
    assert round_.prediction_actual == 1
    scene.check_equal_to_recounts(session, contest)
    session.commit()
    run("undo", "cuoc-thi", "1", "--reason", "Nhầm")
    session.expire_all()
    assert round_.prediction_actual == 2
