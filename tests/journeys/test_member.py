"""A member on a phone, from the home page to the ranking: with script and a network that goes away, and without."""

import re

import pytest
from playwright.sync_api import Page, expect
from support import steps

TITLE = "Gửi niềm tin, trao kỳ vọng"
UNION = "CĐCS Trường Mầm non Nậm Xe"


@pytest.fixture
def contest(town):
    """An open round of six questions with a prediction."""
    town.union("LC-PT-MN", UNION, town.province and town.LC_PT, members=24)
    contest = town.contest(
        "gui-niem-tin", TITLE, prediction_target="people", criteria=["score", "prediction", "elapsed"]
    )
    town.round(contest, count=6)
    town.commit()
    return contest


def from_home_to_the_start(page: Page, accessible, script: bool) -> None:
    """Home, contest, regulations, registration, and the paper."""
    page.goto("/")
    accessible(page)
    steps.follow(page, TITLE)
    accessible(page)
    steps.follow(page, "Thể lệ", page.get_by_role("main"))
    expect(page.get_by_role("heading", name="Thể lệ cuộc thi")).to_be_visible()
    accessible(page)
    steps.follow(page, "Vào trang cuộc thi")
    steps.follow(page, "Đăng ký dự thi")
    accessible(page)
    steps.fill_registration(page, "Lò Thị Lan", "0912 345 678")
    steps.pick_union(page, "mam non nam xe", UNION, script)
    if not script:
        page.get_by_label("Mật khẩu").fill(steps.PASSWORD)
    accessible(page)
    steps.press(page, "Đăng ký")
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
    accessible(page)
    steps.press(page, "Bắt đầu làm bài")
    expect(page).to_have_url(re.compile("/bai-thi/"))
    accessible(page)


def from_review_to_the_ranking(page: Page, accessible) -> None:
    """What is unanswered, the submission, the result and the own place."""
    steps.review(page)
    expect(page.get_by_text("Còn 2 câu chưa trả lời")).to_be_visible()
    expect(page.get_by_role("link", name="Câu 5")).to_be_visible()
    expect(page.get_by_role("link", name="Câu 6")).to_be_visible()
    accessible(page)
    steps.submit(page)
    expect(page.get_by_role("heading", name="Kết quả bài thi")).to_be_visible()
    expect(page.get_by_text("4/6").first).to_be_visible()
    expect(page.get_by_text("Hạng trong đợt")).to_be_visible()
    accessible(page)
    steps.follow(page, "Xem bảng xếp hạng")
    own = page.locator("tr.row-mine")
    expect(own).to_contain_text("Lò Thị Lan")
    expect(own.get_by_role("cell").first).to_have_text("1")
    accessible(page)
    steps.follow(page, TITLE)
    expect(page.get_by_role("heading", name="Bài thi của bạn")).to_be_visible()
    accessible(page)


def test_with_script_and_a_network_that_goes_away(contest, phone, accessible):
    from_home_to_the_start(phone, accessible, script=True)
    first = {str(place): [steps.answer(phone, place)] for place in (1, 2)}
    steps.saved(phone)

    phone.reload()
    assert steps.chosen(phone) == first
    assert steps.stored(phone)["answers"] == first

    phone.context.set_offline(True)
    more = {str(place): [steps.answer(phone, place)] for place in (3, 4)}
    phone.get_by_label("Dự đoán").fill("1.200")
    steps.waits(phone, 3)
    assert steps.stored(phone)["answers"] == first
    expect(phone.get_by_text("Đang mất mạng. Bạn cứ làm tiếp")).to_be_visible()
    steps.review(phone)
    expect(phone.get_by_text("Còn 2 câu chưa trả lời")).to_be_visible()
    phone.get_by_role("button", name="Quay lại làm tiếp").click()

    phone.context.set_offline(False)
    steps.saved(phone)
    expect(phone.get_by_text("Đang mất mạng.")).to_be_hidden()
    kept = steps.stored(phone)
    assert (kept["answers"], kept["prediction"]) == (first | more, 1200)

    from_review_to_the_ranking(phone, accessible)


@pytest.mark.parametrize("script", [False], ids=["no-script"])
def test_without_script(contest, phone, accessible):
    from_home_to_the_start(phone, accessible, script=False)
    first = {str(place): [steps.answer(phone, place)] for place in (1, 2)}
    phone.get_by_label("Dự đoán").fill("1.200")
    steps.press(phone, "Lưu")
    assert steps.chosen(phone) == first
    assert steps.stored(phone)["answers"] == first
    phone.reload()
    assert steps.chosen(phone) == first
    for place in (3, 4):
        steps.answer(phone, place)
    from_review_to_the_ranking(phone, accessible)
