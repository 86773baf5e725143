"""Keys changed late: the trial says what happens, the application does just that, and it can be taken back."""

import pytest
from corrections import hall
from corrections.hall import POINTS
from sqlalchemy import select

from contest.attempts.models import KeyChange
from contest.corrections import actions, remark
from contest.corrections.rules import Refused
from contest.participation import recounting as participation
from contest.standings import actions as standings

RIGHT = {"mot": [0], "nhieu": [0, 1], "y": [0], "so": "1929", "ngan": "nguyen duc canh"}


def sound(session, contest):
    assert standings.verify(session, contest) == []
    assert participation.verify(session, contest) == []


@pytest.mark.parametrize(
    ("code", "kind", "more", "scores"),
    [
        ("mot", "key", {"keys": [1]}, (-POINTS, POINTS, 0)),
        ("mot", "accept", {"keys": [1]}, (0, POINTS, 0)),
        ("mot", "credit", {}, (0, POINTS, POINTS)),
        ("mot", "drop", {}, (-POINTS, 0, 0)),
        ("nhieu", "key", {"keys": [0, 2]}, (-POINTS, POINTS, 0)),
        ("nhieu", "accept", {"keys": [0, 2]}, (0, POINTS, 0)),
        ("y", "key", {"keys": [1, 2]}, (-POINTS, POINTS, 0)),
        ("so", "accept", {"answers": ["1930"]}, (0, POINTS, 0)),
        ("so", "key", {"answers": ["1930"]}, (-POINTS, POINTS, 0)),
        ("ngan", "accept", {"answers": ["Anh Cảnh"]}, (0, POINTS, 0)),
    ],
)
def test_each_kind_of_decision(app, session, town, code, kind, more, scores):
    round_ = hall.a_round(town)
    other = {"mot": [1], "nhieu": [0, 2], "y": [1, 2], "so": "1930", "ngan": "anh canh"}
    sat = [
        hall.hand_in(town, round_, person, answers)
        for person, answers in ((town.lan, RIGHT), (town.hung, other), (town.son, {}))
    ]
    old = [attempt.score for attempt in sat]
    assert old == [5 * POINTS, 0, 0]
    made = hall.proposal(session, code, kind, **more)
    told = hall.tried(session, round_, made)
    assert [attempt.score for attempt in sat] == old
    change, done = hall.applied(app, session, round_, made)
    assert tuple(attempt.score - was for attempt, was in zip(sat, old, strict=True)) == scores
    assert {one.attempt_id: (one.old_score, one.new_score) for one in told.sat} == {
        row.change.attempt_id: (row.change.old_score, row.change.new_score)
        for row in hall.queries.changed(session, change.id, undo=False, page=1)
    }
    assert done.changed == len(told.sat) == (3 if kind == "drop" else sum(bool(s) for s in scores))
    assert {attempt.max_score for attempt in sat} == {5 * POINTS if kind == "drop" else 6 * POINTS}
    sound(session, round_.contest)
    assert hall.undone(app, session, round_, change).changed == done.changed
    assert [attempt.score for attempt in sat] == old
    assert {attempt.max_score for attempt in sat} == {6 * POINTS}
    sound(session, round_.contest)
    assert session.scalars(select(KeyChange)).one().undo_reason == "Đáp án cũ đúng"


def test_a_straggler_of_an_ended_recount_changes_nothing(app, session, town):
    round_ = hall.a_round(town)
    attempt = hall.hand_in(town, round_, town.lan, {"mot": [1]})
    first, _done = hall.applied(app, session, round_, hall.proposal(session, "mot", "key", keys=[1]))
    rows = remark.by_ids(session, [attempt.id])
    stale = remark.remarked(session, rows, remark.Keys(session, {}, round_.id).learn(rows))
    hall.applied(app, session, round_, hall.proposal(session, "mot", "key", keys=[2]))
    assert attempt.score == 0
    known = {attempt.id: stale[0]}
    done = actions.rework(session, {}, round_.contest, round_, first, False, [attempt.id], town.now, known)
    session.expire_all()
    assert (done, attempt.score) == (0, 0)


def test_a_second_decision_waits_for_the_recount_of_the_first(session, town):
    round_ = hall.a_round(town)
    hall.hand_in(town, round_, town.lan, {"mot": [1]})
    hall.decided(session, round_, hall.proposal(session, "mot", "key", keys=[1]))
    with pytest.raises(Refused, match="đang được tính lại"):
        hall.decided(session, round_, hall.proposal(session, "so", "drop"))


def test_later_decisions_are_applied_in_order_and_what_remains_holds(app, session, town):
    round_ = hall.a_round(town)
    sat = [hall.hand_in(town, round_, person, {"mot": [n]}) for n, person in enumerate((town.lan, town.hung, town.son))]
    first, _done = hall.applied(app, session, round_, hall.proposal(session, "mot", "key", keys=[1]))
    second, _done = hall.applied(app, session, round_, hall.proposal(session, "mot", "accept", keys=[2]))
    assert [attempt.score for attempt in sat] == [0, POINTS, POINTS]
    hall.undone(app, session, round_, first)
    assert [attempt.score for attempt in sat] == [POINTS, 0, POINTS]
    hall.undone(app, session, round_, second)
    assert [attempt.score for attempt in sat] == [POINTS, 0, 0]
