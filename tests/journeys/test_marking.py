"""Essays are marked on a laptop with the keyboard, one after the other; the member sees the points and the remark."""

from judging.desk import essay_round, hand_in
from playwright.sync_api import expect
from support import steps


def test_two_essays_are_marked_with_the_keyboard(town, phone, laptop, sign_in, accessible):
    round_ = essay_round(town, town.contest(key_shown="at_once"))
    attempts = [hand_in(town, round_, person) for person in (town.lan, town.son)]
    code, lan, mai = attempts[0].code, town.lan, town.mai
    town.commit()
    sign_in(laptop, mai)
    laptop.goto("/to-chuc/cuoc-thi/cuoc-thi")
    steps.follow(laptop, "Chấm bài tự luận", laptop.get_by_role("main"))
    accessible(laptop)
    steps.follow(laptop, "tl-1", laptop.get_by_role("main"))
    accessible(laptop)
    steps.press(laptop, "Chấm bài tiếp theo")
    expect(laptop.get_by_text("Chúng tôi thi đua lao động giỏi")).to_be_visible()
    accessible(laptop)
    laptop.keyboard.press("Tab")
    laptop.keyboard.type("3")
    laptop.keyboard.press("Tab")
    laptop.keyboard.type("Thiếu ví dụ")
    steps.press(laptop, "Lưu và chấm bài tiếp")
    expect(laptop.get_by_text("1/2 bài đã chấm")).to_be_visible()
    laptop.keyboard.press("Tab")
    laptop.keyboard.type("3")
    with laptop.expect_navigation():
        laptop.keyboard.press("Enter")
    expect(laptop.get_by_text("Không còn bài nào chờ chấm")).to_be_visible()
    accessible(laptop)
    sign_in(phone, lan)
    phone.goto(f"/bai-thi/{code}/ket-qua")
    expect(phone.get_by_text("11/12").first).to_be_visible()
    accessible(phone)
