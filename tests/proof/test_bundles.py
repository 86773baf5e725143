"""Bundles: who may have them, what stands in them and what never does, made beside the requests and again."""

import ast
import hashlib
import json
import subprocess
import sys
from datetime import timedelta

import pytest
from proof import fair
from sqlalchemy import func, select

from contest import clock
from contest.accounts.actions import grant_role
from contest.accounts.models import Person
from contest.accounts.rules import TERMINAL, Role
from contest.attempts.models import Attempt
from contest.jobs.models import Job
from contest.jobs.rules import JobRefused
from contest.jobs.runner import run_waiting
from contest.proof import bundle_parts, bundle_work
from contest.proof.models import Bundle, BundlePart
from contest.publishing import actions as publishing
from contest.rounds.actions import frozen_pool
from contest.rounds.models import Contest, RoundPool
from contest.rounds.settings import ContestState
from questions.models import QuestionBank

PAGE = "/cuoc-thi/cuoc-thi/minh-chung/goi"
DESK = "/to-chuc/cuoc-thi/cuoc-thi/minh-chung"


@pytest.fixture
def contest(app, town, session):
    return fair.whole_contest(app, town)


def test_nobody_is_named_and_nothing_leads_to_anybody(app, town, session, contest):
    files = fair.unpacked(fair.made(app, contest))
    whole = json.dumps({name: value for name, value in files.items() if name != "README.txt"}, ensure_ascii=False)
    for name, phone in session.execute(select(Person.name, Person.phone)):
        assert name not in whole and phone not in whole and name.split()[-1] not in whole, name
    assert contest.owner_salt not in whole and "terminal" not in whole
    for attempt in [a for person in fair.lines(files, "people") for a in person["attempts"]]:
        assert set(attempt) & {"id", "entry_id", "device", "network", "holder", "round_id"} == set()
    assert {len(person["owner"]) for person in fair.lines(files, "people")} == {32}


def test_a_reason_that_names_somebody_is_kept_back(app, contest):
    people = fair.lines(fair.unpacked(fair.made(app, contest)), "people")
    assert [p["disqualified"]["reason"] for p in people if p["disqualified"]] == [""]
    assert [a["annulled"]["reason"] for p in people for a in p["attempts"] if a["annulled"]] == ["Thi hộ"]


def test_unions_are_told_only_where_the_contest_shows_names(app, town, session, contest):
    assert {p["union"] for p in fair.lines(fair.unpacked(fair.made(app, contest)), "people")} == {"LC-PT-1"}
    session.get(Contest, contest.id).name_display = "hidden"
    session.commit()
    assert {p["union"] for p in fair.lines(fair.unpacked(fair.made(app, contest)), "people")} == {None}


# Rounds not announced


def test_nothing_of_a_round_that_is_not_announced_is_told(app, town, session, tmp_path):
    contest = fair.held(app, town)
    fair.judged(app, session, contest)
    fair.announced(session, contest, town.now, (1,))
    content = fair.made(app, contest)
    files = fair.unpacked(content)
    manifest = files["manifest.json"]
    assert [round_["number"] for round_ in manifest["rounds"]] == [1] and manifest["rounds"][0]["detail"] == "full"
    assert list(manifest["rankings"]) == ["1"]
    told = json.dumps(files, default=str)
    second = contest.rounds[1]
    assert second.seed not in told
    for attempt in session.scalars(select(Attempt).where(Attempt.round_id == second.id)):
        assert attempt.code not in told and attempt.receipt not in told
    assert "của don" not in json.dumps(fair.lines(files, "questions"), ensure_ascii=False)
    status, said = fair.checked(tmp_path, content)
    assert status == 0, said
    assert "bài niêm phong thuộc các đợt chưa công bố" in said


@pytest.mark.parametrize("why", ["shared", "key_never", "key_later", "elsewhere"])
def test_a_round_whose_keys_must_not_be_known_yet_is_told_in_outline(app, town, session, tmp_path, why, client):
    shown = {"key_never": "never", "key_later": "after_contest"}.get(why, "after_round")
    contest = fair.held(app, town, key_shown=shown)
    fair.judged(app, session, contest)
    fair.announced(session, contest, town.now, (1,) if why != "key_never" else (1, 2, 0))
    if why == "shared":
        ask_again(session, *contest.rounds)
    if why == "elsewhere":
        ask_elsewhere(town, contest)
    content = fair.made(app, contest)
    files = fair.unpacked(content)
    assert files["manifest.json"]["rounds"][0]["outline"]["why"] == why
    attempts = [a for person in fair.lines(files, "people") for a in person["attempts"]]
    assert attempts and not any({"answers", "marks", "hand", "correct"} & set(attempt) for attempt in attempts)
    assert not any("content" in question for question in fair.lines(files, "questions"))
    assert files["manifest.json"]["rounds"][0]["key_changes"] == []
    status, said = fair.checked(tmp_path, content)
    assert status == 0, said
    assert "đáp án và câu trả lời chưa công bố" in said
    assert "chỉ có phần khung" in client.get(PAGE).text


def ask_again(session, announced, coming):
    """Let a round to come ask what an announced one asked."""
    first, second = (session.get(RoundPool, round_.id) for round_ in (announced, coming))
    second.rows = [[second.rows[0][0], [first.rows[0][1][0], *second.rows[0][1]]], *second.rows[1:]]
    session.commit()


def ask_elsewhere(town, contest, closes=60, **settings):
    """Another contest that is open and draws from the bank of the first round."""
    other = town.contest("cuoc-thi-khac", **settings)
    bank = town.session.get(QuestionBank, contest.rounds[0].blueprint[0].bank_id)
    town.round(other, bank=bank, opens=-120, closes=closes)
    town.commit()
    return other


@pytest.mark.parametrize(
    ("settings", "banks"),
    [({"closes": -60}, "same"), ({"practice": True}, "same"), ({"published": False}, "same"), ({}, "other")],
    ids=["over", "practice", "draft", "other-bank"],
)
def test_another_contest_keeps_nothing_back_where_nobody_is_helped(app, town, session, contest, settings, banks):
    other = ask_elsewhere(town, contest, **settings)
    if banks == "other":
        other.rounds[0].blueprint[0].bank_id = town.bank("kho-khac").id
        town.commit()
    assert fair.unpacked(fair.made(app, contest))["manifest.json"]["rounds"][0]["detail"] == "full"


def test_a_round_elsewhere_that_froze_other_questions_keeps_nothing_back(app, town, session, contest):
    other = ask_elsewhere(town, contest)
    first, second = contest.rounds
    frozen_pool(session, other.rounds[0], town.now)
    mine = session.get(RoundPool, first.id).rows
    pool = session.get(RoundPool, other.rounds[0].id)
    pool.rows = session.get(RoundPool, second.id).rows
    town.commit()
    assert mine != pool.rows
    rounds = fair.unpacked(fair.made(app, contest))["manifest.json"]["rounds"]
    assert [(round_["number"], round_["detail"]) for round_ in rounds] == [(1, "full"), (2, "outline")]


def test_a_forged_outline_is_found_too(app, town, session, tmp_path):
    contest = fair.held(app, town, key_shown="never")
    fair.judged(app, session, contest)
    fair.announced(session, contest, town.now)
    files = fair.unpacked(fair.made(app, contest))
    people = fair.lines(files, "people")
    one = next(p["attempts"][0] for p in people if len(p["attempts"]) == 2 and p["attempts"][0]["counted"])
    one["score"] += 3
    status, said = fair.checked(tmp_path, fair.packed(files))
    assert status == 1 and fair.program().TEXT["key"][0] in said


# Making


def jobs_of(session):
    count = session.scalar(select(func.count()).select_from(Job))
    session.commit()
    return count


def test_there_is_none_before_results_are_announced(app, town, session, client):
    contest = fair.held(app, town)
    with app.app_context(), pytest.raises(JobRefused):
        bundle_work.make(contest.id, TERMINAL)
    assert "Chưa có gói kiểm chứng" in client.get(PAGE).text
    assert client.get(f"{PAGE}/1.zip").status_code == 404
    mai = town.mai
    town.commit()
    assert client.sign_in(mai).send(f"{DESK}/goi").headers["Location"].endswith("/minh-chung")
    assert jobs_of(session) == 0


def test_while_a_correction_is_made_there_is_none(app, town, session, contest):
    publishing.begin_correction(session, TERMINAL, contest, contest.rounds[0], "Đáp án sai", clock.now())
    session.commit()
    with app.app_context(), pytest.raises(JobRefused, match="đính chính"):
        bundle_work.make(contest.id, TERMINAL)


def test_an_organizer_asks_for_one_and_everybody_takes_it(app, town, session, contest, client):
    organizer, lan = town.mai, town.lan
    town.commit()
    mai = app.test_client().sign_in(organizer)
    for stranger in (client, app.test_client().sign_in(lan)):
        assert stranger.send(f"{DESK}/goi").status_code in (302, 303, 403)
    assert jobs_of(session) == 0
    work = mai.send(f"{DESK}/goi")
    assert work.status_code == 303 and "/viec/" in work.headers["Location"]
    with app.app_context():
        assert run_waiting() == 1
    assert mai.get(work.headers["Location"]).status_code == 200
    listed = client.data(PAGE)["bundles"]
    assert [row["rounds"] for row in listed] == [[1, 2]]
    assert listed[0]["digest"] in client.get(PAGE).text
    file = client.get(listed[0]["url"])
    assert hashlib.sha256(file.data).hexdigest() == listed[0]["digest"] and len(file.data) == listed[0]["size"]
    assert file.mimetype == "application/zip"
    assert client.get(f"{PAGE}/2.zip").status_code == 404


def test_another_organizers_contest_is_not_theirs(app, town, session, contest):
    far = town.union("XX", "LĐLĐ tỉnh khác", level="provincial")
    other = town.person("Người Tổ Chức Khác", union=far)
    grant_role(session, TERMINAL, other, Role.ORGANIZER, far.id, town.now)
    town.commit()
    assert app.test_client().sign_in(other).send(f"{DESK}/goi").status_code == 404


def test_a_draft_has_no_bundle(app, session, contest, client):
    fair.made(app, contest)
    assert client.get(f"{PAGE}/1.zip").status_code == 200
    session.get(Contest, contest.id).state = ContestState.DRAFT
    session.commit()
    assert client.get(f"{PAGE}/1.zip").status_code == 404
    assert client.get(PAGE).status_code == 404


def test_an_unfinished_one_is_thrown_away_and_made_again(app, session, contest):
    left = bundle_parts.new_bundle(session, contest.id, "x", "terminal", clock.now())
    session.add(BundlePart(bundle_id=left.id, number=1, content=b"half"))
    session.commit()
    assert bundle_parts.bundles(session, contest.id) == []
    session.commit()
    first, second = fair.made(app, contest), fair.made(app, contest)
    session.expire_all()
    found = bundle_parts.bundles(session, contest.id)
    assert [row.number for row in found] == [2, 1]
    one, other = fair.unpacked(first), fair.unpacked(second)
    del one["manifest.json"], other["manifest.json"]
    assert one == other


def test_it_is_made_by_itself_after_an_announcement(app, session, contest):
    with app.app_context():
        assert (bundle_work.queue_due(), bundle_work.queue_due()) == (1, 0)
        assert run_waiting() == 1
        assert bundle_work.queue_due() == 0
    session.expire_all()
    made = session.scalars(select(Bundle)).one()
    made.made_at -= timedelta(days=1)
    session.scalars(select(Job)).one().created_at -= timedelta(days=1)
    session.commit()
    with app.app_context():
        assert bundle_work.queue_due() == 1


def test_results_that_move_meanwhile_stop_the_making(app, session, contest, monkeypatch):
    states = iter([[1], [2]])
    monkeypatch.setattr(bundle_work, "_state", lambda session, contest_id: next(states))
    with app.app_context(), pytest.raises(JobRefused, match="trong lúc lập gói"):
        bundle_work.make(contest.id, TERMINAL)
    assert bundle_parts.bundles(session, contest.id) == []


def test_its_parts_and_files_are_small(app, session, contest, monkeypatch, tmp_path):
    monkeypatch.setattr(bundle_parts, "PART", 5000)
    monkeypatch.setattr(bundle_parts, "FILE", 4000)
    monkeypatch.setattr("contest.proof.bundle_lines.PEOPLE", 3)
    monkeypatch.setattr("contest.proof.bundle_lines.STANDINGS", 2)
    monkeypatch.setattr("contest.proof.bundle_lines.SEALS", 1)
    content = fair.made(app, contest)
    sizes = session.scalars(select(func.length(BundlePart.content)).order_by(BundlePart.number)).all()
    assert len(sizes) > 2 and set(sizes[:-1]) == {5000} and sum(sizes) == len(content)
    assert len([name for name in fair.unpacked(content) if name.startswith("people/")]) > 2
    path = tmp_path / "goi.zip"
    path.write_bytes(content)
    command = [sys.executable, str(fair.PROGRAM), str(path), "--jobs", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": ""})
    assert done.returncode == 0 and "mọi thứ đều khớp" in done.stdout, done.stdout + done.stderr


def test_from_the_terminal(app, contest, tmp_path):
    out = tmp_path / "goi.zip"
    done = app.test_cli_runner().invoke(args=["proof", "bundle", "cuoc-thi", "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    failed = app.test_cli_runner().invoke(args=["proof", "bundle", "khong-co", "--out", str(out)])
    assert failed.exit_code != 0


def test_the_program_and_the_description_are_there_for_everybody(app, client):
    program = client.get("/kiem-chung/hoithi_verify.py")
    assert program.status_code == 200 and b"def main(" in program.data
    assert hashlib.sha256(program.data).hexdigest() == bundle_work.program_digest()
    assert "BUNDLE OF A CONTEST" in client.get("/kiem-chung/goi-kiem-chung.txt").text


def test_the_program_uses_the_standard_library_only():
    tree = ast.parse(fair.PROGRAM.read_text())
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names)
    ast.parse(fair.PROGRAM.read_text(), feature_version=(3, 8))
