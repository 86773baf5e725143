"""What everybody sees of an announced ranking, and what a correction must not tell before it is announced."""

from datetime import timedelta

import pytest
from prizes import podium

from contest.accounts.rules import TERMINAL
from contest.prizes import actions as prizes
from contest.prizes import claims
from contest.publishing import actions, queries
from contest.publishing.rules import Shown
from contest.rounds.settings import NameDisplay
from contest.rulings import actions as rulings
from contest.rulings.rules import RulingKind
from contest.standings import queries as standings

ADDRESS = "/cuoc-thi/cuoc-thi/xep-hang?dot=1"
NAMES = ["Lò Thị An", "Hà Văn Bình", "Mùa A Cơ", "Vàng Thị Dung"]


@pytest.fixture
def contest(town):
    return podium.contest_of(town, lines=(), name_display="full")


@pytest.fixture
def entries(town, contest):
    return podium.people(town, contest, 9, 8, 7, 5, names=NAMES)


def announce(session, town, contest, *shown):
    actions.publish(session, TERMINAL, contest, 1, Shown(*shown) if shown else None, town.now)
    town.commit()


def disqualify(session, town, contest, entry):
    kind = RulingKind.DISQUALIFIED
    ruling = rulings.decide(session, {}, TERMINAL, contest, kind, entry, None, "Nhờ người thi hộ", town.now)
    town.commit()
    return ruling


def apart(client):
    return [row["name"] for row in client.data(ADDRESS)["apart"]]


def names_on(page):
    text = page.xpath("string(//main)")
    return [name for name in NAMES if name in text]


def test_a_correction_names_nobody_apart_before_it_is_announced(client, session, town, contest, entries):
    announce(session, town, contest)
    round_ = contest.rounds[0]
    actions.begin_correction(session, TERMINAL, contest, round_, "Có người thi hộ", town.now)
    disqualify(session, town, contest, entries[0])
    assert apart(client) == []
    assert "huỷ tư cách" not in client.page(ADDRESS).text_content()
    actions.publish_correction(session, TERMINAL, contest, round_, town.now)
    town.commit()
    assert apart(client) == ["Lò Thị An"]


def test_who_was_apart_stays_so_until_the_correction_that_takes_it_back(client, session, town, contest, entries):
    ruling = disqualify(session, town, contest, entries[0])
    announce(session, town, contest)
    round_, later = contest.rounds[0], town.now + timedelta(seconds=5)
    actions.begin_correction(session, TERMINAL, contest, round_, "Đã xác minh lại", later)
    rulings.undo(session, {}, TERMINAL, ruling, "Đã xác minh, không vi phạm", later)
    town.commit()
    assert apart(client) == ["Lò Thị An"]
    actions.publish_correction(session, TERMINAL, contest, round_, later)
    town.commit()
    assert apart(client) == []


def test_everybody_sees_so_many_places_and_their_own(client, session, town, contest, entries):
    here, mai, last = town.LC_PT_1.code, town.mai, entries[3].person
    announce(session, town, contest, NameDisplay.FULL, True, 2)
    data = client.data(ADDRESS)
    assert ([row["name"] for row in data["rows"]], data["pages"], data["total"]) == (NAMES[:2], 1, 4)
    assert [row["name"] for row in client.data(f"{ADDRESS}&don-vi={here}")["rows"]] == NAMES[:2]
    assert client.data(f"{ADDRESS}&trang=2", 404)
    assert names_on(client.page(f"{ADDRESS}&ten=mua a co")) == NAMES[:2]
    client.sign_in(last)
    assert names_on(client.page(ADDRESS)) == [*NAMES[:2], NAMES[3]]
    assert "hạng 4 trên 4 người" in client.page(ADDRESS).text_content()
    assert len(client.sign_in(mai).data(ADDRESS)["rows"]) == 4


def test_who_shares_the_last_place_told_is_told_too(client, session, town, contest, monkeypatch):
    podium.people(town, contest, 9, 7, 7, 7, 5, names=[*NAMES, "Giàng A Páo"])
    announce(session, town, contest, NameDisplay.FULL, True, 2)
    old = "/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1&ban=1"

    def told():
        ranking = client.data(old)["ranking"]
        now = client.data(ADDRESS)
        assert [row["name"] for row in now["rows"]] == [row["name"] for row in ranking["rows"]]
        assert (now["pages"], ranking["pages"]) == (1, 1)
        assert ranking["total"] == len(ranking["rows"])
        return [(row["rank"], row["name"]) for row in now["rows"]]

    assert told() == [(1, NAMES[0]), (2, NAMES[1]), (2, NAMES[2]), (2, NAMES[3])]
    assert "Giàng A Páo" not in client.page(ADDRESS).text_content()
    for room in (queries, standings):
        monkeypatch.setattr(room, "MAX_SHARING", 1)
    assert [name for _rank, name in told()] == NAMES[:3]


@pytest.mark.parametrize(("places", "rows"), [(1, 1), (3, 4), (4, 4), (5, 5), (99, 5)])
def test_as_many_as_stand_on_the_places_told(client, session, town, contest, places, rows):
    podium.people(town, contest, 9, 8, 7, 7, 5)
    announce(session, town, contest, NameDisplay.FULL, True, places)
    assert len(client.data(ADDRESS)["rows"]) == rows
    assert client.data("/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1&ban=1")["ranking"]["total"] == rows


def test_those_who_share_the_last_place_told_may_fill_further_pages(client, session, town, contest):
    last = podium.people(town, contest, 9, *[7] * 51)[-1].person
    announce(session, town, contest, NameDisplay.FULL, True, 2)
    old = "/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1&ban=1&trang=2"
    for browser in (client, client.application.test_client().sign_in(last)):
        data = browser.data(f"{ADDRESS}&trang=2")
        assert ([row["rank"] for row in data["rows"]], data["pages"]) == ([2, 2], 2)
        assert [row["rank"] for row in browser.data(old)["ranking"]["rows"]] == [2, 2]
    assert data["own"] == {"rank": 2, "page": 2}


def test_names_and_unions_are_told_no_more_openly_than_announced(client, session, town, contest, entries):
    union, second = entries[0].union, entries[1].person
    announce(session, town, contest, NameDisplay.HIDDEN, False, None)
    data = client.data(f"{ADDRESS}&don-vi={union.code}")
    assert {(row["name"], row["union"]) for row in data["rows"]} == {("", "")}
    text = client.page(f"{ADDRESS}&ten=Lò Thị An").xpath("string(//main)")
    assert union.name not in text
    assert "hạng 1" not in text
    mine = client.sign_in(second).data(ADDRESS)["rows"][1]
    assert (mine["name"], mine["union"]) == (NAMES[1], union.name)


def test_a_stale_page_of_a_correction_leads_back_to_the_desk(client, session, town, contest, entries):
    announce(session, town, contest)
    mai = town.mai
    town.commit()
    address = "/to-chuc/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh/cong-bo"
    answer = client.sign_in(mai).send(address, {"dot": "1"})
    assert (answer.status_code, answer.location) == (303, "/to-chuc/cuoc-thi/cuoc-thi/ket-qua?dot=1")


def test_what_is_wrong_with_the_announcement_of_a_correction_is_said(client, session, town, contest, entries):
    announce(session, town, contest)
    round_ = contest.rounds[0]
    actions.begin_correction(session, TERMINAL, contest, round_, "Có người thi hộ", town.now)
    mai = town.mai
    disqualify(session, town, contest, entries[0])
    address = "/to-chuc/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh/cong-bo"
    answer = client.sign_in(mai).send(address, {"dot": "1", "names": "full", "places": "0"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)


def test_a_winner_who_agrees_is_named_in_full_until_that_is_taken_back(client, session, town, contest, entries):
    podium.prize(contest, "Giải Nhất")
    contest.name_display = "masked"
    announce(session, town, contest, NameDisplay.FULL, True, None)
    address = "/cuoc-thi/cuoc-thi/ket-qua?dot=1"
    assert client.data(address)["winners"][0]["name"] == "L*** T*** An"
    person = entries[0].person
    claims.give_consent(session, TERMINAL, person.id, contest, town.now)
    town.commit()
    assert client.data(address)["winners"][0]["name"] == "Lò Thị An"
    kept = "/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1"
    assert all("Lò Thị An" in client.page(page).text_content() for page in (address, kept))
    claims.withdraw_consent(session, TERMINAL, person.id, contest, town.now)
    town.commit()
    assert client.data(kept)["versions"][0]["winners"][0]["name"] == "L*** T*** An"
    assert client.data(address)["winners"][0]["name"] == "L*** T*** An"


def test_whom_a_correction_gave_or_took_a_prize_is_named_as_consent_holds_when_it_is_read(
    client, session, town, contest, entries
):
    podium.prize(contest, "Giải Nhất")
    contest.name_display = "masked"
    round_, first, second = contest.rounds[0], entries[0], entries[1]
    claims.give_consent(session, TERMINAL, first.person_id, contest, town.now)
    announce(session, town, contest, NameDisplay.FULL, True, None)
    actions.begin_correction(session, TERMINAL, contest, round_, "Có người thi hộ", town.now)
    disqualify(session, town, contest, first)
    prizes.propose(session, TERMINAL, contest, 1, town.now)
    actions.publish_correction(session, TERMINAL, contest, round_, town.now)
    town.commit()
    kept = "/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1"
    assert [row["name"] for row in queries.versions(session, contest.id, 1)[1].winners] == [NAMES[0]]
    town.commit()

    def told():
        changed = client.data(kept)["versions"][0]["changed"]
        assert not any("owner" in row for row in changed["won"] + changed["lost"])
        # Of whose prize nothing is left, no consent holds.
        assert [(row["prize"], row["name"]) for row in changed["lost"]] == [("Giải Nhất", "L*** T*** An")]
        return changed["won"][0]["name"], NAMES[1] in client.page(kept).text_content()

    assert told() == ("H*** V*** Bình", False)
    claims.give_consent(session, TERMINAL, second.person_id, contest, town.now)
    town.commit()
    assert told() == (NAMES[1], True)
    claims.withdraw_consent(session, TERMINAL, second.person_id, contest, town.now)
    town.commit()
    assert told() == ("H*** V*** Bình", False)


def test_practice_promises_no_results_and_no_proof(client, town, contest):
    contest.practice = True
    town.commit()
    assert "không được niêm phong" in client.page("/cuoc-thi/cuoc-thi/minh-chung").text_content()
    assert "không có kết quả để công bố" in client.page("/cuoc-thi/cuoc-thi/ket-qua").text_content()
    assert not client.page("/cuoc-thi/cuoc-thi").xpath("//a[contains(@href, 'minh-chung')]")
