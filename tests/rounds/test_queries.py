"""Reads of contests: whole in a constant number of queries, lists, pools."""

from datetime import timedelta

import pytest
from support.queries import counted

from contest.rounds import queries
from contest.rounds.actions import frozen_pool
from contest.rounds.models import BlueprintRow, RoundPool
from contest.rounds.queries import Slot
from contest.rounds.windows import plan_of
from questions import queries as questions
from questions.actions import set_state
from questions.rules import Verb


def test_whole_contest_costs_the_same_however_many_rounds(app, session, town):
    contest = town.contest()
    for number in (1, 2):
        town.round(contest, number)
    town.commit()
    session.expunge_all()
    with counted(app) as few:
        plan_of(queries.contest_by_slug(session, "cuoc-thi"))
    session.rollback()
    contest = queries.contest_by_slug(session, "cuoc-thi")
    for number in (3, 4, 5, 6):
        town.round(contest, number)
    town.division(contest, "A")
    town.division(contest, "B", union=town.LC_PT)
    town.commit()
    session.expunge_all()
    with counted(app) as many:
        plan = plan_of(queries.contest_by_slug(session, "cuoc-thi"))
    assert len(plan.rounds) == 6
    assert len(many) == len(few)


def test_unknown_contest_is_none(session):
    assert queries.contest_by_slug(session, "khong-co") is None


@pytest.mark.parametrize(
    ("opens", "closes", "where"), [(-60, 60, "running"), (5, 60, "coming"), (-60, -1, "past"), (-60, 0, "past")]
)
def test_home_page_lists(session, town, opens, closes, where):
    town.round(town.contest(), 1, opens=opens, closes=closes)
    town.round(town.contest("ban-nhap", published=False), 1)
    found = queries.listed(session, town.now)
    lists = {name: [c.slug for c in getattr(found, name)] for name in ("running", "coming", "past")}
    assert lists == {"running": [], "coming": [], "past": [], where: ["cuoc-thi"]}


def test_a_contest_between_two_rounds_is_running(session, town):
    contest = town.contest()
    town.round(contest, 1, opens=-120, closes=-60)
    town.round(contest, 2, opens=60, closes=120)
    assert queries.listed(session, town.now).running == [contest]


def test_desk_shows_contests_of_the_subtree_only(session, town):
    of_province = town.contest("tinh")
    of_district = town.contest("huyen")
    of_district.union_id = town.LC_PT.id
    session.flush()
    assert set(queries.desk(session, None)) == {of_province, of_district}
    assert queries.desk(session, {town.LC_PT.id}) == [of_district]
    assert queries.desk(session, {town.LC_TU.id}) == []


def test_pool_takes_a_topic_with_its_subtree_and_approved_questions_only(session, town):
    bank = town.bank(size=12, topics=("Luật", "Luật / Công đoàn", "Lịch sử"))
    topics = {topic.path: topic.id for topic, _ in questions.topics(session, bank.id)}
    everything, law, deep = Slot(bank.id), Slot(bank.id, topics["Luật"]), Slot(bank.id, topics["Luật / Công đoàn"])
    found = queries.pools(session, [everything, law, deep, Slot(bank.id, None, 3)])
    assert [len(found[slot]) for slot in (everything, law, deep)] == [12, 8, 4]
    assert found[Slot(bank.id, None, 3)] == []
    assert found[law] == questions.pool(session, bank.id, topics["Luật"])
    set_state(session, [questions.question(session, bank.id, "bank-1")], Verb.RETIRE, town.now)
    assert [
        len(p) for p in (queries.pools(session, [deep])[deep], queries.pools(session, [everything])[everything])
    ] == [
        3,
        11,
    ]


def test_pool_is_frozen_at_the_first_start(session, town):
    round_ = town.round(count=5)
    bank_id = round_.blueprint[0].bank_id
    first = frozen_pool(session, round_, town.now)
    assert first.rows == [[round_.blueprint[0].id, questions.pool(session, bank_id)]]
    set_state(session, [questions.question(session, bank_id, "cuoc-thi-1-1")], Verb.RETIRE, town.now)
    session.expire_all()
    later = frozen_pool(session, round_, town.now + timedelta(hours=1))
    assert (later.frozen_at, len(later.rows[0][1])) == (town.now, 10)


def test_two_first_starts_freeze_one_pool(app, session, town):
    round_ = town.round(count=5)
    town.commit()
    frozen_pool(session, round_, town.now)
    session.commit()
    with app.extensions["store"].session(readonly=False) as other:
        row = other.get_one(type(round_), round_.id)
        other.add(BlueprintRow(round_id=row.id, position=2, bank_id=row.blueprint[0].bank_id, count=1))
        other.flush()
        assert len(frozen_pool(other, row, town.now + timedelta(seconds=1)).rows) == 1
        assert other.query(RoundPool).count() == 1


def test_what_was_started(session, town):
    contest = town.contest()
    round_ = town.round(contest, 1)
    town.round(contest, 2)
    assert queries.started_rounds(session, contest.id) == frozenset()
    frozen_pool(session, round_, town.now)
    assert queries.started_rounds(session, contest.id) == {1}
    assert not queries.has_entries(session, contest.id)


def test_headcounts_below_a_union(session, town):
    province = town.province
    empty = town.union("TLD2")
    assert queries.has_headcounts(session, None)
    assert queries.has_headcounts(session, province.id)
    assert not queries.has_headcounts(session, empty.id)
