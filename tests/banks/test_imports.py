"""Files into a bank and out of it at the desk: preview, confirmation, and every file that is refused."""

import io
import zipfile
from urllib.parse import urlsplit

import docx
import openpyxl
import pytest
import xlsxwriter
from lxml import html

from contest.accounts.models import PendingFile
from contest.banks import imports
from contest.banks.pages import SAMPLES
from contest.jobs.runner import run_waiting
from questions import formats, queries
from questions.actions import store_drafts
from questions.models import Question, Topic
from questions.rules import Choice, Draft

BANK = "/to-chuc/ngan-hang/bank"
HEADER = ("Mã câu", "Chủ đề", "Câu hỏi", "Phương án A", "Phương án B", "Phương án C", "Đáp án")
GOOD = ("X1", "Địa lý", "Thủ đô nước ta?", "Hà Nội", "Huế", "Đà Nẵng", "A")


@pytest.fixture
def bank(town, client):
    bank = town.bank(size=2)
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    return bank


def upload(client, content, name="cau-hoi.xlsx"):
    return client.send(f"{BANK}/nhap", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def sheet(*rows, hidden=()):
    """An Excel file of these rows; ``hidden`` rows go to a hidden second sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for number, table in enumerate((rows, hidden)):
            if not table:
                continue
            page = book.add_worksheet()
            for place, row in enumerate(table):
                page.write_row(place, 0, row)
            if number:
                page.hide()
    return out.getvalue()


def merged(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("C2:C3")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def formula():
    """A key that is computed, by a program that leaves the value out."""
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append((*GOOD[:6], "=UPPER(A1)"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def word(*lines):
    paper = docx.Document()
    for line in lines:
        paper.add_paragraph(line)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def zipped(name="cat.txt"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "meo")
    return out.getvalue()


def csv(*rows, encoding="utf-8"):
    return "\n".join(";".join(row) for row in rows).encode(encoding)


def text_of(answer):
    return " ".join(html.fromstring(answer.get_data(as_text=True)).text_content().split())


def figures(page):
    """New, changed, same and near-duplicate questions as the preview counts them."""
    return page.xpath("//dl[@class='stats']//dd/text()")


def test_a_sound_file_is_previewed_and_stored_only_when_confirmed(client, bank, rows, look, log):
    second = ("", "", "Núi cao nhất?", "Phan Xi Păng", "Tây Côn Lĩnh", "Tất cả các phương án trên", "A")
    answer = upload(client, sheet(HEADER, GOOD, second))
    assert answer.status_code == 303
    page = client.page(answer.location)
    text = " ".join(page.text_content().split())
    assert figures(page) == ["2", "0", "0", "0"]
    assert "A. Hà Nội ✓ đáp án đúng" in text and "C. Tất cả các phương án trên giữ cuối" in text
    assert "1 câu có phương án được giữ ở cuối" in text
    assert len(rows(Question)) == 2
    confirmed = client.send(answer.location)
    assert (confirmed.status_code, confirmed.location) == (303, BANK)
    assert "Đã nhập xong: 2 câu mới, 0 câu thay đổi, 0 câu như cũ." in client.page(BANK).text_content()
    assert {question.code for question in rows(Question)} == {"bank-0", "bank-1", "X1", "C0001"}
    assert rows(PendingFile) == []
    assert log()[-1] == ("bank.import", "bank:bank")
    found, _ = look(queries.questions, bank.id, text="thu do")
    assert queries.as_draft(*found[0]).topic == "Địa lý"


def test_confirming_twice_stores_once(client, bank, rows):
    place = upload(client, sheet(HEADER, GOOD)).location
    client.send(place)
    again = client.send(place)
    assert (again.status_code, again.location) == (303, f"{BANK}/nhap")
    assert "đã được nhập hoặc đã hết hạn" in client.page(again.location).text_content()
    assert len(rows(Question)) == 3


def test_the_same_file_again_is_the_same_and_a_changed_one_makes_versions(client, bank, look):
    client.send(upload(client, sheet(HEADER, GOOD)).location)
    again = client.page(upload(client, sheet(HEADER, GOOD)).location)
    assert figures(again) == ["0", "0", "1", "0"]
    place = upload(client, sheet(HEADER, (*GOOD[:6], "B"))).location
    assert "đổi: đáp án" in " ".join(client.page(place).text_content().split())
    client.send(place)
    question = look(queries.question, bank.id, "X1")
    assert question.version_number == 2


def test_the_preview_is_cut_into_pages_and_kinds(client, bank, town):
    known = ("bank-1", "", "Câu hỏi sửa lại?", "Một", "Hai", "Ba", "A")
    many = [(f"N{n}", "", f"Câu thứ {n}?", "Một", "Hai", "Ba", "A") for n in range(60)]
    place = upload(client, sheet(HEADER, *many, known)).location
    page = client.page(place)
    assert len(page.xpath("//article[@class='preview-q']")) == 50
    assert page.xpath("//a[@rel='next']/@href") == [f"{place}?trang=2"]
    assert len(client.page(f"{place}?trang=2").xpath("//article")) == 11
    assert len(client.page(f"{place}?loai=changed").xpath("//article")) == 1
    assert len(client.page(f"{place}?loai=same").xpath("//article")) == 0
    data = client.data(place)
    assert (data["new"], data["changed"], len(data["questions"]), data["faults"]) == (1, 1, 61, [])
    # Nothing but a number tells them apart.
    assert data["near-duplicate"] == 59


def test_a_file_waits_only_for_the_one_who_sent_it_and_for_its_bank(app, client, bank, town, rows):
    town.bank("khac", size=1)
    admin = town.admin
    town.commit()
    place = upload(client, sheet(HEADER, GOOD)).location
    token = place.rsplit("/", 1)[1]
    other = app.test_client().sign_in(admin)
    assert other.get(place).location == f"{BANK}/nhap"
    assert other.send(place).location == f"{BANK}/nhap"
    assert client.send(f"/to-chuc/ngan-hang/khac/nhap/{token}").location == "/to-chuc/ngan-hang/khac/nhap"
    assert len(rows(Question)) == 3
    assert client.send(place).location == BANK


def test_a_bank_that_changed_since_the_preview_is_asked_again(client, bank, town, rows):
    place = upload(client, sheet(HEADER, ("", *GOOD[1:]))).location
    twin = Draft(GOOD[2], tuple(Choice(t, t == "Hà Nội") for t in GOOD[3:6]), code="T1")
    other = upload(client, sheet(HEADER, ("X9", *GOOD[1:]))).location
    session = town.session
    store_drafts(session, bank, [twin], author="person:9", now=town.now)
    session.commit()
    assert client.send(place).location == f"{BANK}/nhap"  # replaced by the second upload
    answer = client.send(other)
    assert answer.status_code == 422 and "mã T1" in text_of(answer)
    assert len(rows(Question)) == 3


TWIN = ("X9", "", "Câu hỏi số 1 của bank?", "Sai 1.0", "Đúng 1.1", "Sai 1.2", "Sai 1.3", "B")
TWIN_HEADER = (*HEADER[:6], "Phương án D", "Đáp án")
MOJIBAKE = csv(HEADER, GOOD).decode("cp1252", "replace").encode()
TWO_KEYS = word("Câu 1. Thủ đô?", "A. Hà Nội", "B. Huế", "Đáp án: A", "Đáp án: B")
FAR_KEY = word("Câu 1. Thủ đô?", "A. Hà Nội", "B. Huế", "Đáp án: D")

#: What is wrong: the file, its name, the row of the first fault, and words of it.
BROKEN = {
    "a zip that is no Word file": (zipped(), "de.docx", None, "tệp nén, không phải tệp Word"),
    "a zip that says it is Word": (zipped("word/document.xml"), "de.docx", None, "Không đọc được"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "de.doc", None, ".docx"),
    "nothing": (b"", "de.xlsx", None, "Tệp trống"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "de.docx", None, "tệp ảnh"),
    "merged cells": (merged(HEADER, GOOD, (*GOOD[:2], None, *GOOD[3:])), "m.xlsx", 2, "gộp"),
    "a formula without value": (formula(), "f.xlsx", 2, "công thức"),
    "questions on a hidden sheet": (sheet(("Ghi chú",), hidden=(HEADER, GOOD)), "h.xlsx", None, "ẩn"),
    "a key that is no option": (sheet(HEADER, (*GOOD[:6], "D")), "k.xlsx", 2, "Đáp án D không có trong các phương án"),
    "no key": (sheet(HEADER, GOOD[:6]), "k.xlsx", 2, "chưa có đáp án đúng"),
    "the same question twice": (sheet(HEADER, GOOD, ("X2", *GOOD[1:])), "t.xlsx", 3, "Trùng với câu hỏi ở dòng 2"),
    "a question of the bank with another code": (sheet(TWIN_HEADER, TWIN), "t.xlsx", 2, "mã bank-1"),
    "a wrong code page": (MOJIBAKE, "c.csv", None, "CSV UTF-8"),
    "nothing but a title": (csv(("Bộ câu hỏi",)), "c.csv", None, "dòng tiêu đề"),
    "two keys in Word": (TWO_KEYS, "w.docx", 1, "áp án"),
    "a key in Word that is no option": (FAR_KEY, "w.docx", 1, "Đáp án D không có"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_with_any_fault_is_refused_with_each_fault_and_leaves_nothing(client, bank, rows, case):
    content, name, row, words = BROKEN[case]
    answer = upload(client, content, name)
    assert answer.status_code == 422
    page = html.fromstring(answer.get_data(as_text=True))
    faults = [[cell.text_content() for cell in tr.xpath("./td")] for tr in page.xpath("//table/tbody/tr")]
    assert faults and all(words in fault[-1] for fault in faults[:1]), faults
    if row:
        assert faults[0][0] == str(row)
    assert not page.xpath(f"//form[starts-with(@action, '{BANK}/nhap/')]")
    assert len(rows(Question)) == 2 and rows(PendingFile) == [] and len(rows(Topic)) == 1
    data = client.send(
        f"{BANK}/nhap",
        {"file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
        headers={"Accept": "application/json"},
    )
    assert data.status_code == 422
    assert (data.get_json()["imported"], len(data.get_json()["faults"])) == (0, len(faults))


def test_one_bad_row_among_good_ones_stores_none(client, bank, rows):
    answer = upload(
        client, sheet(HEADER, GOOD, ("X2", "", "Câu hai?", "Một", "Hai", "", "C"), ("X3", "", "", "", "", "", "A"))
    )
    text = text_of(answer)
    assert answer.status_code == 422 and "Tệp có" in text and "Chưa có gì được lưu" in text
    assert len(rows(Question)) == 2


def test_very_many_faults_are_cut_and_counted(client, bank):
    bad = [(f"B{n}", "", f"Câu {n}?", "Một", "Hai", "", "C") for n in range(1200)]
    answer = upload(client, sheet(HEADER, *bad))
    page = html.fromstring(answer.get_data(as_text=True))
    assert len(page.xpath("//table/tbody/tr")) == 1000
    assert "Và 200 chỗ khác" in page.text_content()


def test_no_file_chosen_is_said_beside_the_field(client, bank):
    answer = client.send(f"{BANK}/nhap", {}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "Hãy chọn một tệp" in text_of(answer)


def test_the_upload_page_explains_the_layout(client, bank):
    text = client.page(f"{BANK}/nhap").text_content()
    assert "Câu 1." in text and "Đáp án: B" in text and "tối đa 20 MB" in text


def ending(kind):
    """What a file of a format is called at the end."""
    return formats.FORMATS[kind].EXTENSIONS[0]


@pytest.mark.parametrize("kind", [kind for kind in formats.FORMATS if kind != "aiken"])
def test_an_exported_bank_comes_back_the_same(client, bank, kind):
    answer = client.get(f"{BANK}/xuat/{kind}")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=bank{ending(kind)}"
    assert answer.mimetype == formats.FORMATS[kind].MIME
    place = upload(client, answer.data, f"bank{ending(kind)}").location
    assert figures(client.page(place)) == ["0", "0", "2", "0"]


def test_an_export_holds_what_the_search_finds(client, bank):
    result = formats.read(client.get(f"{BANK}/xuat/csv?tim=1.0").data, name="a.csv")
    assert [draft.code for draft in result.questions] == ["bank-1"]
    client.page(f"{BANK}/xuat/pdf", 404)


@pytest.mark.parametrize("kind", list(formats.FORMATS))
def test_templates_can_be_had_and_read(client, bank, kind):
    answer = client.get(f"/to-chuc/ngan-hang/mau/{kind}")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=mau-cau-hoi{ending(kind)}"
    result = formats.read(answer.data, name=f"mau{ending(kind)}")
    if kind == "docx":
        assert [draft.stem for draft in result.questions] == [draft.stem for draft in SAMPLES]
        assert result.faults == ()
    else:
        assert [fault.row for fault in result.faults] == [None]


def test_a_waiting_file_is_addressed_by_a_code_nobody_guesses(client, bank):
    place = upload(client, sheet(HEADER, GOOD)).location
    assert len(urlsplit(place).path.rsplit("/", 1)[1]) >= 32


STRANGE = csv(
    ("TT", "Nội dung cần hỏi", "Trả lời 1", "Trả lời 2", "Kết luận"),
    ("1", "Thủ đô nước ta ở đâu?", "Huế", "Hà Nội", "B"),
    ("2", "Sông nào dài hơn?", "Sông Hồng", "Sông Đáy", "A"),
)


def test_a_sheet_with_other_columns_is_explained_once_and_remembered(client, bank, rows):
    place = upload(client, STRANGE, "la.csv").location
    assert urlsplit(place).path.endswith("/cot")
    page = client.page(place)
    chosen = {
        select.get("name"): (select.xpath("option[@selected]/@value") or [""])[0]
        for select in page.xpath("//select[starts-with(@name,'cot-')]")
    }
    assert chosen == {"cot-0": "", "cot-1": "stem", "cot-2": "choice0", "cot-3": "choice1", "cot-4": "key"}
    answer = client.send(place, {**chosen, "tieu-de": "1"})
    assert answer.status_code == 303
    preview = client.page(answer.location)
    assert figures(preview) == ["2", "0", "0", "0"]
    assert "Đã dùng cách ghép cột lần trước" in preview.text_content()
    assert client.send(urlsplit(answer.location).path).status_code == 303
    assert {question.code for question in rows(Question)} == {"bank-0", "bank-1", "C0001", "C0002"}
    again = upload(client, STRANGE.replace(b"Hu\xe1\xba\xbf", b"Vinh"), "la.csv").location
    assert not urlsplit(again).path.endswith("/cot")
    assert "Đổi cách ghép cột" in client.page(again).text_content()


def test_columns_that_will_not_do_are_told(client, bank):
    place = upload(client, STRANGE, "la.csv").location
    answer = client.send(place, {"cot-1": "stem", "cot-2": "stem"})
    assert answer.status_code == 422
    text = text_of(answer)
    assert "Có hai cột cùng là “Câu hỏi”" in text and "Hãy chọn cột cho: Đáp án" in text


def test_near_duplicates_can_be_left_out(client, bank, rows):
    near = ("", "", "Câu hỏi số 0 là gì?", "x", "y", "z", "A")
    other = ("", "", "Núi cao nhất nước ta?", "Phan Xi Păng", "Tây Côn Lĩnh", "Ngọc Linh", "A")
    twice = ("", "", "Núi cao nhất nước ta là núi nào?", "Phan Xi Păng", "Tây Côn Lĩnh", "Ngọc Linh", "A")
    place = upload(client, sheet(HEADER, near, other, twice)).location
    page = client.page(f"{place}?loai=near-duplicate")
    ticks = page.xpath("//input[@name='bo']/@value")
    assert ticks == ["2"]
    assert client.send(place, {"bo": ticks}).status_code == 303
    stems = {queries.as_draft(*row).stem for row in look_all(client, bank)}
    assert other[2] in stems and twice[2] not in stems and near[2] in stems


def look_all(client, bank):
    with client.application.extensions["store"].session(readonly=True) as session:
        return queries.questions(session, bank.id)[0]


def test_a_bank_that_changed_since_the_preview_is_shown_again(client, bank, session, rows, town):
    place = upload(client, sheet(HEADER, GOOD)).location
    digest = client.page(place).xpath("//input[@name='da-xem']/@value")[0]
    other = Draft("Câu khác hẳn?", (Choice("một", True), Choice("hai")), code="X1")
    store_drafts(session, session.merge(bank), [other], author="person:1", now=town.now)
    session.commit()
    answer = client.send(place, {"da-xem": digest})
    assert answer.status_code == 409
    page = html.fromstring(answer.get_data(as_text=True))
    assert "Ngân hàng đã thay đổi sau khi bạn xem trước" in page.text_content()
    assert figures(page) == ["0", "1", "0", "0"]
    fresh = page.xpath("//input[@name='da-xem']/@value")[0]
    assert client.send(place, {"da-xem": fresh}).status_code == 303


def test_another_format_can_be_forced(client, bank):
    content = "Thủ đô?\nA. Huế\nB. Hà Nội\nANSWER: B\n".encode()
    data = {"file": (io.BytesIO(content), "de.txt"), "format": "gift"}
    answer = client.send(f"{BANK}/nhap", data, content_type="multipart/form-data")
    assert answer.status_code == 422 or "dinh-dang=gift" in answer.location
    data = {"file": (io.BytesIO(content), "de.txt"), "format": "aiken"}
    answer = client.send(f"{BANK}/nhap", data, content_type="multipart/form-data")
    assert figures(client.page(answer.location)) == ["1", "0", "0", "0"]


def test_a_large_file_is_read_and_stored_beside_the_requests(app, client, bank, rows, monkeypatch):
    monkeypatch.setattr(imports, "LARGE_FILE", 100)
    monkeypatch.setattr(imports, "MANY_QUESTIONS", 0)
    work = upload(client, sheet(HEADER, GOOD)).location
    assert "/viec/" in work
    run_jobs(app)
    page = client.page(work)
    assert "Đã đọc 1 câu hỏi" in page.text_content()
    place = page.xpath("//a[text()='Xem kết quả']/@href")[0]
    preview = client.page(place)
    assert figures(preview) == ["1", "0", "0", "0"]
    assert {question.code for question in rows(Question)} == {"bank-0", "bank-1"}
    digest = preview.xpath("//input[@name='da-xem']/@value")[0]
    store = client.send(place, {"da-xem": digest}).location
    run_jobs(app)
    assert "Đã nhập xong: 1 câu mới" in client.page(store).text_content()
    assert {question.code for question in rows(Question)} == {"bank-0", "bank-1", "X1"}
    assert rows(PendingFile) == []


def test_a_large_file_with_faults_stores_nothing(app, client, bank, rows, monkeypatch):
    monkeypatch.setattr(imports, "LARGE_FILE", 100)
    work = upload(client, sheet(HEADER, (*GOOD[:6], "Z"))).location
    run_jobs(app)
    page = client.page(work)
    assert "thấy 1 chỗ cần sửa" in page.text_content()
    preview = client.page(page.xpath("//a[text()='Xem kết quả']/@href")[0], 422)
    assert "Không hiểu đáp án" in preview.text_content()
    assert len(rows(Question)) == 2


def run_jobs(app):
    with app.app_context():
        run_waiting()


def test_the_export_page_lists_what_a_format_loses(client, bank):
    page = client.page(f"{BANK}/xuat?dinh-dang=aiken")
    assert "Định dạng này không giữ được mã câu." in page.text_content()
    assert page.xpath("//a[@href='/to-chuc/ngan-hang/bank/xuat/aiken']")
    assert "giữ được tất cả" in client.page(f"{BANK}/xuat?dinh-dang=docx").text_content()


def test_ticked_questions_alone_are_exported(client, bank):
    place = client.send(f"{BANK}/xuat", {"q": ["bank-1"]}).location
    page = client.page(place)
    assert "1 câu đã đánh dấu" in page.text_content()
    address = page.xpath("//a[starts-with(text(),'Tải tệp')]/@href")[0]
    result = formats.read(client.get(address).data)
    assert [draft.code for draft in result.questions] == ["bank-1"]


def test_the_preview_of_a_large_file_is_made_anew_only_when_the_bank_changes(client, bank, session, town, monkeypatch):
    monkeypatch.setattr(imports, "MANY_QUESTIONS", 0)
    made = []
    plan_import = imports.plan_import
    monkeypatch.setattr(imports, "plan_import", lambda *args, **kwargs: made.append(1) or plan_import(*args, **kwargs))
    place = upload(client, sheet(HEADER, GOOD)).location
    assert figures(client.page(place)) == figures(client.page(f"{place}?loai=new")) == ["1", "0", "0", "0"]
    assert len(made) == 1
    other = Draft("Câu khác hẳn?", (Choice("một", True), Choice("hai")), code="X1")
    store_drafts(session, session.merge(bank), [other], author="person:1", now=town.now)
    session.commit()
    assert figures(client.page(place)) == ["0", "1", "0", "0"]
    assert len(made) == 2
