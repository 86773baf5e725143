"""Prizes of unions: by people, by rate, with the average, with converted prizes; minimums, sizes, shared places."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prizes import podium
from standings import arena

from contest.accounts.rules import TERMINAL
from contest.participation import queries as tables
from contest.participation import recounting as participation
from contest.participation.branches import Node, UnionRow
from contest.participation.headcounts import Size
from contest.participation.leagues import BY_PEOPLE, BY_RATE, Minimum, places
from contest.participation.rules import Counts
from contest.prizes import actions, leagues
from contest.prizes.collective import Competitor, League, figures, lead, rank
from contest.prizes.outlook import outlook
from contest.rounds.locks import Refused
from contest.rounds.settings import CollectiveBasis
from contest.standings import actions as standings

#: What a loaded machine takes says nothing about the rules.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def union(number, people, headcount, average=None, points=0):
    node = Node(number, None, f"U{number}", f"Đơn vị {number}", f"{number:03}", "upper", "", None)
    size = None if headcount is None else Size(headcount)
    return Competitor(UnionRow(node, Counts(people=people, attempts=people), size, None, 0, 0, False), average, points)


def league(basis, size=(None, None), weights=(1, 1)):
    return League(CollectiveBasis(basis), 1, size, weights)


def order(table):
    return [(line.rank, line.competitor.row.node.id) for line in table.ranked]


SOME = [
    union(1, 30, 100, Fraction(80), 0),
    union(2, 20, 40, Fraction(60), 3),
    union(3, 50, None, Fraction(90), 9),
    union(4, 5, 10, Fraction(70), 0),
    union(5, 0, 10),
]


@pytest.mark.parametrize(
    ("basis", "weights", "wanted"),
    [
        ("people", (1, 1), [(1, 3), (2, 1), (3, 2), (4, 4)]),
        ("rate", (1, 1), [(1, 2), (1, 4), (3, 1)]),
        ("rate_average", (1, 1), [(1, 4), (2, 1), (2, 2)]),
        ("rate_average", (1, 3), [(1, 1), (2, 4), (3, 2)]),
        ("rate_prizes", (1, 1), [(1, 2), (2, 4), (3, 1)]),
        ("rate_prizes", (1, 0), [(1, 2), (1, 4), (3, 1)]),
    ],
)
def test_what_unions_are_ranked_by(basis, weights, wanted):
    table = rank(SOME, league(basis, weights=weights), Minimum())
    assert order(table) == wanted
    missing = {c.row.node.id: str(why) for c, why in table.unranked}
    assert missing.get(3) == (None if basis == "people" else "chưa có số đoàn viên")
    assert missing[5] == "chưa có người dự thi"


def test_minimums_and_sizes_leave_unions_out_with_the_reason():
    table = rank(SOME, league("rate"), Minimum(headcount=20, percent=40))
    assert order(table) == [(1, 2)]
    assert {c.row.node.id: str(why) for c, why in table.unranked} == {
        1: "tỷ lệ dưới 40%",
        3: "chưa có số đoàn viên",
        4: "dưới 20 đoàn viên",
        5: "dưới 20 đoàn viên",
    }
    small = rank(SOME, league("people", size=(None, 40)), Minimum())
    assert order(small) == [(1, 2), (2, 4)]
    assert str(small.unranked[0][1]) == "chưa có số đoàn viên"


def test_every_place_says_what_it_follows_from():
    by = league("rate_prizes", weights=(1, 2))
    first, second, _third = rank(SOME, by, Minimum()).ranked
    assert str(figures(first, by)) == (
        "20 người dự thi trên 40 người, tỷ lệ 50%; giải cá nhân quy đổi được 3 điểm; 1 × 50 + 2 × 3 = 56 điểm."
    )
    assert str(lead(first, second, by)) == "hơn đơn vị xếp sau (Đơn vị 4) 6 điểm"
    assert lead(first, None, by) is None
    close = league("rate")
    near = rank([union(1, 33_333, 100_000), union(2, 1, 3)], close, Minimum()).ranked
    assert str(lead(*near, close)) == "hơn đơn vị xếp sau (Đơn vị 1) dưới 0,01 điểm phần trăm"
    average = league("rate_average")
    assert "điểm trung bình bằng 70% điểm tối đa; 1 × 50 + 1 × 70 = 120" in str(
        figures(rank(SOME, average, Minimum()).ranked[0], average)
    )
    assert str(figures(rank(SOME, league("people"), Minimum()).ranked[0], league("people"))) == "50 người dự thi."


@CALM
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), max_size=7),
    st.tuples(st.integers(0, 40), st.integers(0, 100)),
)
def test_places_agree_with_the_participation_pages(figures_, least):
    """0 stands for a figure that is not given."""
    unions = [union(number, people, size or None) for number, (people, size) in enumerate(figures_, 1)]
    minimum = Minimum(*(number or None for number in least))
    for basis, by in (("people", BY_PEOPLE), ("rate", BY_RATE)):
        found = rank(unions, league(basis), minimum)
        assert {line.competitor.row.node.id: line.rank for line in found.ranked} == places(
            [one.row for one in unions], by, minimum
        )
        assert len(found.ranked) + len(found.unranked) == len(unions)


# With the database


def played(town, *lines, **settings):
    """LC-PT: three of twenty people with 9, 6, 3 of 10 points; LC-TU: two of twenty with 9 and 9."""
    contest = podium.contest_of(town, lines=(), total="sum", **settings)
    for line in lines:
        podium.prize(contest, scope="collective", **line)
    round_ = contest.rounds[0]
    round_.blueprint[0].points = 4
    entries = []
    for where, scores in ((town.LC_PT_1, (9, 6, 3)), (town.LC_TU_2, (9, 9))):
        for score in scores:
            entry = arena.enter(town, contest, town.person(f"Người {len(entries)}", union=where))
            arena.closed_attempt(town.session, entry, round_, score=score, max_score=12)
            entries.append(entry)
    standings.recount(town.session, contest)
    participation.recount(town.session, contest)
    return contest, entries


def winners(session, contest):
    by_id = {line.id: line.title for line in contest.prizes}
    return [
        (by_id[proposal.line_id], proposal.union_id)
        for proposal in outlook(session, contest, 0).proposals
        if proposal.union_id
    ]


def test_unions_win_by_the_figures_of_the_participation_pages(session, town):
    contest, _entries = played(
        town,
        {"title": "Đông", "basis": "people"},
        {"title": "Tỷ lệ", "basis": "rate"},
        {"title": "Điểm", "basis": "rate_average", "weight_rate": 1, "weight_other": 1},
    )
    awards = actions.propose(session, TERMINAL, contest, 0, town.now)
    assert winners(session, contest) == [
        ("Đông", town.LC_PT.id),
        ("Tỷ lệ", town.LC_PT.id),
        ("Điểm", town.LC_TU.id),
    ]
    said = podium.sentences(awards[1])
    assert said == [
        "Hạng 1 trong các đơn vị được xét, hơn đơn vị xếp sau (LĐLĐ huyện Than Uyên) 5 điểm phần trăm.",
        "3 người dự thi trên 20 người, tỷ lệ 15%.",
    ]
    # 18 of 36 and 18 of 24 possible points.
    assert leagues.averages_of(session, contest, [town.LC_PT.id, town.LC_TU.id]) == {
        town.LC_PT.id: Fraction(50),
        town.LC_TU.id: Fraction(75),
    }
    row = tables.branch(session, contest, town.province.id).row(town.LC_PT.id)
    assert (row.counts.people, row.headcount) == (3, 20)


def test_a_league_may_be_of_the_unions_below_a_union(session, town):
    contest, _entries = played(
        town,
        {
            "title": "Cơ sở",
            "basis": "people",
        },
    )
    contest.prizes[0].league_union_id = town.LC_TU.id
    assert winners(session, contest) == [("Cơ sở", town.LC_TU_2.id)]


def test_prizes_of_people_count_for_their_unions_once_announced_or_announced_with_them(session, town):
    line = {"title": "Quy đổi", "basis": "rate_prizes", "weight_rate": 1, "weight_other": 2}
    contest, entries = played(town, line)
    podium.prize(contest, "Giải tuần", 1, "round", points=2)
    podium.prize(contest, "Giải chung", 2, "contest", points=3)
    session.flush()
    assert winners(session, contest) == [("Quy đổi", town.LC_TU.id)]
    league_ = leagues.league_of(contest, contest.prizes[0])
    people = [(entries[3].id, contest.prizes[2].id), (entries[4].id, contest.prizes[2].id)]

    def points():
        found = leagues.table(session, contest, league_, people)
        return {line.competitor.row.node.id: line.competitor.points for line in found.ranked}

    assert points() == {town.LC_TU.id: 6, town.LC_PT.id: 0}
    actions.propose(session, TERMINAL, contest, 1, town.now)
    assert points() == {town.LC_TU.id: 6, town.LC_PT.id: 0}, "a proposal counts for nobody"
    actions.announce(session, TERMINAL, contest, 1, town.now)
    assert points() == {town.LC_TU.id: 10, town.LC_PT.id: 2}


def test_unions_on_one_place_share_or_are_chosen_never_by_lots_of_people(session, town):
    contest, _entries = played(town, {"title": "Cờ", "basis": "people"}, tie_rule="lot")
    extra = arena.enter(town, contest, town.person("Thêm Một Người", union=town.LC_TU_2))
    arena.closed_attempt(session, extra, contest.rounds[0], score=1)
    standings.recount(session, contest)
    participation.recount(session, contest)
    (view,) = outlook(session, contest, 0).lines
    assert sorted(person.key for person in view.candidates) == sorted([town.LC_PT.id, town.LC_TU.id])
    assert "Ban tổ chức chọn" in str(view.notes[0])
    actions.choose(session, TERMINAL, contest, 0, contest.prizes[0], town.LC_TU.id, "Bốc thăm công khai", town.now)
    assert winners(session, contest) == [("Cờ", town.LC_TU.id)]
    contest.tie_rule = "share"
    actions.propose(session, TERMINAL, contest, 0, town.now)
    assert sorted(winners(session, contest)) == sorted([("Cờ", town.LC_PT.id), ("Cờ", town.LC_TU.id)])


def test_a_union_that_declines_is_replaced(session, town):
    contest, _entries = played(town, {"title": "Cờ", "basis": "people"})
    (award,) = actions.propose(session, TERMINAL, contest, 0, town.now)
    (moved,) = actions.refuse(session, TERMINAL, award, "Xin không nhận", town.now)
    assert (award.union_id, moved.union_id) == (town.LC_PT.id, town.LC_TU.id)
    actions.announce(session, TERMINAL, contest, 0, town.now)
    contest.results_at = town.now
    session.flush()
    with pytest.raises(Refused):
        actions.refuse(session, TERMINAL, moved, "Cũng không nhận", town.now)
