"""A valley with one bar of 2G: slow, a third of everything lost, nothing at all for minutes; every answer arrives."""

import re
import time
from contextlib import suppress

from playwright.sync_api import Error, Page, expect
from support import steps
from support.link import VALLEY, Fate

from contest.attempts.models import Attempt

COUNT = 20
#: The longest pause between two tries is half a minute.
PATIENCE = 180_000
#: When a start was carried out and its reply lost, the page offers to go on.
START = re.compile("Bắt đầu làm bài|Làm tiếp")


def start_persistently(page: Page) -> None:
    """What people do where pages do not come: press again, load again."""
    for _ in range(30):
        with suppress(Error):
            if "/bai-thi/" not in page.url:
                page.goto("/cuoc-thi/cuoc-thi", wait_until="commit")
                page.get_by_role("button", name=START).click(timeout=5000)
                page.wait_for_url("**/bai-thi/*", wait_until="commit", timeout=5000)
            page.locator("#de-thi .foot").wait_for(timeout=5000)
            return
    raise AssertionError("the paper never came")


def wait_for(page: Page, what) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


def test_every_answer_arrives(town, live, link, far_phone, sign_in, session):
    town.round(bank=town.bank("thung-lung", size=COUNT), count=COUNT)
    lan = town.lan
    town.commit()
    sign_in(far_phone, lan)
    for name, value in VALLEY.items():
        setattr(link, name, value)
    # A start whose reply is lost burns no attempt.
    link.lose("POST", "/bat-dau$", Fate.REPLY_LOST)
    start_persistently(far_phone)

    # The server has stored this one, and the phone does not hear of it.
    link.lose("POST", "/luu$", Fate.REPLY_LOST)
    link.hang = 5
    mine = {}
    for place in range(1, COUNT + 1):
        mine[str(place)] = [steps.answer(far_phone, place, right=place % 5 > 0)]
        far_phone.wait_for_timeout(200)
        if place == 1:
            wait_for(far_phone, lambda: unheard(link, "/luu$"))
            assert far_phone.locator("#da-luu").get_attribute("data-state") != "saved"
            link.hang = 1
        if place == 8:
            link.silent()
        if place == 12:
            link.up()
            link.down()
        if place == 16:
            expect(far_phone.get_by_text("Đang mất mạng.")).to_be_visible()
            link.up()
    steps.review(far_phone)
    expect(far_phone.get_by_text(f"Bạn đã trả lời đủ {COUNT} câu")).to_be_visible()
    link.lose("POST", "/nop$", Fate.REPLY_LOST)
    far_phone.get_by_role("button", name="Nộp bài", exact=True).click()
    done = far_phone.get_by_role("alert").filter(has_text="Đã nộp, biên nhận")
    # Said for two seconds before the page goes on to the result by itself.
    receipt = re.search(r"biên nhận ((?:\w{4}-)+\w{1,4})", done.inner_text(timeout=PATIENCE))[1]

    [attempt] = session.query(Attempt).all()
    assert {place: [letter] for place, letter in attempt.answers.items()} == mine
    assert attempt.receipt == receipt.replace("-", "")
    assert (attempt.state, attempt.closed_by, attempt.score) == ("closed", "person", COUNT * 4 // 5)
    assert unheard(link, "/nop$")
    assert any(one.fate is Fate.REQUEST_LOST for one in link.log)

    link.loss = link.delay = 0
    beside = far_phone.context.new_page()
    beside.goto(f"/bien-nhan/{receipt}")
    expect(beside.get_by_role("heading", level=1)).to_be_visible()
    expect(beside.get_by_text(receipt).first).to_be_visible()
    expect(beside.get_by_role("main")).not_to_contain_text("Lò Thị Lan")
    steps.left_nothing(beside)


def unheard(link, path: str) -> list:
    """Exchanges that the server carried out and the phone never heard of."""
    return [one for one in link.seen("POST", path) if one.status == 200 and not one.ended]
