"""A key turns out wrong while the round runs: the organizer tries, decides and thinks again; the member is told."""

import re

import pytest
from playwright.sync_api import Page, expect
from support import steps

ADDRESS = "/cuoc-thi/cuoc-thi"


def sit(page: Page, script: bool) -> tuple[str, str]:
    """Everything right but the first question; returns its number in the bank and the letter chosen, as typed there."""
    page.goto(ADDRESS)
    steps.press(page, "Bắt đầu làm bài")
    for place in range(1, 6):
        steps.answer(page, place, right=place != 1)
    text = steps.question(page, 1).inner_text()
    number = re.search(r"Câu hỏi số (\d+)", text).group(1)
    chosen = steps.question(page, 1).locator("label:has(input:checked)").inner_text()
    letter = "ABCD"[int(re.search(r"\d+\.(\d)", chosen).group(1))]
    if script:
        steps.saved(page)
    steps.review(page)
    steps.submit(page)
    expect(page.get_by_text("4/5").first).to_be_visible()
    return number, letter


def decide(page: Page, number: str, letter: str, accessible) -> None:
    page.goto("/to-chuc/cuoc-thi/cuoc-thi")
    steps.follow(page, "Sửa đáp án", page.get_by_role("main"))
    accessible(page)
    page.get_by_label("Tìm theo mã hoặc nội dung").fill(f"hoi so {number} ")
    steps.press(page, "Tìm")
    steps.follow(page, f"cuoc-thi-1-{number}", page.get_by_role("main"))
    accessible(page)
    page.get_by_role("radio", name="Đổi đáp án").check()
    page.get_by_role("checkbox", name=f"{letter}. ").check()
    steps.press(page, "Xem thử kết quả")
    expect(page.get_by_text("1 lượt thi của 1 người đổi điểm: 1 tăng, 0 giảm.")).to_be_visible()
    expect(page.get_by_role("table").last).to_contain_text("Lò Thị Lan")
    accessible(page)
    steps.press(page, "Áp dụng cho 1 lượt thi")
    expect(page.get_by_role("alert")).to_contain_text("Hãy ghi lý do.")
    page.get_by_label("Lý do").fill("Tài liệu in sai")
    steps.press(page, "Áp dụng cho 1 lượt thi")
    expect(page.get_by_text("đang áp dụng")).to_be_visible()
    accessible(page)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_wrong_key_is_mended_and_the_mending_taken_back(town, phone, laptop, sign_in, accessible, script):
    town.round()
    lan, mai = town.lan, town.mai
    town.commit()
    laptop.on("dialog", lambda dialog: dialog.accept())
    sign_in(phone, lan)
    number, letter = sit(phone, script)
    sign_in(laptop, mai)
    decide(laptop, number, letter, accessible)
    phone.reload()
    expect(phone.get_by_text("5/5").first).to_be_visible()
    expect(phone.get_by_text("Tài liệu in sai. Điểm cũ 4, điểm mới 5.")).to_be_visible()
    accessible(phone)
    steps.follow(laptop, "Xem thử việc rút lại", laptop.get_by_role("main"))
    laptop.get_by_label("Lý do").fill("Tài liệu đúng")
    steps.press(laptop, "Rút lại quyết định")
    expect(laptop.get_by_text("đã rút lại").first).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("Tài liệu đúng. Điểm cũ 5, điểm mới 4.")).to_be_visible()
    phone.goto(f"{ADDRESS}/dieu-chinh-dap-an")
    expect(phone.get_by_text("Chưa có đáp án nào được điều chỉnh.")).to_be_visible()
