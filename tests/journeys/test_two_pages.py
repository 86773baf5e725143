"""The same attempt open twice: the older page is told, and no answer is overwritten silently."""

import pytest
from playwright.sync_api import expect
from support import steps


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


def test_two_tabs(opened):
    older = opened
    newer = older.context.new_page()
    newer.goto(older.url)
    kept = {"1": [steps.answer(newer, 1)]}
    steps.saved(newer)

    # Two answers at once: a count of changes alone would pass the newer page's number.
    older.evaluate("['#c2 input', '#c3 input'].forEach((first) => document.querySelector(first).click())")
    mine = {"2": ["A"], "3": ["A"]}
    expect(older.get_by_text("Bài này vừa được lưu từ một trang hoặc một máy khác")).to_be_visible()
    expect(older.locator("#da-luu")).to_have_text("Đang mở ở nơi khác")
    assert steps.stored(older)["answers"] == kept

    # The newer page goes on undisturbed.
    kept["4"] = [steps.answer(newer, 4)]
    steps.saved(newer)
    assert steps.stored(newer)["answers"] == kept

    # Whoever wants the older page's answers says so, twice.
    address = older.url
    steps.press(older, "Lưu")
    expect(older.get_by_role("alert")).to_contain_text("Chưa lưu: bài này đã được lưu ở trang khác")
    assert steps.chosen(older) == mine
    assert steps.stored(older, address)["answers"] == kept
    steps.press(older, "Lưu")
    expect(older).to_have_url(address)
    assert steps.stored(older)["answers"] == mine


def test_a_second_phone_takes_over_and_the_first_one_reloads(opened, another_phone, sign_in, town):
    sign_in(another_phone, town.lan)
    another_phone.goto(opened.url)
    kept = {"1": [steps.answer(another_phone, 1)], "2": [steps.answer(another_phone, 2)]}
    steps.saved(another_phone)

    steps.answer(opened, 1, right=False)
    expect(opened.get_by_text("Bài này vừa được lưu từ một trang hoặc một máy khác")).to_be_visible()
    opened.get_by_role("link", name="Tải lại bài đã lưu").first.click()
    expect(opened.locator("#noi-khac")).to_be_hidden()
    assert steps.chosen(opened) == kept

    kept["3"] = [steps.answer(opened, 3)]
    steps.saved(opened)
    assert steps.stored(opened)["answers"] == kept


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
