"""What follows from a ruling, and from taking it back."""

from datetime import timedelta

import pytest
from corrections import hall
from rulings import scene
from sqlalchemy import select

from contest.accounts.models import AuditEntry
from contest.attempts.models import Attempt
from contest.participation.models import Tally
from contest.rounds.locks import Refused
from contest.rulings import actions, queries
from contest.rulings.models import Ruling
from contest.rulings.rules import RulingKind
from contest.standings import actions as standings


def tally(session, contest, number=1):
    rows = session.scalars(select(Tally).where(Tally.contest_id == contest.id, Tally.round_number == number)).all()
    return sum(row.people for row in rows), sum(row.attempts for row in rows)


def reasons(error):
    return " ".join(str(reason) for reason in error.value.reasons)


def test_an_annulled_attempt_leaves_places_and_counters_and_keeps_its_score(session, town):
    round_ = hall.a_round(town)
    best = scene.hand_in(town, round_, town.lan)
    other = scene.hand_in(town, round_, town.son, scene.HALF)
    second = scene.hand_in(town, round_, town.lan, {"mot": [0]})
    assert (scene.rank(session, best), scene.rank(session, other)) == (1, 2)
    score = best.score
    ruling = scene.decide(session, best)
    scene.check_equal_to_recounts(session, round_.contest)
    assert (best.annulled, best.counted, best.score) == (True, False, score)
    assert (scene.rank(session, best), scene.rank(session, other)) == (2, 1)
    assert tally(session, round_.contest) == (2, 2)
    assert (ruling.number, ruling.kind, ruling.attempt_id, ruling.entry_id) == (1, "annulled", best.id, best.entry_id)
    scene.decide(session, second, reason="Cũng thi hộ")
    scene.check_equal_to_recounts(session, round_.contest)
    assert scene.rank(session, best) is None
    assert tally(session, round_.contest) == (1, 1)


def test_undone_it_is_as_if_it_had_not_been_decided(session, town):
    round_ = hall.a_round(town)
    best = scene.hand_in(town, round_, town.lan)
    scene.hand_in(town, round_, town.son, scene.HALF)
    ruling = scene.decide(session, best)
    scene.undo(session, ruling)
    scene.check_equal_to_recounts(session, round_.contest)
    assert (best.annulled, best.counted, scene.rank(session, best)) == (False, True, 1)
    assert (ruling.undo_reason, ruling.undone_by) == ("Đã xác minh, không vi phạm", "terminal")
    assert queries.in_force(session, round_.contest.id) == []
    again = scene.decide(session, best)
    assert (again.number, again.id != ruling.id) == (2, True)


def test_an_attempt_with_answers_missing_does_not_begin_to_count_by_being_let_off(session, town):
    contest = town.contest(criteria=["score"], all_answers_required=True)
    round_ = hall.a_round(town, contest)
    missing = scene.hand_in(town, round_, town.lan, scene.HALF)
    whole = scene.hand_in(town, round_, town.son, scene.RIGHT | {"luan": "Bài viết"})
    for attempt, counts in ((missing, False), (whole, True)):
        assert attempt.counted is counts
        scene.undo(session, scene.decide(session, attempt))
        assert attempt.counted is counts
        scene.check_equal_to_recounts(session, contest)


def test_who_is_disqualified_has_no_place_and_took_part_all_the_same(session, town):
    contest = town.contest(criteria=["score", "elapsed"])
    first = hall.a_round(town, contest)
    second = hall.a_round(town, contest, 2, bank=first.blueprint[0].bank)
    taken = [scene.hand_in(town, round_, town.lan) for round_ in (first, second)]
    other = scene.hand_in(town, first, town.son, scene.HALF)
    ruling = scene.decide(session, taken[0], "disqualified")
    scene.check_equal_to_recounts(session, contest)
    assert taken[0].entry.disqualified and taken[0].counted
    assert [scene.rank(session, taken[0], number) for number in (0, 1, 2)] == [None, None, None]
    assert (scene.rank(session, other, 0), scene.rank(session, other, 1)) == (1, 1)
    assert tally(session, contest) == (2, 2)
    later = scene.hand_in(town, second, town.lan)
    assert scene.rank(session, later, 2) is None
    scene.undo(session, ruling)
    scene.check_equal_to_recounts(session, contest)
    assert [scene.rank(session, taken[0], number) for number in (0, 1, 2)] == [1, 1, 1]


def test_no_prize_changes_no_place(session, town):
    round_ = hall.a_round(town)
    best = scene.hand_in(town, round_, town.lan)
    ruling = scene.decide(session, best, "no_prize")
    scene.check_equal_to_recounts(session, round_.contest)
    assert scene.rank(session, best) == 1
    assert queries.in_force(session, round_.contest.id, RulingKind.NO_PRIZE) == [ruling]
    assert queries.in_force(session, round_.contest.id, RulingKind.ANNULLED) == []


@pytest.mark.parametrize("kind", ["annulled", "disqualified", "no_prize"])
def test_sent_twice_it_stands_once_and_is_undone_once(session, town, kind):
    round_ = hall.a_round(town)
    best = scene.hand_in(town, round_, town.lan)
    ruling = scene.decide(session, best, kind)
    assert scene.decide(session, best, kind, reason="Lý do khác") is ruling
    assert ruling.reason == scene.REASON
    scene.undo(session, ruling)
    scene.undo(session, ruling, reason="Lần nữa")
    assert ruling.undo_reason == "Đã xác minh, không vi phạm"
    scene.check_equal_to_recounts(session, round_.contest)
    written = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [action for action in written if action.startswith("ruling.")] == ["ruling.decide", "ruling.undo"]
    assert len(session.scalars(select(Ruling)).all()) == 1


def test_kinds_stand_beside_each_other(session, town):
    round_ = hall.a_round(town)
    best = scene.hand_in(town, round_, town.lan)
    second = scene.hand_in(town, round_, town.lan)
    made = [scene.decide(session, best, kind) for kind in ("annulled", "disqualified", "no_prize")]
    made.append(scene.decide(session, second))
    assert [ruling.number for ruling in made] == [1, 2, 3, 4]
    assert queries.in_force(session, round_.contest.id) == made
    scene.undo(session, made[1])
    scene.check_equal_to_recounts(session, round_.contest)
    assert not best.entry.disqualified and best.annulled


def test_the_log_says_what_was_decided_without_a_name(session, town):
    round_ = hall.a_round(town)
    best = scene.hand_in(town, round_, town.lan)
    scene.decide(session, best, actor=scene.TERMINAL)
    written = session.scalars(select(AuditEntry).where(AuditEntry.action == "ruling.decide")).one()
    assert written.subject == "contest:cuoc-thi"
    assert written.details == {
        "ruling": 1,
        "kind": "annulled",
        "attempt": best.code,
        "round": 1,
        "reason": scene.REASON,
    }


# Refused


def test_a_reason_is_asked_for(session, town):
    round_ = hall.a_round(town)
    best = scene.hand_in(town, round_, town.lan)
    for reason, said in (("", "Hãy ghi lý do"), ("a" * 1001, "dài quá 1000")):
        with pytest.raises(Refused) as refused:
            scene.decide(session, best, reason=reason)
        assert said in reasons(refused)
    ruling = scene.decide(session, best)
    with pytest.raises(Refused) as refused:
        scene.undo(session, ruling, reason="")
    assert "Hãy ghi lý do" in reasons(refused)
    assert ruling.undone_at is None


def test_an_attempt_that_goes_on_and_practice_are_not_decided_about(session, town):
    round_ = hall.a_round(town)
    going_on = hall.open_attempt(town, round_, town.lan, {})
    with pytest.raises(Refused) as refused:
        scene.decide(session, going_on)
    assert "đang làm" in reasons(refused)
    tried = town.contest(slug="thu", practice=True)
    practised = scene.hand_in(town, hall.a_round(town, tried, bank=round_.blueprint[0].bank), town.lan)
    with pytest.raises(Refused) as refused:
        scene.decide(session, practised, "disqualified")
    assert "luyện tập" in reasons(refused)


@pytest.mark.parametrize("kind", ["annulled", "disqualified", "no_prize"])
def test_announced_results_are_locked_until_a_correction_begins(session, town, kind):
    round_ = hall.a_round(town)
    best = scene.hand_in(town, round_, town.lan)
    round_.published_at = town.now
    session.flush()
    with pytest.raises(Refused) as refused:
        scene.decide(session, best, kind)
    assert "Kết quả đợt 1 đã công bố" in reasons(refused)
    round_.correcting_since = town.now
    session.flush()
    ruling = scene.decide(session, best, kind)
    round_.correcting_since = None
    session.flush()
    with pytest.raises(Refused):
        scene.undo(session, ruling)
    assert ruling.undone_at is None


def test_a_person_is_locked_by_the_announced_rounds_they_took_and_by_no_other(session, town):
    contest = town.contest(criteria=["score"])
    first = hall.a_round(town, contest)
    second = hall.a_round(town, contest, 2, bank=first.blueprint[0].bank)
    both = [scene.hand_in(town, round_, town.lan) for round_ in (first, second)]
    late = scene.hand_in(town, second, town.son)
    first.published_at = town.now
    session.flush()
    with pytest.raises(Refused):
        scene.decide(session, both[1], "disqualified")
    # The attempt of a round that is not announced may be annulled all the same.
    scene.decide(session, both[1])
    scene.decide(session, late, "disqualified")
    scene.check_equal_to_recounts(session, contest)


# The true number


def predicting(town, **settings):
    contest = town.contest(criteria=["score", "prediction"], prediction_target="attempts", **settings)
    return hall.a_round(town, contest, opens=-120, closes=-60)


def test_a_settled_true_number_follows_an_annulment_and_its_undoing(session, town):
    round_ = predicting(town)
    attempts = [scene.hand_in(town, round_, person) for person in (town.lan, town.son, town.hung)]
    for attempt, predicted in zip(attempts, (2, 3, 3), strict=True):
        attempt.prediction = predicted
    session.flush()
    standings.settle_round(session, round_.contest, round_, town.now)
    assert (round_.prediction_actual, [scene.rank(session, a) for a in attempts]) == (3, [3, 1, 1])
    ruling = scene.decide(session, attempts[2], now=town.now)
    assert round_.prediction_actual == 2
    scene.check_equal_to_recounts(session, round_.contest)
    assert [scene.rank(session, a) for a in attempts] == [1, 2, None]
    scene.undo(session, ruling, now=town.now)
    assert (round_.prediction_actual, [scene.rank(session, a) for a in attempts]) == (3, [3, 1, 1])
    scene.check_equal_to_recounts(session, round_.contest)


def test_a_disqualification_leaves_the_true_number(session, town):
    round_ = predicting(town)
    attempts = [scene.hand_in(town, round_, person) for person in (town.lan, town.son)]
    standings.settle_round(session, round_.contest, round_, town.now)
    scene.decide(session, attempts[0], "disqualified", now=town.now)
    assert round_.prediction_actual == 2
    assert not actions.outdated(session, round_.contest, round_)


def test_in_a_large_contest_the_number_known_before_holds_until_it_is_settled(session, town, monkeypatch):
    round_ = predicting(town)
    attempts = [scene.hand_in(town, round_, person) for person in (town.lan, town.son)]
    standings.settle_round(session, round_.contest, round_, town.now)
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    scene.decide(session, attempts[0], now=town.now)
    assert (round_.prediction_actual, actions.outdated(session, round_.contest, round_)) == (2, True)
    scene.check_equal_to_recounts(session, round_.contest)
    assert actions.settle(session, round_.contest, round_, town.now, however_many=True)
    assert round_.prediction_actual == 1
    scene.check_equal_to_recounts(session, round_.contest)


def test_a_number_of_the_whole_contest_locks_attempts_of_every_round(session, town):
    contest = town.contest(
        criteria=["score", "prediction"], prediction_target="attempts", prediction_scope="contest", total="sum"
    )
    first = hall.a_round(town, contest, opens=-240, closes=-180)
    second = hall.a_round(town, contest, 2, bank=first.blueprint[0].bank, opens=-120, closes=-60)
    taken = [scene.hand_in(town, round_, town.lan) for round_ in (first, second)]
    standings.settle_round(session, contest, second, town.now)
    first.published_at = town.now
    session.flush()
    with pytest.raises(Refused):
        scene.decide(session, taken[1], now=town.now)
    first.correcting_since = town.now
    session.flush()
    scene.decide(session, taken[1], now=town.now + timedelta(seconds=1))
    assert (first.prediction_actual, second.prediction_actual) == (1, 1)
    scene.check_equal_to_recounts(session, contest)


def test_an_annulment_names_an_attempt_and_other_rulings_none(session, town):
    round_ = hall.a_round(town)
    best = scene.hand_in(town, round_, town.lan)
    for kind, attempt in ((RulingKind.ANNULLED, None), (RulingKind.NO_PRIZE, best)):
        with pytest.raises(ValueError, match="annulment"):
            actions.decide(
                session, {}, scene.TERMINAL, round_.contest, kind, best.entry, attempt, scene.REASON, town.now
            )
    assert session.scalars(select(Attempt.annulled)).all() == [False]
