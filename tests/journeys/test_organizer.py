"""An organizer on a laptop, from an empty database to the Excel file: bank, contest, round, result."""

import re
import time
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from support import steps
from support.files import questions_file, unions_file
from support.link import PATIENCE_S

from contest import clock

TITLE = "Tìm hiểu lịch sử tỉnh Lai Châu"
BANK = "Ngân hàng Lai Châu"
UNION = "CĐCS Trường Mầm non Nậm Xe"


@pytest.fixture
def organizer(app, laptop):
    """A laptop whose owner was made an administrator on the terminal, in a database without anything else."""
    command = ["user", "create-admin", "--phone", "0912000001", "--name", "Nguyễn Thị Mai"]
    done = app.test_cli_runner().invoke(args=[*command, "--password", steps.PASSWORD])
    assert done.exit_code == 0, done.output
    laptop.on("dialog", lambda dialog: dialog.accept())
    return laptop


def send_file(page: Page, path, button: str) -> None:
    page.locator("input[type=file]").set_input_files(path)
    steps.press(page, button)


def local(days: int, hour: int) -> str:
    """A Vietnamese day and hour as a form of date and time takes it."""
    day = clock.now().astimezone(clock.VIETNAM) + timedelta(days=days)
    return f"{day:%Y-%m-%d}T{hour:02d}:00"


def import_unions(page: Page, folder, accessible) -> None:
    steps.follow(page, "Đơn vị", page.get_by_role("main"))
    accessible(page)
    steps.follow(page, "Nhập danh sách", page.get_by_role("main"))
    send_file(page, unions_file(folder / "don-vi.xlsx"), "Xem trước")
    accessible(page)
    steps.press(page, "Nhập danh sách")
    expect(page.get_by_text("Đã nhập: 4 đơn vị mới")).to_be_visible()


def fill_a_bank(page: Page, folder, accessible) -> None:
    """A bank from a Word file; the first try has a question without a key and leaves nothing behind."""
    page.goto("/to-chuc")
    steps.follow(page, "Ngân hàng câu hỏi", page.get_by_role("main"))
    steps.follow(page, "Tạo ngân hàng")
    page.get_by_label("Tên ngân hàng").fill(BANK)
    steps.press(page, "Tạo ngân hàng")
    accessible(page)
    steps.follow(page, "Nhập từ tệp")
    accessible(page)
    send_file(page, questions_file(folder / "loi.docx", 12, keyless=7), "Đọc tệp và xem trước")
    expect(page.get_by_role("alert")).to_contain_text("Tệp có 1 chỗ cần sửa. Chưa có gì được lưu.")
    expect(page.get_by_role("table")).to_contain_text("Câu 7")
    accessible(page)
    steps.follow(page, "Chọn lại tệp")
    send_file(page, questions_file(folder / "cau-hoi.docx", 12), "Đọc tệp và xem trước")
    accessible(page)
    steps.press(page, "Lưu 12 câu vào ngân hàng")
    expect(page.get_by_text("12 câu hỏi")).to_be_visible()
    accessible(page)


def create_a_contest(page: Page, accessible) -> None:
    """A contest that asks for more questions than there are is told so, mended, published and opened."""
    steps.follow(page, "Ban tổ chức", page.get_by_role("navigation"))
    steps.follow(page, "Tạo cuộc thi")
    accessible(page)
    page.get_by_label("Tên cuộc thi").fill(TITLE)
    page.get_by_label("Đơn vị tổ chức").select_option("Liên đoàn Lao động tỉnh Lai Châu")
    page.get_by_label("Ngân hàng câu hỏi").select_option(BANK)
    page.get_by_label("Số câu mỗi đề").fill("20")
    page.get_by_label("Đợt đầu mở lúc").fill(local(1, 8))
    page.get_by_label("Đợt đầu kết thúc lúc").fill(local(3, 22))
    steps.press(page, "Tạo bản nháp")
    expect(page.get_by_text("Cần sửa trước khi công khai")).to_be_visible()
    accessible(page)
    steps.press(page, "Công khai cuộc thi")
    expect(page.get_by_role("alert")).to_contain_text("12")
    steps.follow(page, "Sửa", page.get_by_role("main").get_by_role("list"))
    accessible(page)
    page.get_by_label("Số câu").first.fill("5")
    steps.press(page, "Lưu đề thi")
    page.get_by_role("link", name="Tổng quan").first.click()
    expect(page.get_by_text("Sẵn sàng")).to_be_visible()


def try_the_paper(page: Page, accessible) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name="Thử đề").click()
    expect(page.get_by_text("Đây là đề như người dự thi nhận được")).to_be_visible()
    for place in range(1, 6):
        steps.answer(page, place, right=place != 2)
    accessible(page)
    steps.press(page, "Chấm thử")
    expect(page.get_by_text("Đúng 4/5 câu, được 4/5 điểm.")).to_be_visible()
    accessible(page)
    steps.follow(page, "Về trang quản lý")


def take_part(page: Page, address: str) -> None:
    """A member finds the contest, registers and answers four of five questions right."""
    page.goto(address)
    steps.follow(page, "Đăng ký dự thi")
    steps.fill_registration(page, "Lò Thị Lan", "0912 345 678")
    steps.pick_union(page, "mam non nam xe", UNION, script=True)
    steps.press(page, "Đăng ký")
    steps.press(page, "Bắt đầu làm bài")
    for place in range(1, 6):
        steps.answer(page, place, right=place != 3)
    steps.saved(page)


def submit(page: Page) -> None:
    steps.review(page)
    steps.submit(page)
    expect(page.get_by_text("4/5").first).to_be_visible()


def download(page: Page, name: str, folder) -> list[tuple]:
    """The rows of an Excel file behind a link of the contest's overview."""
    with page.expect_download() as started:
        page.get_by_role("link", name=name, exact=True).click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return list(load_workbook(path).active.iter_rows(values_only=True))


def test_from_a_question_file_to_the_ranking(organizer, phone, tmp_path, accessible):
    steps.sign_in_by_form(organizer, "0912000001")
    steps.follow(organizer, "Ban tổ chức", organizer.get_by_role("navigation"))
    accessible(organizer)
    import_unions(organizer, tmp_path, accessible)
    fill_a_bank(organizer, tmp_path, accessible)
    create_a_contest(organizer, accessible)
    try_the_paper(organizer, accessible)
    steps.press(organizer, "Công khai cuộc thi")
    steps.press(organizer, "Mở ngay")
    accessible(organizer)
    overview = organizer.url

    take_part(phone, overview.replace("/to-chuc", ""))
    steps.follow(organizer, "Diễn biến")
    accessible(organizer)
    figures = organizer.locator("#dien-bien")
    expect(figures).to_contain_text(re.compile(r"Đang làm bài\s*1"))
    submit(phone)
    expect(figures).to_contain_text(re.compile(r"Số người dự thi\s*1"))

    organizer.goto(overview)
    steps.press(organizer, "Đóng ngay")
    # What is on its way within the grace still counts: results wait for it.
    organizer.goto(f"{overview}/ket-qua?dot=1")
    publish = organizer.get_by_role("link", name="Công bố kết quả", exact=True)
    deadline = time.monotonic() + PATIENCE_S
    while not publish.count() and time.monotonic() < deadline:
        organizer.wait_for_timeout(500)
        organizer.reload()
    steps.follow(organizer, "Công bố kết quả", organizer.get_by_role("main"))
    steps.press(organizer, "Xem trước")
    steps.press(organizer, "Công bố")
    expect(organizer.get_by_text("Đã công bố kết quả.").first).to_be_visible()
    accessible(organizer)
    organizer.goto(overview)
    ranking = download(organizer, "xếp hạng", tmp_path)
    row = next(row for row in ranking if "Lò Thị Lan" in row)
    assert {1, 4, UNION} <= set(row)
    people = download(organizer, "người dự thi", tmp_path)
    assert any({"Lò Thị Lan", "0912345678", UNION} <= set(row) for row in people)

    phone.reload()
    expect(phone.get_by_text("Hạng trong đợt", exact=True)).to_be_visible()
