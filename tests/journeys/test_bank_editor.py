"""Mai writes a question by keyboard with the preview beside it; Tú approves one after the other by keys."""

import pytest
from playwright.sync_api import expect
from support import steps

from questions import actions, queries
from questions.rules import Choice, Draft, ReviewRule, Verb

EDITOR = "/to-chuc/ngan-hang/bank/cau-hoi/moi"


@pytest.fixture
def desk(town, laptop, sign_in):
    """A bank with two persons, and Mai signed in on a laptop."""
    bank = town.bank(size=0)
    bank.review = ReviewRule.TWO
    for number in (1, 2):
        choices = (Choice(f"Đúng {number}", True), Choice(f"Sai {number}"))
        draft = Draft(f"Câu thứ {number} của Tú?", choices, code=f"C{number}", source="Luật")
        question = actions.add_question(town.session, bank, draft, author="person:0", now=town.now)
        actions.set_state(town.session, [question], Verb.SUBMIT, town.now, actor="person:0")
    mai = town.mai
    town.commit()
    sign_in(laptop, mai)
    return laptop


def test_the_preview_follows_what_is_typed_and_rows_move_by_keyboard(desk, town):
    desk.goto(EDITOR)
    desk.get_by_label("Câu hỏi", exact=True).fill("Thủ đô nước ta là <b>đâu?")
    desk.get_by_label("Phương án A").fill("Huế")
    desk.get_by_label("Phương án B").fill("Hà Nội")
    phone = desk.locator(".phone")
    expect(phone).to_contain_text("Thủ đô nước ta là <b>đâu?")
    expect(phone).to_contain_text("A. Huế")
    assert phone.bounding_box()["width"] == 360
    desk.get_by_label("Phương án B").press("Alt+ArrowUp")
    expect(phone).to_contain_text("A. Hà Nội")
    expect(desk.get_by_label("Phương án A")).to_be_focused()
    desk.get_by_label("Ghép đôi").check()
    expect(desk.get_by_label("Vế phải của ý A")).to_be_visible()
    expect(desk.get_by_label("Giữ cuối").first).to_be_hidden()
    desk.get_by_label("Một đáp án").check()
    desk.locator("#choices-0-right").check()
    desk.get_by_label("Phương án A").press("Control+s")
    desk.wait_for_url("**/cau-hoi?ma=C0001")
    town.session.rollback()
    question = queries.question(town.session, queries.bank(town.session, "bank").id, "C0001")
    words = queries.as_draft(question, queries.newest_version(town.session, question))
    assert [(choice.text, choice.correct) for choice in words.choices] == [("Hà Nội", True), ("Huế", False)]


def test_what_is_typed_survives_leaving_the_page(desk):
    desk.goto(EDITOR)
    expect(desk.locator(".editor-preview")).to_be_visible()
    with desk.expect_response("**/cau-hoi/tam"):
        desk.get_by_label("Câu hỏi", exact=True).fill("Một câu gõ dở dang")
    expect(desk.locator("[data-kept]")).to_contain_text("Đã giữ bản nháp lúc")
    desk.goto("/to-chuc")
    desk.goto(EDITOR)
    desk.get_by_role("link", name="Tiếp tục bản đó").click()
    expect(desk.get_by_label("Câu hỏi", exact=True)).to_have_value("Một câu gõ dở dang")


def shown(page, code: str) -> None:
    """Wait until this question is shown and the page listens to keys."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Duyệt câu {code}")
    steps.awake(page, "hotkeys")


def test_questions_are_approved_and_returned_by_keys(desk):
    desk.goto("/to-chuc/ngan-hang/cho-duyet")
    desk.get_by_role("link", name="Duyệt lần lượt từng câu").click()
    shown(desk, "C1")
    desk.keyboard.press("s")
    shown(desk, "C2")
    desk.keyboard.press("d")
    shown(desk, "C1")
    desk.keyboard.press("t")
    expect(desk.get_by_label("Ý kiến")).to_be_focused()
    desk.keyboard.type("Sai năm ban hành")
    desk.get_by_role("button", name="Trả lại").click()
    expect(desk.get_by_role("status")).to_contain_text("Đã trả lại 1 câu hỏi")


def test_enter_in_a_field_saves(desk):
    desk.goto(EDITOR)
    desk.get_by_label("Câu hỏi", exact=True).fill("Câu gõ nhanh?")
    desk.get_by_label("Phương án A").fill("Một")
    desk.get_by_label("Phương án B").fill("Hai")
    desk.locator("#choices-0-right").check()
    desk.get_by_label("Chủ đề").press("Enter")
    desk.wait_for_url("**/cau-hoi?ma=C0001")


@pytest.mark.parametrize("script", [False], ids=["no-script"])
def test_without_script_another_kind_is_a_button_away(desk):
    desk.goto(EDITOR)
    desk.get_by_label("Câu hỏi", exact=True).fill("Số pi bằng bao nhiêu?")
    desk.get_by_label("Điền số").check()
    desk.get_by_role("button", name="Đổi biểu mẫu theo loại câu").click()
    expect(desk.get_by_label("Câu hỏi", exact=True)).to_have_value("Số pi bằng bao nhiêu?")
    desk.get_by_label("Đáp án", exact=True).first.fill("3,14")
    with desk.expect_popup() as beside:
        desk.get_by_role("button", name="Xem trước").click()
    expect(beside.value.locator("#xem-truoc")).to_contain_text("Số pi bằng bao nhiêu?")
    desk.get_by_role("button", name="Lưu câu hỏi").click()
    expect(desk.get_by_role("status").first).to_contain_text("Đã thêm câu C0001")
