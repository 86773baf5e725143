"""An honest contest passes the verifying program, however it ranks and draws; and what each bundle keeps back."""

import pytest
from proof import fair

#: Ways to rank and draw, each with what the others lack.
WAYS = {
    "sum": {},
    "best": {"total": "best", "criteria": ["score", "elapsed"], "prediction_target": None},
    "average over all": {
        "total": "average",
        "criteria": ["prediction", "hand", "started", "submitted", "score", "lot"],
        "prediction_rule": "nearest_low_first",
        "prediction_scope": "contest",
        "prediction_target": "attempts",
    },
    "average of those taken": {
        "total": "average",
        "missed_rounds": "left_out",
        "criteria": ["perfect", "prediction", "elapsed"],
        "prediction_rule": "nearest_not_above",
        "prediction_target": "people",
    },
    "who took more": {
        "missed_rounds": "behind",
        "criteria": ["prediction", "elapsed", "lot"],
        "prediction_rule": "exact",
        "prediction_target": "perfect_attempts",
    },
    "rounds apart": {"total": "none", "criteria": ["rounds", "score", "lot"], "prediction_target": None},
    "all answers": {"all_answers_required": True, "one_prize": "none", "tie_rule": "committee"},
    "one set of questions": {"second_round": {"paper": "fixed"}, "name_display": "hidden", "one_prize": "contest"},
    "as typed": {"second_round": {"shuffle_choices": False, "shuffle_questions": False}, "key_shown": "after_contest"},
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_honest_contest_passes(app, town, session, tmp_path, way):
    contest = fair.held(app, town, **way)
    fair.judged(app, session, contest)
    fair.announced(session, contest, town.now, (1, 2) if contest.total == "none" else (1, 2, 0))
    status, said = fair.checked(tmp_path, fair.made(app, contest))
    assert status == 0, said
    assert "24 lượt thi, 24 đề rút lại, 24 biên nhận, 24 bài chấm lại" in said
