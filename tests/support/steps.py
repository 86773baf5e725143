"""What people do on pages, step by step, the same with script and without."""

import re
import time

from playwright.sync_api import Error, Page, expect
from support.link import PATIENCE_S

PASSWORD = "mat-khau-cua-lan"


def press(page: Page, label: str) -> None:
    """Press the button of this label and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=label, exact=True).click()


def follow(page: Page, label: str, where=None) -> None:
    """Follow the first link of this text, in a part of the page if told."""
    with page.expect_navigation():
        (where or page).get_by_role("link", name=label).first.click()


def fill_registration(page: Page, name: str, phone: str) -> None:
    """Everything of the registration form but the union."""
    page.get_by_label("Họ và tên").fill(name)
    page.get_by_label("Số điện thoại").fill(phone)
    page.get_by_label("Đoàn viên").check()
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_label("Tôi đã đọc và đồng ý").check()


def pick_union(page: Page, typed: str, name: str, script: bool) -> None:
    """Find a union by part of its name: in the list that opens while typing, or by the search button."""
    field = page.get_by_role("combobox" if script else "textbox", name="Công đoàn của bạn")
    if script:
        field.press_sequentially(typed)
        page.get_by_role("option", name=name).click()
        expect(page.locator(".picker-chosen")).to_contain_text(name)
    else:
        field.fill(typed)
        press(page, "Tìm")
        page.get_by_role("radio", name=name).check()


def sign_in_by_form(page: Page, phone: str, password: str = PASSWORD) -> None:
    page.goto("/dang-nhap")
    page.get_by_label("Số điện thoại").fill(phone)
    page.get_by_label("Mật khẩu").fill(password)
    press(page, "Đăng nhập")


# The paper


def question(page: Page, place: int):
    return page.locator(f"#c{place}")


def answer(page: Page, place: int, right: bool = True) -> str:
    """Choose the right option of a question, or the first wrong one; returns its letter as shown."""
    options = question(page, place).locator("label")
    chosen = options.filter(has_text="Đúng" if right else "Sai").first
    chosen.click()
    return chosen.locator("input").get_attribute("value")


def chosen(page: Page) -> dict[str, list[str]]:
    """The answers that stand on the page, by place."""
    found: dict[str, list[str]] = {}
    for field in page.locator("#de-thi input:checked").all():
        found.setdefault(field.get_attribute("name")[1:], []).append(field.get_attribute("value"))
    return found


def stored(page: Page, address: str | None = None) -> dict:
    """The attempt as the server has it; needs no network of the page itself."""
    reply = page.context.request.get(address or page.url.split("#")[0], headers={"Accept": "application/json"})
    assert reply.ok, reply.status
    return reply.json()


def saved(page: Page) -> None:
    """Wait until the page says that everything is on the server."""
    expect(page.locator("#da-luu")).to_have_attribute("data-state", "saved")


def review(page: Page) -> None:
    """Look the paper through before submitting: on the page itself with script, on one of its own without."""
    page.get_by_role("button", name="Xem lại và nộp", exact=True).click()
    expect(page.get_by_role("button", name="Nộp bài", exact=True)).to_be_visible()


def submit(page: Page) -> None:
    """Submit from the review and arrive at the result."""
    page.get_by_role("button", name="Nộp bài", exact=True).click()
    expect(page).to_have_url(re.compile("/ket-qua$"))


def waits(page: Page, count: int) -> None:
    """Wait until the page says that so many answers are kept on the phone only."""
    expect(page.locator("#da-luu")).to_have_text(f"Giữ trên máy này, {count} câu chờ gửi")


def hear(page: Page) -> None:
    """Let the page ask the server how things stand, as it does when a network is back."""
    page.evaluate("dispatchEvent(new Event('online'))")


# What the phone keeps


def until(page: Page, promise: str) -> None:
    """Wait until what a promise brings is true; Playwright's own waiting takes the promise itself for that."""
    deadline = time.monotonic() + PATIENCE_S
    while not brought(page, promise):
        assert time.monotonic() < deadline, promise
        page.wait_for_timeout(50)


def brought(page: Page, promise: str) -> object:
    """What a promise brings; None where its page is just giving way to another."""
    try:
        return page.evaluate(promise)
    except Error as error:
        if "navigation" not in error.message:
            raise
        return None


def kept(page: Page) -> None:
    """Wait until the paper on the page can be opened again without a network."""
    until(page, "caches.match(location.pathname).then((copy) => !!copy)")


def left_behind(page: Page) -> dict:
    """Names of what the phone keeps: caches, and entries of papers."""
    entries = "Object.keys(localStorage).filter((key) => key.startsWith('bai-'))"
    return {"caches": page.evaluate("caches.keys()"), "entries": page.evaluate(entries)}


def left_nothing(page: Page) -> None:
    """Wait until the phone keeps nothing of any paper."""
    entry = "Object.keys(localStorage).some((key) => key.startsWith('bai-'))"
    until(page, f"caches.keys().then((names) => !names.length && !{entry})")


def awake(page: Page, module: str) -> None:
    """Wait until a part of the page listens: a script is fetched by itself, after the page has been shown."""
    expect(page.locator(f"[data-awake~={module}]").first).to_be_attached()
