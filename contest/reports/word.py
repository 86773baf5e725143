"""Our own Word templates of documents, made once a process: what organizers begin with when they want another."""

from collections.abc import Callable
from functools import cache

from contest.documents.official import CENTRE, LEFT, RIGHT, Letter
from contest.reports.rules import DocumentKind


@cache
def our_template(kind: DocumentKind) -> bytes:
    """The Word template of a kind of document, with the fields of ``reports.fields``."""
    return BUILDERS[kind]()


def _report() -> bytes:
    letter = Letter("Báo cáo")
    letter.opening()
    letter.paragraphs("mo_dau")
    letter.heading("I. KẾT QUẢ THAM GIA")
    letter.heading("1. Số liệu chung")
    letter.paragraphs("so_lieu")
    letter.heading("{{ muc_doi_tuong }}", when="muc_doi_tuong")
    letter.tag("if doi_tuong")
    letter.table(
        "doi_tuong",
        [
            ("Đối tượng", "ten", 55, LEFT),
            ("Bảng thi", "bang", 50, LEFT),
            ("Số người", "nguoi", 30, RIGHT),
            ("Số lượt", "luot", 30, RIGHT),
        ],
    )
    letter.tag("endif")
    _comparison(letter)
    letter.heading("{{ muc_don_vi }}", when="muc_don_vi")
    letter.tag("if don_vi")
    letter.table(
        "don_vi",
        [
            ("TT", "stt", 10, CENTRE),
            ("Đơn vị", "ten", 61, LEFT),
            ("Số người", "nguoi", 17, RIGHT),
            ("Số lượt", "luot", 17, RIGHT),
            ("Đoàn viên", "doan_vien", 20, RIGHT),
            ("Tỷ lệ", "ty_le", 20, RIGHT),
            ("Chỉ tiêu", "chi_tieu", 20, RIGHT),
        ],
    )
    letter.tag("endif")
    letter.heading("{{ muc_chua_co }}", when="muc_chua_co")
    letter.paragraphs("don_vi_chua_co")
    _prizes(letter)
    _closing(letter)
    return letter.content()


def _comparison(letter: Letter) -> None:
    letter.heading("{{ muc_so_sanh }}", when="muc_so_sanh")
    letter.tag("if so_sanh")
    letter.table(
        "so_sanh",
        [
            ("Nội dung", "noi_dung", 60, LEFT),
            ("Trước", "truoc", 35, RIGHT),
            ("Nay", "nay", 35, RIGHT),
            ("Thay đổi", "thay_doi", 35, RIGHT),
        ],
    )
    letter.tag("endif")


def _prizes(letter: Letter) -> None:
    letter.heading("{{ muc_giai }}", when="muc_giai")
    letter.tag("if giai_thuong")
    letter.table(
        "giai_thuong",
        [
            ("TT", "stt", 10, CENTRE),
            ("Giải", "giai", 35, LEFT),
            ("Người, đơn vị đạt giải", "ten", 50, LEFT),
            ("Đơn vị", "don_vi", 45, LEFT),
            ("Đợt thi", "dot", 25, LEFT),
        ],
    )
    letter.tag("endif")


def _closing(letter: Letter) -> None:
    """Assessment and proposals, where there are any, and the end."""
    letter.heading("II. ĐÁNH GIÁ", when="danh_gia")
    letter.paragraphs("danh_gia")
    letter.heading("III. KIẾN NGHỊ, ĐỀ XUẤT", when="kien_nghi")
    letter.paragraphs("kien_nghi")
    letter.paragraphs("ket_thuc", stay=True)
    letter.ending()


def _yearly() -> bytes:
    letter = Letter("Báo cáo năm")
    letter.opening()
    letter.paragraphs("mo_dau")
    letter.heading("I. KẾT QUẢ THAM GIA")
    letter.heading("1. Các cuộc thi trong năm {{ nam }}")
    letter.paragraphs("so_lieu")
    letter.tag("if cuoc_thi")
    letter.table(
        "cuoc_thi",
        [
            ("TT", "stt", 10, CENTRE),
            ("Cuộc thi", "ten", 45, LEFT),
            ("Thời gian", "thoi_gian", 25, LEFT),
            ("Số người", "nguoi", 16, RIGHT),
            ("Số lượt", "luot", 16, RIGHT),
            ("Đoàn viên", "doan_vien", 17, RIGHT),
            ("Tỷ lệ", "ty_le", 18, RIGHT),
            ("Chỉ tiêu", "ket_qua", 18, LEFT),
        ],
    )
    letter.tag("endif")
    letter.heading("{{ muc_giai }}", when="muc_giai")
    letter.tag("if giai_thuong")
    letter.table(
        "giai_thuong",
        [
            ("TT", "stt", 10, CENTRE),
            ("Giải", "giai", 30, LEFT),
            ("Người, đơn vị đạt giải", "ten", 45, LEFT),
            ("Đơn vị", "don_vi", 40, LEFT),
            ("Cuộc thi", "cuoc_thi", 40, LEFT),
        ],
    )
    letter.tag("endif")
    _closing(letter)
    return letter.content()


def _notice() -> bytes:
    letter = Letter("Thông báo kết quả")
    letter.opening()
    letter.paragraphs("mo_dau")
    letter.tag("if dinh_chinh")
    letter.line("{{ dinh_chinh }}", italic=True)
    letter.tag("endif")
    letter.heading("1. Số liệu chung")
    letter.paragraphs("so_lieu")
    _prizes(letter)
    letter.heading("{{ muc_don_vi }}", when="muc_don_vi")
    letter.tag("if don_vi")
    letter.table(
        "don_vi",
        [
            ("TT", "stt", 10, CENTRE),
            ("Công đoàn", "ten", 80, LEFT),
            ("Số người", "nguoi", 25, RIGHT),
            ("Số lượt", "luot", 25, RIGHT),
            ("Tỷ lệ", "ty_le", 25, RIGHT),
        ],
    )
    letter.tag("endif")
    letter.line("Mã kiểm tra của bảng xếp hạng (SHA-256): {{ ma_kiem_tra }}", size=11, align=LEFT)
    letter.paragraphs("ket_thuc", stay=True)
    letter.ending()
    return letter.content()


def _decision() -> bytes:
    letter = Letter("Quyết định trao giải")
    letter.opening()
    letter.line("{{ tham_quyen }}", align=CENTRE, indent=0, bold=True)
    letter.paragraphs("can_cu", italic=True)
    letter.paragraphs("mo_dau", italic=True)
    letter.line("QUYẾT ĐỊNH:", align=CENTRE, indent=0, bold=True)
    letter.paragraphs("dieu")
    letter.ending()
    break_ = letter.line("DANH SÁCH ĐƯỢC TRAO GIẢI", align=CENTRE, indent=0, bold=True)
    break_.paragraph_format.page_break_before = True
    letter.line("Trao giải {{ ve_cuoc_thi }}", align=CENTRE, indent=0, bold=True)
    letter.line("(Kèm theo Quyết định số {{ so }}/{{ ky_hieu }})", align=CENTRE, indent=0, italic=True)
    letter.table(
        "giai_thuong",
        [
            ("TT", "stt", 10, CENTRE),
            ("Giải", "giai", 30, LEFT),
            ("Người, đơn vị đạt giải", "ten", 45, LEFT),
            ("Đơn vị", "don_vi", 50, LEFT),
            ("Giá trị giải", "gia_tri", 30, RIGHT),
        ],
    )
    return letter.content()


BUILDERS: dict[DocumentKind, Callable[[], bytes]] = {
    DocumentKind.REPORT: _report,
    DocumentKind.YEARLY: _yearly,
    DocumentKind.NOTICE: _notice,
    DocumentKind.DECISION: _decision,
}
