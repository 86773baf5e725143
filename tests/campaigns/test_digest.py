"""The daily summary: asked for, made once a day, sent once, tried again, ended."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from campaigns.postman import delivering
from sqlalchemy import select

from contest.accounts.rules import Actor
from contest.campaigns import actions, mailing, subscriptions, work
from contest.campaigns.digest_rules import MAX_TRIES, PAUSES, email_fault, next_try, told_day
from contest.campaigns.models import Digest, Subscription
from contest.clock import VIETNAM
from contest.extensions import db

DESK = "/theo-doi/ban-tin"


def tomorrow_at(hour, now):
    """An hour of the next Vietnamese day, as an instant."""
    local = now.astimezone(VIETNAM) + timedelta(days=1)
    return local.replace(hour=hour, minute=5, second=0, microsecond=0).astimezone(UTC)


@pytest.fixture
def postman(app):
    with delivering() as server:
        settings = {
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": server.port,
            "MAIL_SECURITY": "none",
            "MAIL_USER": "",
            "MAIL_PASSWORD": "",
            "MAIL_FROM": "hoithi@example.vn",
            "PUBLIC_URL": "https://hoithi.example.vn/thi",
        }
        app.config.update(settings)
        yield server
        for name in settings:
            app.config.pop(name)


@pytest.fixture
def asked(drive, own, client):
    """Hùng asks for LC-PT-1's summary at 7 by mail."""
    answer = client.sign_in(own).send(DESK, {"union": "LC-PT-1", "hour": "7", "email": "hung@example.vn"})
    assert answer.status_code == 303
    return subscriptions_of(drive)[0]


def stored(drive, model):
    """The rows of a table as they are now; the session holds no lock afterwards."""
    wanted = select(model).order_by(model.id).execution_options(populate_existing=True)
    found = drive.session.scalars(wanted).all()
    drive.session.commit()
    return found


def digests(drive):
    return stored(drive, Digest)


def subscriptions_of(drive):
    return stored(drive, Subscription)


def in_app(app, verb, *args):
    with app.app_context():
        return verb(*args)


def test_asking_twice_changes_hour_and_address(drive, own, client, asked):
    client.send(DESK, {"union": "LC-PT-1", "hour": "20", "email": ""})
    (one,) = subscriptions_of(drive)
    assert (one.hour, one.email) == (20, "")
    page = client.page(DESK).text_content()
    assert "Lúc 20:00 hằng ngày" in page
    assert "chưa đặt máy chủ thư" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "khong phai thu"}, "Địa chỉ thư"),
        ({"email": "a@b.vn\r\nBcc: x@y.vn"}, "Địa chỉ thư"),
        ({"email": "a@b.vn,c@d.vn"}, "Địa chỉ thư"),
        ({"hour": "24"}, "Hãy chọn"),
        ({"hour": "-1"}, "Hãy chọn"),
        ({"union": ""}, "Hãy chọn"),
    ],
)
def test_what_cannot_be_is_refused(drive, own, client, changes, words):
    fields = {"union": "LC-PT-1", "hour": "7", "email": "a@b.vn"} | changes
    answer = client.sign_in(own).send(DESK, fields)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert not subscriptions_of(drive)


@pytest.mark.parametrize("code", ["LC-PT-2", "LC-PT", "LC", "KHONG-CO"])
def test_a_neighbours_summary_cannot_be_asked_for(drive, own, client, code):
    client.sign_in(own)
    assert client.send(DESK, {"union": code, "hour": "7", "email": ""}).status_code == 404
    assert client.get(f"{DESK}?don-vi={code}").status_code == 404
    assert not subscriptions_of(drive)


def test_members_and_strangers_stay_outside(drive, town, client):
    assert client.get(DESK).status_code == 303
    client.sign_in(town.lan)
    assert client.get(DESK).status_code == 403
    assert client.send(DESK, {"union": "LC-PT-1", "hour": "7"}).status_code == 403


def test_one_ends_ones_own_and_nobody_elses(drive, own, above, client, asked):
    client.sign_in(above)
    assert client.send(f"{DESK}/{asked.code}/thoi").status_code == 404
    client.sign_in(own)
    assert client.send(f"{DESK}/{asked.code}/thoi").status_code == 303
    assert client.send(f"{DESK}/{asked.code}/thoi").status_code == 303
    assert subscriptions_of(drive)[0].ended_at
    assert client.send(f"{DESK}/khong-co/thoi").status_code == 404


def test_a_letter_with_the_figures_and_no_names(drive, own, app, client, asked, postman, town):
    drive.sit(drive.left[0])
    at = tomorrow_at(7, town.now)
    assert in_app(app, work.make_due, at) == 1
    assert in_app(app, work.send_due, at) == 1
    ((to, letter),) = postman.letters
    assert to == ["hung@example.vn"]
    assert letter["List-Unsubscribe"].strip() == f"<https://hoithi.example.vn/thi/ban-tin/{asked.code}/thoi>"
    assert "LĐLĐ huyện Phong Thổ" in letter["Subject"]
    plain = letter.get_body(("plain",)).get_content()
    assert "thêm 2 người mới dự thi, 2 lượt thi" in plain
    assert "tỷ lệ 20%" in plain.replace("20,0", "20")
    assert "https://hoithi.example.vn/thi/theo-doi/cuoc-thi/LC-PT-1/can-nhac" in plain
    whole = plain + letter.get_body(("html",)).get_content()
    assert not [name for name in ("Lan", "Bình", "Ánh", "Hùng") if name in whole]
    (digest,) = digests(drive)
    assert digest.sent_at and digest.next_at is None
    assert digest.tries == 1


def test_each_day_once_however_often_it_is_looked(drive, own, app, client, asked, postman, town):
    at = tomorrow_at(7, town.now)
    assert [in_app(app, work.make_due, at + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0]
    assert [in_app(app, work.send_due, at + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0]
    assert len(postman.letters) == 1
    assert in_app(app, work.make_due, at + timedelta(days=1)) == 1
    assert in_app(app, work.send_due, at + timedelta(days=1)) == 1
    assert len(postman.letters) == len(digests(drive)) == 2


def test_several_processes_make_and_send_it_once(drive, own, app, client, asked, postman, town):
    at, made, sent = tomorrow_at(7, town.now), [], []
    barrier = threading.Barrier(4)

    def run():
        barrier.wait()
        made.append(in_app(app, work.make_due, at))
        barrier.wait()
        sent.append(in_app(app, work.send_due, at))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(made), sum(sent)) == (1, 1)
    assert len(made) == len(sent) == 4
    assert len(postman.letters) == len(digests(drive)) == 1


def test_a_letter_refused_is_tried_again_with_growing_pauses_and_given_up(
    drive, own, app, client, asked, postman, town
):
    at = tomorrow_at(7, town.now)
    in_app(app, work.make_due, at)
    postman.failing = "refuses"
    for pause in (0, *PAUSES):
        at += timedelta(minutes=pause)
        assert in_app(app, work.send_due, at - timedelta(seconds=1)) == 0
        tries = digests(drive)[0].tries
        assert in_app(app, work.send_due, at) == 0
        assert digests(drive)[0].tries == tries + 1
    (digest,) = digests(drive)
    assert digest.tries == MAX_TRIES == 5
    assert digest.next_at is None and digest.sent_at is None
    assert "451" in digest.failure
    postman.failing = ""
    assert in_app(app, work.send_due, at + timedelta(days=1)) == 0
    assert not postman.letters
    assert "Chưa gửi được thư sau 5 lần thử" in client.page(DESK).text_content()


def test_a_second_try_succeeds(drive, own, app, client, asked, postman, town):
    at = tomorrow_at(7, town.now)
    in_app(app, work.make_due, at)
    postman.failing = "refuses"
    in_app(app, work.send_due, at)
    postman.failing = ""
    assert in_app(app, work.send_due, at + timedelta(minutes=PAUSES[0])) == 1
    (digest,) = digests(drive)
    assert (digest.tries, digest.failure) == (2, "")
    assert len(postman.letters) == 1


def test_no_password_goes_over_an_open_line(app, drive, postman):
    box = mailing.Postbox("127.0.0.1", postman.port, "starttls", "hoithi", "bí mật", "hoithi@example.vn")
    letter = mailing.Letter(
        "x", "a@example.vn", "Chào\r\nBcc: x@example.vn", "chữ", "<p>chữ</p>", "https://example.vn/x"
    )
    made = mailing.compose(letter, box, datetime(2026, 11, 22, tzinfo=UTC))
    assert made["Bcc"] is None
    with pytest.raises(mailing.NotSent, match="STARTTLS"):
        mailing.send(box, made)
    assert postman.passwords == []
    assert postman.letters == []


def test_without_a_mail_server_it_is_read_on_the_desk(drive, own, app, client, asked, town):
    at = tomorrow_at(7, town.now)
    assert in_app(app, work.make_due, at) == 1
    assert in_app(app, work.send_due, at) == 0
    (digest,) = digests(drive)
    assert digest.next_at is None
    assert "thêm 1 người mới dự thi" in client.page(DESK).text_content()
    told = client.data(DESK)["summaries"]
    assert [one["contests"][0]["people"] for one in told] == [1]


def test_the_end_of_a_role_ends_it(drive, own, app, client, asked, postman, town):
    at = tomorrow_at(7, town.now)
    in_app(app, work.make_due, at)
    own.grants[0].ended_at = town.now
    town.commit()
    assert in_app(app, work.make_due, at + timedelta(days=1)) == 0
    assert subscriptions_of(drive)[0].ended_at
    assert in_app(app, work.send_due, at + timedelta(days=1)) == 0
    assert postman.letters == []
    assert len(digests(drive)) == 1


@pytest.mark.parametrize(("start", "end", "holds"), [(-2, 5, True), (-9, -1, False), (3, None, False)])
def test_a_role_for_a_period_holds_in_it(drive, own, town, start, end, holds):
    today = town.now.astimezone(VIETNAM).date()
    own.grants[0].from_on = today + timedelta(days=start)
    own.grants[0].until_on = today + timedelta(days=end) if end is not None else None
    town.commit()
    assert subscriptions.answers_for(town.session, own.id, town.LC_PT_1.id, today) is holds


def test_a_delegated_role_holds_as_long_as_its_source(drive, own, above, town):
    own.grants[0].source_id = above.grants[0].id
    town.commit()
    today = town.now.date()
    assert subscriptions.answers_for(town.session, own.id, town.LC_PT_1.id, today)
    above.grants[0].ended_at = town.now
    town.commit()
    assert not subscriptions.answers_for(town.session, own.id, town.LC_PT_1.id, today)


def test_leaving_by_the_letters_address_needs_no_sign_in(drive, own, app, client, asked, postman, town):
    stranger = app.test_client()
    page = stranger.page(f"/ban-tin/{asked.code}/thoi")
    assert page.xpath("//form[contains(@action, '/ban-tin/')]//button")
    assert "Hùng" not in page.text_content() and "hung@" not in page.text_content()
    assert subscriptions_of(drive)[0].ended_at is None
    for _ in range(2):
        answer = stranger.send(f"/ban-tin/{asked.code}/thoi")
        assert "không còn nhận" in answer.get_data(as_text=True)
    assert subscriptions_of(drive)[0].ended_at
    assert stranger.get("/ban-tin/khong-co/thoi").status_code == 404


def test_the_button_of_a_mail_program_ends_it_with_one_post(drive, own, app, client, asked):
    """RFC 8058: no cookie, no token, no page between."""
    answer = app.test_client().post(f"/ban-tin/{asked.code}/thoi", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert subscriptions_of(drive)[0].ended_at


def test_with_no_contest_there_is_nothing_to_send(drive, own, app, client, asked, postman, town):
    at = tomorrow_at(7, town.now) + timedelta(days=9)
    assert in_app(app, work.make_due, at) == 1
    assert in_app(app, work.send_due, at) == 0
    assert client.data(DESK)["summaries"] == []


def test_days_with_nothing_to_tell_hide_no_summary_that_told_something(drive, own, app, client, asked, town):
    at = tomorrow_at(7, town.now)
    for day in range(20):
        assert in_app(app, work.make_due, at + timedelta(days=day)) == 1
    told = client.data(DESK)["summaries"]
    assert told and all(one["contests"] for one in told)


def test_a_summary_is_part_of_ones_own_data(drive, own, client, asked):
    data = client.get("/tai-khoan/du-lieu.json").get_json()
    assert [(one["union"], one["email"], one["hour"]) for one in data["subscriptions"]] == [
        ("LC-PT-1", "hung@example.vn", 7)
    ]


def test_the_union_is_offered_from_its_page(drive, above, client):
    form = client.sign_in(above).page(f"{DESK}?don-vi=LC-PT-1")
    assert form.xpath("//select[@id='union']/option[@selected]/@value") == ["LC-PT-1"]


@pytest.mark.parametrize(
    ("hour", "local", "day"),
    [
        (7, "06:59", None),
        (7, "07:00", date(2026, 11, 21)),
        (11, "23:59", date(2026, 11, 21)),
        (12, "12:00", date(2026, 11, 22)),
        (23, "22:59", None),
        (0, "00:00", date(2026, 11, 21)),
    ],
)
def test_the_day_told_of(hour, local, day):
    at = datetime.fromisoformat(f"2026-11-22T{local}").replace(tzinfo=VIETNAM)
    assert told_day(hour, at) == day


def test_pauses_grow_and_end():
    now = datetime(2026, 11, 22, tzinfo=UTC)
    waits = [next_try(tries, now) for tries in range(1, MAX_TRIES + 1)]
    assert waits[-1] is None
    assert waits[:-1] == sorted(waits[:-1])
    assert waits[0] > now


def test_addresses_that_cannot_be():
    for email in ("@b.vn", "a@b", "a b@c.vn", "a@b.vn\n", "ă@b.vn", "a@" + "b" * 300 + ".vn"):
        assert email_fault(email)


def test_asking_at_the_same_moment(drive, own, app, town):
    union, barrier = town.LC_PT_1, threading.Barrier(3)
    actor = Actor(id=own.id, name=own.name)

    def ask():
        with app.app_context():
            barrier.wait()
            with db.begin() as session:
                actions.subscribe(session, actor, union, 7, "", town.now)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(subscriptions_of(drive)) == 1
