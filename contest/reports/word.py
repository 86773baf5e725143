"""Our own Word templates of documents, made once a process: what organizers begin with when they want another."""

from collections.abc import Callable
from functools import cache

from contest.documents.official import CENTRE, LEFT, RIGHT, Letter
from contest.reports import columns
from contest.reports.certificate_word import certificate_template
from contest.reports.columns import TABLES
from contest.reports.rules import DocumentKind

_ALIGNED = {columns.LEFT: LEFT, columns.CENTRE: CENTRE, columns.RIGHT: RIGHT}


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
    _section(letter, DocumentKind.REPORT, "doi_tuong", "muc_doi_tuong")
    letter.paragraphs("luu_y_doi_tuong")
    _section(letter, DocumentKind.REPORT, "bang_thi", "muc_bang_thi")
    _section(letter, DocumentKind.REPORT, "so_sanh", "muc_so_sanh")
    _section(letter, DocumentKind.REPORT, "don_vi", "muc_don_vi")
    letter.heading("{{ muc_chua_co }}", when="muc_chua_co")
    letter.paragraphs("don_vi_chua_co")
    _section(letter, DocumentKind.REPORT, "giai_thuong", "muc_giai")
    _closing(letter)
    return letter.content()


def _section(letter: Letter, kind: DocumentKind, field: str, title: str) -> None:
    """A table below the heading that the field ``title`` holds."""
    letter.heading(f"{{{{ {title} }}}}", when=title)
    _rows(letter, kind, field)


def _rows(letter: Letter, kind: DocumentKind, field: str) -> None:
    """A table, where it has rows."""
    letter.tag(f"if {field}")
    letter.table(field, [(head, part, width, _ALIGNED[align]) for head, part, width, align in TABLES[kind][field]])
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
    _rows(letter, DocumentKind.YEARLY, "cuoc_thi")
    _section(letter, DocumentKind.YEARLY, "don_vi", "muc_don_vi")
    letter.paragraphs("luu_y_don_vi")
    _section(letter, DocumentKind.YEARLY, "giai_thuong", "muc_giai")
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
    _section(letter, DocumentKind.NOTICE, "giai_thuong", "muc_giai")
    _section(letter, DocumentKind.NOTICE, "don_vi", "muc_don_vi")
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
    _rows(letter, DocumentKind.DECISION, "giai_thuong")
    return letter.content()


BUILDERS: dict[DocumentKind, Callable[[], bytes]] = {
    DocumentKind.REPORT: _report,
    DocumentKind.YEARLY: _yearly,
    DocumentKind.NOTICE: _notice,
    DocumentKind.DECISION: _decision,
    DocumentKind.TAKING_PART: certificate_template,
    DocumentKind.PRIZE: certificate_template,
}
