"""Questions in an Excel workbook (.xlsx): our template, or any sheet with the same column names.

Two passes: :mod:`questions.formats.worksheet` looks at the XML of a sheet for what a reader of values cannot see
(merged cells, formulas never computed, errors, how far the sheet goes), then calamine reads the values. Calamine
holds a sheet as a full grid, so sheets that go too far are refused after the first pass.
"""

import datetime
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter
from python_calamine import CalamineWorkbook, SheetVisibleEnum
from xlsxwriter.worksheet import Worksheet

from questions.files import Package, Refused, open_package, refuse_foreign
from questions.formats import columns, sheet
from questions.formats.charset import converted, garbled
from questions.formats.common import MAX_QUESTIONS, never_raises, too_many
from questions.formats.legacy import Script, convert, hidden_script
from questions.formats.losses import losses_of
from questions.formats.worksheet import SheetFacts, Shown, archive_of, scan, sheet_parts
from questions.messages import N_, Message, message
from questions.rules import DIFFICULTY_NAMES, KIND_NAMES, MAX_CHOICES, SCORING_NAMES, Draft, Fault, ReadResult

EXTENSIONS = (".xlsx",)
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its name, what the first pass saw, and its rows."""

    name: str
    facts: SheetFacts
    values: Sequence[Sequence[object]]

    def rows(self, script: Script | None = None) -> Iterator[sheet.Row]:
        """All rows; ``script``: an old one in which every text is written."""
        for index, cells in enumerate(self.values):
            marks = self.facts.shown.get(index, {})
            texts = [shown(cell, marks.get(column)) for column, cell in enumerate(cells)]
            yield sheet.Row(
                index + 1,
                [convert(text, script) for text in texts] if script else texts,
                self.facts.problems.get(index, {}),
            )

    def length(self, header: sheet.Header) -> int:
        """Rows below the header with something in the column of the question, counted without reading them."""
        stem = header.fields["stem"]
        return sum(1 for cells in self.values[header.row :] if stem < len(cells) and cells[stem])

    def has_questions(self) -> bool:
        """Whether a header is found and something stands below it."""
        header = sheet.find_header(self.rows())
        return header is not None and any(any(row.cells) for row in self.rows() if row.number > header.row)


@never_raises
def read(data: bytes, find: columns.FindColumns | None = None) -> ReadResult:
    """Questions and faults of the first visible sheet with a header; rows are Excel's row numbers.

    ``find`` knows the columns of sheets whose header says nothing to us.
    """
    package, parts = _opened(data)
    with CalamineWorkbook.from_filelike(archive_of(package, parts)) as workbook:
        visible = list(_sheets(package, parts, workbook, hidden=False))
        chosen = _chosen(visible, find)
        if chosen is None:
            raise Refused(_why_none(visible, _sheets(package, parts, workbook, hidden=True)))
    one, header = chosen
    others = [] if find and columns.choose(one.rows, find) else _others(visible, one)
    if others:
        raise Refused(
            message(
                N_("Nhiều trang tính có câu hỏi: %(names)s. Hãy gộp vào một trang, hoặc ẩn các trang không nhập."),
                names=", ".join([one.name, *others]),
            )
        )
    if one.length(header) > MAX_QUESTIONS:
        raise Refused(too_many())
    text, notes = "\n".join(cell for row in one.rows() for cell in row.cells), []
    script = hidden_script(text)
    if script:
        notes = [Fault(converted(script))]
    elif trouble := garbled(text):
        raise Refused(trouble)
    return sheet.read_rows(one.rows(script), _merged(one, header), header, notes)


def look(data: bytes) -> columns.Look | None:
    """The top of the sheet to be read, for a person to say what its columns mean; raises Refused."""
    package, parts = _opened(data)
    with CalamineWorkbook.from_filelike(archive_of(package, parts)) as workbook:
        written = [one for one in _sheets(package, parts, workbook, hidden=False) if one.values]
    known = next((one for one in written if columns.choose(one.rows, None) or sheet.find_header(one.rows())), None)
    return columns.look((known or written[0]).rows()) if written else None


def _opened(data: bytes) -> tuple[Package, dict[str, str]]:
    refuse_foreign(data)
    package = open_package(data)
    parts = sheet_parts(package)
    if parts is None:
        raise Refused(message(N_("Đây không phải là tệp Excel (.xlsx). Hãy chọn lại tệp hoặc định dạng.")))
    return package, parts


def _chosen(visible: Sequence[Sheet], find: columns.FindColumns | None) -> tuple[Sheet, sheet.Header] | None:
    """The sheet with the questions and its header: one that somebody has explained, else one that explains itself."""
    for choose in (lambda one: columns.choose(one.rows, find), lambda one: sheet.find_header(one.rows())):
        for one in visible:
            header = choose(one)
            if header:
                return one, header
    return None


def _others(visible: Sequence[Sheet], chosen: Sheet) -> list[str]:
    return [one.name for one in visible if one is not chosen and one.has_questions()]


def _sheets(package: Package, parts: Mapping[str, str], workbook: CalamineWorkbook, *, hidden: bool) -> Iterator[Sheet]:
    """The worksheets that are visible, or those that are not."""
    for index, metadata in enumerate(workbook.sheets_metadata):
        if metadata.name in parts and (metadata.visible != SheetVisibleEnum.Visible) == hidden:
            facts = scan(package, parts[metadata.name], metadata.name)
            yield Sheet(metadata.name, facts, workbook.get_sheet_by_index(index).to_python(skip_empty_area=False))


def _why_none(visible: Sequence[Sheet], hidden: Iterable[Sheet]) -> Message:
    names = [one.name for one in hidden if one.has_questions()]
    if names:
        return message(
            N_("Câu hỏi nằm ở trang tính bị ẩn: %(names)s. Hãy cho hiện trang đó rồi nhập lại."), names=", ".join(names)
        )
    written = [one for one in visible if one.values]
    if not written:
        return message(N_("Các trang tính đều trống. Hãy nhập câu hỏi theo tệp mẫu."))
    return sheet.no_header(written[0].rows())


def _merged(one: Sheet, header: sheet.Header) -> list[Fault]:
    """A fault for each merged range that touches the questions."""
    found = []
    for name, first, last, left, right in one.facts.merged:
        touched = last + 1 > header.row and any(c in header.columns for c in range(left, right + 1))
        if touched:
            found.append(
                Fault(
                    message(
                        N_("Các ô %(cells)s bị gộp (dòng %(first)s đến %(last)s). Hãy bỏ gộp ô, ghi đủ từng dòng."),
                        cells=name,
                        first=first + 1,
                        last=last + 1,
                    ),
                    first + 1,
                )
            )
    return found


def shown(value: object, how: Shown | None = None) -> str:
    """A cell's value as people typed it: 20 and not 20.0, 2,5 with a comma, dates as dd/mm/yyyy.

    >>> [shown(v) for v in (20.0, 2.5, True, datetime.date(2023, 12, 1), datetime.time(7, 30))]
    ['20', '2,5', 'TRUE', '01/12/2023', '07:30']
    >>> shown(0.6, Shown.PERCENT), shown(datetime.date(2023, 12, 1), Shown.MONTH)
    ('60%', '12/2023')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value * 100) + "%" if how is Shown.PERCENT else _number(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time.min
        return value.strftime("%d/%m/%Y" if midnight else "%d/%m/%Y %H:%M")
    if isinstance(value, datetime.date):
        return value.strftime("%m/%Y" if how is Shown.MONTH else "%d/%m/%Y")
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    return str(value)


def _number(value: float) -> str:
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return format(value, ".15g").replace(".", ",")


_GUIDE = (
    ("Cột", "Cách ghi"),
    ("STT", "Số thứ tự, để bạn dễ theo dõi; phần mềm không dùng. Có thể để trống."),
    ("Mã câu", "Mã riêng của câu, không trùng nhau. Để trống thì phần mềm tự đặt; nhập lại cùng mã là sửa câu đó."),
    ("Chủ đề", "Tên chủ đề của câu. Ghi giống hệt nhau cho các câu cùng chủ đề. Có thể để trống."),
    ("Mức độ", "Dễ, Trung bình hoặc Khó. Để trống là Trung bình."),
    (
        "Loại",
        f"Một trong: {', '.join(KIND_NAMES.values())}. Để trống thì phần mềm nhận theo các cột khác.",
    ),
    ("Câu hỏi", "Nội dung câu hỏi. Bắt buộc."),
    (
        "Phương án A, B, C ...",
        f"Từ 2 đến {MAX_CHOICES} phương án. Cần hơn 4 phương án thì thêm cột Phương án E, F, G, H.",
    ),
    (
        "Đáp án",
        "Chữ cái của phương án đúng, ví dụ B; nhiều đáp án ghi A, C. Đúng hay sai: ghi Đúng hoặc Sai. Nhóm mệnh đề: "
        "ghi Đ hoặc S cho từng ý, ví dụ ĐSĐS. Trả lời ngắn: các đáp án chấp nhận, cách nhau bằng dấu |, ví dụ "
        "Hà Nội | Thủ đô Hà Nội; đáp án được một phần điểm ghi [50%] phía sau. Điền số: 3,14 ± 0,01. "
        "Sắp thứ tự: để trống nếu các phương án đã đúng thứ tự. Ghép đôi và Tự luận: để trống.",
    ),
    (
        "Giữ cuối",
        "Chữ cái của phương án luôn đứng cuối khi trộn, ví dụ D. Để trống thì phần mềm tự nhận theo lời "
        "(“Cả ba phương án trên”). Ghi Không để trộn mọi phương án.",
    ),
    ("Lời giải", "Giải thích vì sao đúng. Có thể để trống."),
    ("Nguồn", "Văn bản, điều khoản làm căn cứ. Nên ghi cho mọi câu."),
    ("Nhãn", "Các nhãn để tìm và rút đề, cách nhau bằng dấu chấm phẩy. Có thể để trống."),
    ("Vế phải A, B, C ...", "Câu ghép đôi: ý bên phải của từng phương án. Cột thêm khi cần."),
    ("Nhận xét A, B, C ...", "Lời nhận xét cho người chọn phương án (hoặc ghi đáp án) đó. Cột thêm khi cần."),
    ("Cách chấm", f"{'; '.join(SCORING_NAMES.values())}. Để trống là cách thường dùng. Cột thêm khi cần."),
    ("Tỉ lệ điểm", "Tỉ lệ điểm lần lượt của từng phương án, ví dụ 100%; -50%; 0%. Cột thêm khi cần."),
    ("So đáp án", "Câu trả lời ngắn: Đúng dấu, Đúng chữ hoa, hoặc để trống để bỏ qua. Cột thêm khi cần."),
    ("Số từ", "Câu tự luận: số từ ít nhất và nhiều nhất, ví dụ 50-300. Cột thêm khi cần."),
    ("Hướng dẫn chấm", "Câu tự luận: điều người chấm cần biết. Cột thêm khi cần."),
    ("Đoạn văn chung", "Đoạn văn mà nhiều câu liền nhau cùng dùng; ghi lại ở từng câu. Cột thêm khi cần."),
    ("Tên câu", "Tên ngắn của câu để dễ tìm. Cột thêm khi cần."),
    ("Cách viết", "Ghi Markdown nếu câu có công thức, bảng, chữ đậm viết theo Markdown. Cột thêm khi cần."),
    ("", "Mỗi câu một dòng. Không gộp ô, không dùng công thức, không ẩn trang tính có câu hỏi."),
)
_WIDTHS = {"STT": 6, "Mã câu": 12, "Chủ đề": 24, "Mức độ": 12, "Loại": 14, "Câu hỏi": 60, "Đáp án": 10}
_WIDTHS |= {"Giữ cuối": 10, "Lời giải": 40, "Nguồn": 40}


HOLDS = sheet.HOLDS


def losses(drafts: Sequence[Draft]) -> list[Fault]:
    """What a sheet cannot hold of these questions: the files of their pictures."""
    return losses_of(drafts, HOLDS)


def write(drafts: Sequence[Draft]) -> bytes:
    """The template filled with questions: every cell a text, a frozen header, a second sheet that explains."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        head = workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D9E2F3", "border": 1}
        )
        text = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        page = workbook.add_worksheet("Câu hỏi")
        table = list(sheet.table(drafts))
        for row, cells in enumerate(table):
            if row == 0:
                for column, title in enumerate(cells):
                    page.set_column(column, column, _WIDTHS.get(title, 28), text)
            for column, cell in enumerate(cells):
                if cell:
                    page.write_string(row, column, cell, text if row else head)
        page.freeze_panes(1, 0)
        _offer(page, table, sheet.TITLES["kind"], KIND_NAMES.values())
        _offer(page, table, sheet.TITLES["difficulty"], DIFFICULTY_NAMES.values())
        guide = workbook.add_worksheet("Hướng dẫn")
        guide.set_column(0, 0, 24, text)
        guide.set_column(1, 1, 100, text)
        for row, cells in enumerate(_GUIDE):
            for column, cell in enumerate(cells):
                guide.write_string(row, column, cell, text if row else head)
    return out.getvalue()


def _offer(page: Worksheet, table: Sequence[Sequence[str]], title: str, values: Iterable[str]) -> None:
    """A list to choose from below a column's title, for the questions and for as many more as a bank may get."""
    column = table[0].index(title)
    choices = {"validate": "list", "source": list(values), "ignore_blank": True, "error_type": "warning"}
    page.data_validation(1, column, len(table) + 1000, column, choices)
