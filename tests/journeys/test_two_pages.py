"""The same attempt open twice: the page opened last works, the older one says so, nothing is lost silently."""

import pytest
from playwright.sync_api import Page, expect
from support import steps

STOPPED = "Bài đang mở ở máy khác hoặc trang khác."


@pytest.fixture
def opened(town, phone, sign_in):
    """Lan's paper, just started, on her phone."""
    town.round(count=4)
    lan = town.lan
    town.commit()
    sign_in(phone, lan)
    phone.goto("/cuoc-thi/cuoc-thi")
    steps.press(phone, "Bắt đầu làm bài")
    return phone


def has_stopped(page: Page) -> None:
    expect(page.get_by_role("alert").filter(has_text=STOPPED)).to_be_visible()
    expect(page.locator("#da-luu")).to_have_text("Đang mở ở nơi khác")
    expect(steps.question(page, 4).locator("input").first).to_be_disabled()


def take_over(page: Page) -> None:
    page.get_by_role("button", name="Làm tiếp ở đây").click()
    expect(page.get_by_text(STOPPED)).to_be_hidden()


def test_of_two_tabs_the_older_stops_at_once_and_may_take_over(opened):
    older = opened
    given = {"1": [steps.answer(older, 1)]}
    steps.saved(older)
    newer = older.context.new_page()
    newer.goto(older.url)
    assert steps.chosen(newer) == given
    # Without a word from the server.
    has_stopped(older)
    given["2"] = [steps.answer(newer, 2)]
    steps.saved(newer)

    take_over(older)
    has_stopped(newer)
    assert steps.chosen(older) == given
    given["3"] = [steps.answer(older, 3)]
    steps.saved(older)
    assert steps.stored(older)["answers"] == given


def test_of_two_phones_the_newer_works_and_both_sides_answers_are_put_together(
    opened, another_phone, sign_in, town, accessible
):
    first, second = opened, another_phone
    given = {place: [steps.answer(first, int(place))] for place in "12"}
    steps.saved(first)
    sign_in(second, town.lan)
    second.goto(first.url)
    assert steps.chosen(second) == given
    theirs = given | {"1": [steps.answer(second, 1, right=False)], "3": [steps.answer(second, 3)]}
    steps.saved(second)

    # The first phone did not look: what it sends is refused, and it stops.
    mine = {"2": [steps.answer(first, 2, right=False)]}
    has_stopped(first)
    accessible(first)
    assert steps.stored(first)["answers"] == theirs

    take_over(first)
    steps.saved(first)
    whole = theirs | mine
    assert steps.chosen(first) == whole
    assert steps.stored(first)["answers"] == whole

    # And back again: the second phone works on with what the first one made of it.
    steps.answer(second, 4)
    has_stopped(second)
    assert steps.stored(second)["answers"] == whole
    take_over(second)
    steps.saved(second)
    whole["4"] = steps.chosen(second)["4"]
    assert steps.chosen(second) == whole
    assert steps.stored(second)["answers"] == whole


def test_where_both_answered_the_same_question_the_page_says_which(opened, another_phone, sign_in, town):
    first, second = opened, another_phone
    sign_in(second, town.lan)
    second.goto(first.url)
    steps.answer(second, 2, right=False)
    steps.saved(second)
    mine = {"2": [steps.answer(first, 2)]}
    has_stopped(first)
    take_over(first)
    expect(first.get_by_role("alert").filter(has_text="Câu 2 cũng vừa được trả lời ở máy khác")).to_be_visible()
    steps.saved(first)
    assert steps.stored(first)["answers"] == steps.chosen(first) == mine


@pytest.mark.parametrize("script", [False], ids=["no-script"])
def test_without_script_a_stale_page_is_not_taken(opened):
    newer = opened.context.new_page()
    newer.goto(opened.url)
    kept = {"1": [steps.answer(newer, 1)]}
    steps.press(newer, "Lưu")
    assert steps.chosen(newer) == kept

    mine = {"2": [steps.answer(opened, 2)]}
    steps.press(opened, "Lưu")
    expect(opened.get_by_role("alert")).to_contain_text("Chưa lưu: bài này đã được lưu ở trang khác")
    assert steps.chosen(opened) == mine
    assert steps.stored(opened, newer.url)["answers"] == kept

    # Whoever wants the older page's answers says so, twice.
    steps.press(opened, "Lưu")
    expect(opened).to_have_url(newer.url)
    assert steps.stored(opened)["answers"] == mine
