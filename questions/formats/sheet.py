"""Our table of questions, one a row: the same columns in Excel and in CSV.

The header row is found by its names (case, diacritics and blanks apart) in the first rows; columns may stand in
any order, and columns that are not ours are left alone.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from questions.files import Refused
from questions.formats.common import MAX_QUESTIONS, Found, checked, too_many
from questions.formats.fields import read_difficulty, read_key, read_kind, read_last
from questions.formats.wording import keys_of, last_of
from questions.messages import N_, Message, message
from questions.rules import (
    DIFFICULTY_NAMES,
    LETTERS,
    MAX_CHOICES,
    Choice,
    Difficulty,
    Draft,
    Fault,
    Kind,
    ReadResult,
    clean,
)
from questions.text import fold

HEADER_ROWS = 10
KIND_NAMES = {Kind.SINGLE: "Một đáp án", Kind.MULTIPLE: "Nhiều đáp án"}

#: Column names as folded letters and digits only; the first is ours, the others are seen in other people's files.
_NAMES = {
    "number": ("stt", "tt", "so", "sothutu"),
    "code": ("macau", "ma", "macauhoi", "code"),
    "topic": ("chude", "chuyende", "linhvuc", "phan", "chuong", "topic"),
    "difficulty": ("mucdo", "dokho", "mucdonhanthuc", "capdo", "difficulty"),
    "kind": ("loai", "loaicau", "loaicauhoi", "kieu", "kieucauhoi"),
    "stem": ("cauhoi", "noidungcauhoi", "noidung", "cauhoitracnghiem", "question"),
    "key": ("dapan", "dapandung", "ketqua", "traloidung", "cautraloidung", "phuongandung", "key", "answer"),
    "last": ("giucuoi", "luoncuoi", "codinhcuoi"),
    "explanation": ("loigiai", "giaithich", "huongdan", "huongdangiai", "loigiaichitiet", "explanation"),
    "source": ("nguon", "cancu", "trichdan", "nguontrichdan", "source"),
}
_FIELD = {name: field for field, names in _NAMES.items() for name in names}
_CHOICE = re.compile(r"(phuongan|dapan|luachon|traloi|cautraloi|pa|da|option)?(?:([a-z])|([1-9]\d?))")
TITLES = {
    "number": "STT",
    "code": "Mã câu",
    "topic": "Chủ đề",
    "difficulty": "Mức độ",
    "kind": "Loại",
    "stem": "Câu hỏi",
    "key": "Đáp án",
    "last": "Giữ cuối",
    "explanation": "Lời giải",
    "source": "Nguồn",
}


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one row as text, with the row's number as the organizer sees it and the faults of single cells."""

    number: int
    cells: Sequence[str]
    problems: Mapping[int, Message] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column stands: by field ("stem", "key" ...) and by the index of the option."""

    row: int
    fields: Mapping[str, int]
    choices: Mapping[int, int]

    @property
    def columns(self) -> Container[int]:
        """All columns that are read."""
        return frozenset((*self.fields.values(), *self.choices.values()))

    @property
    def complete(self) -> bool:
        return "stem" in self.fields and "key" in self.fields and {0, 1} <= self.choices.keys()


def _squeeze(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(re.sub(r"\([^)]*\)|\[[^\]]*\]", "", name)))


def header_of(row: Row) -> Header:
    """The columns of a row taken as header; raises Refused when a column stands twice or is one too many."""
    fields: dict[str, int] = {}
    choices: dict[int, int] = {}
    for place, cell in enumerate(row.cells):
        name = _squeeze(cell)
        if not name:
            continue
        index = _choice_index(name)
        if name in _FIELD:
            target, key = fields, _FIELD[name]
        elif index is not None:
            target, key = choices, index
        else:
            continue
        if key in target:
            raise Refused(message(N_("Cột “%(name)s” có hai lần. Hãy để lại một cột."), name=clean(cell)), row.number)
        target[key] = place
    return Header(row.number, fields, choices)


def _choice_index(name: str) -> int | None:
    """Index of the option a column is for, beyond the last one too; bare letters count only from A to H."""
    match = _CHOICE.fullmatch(name)
    if not match:
        return None
    index = ord(match[2]) - ord("a") if match[2] else int(match[3]) - 1
    return index if match[1] or index < MAX_CHOICES else None


def find_header(rows: Iterable[Row]) -> Header | None:
    """The first row that names the question, its options and the key; None when there is none."""
    for row in islice(rows, HEADER_ROWS):
        header = _header_or_none(row)
        if header:
            return header
    return None


def _header_or_none(row: Row) -> Header | None:
    names = [_squeeze(cell) for cell in row.cells]
    if not any(_FIELD.get(name) == "stem" for name in names):
        return None
    header = header_of(row)
    return header if header.complete else None


def no_header(rows: Iterable[Row]) -> Message:
    """What to say about a sheet without header: which columns it lacks, if it has some."""
    wanted = "Câu hỏi, Phương án A, Phương án B, Đáp án"
    for row in islice(rows, HEADER_ROWS):
        header = header_of(row)
        if "stem" in header.fields or {0, 1} <= header.choices.keys():
            missing = [TITLES[name] for name in ("stem", "key") if name not in header.fields]
            missing += [f"Phương án {LETTERS[index]}" for index in (0, 1) if index not in header.choices]
            return message(
                N_("Dòng tiêu đề thiếu cột: %(columns)s. Hãy thêm cột rồi nhập lại."), columns=", ".join(missing)
            )
    return message(
        N_("Không thấy dòng tiêu đề trong %(rows)s dòng đầu. Hãy tải tệp mẫu; cần có các cột: %(columns)s."),
        rows=HEADER_ROWS,
        columns=wanted,
    )


def read_rows(rows: Iterable[Row], faults: Iterable[Fault] = ()) -> ReadResult:
    """All questions of a table; raises Refused when it has no header or too many rows."""
    rest = iter(rows)
    top = list(islice(rest, HEADER_ROWS))
    header = find_header(top)
    if header is None:
        raise Refused(no_header(top))
    unknown = [index for index in header.choices if index >= MAX_CHOICES]
    if unknown:
        raise Refused(
            message(N_("Bảng có quá %(n)s cột phương án. Hãy bớt cột (từ A đến H)."), n=MAX_CHOICES), header.row
        )
    body = chain((row for row in top if row.number > header.row), rest)
    return checked(_found(body, header), faults)


def _found(rows: Iterable[Row], header: Header) -> Iterator[Found]:
    count = 0
    for row in rows:
        one = _question(row, header)
        if one is None:
            continue
        count += 1
        if count > MAX_QUESTIONS:
            raise Refused(too_many())
        yield one


def _question(row: Row, header: Header) -> Found | None:
    """The question of a row; None for a row with nothing but a number in it."""

    def cell(place: int | None) -> str:
        return clean(row.cells[place]) if place is not None and place < len(row.cells) else ""

    values = {name: cell(place) for name, place in header.fields.items()}
    texts = [cell(header.choices.get(index)) for index in range(MAX_CHOICES)]
    values.pop("number", None)
    problems = [row.problems[place] for place in sorted(row.problems) if place in header.columns]
    if not any(values.values()) and not any(texts) and not problems:
        return None
    while texts and not texts[-1]:
        texts.pop()
    one = _draft(row.number, values, texts)
    one.faults[:0] = problems
    one.key_told = one.key_told or header.fields["key"] in row.problems
    return one


def _draft(row: int, values: Mapping[str, str], texts: Sequence[str]) -> Found:
    faults: list[Message] = []
    keys = read_key(values["key"], len(texts), faults) if values["key"] else frozenset()
    told = keys is None
    keys = keys or frozenset()
    last = read_last(values.get("last", ""), texts, faults)
    draft = Draft(
        stem=values["stem"],
        choices=tuple(Choice(text, index in keys, index in last) for index, text in enumerate(texts)),
        kind=read_kind(values.get("kind", ""), Kind.MULTIPLE if len(keys) > 1 else Kind.SINGLE, faults),
        code=_one_line(values.get("code", "")) or None,
        topic=_one_line(values.get("topic", "")),
        difficulty=read_difficulty(values.get("difficulty", ""), Difficulty.MEDIUM, faults),
        source=values.get("source", ""),
        explanation=values.get("explanation", ""),
        row=row,
    )
    return Found(draft, faults=faults, key_told=told)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def table(drafts: Sequence[Draft], least_choices: int = 4) -> Iterator[list[str]]:
    """The way back: the header, then a row a question, all cells as text."""
    count = max([least_choices, *(len(draft.choices) for draft in drafts)])
    titles = list(TITLES.values())
    split = titles.index(TITLES["stem"]) + 1
    yield [*titles[:split], *(f"Phương án {letter}" for letter in LETTERS[:count]), *titles[split:]]
    for number, draft in enumerate(drafts, start=1):
        texts = [choice.text for choice in draft.choices] + [""] * (count - len(draft.choices))
        yield [
            str(number),
            draft.code or "",
            draft.topic,
            DIFFICULTY_NAMES[draft.difficulty],
            KIND_NAMES[draft.kind],
            draft.stem,
            *texts,
            keys_of(draft.choices),
            last_of(draft.choices),
            draft.explanation,
            draft.source,
        ]
