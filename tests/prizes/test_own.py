"""What a winner sees: what was won, what to bring; the consent to be named, never given by itself."""

import pytest
from prizes import podium
from standings import arena

from contest.accounts.models import Consent
from contest.accounts.rules import TERMINAL
from contest.prizes import actions, queries
from contest.prizes.consents import CONSENT_TEXT, TEXT_VERSION

OWN = "/cuoc-thi/cuoc-thi/giai-cua-toi"


@pytest.fixture
def contest(session, town):
    """Lan has won round 1 and Sơn nothing; announced."""
    made = podium.contest_of(town, lines=(("Giải Nhất", 1),))
    for person, score in ((town.lan, 9), (town.son, 3)):
        arena.closed_attempt(session, arena.enter(town, made, person), made.rounds[0], score=score, max_score=10)
    podium.standings.recount(session, made)
    actions.propose(session, TERMINAL, made, 1, town.now)
    town.commit()
    return made


def announce(session, contest, town):
    actions.announce(session, TERMINAL, contest, 1, town.now)
    contest.rounds[0].published_at = town.now
    session.commit()


def given(session, contest):
    session.expire_all()
    rows = session.query(Consent).all()
    found = [(row.purpose == f"winner:{contest.id}", row.text_version, row.withdrawn_at is not None) for row in rows]
    flags = [winner.consent for winner in queries.winners(session, contest, 1)]
    session.commit()
    return found, flags


def test_nothing_is_told_before_the_announcement(client, town, contest):
    client.sign_in(town.lan)
    assert client.get(OWN).status_code == 404
    assert "đạt giải" not in client.get("/cua-toi").text


def test_a_winner_is_told_and_asked_and_may_take_it_back(client, session, town, contest):
    announce(session, contest, town)
    lan = town.lan
    assert lan.id
    town.commit()
    client.sign_in(lan)
    town.commit()
    page = client.page(OWN)
    text = page.text_content()
    assert "Giải Nhất" in text and "Mang theo Căn cước" in text
    assert CONSENT_TEXT[0] in text
    assert page.xpath("//input[@type='checkbox']/@checked") == [], "never ticked beforehand"
    assert client.data(OWN)["prizes"] == [
        {"round": 1, "prize": "Giải Nhất", "value": "", "rank": 1, "state": "announced"}
    ]
    client.send(OWN, {})
    assert given(session, contest) == ([], [False])
    for _twice in range(2):
        client.send(OWN, {"dong_y": "1"})
    assert given(session, contest) == ([(True, TEXT_VERSION, False)], [True])
    assert "Bạn đã đồng ý lúc" in client.get(OWN).text
    assert "Công bố họ tên và nơi công tác khi đạt giải" in client.get("/tai-khoan").text
    client.send(OWN, {"viec": "rut-lai"})
    assert given(session, contest) == ([(True, TEXT_VERSION, True)], [False])
    client.send(OWN, {"dong_y": "1"})
    assert given(session, contest) == ([(True, TEXT_VERSION, False)], [True])


def test_who_won_nothing_finds_nothing_there(client, session, town, contest):
    announce(session, contest, town)
    son = town.son
    assert son.id
    town.commit()
    assert client.get(OWN).status_code == 303
    client.sign_in(son)
    town.commit()
    assert client.get(OWN).status_code == 404
    assert client.send(OWN, {"dong_y": "1"}).status_code == 404
    assert client.get("/cuoc-thi/khong-co/giai-cua-toi").status_code == 404
    assert given(session, contest) == ([], [False])


def test_the_list_of_own_attempts_leads_to_the_prize(client, session, town, contest):
    announce(session, contest, town)
    lan = town.lan
    assert lan.id
    town.commit()
    client.sign_in(lan)
    town.commit()
    page = client.page("/cua-toi")
    assert page.xpath(f"//a[@href='{OWN}']")
