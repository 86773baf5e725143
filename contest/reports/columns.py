"""The tables of documents: their columns, once for the page, the Word file and the PDF; pure."""

from typing import NamedTuple

from contest.reports.rules import DocumentKind

LEFT, CENTRE, RIGHT = "left", "center", "right"


class Column(NamedTuple):
    """A column: its head, the part of a row it shows (``reports.fields``), its width in millimetres, its alignment."""

    head: str
    part: str
    width: int
    align: str


_PLACE = Column("TT", "stt", 10, CENTRE)
_PRIZES = (
    _PLACE,
    Column("Giải", "giai", 35, LEFT),
    Column("Người, đơn vị đạt giải", "ten", 50, LEFT),
    Column("Đơn vị", "don_vi", 45, LEFT),
    Column("Đợt thi", "dot", 25, LEFT),
)

#: Tables of a kind of document, by the field that holds their rows.
TABLES: dict[DocumentKind, dict[str, tuple[Column, ...]]] = {
    DocumentKind.REPORT: {
        "doi_tuong": (
            Column("Đối tượng", "ten", 48, LEFT),
            Column("Số người", "nguoi", 25, RIGHT),
            Column("Số lượt", "luot", 25, RIGHT),
            Column("Tổng số người", "tong_so", 32, RIGHT),
            Column("Tỷ lệ", "ty_le", 35, RIGHT),
        ),
        "bang_thi": (
            Column("Bảng", "bang", 55, LEFT),
            Column("Đối tượng", "ten", 50, LEFT),
            Column("Số người", "nguoi", 30, RIGHT),
            Column("Số lượt", "luot", 30, RIGHT),
        ),
        "so_sanh": (
            Column("Nội dung", "noi_dung", 60, LEFT),
            Column("Trước", "truoc", 35, RIGHT),
            Column("Nay", "nay", 35, RIGHT),
            Column("Thay đổi", "thay_doi", 35, RIGHT),
        ),
        "don_vi": (
            _PLACE,
            Column("Đơn vị", "ten", 55, LEFT),
            Column("Số người", "nguoi", 16, RIGHT),
            Column("Số lượt", "luot", 16, RIGHT),
            Column("Đoàn viên", "doan_vien", 17, RIGHT),
            Column("Tỷ lệ", "ty_le", 17, RIGHT),
            Column("Chỉ tiêu", "chi_tieu", 17, RIGHT),
            Column("Còn thiếu", "con_thieu", 17, RIGHT),
        ),
        "giai_thuong": _PRIZES,
    },
    DocumentKind.YEARLY: {
        "cuoc_thi": (
            _PLACE,
            Column("Cuộc thi", "ten", 45, LEFT),
            Column("Thời gian", "thoi_gian", 25, LEFT),
            Column("Số người", "nguoi", 16, RIGHT),
            Column("Số lượt", "luot", 16, RIGHT),
            Column("Đoàn viên", "doan_vien", 17, RIGHT),
            Column("Tỷ lệ", "ty_le", 18, RIGHT),
            Column("Chỉ tiêu", "ket_qua", 18, LEFT),
        ),
        "don_vi": (
            _PLACE,
            Column("Đơn vị", "ten", 53, LEFT),
            Column("Cuộc thi có người", "cuoc_thi", 17, RIGHT),
            Column("Số người", "nguoi", 16, RIGHT),
            Column("Đoàn viên", "doan_vien", 18, RIGHT),
            Column("Tỷ lệ", "ty_le", 18, RIGHT),
            Column("Đạt chỉ tiêu", "chi_tieu", 16, RIGHT),
            Column("Còn thiếu", "con_thieu", 17, RIGHT),
        ),
        "giai_thuong": (
            _PLACE,
            Column("Giải", "giai", 30, LEFT),
            Column("Người, đơn vị đạt giải", "ten", 45, LEFT),
            Column("Đơn vị", "don_vi", 40, LEFT),
            Column("Cuộc thi", "cuoc_thi", 40, LEFT),
        ),
    },
    DocumentKind.NOTICE: {
        "giai_thuong": _PRIZES,
        "don_vi": (
            _PLACE,
            Column("Công đoàn", "ten", 80, LEFT),
            Column("Số người", "nguoi", 25, RIGHT),
            Column("Số lượt", "luot", 25, RIGHT),
            Column("Tỷ lệ", "ty_le", 25, RIGHT),
        ),
    },
    DocumentKind.DECISION: {
        "giai_thuong": (
            _PLACE,
            Column("Giải", "giai", 30, LEFT),
            Column("Người, đơn vị đạt giải", "ten", 45, LEFT),
            Column("Đơn vị", "don_vi", 50, LEFT),
            Column("Giá trị giải", "gia_tri", 30, RIGHT),
        ),
    },
}
