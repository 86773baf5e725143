"""The ladder of two levels: its steps by rule and in the database, ranks from it, and what an upgrade makes of it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from standings import arena

from contest import migrate
from contest.rounds.criteria import CRITERIA
from contest.rounds.settings import MissedRounds, PredictionRule, Total
from contest.standings import actions, queries, steps
from contest.standings.ladder import coarse_step, fine_step
from contest.standings.models import RankStep, Standing
from contest.standings.queries import Board
from contest.standings.records import order_of
from contest.standings.rules import Order

#: Orders whose ladders differ in how they are divided.
ORDERS = [
    ("score", "elapsed"),
    ("score", "prediction", "elapsed", "submitted"),
    ("elapsed", "score"),
    ("prediction", "submitted"),
    ("score", "submitted", "lot"),
    ("score", "perfect", "hand", "prediction"),
    ("score",),
]
orders = st.builds(
    Order,
    st.sampled_from(ORDERS),
    st.sampled_from(list(Total)),
    st.sampled_from(list(PredictionRule)),
    st.sampled_from(list(MissedRounds)),
)


@st.composite
def keys(draw, order, number):
    """A sort key with values near to each other, small, and not known."""
    digits = []
    for criterion in order.criteria_of(number):
        last = criterion.last
        near = st.sampled_from([0, 1, 0xFFF, 0x1000, 0x1001, 0x4FFF, 0x12345, 0x124F80, last - 20, last - 1, last])
        digits.append(
            format(draw(st.one_of(near, st.integers(0, min(last, 0x250000)))), f"0{criterion.width}x")[
                : criterion.width
            ]
        )
    return "".join(digits)


@given(st.data(), orders, st.sampled_from([0, 1]))
def test_steps_follow_the_order_and_a_key_finds_its_own(data, order, number):
    found = sorted(data.draw(st.lists(keys(order, number), min_size=2, max_size=12)))
    fine = [fine_step(key, order, number) for key in found]
    assert fine == sorted(fine)
    for key, step in zip(found, fine, strict=True):
        assert key.startswith(step) and step.startswith(coarse_step(key, order, number))
        assert max(each for each in fine if each <= key) == step


@pytest.mark.parametrize(
    ("keys", "rule", "digits", "kept"),
    [
        # 65 seconds are told apart from 61 by steps of 4,096 ms, three and a half hours from more by longer ones.
        (("score", "elapsed"), PredictionRule.NEAREST, "0000010001", "0000010"),
        (("score", "elapsed"), PredictionRule.NEAREST, "0000c0ffee", "0000c0f"),
        (("score", "elapsed"), PredictionRule.NEAREST, "0000000123", "0000000"),
        (("score", "elapsed"), PredictionRule.NEAREST, "000123456f", "000123"),
        (("score", "prediction", "elapsed"), PredictionRule.NEAREST, "f" * 16 + "0000c0ffee", "f" * 16 + "0000c0f"),
        (
            ("score", "prediction", "elapsed"),
            PredictionRule.EXACT,
            "0" * 15 + "1" + "0000c0ffee",
            "0" * 15 + "10000c0f",
        ),
        (("score", "prediction", "elapsed"), PredictionRule.NEAREST, "0" * 12 + "1234" + "0000c0ffee", "0" * 12 + "12"),
        (("score", "prediction"), PredictionRule.LOW_FIRST, "3782dace9d912345", "3782dace9d91"),
        (("score", "lot"), PredictionRule.NEAREST, "394cf7513f8a", "394"),
    ],
)
def test_a_fine_step_is_neither_a_crowd_nor_one_person(keys, rule, digits, kept):
    assert fine_step("ffffffeb" + digits, Order(keys, Total.SUM, rule), 1) == "ffffffeb" + kept


def standings_of(town, session, criteria, count, seed=1, **settings):
    """So many standings with any sort keys of an order, and no ladder."""
    contest = town.contest(criteria=list(criteria), **settings)
    town.round(contest)
    order, chance = order_of(contest), random.Random(seed)
    for _ in range(count):
        entry = arena.enter(town, contest)
        for number in (0, 1):
            values = [
                chance.choice([c.last, chance.randrange(40), chance.randrange(16**5)])
                for c in order.criteria_of(number)
            ]
            key = "".join(format(v, f"0{c.width}x") for v, c in zip(values, order.criteria_of(number), strict=True))
            row = Standing(contest_id=contest.id, round_number=number, entry_id=entry.id, sort_key=key)
            row.score = row.elapsed_ms = row.attempts = row.perfect = 1
            row.ranked, row.rounds, row.division_id = bool(chance.randrange(5)), 1, 0
            session.add(row)
    session.flush()
    return contest


@pytest.mark.parametrize("criteria", ORDERS)
def test_the_database_divides_as_the_rule_does(town, session, criteria):
    rule = PredictionRule.LOW_FIRST if criteria[0] == "prediction" else PredictionRule.NEAREST
    contest = standings_of(town, session, criteria, 60, prediction_rule=rule)
    order = order_of(contest)
    steps.rebuild(session, contest, order)
    rows = session.scalars(select(Standing)).all()
    right = steps.steps_of(
        [
            {name: getattr(row, name) for name in ("round_number", "ranked", "sort_key", "division_id", "entry_id")}
            for row in rows
        ],
        order,
    )
    folded = {}
    for step, people in right.items():
        folded[step[:4]] = folded.get(step[:4], 0) + people
    stored = {(r.round_number, r.fine, r.prefix, r.division_id): r.people for r in session.scalars(select(RankStep))}
    assert stored == folded
    assert steps.wrong_steps(session, contest, order) == []


def test_a_rebuild_keeps_what_closings_count_and_takes_away_empty_steps(town, session):
    contest = standings_of(town, session, ("score", "elapsed"), 20)
    order = order_of(contest)
    steps.rebuild(session, contest, order)
    first = session.scalars(select(RankStep).where(RankStep.fine)).first()
    session.execute(update(RankStep).where(RankStep.prefix == first.prefix).values(people=RankStep.people + 3))
    gone = {
        **{name: getattr(first, name) for name in ("contest_id", "round_number", "division_id")},
        "fine": True,
        "shard": 4,
    }
    session.add(RankStep(**gone, prefix="0000", people=1))
    session.flush()
    wrong = steps.wrong_steps(session, contest, order)
    assert {(step[2], stored - right) for step, stored, right in wrong} == {(first.prefix, 3), ("0000", 1)}
    steps.rebuild(session, contest, order)
    assert steps.wrong_steps(session, contest, order) == []
    assert session.scalar(select(RankStep.people).where(RankStep.prefix == "0000")) is None


def test_people_of_one_step_are_counted_in_shards(town, session):
    contest = town.contest(criteria=["score", "elapsed"])
    round_ = town.round(contest)
    for _ in range(steps.SHARDS + 2):
        actions.attempt_closed(session, arena.closed_attempt(session, arena.enter(town, contest), round_, score=2))
    rows = session.scalars(select(RankStep).where(RankStep.round_number == 1, RankStep.fine.is_(False))).all()
    assert len(rows) == steps.SHARDS and sum(row.people for row in rows) == steps.SHARDS + 2
    assert len({row.prefix for row in rows}) == 1


def test_ranks_and_pages_are_those_of_a_plain_count(town, session):
    contest = standings_of(town, session, ("score", "prediction", "elapsed"), 90)
    steps.rebuild(session, contest, order_of(contest))
    session.commit()
    for number in (0, 1):
        rows = session.execute(
            select(Standing.sort_key, Standing.entry_id)
            .where(Standing.round_number == number, Standing.ranked)
            .order_by(Standing.sort_key, Standing.entry_id)
        ).all()
        plain = {entry: 1 + sum(other < key for other, _entry in rows) for key, entry in rows}
        board = Board(contest.id, number)
        paged = [
            line
            for page in range(1, -(-len(rows) // 7) + 1)
            for line in queries.ranking_page(session, board, page, 7).lines
        ]
        assert [line.entry_id for line in paged] == [entry for _key, entry in rows]
        assert {line.entry_id: line.rank for line in paged} == plain
        for place, (key, entry) in enumerate(rows):
            lines = queries.around(session, board, key, entry)
            near = range(max(0, place - 3), min(len(rows), place + 5))
            assert [(line.entry_id, line.rank) for line in lines] == [(rows[n][1], plain[rows[n][1]]) for n in near]


def test_ladders_are_whole_right_after_the_upgrade(app, town, session):
    contest = standings_of(town, session, ("score", "elapsed"), 30)
    order = order_of(contest)
    steps.rebuild(session, contest, order)
    session.execute(update(RankStep).values(shard=RankStep.people % 3))
    town.commit()
    engine = app.extensions["store"].engine
    session.close()
    migrate.downgrade(engine, "0003")
    migrate.upgrade(engine)
    with app.extensions["store"].session(readonly=True) as fresh:
        assert steps.wrong_steps(fresh, fresh.merge(contest, load=False), order) == []
        assert fresh.scalar(select(RankStep.people).where(RankStep.fine)) is not None


def test_every_criterion_can_lead_a_ladder():
    for key in CRITERIA:
        order = Order((key, "score") if key != "score" else (key,), Total.NONE, PredictionRule.NEAREST)
        width = sum(CRITERIA[each].width for each in order.keys)
        assert len(fine_step("0" * width, order, 1)) <= width


def test_a_ladder_without_rows_is_made_from_the_standings(town, session):
    contest = standings_of(town, session, ("score",), 5)
    steps.rebuild(session, contest, order_of(contest))
    session.execute(delete(RankStep).where(RankStep.fine))
    steps.fill(session)
    assert steps.wrong_steps(session, contest, order_of(contest)) == []
