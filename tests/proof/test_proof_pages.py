"""Pages of the proof: for everybody, and the look-through for the organizers."""

import pytest
from proof.test_seals import submitted
from sqlalchemy import update

from contest.attempts.models import Attempt
from contest.attempts.receipts import spaced
from contest.jobs.runner import run_waiting
from contest.proof import work
from contest.rounds.settings import ContestState

JSON = {"Accept": "application/json"}
PROOF = "/cuoc-thi/cuoc-thi/minh-chung"
DESK = "/to-chuc/cuoc-thi/cuoc-thi/minh-chung"


@pytest.fixture
def sat(app, town, session):
    round_ = town.round(count=2, max_attempts=None)
    return submitted(session, round_, [town.lan, town.son, town.hung])


def sealed(app):
    with app.app_context():
        return work.seal_due()


def test_before_anything_is_sealed(sat, client):
    assert "Chưa có bài nào được niêm phong" in client.get(PROOF).text
    receipt = spaced(sat[0].receipt)
    assert "đang chờ niêm phong" in client.get(f"/bien-nhan/{receipt}/niem-phong").text
    assert client.get(f"/bien-nhan/{receipt}/niem-phong", headers=JSON).json["batch"] is None


def test_everybody_sees_the_chain_and_where_a_receipt_is_sealed(app, sat, client):
    sealed(app)
    data = client.get(PROOF, headers=JSON).json
    assert (data["sealed"], data["batches"], data["waiting"]) == (3, 1, 0)
    assert data["head"] in client.get(PROOF).text
    seals = client.get(f"{PROOF}/chuoi", headers=JSON).json
    assert [seal["head"] for seal in seals["seals"]] == [data["head"]] and seals["before"] is None
    assert client.get(f"{PROOF}/chuoi?truoc=1").status_code == 200
    assert client.get(f"{PROOF}/chuoi?truoc=x").status_code == 404
    found = client.get(f"/bien-nhan/{spaced(sat[1].receipt)}/niem-phong", headers=JSON).json
    assert found["batch"]["head"] == data["head"] and found["place"] == 1 and len(found["path"]) == 2
    page = client.get(f"/bien-nhan/{spaced(sat[1].receipt)}/niem-phong").text
    assert found["leaf"] in page and sat[1].code not in page
    assert client.get("/bien-nhan/0000-0000-0000-0000/niem-phong").status_code == 404


def test_a_draft_shows_its_proof_to_nobody(town, session, client):
    contest = town.contest()
    contest.state = ContestState.DRAFT
    town.commit()
    assert client.get(PROOF).status_code == 404


def test_organizers_look_through_what_was_sealed(app, sat, town, session, client):
    sealed(app)
    session.execute(update(Attempt).where(Attempt.id == sat[0].id).values(answers={"1": "B"}))
    mai, lan = town.mai, town.lan
    town.commit()
    client.sign_in(lan)
    assert client.get(DESK).status_code in (403, 404)
    assert client.send(f"{DESK}/kiem-tra").status_code in (403, 404)
    client.sign_in(mai)
    assert "Kiểm tra niêm phong" in client.get(DESK).text
    job = client.send(f"{DESK}/kiem-tra").headers["Location"]
    with app.app_context():
        run_waiting()
    assert "Có 1 chỗ không khớp với niêm phong" in client.get(job).text


def test_from_the_terminal(app, sat, session):
    runner = app.test_cli_runner()
    assert "3 attempts sealed" in runner.invoke(args=["proof", "seal"]).output
    assert "are as they were sealed" in runner.invoke(args=["proof", "verify", "cuoc-thi"]).output
    assert '"sealed": 3' in runner.invoke(args=["proof", "show", "cuoc-thi"]).output
    session.execute(update(Attempt).where(Attempt.id == sat[0].id).values(answers={"1": "B"}))
    session.commit()
    broken = runner.invoke(args=["proof", "verify", "cuoc-thi"])
    assert broken.exit_code == 1 and spaced(sat[0].receipt) in broken.output
