"""Questions in a Word file as people in Vietnam type them, and the same layout written back.

Read: "Câu 1." and its like, options A to H, the key by a line, a table or a mark on the option, see
:mod:`questions.formats.grammar`, :mod:`~questions.formats.paper` and :mod:`~questions.formats.question`.
Rows of faults are numbers of paragraphs; each fault also names its question.
"""

import io
from collections.abc import Iterator, Sequence

import docx as python_docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from questions.files import Refused, looks_zipped, open_package, refuse_foreign
from questions.formats import grammar, paper, question
from questions.formats.charset import garbled
from questions.formats.common import checked, never_raises
from questions.formats.word import PLAIN, document, plain_text
from questions.formats.wording import keys_of, last_of
from questions.messages import N_, message
from questions.rules import DIFFICULTY_NAMES, KIND_NAMES, LETTERS, Draft, Kind, ReadResult

EXTENSIONS = (".docx",)
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@never_raises
def read(data: bytes) -> ReadResult:
    """Questions and faults of a Word file."""
    refuse_foreign(data)
    part = _main_part(data)
    items = document(*part)
    trouble = garbled(plain_text(items))
    if trouble:
        raise Refused(trouble)
    blocks, faults = paper.blocks(items)
    if not blocks and not faults:
        raise Refused(message(N_("Không thấy câu hỏi nào. Hãy ghi “Câu 1.” trước câu hỏi, “A.” “B.” trước phương án.")))
    return checked((question.question(block) for block in blocks), faults)


def _main_part(data: bytes):
    """The package and the name of its part that holds the text; Refused for a zip of something else."""
    if looks_zipped(data):
        package = open_package(data)
        names = sorted(name for name in package.parts if name.startswith("word/document") and name.count("/") == 1)
        if names:
            return package, names[0]
    raise Refused(message(N_("Đây không phải là tệp Word (.docx). Hãy chọn lại tệp hoặc định dạng.")))


def write(drafts: Sequence[Draft]) -> bytes:
    """A Word file in the layout that :func:`read` reads; lines that look like something else are kept as text."""
    book = python_docx.Document()
    book.core_properties.title = "Ngân hàng câu hỏi"
    book.core_properties.author = ""
    section = book.element.body.sectPr
    title = _paragraph([("NGÂN HÀNG CÂU HỎI", True)])
    section.addprevious(title)
    topic = ""
    for number, draft in enumerate(drafts, start=1):
        if draft.topic != topic:
            topic = draft.topic
            section.addprevious(_paragraph([(f"Chủ đề: {topic}", True)]))
        for pieces in _question(number, draft):
            section.addprevious(_paragraph(pieces))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _question(number: int, draft: Draft) -> Iterator[list[tuple[str, bool]]]:
    """Paragraphs of a question, each as pieces of text that are bold or not."""
    yield [(f"Câu {number}.", True), (" " + _kept(draft.stem), False)]
    for letter, choice in zip(LETTERS, draft.choices, strict=False):
        yield [(f"{letter}. {_kept(choice.text)}", False)]
    yield [(f"Đáp án: {keys_of(draft.choices)}", False)]
    if draft.kind is Kind.MULTIPLE:
        yield [(f"Loại: {KIND_NAMES[draft.kind]}", False)]
    yield [(f"Mức độ: {DIFFICULTY_NAMES[draft.difficulty]}", False)]
    last = last_of(draft.choices)
    for label, text in (
        ("Giữ cuối", last),
        ("Mã", draft.code),
        ("Nguồn", draft.source),
        ("Lời giải", draft.explanation),
    ):
        if text:
            yield [(f"{label}: {_kept(text)}", False)]


def _kept(text: str) -> str:
    """A question's own text with the mark for plain text on lines that look like something else.

    The first line follows a label and needs none.
    """
    first, *rest = text.split("\n")
    return "\n".join([first, *(PLAIN + line if grammar.needs_mark(line) else line for line in rest)])


def _paragraph(pieces: Sequence[tuple[str, bool]]):
    paragraph = OxmlElement("w:p")
    for text, bold in pieces:
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
        paragraph.append(run)
    return paragraph
