"""Marking by hand: what waits, one marker an answer, marks into the score, marks again, the announcement."""

from datetime import timedelta

import pytest
from judging.desk import WORTH, essay_places, essay_round, hand_in
from sqlalchemy import select
from support.queries import counted

from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, Actor, Role
from contest.attempts.models import Attempt, HandMark
from contest.judging import actions, queries
from contest.judging.models import MarkingLease
from contest.judging.rules import LEASE, Refused
from contest.participation import recounting as participation
from contest.rounds import actions as rounds
from contest.rounds.locks import Refused as NotPossible
from contest.standings import actions as standings
from contest.standings.models import Standing


@pytest.fixture
def round_(town):
    return essay_round(town)


@pytest.fixture
def subject(session, round_, town):
    def find():
        return queries.subjects(session, {}, round_)[0]

    return find


def actor(person):
    return Actor(person.id, person.name)


def give(session, round_, attempt, points, by=TERMINAL, comment="", now=None):
    place = essay_places(session, attempt)[0]
    sheet = queries.sheet(session, {}, round_, attempt.id, place)
    actions.mark(session, {}, by, round_, sheet, points, comment, now or attempt.submitted_at)


def test_an_essay_waits_and_the_score_is_provisional(session, town, round_):
    attempt = hand_in(town, round_, town.lan)
    assert (attempt.pending, attempt.score, attempt.max_score, attempt.perfect) == (1, 2 * WORTH, 3 * WORTH, False)
    assert queries.waiting(session, [round_.id]) == {round_.id: 1}
    only = queries.subjects(session, {}, round_)
    counts = queries.progress(session, round_.id, [only[0].version_id])
    assert counts[only[0].version_id] == queries.Progress(marked=0, waiting=1)


def test_an_empty_essay_waits_for_nobody(session, town, round_):
    assert hand_in(town, round_, town.lan, text="").pending == 0
    assert queries.waiting(session, [round_.id]) == {}


def test_a_mark_is_part_of_score_standing_and_counters(session, town, round_):
    attempt = hand_in(town, round_, town.lan)
    give(session, round_, attempt, WORTH)
    assert (attempt.pending, attempt.score, attempt.auto_score) == (0, 3 * WORTH, 2 * WORTH)
    assert attempt.perfect
    standing = session.get(Standing, (round_.contest_id, 1, attempt.entry_id))
    assert (standing.score, standing.perfect) == (3 * WORTH, 1)
    assert standings.verify(session, round_.contest) == []
    assert participation.verify(session, round_.contest) == []


def test_marking_again_goes_from_the_old_mark_to_the_new_and_is_written_down(session, town, round_):
    attempt = hand_in(town, round_, town.lan)
    give(session, round_, attempt, 1)
    give(session, round_, attempt, 3, comment="Đủ ý hơn")
    give(session, round_, attempt, 3, comment="Đủ ý hơn")
    assert attempt.score == 2 * WORTH + 3
    found = session.scalars(
        select(AuditEntry).where(AuditEntry.action.startswith("judging")).order_by(AuditEntry.id)
    ).all()
    assert [(e.action, e.details["was"], e.details["points"]) for e in found] == [
        ("judging.mark", None, 1),
        ("judging.mark_again", 1, 3),
    ]
    assert session.scalars(select(HandMark)).one().comment == "Đủ ý hơn"


@pytest.mark.parametrize("points", [-1, WORTH + 1])
def test_points_stay_within_what_the_question_is_worth(session, town, round_, points):
    attempt = hand_in(town, round_, town.lan)
    with pytest.raises(Refused, match=f"từ 0 đến {WORTH} điểm"):
        give(session, round_, attempt, points)
    assert session.scalars(select(HandMark)).all() == []


def test_two_markers_never_get_the_same_answer(session, town, round_, subject):
    attempts = [hand_in(town, round_, person) for person in (town.lan, town.hung, town.son)]
    version = subject().version_id
    first = actions.take_next(session, round_, version, town.mai.id, town.now)
    second = actions.take_next(session, round_, version, town.admin.id, town.now)
    assert first != second
    assert {first[0], second[0]} < {attempt.id for attempt in attempts}
    taken = session.get(Attempt, first[0])
    with pytest.raises(Refused, match="Người khác đang chấm bài này"):
        give(session, round_, taken, 1, actor(town.admin), now=town.now)
    give(session, round_, taken, 1, actor(town.mai), now=town.now)
    assert session.get(MarkingLease, first) is None


def test_an_answer_left_lying_goes_to_the_next_marker(session, town, round_, subject):
    hand_in(town, round_, town.lan)
    version = subject().version_id
    first = actions.take_next(session, round_, version, town.mai.id, town.now)
    assert first
    assert actions.take_next(session, round_, version, town.admin.id, town.now) is None
    later = town.now + LEASE
    assert actions.take_next(session, round_, version, town.admin.id, later - timedelta(seconds=1)) is None
    assert actions.take_next(session, round_, version, town.admin.id, later) == first


def test_skipping_leads_on_and_around(session, town, round_, subject):
    for person in (town.lan, town.hung, town.son):
        hand_in(town, round_, person)
    version, seen, after = subject().version_id, [], ""
    for _turn in range(4):
        attempt_id, _place = actions.take_next(session, round_, version, town.mai.id, town.now, after)
        after = session.get(Attempt, attempt_id).code
        seen.append(after)
    assert seen[:3] == sorted(set(seen))
    assert seen[3] == seen[0]
    assert len(session.scalars(select(MarkingLease)).all()) == 1


def test_results_wait_for_the_last_mark_and_lock_it(session, town):
    round_ = essay_round(town, opens=-60, closes=-1)
    attempt = hand_in(town, round_, town.lan)
    with pytest.raises(NotPossible, match="Còn 1 bài tự luận chờ chấm"):
        rounds.publish_round(session, TERMINAL, round_.contest, round_, town.now)
    give(session, round_, attempt, 2)
    rounds.publish_round(session, TERMINAL, round_.contest, round_, town.now)
    with pytest.raises(Refused, match="đã công bố"):
        give(session, round_, attempt, 3)
    assert attempt.score == 2 * WORTH + 2


def address(subject):
    return f"/to-chuc/cuoc-thi/cuoc-thi/dot/1/cham-bai/cau/de/{subject.number}?ma={subject.code}"


def test_an_organizer_marks_one_after_the_other_without_a_name(client, session, town, round_, subject):
    people = [town.person("Hà Thị Một"), town.person("Hà Văn Hai")]
    attempts = [hand_in(town, round_, person) for person in people]
    only, mai = subject(), town.mai
    town.commit()
    client.sign_in(mai)
    page = client.page("/to-chuc/cuoc-thi/cuoc-thi/cham-bai")
    assert page.xpath(f"//a[@href='{address(only)}']")
    reply = client.send(address(only))
    for points in (1, 4):
        assert reply.status_code == 303
        ticket = reply.headers["Location"]
        text = client.page(ticket).text_content()
        assert "Chúng tôi thi đua lao động giỏi" in text
        assert "Hai ý, mỗi ý hai điểm." in text
        for secret in ("Hà Thị Một", "Hà Văn Hai", "CĐCS", *(p.phone for p in people), *(a.code for a in attempts)):
            assert secret not in client.get(ticket).get_data(as_text=True)
        reply = client.send(ticket, {"points": str(points), "comment": "Được", "was": "", "tiep": "1"})
    assert reply.headers["Location"] == address(only)
    session.expire_all()
    assert sorted(attempt.score - 2 * WORTH for attempt in attempts) == [1, 4]
    data = client.data(address(only))
    assert (data["marked"], data["waiting"]) == (2, 0)
    assert {mark["points"] for mark in data["marks"]} == {1, 4}


def test_a_page_left_open_never_overwrites_another_mark(client, session, town, round_, subject):
    attempt = hand_in(town, round_, town.lan)
    only, mai = subject(), town.mai
    town.commit()
    client.sign_in(mai)
    ticket = client.send(address(only)).headers["Location"]
    session.execute(MarkingLease.__table__.delete())
    give(session, round_, attempt, 4)
    town.commit()
    reply = client.send(ticket, {"points": "1", "comment": "", "was": "", "dung": "1"})
    assert reply.status_code == 200
    assert "Người khác vừa chấm bài này." in reply.get_data(as_text=True)
    session.expire_all()
    assert attempt.score == 2 * WORTH + 4


def test_bad_points_are_said_beside_the_field(client, town, round_, subject):
    hand_in(town, round_, town.lan)
    only, mai = subject(), town.mai
    town.commit()
    client.sign_in(mai)
    ticket = client.send(address(only)).headers["Location"]
    for points, words in (("", "Hãy điền mục này."), ("9", "từ 0 đến 4 điểm"), ("1,5", "Hãy nhập một số nguyên.")):
        reply = client.send(ticket, {"points": points, "was": "", "tiep": "1"})
        assert words in reply.get_data(as_text=True)


def test_only_organizers_of_the_contest_mark(client, session, town, round_, subject):
    hand_in(town, round_, town.lan)
    stranger = town.person("Ban Tổ Chức Khác")
    grant_role(session, TERMINAL, stranger, Role.ORGANIZER, town.LC_TU.id, town.now)
    only, son = subject(), town.son
    town.commit()
    for person, status in ((stranger, 404), (son, 403)):
        client.sign_in(person)
        assert client.get("/to-chuc/cuoc-thi/cuoc-thi/cham-bai").status_code == status
        assert client.get(address(only)).status_code == status
        assert client.send(address(only)).status_code == status
        assert client.get("/to-chuc/cuoc-thi/cuoc-thi/dot/1/cham-bai/phieu/ABCDEF").status_code == status


def test_the_terminal_lists_and_marks(app, session, town, round_):
    attempt = hand_in(town, round_, town.lan)
    place = str(essay_places(session, attempt)[0])
    town.commit()
    run = app.test_cli_runner().invoke
    listed = run(args=["judging", "list", "cuoc-thi", "--json"])
    assert '"marked": 0, "waiting": 1' in listed.output
    done = run(args=["judging", "mark", attempt.code, place, "--points", "3"])
    assert done.exit_code == 0, done.output
    session.expire_all()
    assert (attempt.score, attempt.pending) == (2 * WORTH + 3, 0)
    code = attempt.code
    session.rollback()
    for where, points in ((place, "30"), ("9", "3")):
        refused = run(args=["judging", "mark", code, where, "--points", points])
        assert refused.exit_code == 1 and "locked" not in refused.output, refused.output


def test_the_member_sees_what_waits_and_later_the_remark(client, session, town):
    round_ = essay_round(town, opens=-60, closes=-1)
    attempt = hand_in(town, round_, town.lan)
    address, lan = f"/bai-thi/{attempt.code}/ket-qua", town.lan
    town.commit()
    client.sign_in(lan)
    assert "1 câu tự luận chưa có điểm." in " ".join(client.page(address).text_content().split())
    assert client.data(address)["pending"] == 1
    give(session, round_, attempt, 3, comment="Thiếu ví dụ")
    town.commit()
    text = " ".join(client.page(address).text_content().split())
    assert "chưa có điểm" not in text
    assert "Nhận xét của người chấm: Thiếu ví dụ" in text
    assert f"{2 * WORTH + 3}/{3 * WORTH}" in text


def test_pages_ask_as_much_however_many_answers_there_are(app, client, session, town, round_, subject):
    hand_in(town, round_, town.lan)
    only, mai = subject(), town.mai
    town.commit()
    client.sign_in(mai)
    client.page(address(only))
    with counted(app) as few:
        client.page(address(only))
        client.page("/to-chuc/cuoc-thi/cuoc-thi/cham-bai")
    for number in range(3):
        give(session, round_, hand_in(town, round_, town.person(f"Người Thứ {number}")), 2)
        hand_in(town, round_, town.person(f"Người Khác {number}"))
    town.commit()
    with counted(app) as many:
        client.page(address(only))
        client.page("/to-chuc/cuoc-thi/cuoc-thi/cham-bai")
    assert len(many) == len(few)
