"""Who gets which prize: the order of lines, the cascade, shared places, what is kept and who is passed over."""

from itertools import groupby

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contest.prizes.rules import NAMED, UNION, Prize, Standee, Winner, award, notes, reasons
from contest.rounds.settings import TieRule
from questions.messages import message

#: What a loaded machine takes says nothing about the rules.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
BOARD = message("của đợt 1")


def board(*orders, out=()):
    """People 1, 2, 3 ... with these orders, ranked as a ranking ranks them; ``out``: keys that may have no prize."""
    ordered = sorted(orders)
    return [
        Standee(key, ordered.index(order) + 1, order, message("không xét giải") if key in out else None)
        for key, order in enumerate(orders, 1)
    ]


def lines(*quantities, boards=None):
    boards = boards or [None] * len(quantities)
    return [Prize(n, f"Giải {n}", q, b) for n, (q, b) in enumerate(zip(quantities, boards, strict=True), 1)]


def winners(drawn):
    return [[winner.standee.key for winner in line.winners] for line in drawn]


def test_each_line_takes_up_where_the_one_above_ended():
    assert winners(award(lines(1, 2, 3), {None: board(*range(9))})) == [[1], [2, 3], [4, 5, 6]]


def test_who_may_have_none_keeps_the_place_and_uses_up_no_prize():
    drawn = award(lines(1, 1), {None: board(0, 1, 2, out={1})})
    assert winners(drawn) == [[2], [3]]
    assert [passed.standee.key for passed in drawn[0].passed] == [1]
    assert [str(reason) for reason in reasons(drawn[0].winners[0], BOARD)] == [
        "Hạng 2 của đợt 1.",
        "Người xếp hạng 1 không được xét giải này: không xét giải.",
    ]


def test_what_nobody_is_there_for_is_left_over():
    drawn = award(lines(2, 3), {None: board(0)})
    assert winners(drawn) == [[1], []]
    assert [line.left for line in drawn] == [1, 3]
    assert str(notes(drawn[0], TieRule.SHARE)[0]) == "Còn 1 giải chưa có người đủ điều kiện nhận."


# Shared places


def test_all_of_the_last_place_share_it_and_use_up_prizes_of_the_next_line():
    drawn = award(lines(1, 3, 1), {None: board(0, 0, 1, 2, 3)})
    assert winners(drawn) == [[1, 2], [3, 4], [5]]
    assert [line.used for line in drawn] == [0, 1, 0]
    assert drawn[0].winners[0].sharing == 1
    assert "tất cả cùng được giải" in str(reasons(drawn[0].winners[0], BOARD)[-1])


def test_sharing_may_use_up_whole_lines():
    drawn = award(lines(1, 2, 2), {None: board(0, 0, 0, 0, 5, 6)})
    assert winners(drawn) == [[1, 2, 3, 4], [], [5]]
    assert [line.used for line in drawn] == [0, 2, 1]
    assert "Bớt 2 giải" in str(notes(drawn[1], TieRule.SHARE)[0])


def test_a_shared_place_above_the_last_prize_is_no_question():
    for ties in TieRule:
        assert winners(award(lines(2, 1), {None: board(0, 0, 1)}, ties=ties)) == [[1, 2], [3]]


@pytest.mark.parametrize("ties", [TieRule.LOT, TieRule.COMMITTEE])
def test_otherwise_those_of_the_last_place_wait_and_so_does_what_follows(ties):
    drawn = award(lines(2, 1), {None: board(0, 1, 1, 2)}, ties=ties)
    assert winners(drawn) == [[1], []]
    assert [person.key for person in drawn[0].tied] == [2, 3]
    assert (drawn[0].open, drawn[1].waits, drawn[0].settled, drawn[1].settled) == (1, "Giải 1", False, False)
    said = str(notes(drawn[0], ties)[0])
    assert ("bốc thăm" in said) is (ties is TieRule.LOT)
    assert "Ban tổ chức chọn" in str(notes(drawn[0], ties, UNION)[0])
    assert str(notes(drawn[1], ties)[0]) == "Chờ xong Giải 1 rồi mới xét được giải này."


def test_a_choice_settles_a_shared_place_and_the_others_go_on_to_the_next_line():
    people = {None: board(0, 1, 1, 1, 2)}
    half = award(lines(3, 1), people, ties=TieRule.COMMITTEE, chosen={1: [3]})
    assert winners(half) == [[1, 3], []]
    assert ([person.key for person in half[0].tied], half[0].open) == ([2, 4], 1)
    whole = award(lines(3, 1), people, ties=TieRule.COMMITTEE, chosen={1: [3, 4]})
    assert winners(whole) == [[1, 3, 4], [2]]
    said = reasons(whole[0].winners[1], BOARD, chosen_reason="nộp bài sớm hơn")
    assert str(said[-1]) == "Được Ban tổ chức chọn trong 3 người đồng hạng: nộp bài sớm hơn"


def test_a_choice_of_somebody_who_does_not_share_the_place_is_not_obeyed():
    drawn = award(lines(1), {None: board(0, 0, 1)}, ties=TieRule.COMMITTEE, chosen={1: [3]})
    assert (winners(drawn), drawn[0].open) == ([[]], 1)


def test_a_line_of_another_board_goes_on_while_one_waits_unless_it_reaches_them():
    one, other = Standee(1, 1, 0), Standee(2, 1, 0)
    prizes = lines(1, 1, 1, boards=["a", "b", "c"])
    people = {"a": [one, other], "b": [Standee(3, 1, 0), Standee(4, 2, 1)], "c": [other, Standee(5, 2, 9)]}
    drawn = award(prizes, people, one_prize=True, ties=TieRule.LOT)
    assert winners(drawn) == [[], [3], []]
    assert drawn[2].waits == "Giải 1"
    assert winners(award(prizes, people, ties=TieRule.LOT)) == [[], [3], [2]], "two prizes are allowed"


# One prize a person


def test_with_one_prize_the_highest_stays_and_the_next_moves_up_elsewhere():
    prizes = lines(1, 1, 1, boards=["all", "women", "all"])
    people = {
        "all": [Standee(1, 1, 0), Standee(2, 2, 1), Standee(3, 3, 2)],
        "women": [Standee(1, 1, 0), Standee(3, 2, 2)],
    }
    drawn = award(prizes, people, one_prize=True)
    assert winners(drawn) == [[1], [3], [2]]
    assert str(drawn[1].passed[0].why) == "đã được Giải 1"
    assert winners(award(prizes, people)) == [[1], [1], [2]]


def test_on_one_board_nobody_gets_two_prizes_and_is_not_told_as_passed_over():
    drawn = award(lines(1, 1), {None: board(0, 1)})
    assert (winners(drawn), drawn[1].passed) == ([[1], [2]], ())


# What is kept


def test_kept_prizes_stay_and_only_the_rest_is_given():
    people = {None: board(*range(6))}
    drawn = award(lines(2, 2), people, kept={1: [1], 2: [4]})
    assert winners(drawn) == [[2], [3]]


def test_more_kept_than_there_are_prizes_use_up_those_of_the_next_line():
    drawn = award(lines(1, 2), {None: board(0, 0, 1, 2)}, kept={1: [1, 2]})
    assert winners(drawn) == [[], [3]]


def test_of_people_passed_over_a_reason_names_a_few_and_counts_the_rest():
    drawn = award(lines(1), {None: board(*range(7), out=range(1, 7))})
    said = [str(reason) for reason in reasons(drawn[0].winners[0], BOARD)]
    assert len(said) == 1 + NAMED + 1
    assert said[-1] == "Còn 3 người xếp trên cũng không được xét giải này."


def test_the_next_on_the_ranking_is_named_even_when_they_may_have_no_prize():
    drawn = award(lines(1), {None: board(0, 1, 2, out={2})})
    assert drawn[0].winners[0].following.key == 2
    assert isinstance(drawn[0].winners[0], Winner)
    assert award(lines(1), {None: board(0)})[0].winners[0].following is None


# Against a plain second computation


@st.composite
def tables(draw):
    """Boards over the same few people, everybody on at most one place of each, and lines in any order of boards."""
    boards = {
        name: [
            Standee(key, place, place, message("x") if draw(st.integers(0, 5)) == 0 else None)
            for place, key in enumerate(draw(st.permutations(range(8)))[: draw(st.integers(0, 8))], 1)
        ]
        for name in ("a", "b", "c")
    }
    named = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=6))
    return lines(*(draw(st.integers(1, 3)) for _ in named), boards=named), boards


def deferred(prizes, boards):
    """Lines ask people from the top; everybody keeps the highest line that asked and lets the others go."""
    holding, asked = {}, {prize.id: 0 for prize in prizes}
    by_id = {prize.id: prize for prize in prizes}
    again = True
    while again:
        again = False
        for prize in prizes:
            while sum(held == prize.id for held in holding.values()) < prize.quantity:
                people = boards[prize.board]
                if asked[prize.id] >= len(people):
                    break
                person = people[asked[prize.id]]
                asked[prize.id] += 1
                if person.out is None and prize.id < holding.get(person.key, len(by_id) + 1):
                    holding[person.key] = prize.id
                    again = True
    return [[p.key for p in boards[prize.board] if holding.get(p.key) == prize.id] for prize in prizes]


@CALM
@given(tables())
def test_the_cascade_is_the_one_outcome_in_which_nobody_has_a_reason_to_complain(table):
    prizes, boards = table
    assert winners(award(prizes, boards, one_prize=True)) == deferred(prizes, boards)


@CALM
@given(st.lists(st.integers(0, 6), max_size=14), st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_shared_prizes_go_by_places(orders, quantities):
    """On one board with sharing a prize goes to the places it names, counted without those who may have none."""
    ordered = sorted(orders)
    people = [Standee(key, ordered.index(order) + 1, order) for key, order in enumerate(ordered)]
    drawn = award(lines(*quantities), {None: people})
    last = 0
    for line, quantity in zip(drawn, quantities, strict=True):
        wanted = [person.key for person in people if last < person.rank <= last + quantity]
        assert [winner.standee.key for winner in line.winners] == wanted
        last += quantity


@CALM
@given(st.lists(st.integers(0, 4), max_size=12), st.lists(st.integers(1, 3), min_size=1, max_size=3), st.data())
def test_choosing_until_nothing_waits_gives_every_prize_once(orders, quantities, data):
    ordered = sorted(orders)
    people = [Standee(key, ordered.index(order) + 1, order) for key, order in enumerate(ordered)]
    chosen: dict[int, set[int]] = {}
    while True:
        drawn = award(lines(*quantities), {None: people}, ties=TieRule.COMMITTEE, chosen=chosen)
        waiting = [line for line in drawn if line.open]
        if not waiting:
            break
        pick = data.draw(st.sampled_from(waiting[0].tied))
        chosen.setdefault(waiting[0].prize.id, set()).add(pick.key)
    given_out = [key for line in winners(drawn) for key in line]
    assert len(given_out) == len(set(given_out)) == min(len(people), sum(quantities))
    assert all(line.settled for line in drawn)
    levels = [[people[key].order for key in line] for line in winners(drawn)]
    assert [order for level in levels for order in level] == sorted(order for level in levels for order in level)


@CALM
@given(tables())
def test_what_was_given_stays_when_it_is_gone_through_again(table):
    prizes, boards = table
    first = award(prizes, boards, one_prize=True)
    kept = {line.prize.id: [winner.standee.key for winner in line.winners] for line in first}
    assert winners(award(prizes, boards, one_prize=True, kept=kept)) == [[] for _ in prizes]


def test_groups_of_one_board_need_not_stand_together():
    """The order of lines alone decides: a line of another board between two does not part them."""
    prizes = lines(1, 1, 1, boards=["a", "b", "a"])
    people = {"a": board(0, 1), "b": [Standee(9, 1, 0)]}
    assert [key for key, _group in groupby(winners(award(prizes, people)), key=len)] == [1]
    assert winners(award(prizes, people)) == [[1], [9], [2]]
