"""Certificates by a Word template: what a sheet is filled with, what a template must have, and files of many sheets.

A file holds so many sheets as a clerk prints at once, and fewer where the template's page is heavy; more come as a zip.
The PDF of such a file is LibreOffice's: what it cannot do at once it is given in halves, so that neither time nor
memory grows with the number of certificates.
"""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import segno

from contest.documents.checking import WORD
from contest.documents.filling import Unfillable
from contest.documents.office import OfficeFailed, pdf_of_word
from contest.documents.sheets import PICTURE, Sheet, Sheets, misplaced
from contest.reports import certificate_rules
from contest.reports.certificate_fields import MAY_BE_EMPTY, NAME, NEEDED, QR
from contest.reports.certificate_rules import HEADING, Part, Printed
from contest.reports.models import Certificate
from questions.messages import N_, Message, message

PDF, ZIP = "application/pdf", "application/zip"
#: Millimetres that the QR code is wide on paper, and dots a module of its picture.
QR_MM, QR_DOTS = 26, 8
#: So many sheets at least are given to LibreOffice at once: what fails with these fails.
LEAST = 50
#: Told (sheets done, sheets in all).
Progress = Callable[[int, int], None]
#: File name, media type and bytes.
Made = tuple[str, str, bytes]


def sheet_of(certificate: Certificate, part: Part, verify: str) -> Sheet:
    """What a certificate says, by field; ``verify``: the verifying page's address up to the code."""
    printed, address = Printed(**certificate.printed), verify + certificate.code
    data = {
        NAME: certificate.name,
        "don_vi": certificate.unit,
        "noi_dung": printed.words,
        "giai": certificate.title,
        "hang": printed.rank,
        "ket_qua": printed.result,
        "ten_cuoc_thi": part.contest,
        "dot_thi": part.round,
        "tieu_de": (printed.heading or HEADING).upper(),
        "co_quan_cap_tren": printed.above.upper(),
        "co_quan_cap": printed.issuer.upper(),
        "so": certificate.number,
        "can_cu": certificate.basis,
        "dia_danh_ngay_thang": printed.place_and_day,
        "noi_cap": printed.place,
        "ngay_cap": printed.dated,
        "quyen_han": printed.on_behalf.upper(),
        "chuc_vu": printed.signer_title.upper(),
        "nguoi_ky": printed.signer,
        "ma_kiem_tra": certificate.code,
        "dia_chi_kiem_tra": address,
    }
    return Sheet(data | {QR: PICTURE}, _code(address))


def _code(address: str) -> bytes:
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="png", scale=QR_DOTS, border=1)
    return drawn.getvalue()


# Templates


def example_sheet(example: dict[str, Any]) -> Sheet:
    """The sheet of somebody who does not exist; the code leads nowhere."""
    return Sheet(example | {QR: PICTURE}, _code(example["dia_chi_kiem_tra"]))


#: Names as long as those of the longest unions and contests: what does not fit is seen before anything is printed.
LONG = {
    NAME: "Công đoàn cơ sở Trường Phổ thông Dân tộc nội trú Trung học cơ sở và Trung học phổ thông Phong Thổ",
    "don_vi": "Công đoàn cơ sở thành viên Trung tâm Giáo dục nghề nghiệp - Giáo dục thường xuyên huyện Sìn Hồ",
    "giai": "Giải Tập thể có tỷ lệ đoàn viên tham gia cao nhất khối các huyện vùng cao",
    "ten_cuoc_thi": "Tìm hiểu 95 năm truyền thống Công đoàn Việt Nam và Nghị quyết Đại hội Công đoàn các cấp",
}


def problems(content: bytes, example: dict[str, Any]) -> list[Message]:
    """Why a Word file that is a template cannot be one of certificates; empty when it can."""
    wrong = misplaced(content)
    if wrong:
        return wrong
    whole = example_sheet(example)
    bare = Sheet({name: "" if name in MAY_BE_EMPTY else value for name, value in whole.data.items()}, whole.picture)
    try:
        sheets = Sheets(content, QR_MM)
        missing = [name for name in NEEDED if not all(sheets.tells(one, one.data[name]) for one in (whole, bare))]
        sheets.filled([whole, bare])
    except Unfillable as refusal:
        return list(refusal.reasons)
    return [_MISSING[name] for name in missing]


_MISSING = {
    NAME: message(
        N_("Tệp mẫu chưa có chỗ ghi tên trên mọi giấy. Hãy viết {{ ho_ten }} ở chỗ tên, ngoài các đoạn {%% if %%}.")
    ),
    QR: message(
        N_(
            "Tệp mẫu chưa có mã QR trên mọi giấy, nên không ai kiểm tra được giấy. Hãy viết {{ ma_qr }} ở chỗ đặt mã, "
            "ngoài các đoạn {%% if %%}; hình mã rộng 26 mm."
        )
    ),
}


def tried(content: bytes, example: dict[str, Any]) -> bytes:
    """A template filled for somebody who does not exist, and on a second page for the longest names that there are."""
    return Sheets(content, QR_MM).filled([example_sheet(example), example_sheet(example | LONG)])


# Files


def word_of(certificate: Certificate, part: Part, verify: str, template: bytes) -> bytes:
    """One certificate as a Word file. Raises Unfillable."""
    return Sheets(template, QR_MM).filled([sheet_of(certificate, part, verify)])


def files_of(
    found: Sequence[Certificate],
    part: Part,
    slug: str,
    verify: str,
    template: bytes,
    office: Path | None,
    progress: Progress,
) -> Made:
    """Certificates as one Word file, or with LibreOffice as one PDF; as a zip of several in order when they are many.

    Raises Unfillable for the template, OfficeFailed when LibreOffice cannot set even a few.
    """
    sheets, form = Sheets(template, QR_MM), "docx" if office is None else "pdf"
    portions = list(_portions(sheets, found, part, verify, office, progress))
    if len(portions) == 1:
        return f"chung-nhan-{slug}.{form}", WORD if office is None else PDF, portions[0][2]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for start, end, content in portions:
            packed.writestr(f"chung-nhan-{slug}-{start + 1:05d}-{end:05d}.{form}", content)
    return f"chung-nhan-{slug}.zip", ZIP, target.getvalue()


def _portions(
    sheets: Sheets, found: Sequence[Certificate], part: Part, verify: str, office: Path | None, progress: Progress
) -> Iterator[tuple[int, int, bytes]]:
    """Files with the certificates that they hold: (from, until, content), until not included."""
    start, size = 0, sheets.at_once(sheet_of(found[0], part, verify), certificate_rules.IN_ONE)
    progress(0, len(found))
    while start < len(found):
        end = min(start + size, len(found))
        content = sheets.filled([sheet_of(one, part, verify) for one in found[start:end]])
        if office is not None:
            try:
                content = pdf_of_word(office, content)
            except OfficeFailed:
                if end - start <= LEAST:
                    raise
                size = max(LEAST, (end - start) // 2)
                # Says that the work is alive, and ends it when it is somebody else's by now.
                progress(start, len(found))
                continue
        yield start, end, content
        start = end
        progress(end, len(found))
