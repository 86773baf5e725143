"""What pages note of a browser ends as a signal, and people with browsers of their own raise none."""

from datetime import timedelta

import time_machine
from sqlalchemy import select

from contest.accounts.passwords import hash_password
from contest.attempts.models import Attempt
from contest.rounds.models import Round
from contest.signals import work
from contest.signals.rules import SignalKind
from questions.models import QuestionVersion

PASSWORD = "hoa ban trang"


def members(town, number):
    town.round(town.contest(), count=6)
    hashed = hash_password(PASSWORD)
    people = [town.person(f"Người {n}", password_hash=hashed) for n in range(number)]
    town.commit()
    return [person.phone for person in people]


def take_part(client, session, phone, at):
    """Sign in by the form, start, answer everything right, submit, sign out: all within a second of the clock."""
    with time_machine.travel(at, tick=False) as hand:
        assert client.send("/dang-nhap", {"phone": phone, "password": PASSWORD}).status_code == 303
        answer = client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau")
        code = answer.headers["Location"].rsplit("/", 1)[1]
        paper = session.scalars(select(Attempt.paper).where(Attempt.code == code)).one()
        letters = {}
        for place, (version_id, order, _worth) in enumerate(paper, 1):
            keys = session.get(QuestionVersion, version_id).keys
            letters[str(place)] = ["ABCD"[shown] for shown, index in enumerate(order) if index in keys]
        session.commit()
        hand.shift(1)
        assert client.send_json(f"/bai-thi/{code}/luu", {"seq": 1, "answers": letters}).status_code == 200
        client.send(f"/bai-thi/{code}/nop")
        client.send("/dang-xuat")


def looked(app, session):
    round_id = session.scalars(select(Round.id)).one()
    session.commit()
    with app.app_context():
        return {one.kind: one for one in work.look(round_id)}


def test_one_browser_for_many_is_seen_from_its_cookie(app, client, town, session):
    for number, phone in enumerate(members(town, 4)):
        take_part(client, session, phone, town.now + timedelta(seconds=2 * number))
    attempts = session.scalars(select(Attempt)).all()
    session.commit()
    assert len({attempt.device for attempt in attempts}) == 1 and attempts[0].device
    assert len({attempt.network for attempt in attempts}) == 1 and attempts[0].network
    found = looked(app, session)
    assert found[SignalKind.ONE_DEVICE].people == 4
    assert SignalKind.TOO_FAST in found


def test_browsers_of_their_own_behind_one_address_are_not_one_browser(app, town, session):
    for number, phone in enumerate(members(town, 4)):
        take_part(app.test_client(), session, phone, town.now + timedelta(seconds=2 * number))
    networks = session.scalars(select(Attempt.network)).all()
    session.commit()
    assert len(set(networks)) == 1
    assert SignalKind.ONE_DEVICE not in looked(app, session)
