"""Contests and rounds from the terminal: what is done, what is refused, what is printed."""

import json
from datetime import timedelta

import pytest

from contest.clock import VIETNAM
from contest.rounds import queries
from contest.rounds.settings import ContestState

FILE = """
slug: hoi-thi
title: Hội thi
union: LC
contact: 0213 3876 543
rounds:
  - opens: {days: 1, time: "08:00"}
    closes: {days: 2, time: "08:00"}
    questions: [{bank: bank, count: 5}]
"""


@pytest.fixture
def flask(app):
    """Runs a command as ``flask --app wsgi ...`` does."""
    runner = app.test_cli_runner()
    return lambda *arguments, **more: runner.invoke(args=list(arguments), **more)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "thi.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.fixture
def running(town):
    """A public contest with a round that is open."""
    town.round(town.contest("dang-thi"), 1, opens=-60, closes=60, grace_s=0)
    town.commit()
    return "dang-thi"


def stored(session, slug):
    session.expire_all()
    return queries.contest_by_slug(session, slug)


@pytest.mark.parametrize(
    "command",
    [
        ("contest",),
        ("round",),
        *(("contest", name) for name in ("create", "list", "show", "export", "check", "publish", "copy", "delete")),
        *(("round", name) for name in ("list", "open", "extend", "close", "publish")),
    ],
)
def test_each_command_explains_itself(flask, command):
    done = flask(*command, "--help")
    assert done.exit_code == 0
    assert "Usage:" in done.output


def test_create_from_a_file(flask, session, town, file):
    town.bank()
    town.commit()
    done = flask("contest", "create", str(file), "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert (data["created"], data["slug"], data["faults"]) == (True, "hoi-thi", [])
    assert {check["level"] for check in data["checks"]} == {"warning"}
    contest = stored(session, "hoi-thi")
    assert contest.state == ContestState.DRAFT
    assert contest.rounds[0].opens_at.astimezone(VIETNAM).strftime("%H:%M") == "08:00"


def test_a_dry_run_stores_nothing(flask, session, town, file):
    town.bank()
    town.commit()
    done = flask("contest", "create", str(file), "--dry-run", "--json")
    assert (done.exit_code, json.loads(done.stdout)["created"]) == (0, False)
    assert stored(session, "hoi-thi") is None


def test_a_file_may_ask_to_be_published(flask, session, town, file):
    town.bank()
    town.commit()
    file.write_text(FILE + "publish: true\n", encoding="utf-8")
    assert flask("contest", "create", str(file)).exit_code == 0
    assert stored(session, "hoi-thi").state == ContestState.PUBLISHED


def test_a_bank_too_small_keeps_a_file_from_being_published_and_nothing_is_half_done(flask, session, town, file):
    town.bank(size=4)
    town.commit()
    file.write_text(FILE + "publish: true\n", encoding="utf-8")
    done = flask("contest", "create", str(file))
    assert done.exit_code == 1
    assert "cần 5 câu hỏi" in done.stderr
    assert stored(session, "hoi-thi") is None


def test_faults_of_a_file_are_listed_with_their_places(flask, session, file):
    file.write_text(FILE.replace("title", "titel").replace("count: 5", "count: x"), encoding="utf-8")
    done = flask("contest", "create", str(file), "--json")
    assert done.exit_code == 1
    faults = json.loads(done.stdout)["faults"]
    assert {fault["path"] for fault in faults} == {"title", "titel", "rounds[0].questions[0].count"}
    plain = flask("contest", "create", str(file))
    assert plain.exit_code == 1
    assert "titel: Không có mục “titel”. Có phải là “title”?" in plain.stderr
    assert plain.stdout == ""


def test_what_a_file_names_must_exist(flask, session, town, file):
    assert town.province.code == "LC"
    town.commit()
    done = flask("contest", "create", str(file), "--json")
    assert done.exit_code == 1
    assert [fault["path"] for fault in json.loads(done.stdout)["faults"]] == ["rounds[0].questions[0].bank"]


def test_a_taken_address_is_refused(flask, town, file):
    town.bank()
    town.commit()
    flask("contest", "create", str(file))
    done = flask("contest", "create", str(file))
    assert done.exit_code == 1
    assert "Đã có cuộc thi ở địa chỉ “hoi-thi”" in done.stderr


def test_lists(flask, running):
    assert [row["slug"] for row in json.loads(flask("contest", "list", "--json").stdout)] == ["dang-thi"]
    assert "dang-thi" in flask("contest", "list").stdout
    (row,) = json.loads(flask("round", "list", running, "--json").stdout)
    assert (row["number"], row["state"], row["attempts"], row["minutes"]) == (1, "open", 2, 20)
    assert row["opens_at"].endswith("+07:00")
    assert "open" in flask("round", "list", running).stdout
    assert json.loads(flask("contest", "show", running, "--json").stdout)["state"] == "published"


def test_what_is_exported_can_be_created_again(flask, session, running, tmp_path):
    path = tmp_path / "lai.yaml"
    assert flask("contest", "export", running, "-o", str(path)).exit_code == 0
    assert flask("contest", "show", running).stdout.startswith("slug: dang-thi")
    path.write_text(path.read_text(encoding="utf-8").replace("dang-thi\n", "ban-sao\n", 1), encoding="utf-8")
    assert flask("contest", "create", str(path)).exit_code == 0, flask("contest", "create", str(path)).output
    assert stored(session, "ban-sao").rounds[0].blueprint[0].count == 5


def test_check_ends_with_one_when_there_are_errors(flask, town, running):
    assert flask("contest", "check", running).exit_code == 0
    town.contest("trong", published=False)
    town.commit()
    done = flask("contest", "check", "trong", "--json")
    assert done.exit_code == 1
    assert [line["where"] for line in json.loads(done.stdout) if line["level"] == "error"] == ["rounds"]


def test_publish_and_unpublish(flask, session, town):
    town.round(town.contest("nhap", published=False), 1, opens=60, closes=120)
    town.contest("trong", published=False)
    town.commit()
    assert flask("contest", "publish", "nhap").exit_code == 0
    assert stored(session, "nhap").state == ContestState.PUBLISHED
    session.rollback()
    assert flask("contest", "unpublish", "nhap").exit_code == 0
    assert stored(session, "nhap").state == ContestState.DRAFT
    session.rollback()
    done = flask("contest", "publish", "trong")
    assert done.exit_code == 1
    assert "chưa có đợt thi" in done.stderr


def test_copy_and_delete(flask, session, running):
    assert flask("contest", "copy", running, "Ban Sao", "--opens", "2030-01-07 08:00").exit_code == 1
    assert flask("contest", "copy", running, "ban-sao", "--opens", "mai").exit_code == 2
    assert flask("contest", "copy", running, "ban-sao", "--opens", "2030-01-07 08:00").exit_code == 0
    copied = stored(session, "ban-sao").rounds[0]
    assert copied.opens_at.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M") == "2030-01-07 08:00"
    session.rollback()
    assert flask("contest", "delete", "ban-sao", input="n\n").exit_code == 1
    assert flask("contest", "delete", "ban-sao", "--yes").exit_code == 0
    assert stored(session, "ban-sao") is None
    session.rollback()
    done = flask("contest", "delete", running, "--yes")
    assert done.exit_code == 1
    assert "bản nháp" in done.stderr


def test_extend_close_and_publish_a_round(flask, session, town, running):
    later = (town.now + timedelta(days=3)).astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M")
    assert flask("round", "publish", running, "1").exit_code == 1
    assert flask("round", "extend", running, "1", "2000-01-01 00:00").exit_code == 1
    assert flask("round", "extend", running, "1", later).exit_code == 0
    assert stored(session, running).rounds[0].closes_at > town.now + timedelta(days=2)
    session.rollback()
    assert flask("round", "close", running, "1").exit_code == 0
    assert flask("round", "close", running, "1").exit_code == 1
    assert flask("round", "publish", running, "1").exit_code == 0
    assert stored(session, running).rounds[0].published_at


def test_open_a_round_now(flask, session, town):
    town.round(town.contest(), 1, opens=60, closes=120)
    town.commit()
    assert flask("round", "open", "cuoc-thi", "1").exit_code == 0
    row = stored(session, "cuoc-thi").rounds[0]
    assert row.opens_at < town.now + timedelta(minutes=30)


@pytest.mark.parametrize("command", [("contest", "show", "khong-co"), ("round", "close", "dang-thi", "9")])
def test_unknown_names_are_told_in_one_line(flask, running, command):
    done = flask(*command)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert len(done.stderr.strip().splitlines()) == 1
