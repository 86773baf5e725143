"""What is missing or contradictory before a contest opens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contest.accounts.rules import PersonKind
from contest.rounds.checks import checks, errors
from contest.rounds.facts import PaperQuestion, Place
from contest.rounds.plans import DivisionPlan, ExclusionPlan, PrizePlan, RowPlan, UnionRef
from contest.rounds.settings import (
    ExclusionMode,
    KeyShown,
    MissedRounds,
    NameDisplay,
    PaperMode,
    PredictionTarget,
    PrizeScope,
    RankingShown,
    Total,
)

from .plans import NOW, facts, round_plan, sound, with_round

MEMBER, OFFICIAL, WORKER = PersonKind.MEMBER, PersonKind.OFFICIAL, PersonKind.WORKER


def found(plan, **known):
    return [(str(c.level), str(c.where), c.number) for c in checks(plan, facts(plan, **known))]


def text(plan, **known):
    return " ".join(str(c.message) for c in checks(plan, facts(plan, **known)))


def test_a_sound_contest_has_nothing_to_mend():
    assert found(sound()) == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"organizer": ""}, ("warning", "general", None)),
        ({"contact": ""}, ("warning", "general", None)),
        ({"legal_basis": ""}, ("warning", "general", None)),
        ({"kinds": ()}, ("error", "people", None)),
        ({"registration_opens_at": NOW + timedelta(hours=1, seconds=1)}, ("error", "people", None)),
        ({"rounds": ()}, ("error", "rounds", None)),
        ({"criteria": ()}, ("error", "ranking", None)),
        ({"criteria": ("score", "prediction")}, ("error", "ranking", None)),
        (
            {"prediction_target": PredictionTarget.PEOPLE, "ranking_shown": RankingShown.AFTER_ROUND},
            ("error", "ranking", None),
        ),
        ({"key_shown": KeyShown.AT_ONCE}, ("error", "display", None)),
        ({"name_display": NameDisplay.FULL}, ("warning", "display", None)),
        ({"collective_min_percent": 50}, ("warning", "prizes", None)),
        (
            {"prizes": (PrizePlan(PrizeScope.CONTEST, "Nhất", 1),), "total": Total.NONE},
            ("error", "prizes", None),
        ),
        (
            {"exclusions": tuple(ExclusionPlan(ExclusionMode.BARRED, "vì", kind=k) for k in PersonKind)},
            ("error", "exclusions", None),
        ),
        (
            {"divisions": (DivisionPlan("A", "Bảng A", (OFFICIAL,)), DivisionPlan("B", "Bảng B", (MEMBER,)))},
            ("warning", "divisions", None),
        ),
        (
            {"divisions": (DivisionPlan("A", "Bảng A"), DivisionPlan("B", "Bảng B", (MEMBER,)))},
            ("error", "divisions", None),
        ),
    ],
)
def test_one_fault_of_the_contest(settings, expected):
    assert found(sound(**settings)) == [expected]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"rows": ()}, ("error", "paper", 1)),
        ({"max_attempts": None}, ("warning", "round", 1)),
        ({"closes_at": NOW}, ("error", "round", 1)),
        ({"allowance_s": 24 * 3600 + 1}, ("error", "round", 1)),
        ({"weekdays": 0b1100000}, ("error", "round", 1)),
        ({"day_from": 60, "day_until": 90, "weekdays": 1}, ("error", "round", 1)),
        ({"day_from": 600, "day_until": 619}, ("error", "round", 1)),
        ({"paper": PaperMode.FIXED}, ("warning", "paper", 1)),
        ({"rows": (RowPlan("bank", 11),)}, ("error", "paper", 1)),
        ({"rows": (RowPlan("bank", 5), RowPlan("bank", 6))}, ("error", "paper", 1)),
        ({"opens_at": NOW}, ("warning", "round", 1)),
        ({"grace_s": 31}, ("warning", "round", 1)),
        ({"late_minutes": 61}, ("warning", "round", 1)),
        ({"freeze_minutes": 24 * 60}, ("warning", "round", 1)),
    ],
)
def test_one_fault_of_a_round(settings, expected):
    assert found(with_round(sound(), **settings)) == [expected]


@pytest.mark.parametrize(
    "settings",
    [
        {"allowance_s": 24 * 3600},
        {"weekdays": 0b0000001},
        {"day_from": 600, "day_until": 620},
        {"rows": (RowPlan("bank", 10),)},
        {"rows": (RowPlan("bank", 5), RowPlan("bank", 5))},
        {"paper": PaperMode.FIXED, "max_attempts": 1},
        {"opens_at": NOW + timedelta(seconds=1)},
        {"grace_s": 30},
        {"grace_s": 0},
        {"late_minutes": 60},
        {"freeze_minutes": 24 * 60 - 1},
    ],
)
def test_just_right(settings):
    assert found(with_round(sound(), **settings)) == []


def test_rounds_may_touch_but_not_overlap():
    touching = sound(rounds=(round_plan(1, 1, 24), round_plan(2, 25, 24)), key_shown=KeyShown.AFTER_CONTEST)
    assert found(touching) == []
    late = replace(touching.rounds[0], closes_at=touching.rounds[1].opens_at + timedelta(seconds=1))
    assert found(replace(touching, rounds=(late, touching.rounds[1]))) == [("error", "round", 2)]


@pytest.mark.parametrize(("gap", "said"), [(2, "chờ đến"), (1.99, "sau khi đợt tiếp theo mở")])
def test_late_deliveries_that_last_into_the_next_round_are_told(gap, said):
    rounds = (round_plan(1, 1, 24, late_minutes=120), round_plan(2, 25 + gap, 24))
    plan = sound(rounds=rounds, key_shown=KeyShown.AFTER_CONTEST)
    (check,) = checks(plan, facts(plan))
    assert (str(check.level), check.number) == ("warning", 1)
    assert said in str(check.message)


def test_key_after_a_round_helps_in_the_next_that_draws_from_the_same_questions():
    rounds = (round_plan(1, 1, 24), round_plan(2, 25, 24))
    assert found(sound(rounds=rounds)) == [("warning", "display", None)]
    apart = replace(rounds[1], rows=(RowPlan("khac", 5),))
    assert found(sound(rounds=(rounds[0], apart))) == []


def test_a_past_round_is_an_error_only_before_the_contest_is_published():
    plan = with_round(sound(), opens_at=NOW - timedelta(hours=2), closes_at=NOW)
    assert found(plan) == [("error", "round", 1)]
    assert found(plan, published=True) == []
    running = with_round(sound(), opens_at=NOW, closes_at=NOW + timedelta(hours=1))
    assert found(running) == [("warning", "round", 1)]


def test_a_round_that_is_drawn_from_needs_no_bank_any_more():
    plan = with_round(sound(), rows=(RowPlan("bank", 11),))
    assert found(plan, started=frozenset({1})) == []


def test_shortage_says_how_many_are_missing_and_where():
    said = text(with_round(sound(), rows=(RowPlan("bank", 12, topic="Luật", difficulty=3),)))
    assert "cần 12 câu hỏi từ chủ đề “Luật”, mức độ Khó" in said
    assert "10 câu đã duyệt" in said


def test_divisions_with_papers_of_their_own():
    split = {
        "divisions": (DivisionPlan("A", "Cán bộ", (OFFICIAL,)), DivisionPlan("B", "Còn lại", (MEMBER, WORKER))),
        "kinds": (OFFICIAL, MEMBER, WORKER),
    }
    plan = sound(**split)
    only_a = with_round(plan, rows=(RowPlan("bank", 5, division="A"),))
    assert ("error", "paper", 1) in found(only_a)
    both = with_round(plan, rows=(RowPlan("bank", 10, division="A"), RowPlan("bank", 10, division="B")))
    assert "không thuộc bảng nào không có câu hỏi" in text(both)
    whole = replace(both, divisions=(*both.divisions, DivisionPlan("C", "Khác")))
    assert "C" in text(whole)
    common = with_round(plan, rows=(RowPlan("bank", 5), RowPlan("bank", 5, division="A")))
    assert found(common) == [("warning", "paper", 1)]


def test_divisions_out_of_reach():
    lc, pt = UnionRef("LC"), UnionRef("LC-PT")
    plan = sound(kinds=(MEMBER,), divisions=(DivisionPlan("A", "Cán bộ", (OFFICIAL,)), DivisionPlan("B", "Chung")))
    assert found(plan) == [("error", "divisions", None)]
    below = (DivisionPlan("A", "Tỉnh", union=lc), DivisionPlan("B", "Huyện", union=pt), DivisionPlan("C", "Khác"))
    assert found(sound(divisions=below)) == []
    assert found(sound(divisions=below, scope_union=lc)) == [("error", "divisions", None)] * 2


def test_practice_has_no_prizes_prediction_or_target_but_may_show_the_key_at_once():
    practice = with_round(sound(practice=True, key_shown=KeyShown.AT_ONCE, legal_basis=""), max_attempts=None)
    assert found(practice) == []
    assert found(replace(practice, prizes=(PrizePlan(PrizeScope.ROUND, "Nhất", 1),))) == [("error", "prizes", None)]
    assert found(replace(practice, prediction_target=PredictionTarget.PEOPLE)) == [("error", "ranking", None)]
    assert found(replace(practice, target_percent=60)) == [("error", "targets", None)]


def test_target_without_headcounts():
    plan = sound(target_percent=60)
    assert found(plan) == []
    assert found(plan, has_headcounts=False) == [("warning", "targets", None)]


def test_live_ranking_with_a_prediction_is_preliminary():
    settings = {"prediction_target": PredictionTarget.PEOPLE, "criteria": ("score", "prediction", "elapsed")}
    assert found(sound(**settings)) == [("warning", "display", None)]
    assert found(sound(**settings, ranking_shown=RankingShown.AFTER_ROUND)) == []


def question(number, has_source=True, options=("Hà Nội", "Huế")):
    return {number: PaperQuestion(number, f"C{number}", has_source, options)}


def test_questions_without_a_source_are_named():
    known = facts(sound()).questions | question(3, has_source=False)
    assert found(sound(), questions=known) == [("warning", "paper", 1)]
    assert "1 câu hỏi chưa ghi nguồn: C3." in text(sound(), questions=known)
    many = facts(sound()).questions | {k: v for n in range(1, 8) for k, v in question(n, has_source=False).items()}
    assert "C1, C2, C3, C4, C5, …" in text(sound(), questions=many)


def test_options_that_name_letters_are_refused_when_shuffled():
    known = facts(sound()).questions | question(4, options=("Huế", "Vinh", "Cả A và B đều đúng"))
    assert found(sound(), questions=known) == [("error", "paper", 1)]
    assert "tắt xáo trộn phương án" in text(sound(), questions=known)
    assert found(with_round(sound(), shuffle_choices=False), questions=known) == []
    harmless = facts(sound()).questions | question(4, options=("Vitamin A và B", "Cả hai phương án trên"))
    assert found(sound(), questions=harmless) == []


RANKS = ("error", "ranking", None)


def test_missed_rounds_are_left_out_of_averages_only():
    left_out = {"missed_rounds": MissedRounds.LEFT_OUT}
    assert found(sound(total=Total.AVERAGE, **left_out)) == []
    assert found(sound(total=Total.SUM, **left_out)) == [RANKS]
    assert found(sound(total=Total.BEST, **left_out)) == [RANKS]


def test_lots_are_the_last_step_and_never_the_only_one():
    assert found(sound(criteria=("score", "lot"))) == []
    assert found(sound(criteria=("lot", "score"))) == [RANKS]
    assert "cuối cùng" in text(sound(criteria=("lot", "score")))
    assert found(sound(criteria=("lot",))) == [RANKS]
    assert "Không thể chỉ bốc thăm" in text(sound(criteria=("lot",)))


def test_points_given_by_people_need_a_question_marked_by_people():
    by_hand = sound(criteria=("score", "hand"))
    assert found(by_hand) == [RANKS]
    essay = facts(by_hand).questions | {3: PaperQuestion(3, "C3", True, (), by_hand=True)}
    assert RANKS not in found(by_hand, questions=essay)


def test_a_ranking_that_is_not_shown_cannot_stand_still():
    plan = with_round(sound(ranking_shown=RankingShown.AFTER_ROUND), freeze_minutes=30)
    assert found(plan) == [("warning", "round", 1)]
    assert "không có tác dụng" in text(plan)


def test_errors_stand_first():
    plan = sound(contact="", criteria=())
    assert [str(c.where) for c in checks(plan, facts(plan))] == [Place.RANKING, Place.GENERAL]
    assert [str(c.where) for c in errors(checks(plan, facts(plan)))] == [Place.RANKING]


def test_points_that_cannot_be_shared_out_are_named_before_the_round():
    known = facts(sound()).questions | {3: PaperQuestion(3, "C3", True, (), parts=4)}
    assert found(sound(), questions=known) == [("warning", "paper", 1)]
    assert "bội số" in text(sound(), questions=known) and "là 4 " in text(sound(), questions=known)


def test_essays_are_named_before_the_round():
    known = facts(sound()).questions | {3: PaperQuestion(3, "C3", True, (), by_hand=True)}
    assert "chấm xong mọi bài tự luận" in text(sound(), questions=known)


def test_options_in_a_fixed_order_may_name_letters():
    known = facts(sound()).questions | {4: PaperQuestion(4, "C4", True, ("Huế", "Cả A và B"), fixed=True)}
    assert found(sound(), questions=known) == []


def test_questions_that_nobody_has_approved_are_named_before_the_round():
    assert found(sound(), waiting={(1, 0): (7, 8, 9)}) == [("warning", "review", 1)]
    assert "còn 3 câu hỏi là bản nháp hoặc chờ duyệt" in text(sound(), waiting={(1, 0): (7, 8, 9)})
    assert found(sound(), waiting={(1, 0): (7, 8, 9)}, started=frozenset({1})) == []
