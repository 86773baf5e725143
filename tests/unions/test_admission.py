"""Who was in the scope of a contest stays in it when the tree is reorganised in its middle."""

import pytest
from support.decisions import decided, merging, moving, opening
from support.queries import counted

from contest import clock
from contest.attempts.actions import candidate_of
from contest.attempts.starting import Refused, Starter, begin
from contest.rounds import snapshots
from contest.unions.rules import Level


@pytest.fixture
def contest(town, session):
    """A contest of Phong Thổ only, open since an hour."""
    assert town.province
    found = town.contest(scope_union_id=town.LC_PT.id)
    town.round(found)
    session.flush()
    return found


def start(session, contest, person):
    session.refresh(person)
    session.expire(contest)
    settings = snapshots.of_contest(session, {}, contest.slug)
    who = Starter(person.id, person.union_id, person.kind, person.phone, withdrawn=False)
    return begin(session, {}, settings.rounds[0], who, clock.now())


def test_a_union_moved_out_of_the_district_stays_in_its_contest(town, session, contest):
    lan, son = town.lan, town.son
    decided(session, moving("LC-PT-1", "LC-TU"))
    assert start(session, contest, lan)
    with pytest.raises(Refused, match="Phong Thổ"):
        start(session, contest, son)


def test_people_taken_over_by_a_stranger_stay_in_the_contest_and_the_stranger_s_own_stay_out(town, session, contest):
    lan, son = town.lan, town.son
    decided(session, merging("LC-PT-1", "LC-TU-2"))
    assert start(session, contest, lan)
    with pytest.raises(Refused, match="Phong Thổ"):
        start(session, contest, son)


def test_a_new_union_stands_where_it_came_from(town, session, contest):
    decided(session, opening("LC-N", "LC-TU"), merging("LC-PT-1", "LC-N"), merging("LC-PT-2", "LC-N"))
    new = town.person("Người Mới", union=session.get(type(town.LC_PT), candidate(session, "LC-N")))
    assert start(session, contest, new)


def candidate(session, code):
    from contest.unions.queries import by_code

    return by_code(session, code).id


def test_one_query_more_where_a_contest_keeps_its_tree(app, town, session, contest):
    lan = town.lan
    session.flush()
    with counted(app) as before:
        candidate_of(session, lan, contest.tree_id)
    decided(session, opening("LC-X", "LC", Level.UPPER), merging("LC-TU", "LC-X"))
    session.refresh(contest)
    session.refresh(lan)
    assert contest.tree_id is not None
    with counted(app) as after:
        candidate_of(session, lan, contest.tree_id)
    assert len(after) == len(before) + 1


def test_extra_time_for_a_district_reaches_who_entered_from_it(town, session, contest):
    from contest.rounds.allowances import grant

    lan = town.lan
    decided(session, moving("LC-PT-1", "LC-TU"))
    start(session, contest, lan)
    session.refresh(contest)
    _row, longer = grant(session, town_actor(), contest, town.LC_PT, 5, "khiếm thị", clock.now())
    assert longer == 1


def town_actor():
    from contest.accounts.rules import TERMINAL

    return TERMINAL
