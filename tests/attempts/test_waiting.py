"""The door before starts, from outside: who waits, what they are told, who never waits, what it costs."""

import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import html
from sqlalchemy import func, select
from support.queries import counted

from contest.attempts import doorkeeper
from contest.attempts.doorkeeper import Doorkeeper
from contest.attempts.models import Attempt
from contest.direct import Direct

START = "/cuoc-thi/cuoc-thi/dot/1/bat-dau"
WAIT = "/cuoc-thi/cuoc-thi/dot/1/cho"
JSON = {"Accept": "application/json"}


@pytest.fixture
def door(app, session, town, monkeypatch):
    """A contest behind a door that lets in one a second; its clock stands until ``at`` is moved."""
    town.round(max_attempts=2)
    assert town.lan and town.son
    town.commit()
    monkeypatch.setitem(app.config, "START_RATE", 1)
    keeper = Doorkeeper(app, app.wsgi_app)
    monkeypatch.setattr(app, "wsgi_app", keeper)
    keeper.at = 1_700_000_000.0
    monkeypatch.setattr(keeper, "_now", lambda: keeper.at)
    return keeper


@pytest.fixture
def crowd(door):
    """As many as one second takes have just gone in, and nine wait."""
    assert door.gate.walk_in(door.at)
    for _ in range(9):
        door.gate.ticket(door.at)
    return door


def browser(app, person):
    return app.test_client().sign_in(person)


def attempts(session):
    try:
        return session.scalar(select(func.count(Attempt.id)))
    finally:
        session.rollback()


# nobody waits


def test_without_a_crowd_nothing_of_it_is_seen(app, town, door):
    visitor = browser(app, town.lan)
    answer = visitor.send(START)
    assert answer.status_code == 303
    assert "/bai-thi/" in answer.headers["Location"]
    assert "hoithi_cho" not in str(answer.headers)


def test_the_waiting_page_leads_on_when_nobody_waits(app, town, door):
    visitor = browser(app, town.lan)
    assert visitor.get(WAIT).headers["Location"] == "/cuoc-thi/cuoc-thi"
    assert visitor.data(WAIT) == {"waiting": False, "place": 0, "seconds": 0, "retry_after_s": 0, "start": START}


def test_strangers_take_no_place(app, town, crowd):
    answer = app.test_client().send(START)
    assert answer.status_code == 303
    assert "/dang-nhap" in answer.headers["Location"]
    assert crowd.gate.waiting == 9


# somebody waits


def test_in_a_crowd_one_gets_a_place_and_goes_in_when_it_has_come(app, session, town, crowd):
    visitor = browser(app, town.lan)
    page = visitor.send(START)
    assert page.status_code == 202
    root = html.fromstring(page.get_data(as_text=True))
    assert "Trước bạn còn khoảng 9 người." in root.text_content()
    assert "refresh" in page.get_data(as_text=True)
    assert attempts(session) == 0
    crowd.at += 5
    assert "còn khoảng 4 người" in visitor.page(WAIT).text_content()
    crowd.at += 5
    ready = visitor.page(WAIT)
    assert "Đến lượt bạn" in ready.text_content()
    form = ready.forms[0]
    answer = visitor.post(form.action, data=dict(form.fields))
    assert answer.status_code == 303
    assert attempts(session) == 1


def test_a_page_that_says_come_in_needs_no_script(app, town, crowd):
    visitor = browser(app, town.lan)
    text = visitor.send(START).get_data(as_text=True)
    assert f'<noscript><meta http-equiv="refresh" content="8;url={WAIT}"></noscript>' in text
    crowd.at += 10
    text = visitor.get(WAIT).get_data(as_text=True)
    assert "http-equiv" not in text
    assert "Vào thi" in text


def test_programs_are_told_the_same(app, town, crowd):
    visitor = browser(app, town.lan)
    first = visitor.post(START, headers={**JSON, "X-CSRFToken": visitor.token()})
    assert (first.status_code, first.headers["Retry-After"]) == (202, "8")
    told = first.get_json()
    assert (told["waiting"], told["place"], told["seconds"], told["start"]) == (True, 9, 10, START)
    assert told["retry_after_s"] == 8
    again = visitor.get(WAIT, headers=JSON)
    assert (again.status_code, again.headers["Retry-After"]) == (202, "8")
    crowd.at += 10
    assert visitor.data(WAIT)["waiting"] is False
    assert visitor.post(START, headers={**JSON, "X-CSRFToken": visitor.token()}).status_code in (200, 201, 303)


def test_reloading_and_clicking_twice_keep_the_place(app, town, crowd):
    visitor = browser(app, town.lan)
    visitor.send(START)
    for _ in range(5):
        crowd.gate.ticket(crowd.at)
        visitor.send(START)
    assert "còn khoảng 9 người" in visitor.page(WAIT).text_content()
    assert crowd.gate.waiting == 9 + 1 + 5


def test_without_its_cookie_a_sign_in_keeps_its_place_too(app, town, crowd):
    visitor = browser(app, town.lan)
    visitor.send(START)
    for _ in range(5):
        crowd.gate.ticket(crowd.at)
    visitor.delete_cookie("hoithi_cho", path="/cuoc-thi/cuoc-thi/dot/1")
    assert visitor.post(START, headers=JSON).get_json()["place"] == 9


def test_who_came_later_stands_behind(app, town, crowd):
    first, second = browser(app, town.lan), browser(app, town.son)
    first.send(START)
    second.send(START)
    places = [each.data(WAIT, 202)["place"] for each in (first, second)]
    assert places == [9, 10]
    crowd.at += 10
    assert second.send(START).status_code == 202
    assert first.send(START).status_code == 303


def test_nobody_makes_a_ticket_or_takes_anothers(app, town, crowd):
    first, second = browser(app, town.lan), browser(app, town.son)
    first.send(START)
    mine = first.get_cookie("hoithi_cho", path="/cuoc-thi/cuoc-thi/dot/1").value
    for forged in (mine, "1000." + mine.split(".")[1], "1000", "x.y", "1000.", "²." + mine.split(".")[1]):
        second.set_cookie("hoithi_cho", forged, path="/cuoc-thi/cuoc-thi/dot/1")
        told = second.post(START, headers=JSON).get_json()
        assert (told["waiting"], told["place"]) == (True, 10)


def test_in_english_too(app, town, crowd):
    visitor = browser(app, town.lan)
    visitor.send("/ngon-ngu", {"lang": "en"})
    root = html.fromstring(visitor.send(START).get_data(as_text=True))
    assert root.get("lang") == "en"


def test_an_address_from_outside_is_only_text(app, town, crowd):
    visitor = browser(app, town.lan)
    visitor.token()
    answer = visitor.post("/cuoc-thi/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E/dot/1/bat-dau")
    assert answer.status_code in (202, 404, 400)
    answer = visitor.post("/cuoc-thi/%22%3E%3Cb%3Ex/dot/1/bat-dau")
    assert answer.status_code == 202
    assert "<b>x" not in answer.get_data(as_text=True)


def test_the_page_comes_compressed_and_reads_the_same(app, town, crowd):
    visitor = browser(app, town.lan)
    visitor.send(START)
    packed = visitor.get(WAIT, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    crowd_page = visitor.get(WAIT)
    assert len(packed.data) < 0.75 * len(crowd_page.data)
    read, other = (html.fromstring(text).text_content() for text in (gzip.decompress(packed.data), crowd_page.data))
    assert read == other
    for answer in (packed, crowd_page):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


# who never waits


def test_who_has_an_open_attempt_goes_on(app, session, town, door):
    visitor = browser(app, town.lan)
    code = visitor.send(START).headers["Location"].rsplit("/", 1)[1]
    for _ in range(9):
        door.gate.ticket(door.at)
    elsewhere = browser(app, town.lan)
    assert elsewhere.send(START).headers["Location"] == f"/bai-thi/{code}"
    assert attempts(session) == 1


def test_only_starts_wait(app, town, door):
    visitor = browser(app, town.lan)
    code = visitor.send(START).headers["Location"].rsplit("/", 1)[1]
    for _ in range(9):
        door.gate.ticket(door.at)
    assert visitor.data(f"/bai-thi/{code}")["state"] == "open"
    saved = visitor.send_json(f"/bai-thi/{code}/luu", {"seq": 1, "answers": {"1": ["A"]}})
    assert saved.status_code == 200
    assert visitor.get("/").status_code == 200
    assert visitor.send(f"/bai-thi/{code}/nop").status_code == 303


# what it costs


def test_a_place_costs_one_question_and_looking_at_it_none(app, town, crowd, monkeypatch):
    visitor = browser(app, town.lan)
    visitor.send(START)
    with counted(app) as asked:
        visitor.get(WAIT)
        visitor.get(WAIT, headers=JSON)
        visitor.send(START)
    assert asked == []
    newcomer = browser(app, town.son)
    newcomer.token()
    looked, real = [], Direct.first
    monkeypatch.setattr(Direct, "first", lambda *args: looked.append(args[1]) or real(*args))
    with counted(app) as asked:
        newcomer.post(START)
        newcomer.post(START)
    assert asked == []
    assert ["sign_in" in statement for statement in looked] == [True]


def test_the_server_lets_those_at_the_door_take_turns_and_nobody_inside(door):
    width, ranks, rank = door.lane
    assert (width, ranks) == (door.gate.slots, 2)
    for line in (f"POST {START} HTTP/1.1", f"GET {WAIT}?a=1 HTTP/1.1", f"POST /under/a/path{START} HTTP/1.1"):
        assert rank(line.encode()) == 1
    assert rank(b"GET /bai-thi/K7M2Q9XCK7M2Q9XC HTTP/1.1\r\n") == 0
    for path in (
        "/bai-thi/K7M2Q9XCK7M2Q9XC/luu",
        "/bai-thi/K7M2Q9XCK7M2Q9XC/nop",
        "/",
        "/cuoc-thi/cuoc-thi",
        "/x?/cho ",
    ):
        assert rank(f"POST {path} HTTP/1.1".encode()) is None


def test_starts_that_come_together_wait_a_moment_for_each_other(app, session, town, door, monkeypatch):
    """A server without lanes lets several of them in at once."""
    # However long the first takes here: what is looked at is that the second waits for it.
    monkeypatch.setattr(doorkeeper, "PATIENCE_S", 60)
    door.gate._fixed = 10
    people = [town.person(f"Người {n}") for n in range(2)]
    town.commit()
    visitors = [browser(app, person) for person in people]
    for visitor in visitors:
        visitor.token()
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda visitor: visitor.send(START).status_code, visitors)) == [303, 303]
    assert attempts(session) == 2


def test_many_at_once_all_go_in_one_after_the_other(app, session, town, door):
    people = [town.person(f"Người {n}") for n in range(12)]
    town.commit()
    visitors = [browser(app, person) for person in people]
    for visitor in visitors:
        visitor.token()
    with ThreadPoolExecutor(12) as pool:
        waiting = visitors
        for second in range(14):
            door.at += second > 0
            went = list(pool.map(lambda visitor: visitor.send(START).status_code == 303, waiting))
            assert sum(went) <= 1 or second
            waiting = [visitor for visitor, inside in zip(waiting, went, strict=True) if not inside]
    assert waiting == []
    assert attempts(session) == 12
    assert door.gate.inside == 0
