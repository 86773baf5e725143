"""Mai types a question that stands in the bank already: the editor says so, with script and without."""

import pytest
from playwright.sync_api import expect
from support import steps

from questions import actions
from questions.rules import Choice, Draft

LAW = "Người lao động gia nhập công đoàn theo nguyên tắc nào của Luật Công đoàn?"
STORED = Draft(LAW, (Choice("Tự nguyện", True), Choice("Bắt buộc"), Choice("Theo chỉ tiêu")), code="L1")


@pytest.fixture
def editor(town, laptop, sign_in):
    """The editor of a new question, open on a laptop."""
    bank = town.bank(size=1)
    actions.add_question(town.session, bank, STORED, author="test", now=town.now)
    mai = town.mai
    town.commit()
    sign_in(laptop, mai)
    laptop.goto("/to-chuc/ngan-hang/bank/cau-hoi/moi")
    return laptop


def test_the_editor_shows_what_is_near_while_one_types(editor):
    found = editor.locator("[data-module=near]")
    steps.awake(editor, "near")
    editor.get_by_label("Câu hỏi", exact=True).fill(f"Theo bạn, {LAW}")
    expect(found).to_contain_text("Câu L1, giống 9")
    found.get_by_text("Câu L1, giống").click()
    expect(found.get_by_text("Theo chỉ tiêu")).to_be_visible()
    editor.get_by_label("Câu hỏi", exact=True).fill("Vì sao bầu trời có màu xanh vào ban ngày?")
    expect(found).to_be_empty()


@pytest.mark.parametrize("script", [False], ids=["no-script"])
def test_without_script_a_button_finds_them(editor):
    editor.get_by_label("Câu hỏi", exact=True).fill(f"Theo bạn, {LAW}")
    editor.get_by_role("button", name="Tìm câu gần giống").click()
    expect(editor.locator("#gan-giong")).to_contain_text("Câu L1, giống 9")
