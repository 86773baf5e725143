"""The regulations say what the settings do."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from flask import render_template, render_template_string

from contest.accounts.rules import PersonKind
from contest.rounds.plans import DivisionPlan, ExclusionPlan, PrizePlan, RowPlan, UnionRef
from contest.rounds.regulations import regulations
from contest.rounds.regulations.blocks import Items
from contest.rounds.settings import (
    TIE_RULE_NAMES,
    ExclusionMode,
    KeyShown,
    MissedRounds,
    NameDisplay,
    OnePrize,
    PaperMode,
    PredictionRule,
    PredictionTarget,
    PrizeScope,
    RankingShown,
    ScoreShown,
    Total,
)

from .plans import NOW, round_plan, sound, with_round


def said(plan):
    """All of the regulations as text; numbers and instants in plain Python form."""
    parts = []
    for section in regulations(plan):
        parts.append(str(section.title))
        for block in section.blocks:
            if block.kind == "text":
                parts.append(str(block.text))
            elif block.kind == "items":
                parts += [str(item) for item in block.items]
            else:
                parts += [str(cell) for row in block.rows for cell in row]
    return "\n".join(parts)


def keys(plan):
    return [section.key for section in regulations(plan)]


TWO = (round_plan(1, 1, 24), round_plan(2, 25, 24))
PREDICTS = {"prediction_target": PredictionTarget.PERFECT_PEOPLE, "criteria": ("score", "prediction", "elapsed")}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"organizer": ""}, "Đơn vị tổ chức: LĐLĐ tỉnh Lai Châu."),
        ({"legal_basis": "Kế hoạch số 1"}, "Căn cứ: Kế hoạch số 1."),
        ({"kinds": (PersonKind.MEMBER, PersonKind.WORKER)}, "Dành cho: Đoàn viên, Người lao động."),
        ({"scope_union": UnionRef("LC", "LĐLĐ tỉnh")}, "thuộc LĐLĐ tỉnh."),
        ({"registration_opens_at": NOW}, f"Đăng ký từ {NOW}."),
        ({"all_answers_required": True}, "chỉ được tính khi đã trả lời tất cả"),
        ({"all_answers_required": False}, "Câu chưa trả lời được 0 điểm"),
        ({"rounds": TWO, "total": Total.SUM}, "là tổng kết quả các đợt"),
        ({"rounds": TWO, "total": Total.SUM}, "Dự thi nhiều đợt hơn xếp trên"),
        ({"rounds": TWO, "total": Total.BEST}, "kết quả của đợt tốt nhất"),
        ({"rounds": TWO, "total": Total.NONE}, "Không xếp hạng chung"),
        (PREDICTS, "dự đoán số người trả lời đúng tất cả các câu hỏi của đợt thi"),
        (PREDICTS | {"prediction_rule": PredictionRule.NEAREST}, "cao hơn hay thấp hơn số đúng đều như nhau"),
        (PREDICTS | {"prediction_rule": PredictionRule.NOT_ABOVE}, "dự đoán vượt quá số đúng xếp sau"),
        (PREDICTS | {"prediction_rule": PredictionRule.EXACT}, "Chỉ dự đoán đúng chính xác"),
        ({"score_shown": ScoreShown.AFTER_ROUND}, "Điểm và thời gian làm bài hiện sau khi đợt thi kết thúc"),
        ({"key_shown": KeyShown.NEVER}, "Đáp án không được công bố"),
        ({"key_shown": KeyShown.AFTER_CONTEST}, "sau khi cả cuộc thi kết thúc"),
        ({"ranking_shown": RankingShown.PUBLISHED}, "sau khi Ban tổ chức công bố kết quả"),
        ({"name_display": NameDisplay.HIDDEN}, "Họ tên trong bảng xếp hạng: Không hiện tên."),
        ({"target_percent": 60}, "ít nhất 60 phần trăm"),
        ({"target_people": 5000}, "có 5000 người dự thi"),
        ({"extra_rules": "Dòng một.\nDòng hai."}, "Dòng hai."),
        ({"contact": "0213 3876 543"}, "0213 3876 543"),
        ({"divisions": (DivisionPlan("A", "Cán bộ", (PersonKind.OFFICIAL,)),)}, "Cán bộ: Cán bộ công đoàn"),
        ({"divisions": (DivisionPlan("A", "Còn lại"),)}, "Còn lại: mọi người còn lại"),
        (
            {"prizes": (PrizePlan(PrizeScope.ROUND, "Giải Nhất", 1, "2 triệu đồng"),), "one_prize": OnePrize.ROUND},
            "Mỗi người chỉ nhận một giải cao nhất trong mỗi đợt; người xếp hạng tiếp theo được xét thay.",
        ),
        (
            {"prizes": (PrizePlan(PrizeScope.COLLECTIVE, "Nhất", 1),), "collective_min_percent": 50},
            "tỷ lệ tham gia từ 50 phần trăm",
        ),
    ],
)
def test_each_setting_has_its_sentence(settings, sentence):
    assert sentence in said(sound(**settings))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"allowance_s": 1200}, "20 phút"),
        ({"allowance_s": 90}, "1 phút 30 giây"),
        ({"max_attempts": 3}, "3 lượt"),
        ({"max_attempts": None}, "Không giới hạn"),
        ({"title": "Gửi niềm tin"}, "Đợt 1: Gửi niềm tin"),
        ({"weekdays": 0b1100000}, "chỉ mở vào: Thứ Bảy, Chủ nhật."),
        ({"day_from": 930, "day_until": 1440}, "từ 15:30 đến 24:00 mỗi ngày"),
        ({"paper": PaperMode.FIXED}, "dùng chung một bộ câu hỏi"),
        ({"paper": PaperMode.RANDOM}, "một đề riêng, rút ngẫu nhiên"),
        ({"shuffle_questions": False}, "Thứ tự phương án được xáo trộn."),
        ({"rows": (RowPlan("b", 20, 1),)}, "20 câu hỏi, mỗi câu trả lời đúng được 1 điểm, tối đa 20 điểm"),
        ({"rows": (RowPlan("b", 4, 2, "Luật", 3), RowPlan("b", 1))}, "4 câu, mỗi câu 2 điểm: Luật, mức độ Khó."),
        ({"rows": (RowPlan("b", 4, 2), RowPlan("b", 1))}, "5 câu hỏi, tối đa 9 điểm"),
        ({"grace_s": 7}, "trong vòng 7 giây sau khi hết giờ vẫn là đúng giờ."),
        ({"grace_s": 0}, "sau khi hết giờ không phải là đúng giờ."),
        ({"late_minutes": 0}, "mà đến muộn hơn thì không được tính; hệ thống giữ riêng để đối chiếu."),
        ({"late_minutes": 45}, "mà đến trong vòng 45 phút sau khi hết giờ vẫn được tính;"),
        ({"late_minutes": 45}, "Kết quả của đợt chỉ có sau thời gian đó."),
        ({"freeze_minutes": 60}, "ngừng cập nhật 60 phút trước khi mỗi đợt kết thúc"),
    ],
)
def test_each_setting_of_a_round_has_its_sentence(settings, sentence):
    assert sentence in said(with_round(sound(), **settings))


def test_criteria_stand_in_their_order():
    section = next(s for s in regulations(sound(criteria=("elapsed", "score"))) if s.key == "xep-hang")
    (listed,) = [block for block in section.blocks if isinstance(block, Items)]
    assert listed.numbered
    assert ["Thời gian" in str(listed.items[0]), "điểm" in str(listed.items[1])] == [True, True]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"total": Total.SUM}, "là tổng kết quả các đợt; đợt không dự thi được 0 điểm."),
        ({"total": Total.BEST, "missed_rounds": MissedRounds.BEHIND}, "người dự thi nhiều đợt hơn luôn xếp trên."),
        ({"total": Total.AVERAGE}, "là trung bình trên tất cả các đợt của cuộc thi; đợt không dự thi được 0 điểm."),
        ({"total": Total.AVERAGE}, "Điểm trung bình tính đến phần nghìn điểm, phần lẻ nhỏ hơn bỏ đi"),
        ({"total": Total.AVERAGE, "missed_rounds": MissedRounds.LEFT_OUT}, "đợt không dự thi không tính."),
    ],
)
def test_what_rounds_make_together_has_its_sentence(settings, sentence):
    assert sentence in said(sound(rounds=TWO, **settings))
    assert sentence not in said(sound(rounds=TWO[:1], **settings))


def test_the_order_of_the_whole_contest_is_told_where_it_is_another():
    whole = "Khi xếp hạng chung cả cuộc thi, thứ tự tiêu chí là:"
    best = {"total": Total.BEST, "criteria": ("score",)}
    assert whole in said(sound(rounds=TWO, criteria=("score",)))
    assert whole in said(sound(rounds=TWO, missed_rounds=MissedRounds.BEHIND, **best))
    assert whole not in said(sound(rounds=TWO, **best))


def test_lots_are_explained_where_they_decide():
    assert "Bốc thăm là một phép tính ai cũng làm lại được" in said(sound(criteria=("score", "lot")))
    assert "thăm" not in said(sound(criteria=("score",)))


def test_points_given_by_people_and_low_predictions_have_their_sentences():
    assert "Điểm do người chấm" in said(sound(criteria=("score", "hand")))
    told = said(sound(**(PREDICTS | {"prediction_rule": PredictionRule.LOW_FIRST})))
    assert "dự đoán thấp hơn số đúng xếp trên dự đoán cao hơn" in told
    assert "Hai dự đoán giống nhau thì bằng nhau" in told
    assert "Hai dự đoán lệch bằng nhau thì bằng nhau" not in told


def test_who_gets_the_last_prize_is_told():
    prizes = (PrizePlan(PrizeScope.ROUND, "Nhất", 1),)
    for rule, words in TIE_RULE_NAMES.items():
        assert words in said(sound(prizes=prizes, tie_rule=rule))


def test_rankings_that_stand_still_differently_are_told_apart():
    frozen = replace(TWO[1], freeze_minutes=30)
    assert "Bảng xếp hạng đợt 2 ngừng cập nhật 30 phút" in said(sound(rounds=(TWO[0], frozen)))
    assert "ngừng cập nhật" not in said(sound(rounds=TWO))
    assert "ngừng cập nhật" not in said(sound(rounds=(frozen,), ranking_shown=RankingShown.PUBLISHED))


def test_a_person_is_never_named_among_the_excluded():
    plan = sound(exclusions=(ExclusionPlan(ExclusionMode.BARRED, "thành viên Ban tổ chức", phone="0912345678"),))
    assert "thành viên Ban tổ chức" in said(plan)
    assert "0912345678" not in said(plan)


def test_both_modes_of_exclusion_are_told_apart():
    unranked = ExclusionPlan(ExclusionMode.UNRANKED, "chuyên trách", kind=PersonKind.OFFICIAL)
    assert "không xếp hạng và không xét giải" in said(sound(exclusions=(unranked,)))
    assert "Không thuộc diện dự thi" not in said(sound(exclusions=(unranked,)))
    barred = replace(unranked, mode=ExclusionMode.BARRED)
    assert "Không thuộc diện dự thi" in said(sound(exclusions=(barred,)))


def test_practice_has_neither_ranking_nor_prizes():
    prizes = (PrizePlan(PrizeScope.ROUND, "Nhất", 1),)
    plan = sound(practice=True, prizes=prizes, target_percent=60, **PREDICTS)
    assert not {"xep-hang", "giai-thuong", "du-doan", "chi-tieu", "cach-tinh"} & set(keys(plan))
    assert "xếp hạng hiện" not in said(plan)
    assert {"xep-hang", "giai-thuong", "du-doan", "chi-tieu"} <= set(keys(replace(plan, practice=False)))


def test_best_attempt_is_spoken_of_only_when_there_are_several():
    assert "lượt thi tốt nhất" in said(with_round(sound(), max_attempts=2))
    assert "lượt thi tốt nhất" not in said(with_round(sound(), max_attempts=1))


def test_rounds_with_papers_of_their_own_are_told_apart():
    other = replace(TWO[1], rows=(RowPlan("khac", 7),))
    assert "Đề thi của đợt 2" in said(sound(rounds=(TWO[0], other)))
    assert "Đề thi của đợt" not in said(sound(rounds=TWO))


def test_rounds_that_take_late_answers_differently_are_told_apart():
    late = replace(TWO[1], late_minutes=30)
    assert "Đợt 2: Câu trả lời chọn trước khi hết giờ (theo" in said(sound(rounds=(TWO[0], late)))
    assert "Đợt 1: Câu trả lời chọn trước khi hết giờ trong lúc mất mạng" in said(sound(rounds=(TWO[0], late)))
    assert "Đợt 1: " not in said(sound(rounds=TWO))


def test_every_setting_of_a_contest_changes_the_regulations():
    """A setting that the regulations do not know of would let them disagree with what the software does."""
    base = sound(rounds=TWO, **PREDICTS)
    changed = {
        "title": "Khác",
        "union": UnionRef("X", "Khác"),
        "slug": "khac",
        "summary": "Khác",
        "kinds": (PersonKind.WORKER,),
        "criteria": ("score", "prediction"),
        "rounds": TWO[:1],
        "divisions": (DivisionPlan("A", "A"),),
        "exclusions": (ExclusionPlan(ExclusionMode.BARRED, "vì", kind=PersonKind.WORKER),),
        "prizes": (PrizePlan(PrizeScope.ROUND, "Nhất", 1),),
        "scope_union": UnionRef("X", "Khác"),
        "registration_opens_at": NOW,
        "target_percent": 60,
        "target_people": 60,
        "prediction_target": PredictionTarget.ATTEMPTS,
        "missed_rounds": MissedRounds.BEHIND,
    }
    for name in ("organizer", "legal_basis", "contact", "extra_rules"):
        changed[name] = "Khác"
    #: Shown on the contest's page, or meaningful only together with others, which have tests of their own.
    elsewhere = {"title", "slug", "summary", "union", "headcount_basis", "one_prize", "tie_rule"}
    elsewhere |= {"collective_min_headcount", "collective_min_percent", "size_classes", "previous"}
    for field in fields(base):
        if field.name in elsewhere:
            continue
        value = getattr(base, field.name)
        if field.name in changed:
            other = changed[field.name]
        elif isinstance(value, bool):
            other = not value
        else:
            other = next(choice for choice in type(value) if choice != value)
        assert said(replace(base, **{field.name: other})) != said(base), field.name


def test_the_page_shows_times_in_vietnamese_time(app):
    plan = with_round(sound(extra_rules="Không dùng <b>."), opens_at=NOW, closes_at=NOW + timedelta(days=7))
    with app.test_request_context():
        page = render_template("rounds/_regulations.html", sections=regulations(plan))
        assert render_template_string("{{ x|say }}", x=regulations(plan)[0].title) == "Đơn vị tổ chức"
    assert "07:00 ngày 13/11/2023" in page
    assert "Không dùng &lt;b&gt;." in page
