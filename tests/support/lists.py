"""Lists of unions as files, for tests."""

import io

import xlsxwriter

HEADER = ["Mã", "Tên công đoàn", "Tên viết tắt", "Cấp", "Mã cấp trên"]
HEADER += ["Đoàn viên", "NLĐ", "Cán bộ", "Ngày số liệu", "Ghi chú"]
PROVINCE = ["LC", "Liên đoàn Lao động tỉnh Lai Châu", "LĐLĐ tỉnh Lai Châu", "LĐLĐ tỉnh", "", "", "", "", "", ""]
DISTRICT = ["LC-PT", "Liên đoàn Lao động huyện Phong Thổ", "LĐLĐ huyện Phong Thổ", "Cấp trên trực tiếp cơ sở", "LC"]
SCHOOL = ["LC-PT-001", "CĐCS Trường Mầm non Sơn Ca", "", "Cơ sở", "LC-PT", 32, 3, 2, "30/09/2023", "Đơn vị hư cấu"]


def workbook(rows, header=HEADER, hidden=False, name="Công đoàn"):
    """An Excel file of one sheet; a hidden one stands behind an empty visible one."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        if hidden:
            book.add_worksheet("Bìa")
        page = book.add_worksheet(name)
        for number, row in enumerate([header, *rows]):
            for column, value in enumerate(row):
                page.write(number, column, value)
        if hidden:
            page.hide()
    return out.getvalue()


def text(rows, header=HEADER, delimiter=";", encoding="utf-8-sig"):
    """The same as CSV."""
    lines = [delimiter.join(str(cell) for cell in row) for row in [header, *rows]]
    return "\r\n".join(lines).encode(encoding)


def grassroots(count, parent="LC-PT"):
    """Rows of so many grassroots unions of ten members each."""
    tail = ["", "Cơ sở", parent, 10, "", "", "30/09/2023", ""]
    return [[f"{parent}-{n:05}", f"CĐCS số {n}", *tail] for n in range(count)]
