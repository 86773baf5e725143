"""Proposing, choosing, refusing, announcing: what is kept, who moves up, what is locked."""

import pytest
from prizes import podium
from prizes.podium import held, people, sentences

from contest.accounts.rules import TERMINAL
from contest.prizes import actions, queries
from contest.prizes.outlook import outlook, unready
from contest.prizes.rules import AwardState
from contest.rounds.locks import Refused


def test_the_best_get_the_prizes_and_every_proposal_says_why(session, town):
    contest = podium.contest_of(town)
    first, second, third, _last = people(town, contest, 9, 7, 6, 3)
    awards = actions.propose(session, TERMINAL, contest, 1, town.now)
    assert held(session, contest) == [
        ("Giải Nhất", first.id),
        ("Giải Nhì", second.id),
        ("Giải Nhì", third.id),
    ]
    assert sentences(awards[0]) == ["Hạng 1 của đợt 1, hơn người xếp sau 2 điểm."]
    assert {award.state for award in awards} == {AwardState.PROPOSED}
    assert unready(session, contest, 1) == []
