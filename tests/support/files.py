"""Files as organizers have them."""

from pathlib import Path

import docx
import xlsxwriter


def unions_file(path: Path) -> Path:
    """A province with a district and two grassroots unions of it."""
    rows = [
        ["Mã", "Tên công đoàn", "Tên viết tắt", "Cấp", "Mã cấp trên", "Đoàn viên"],
        ["LC", "Liên đoàn Lao động tỉnh Lai Châu", "LĐLĐ tỉnh", "LĐLĐ tỉnh", "", None],
        ["LC-PT", "Liên đoàn Lao động huyện Phong Thổ", "LĐLĐ Phong Thổ", "Cấp trên trực tiếp cơ sở", "LC", None],
        ["LC-PT-1", "CĐCS Trường Mầm non Nậm Xe", "", "Cơ sở", "LC-PT", 24],
        ["LC-PT-2", "CĐCS Trung tâm Y tế Phong Thổ", "", "Cơ sở", "LC-PT", 80],
    ]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def questions_file(path: Path, count: int, keyless: int | None = None) -> Path:
    """A Word file typed as usual; ``keyless`` leaves out the key of one question. The key always reads "Đúng ..."."""
    document = docx.Document()
    document.add_heading("Phần I. Lịch sử tỉnh Lai Châu", level=1)
    for number in range(1, count + 1):
        document.add_paragraph(f"Câu {number}. Mốc lịch sử số {number} của tỉnh Lai Châu là mốc nào?")
        for place, letter in enumerate("ABCD"):
            word = "Đúng" if place == number % 4 else "Sai"
            document.add_paragraph(f"{letter}. {word} {number}.{place}")
        if number != keyless:
            document.add_paragraph(f"Đáp án: {'ABCD'[number % 4]}")
        document.add_paragraph(f"Nguồn: Tài liệu tuyên truyền, mục {number}")
    document.save(path)
    return path
