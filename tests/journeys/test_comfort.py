"""What makes a paper easier: larger print, reading aloud, time told in words, a keyboard that never loses its place."""

import pytest
from playwright.sync_api import expect
from support import steps
from support.sittings import move_end

SPEAKING = """
window.said = [];
const synthesis = {
  getVoices: () => [{ lang: "en-US" }, { lang: "vi-VN", name: "Tiếng Việt" }],
  speak: (part) => { window.said.push([part.text, part.lang]); window.last = part; },
  cancel: () => { window.cancelled = (window.cancelled || 0) + 1; },
};
Object.defineProperty(window, "speechSynthesis", { value: synthesis });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""

#: How wide the content of the page is, and the page itself.
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"

#: What has the focus, and whether something covers the middle of it.
PLACE = """() => {
  const field = document.activeElement;
  const shown = field.matches("label input") ? field.parentNode : field;
  const box = shown.getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const ground = shown === document.body || shown.closest(".foot");
  return [field.id || field.name || field.textContent, !ground && !shown.contains(there)];
}"""


@pytest.fixture
def opened(town, phone, sign_in):
    """``opened()``: Lan's paper, just started, on her phone."""

    def open_it(**round_):
        town.round(town.contest(prediction_target="people"), count=4, **round_)
        lan = town.lan
        town.commit()
        sign_in(phone, lan)
        phone.goto("/cuoc-thi/cuoc-thi")
        steps.press(phone, "Bắt đầu làm bài")
        return phone

    return open_it


def test_print_grows_and_stays_so(opened, accessible):
    page = opened()
    sizes = []
    for _ in range(3):
        sizes.append(page.evaluate("parseFloat(getComputedStyle(document.querySelector('#c1 span')).fontSize)"))
        accessible(page)
        page.get_by_role("button", name="Cỡ chữ").click()
    assert sizes == [16, 20, 24]
    page.get_by_role("button", name="Cỡ chữ: vừa").click()
    page.reload()
    expect(page.get_by_role("button", name="Cỡ chữ: lớn")).to_be_visible()
    page.get_by_role("button", name="Xem lại và nộp").click()
    accessible(page)


def fits(page):
    """Nothing is beyond the screen: a phone whose page is wider than it shrinks the page and says it is that wide."""
    content, width = page.evaluate(WIDTHS)
    assert content <= width <= page.viewport_size["width"]


def test_text_of_twice_the_size_fits(opened, accessible):
    page = opened()
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    fits(page)
    accessible(page)
    steps.answer(page, 4)
    steps.saved(page)
    page.get_by_role("button", name="Xem lại và nộp").click()
    fits(page)
    accessible(page)


def test_questions_are_read_aloud_where_the_phone_can(opened, phone):
    phone.add_init_script(SPEAKING)
    page = opened()
    listen = page.get_by_role("button", name="Nghe: Câu 2")
    listen.click()
    said = page.evaluate("said")
    assert said[0][0].startswith("Câu 2")
    assert len(said) == 5
    assert {lang for _, lang in said} == {"vi-VN"}
    expect(listen).to_have_attribute("aria-pressed", "true")
    listen.click()
    expect(listen).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("cancelled") >= 2
    assert len(page.evaluate("said")) == 5
    listen.click()
    page.evaluate("last.onend()")
    expect(listen).to_have_attribute("aria-pressed", "false")


def test_no_button_where_the_phone_cannot_speak_vietnamese(opened, phone):
    phone.add_init_script(SPEAKING.replace("vi-VN", "fr-FR"))
    page = opened()
    steps.answer(page, 1)
    steps.saved(page)
    expect(page.locator(".listen")).to_have_count(0)


def test_time_is_read_out_at_the_last_minute_and_saves_are_not(opened, session):
    page = opened()
    spoken = page.locator("#bao")
    steps.answer(page, 1)
    steps.saved(page)
    assert spoken.text_content() == ""
    move_end(session, 62)
    steps.hear(page)
    expect(spoken).to_have_text("Còn 1 phút")
    steps.answer(page, 2)
    steps.saved(page)
    assert spoken.text_content() == "Còn 1 phút"


@pytest.mark.parametrize("bar", ["low", "high"])
def test_the_keyboard_never_loses_its_place(opened, accessible, bar):
    page = opened()
    if bar == "high":
        page.evaluate("document.querySelector('#dang-nhap').hidden = false")
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        name, covered = page.evaluate(PLACE)
        assert not covered, name
        seen.add(name)
    assert {"q1", "q4", "prediction", "then", "1"} <= seen
    # Answered, looked through and submitted without a pointer.
    page.locator("#c1 input").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#da-tra-loi")).to_have_text("1")
    page.get_by_role("button", name="Xem lại và nộp").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Còn 3 câu chưa trả lời")).to_be_focused()
    accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "q2"
    page.get_by_role("button", name="Xem lại và nộp").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
