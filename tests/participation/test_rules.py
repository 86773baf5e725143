"""Rates, targets, headcounts and the tree: both sides of each boundary."""

import doctest
from datetime import date

import pytest

from contest.participation import asking, headcounts, leagues, rules
from contest.participation.asking import Targets
from contest.participation.branches import Branch, Node
from contest.participation.forests import Forest
from contest.participation.frames import Frame
from contest.participation.headcounts import Known, Size
from contest.participation.rolling import Rolled
from contest.unions.rules import Level, NodeState

DAY = date(2026, 3, 2)


def test_examples_in_the_rules_run():
    for module in (rules, headcounts, asking):
        assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("dates", "number", "late"),
    [
        ([(date(2026, 3, 2), 5)], 5, False),
        ([(date(2026, 3, 1), 4), (date(2026, 3, 2), 5), (date(2026, 3, 3), 6)], 5, False),
        ([(date(2026, 3, 3), 6), (date(2026, 4, 1), 7)], 6, True),
    ],
)
def test_the_headcount_of_the_opening_day(dates, number, late):
    found = headcounts.chosen(DAY, [Known(*one) for one in dates])
    assert (found.number, found.late) == (number, late)


@pytest.mark.parametrize(("people", "wanted"), [(11, 7), (10, 6), (1, 1)])
def test_a_target_in_per_cent_asks_for_whole_people(people, wanted):
    assert rules.people_wanted(people, 60) == wanted


def test_a_circle_in_the_tree_is_refused():
    with pytest.raises(ValueError, match="circle"):
        rules.bottom_up({1: 2, 2: 1})


def node(id, parent, level=Level.GRASSROOTS, closed_on=None):
    state = NodeState.CLOSED if closed_on else NodeState.OPEN
    return Node(id, parent, f"U{id}", f"Công đoàn {id}", f"u{id}", level, "", closed_on, state=state)


def grown(nodes, own=None, sizes=None, targets=None):
    return Branch(Rolled(Frame(Forest(nodes), sizes or {}, targets or Targets()), own or {}), nodes[0].id)


def branch(people, sizes, target=None, closed=(), target_people=None):
    """U1 with U2 and U3 below it, U4 (a section) below U3."""
    shape = [(1, None, Level.UPPER), (2, 1, Level.GRASSROOTS), (3, 1, Level.GRASSROOTS), (4, 3, Level.SECTION)]
    nodes = [node(*one, closed_on=DAY if one[0] in closed else None) for one in shape]
    own = {key: (number, number, 0, 0, 0) for key, number in people.items()}
    parents = {n.id: n.parent_id for n in nodes}
    targets = Targets(target, target_people, 1, parents=parents)
    return grown(nodes, own, {key: Size(number) for key, number in sizes.items()}, targets)


def test_rates_above_a_hundred_are_kept_and_marked():
    row = branch({2: 15}, {2: 10}).row(2)
    assert (row.rate, row.implausible) == (150.0, True)
    assert branch({2: 10}, {2: 10}).row(2).implausible is False


def test_no_headcount_no_rate():
    row = branch({2: 15}, {}, target=60).row(2)
    assert (row.headcount, row.rate, row.wanted, row.missing, row.implausible) == (None, None, None, None, False)
    assert branch({2: 1}, {2: 0}).row(2).rate is None


def test_unions_without_a_figure_are_told():
    root = branch({2: 1, 3: 1}, {1: 99, 2: 10}).root
    assert (root.headcount, root.size.missing) == (10, 1)


def test_distance_to_the_target():
    found = branch({2: 6, 3: 7}, {2: 10, 3: 10}, target=65)
    assert [found.row(n).missing for n in (2, 3)] == [1, 0]
    assert branch({2: 8}, {2: 10}, target=65).row(2).missing == -1
    assert branch({2: 8}, {2: 10}, target=65, target_people=50).root.missing == 42


def test_units_without_anybody_leave_sections_out():
    found = branch({2: 1}, {})
    assert [n.code for n in found.silent()] == ["U3"]
    assert (found.root.units, found.root.silent) == (2, 1)
    assert found.row(3).units == 1


def test_a_closed_union_is_shown_only_with_participants():
    assert [row.node.code for row in branch({2: 1}, {}, closed=(3, 4)).children()] == ["U2"]
    assert [row.node.code for row in branch({4: 1}, {}, closed=(3, 4)).children()] == ["U2", "U3"]
    assert branch({2: 1}, {2: 5, 3: 7}, closed=(3, 4)).root.headcount == 5


def test_sorting_puts_unknown_last_both_ways():
    rows = branch({2: 1, 3: 9}, {3: 10}).children()
    assert [row.node.id for row in leagues.sort_rows(rows, "ty-le", True)] == [3, 2]
    assert [row.node.id for row in leagues.sort_rows(rows, "ty-le", False)] == [3, 2]
    assert [row.node.id for row in leagues.sort_rows(rows, "nguoi", False)] == [2, 3]
    assert [row.node.id for row in leagues.sort_rows(rows, "nguoi", True)] == [3, 2]


def test_places_are_shared_and_minimums_asked():
    rows = branch({2: 5, 3: 10}, {2: 10, 3: 20}).children()
    assert leagues.places(rows, "ty-le", leagues.Minimum()) == {2: 1, 3: 1}
    assert leagues.places(rows, "nguoi", leagues.Minimum()) == {3: 1, 2: 2}
    assert leagues.places(rows, "nguoi", leagues.Minimum(headcount=11)) == {3: 1}
    assert leagues.places(rows, "nguoi", leagues.Minimum(headcount=10)) == {3: 1, 2: 2}
    assert leagues.places(rows, "ty-le", leagues.Minimum(percent=51)) == {}
    assert leagues.places(rows, "ty-le", leagues.Minimum(percent=50)) == {2: 1, 3: 1}
    without = branch({2: 5}, {}).children()
    assert leagues.places(without, "ty-le", leagues.Minimum()) == {}
    assert leagues.places(without, "nguoi", leagues.Minimum()) == {2: 1}


def test_the_first_fork_passes_by_single_unions():
    nodes = [node(1, None, Level.NATIONAL), node(2, 1, Level.PROVINCIAL), node(3, 2), node(4, 2)]
    assert [row.node.id for row in grown(nodes).first_fork()] == [3, 4]


@pytest.mark.parametrize(("earlier", "jumps"), [(100, True), (101, False), (None, False)])
def test_a_jump_by_half_is_seen(earlier, jumps):
    assert Size(150, before=earlier).jumps is jumps


@pytest.mark.parametrize(
    ("told", "number", "unconfirmed"),
    [
        ([(1, 40, True), (2, 90, False)], 40, False),
        ([(2, 90, False)], 90, True),
        ([(5, 40, True), (1, 90, False)], 40, False),
    ],
)
def test_a_figure_that_waits_holds_only_where_none_is_confirmed(told, number, unconfirmed):
    found = headcounts.chosen(DAY, [Known(date(2026, 3, day), *rest) for day, *rest in told])
    assert (found.number, found.unconfirmed) == (number, unconfirmed)


def taken_over(own, *taken):
    rows = [headcounts.TakenOver(old, new, date(2025, 7, 1)) for old, new in taken]
    return {union: kinds["member"] for union, kinds in headcounts.handed_over(own, rows).items()}


def figure(number, year, **more):
    return {"member": headcounts.Chosen(number, date(year, 7, 1), **more)}


def test_a_successor_counts_those_it_took_over_until_it_has_a_figure_of_its_own():
    assert taken_over({1: figure(50, 2024), 2: figure(30, 2024)}, (2, 1))[1].number == 80
    assert taken_over({1: figure(50, 2025), 2: figure(30, 2024)}, (2, 1))[1].number == 50
    assert taken_over({2: figure(30, 2024), 3: figure(9, 2024)}, (2, 1), (3, 1)) == {1: figure(39, 2024)["member"]}
    through = {1: figure(50, 2024), 2: figure(30, 2024), 3: figure(9, 2024)}
    assert taken_over(through, (3, 2), (2, 1))[1].number == 89


def test_taking_a_union_over_is_no_jump():
    earlier = Known(date(2024, 1, 1), 50)
    own = {1: figure(80, 2025, earlier=earlier), 2: figure(30, 2024)}
    assert headcounts.own_size({"member": taken_over(own, (2, 1))[1]}).jumps is False
    assert headcounts.own_size(own[1]).jumps is True
