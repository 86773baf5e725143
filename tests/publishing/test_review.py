"""The committee's review list: who is near the prizes, what is to be looked at, what counts as looked at."""

from datetime import date, timedelta

from prizes import podium
from sqlalchemy import select
from standings import arena

from contest.accounts.rules import TERMINAL
from contest.attempts.models import Attempt, HandMark, LateDelivery
from contest.publishing import actions, review, work
from contest.publishing.rules import Topic
from contest.signals.models import Signal


def texts(session, contest, topic):
    return [str(point.text) for point in review.points(session, contest, 1) if point.topic is topic]


def attempts(session):
    return session.scalars(select(Attempt).order_by(Attempt.id)).all()


def test_a_shared_place_at_the_cut_of_a_prize(session, town):
    contest = podium.contest_of(town)
    podium.people(town, contest, 9, 7, 5, 5, 5)
    assert texts(session, contest, Topic.TIE) == ["Giải Nhì: 3 người cùng hạng 3 ở ranh giới giải."]


def test_no_shared_place_no_point(session, town):
    contest = podium.contest_of(town)
    podium.people(town, contest, 9, 9, 5, 4)
    assert texts(session, contest, Topic.TIE) == ["Giải Nhất: 2 người cùng hạng 1 ở ranh giới giải."]
    assert review.points(session, contest, 1)[0].values == {"slug": "cuoc-thi", "dot": 1}


def test_who_may_be_the_same_person(session, town):
    contest = podium.contest_of(town, lines=(("Giải Nhất", 1),))
    born = date(1990, 5, 1)
    people = [town.person("Lò Thị An"), town.person("Lò Thị An"), town.person("Hà Văn Bình")]
    people[0].birth_on = people[1].birth_on = people[2].birth_on = born
    twin = town.person("Mùa A Cơ", phone=people[2].phone)
    for score, person in zip((9, 8, 7, 6), [*people, twin], strict=True):
        entry = arena.enter(town, contest, person)
        arena.closed_attempt(session, entry, contest.rounds[0], score=score, max_score=10)
    work.check(session, TERMINAL, contest, 1, town.now)
    found = texts(session, contest, Topic.ALIKE)
    assert sum("cùng họ tên, ngày sinh và đơn vị cũng dự thi" in text for text in found) == 2
    assert sum("cùng số điện thoại" in text for text in found) == 2
    assert found[-1] == "Trong toàn cuộc thi có 1 nhóm tài khoản cùng họ tên, ngày sinh và đơn vị."


def test_late_deliveries_extra_time_and_marks_by_hand_near_the_prizes(session, town):
    contest = podium.contest_of(town, lines=(("Giải Nhất", 1),))
    podium.people(town, contest, 9, *([1] * 12), names=[f"Người {n}" for n in range(13)])
    first, last = attempts(session)[0], attempts(session)[-1]
    for attempt in (first, last):
        attempt.late, attempt.extra_s = True, 120
        at = contest.rounds[0].closes_at + timedelta(minutes=1)
        session.add(LateDelivery(attempt_id=attempt.id, received_at=at, answers={}, counted=True))
    session.add(HandMark(attempt_id=first.id, place=1, points=4, marked_at=town.now, marked_by="test"))
    session.flush()
    late = texts(session, contest, Topic.LATE)
    assert late[0].startswith("Người 0")
    assert late[1] == "Ngoài những người gần giải, 1 người có câu trả lời gửi muộn được tính."
    assert [text.startswith("Người 0") for text in texts(session, contest, Topic.TIME)] == [True]
    assert texts(session, contest, Topic.HAND)[0].endswith("1 bài chấm tay, cộng 4 điểm.")


def test_signals_nobody_has_judged(session, town):
    contest = podium.contest_of(town)
    podium.people(town, contest, 9)
    session.add(
        Signal(round_id=contest.rounds[0].id, kind="too_fast", subject="1", people=1, strength=50, found_at=town.now)
    )
    session.flush()
    assert texts(session, contest, Topic.SIGNAL) == ["Đợt 1: 1 dấu hiệu chưa ai kết luận."]


def test_what_has_changed_since_is_to_be_looked_at_again(session, town):
    contest = podium.contest_of(town)
    podium.people(town, contest, 9, 7, 5, 5)
    point = review.points(session, contest, 1)[0]
    actions.look_at(session, TERMINAL, contest, 1, point.topic, point.subject, "Cùng được giải", town.now)
    marked = review.marks(session, contest.id, 1)
    assert review.left(review.points(session, contest, 1), marked) == 0
    podium.people(town, contest, 5)
    assert review.left(review.points(session, contest, 1), marked) == 1
