"""Extra time: who has it, what it does to attempts, who may grant it, and what each person is told."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.actions import grant_role
from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL, Role
from contest.attempts.actions import follow_round
from contest.attempts.lengthening import follow_allowance
from contest.attempts.models import Attempt
from contest.attempts.starting import start
from contest.members.registry import own_data
from contest.rounds import allowances, events, queries
from contest.rounds.actions import close_round, copy_contest, extend_round
from contest.rounds.locks import Refused
from contest.rounds.models import TimeAllowance
from contest.rounds.rules import instants
from contest.unions.queries import ancestor_ids

DESK = "/to-chuc/cuoc-thi/cuoc-thi/them-gio"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def round_(town):
    """An open round of 20 minutes, grace 5 s, late deliveries counted within 10 minutes."""
    return town.round(town.contest(), opens=-60, closes=60, grace_s=5, late_minutes=10)


@pytest.fixture(autouse=True)
def listening(monkeypatch):
    monkeypatch.setattr(events, "granted", [follow_allowance])
    monkeypatch.setattr(events, "changed", [follow_round])


def grant(session, town, whom, minutes=10, reason="mắt kém", now=None):
    contest = queries.contest_by_slug(session, "cuoc-thi")
    return allowances.grant(session, TERMINAL, contest, whom, minutes, reason, now or town.now)


def begin(session, town, person, now=None):
    contest = queries.contest_by_slug(session, "cuoc-thi")
    return start(session, {}, contest.rounds[0], person, now or town.now)


def minutes_of(session, contest, person):
    return allowances.extra_for(session, contest.id, person.id, ancestor_ids(session, person.union_id)) // 60


# who has how much


def test_the_longest_that_fits_counts_and_only_while_it_is_in_force(session, town, round_):
    contest = round_.contest
    assert minutes_of(session, contest, town.lan) == 0
    ward, _ = grant(session, town, town.LC_PT, 5)
    grant(session, town, town.lan, 15)
    grant(session, town, town.province, 10)
    assert [minutes_of(session, contest, who) for who in (town.lan, town.son)] == [15, 10]
    own = next(row for row in allowances.listed(session, contest.id) if row.person_id)
    allowances.end(session, TERMINAL, contest, own, town.now)
    assert minutes_of(session, contest, town.lan) == 10
    assert [row.id for row in allowances.listed(session, contest.id)][-1] == own.id
    assert ward.extra_s == 300


def test_it_belongs_to_one_contest(session, town, round_):
    grant(session, town, town.lan, 15)
    other = town.contest("khac")
    assert minutes_of(session, other, town.lan) == 0
    assert allowances.listed(session, other.id) == []


def test_the_same_twice_is_refused_another_length_is_not(session, town, round_):
    grant(session, town, town.lan, 10)
    with pytest.raises(Refused, match="10 phút như vậy"):
        grant(session, town, town.lan, 10)
    grant(session, town, town.lan, 11)
    grant(session, town, town.LC_PT, 10)


def test_a_union_outside_of_the_contests_people_is_refused(session, town, round_):
    round_.contest.scope_union_id = town.LC_PT.id
    session.flush()
    with pytest.raises(Refused, match="không thuộc phạm vi"):
        grant(session, town, town.LC_TU)
    grant(session, town, town.LC_PT, 5)
    grant(session, town, town.province, 5)


def test_the_log_holds_minutes_and_no_reason(session, town, round_):
    row, _ = grant(session, town, town.lan)
    allowances.end(session, TERMINAL, round_.contest, row, town.now)
    allowances.end(session, TERMINAL, round_.contest, row, town.now + MINUTE)
    of_it = select(AuditEntry).where(AuditEntry.action.like("extra_time.%")).order_by(AuditEntry.id)
    entries = session.scalars(of_it).all()
    assert [entry.action for entry in entries] == ["extra_time.grant", "extra_time.end"]
    assert entries[0].details == {"id": row.id, "minutes": 10, "union": None, "lengthened": 0}
    assert (row.ended_at, row.ended_by) == (town.now, "terminal")


# attempts


def test_a_start_gets_it_and_all_three_instants_follow(session, town, round_):
    grant(session, town, town.lan)
    attempt = begin(session, town, town.lan)
    assert (attempt.extra_s, attempt.due_at) == (600, town.now + 30 * MINUTE)
    assert attempt.taken_until == attempt.due_at + timedelta(seconds=5)
    assert attempt.late_until == attempt.due_at + 10 * MINUTE
    assert begin(session, town, town.son).due_at == town.now + 20 * MINUTE


def test_attempts_in_progress_get_longer_at_once(session, town, round_):
    lan, son = begin(session, town, town.lan), begin(session, town, town.son)
    _, moved = grant(session, town, town.lan, now=town.now + 5 * MINUTE)
    session.expire_all()
    assert moved == 1
    assert (lan.extra_s, lan.due_at) == (600, town.now + 30 * MINUTE)
    assert (lan.taken_until, lan.late_until) == (lan.due_at + timedelta(seconds=5), lan.due_at + 10 * MINUTE)
    assert (son.extra_s, son.due_at) == (0, town.now + 20 * MINUTE)


def test_a_union_gets_it_with_everybody_below(session, town, round_):
    lan, son = begin(session, town, town.lan), begin(session, town, town.son)
    _, moved = grant(session, town, town.province)
    session.expire_all()
    assert moved == 2
    assert {lan.due_at, son.due_at} == {town.now + 30 * MINUTE}
    _, moved = grant(session, town, town.LC_PT, 5)
    session.expire_all()
    assert (moved, lan.due_at) == (0, town.now + 30 * MINUTE)


def test_what_is_over_is_not_opened_again(session, town, round_):
    attempt = begin(session, town, town.lan)
    _, moved = grant(session, town, town.lan, now=attempt.due_at)
    session.expire_all()
    assert (moved, attempt.due_at) == (0, town.now + 20 * MINUTE)


def test_nobody_works_longer_than_the_round(session, town, round_):
    attempt = begin(session, town, town.lan, round_.closes_at - 25 * MINUTE)
    _, moved = grant(session, town, town.lan, now=attempt.started_at)
    session.expire_all()
    assert (moved, attempt.due_at) == (1, round_.closes_at)
    late = begin(session, town, town.son, round_.closes_at - 10 * MINUTE)
    _, moved = grant(session, town, town.son, now=late.started_at)
    assert moved == 0


def test_extending_and_closing_a_round_keep_it_in_mind(session, town, round_):
    contest = round_.contest
    attempt = begin(session, town, town.lan, round_.closes_at - 5 * MINUTE)
    grant(session, town, town.lan, now=attempt.started_at)
    session.expire_all()
    assert attempt.due_at == round_.closes_at
    later = round_.closes_at + 60 * MINUTE
    extend_round(session, TERMINAL, contest, round_, later, attempt.started_at)
    assert attempt.due_at == attempt.started_at + 30 * MINUTE
    close_round(session, TERMINAL, contest, round_, attempt.started_at + MINUTE)
    assert attempt.due_at == attempt.started_at + MINUTE
    assert (attempt.taken_until, attempt.late_until) == instants(attempt.due_at, 5, 10)


def test_a_copy_of_the_contest_keeps_its_times_and_nobodys_extra_time(session, town, round_):
    grant(session, town, town.lan)
    copied = copy_contest(
        session, TERMINAL, round_.contest, "ban-sao", "Bản sao", town.now + timedelta(days=9), town.now
    )
    assert [(row.grace_s, row.late_minutes) for row in copied.rounds] == [(5, 10)]
    assert allowances.listed(session, copied.id) == []


def test_ending_it_leaves_attempts_in_progress_alone(session, town, round_):
    row, _ = grant(session, town, town.lan)
    attempt = begin(session, town, town.lan)
    allowances.end(session, TERMINAL, round_.contest, row, town.now)
    session.expire_all()
    assert attempt.due_at == town.now + 30 * MINUTE


# the organizers' page


@pytest.fixture
def mai(client, town, round_):
    mai = town.mai
    assert town.lan
    town.commit()
    return client.sign_in(mai)


def fields(**changes):
    return {"phone": "", "union": "", "minutes": "10", "reason": "Mắt kém"} | changes


def stored(session):
    session.rollback()
    with Session(session.get_bind()) as other:
        return other.scalars(select(TimeAllowance).order_by(TimeAllowance.id)).all()


def test_a_person_is_given_more_time_and_it_is_ended(mai, town, session):
    phone, name = town.lan.phone, town.lan.name
    session.rollback()
    assert "Chưa thêm giờ cho ai" in mai.page(DESK).text_content()
    answer = mai.send(DESK, fields(phone=phone), follow_redirects=True)
    text = answer.get_data(as_text=True)
    assert "Đã thêm 10 phút cho các lượt thi sau." in text
    assert name in text and "Mắt kém" in text
    (row,) = mai.data(DESK)
    assert (row["person"], row["minutes"], row["reason"], row["ended_at"]) == (name, 10, "Mắt kém", None)
    assert row["granted_by"].startswith("person:")
    mai.send(f"{DESK}/ket-thuc", {"dong": row["id"]})
    (row,) = mai.data(DESK)
    assert row["ended_at"] and row["ended_by"] == row["granted_by"]
    page = mai.page(DESK)
    assert "Đã thôi" in page.text_content()
    assert not page.xpath("//form[contains(@action, 'ket-thuc')]")


def test_a_union_is_given_more_time(mai, town, session):
    answer = mai.send(DESK, fields(union=town.LC_PT.code), follow_redirects=True)
    assert town.LC_PT.name in answer.get_data(as_text=True)
    assert [row.union_id for row in stored(session)] == [town.LC_PT.id]


def test_an_attempt_in_progress_is_told_on_the_page_that_granted(mai, town, session):
    begin(session, town, town.lan)
    phone = town.lan.phone
    town.commit()
    answer = mai.send(DESK, fields(phone=phone), follow_redirects=True)
    assert "1 bài đang làm được thêm giờ ngay" in answer.get_data(as_text=True)
    session.expire_all()
    assert session.scalars(select(Attempt.extra_s)).one() == 600


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Hãy ghi số điện thoại của một người, hoặc chọn một đơn vị"),
        ({"phone": "0912000001", "union": "LC-PT"}, "chỉ một trong hai"),
        ({"phone": "12"}, "10 chữ số"),
        ({"phone": "0999999999"}, "Không tìm thấy ai có số này"),
        ({"union": "LC-PT", "reason": " "}, "Hãy ghi lý do."),
        ({"union": "LC-PT", "minutes": "241"}, "từ 1 đến 240"),
        ({"union": "LC-PT", "minutes": ""}, "Hãy nhập số phút"),
        ({"union": "KHONG-CO"}, "Không có đơn vị nào mang mã này"),
    ],
)
def test_what_cannot_be_granted_is_told_and_kept_as_typed(mai, session, changes, said):
    answer = mai.send(DESK, fields(**changes))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert said in text
    assert stored(session) == []


def test_people_who_share_a_phone_are_asked_for(mai, town, session):
    twin = town.person("Lò Thị Tư", union=town.LC_PT, phone=town.lan.phone)
    phone, twin_id = town.lan.phone, twin.id
    town.commit()
    page = mai.send(DESK, fields(phone=phone)).get_data(as_text=True)
    assert "Nhiều người dùng chung số này" in page
    assert "L*** T*** Tư" in page and "Lò Thị Tư" not in page
    mai.send(DESK, fields(phone=phone, person=str(twin_id)))
    assert [row.person_id for row in stored(session)] == [twin_id]


def test_nobody_learns_whom_a_strangers_phone_belongs_to(mai, town, session, round_):
    far = town.son
    round_.contest.union_id = town.LC_PT.id
    phone = far.phone
    town.commit()
    assert "Không tìm thấy ai" in mai.send(DESK, fields(phone=phone)).get_data(as_text=True)
    begin(session, town, far)
    town.commit()
    mai.send(DESK, fields(phone=phone))
    assert len(stored(session)) == 1


def test_only_organizers_of_the_contest_find_the_page(client, town, session, round_):
    row, _ = grant(session, town, town.lan)
    stranger, lan = town.son, town.lan
    grant_role(session, TERMINAL, stranger, Role.ORGANIZER, town.LC_TU.id, town.now)
    other = town.contest("khac")
    other.union_id = town.LC_TU.id
    row_id = row.id
    town.commit()
    assert client.get(DESK).status_code == 303
    client.sign_in(lan)
    assert client.get(DESK).status_code == 403
    client.sign_in(stranger)
    assert client.get(DESK).status_code == 404
    assert client.send(DESK, fields(union="LC-TU")).status_code == 404
    for base in (DESK, DESK.replace("cuoc-thi/them-gio", "khac/them-gio")):
        assert client.send(f"{base}/ket-thuc", {"dong": row_id}).status_code == 404
    assert [one.ended_at for one in stored(session)] == [None]


# what the person is told


def test_the_person_sees_how_much_before_starting_and_never_why(client, town, session, round_):
    grant(session, town, town.lan, 10, "khiếm thị")
    lan, son = town.lan, town.son
    town.commit()
    client.sign_in(son)
    assert "Bạn được thêm" not in client.page("/cuoc-thi/cuoc-thi").text_content()
    client.sign_in(lan)
    text = client.page("/cuoc-thi/cuoc-thi").text_content()
    assert "Bạn được thêm 10 phút làm bài" in text
    assert "khiếm thị" not in text
    assert client.data("/cuoc-thi/cuoc-thi")["extra_minutes"] == 10
    regulations = client.page("/cuoc-thi/cuoc-thi/the-le").text_content()
    assert "khiếm thị" not in regulations and "Bạn được thêm" not in regulations
    told = own_data["extra_time"](session, lan.id)
    assert [(row["contest"], row["minutes"], row["ended_at"]) for row in told] == [("cuoc-thi", 10, None)]
    assert "khiếm thị" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize("whose", ["lan", "LC_PT"])
def test_whoever_starts_on_the_page_gets_it(client, town, session, round_, whose):
    lan = town.lan
    town.commit()
    client.sign_in(lan)
    client.page("/cuoc-thi/cuoc-thi")
    grant(session, town, getattr(town, whose))
    town.commit()
    address = client.send("/cuoc-thi/cuoc-thi/dot/1/bat-dau").headers["Location"]
    left = client.data(address)["remaining_ms"] / 60_000
    assert 29 < left <= 30


# the terminal


def test_the_same_from_the_terminal(app, town, session, round_):
    begin(session, town, town.lan)
    phone = town.lan.phone
    town.commit()
    run = app.test_cli_runner()

    def flask(*arguments):
        return run.invoke(args=["contest", "extra-time", *arguments])

    done = flask("add", "cuoc-thi", "10", "--phone", phone, "--reason", "mắt kém")
    assert done.exit_code == 0 and "attempts in progress that got them: 1" in done.output
    assert flask("add", "cuoc-thi", "5", "--union", "LC-PT", "--reason", "mạng chậm").exit_code == 0
    rows = json.loads(flask("list", "cuoc-thi", "--json").output)
    assert {(row["minutes"], row["union"]) for row in rows} == {(10, None), (5, "LC-PT")}
    number = next(str(row["id"]) for row in rows if row["union"])
    assert flask("end", "cuoc-thi", number).exit_code == 0
    assert "ended" in flask("list", "cuoc-thi").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("10", "--reason", "x"), "either --phone or --union"),
        (("10", "--reason", " ", "--union", "LC-PT"), "1 to 500 characters"),
        (("10", "--reason", "x", "--union", "XX"), "no union XX"),
        (("10", "--reason", "x", "--phone", "0999999999"), "Nobody with phone"),
    ],
)
def test_what_the_terminal_refuses(app, town, round_, arguments, said):
    town.commit()
    done = app.test_cli_runner().invoke(args=["contest", "extra-time", "add", "cuoc-thi", *arguments])
    assert done.exit_code == 1
    assert said in done.output
