"""Our table of questions, one a row: the same columns in Excel and in CSV.

The header row is found by its names (case, diacritics and blanks apart) in the first rows; columns may stand in
any order, and columns that are not ours are left alone.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from questions.files import Refused
from questions.formats.build import Raw, build, letters_of, usual_scoring
from questions.formats.common import MAX_QUESTIONS, Found, checked, too_many
from questions.formats.losses import EVERY_KIND, EVERY_PART, Holds, Part
from questions.formats.typed import write_answers, write_shares, write_tags, write_truths
from questions.formats.wording import keys_of, last_of
from questions.messages import N_, Message, message
from questions.rules import (
    DIFFICULTY_NAMES,
    KIND_NAMES,
    LETTERED,
    LETTERS,
    MAX_ANSWERS,
    MAX_CHOICES,
    ROWED,
    SCORING_NAMES,
    Draft,
    Fault,
    Kind,
    Markup,
    ReadResult,
    clean,
)
from questions.text import fold

HEADER_ROWS = 10

#: Column names as folded letters and digits only; the first is ours, the others are seen in other people's files.
_NAMES = {
    "number": ("stt", "tt", "so", "sothutu"),
    "code": ("macau", "ma", "macauhoi", "code"),
    "topic": ("chude", "chuyende", "linhvuc", "phan", "chuong", "topic"),
    "difficulty": ("mucdo", "dokho", "mucdonhanthuc", "capdo", "difficulty"),
    "kind": ("loai", "loaicau", "loaicauhoi", "kieu", "kieucauhoi"),
    "stem": ("cauhoi", "noidungcauhoi", "noidung", "cauhoitracnghiem", "question", "questiontext"),
    "key": (
        *("dapan", "dapandung", "dapanchinhxac", "ketqua", "traloidung", "cautraloidung", "phuongandung"),
        *("luachondung", "key", "answer", "answers", "answerkey", "rightanswer"),
        *("correct", "correctanswer", "correctanswers", "correctoption"),
    ),
    "last": ("giucuoi", "luoncuoi", "codinhcuoi"),
    "explanation": ("loigiai", "giaithich", "huongdan", "huongdangiai", "loigiaichitiet", "explanation"),
    "source": ("nguon", "cancu", "trichdan", "nguontrichdan", "source"),
    "title": ("tencau", "tencauhoi", "tieude", "title"),
    "tags": ("nhan", "the", "tags", "tag"),
    "scoring": ("cachcham", "cachtinhdiem", "scoring"),
    "shares": ("tilediem", "tylediem"),
    "compare": ("sodapan",),
    "words": ("sotu", "gioihansotu"),
    "markup": ("cachviet", "markup"),
    "passage": ("doanvanchung", "doanvan", "doandan", "ngulieu", "passage"),
    "guide": ("huongdancham", "guide"),
}
_FIELD = {name: field for field, names in _NAMES.items() for name in names}
_CHOICE = re.compile(
    r"(phuongan|dapan|luachon|traloi|cautraloi|pa|da|option|answer(?!s$)|choice(?!s$))?(?:([a-z])|([1-9]\d?))"
)
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
    "title": "Tên câu",
    "tags": "Nhãn",
    "scoring": "Cách chấm",
    "shares": "Tỉ lệ điểm",
    "compare": "So đáp án",
    "words": "Số từ",
    "markup": "Cách viết",
    "passage": "Đoạn văn chung",
    "guide": "Hướng dẫn chấm",
}
#: Columns that stand in every file; the others where a question needs them.
ALWAYS = ("number", "code", "topic", "difficulty", "kind", "stem", "key", "last", "explanation", "source", "tags")
_SIDE = re.compile(r"(vephai|ghepvoi|cotb)(?:([a-z])|([1-9]\d?))|(nhanxet|phanhoi)(?:([a-z])|([1-9]\d?))")
HOLDS = Holds(EVERY_KIND, EVERY_PART - {Part.PICTURES})


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one row as text, with the row's number as the organizer sees it and the faults of single cells."""

    number: int
    cells: Sequence[str]
    problems: Mapping[int, Message] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column stands: by field ("stem", "key" ...), and by the index of the option it belongs to.

    ``matches`` are right sides of pairs, ``feedbacks`` what is said to who chose an option or gave an answer.
    """

    row: int
    fields: Mapping[str, int]
    choices: Mapping[int, int]
    matches: Mapping[int, int] = field(default_factory=dict)
    feedbacks: Mapping[int, int] = field(default_factory=dict)

    @property
    def columns(self) -> Container[int]:
        """All columns that are read."""
        sides = (self.fields, self.choices, self.matches, self.feedbacks)
        return frozenset(place for side in sides for place in side.values())

    @property
    def complete(self) -> bool:
        return {"stem", "key"} <= self.fields.keys() and ("kind" in self.fields or {0, 1} <= self.choices.keys())


def _squeeze(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(re.sub(r"\([^)]*\)|\[[^\]]*\]", "", name)))


def header_of(row: Row) -> Header:
    """The columns of a row taken as header; raises Refused when a column stands twice or is one too many."""
    header = Header(row.number, {}, {}, {}, {})
    for place, cell in enumerate(row.cells):
        target, key = _column(_squeeze(cell), header)
        if target is None:
            continue
        if key in target:
            raise Refused(message(N_("Cột “%(name)s” có hai lần. Hãy để lại một cột."), name=clean(cell)), row.number)
        target[key] = place
    return header


def _column(name: str, header: Header) -> tuple[dict | None, str | int]:
    """Which part of a header a column's name belongs to, and under which key."""
    if name in _FIELD:
        return header.fields, _FIELD[name]
    side = _SIDE.fullmatch(name)
    if side:
        target = header.matches if side[1] else header.feedbacks
        letter, number = (side[2], side[3]) if side[1] else (side[5], side[6])
        return target, ord(letter) - ord("a") if letter else int(number) - 1
    index = _choice_index(name) if name else None
    return (header.choices, index) if index is not None else (None, "")


def column_named(title: str) -> str | None:
    """What a column of this name holds: a field, "choice0" for option A, "match0", "feedback0"; None for others."""
    header = Header(0, {}, {}, {}, {})
    target, key = _column(_squeeze(title), header)
    if target is None:
        return None
    sides = {id(header.choices): "choice", id(header.matches): "match", id(header.feedbacks): "feedback"}
    return f"{sides.get(id(target), '')}{key}"


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


def read_rows(
    rows: Iterable[Row], faults: Iterable[Fault] = (), header: Header | None = None, notes: Iterable[Fault] = ()
) -> ReadResult:
    """All questions of a table; raises Refused when it has no header or too many rows.

    ``header``: columns that a person has named, for tables whose own header says nothing to us.
    """
    rest = iter(rows)
    top = list(islice(rest, HEADER_ROWS))
    header = header or find_header(top)
    if header is None:
        raise Refused(no_header(top))
    unknown = [index for index in header.choices if index >= MAX_CHOICES]
    if unknown:
        raise Refused(
            message(N_("Bảng có quá %(n)s cột phương án. Hãy bớt cột (từ A đến H)."), n=MAX_CHOICES), header.row
        )
    body = chain((row for row in top if row.number > header.row), rest)
    return checked(_found(body, header), faults, notes)


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
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    def side(places: Mapping[int, int], most: int) -> list[str]:
        texts = [cell(places.get(index)) for index in range(most)]
        while texts and not texts[-1].strip():
            texts.pop()
        return texts

    values = {name: cell(place) for name, place in header.fields.items() if name != "number"}
    texts, matches = side(header.choices, MAX_CHOICES), side(header.matches, MAX_CHOICES)
    problems = [row.problems[place] for place in sorted(row.problems) if place in header.columns]
    if not any(map(str.strip, values.values())) and not texts and not matches and not problems:
        return None
    raw = Raw(
        stem=values.pop("stem", ""),
        options=texts,
        matches=matches,
        feedbacks=side(header.feedbacks, MAX_ANSWERS),
        passage=values.pop("passage", ""),
        topic=values.pop("topic", ""),
        markup=Markup.MARKDOWN if fold(values.pop("markup", "")) == "markdown" else Markup.PLAIN,
        fields=values,
        told=header.fields.get("key") in row.problems,
    )
    return build(raw, row.number, None, problems)


def table(drafts: Sequence[Draft], least_choices: int = 4) -> Iterator[list[str]]:
    """The way back: the header, then a row a question, all cells as text."""
    rows = [_cells(number, draft) for number, draft in enumerate(drafts, start=1)]
    used = {name for row in rows for name, text in row.items() if text}
    titles = titles_of(used, least_choices)
    yield list(titles.values())
    for row in rows:
        yield [row.get(name, "") for name in titles]


def titles_of(used: Container[str], least_choices: int = 4) -> dict[str, str]:
    """Names of the columns by what stands in them: those of every file, and those that are used."""
    letters = letters_of(MAX_ANSWERS)
    most = max([least_choices, *(n for n in range(1, MAX_CHOICES + 1) if f"choice{n - 1}" in used)])
    sides = {f"match{n}": f"Vế phải {letter}" for n, letter in enumerate(letters)}
    sides |= {f"feedback{n}": f"Nhận xét {letter}" for n, letter in enumerate(letters)}
    titles: dict[str, str] = {}
    for name, title in TITLES.items():
        if name in ALWAYS or name in used:
            titles[name] = title
        if name == "stem":
            titles |= {f"choice{n}": f"Phương án {LETTERS[n]}" for n in range(most)}
            titles |= {name: title for name, title in sides.items() if name in used}
    return titles


def _cells(number: int, draft: Draft) -> dict[str, str]:
    """What stands in each column for a question, by the column's name."""
    cells = {
        "number": str(number),
        "code": draft.code or "",
        "topic": draft.topic,
        "difficulty": DIFFICULTY_NAMES[draft.difficulty],
        "kind": KIND_NAMES[draft.kind],
        "stem": draft.stem,
        "key": key_of(draft),
        "last": last_of(draft.choices) if draft.kind is not Kind.TRUEFALSE else "",
        "explanation": draft.explanation,
        "source": draft.source,
        **beside(draft),
        "markup": "Markdown" if draft.markup is Markup.MARKDOWN else "",
        "passage": draft.passage,
        "guide": draft.guide,
    }
    for index, choice in enumerate(draft.choices):
        cells[f"choice{index}"] = choice.text if draft.kind is not Kind.TRUEFALSE else ""
        cells[f"match{index}"] = choice.match
    for index, one in enumerate(draft.choices or draft.answers):
        cells[f"feedback{index}"] = one.feedback
    return cells


def key_of(draft: Draft) -> str:
    """The key as it is written in one cell or line."""
    if draft.kind is Kind.TRUEFALSE:
        return next((choice.text for choice in draft.choices if choice.correct), "")
    if draft.kind is Kind.STATEMENTS:
        return write_truths(draft.choices)
    if draft.kind in ROWED or draft.kind not in LETTERED:
        return write_answers(draft)
    return keys_of(draft.choices)


def beside(draft: Draft) -> dict[str, str]:
    """What of a question fits on one line and is not said by every question; empty texts for what is usual."""
    compare = [word for word, said in (("Đúng dấu", draft.exact), ("Đúng chữ hoa", draft.case)) if said]
    limits = (draft.min_words, draft.max_words)
    usual = draft.scoring is usual_scoring(draft.kind, len(draft.choices))
    return {
        "title": draft.title,
        "tags": write_tags(draft.tags),
        "scoring": "" if usual else SCORING_NAMES[draft.scoring],
        "shares": write_shares(draft),
        "compare": ", ".join(compare),
        "words": "" if limits == (None, None) else "-".join("" if one is None else str(one) for one in limits),
    }
