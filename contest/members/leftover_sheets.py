"""The people left at an ended union as an Excel list that the import of people takes: one column is to be filled in."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from contest.accounts.models import Person
from contest.accounts.rules import KIND_NAMES, PersonKind
from contest.members.leftover_queries import Left
from contest.web.texts import say
from questions.messages import N_, message

#: Columns of ``contest.members.sheets``, in words that it reads in whatever language the page is, with their widths.
COLUMNS = (
    ("Họ tên", 30),
    ("Điện thoại", 16),
    ("Ngày sinh", 14),
    ("Đơn vị (mã)", 22),
    ("Tư cách", 20),
    ("Ngày vào", 14),
)
_UNION = 3
#: How much a list of choices inside a cell may hold.
MAX_CHOICES = 255
_HELP = (
    N_("Chỉ ghi cột Đơn vị (mã): mã của đơn vị nhận người đó. Dòng chưa biết thì xoá khỏi tệp, người đó vẫn còn lại."),
    N_("Người không có số điện thoại không có trong tệp: đánh dấu và chuyển họ ngay trên trang."),
)


def write(left: Left, people: Sequence[Person]) -> bytes:
    """Those with a phone, by name; a list names people by it. A second sheet says how, and who may take them."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        head, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        page, how = book.add_worksheet("Danh sách"), book.add_worksheet("Cách ghi")
        for column, (title, width) in enumerate(COLUMNS):
            page.set_column(column, column, width, text)
            page.write_string(0, column, title, head)
        reachable = [person for person in people if person.phone]
        for number, person in enumerate(reachable, start=1):
            for column, cell in enumerate(_cells(left, person)):
                page.write_string(number, column, cell, text)
        codes = [heir.code for heir in left.heirs]
        if codes and len(",".join(codes)) <= MAX_CHOICES:
            page.data_validation(1, _UNION, max(1, len(reachable)), _UNION, {"validate": "list", "source": codes})
        page.freeze_panes(1, 1)
        _explain(how, left, head)
    return out.getvalue()


def _cells(left: Left, person: Person) -> tuple[str, ...]:
    born = person.birth_on.strftime("%d/%m/%Y") if person.birth_on else ""
    kind = KIND_NAMES[PersonKind(person.kind)]
    return person.name, person.phone, born, "", kind, left.closed_on.strftime("%d/%m/%Y")


def _explain(how: xlsxwriter.worksheet.Worksheet, left: Left, head: xlsxwriter.format.Format) -> None:
    how.set_column(0, 0, 24)
    how.set_column(1, 1, 70)
    lines = [message(N_("Người còn ở %(union)s"), union=left.name), *(message(text) for text in _HELP)]
    for number, line in enumerate(lines):
        how.write_string(number, 0, say(line))
    first = len(lines) + 1
    how.write_string(first, 0, say(N_("Mã đơn vị nhận")), head)
    how.write_string(first, 1, say(N_("Tên")), head)
    for number, heir in enumerate(left.heirs, start=first + 1):
        how.write_string(number, 0, heir.code)
        how.write_string(number, 1, heir.name)
