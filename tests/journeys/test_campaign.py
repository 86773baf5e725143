"""An official with a phone: today's number, a text to Zalo, a picture, a poster; with script and without."""

from datetime import timedelta

import numpy as np
import pytest
import segno
from campaigns.qr_reading import dots
from PIL import Image
from playwright.sync_api import expect
from support import steps

TITLE = "Gửi niềm tin, trao kỳ vọng"

#: Stands for the phone's own window that asks which program to hand something to.
SHARING = """
window.handed = [];
navigator.canShare = () => true;
navigator.share = async (given) => {
    window.handed.push(given.text || given.files.map((file) => `${file.name} ${file.type} ${file.size > 1000}`).join());
};
"""

#: Keeps what buttons said, however soon they said something else.
LISTENING = """
window.told = [];
new MutationObserver((changes) => window.told.push(...changes.map((change) => change.target.textContent)))
    .observe(document, {subtree: true, childList: true});
"""


@pytest.fixture
def official(town, phone, sign_in):
    """The phone of Hùng, whose role is at CĐCS số 1 itself, on the desk."""
    round_ = town.round(town.contest("gui-niem-tin", TITLE), count=2)
    round_.closes_at = town.now + timedelta(days=5)
    hung = town.hung
    town.commit()
    sign_in(phone, hung)
    phone.goto("/theo-doi")
    return phone


def code_says(picture, address):
    wanted = np.array([list(row) for row in segno.make(address, error="m").matrix], bool)
    return bool((dots(picture) == wanted).all())


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_the_desk_to_zalo_and_the_wall(official, accessible, script, tmp_path):
    official.add_init_script(SHARING + LISTENING)
    official.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(official.get_by_text("người mới dự thi hôm nay")).to_be_visible()
    steps.follow(official, "Tuyên truyền: bài đăng, ảnh QR, áp phích")
    accessible(official)

    field = official.get_by_role("textbox").first
    text = field.input_value()
    assert TITLE in text and "don-vi=LC-PT-1" in text
    copying = official.get_by_role("button", name="Chép nội dung")
    if script:
        copying.first.click()
        steps.until(official, "window.told.includes('Đã chép')")
        expect(copying.first).to_be_visible()
        assert official.evaluate("navigator.clipboard.readText()") == text
        official.get_by_role("button", name="Gửi đi…").first.click()
        official.get_by_role("button", name="Gửi ảnh đi…").first.click()
        steps.until(official, "window.handed.length == 2")
        assert official.evaluate("window.handed") == [text, "vuong.png image/png true"]
    else:
        expect(copying).to_have_count(0)
        field.press("Control+a")
        assert official.get_by_role("textbox").first.is_visible()

    address = official.locator("code.ready-text").inner_text()
    with official.expect_download() as started:
        official.get_by_role("link", name="Tải ảnh vuông").click()
    started.value.save_as(tmp_path / "vuong.png")
    assert code_says(Image.open(tmp_path / "vuong.png"), address)
    with official.expect_download() as started:
        official.get_by_role("link", name="Áp phích khổ A3").click()
    started.value.save_as(tmp_path / "ap-phich.pdf")
    assert (tmp_path / "ap-phich.pdf").read_bytes().startswith(b"%PDF")
