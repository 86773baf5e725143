"""The same pages for everybody: by keyboard alone, with text twice as large, in the dark, with long questions."""

import re

import pytest
from playwright.sync_api import Page, expect
from support import steps

from questions.actions import store_drafts
from questions.rules import Choice, Draft

LONG = (
    "Theo Luật Công đoàn số 50/2024/QH15 và Điều lệ Công đoàn Việt Nam, trong trường hợp người sử dụng lao động không "
    "trích nộp kinh phí công đoàn đúng thời hạn thì công đoàn cơ sở, công đoàn cấp trên trực tiếp cơ sở cần thực hiện "
    "những bước nào dưới đây, theo thứ tự nào, trước khi kiến nghị cơ quan nhà nước có thẩm quyền xử lý?"
)
UNBROKEN = "https://thuvienphapluat.vn/van-ban/Lao-dong-Tien-luong/Luat-Cong-doan-2024-so-50-2024-QH15-" + "x" * 60


@pytest.fixture
def contest(town, session):
    """A contest with a coming and an open round, whose questions are as long as they get."""
    bank = town.bank("dai", size=0)
    drafts = [
        Draft(
            stem=f"{number}. {LONG}",
            choices=(Choice(f"Đúng: {LONG}", True), Choice(f"Sai: xem {UNBROKEN}", False), Choice("Sai", False)),
            source="Luật Công đoàn 2024",
        )
        for number in range(5)
    ]
    store_drafts(session, bank, drafts, author="test", now=town.now)
    contest = town.contest("luat", "Tìm hiểu Luật Công đoàn năm 2024 và Điều lệ Công đoàn Việt Nam khóa XIII")
    town.round(contest, bank=bank, count=5)
    town.round(contest, number=2, bank=bank, count=5, opens=100, closes=200)
    town.commit()
    return contest


@pytest.fixture
def member(contest, town, phone, sign_in):
    """Lan's phone."""
    lan = town.lan
    town.commit()
    sign_in(phone, lan)
    return phone


def pages_of_an_attempt(page: Page):
    """Goes through a whole attempt, stopping at each page."""
    for address in ("/", "/cuoc-thi/luat", "/cuoc-thi/luat/the-le", "/dang-ky"):
        page.goto(address)
        yield
    page.goto("/cuoc-thi/luat")
    steps.press(page, "Bắt đầu làm bài")
    steps.answer(page, 1)
    steps.answer(page, 2, right=False)
    steps.saved(page)
    yield
    steps.review(page)
    yield
    steps.submit(page)
    yield
    result = page.url
    steps.follow(page, "Mở trang kiểm tra biên nhận")
    yield
    page.goto(result)
    steps.follow(page, "Xem bảng xếp hạng")
    yield


def test_in_the_dark(member, accessible):
    member.emulate_media(color_scheme="dark")
    for _ in pages_of_an_attempt(member):
        accessible(member)


LOST_TEXT = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const shown = box.width > 2 && box.height > 2 && element.checkVisibility({ visibilityProperty: true });
  const cut = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
  const scrolls = ["auto", "scroll"].includes(style.overflowX) || element.closest(".table-scroll");
  return shown && !element.matches(".vh") && !scrolls && (box.right > screen.width + 1 || cut);
}).map((element) => element.outerHTML.slice(0, 120))"""


def test_text_twice_as_large(member):
    for _ in pages_of_an_attempt(member):
        member.evaluate("document.documentElement.style.fontSize = '200%'")
        assert member.evaluate("document.documentElement.scrollWidth") <= 360, member.url
        assert member.evaluate(LOST_TEXT) == [], member.url
        bars = member.evaluate(
            """[...document.querySelectorAll(".top, .foot")].filter(
              (bar) => getComputedStyle(bar).position === "sticky"
            ).reduce((sum, bar) => sum + bar.offsetHeight, 0)"""
        )
        assert bars <= 640 / 3, f"bars take {bars} of 640 pixels"


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element that a selector names has focus; each stop must be seen."""
    for _ in range(80):
        page.keyboard.press("Tab")
        assert page.evaluate(HIDDEN_FOCUS) is None
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not reached by Tab")


#: What has focus and is covered by a bar or has no outline; null when all is well.
HIDDEN_FOCUS = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body || focused.matches(".skip, .vh")) return null;
  const option = focused.closest("label") ? focused.nextElementSibling || focused : focused;
  const box = (focused.closest("label") ? focused : option).getBoundingClientRect();
  const top = document.querySelector(".top"), foot = document.querySelector(".foot");
  const upper = top && !top.contains(focused) ? top.getBoundingClientRect().bottom : 0;
  const lower = foot && !foot.contains(focused) ? foot.getBoundingClientRect().top : innerHeight;
  const outlined = getComputedStyle(option).outlineStyle !== "none";
  const seen = box.bottom > upper && box.top < lower && box.top >= upper - 1 && box.bottom <= lower + 1;
  return outlined && (seen || box.height > lower - upper) ? null : focused.outerHTML.slice(0, 200);
}"""


def test_by_keyboard_alone(member):
    keys = member.keyboard
    member.goto("/cuoc-thi/luat")
    tab_to(member, "form[action$='bat-dau'] button")
    with member.expect_navigation():
        keys.press("Enter")
    for place in range(1, 6):
        tab_to(member, f"[name=q{place}]")
        keys.press("Space")
    keys.press("ArrowDown")
    expect(member.locator("#c5 input").nth(1)).to_be_checked()
    steps.saved(member)
    assert set(steps.stored(member)["answers"]) == set("12345")
    tab_to(member, ".foot button[value=xem-lai]")
    keys.press("Enter")
    expect(member.get_by_role("heading", name="Bạn đã trả lời đủ 5 câu")).to_be_focused()
    keys.press("Escape")
    expect(member.get_by_role("dialog")).to_be_hidden()
    expect(member.locator(".foot button[value=xem-lai]")).to_be_focused()
    keys.press("Enter")
    tab_to(member, "#nop")
    keys.press("Enter")
    expect(member).to_have_url(re.compile("/ket-qua$"))


def test_a_number_leads_to_its_question(member):
    member.goto("/cuoc-thi/luat")
    steps.press(member, "Bắt đầu làm bài")
    tab_to(member, "[data-cau='4']")
    member.keyboard.press("Enter")
    tab_to(member, "input")
    assert member.evaluate("document.activeElement.name") == "q4"
