"""A paper with every kind of question on a phone, with script and without: answered, saved, opened again, submitted."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from support import steps
from support.kinds import QUESTIONS, bank_of_kinds

from contest.rounds.models import Round
from questions.rules import Kind

PLACES = {draft.kind: place for place, draft in enumerate(QUESTIONS, 1)}
#: Places of the questions in alphabetical order of nothing: what each kind is worth here.
POINTS = 20


@pytest.fixture
def opened(town, phone, sign_in):
    """Lan's paper, just started, on her phone."""
    contest = town.contest(key_shown="after_round")
    town.round(contest, bank=bank_of_kinds(town), count=len(QUESTIONS), points=POINTS, shuffle_questions=False)
    lan = town.lan
    town.commit()
    sign_in(phone, lan)
    phone.goto("/cuoc-thi/cuoc-thi")
    steps.press(phone, "Bắt đầu làm bài")
    return phone


def part(page: Page, kind: Kind):
    return steps.question(page, PLACES[kind])


def answer_everything(page: Page) -> None:
    """Everything right but one of three places of the order, and one statement."""
    part(page, Kind.SINGLE).get_by_text("Hình trên").click()
    for text in ("H2SO4", "HCl"):
        part(page, Kind.MULTIPLE).locator("label").filter(has_text=text).click()
    part(page, Kind.TRUEFALSE).locator("label").filter(has_text="Đúng").click()
    rows = part(page, Kind.STATEMENTS).locator(".row")
    for text, word in (("đoàn viên tăng", "Đúng"), ("giảm", "Sai"), ("hơn 20.000", "Đúng"), ("Trung bình", "Đúng")):
        rows.filter(has_text=text).locator("label").filter(has_text=word).click()
    part(page, Kind.SHORT).get_by_label("Câu trả lời").fill("  hà   nội ")
    part(page, Kind.NUMBER).get_by_label("Kết quả").fill("3,14")
    for text, number in (("tháng Tám", "1"), ("Điện Biên Phủ", "2"), ("Thống nhất", "3")):
        part(page, Kind.ORDER).locator(".row").filter(has_text=text).locator("select").select_option(number)
    sides = part(page, Kind.MATCH)
    for left, right in (("Sơn La", "thành phố Sơn La"), ("Điện Biên", "thành phố Điện Biên Phủ")):
        letter = sides.locator(".sides li").filter(has_text=right).inner_text()[0]
        sides.locator(".row").filter(has=page.locator("label", has_text=left)).locator("select").select_option(letter)
    part(page, Kind.ESSAY).get_by_label("Bài làm").fill("Để được bảo vệ.\n\nVà để cùng nhau làm việc tốt.")


def values(page: Page) -> list:
    """What stands in every field."""
    return page.locator("#de-thi [name^=q]").evaluate_all(
        "(fields) => fields.map((f) => [f.name, /radio|checkbox/.test(f.type) ? f.value + f.checked : f.value])"
    )


def save(page: Page, script: bool) -> None:
    if script:
        steps.saved(page)
    else:
        steps.press(page, "Lưu")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_every_kind_from_start_to_result(opened, script, accessible, town):
    page = opened
    expect(page.locator(".passage p").first).to_have_text("Đọc đoạn văn sau và trả lời câu 5-6")
    expect(page.locator(".passage")).to_have_count(1)
    image = page.get_by_role("img", name="Một hình tam giác")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("naturalWidth", 480)
    accessible(page)
    answer_everything(page)
    save(page, script)
    kept = steps.stored(page)["answers"]
    assert kept["1"] == ["A"]
    assert kept["4"] == ["T", "F", "T", "T"] or sorted(kept["4"]) == ["F", "T", "T", "T"]
    assert kept["5"] == ["hà nội"]
    assert kept["6"] == ["3,14"]
    assert sorted(kept["7"]) == ["1", "2", "3"]
    assert kept["9"] == ["Để được bảo vệ.\n\nVà để cùng nhau làm việc tốt."]
    expect(page.locator("#da-tra-loi")).to_have_text("9")

    before = values(page)
    page.goto(page.url)
    after = values(page)
    assert [pair for pair in before if pair[0] != "q5"] == [pair for pair in after if pair[0] != "q5"]
    assert ["q5", "hà nội"] in after

    steps.review(page)
    expect(page.get_by_text("Bạn đã trả lời đủ 9 câu")).to_be_visible()
    accessible(page)
    steps.submit(page)
    end_round(town)
    page.reload()
    # Three of four statements are half the points; the essay waits for a person.
    expect(page.get_by_text(f"{7 * POINTS + POINTS // 2}/{9 * POINTS}")).to_be_visible()
    card = page.locator(".card").filter(has_text="Xét bảng sau")
    expect(card).to_contain_text("Đúng một phần: 10/20 điểm")
    essay = page.locator(".card").filter(has_text="Vì sao bạn tham gia")
    expect(essay).to_contain_text("Và để cùng nhau")
    expect(essay).to_contain_text("Chờ chấm")
    accessible(page)


def end_round(town) -> None:
    round_ = town.session.query(Round).one()
    round_.closes_at = town.now - timedelta(seconds=1)
    town.session.commit()


def test_items_are_moved_and_numbers_exchanged(opened):
    page = opened
    rows = part(opened, Kind.ORDER).locator(".row")
    first = rows.nth(0).locator("label").inner_text()
    rows.nth(0).get_by_role("button", name="Đưa xuống").click()
    assert rows.nth(1).locator("label").inner_text() == first
    assert [rows.nth(n).locator("select").input_value() for n in range(3)] == ["1", "2", "3"]
    rows.nth(2).locator("select").focus()
    rows.nth(2).locator("select").select_option("1")
    assert [rows.nth(n).locator("select").input_value() for n in range(3)] == ["3", "2", "1"]
    steps.saved(page)
    place = str(PLACES[Kind.ORDER])
    kept = steps.stored(page)["answers"]
    assert sorted(kept[place]) == ["1", "2", "3"]

    field = part(page, Kind.NUMBER).get_by_label("Kết quả")
    field.fill("2,5")
    part(page, Kind.NUMBER).get_by_role("button", name="Đổi dấu").click()
    expect(field).to_have_value("-2,5")
    part(page, Kind.ESSAY).get_by_label("Bài làm").fill("một hai ba - bốn")
    expect(part(page, Kind.ESSAY).get_by_text("4 từ")).to_be_visible()


def test_half_an_answer_is_no_answer_yet(opened):
    page = opened
    rows = part(page, Kind.STATEMENTS).locator(".row")
    rows.nth(0).locator("label").first.click()
    steps.saved(page)
    expect(page.locator("#da-tra-loi")).to_have_text("0")
    steps.review(page)
    half = page.get_by_text("Trong đó có câu đã trả lời một phần:")
    expect(half).to_be_visible()
    expect(half.get_by_role("link")).to_have_text(["Câu 4"])


def test_what_was_typed_without_a_network_is_sent_later(opened):
    page = opened
    page.route("**/luu", lambda route: route.abort())
    part(page, Kind.ESSAY).get_by_label("Bài làm").fill("Viết khi mất mạng.")
    part(page, Kind.SHORT).get_by_label("Câu trả lời").fill("Hà Nội")
    part(page, Kind.SHORT).get_by_label("Câu trả lời").blur()
    expect(page.locator("#da-luu")).to_have_attribute("data-state", "waiting")
    assert steps.stored(page)["answers"] == {}
    page.reload()
    expect(part(page, Kind.ESSAY).get_by_label("Bài làm")).to_have_value("Viết khi mất mạng.")
    page.unroute("**/luu")
    steps.saved(page)
    kept = steps.stored(page)["answers"]
    assert kept == {str(PLACES[Kind.SHORT]): ["Hà Nội"], str(PLACES[Kind.ESSAY]): ["Viết khi mất mạng."]}


def test_typed_text_is_no_other_page_when_a_reply_is_lost(opened):
    """The server keeps texts in a tidy form: the page must know its own when it hears of it later."""
    page = opened
    page.route("**/luu", lost)
    part(page, Kind.SHORT).get_by_label("Câu trả lời").fill("  Hà\tNội\u200b  ")
    part(page, Kind.ESSAY).get_by_label("Bài làm").fill("Dòng một  \n\n\n\n dòng hai e\u0302\u0301")
    part(page, Kind.ESSAY).get_by_label("Bài làm").blur()
    expect(page.locator("#da-luu")).to_have_attribute("data-state", "waiting")
    page.unroute("**/luu")
    steps.saved(page)
    expect(page.locator("#noi-khac")).to_be_hidden()
    kept = steps.stored(page)["answers"]
    assert kept[str(PLACES[Kind.ESSAY])] == ["Dòng một\n\ndòng hai ế"]


def lost(route) -> None:
    """The server gets the save; its reply never arrives."""
    route.fetch()
    route.abort()
