"""Questions as a Word file in the layout that people in Vietnam type, read back by ``questions.formats.docx``."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import docx
from docx.image.exceptions import UnrecognizedImageError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from PIL import Image

from questions.formats import grammar, sheet
from questions.formats.build import letters_of
from questions.formats.word import PLAIN
from questions.formats.wording import last_of
from questions.rules import DIFFICULTY_NAMES, KIND_NAMES, LETTERS, TRUE_FALSE, Draft, Kind, Markup

#: Pictures are not wider than the text of an A4 page.
WIDEST = Cm(15)
_PICTURE = re.compile(r"!\[((?:\\.|[^\]\[\\\n]){0,300})\]\(hinh:([0-9a-f]{64})\)")
#: What stands behind a label, in this order; the names are those of ``sheet.beside``.
_LABELS = {
    "scoring": "Cách chấm",
    "shares": "Tỉ lệ điểm",
    "compare": "So đáp án",
    "words": "Số từ",
    "title": "Tên câu",
    "tags": "Nhãn",
}

#: Text that is bold or not.
Piece = tuple[str, bool]


def write(drafts: Sequence[Draft], pictures: Mapping[str, bytes]) -> bytes:
    """The file; ``pictures`` by the SHA-256 that texts name them with."""
    return _Writer(pictures).write(drafts)


class _Writer:
    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._pictures = pictures
        self._book = docx.Document()
        self._book.core_properties.title = "Ngân hàng câu hỏi"
        self._book.core_properties.author = ""
        self._end = self._book.element.body.sectPr
        self._markdown = False

    def write(self, drafts: Sequence[Draft]) -> bytes:
        self._add([("NGÂN HÀNG CÂU HỎI", True)])
        topic, number = "", 1
        for passage, run in groupby(drafts, key=lambda draft: (draft.passage, draft.markup)):
            group = list(run)
            for place, draft in enumerate(group):
                if draft.topic != topic:
                    topic = draft.topic
                    self._add([(f"Chủ đề: {topic}", True)])
                self._markdown = draft.markup is Markup.MARKDOWN
                if place == 0 and passage[0]:
                    to = number + len(group) - 1
                    label = f"Đoạn văn chung cho câu {number} đến câu {to}:"
                    self._add([(label, True), (" " + _kept(passage[0]), False)])
                for pieces in _question(number, draft):
                    self._add(pieces)
                number += 1
        out = io.BytesIO()
        self._book.save(out)
        return out.getvalue()

    def _add(self, pieces: Sequence[Piece]) -> None:
        paragraph = OxmlElement("w:p")
        for text, bold in pieces:
            start = 0
            for match in _PICTURE.finditer(text) if self._markdown else ():
                drawing = self._drawing(match[2], match[1])
                if drawing is not None:
                    paragraph.append(_run(text[start : match.start()], bold))
                    paragraph.append(drawing)
                    start = match.end()
            paragraph.append(_run(text[start:], bold))
        self._end.addprevious(paragraph)

    def _drawing(self, sha: str, words: str):
        """A run with the picture, which carries the name that texts call it by; None where it cannot be shown."""
        data = self._pictures.get(sha)
        if data is None:
            return None
        try:
            inline = self._inline(data)
        except (UnrecognizedImageError, OSError):
            return None
        inline.docPr.set("name", f"hinh:{sha}")
        inline.docPr.set("descr", words)
        run, drawing = OxmlElement("w:r"), OxmlElement("w:drawing")
        drawing.append(inline)
        run.append(drawing)
        return run

    def _inline(self, data: bytes):
        part = self._book.part
        try:
            inline = part.new_pic_inline(io.BytesIO(data), None, None)
        except UnrecognizedImageError:
            # Word does not show WebP.
            out = io.BytesIO()
            Image.open(io.BytesIO(data)).convert("RGB").save(out, "PNG")
            data = out.getvalue()
            inline = part.new_pic_inline(io.BytesIO(data), None, None)
        return part.new_pic_inline(io.BytesIO(data), WIDEST, None) if inline.extent.cx > WIDEST else inline


def _question(number: int, draft: Draft) -> Iterator[list[Piece]]:
    """Paragraphs of a question."""
    yield [(f"Câu {number}.", True), (" " + _kept(draft.stem), False)]
    letters = LETTERS.lower() if draft.kind is Kind.STATEMENTS else LETTERS
    sign = ")" if draft.kind is Kind.STATEMENTS else "."
    for letter, choice in zip(letters, draft.choices if draft.kind is not Kind.TRUEFALSE else (), strict=False):
        yield [(f"{letter}{sign} {_kept(choice.text)}", False)]
    for letter, choice in zip(LETTERS, draft.choices, strict=False):
        if choice.match:
            yield [(f"Ghép {letter}: {_kept(choice.match)}", False)]
    for label, text in _labelled(draft):
        if text:
            yield [(f"{label}: {_kept(text)}", False)]


def lines(number: int, draft: Draft) -> list[str]:
    """The paragraphs of a question as they are typed."""
    return ["".join(text for text, _ in pieces) for pieces in _question(number, draft)]


def _labelled(draft: Draft) -> Iterator[tuple[str, str]]:
    """The lines below a question, with empty texts for what it does not have."""
    plain = draft.kind is Kind.SINGLE and tuple(choice.text for choice in draft.choices) != TRUE_FALSE
    yield "Đáp án", sheet.key_of(draft)
    yield "Loại", "" if plain else KIND_NAMES[draft.kind]
    yield "Mức độ", DIFFICULTY_NAMES[draft.difficulty]
    yield "Giữ cuối", last_of(draft.choices) if draft.kind is not Kind.TRUEFALSE else ""
    yield "Mã", draft.code or ""
    beside = sheet.beside(draft)
    for name, label in _LABELS.items():
        yield label, beside[name]
    yield "Cách viết", "Markdown" if draft.markup is Markup.MARKDOWN else ""
    rows = draft.choices or draft.answers
    for letter, one in zip(letters_of(len(rows)), rows, strict=True):
        yield f"Nhận xét {letter}", one.feedback
    yield "Hướng dẫn chấm", draft.guide
    yield "Nguồn", draft.source
    yield "Lời giải", draft.explanation


def _kept(text: str) -> str:
    """A question's own text with the mark for plain text on lines that look like something else.

    The first line follows a label and needs none.
    """
    first, *rest = text.split("\n")
    return "\n".join([first, *(PLAIN + line if grammar.needs_mark(line) else line for line in rest)])


def _run(text: str, bold: bool):
    run = OxmlElement("w:r")
    if bold:
        properties = OxmlElement("w:rPr")
        properties.append(OxmlElement("w:b"))
        run.append(properties)
    for place, line in enumerate(text.split("\n")):
        if place:
            run.append(OxmlElement("w:br"))
        content = OxmlElement("w:t")
        content.text = line
        content.set(qn("xml:space"), "preserve")
        run.append(content)
    return run
