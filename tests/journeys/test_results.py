"""A committee from closing to publication: a winner who declines, a disqualification afterwards, and its correction."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from prizes import podium
from support import steps

from contest.attempts.models import Attempt

DESK = "/to-chuc/cuoc-thi/cuoc-thi/ket-qua?dot=1"
RANKING = "/cuoc-thi/cuoc-thi/xep-hang?dot=1"
VERSIONS = "/cuoc-thi/cuoc-thi/ket-qua/dinh-chinh?dot=1"


@pytest.fixture
def contest(town):
    """An open round of four people, the second of whom had five minutes more; prizes for the first two."""
    made = podium.contest_of(town, lines=(("Giải Nhất", 1), ("Giải Nhì", 1)))
    names = ["Lò Thị An", "Hà Văn Bình", "Mùa A Cơ", "Vàng Thị Dung"]
    entries = podium.people(town, made, 9, 8, 7, 5, names=names)
    made.rounds[0].closes_at = town.now + timedelta(hours=1)
    made.rounds[0].grace_s = 0
    town.session.query(Attempt).filter_by(entry_id=entries[1].id).one().extra_s = 300
    return made


def main(page: Page):
    return page.get_by_role("main")


def says(page: Page, text: str) -> None:
    expect(main(page)).to_contain_text(text)


def close_and_check(page: Page, accessible) -> None:
    page.goto("/to-chuc/cuoc-thi/cuoc-thi")
    steps.press(page, "Đóng ngay")
    with page.expect_navigation():
        main(page).get_by_role("link", name="Kết quả", exact=True).last.click()
    says(page, "Đã thu hết bài.")
    accessible(page)
    steps.press(page, "Tính lại và đối chiếu")
    says(page, "mọi dòng đều đúng")


def give_prizes(page: Page) -> None:
    """The first is proposed, declines, and the next in line moves up."""
    steps.follow(page, "Mở trang trao giải", main(page))
    steps.press(page, "Đề nghị giải")
    steps.follow(page, "Không trao Lò Thị An", main(page))
    page.get_by_label("Lý do").fill("Người đạt giải từ chối nhận")
    steps.press(page, "Ghi không trao")
    says(page, "Mùa A Cơ")


def look_through(page: Page, accessible) -> None:
    page.goto(DESK)
    says(page, "Còn 1 điểm chưa xem.")
    steps.follow(page, "Mở danh sách rà soát", main(page))
    says(page, "Hà Văn Bình")
    says(page, "được thêm 5 phút")
    accessible(page)
    page.get_by_label("Ghi chú").fill("Có giấy xác nhận")
    steps.press(page, "Đã xem")
    says(page, "Đã xem mọi điểm.")
    accessible(page)


def announce(page: Page, accessible) -> None:
    steps.follow(page, "Về trang kết quả", main(page))
    steps.follow(page, "Công bố kết quả", main(page))
    page.get_by_role("radio", name="Che bớt").check()
    accessible(page)
    steps.press(page, "Xem trước")
    says(page, "Mọi người sẽ thấy")
    says(page, "H*** V*** Bình")
    accessible(page)
    steps.press(page, "Công bố")
    says(page, "Đã công bố lúc")
    accessible(page)


def disqualify(page: Page) -> None:
    """Whose results are announced is judged only once a correction has begun."""
    steps.follow(page, "Xử lý vi phạm", main(page))
    page.get_by_label("Họ tên, số điện thoại hoặc mã biên nhận").fill("Hà Văn Bình")
    steps.press(page, "Tìm")
    steps.follow(page, "Hà Văn Bình", main(page))
    steps.follow(page, "Huỷ tư cách dự thi", main(page))
    page.get_by_label("Lý do").fill("Nhờ người khác thi hộ")
    steps.press(page, "Ghi quyết định")


def begin_correction(page: Page, accessible) -> None:
    page.goto(DESK)
    steps.follow(page, "Mở đính chính", main(page))
    steps.press(page, "Mở đính chính")
    says(page, "Hãy ghi lý do đính chính.")
    page.get_by_label("Lý do đính chính").fill("Một người bị huỷ tư cách vì nhờ thi hộ")
    accessible(page)
    steps.press(page, "Mở đính chính")
    says(page, "Chưa có gì thay đổi.")
    accessible(page)


def announce_correction(page: Page, accessible) -> None:
    page.goto(DESK)
    steps.follow(page, "Mở trang trao giải", main(page))
    steps.press(page, "Đề nghị giải")
    page.goto(DESK)
    steps.follow(page, "Xem thay đổi và công bố đính chính", main(page))
    says(page, "hạng 2, 8 điểm thành 8 điểm, không xếp hạng")
    accessible(page)
    steps.press(page, "Công bố đính chính")
    says(page, "đính chính lần 1")
    accessible(page)


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_closing_to_a_correction(town, contest, phone, another_phone, sign_in, accessible):
    mai = town.mai
    town.commit()
    phone.on("dialog", lambda dialog: dialog.accept())
    sign_in(phone, mai)
    close_and_check(phone, accessible)
    give_prizes(phone)
    look_through(phone, accessible)
    announce(phone, accessible)

    another_phone.goto(VERSIONS)
    says(another_phone, "Công bố lần đầu")
    says(another_phone, "H*** V*** Bình")
    accessible(another_phone)

    begin_correction(phone, accessible)
    disqualify(phone)
    another_phone.goto(RANKING)
    says(another_phone, "H*** V*** Bình")
    announce_correction(phone, accessible)

    another_phone.goto(VERSIONS)
    says(another_phone, "Đính chính lần 1")
    says(another_phone, "Một người bị huỷ tư cách vì nhờ thi hộ")
    accessible(another_phone)
    steps.follow(another_phone, "Bảng xếp hạng của lần công bố này", another_phone.locator("#ban-1"))
    says(another_phone, "H*** V*** Bình")
    accessible(another_phone)
    another_phone.goto(RANKING)
    expect(another_phone.get_by_role("table").first).not_to_contain_text("Bình")
