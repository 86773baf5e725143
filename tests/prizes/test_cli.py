"""Prizes from the terminal, and lines of the table of prizes that have to stay."""

import json

import pytest
from prizes import podium
from prizes.podium import people

from contest.accounts.rules import TERMINAL
from contest.prizes import actions, queries
from contest.rounds import part_actions
from contest.rounds.locks import Refused


@pytest.fixture
def flask(app):
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["prizes", *arguments])


def test_propose_list_refuse_claim(flask, session, town):
    contest = podium.contest_of(town, lines=(("Giải Nhất", 1),))
    people(town, contest, 9, 8, names=["Lý A Sử", "Giàng Thị Máy"])
    contest.rounds[0].correcting_since = town.now
    town.commit()
    made = flask("propose", "cuoc-thi", "--round", "1", "--json")
    (line,) = json.loads(made.output)["prizes"]
    assert [award["name"] for award in line["awards"]] == ["Lý A Sử"]
    first = str(line["awards"][0]["award"])
    early = flask("claim", "cuoc-thi", first, "--document", "Căn cước", "--last", "1234")
    assert early.exit_code == 1 and "Hãy công bố kết quả trước" in early.output
    refused = flask("refuse", "cuoc-thi", first, "--reason", "Không nhận")
    assert refused.exit_code == 0 and "refused" in refused.output and "Giàng Thị Máy" in refused.output
    actions.announce(session, TERMINAL, contest, 1, town.now)
    second = next(str(award.id) for award in queries.awards(session, contest.id, 1) if award.announced_at)
    session.commit()
    claim = ("claim", "cuoc-thi", second, "--document", "Căn cước", "--last", "1234")
    assert flask(*claim, "--issued", "hôm qua").exit_code == 2
    assert flask(*claim, "--issued", "05/09/2021").output == f"award {second}: handed over\n"
    assert "claimed" in flask("list", "cuoc-thi", "--round", "1").output
    nobodys = str(int(second) + 1)
    for odd, said in (
        (("list", "khong-co"), "khong-co"),
        (("list", "cuoc-thi", "--round", "7"), "has no round 7"),
        (("refuse", "cuoc-thi", nobodys, "--reason", "x"), f"has no award {nobodys}"),
        (("propose", "cuoc-thi"), "Chưa có giải nào"),
    ):
        found = flask(*odd)
        assert found.exit_code == 1 and said in found.output


def test_a_line_goes_with_its_proposals_and_stays_once_announced(session, town):
    contest = podium.contest_of(town)
    people(town, contest, 9, 8)
    actions.propose(session, TERMINAL, contest, 1, town.now)
    part_actions.save_prize(session, TERMINAL, contest, contest.prizes[1], {"quantity": 5}, town.now)
    part_actions.remove_prize(session, TERMINAL, contest, contest.prizes[1], town.now)
    assert podium.held(session, contest)[0][0] == "Giải Nhất"
    assert len(podium.held(session, contest)) == 1
    actions.announce(session, TERMINAL, contest, 1, town.now)
    line = contest.prizes[0]
    for act in (
        lambda: part_actions.remove_prize(session, TERMINAL, contest, line, town.now),
        lambda: part_actions.save_prize(session, TERMINAL, contest, line, {"quantity": 2}, town.now),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert "Đã công bố người đạt Giải Nhất" in str(error.value.reasons[0])
