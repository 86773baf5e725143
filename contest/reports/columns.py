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
#: Who of how many, in a row of a union or of a contest.
_PEOPLE = Column("Số người", "nguoi", 16, RIGHT)
_ATTEMPTS = Column("Số lượt", "luot", 16, RIGHT)
_MEMBERS = Column("Đoàn viên", "doan_vien", 17, RIGHT)
_RATE = Column("Tỷ lệ", "ty_le", 18, RIGHT)
_MISSING = Column("Còn thiếu", "con_thieu", 17, RIGHT)


def _prizes(last: str, part: str, align: str = LEFT) -> tuple[Column, ...]:
    """Who won what; in the last column what tells the prizes of the document apart."""
    return (
        _PLACE,
        Column("Giải", "giai", 30, LEFT),
        Column("Người, đơn vị đạt giải", "ten", 45, LEFT),
        Column("Đơn vị", "don_vi", 45, LEFT),
        Column(last, part, 35, align),
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
            Column("Đơn vị", "ten", 54, LEFT),
            _PEOPLE,
            _ATTEMPTS,
            _MEMBERS,
            _RATE,
            Column("Chỉ tiêu", "chi_tieu", 17, RIGHT),
            _MISSING,
        ),
        "giai_thuong": _prizes("Đợt thi", "dot"),
    },
    DocumentKind.YEARLY: {
        "cuoc_thi": (
            _PLACE,
            Column("Cuộc thi", "ten", 45, LEFT),
            Column("Thời gian", "thoi_gian", 25, LEFT),
            _PEOPLE,
            _ATTEMPTS,
            _MEMBERS,
            _RATE,
            Column("Chỉ tiêu", "ket_qua", 18, LEFT),
        ),
        "don_vi": (
            _PLACE,
            Column("Đơn vị", "ten", 54, LEFT),
            Column("Cuộc thi có người", "cuoc_thi", 17, RIGHT),
            _PEOPLE,
            _MEMBERS,
            _RATE,
            Column("Đạt chỉ tiêu", "chi_tieu", 16, RIGHT),
            _MISSING,
        ),
        "giai_thuong": _prizes("Cuộc thi", "cuoc_thi"),
    },
    DocumentKind.NOTICE: {
        "giai_thuong": _prizes("Đợt thi", "dot"),
        "don_vi": (
            _PLACE,
            Column("Công đoàn", "ten", 80, LEFT),
            Column("Số người", "nguoi", 25, RIGHT),
            Column("Số lượt", "luot", 25, RIGHT),
            Column("Tỷ lệ", "ty_le", 25, RIGHT),
        ),
    },
    DocumentKind.DECISION: {"giai_thuong": _prizes("Giá trị giải", "gia_tri", RIGHT)},
}
