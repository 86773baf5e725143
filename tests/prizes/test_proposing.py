"""Proposing, choosing, refusing, announcing: what is kept, who moves up, what is locked."""

import pytest
from prizes import podium
from prizes.podium import held, people, sentences
from standings import arena

from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL
from contest.prizes import actions, claims, queries, tops
from contest.prizes.models import Award
from contest.prizes.outlook import outlook, unready
from contest.prizes.rules import AwardState
from contest.rounds.locks import Refused
from contest.rulings import actions as rulings
from contest.rulings.rules import RulingKind
from contest.standings import lots

NHAT, NHI = "Giải Nhất", "Giải Nhì"


def propose(session, contest, town, number=1):
    return actions.propose(session, TERMINAL, contest, number, town.now)


def announced(session, contest, town, number=1):
    """Proposed and announced, the round locked as its results are out."""
    propose(session, contest, town, number)
    actions.announce(session, TERMINAL, contest, number, town.now)
    if number:
        contest.rounds[number - 1].published_at = town.now
    else:
        contest.results_at = town.now
    session.flush()


def refuse(session, town, contest, place, reason="Không nhận giải", number=1):
    award = queries.awards(session, contest.id, number)[place]
    return actions.refuse(session, TERMINAL, award, reason, town.now)


def ruled(session, town, contest, kind, entry, reason="Là người ra đề"):
    return rulings.decide(session, {}, TERMINAL, contest, kind, entry, None, reason, town.now)


def words(error):
    return [str(reason) for reason in error.value.reasons]


def actions_of(session):
    return [row.action for row in session.query(AuditEntry).order_by(AuditEntry.id)]


def test_the_best_get_the_prizes_and_every_proposal_says_why(session, town):
    contest = podium.contest_of(town)
    first, second, third, _last = people(town, contest, 9, 7, 6, 3)
    awards = propose(session, contest, town)
    assert held(session, contest) == [(NHAT, first.id), (NHI, second.id), (NHI, third.id)]
    assert sentences(awards[0]) == ["Hạng 1 của đợt 1, hơn người xếp sau 2 điểm."]
    assert {award.state for award in awards} == {AwardState.PROPOSED}
    assert unready(session, contest, 1) == []
    assert actions_of(session) == ["prizes.propose"]


def test_proposed_twice_nothing_changes(session, town):
    contest = podium.contest_of(town)
    people(town, contest, 9, 7)
    before = [award.id for award in propose(session, contest, town)]
    assert [award.id for award in propose(session, contest, town)] == before


def test_without_a_point_there_is_no_prize(session, town):
    contest = podium.contest_of(town)
    first, _nothing = people(town, contest, 5, 0)
    propose(session, contest, town)
    assert held(session, contest) == [(NHAT, first.id)]
    (view,) = [line for line in outlook(session, contest, 1).lines if line.line.title == NHI]
    assert [str(note) for note in view.notes] == ["Còn 2 giải chưa có người đủ điều kiện nhận."]
    assert [str(why) for _person, why in view.passed] == ["chưa có điểm"]


def test_where_there_are_no_prizes_it_says_where_to_add_them(session, town):
    contest = podium.contest_of(town, lines=())
    with pytest.raises(Refused) as error:
        propose(session, contest, town)
    assert "Hãy thêm giải" in words(error)[0]
    assert unready(session, contest, 1) == []
    assert actions.announce(session, TERMINAL, contest, 1, town.now) == []


def test_the_unranked_and_the_disqualified_get_nothing_and_use_up_no_prize(session, town):
    contest = podium.contest_of(town)
    unranked = arena.enter(town, contest, unranked=True)
    cheat, second, third, fourth = people(town, contest, 9, 8, 7, 6)
    people(town, contest, 10, entries=[unranked])
    ruled(session, town, contest, RulingKind.DISQUALIFIED, cheat)
    propose(session, contest, town)
    assert held(session, contest) == [(NHAT, second.id), (NHI, third.id), (NHI, fourth.id)]


def test_who_keeps_the_place_without_a_prize_is_passed_over_with_the_reason(session, town):
    contest = podium.contest_of(town)
    judge, second, third, fourth = people(town, contest, 9, 8, 7, 6)
    ruled(session, town, contest, RulingKind.NO_PRIZE, judge)
    awards = propose(session, contest, town)
    assert held(session, contest) == [(NHAT, second.id), (NHI, third.id), (NHI, fourth.id)]
    assert [award.rank for award in awards] == [2, 3, 4]
    assert (
        sentences(awards[0])[1] == "Người xếp hạng 1 không được xét giải này: giữ hạng, không xét giải: Là người ra đề."
    )


def test_divisions_have_prizes_of_their_own(session, town):
    contest = podium.contest_of(town, lines=())
    officials, members = (town.division(contest, code) for code in ("CB", "DV"))
    podium.prize(contest, "Nhất cán bộ", division=officials)
    podium.prize(contest, "Nhất đoàn viên", division=members)
    (one, _two) = people(town, contest, 5, 4, division=officials)
    (best,) = people(town, contest, 9, division=members)
    awards = propose(session, contest, town)
    assert held(session, contest) == [("Nhất cán bộ", one.id), ("Nhất đoàn viên", best.id)]
    assert sentences(awards[0])[0].startswith("Hạng 1 của bảng “Bảng CB”, hơn người xếp sau")


def test_only_as_much_of_a_ranking_is_read_as_prizes_reach(session, town, monkeypatch):
    monkeypatch.setattr(tops, "MARGIN", 1)
    read = []
    real = tops.standings.whole_ranking

    def spy(session, board, limit):
        read.append(limit)
        return real(session, board, limit)

    monkeypatch.setattr(tops.standings, "whole_ranking", spy)
    contest = podium.contest_of(town)
    entries = people(town, contest, *([9] + [8] * 6 + [3] * 9))
    propose(session, contest, town)
    assert held(session, contest) == [(NHAT, entries[0].id), *((NHI, entry.id) for entry in entries[1:7])]
    assert read == [4, 16]


# One prize over rounds and the contest


def whole_contest(town, one_prize):
    contest = podium.contest_of(town, rounds=2, lines=(("Nhất tuần", 1),), one_prize=one_prize, total="sum")
    podium.prize(contest, "Nhất chung", 1, "contest")
    podium.prize(contest, "Nhì chung", 1, "contest")
    entries = people(town, contest, 9, 8, 7)
    people(town, contest, 9, 8, 7, number=2, entries=entries)
    return contest, entries


def test_one_prize_in_the_whole_contest_passes_over_who_has_one_of_an_earlier_round(session, town):
    contest, (first, second, third) = whole_contest(town, "contest")
    announced(session, contest, town)
    assert held(session, contest) == [("Nhất tuần", first.id)]
    propose(session, contest, town, 2)
    assert held(session, contest, 2) == [("Nhất tuần", second.id)], "proposals of other rounds bind nobody"
    announced(session, contest, town, 2)
    awards = propose(session, contest, town, 0)
    assert held(session, contest, 0) == [("Nhất chung", third.id)]
    assert "đã được Nhất tuần của đợt 1" in sentences(awards[0])[1]


def test_one_prize_a_round_lets_the_best_win_every_round(session, town):
    contest, (first, second, _third) = whole_contest(town, "round")
    for number in (1, 2):
        announced(session, contest, town, number)
        assert held(session, contest, number) == [("Nhất tuần", first.id)]
    propose(session, contest, town, 0)
    assert held(session, contest, 0) == [("Nhất chung", first.id), ("Nhì chung", second.id)]


def test_one_prize_over_boards_of_a_round_and_who_is_free_moves_up(session, town):
    contest = podium.contest_of(town, lines=(), one_prize="round")
    members = town.division(contest, "DV")
    podium.prize(contest, "Nhất chung")
    podium.prize(contest, "Nhất đoàn viên", division=members)
    best, next_one = people(town, contest, 9, 8, division=members)
    propose(session, contest, town)
    assert held(session, contest) == [("Nhất chung", best.id), ("Nhất đoàn viên", next_one.id)]
    contest.one_prize = "none"
    propose(session, contest, town)
    assert held(session, contest) == [("Nhất chung", best.id), ("Nhất đoàn viên", best.id)]


# Shared places


def test_a_shared_last_place_is_shared_by_the_rule(session, town):
    contest = podium.contest_of(town, tie_rule="share")
    one, two, three, _four = people(town, contest, 9, 9, 8, 7)
    awards = propose(session, contest, town)
    assert held(session, contest) == [(NHAT, one.id), (NHAT, two.id), (NHI, three.id)]
    assert "tất cả cùng được giải" in sentences(awards[0])[-1]


def test_the_committee_chooses_among_those_of_the_last_place_and_nobody_else(session, town):
    contest = podium.contest_of(town, tie_rule="committee")
    one, two, three = people(town, contest, 9, 9, 8)
    propose(session, contest, town)
    assert held(session, contest) == []
    assert len(unready(session, contest, 1)) == 2
    line = contest.prizes[0]
    for key, reason in ((three.id, "x"), (one.id, ""), (one.id, "x" * 1001)):
        with pytest.raises(Refused):
            actions.choose(session, TERMINAL, contest, 1, line, key, reason, town.now)
    for _twice in range(2):
        award = actions.choose(session, TERMINAL, contest, 1, line, two.id, "Bốc thăm công khai", town.now)
    assert held(session, contest) == [(NHAT, two.id), (NHI, one.id), (NHI, three.id)]
    assert (award.chosen_by, award.chosen_reason) == ("terminal", "Bốc thăm công khai")
    assert sentences(award)[-1] == "Được Ban tổ chức chọn trong 2 người đồng hạng: Bốc thăm công khai"
    assert actions_of(session).count("prize.choose") == 1
    propose(session, contest, town)
    assert held(session, contest)[0] == (NHAT, two.id), "proposing again keeps a choice"
    with pytest.raises(Refused) as error:
        actions.choose(session, TERMINAL, contest, 1, line, one.id, "Đổi ý", town.now)
    assert "Không còn phải chọn" in words(error)[0]


def test_a_choice_goes_when_those_no_longer_share_the_place(session, town):
    contest = podium.contest_of(town, lines=((NHAT, 1),), tie_rule="committee")
    one, two = people(town, contest, 9, 9)
    actions.choose(session, TERMINAL, contest, 1, contest.prizes[0], two.id, "Bốc thăm", town.now)
    (better,) = people(town, contest, 10)
    assert unready(session, contest, 1)
    propose(session, contest, town)
    assert held(session, contest) == [(NHAT, better.id)]
    assert one.id != two.id


def test_lots_decide_a_shared_place_where_the_rule_says_so_and_not_before_they_are_drawn(session, town):
    contest = podium.contest_of(town, lines=((NHAT, 1),), tie_rule="lot")
    entries = [arena.enter(town, contest) for _each in range(3)]
    for entry, score in zip(entries, (9, 9, 3), strict=True):
        receipt = f"{entry.id:016d}"
        arena.closed_attempt(session, entry, contest.rounds[0], score=score, receipt=receipt)
    podium.standings.recount(session, contest)
    propose(session, contest, town)
    assert held(session, contest) == []
    assert "bốc thăm trước" in str(unready(session, contest, 1)[0])
    lots.draw_lots(session, TERMINAL, contest, 1, "", "12 34", town.now)
    drawn = lots.lots_of(session, contest, 1, [entry.id for entry in entries])
    awards = propose(session, contest, town)
    assert held(session, contest) == [(NHAT, min(entries[:2], key=lambda entry: drawn[entry.id]).id)]
    assert "theo kết quả bốc thăm" in sentences(awards[0])[0]
    assert unready(session, contest, 1) == []


# Refusals


def test_who_refuses_is_replaced_by_the_next_in_line_at_once(session, town):
    contest = podium.contest_of(town)
    first, second, third, fourth, fifth = people(town, contest, 9, 8, 7, 6, 5)
    propose(session, contest, town)
    (moved,) = refuse(session, town, contest, 1)
    assert held(session, contest) == [(NHAT, first.id), (NHI, third.id), (NHI, fourth.id)]
    assert moved.entry_id == fourth.id
    assert sentences(moved)[-1] == (
        "Thay cho người đứng trên (hạng 2) không nhận hoặc không đủ điều kiện: Không nhận giải"
    )
    assert held(session, contest, states=[AwardState.REFUSED]) == [(NHI, second.id)]
    refuse(session, town, contest, 0)
    assert held(session, contest) == [(NHAT, third.id), (NHI, fourth.id), (NHI, fifth.id)]
    assert actions_of(session).count("prize.refuse") == 2


def test_refused_twice_it_is_refused_once_and_a_reason_is_asked_for(session, town):
    contest = podium.contest_of(town)
    people(town, contest, 9, 8, 7, 6)
    (award, *_rest) = propose(session, contest, town)
    with pytest.raises(Refused) as error:
        actions.refuse(session, TERMINAL, award, "", town.now)
    assert "Hãy ghi lý do" in words(error)[0]
    actions.refuse(session, TERMINAL, award, "Không nhận", town.now)
    before = held(session, contest)
    assert actions.refuse(session, TERMINAL, award, "Lý do khác", town.now) == []
    assert held(session, contest) == before
    assert award.refused_reason == "Không nhận"


def test_a_refusal_entered_by_mistake_is_taken_back(session, town):
    contest = podium.contest_of(town)
    first, second, third, _fourth = people(town, contest, 9, 8, 7, 6)
    (award, *_rest) = propose(session, contest, town)
    actions.refuse(session, TERMINAL, award, "Nhầm", town.now)
    for _twice in range(2):
        actions.restore(session, TERMINAL, award, town.now)
    assert held(session, contest) == [(NHAT, first.id), (NHI, second.id), (NHI, third.id)]
    assert (award.refused_at, award.refused_by, award.refused_reason) == (None, "", "")
    assert actions_of(session).count("prize.restore") == 1


# Announced


def test_announcing_makes_winners_and_locks_them(session, town):
    contest = podium.contest_of(town)
    first, *_others = people(town, contest, 9, 8, 7)
    assert queries.winners(session, contest, 1) == []
    announced(session, contest, town)
    won = queries.winners(session, contest, 1)
    assert [winner.title for winner in won] == [NHAT, NHI, NHI]
    assert (won[0].name, won[0].union, won[0].consent) == (first.person.name, "CĐCS số 1 LĐLĐ huyện Phong Thổ", False)
    assert actions.announce(session, TERMINAL, contest, 1, town.now) == [], "announced once"
    award = session.get(Award, won[0].award_id)
    for act in (
        lambda: propose(session, contest, town),
        lambda: actions.refuse(session, TERMINAL, award, "Không nhận", town.now),
        lambda: actions.restore(session, TERMINAL, refused_of(session, contest, award), town.now),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert "mở đính chính" in words(error)[0]


def refused_of(session, contest, award):
    """A refused award beside an announced one, as a row."""
    award.state, award.refused_at = AwardState.REFUSED, contest.created_at
    session.flush()
    return award


def correcting(session, contest, town):
    contest.rounds[0].correcting_since = town.now
    session.flush()


def test_during_a_correction_a_winner_may_refuse_and_the_next_is_announced_with_it(session, town):
    contest = podium.contest_of(town, lines=((NHAT, 1),))
    _first, second, _third = people(town, contest, 9, 8, 7)
    announced(session, contest, town)
    correcting(session, contest, town)
    (moved,) = refuse(session, town, contest, 0)
    assert (moved.entry_id, moved.state) == (second.id, AwardState.PROPOSED)
    (new,) = actions.announce(session, TERMINAL, contest, 1, town.now)
    assert (new.entry_id, new.state) == (second.id, AwardState.ANNOUNCED)


def test_a_winner_disqualified_in_a_correction_makes_room_and_everybody_below_moves_up(session, town):
    contest = podium.contest_of(town)
    first, second, third, fourth = people(town, contest, 9, 8, 7, 6)
    announced(session, contest, town)
    correcting(session, contest, town)
    ruled(session, town, contest, RulingKind.DISQUALIFIED, first, "Thi hộ")
    assert "Hãy đề nghị lại" in str(unready(session, contest, 1)[0])
    with pytest.raises(Refused):
        actions.announce(session, TERMINAL, contest, 1, town.now)
    propose(session, contest, town)
    assert held(session, contest) == [(NHAT, second.id), (NHI, third.id), (NHI, fourth.id)]
    leaving = held(session, contest, states=[AwardState.LEAVING])
    assert leaving == [(NHAT, first.id), (NHI, second.id)]
    assert [row.title for row in queries.won_by(session, first.person_id)] == [NHAT], "not told before it is announced"
    doubtful = outlook(session, contest, 1).doubtful
    assert sorted(map(str, doubtful.values())) == [
        "Theo quyết định số 1: Thi hộ",
        "Theo thứ hạng hiện nay, giải này thuộc về người hoặc đơn vị khác.",
    ]
    actions.announce(session, TERMINAL, contest, 1, town.now)
    assert held(session, contest, states=list(AwardState)) == [(NHAT, second.id), (NHI, third.id), (NHI, fourth.id)]
    assert queries.won_by(session, first.person_id) == []


def test_what_a_correction_took_away_comes_back_when_its_cause_is_undone(session, town):
    contest = podium.contest_of(town)
    first, second, third, _fourth = people(town, contest, 9, 8, 7, 6)
    announced(session, contest, town)
    correcting(session, contest, town)
    ruling = ruled(session, town, contest, RulingKind.DISQUALIFIED, first, "Thi hộ")
    propose(session, contest, town)
    rulings.undo(session, {}, TERMINAL, ruling, "Đã xác minh", town.now)
    propose(session, contest, town)
    everything = held(session, contest, states=list(AwardState))
    assert everything == [(NHAT, first.id), (NHI, second.id), (NHI, third.id)]
    assert {award.state for award in queries.awards(session, contest.id, 1)} == {AwardState.ANNOUNCED}


def test_a_prize_handed_over_stays_in_a_correction_and_is_pointed_out(session, town):
    contest = podium.contest_of(town, lines=((NHAT, 1), (NHI, 1)))
    first, second, third, _fourth = people(town, contest, 9, 8, 7, 6)
    announced(session, contest, town)
    given = queries.awards(session, contest.id, 1)[1]
    claims.claim(session, TERMINAL, given, claims.Shown("Căn cước", "1234"), town.now)
    correcting(session, contest, town)
    ruled(session, town, contest, RulingKind.DISQUALIFIED, first, "Thi hộ")
    propose(session, contest, town)
    assert held(session, contest) == [(NHAT, third.id), (NHI, second.id)]
    assert given.id in outlook(session, contest, 1).doubtful
    claims.undo_claim(session, TERMINAL, given, "Thu lại để trao giải cao hơn", town.now)
    propose(session, contest, town)
    assert held(session, contest) == [(NHAT, second.id), (NHI, third.id)]


def test_a_winner_of_a_round_keeps_the_prize_whatever_the_whole_contest_brought(session, town):
    contest, (first, second, third) = whole_contest(town, "contest")
    announced(session, contest, town)
    announced(session, contest, town, 2)
    announced(session, contest, town, 0)
    assert held(session, contest, 0) == [("Nhất chung", third.id)]
    correcting(session, contest, town)
    propose(session, contest, town)
    assert held(session, contest) == [("Nhất tuần", first.id)]
    refuse(session, town, contest, 0)
    assert held(session, contest) == [], "the others have one elsewhere"
    assert second.id != third.id


def test_a_ranking_that_moved_since_is_not_announced_as_proposed(session, town):
    contest = podium.contest_of(town)
    people(town, contest, 9, 8, 7)
    propose(session, contest, town)
    people(town, contest, 10)
    with pytest.raises(Refused) as error:
        actions.announce(session, TERMINAL, contest, 1, town.now)
    assert "Thứ hạng đã khác" in words(error)[0]


def test_the_whole_contest_is_locked_by_its_own_announcement(session, town):
    contest = podium.contest_of(town, scope="contest", total="sum")
    people(town, contest, 9, 8)
    announced(session, contest, town, 0)
    with pytest.raises(Refused) as error:
        propose(session, contest, town, 0)
    assert "Kết quả chung" in words(error)[0]
