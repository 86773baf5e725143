"""Results from the terminal."""

import json

import pytest
from prizes import podium
from sqlalchemy import select

from contest.accounts.rules import TERMINAL
from contest.rounds.models import Entry
from contest.rulings import actions as rulings
from contest.rulings.rules import RulingKind


@pytest.fixture
def contest(town):
    made = podium.contest_of(town, lines=(("Giải Nhất", 1),))
    podium.people(town, made, 3, 9, 7)
    town.commit()
    return made


@pytest.fixture
def run(app):
    def go(*arguments, ok=True):
        result = app.test_cli_runner().invoke(args=["results", *arguments])
        assert (result.exit_code == 0) is ok, result.output
        return result.output

    return go


def test_from_the_first_step_to_a_correction(session, town, contest, run):
    assert "recount   due" in run("status", "cuoc-thi", "--round", "1")
    assert json.loads(run("check", "cuoc-thi", "--round", "1", "--json"))["wrong"] == 0
    assert "Version 1 of round 1: 3 places" in run("publish", "cuoc-thi", "--round", "1", "--places", "2")
    assert json.loads(run("publish", "cuoc-thi", "--round", "1", "--json"))["shown"]["places"] == 2
    assert "Not being corrected" in run("correct", "cuoc-thi", "--round", "1")
    run("correct", "cuoc-thi", "--round", "1", "--begin", "Thi hộ")
    entry = session.scalars(select(Entry).order_by(Entry.id)).all()[0]
    rulings.decide(session, {}, TERMINAL, contest, RulingKind.DISQUALIFIED, entry, None, "Thi hộ", town.now)
    town.commit()
    assert f"entry {entry.id}: hạng 3, 3 điểm" in run("correct", "cuoc-thi", "--round", "1")
    assert json.loads(run("correct", "cuoc-thi", "--round", "1", "--json"))["people"] == 1
    assert "Đã có thay đổi" in run("correct", "cuoc-thi", "--round", "1", "--cancel", ok=False)
    assert "Version 2" in run("correct", "cuoc-thi", "--round", "1", "--publish")
    versions = json.loads(run("versions", "cuoc-thi", "--round", "1", "--json"))["versions"]
    assert [(row["version"], row["reason"]) for row in versions] == [(2, "Thi hộ"), (1, "")]
    assert "Thi hộ" in run("versions", "cuoc-thi", "--round", "1")
    run("correct", "cuoc-thi", "--round", "1", "--begin", "Nhầm")
    assert "1 corrections called off" in run("correct", "cuoc-thi", "--round", "1", "--cancel")


def test_refusals_are_said(contest, run):
    assert "has no round 7" in run("status", "cuoc-thi", "--round", "7", ok=False)
    assert "There is no contest" in run("versions", "khong-co", ok=False)
    assert "chưa cần đính chính" in run("correct", "cuoc-thi", "--round", "1", "--begin", "Sửa", ok=False)
    assert "Give one of" in run("correct", "cuoc-thi", "--begin", "Sửa", "--cancel", ok=False)
    assert "chưa công bố" in run("publish", "cuoc-thi", ok=False)
