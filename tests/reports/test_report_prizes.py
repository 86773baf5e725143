"""Prizes in a union's report: announced ones of its own people and unions, by names as they may be shown now."""

import pytest
from publishing.test_notice import HOA, UNION, announce
from reports.test_union_report import HERE

from contest.prizes.models import Award
from contest.prizes.rules import AwardState
from contest.proof.rules import owner_of
from contest.rounds.models import Entry, PrizeLine


@pytest.fixture
def won(town, district, session):
    """Lan and Páo of another district have prizes of round 1, the district Phong Thổ one of the whole contest."""
    line = PrizeLine(position=1, scope="round", title="Giải nhất", quantity=2)
    union_line = PrizeLine(position=2, scope="collective", title="Giải tập thể", quantity=1, basis="people")
    district.prizes += [line, union_line]
    session.flush()
    people = {}
    for name, person in (("lan", town.lan.id), ("pao", None)):
        wanted = session.query(Entry).filter_by(contest_id=district.id)
        entry = wanted.filter_by(person_id=person).one() if person else wanted.filter_by(union_id=town.LC_TU_1.id).one()
        people[name] = entry.id
        award = {"prize_line_id": line.id, "entry_id": entry.id, "rank": 1, "round_number": 1}
        session.add(
            Award(contest_id=district.id, state=AwardState.ANNOUNCED, because=[], proposed_at=town.now, **award)
        )
    award = {"prize_line_id": union_line.id, "union_id": town.LC_PT.id, "rank": 1, "round_number": 0}
    session.add(Award(contest_id=district.id, state=AwardState.ANNOUNCED, because=[], proposed_at=town.now, **award))
    town.commit()
    owners = {name: owner_of(district.owner_salt, entry) for name, entry in people.items()}
    return owners | {"union": f"union:{town.LC_PT.id}"}


def rows(client, address=HERE):
    return [(row["giai"], row["ten"], row["dot"]) for row in client.data(address)["giai_thuong"]]


def test_prizes_are_told_once_they_are_announced(won, dung, district, client, session):
    client.sign_in(dung)
    assert rows(client) == []
    winners = [
        {**HOA, "name": "L*** T*** Lan", "owner": won["lan"]},
        {**HOA, "name": "V*** A Páo", "owner": won["pao"]},
    ]
    announce(session, district, 1, winners=winners)
    assert rows(client) == [("Giải nhất", "L*** T*** Lan", "Đợt 1")]
    assert "V*** A Páo" not in client.page(HERE).text_content()
    announce(session, district, 0, winners=[{**UNION, "name": "LĐLĐ huyện Phong Thổ", "owner": won["union"]}])
    assert ("Giải tập thể", "LĐLĐ huyện Phong Thổ", "Cả cuộc thi") in rows(client)
    assert rows(client, f"{HERE}?dot=1") == [("Giải nhất", "L*** T*** Lan", "Đợt 1")]
    assert rows(client, f"{HERE}?dot=2") == []


def test_a_prize_taken_away_is_told_no_more(won, dung, district, client, session):
    client.sign_in(dung)
    announce(session, district, 1, winners=[{**HOA, "owner": won["lan"]}])
    assert len(rows(client)) == 1
    announce(session, district, 1, version=2, winners=[])
    assert rows(client) == []
