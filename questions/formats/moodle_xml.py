"""Questions in Moodle XML: https://docs.moodle.org/en/Moodle_XML_format, with categories, pictures and tags.

What Moodle has no field for is written as tags (see :mod:`questions.formats.moodle_tags`); texts in our Markdown
are written as HTML for Moodle, with their source beside it, which Moodle leaves alone and which is read back as long
as the HTML has not been changed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from questions.files import Refused
from questions.formats import moodle_tags
from questions.formats.charset import unicode_text
from questions.formats.common import MAX_QUESTIONS, Found, checked, never_raises, too_many
from questions.formats.fields import short
from questions.formats.legacy import convert, hidden_script
from questions.formats.losses import losses_of
from questions.formats.moodle import MAX_PARTS, Marked, Unread, fitting_title, settled, too_many_parts, topic_of
from questions.formats.moodle_xml_kinds import READERS, Item, kind_name
from questions.formats.moodle_xml_tree import Node, looks_like_quiz, questions_of
from questions.formats.moodle_xml_writer import HOLDS, written
from questions.markup import escape
from questions.messages import N_, Message, message
from questions.rules import Draft, Fault, ReadResult, clean

__all__ = ["EXTENSIONS", "HOLDS", "MIME", "looks_like_quiz", "losses", "read", "write"]

EXTENSIONS = (".xml",)
MIME = "application/xml"

#: Things of many questions that are not taken: said once for the file, with how many questions have them.
_LEFT = {
    "still": N_("%(n)s câu đặt trong Moodle là không trộn phương án: mọi phương án được giữ nguyên thứ tự."),
    "combined": N_("%(n)s câu có nhận xét chung cho bài đúng, đúng một phần hoặc sai; phần này không lấy."),
    "hint": N_("%(n)s câu có gợi ý cho lần trả lời sau; phần này không lấy."),
    "grade": N_("%(n)s câu có điểm khác 1 trong Moodle; điểm mỗi câu đặt khi ra đề nên không lấy."),
    "hidden": N_("%(n)s câu đang bị ẩn trong Moodle; vẫn được nhập."),
}
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


@never_raises
def read(data: bytes) -> ReadResult:
    """Questions, faults, notes and pictures of a file; rows are line numbers."""
    result = _read(data)
    words = "\n".join(text for draft in result.questions for text in (draft.stem, *(c.text for c in draft.choices)))
    _, converted = unicode_text(words)
    if converted:
        script = hidden_script(words)
        result = _read(convert(data.decode("utf-8", "replace"), script).encode()) if script else result
    return replace(result, notes=(*converted, *result.notes))


def _read(data: bytes) -> ReadResult:
    reader = _Reader()
    result = checked(list(reader.read(questions_of(data))), reader.faults)
    used = "\n".join(text for draft in result.questions for text in draft.texts if "hinh:" in text)
    kept = {sha: content for sha, content in reader.pictures.items() if sha in used}
    return replace(result, pictures=kept, notes=(*reader.notes, *reader.summary()))


class _Reader:
    """Goes through the questions, keeping the category they are in."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self.pictures: dict[str, bytes] = {}
        self._left: Counter[str] = Counter()
        self._topic = ""

    def read(self, nodes: Iterator[Node]) -> Iterator[Found]:
        for count, node in enumerate(nodes):
            if count > 2 * MAX_QUESTIONS:
                raise Refused(too_many())
            if node.get("type") == "category":
                self._topic = topic_of(node.value("category"))
                continue
            name = node.first("name")
            title = name.line() if name else ""
            try:
                found = self._one(node, "" if name and name.get("generated") else title)
            except Unread as error:
                self.faults.append(Fault(error.message, node.row, short(title) or None))
                continue
            if found:
                found.label = short(title) or None
                yield found

    def summary(self) -> Iterator[Fault]:
        """What was left out of many questions, in one line each."""
        for name, text in _LEFT.items():
            if self._left[name]:
                yield Fault(message(text, n=self._left[name]))

    def _one(self, node: Node, title: str) -> Found | None:
        """A question; None, with a note, for a description; raises Unread for a kind that we do not hold."""
        kind = node.get("type")
        if kind == "description":
            self._note(message(N_("Đây là lời dẫn (description), không phải câu hỏi; không lấy.")), node, title)
            return None
        reader = READERS.get(kind)
        if reader is None:
            raise Unread(
                message(
                    N_("Câu “%(name)s” thuộc loại chưa nhập được: %(kind)s. Hãy bỏ câu này khỏi tệp hoặc đổi loại."),
                    name=short(title or node.value("name")),
                    kind=kind_name(kind),
                )
            )
        if len(node.element) > MAX_PARTS:
            raise too_many_parts()
        question = node.first("questiontext")
        if question:
            node.format = question.get("format") or "html"
        node.take_files()
        tags = [tag.line() for group in ("tags", "coursetags") for part in node.all(group) for tag in part.all("tag")]
        told = moodle_tags.said(tags)
        kept, lost = moodle_tags.too_much(told.tags)
        name, cut = fitting_title(title)
        item = Item(node, told, cut)
        draft = reader(self._head(node, name), item)
        draft = moodle_tags.apply(settled(draft), replace(told, tags=kept))
        notes = [*item.notes, *([moodle_tags.not_held(lost)] if lost else [])]
        for note in notes:
            self._note(note, node, title)
        self._count(node, item)
        self.pictures.update(node.pictures.found)
        return Found(draft, None, [*node.pictures.faults(), *_unknown(node)], by_line=True)

    def _head(self, node: Node, title: str) -> Draft:
        """What all kinds have."""
        return Draft(
            stem=node.text("questiontext") if node.first("image_base64") is None else _with_old_image(node),
            explanation=node.text("generalfeedback"),
            code=" ".join(clean(node.value("idnumber")).split()) or None,
            topic=self._topic,
            title=title,
            row=node.row,
        )

    def _count(self, node: Node, item: Item) -> None:
        left = set(item.left)
        if not all(part.blank() for name in _COMBINED for part in node.all(name)):
            left.add("combined")
        if not all(hint.blank() for hint in node.all("hint")):
            left.add("hint")
        if not re.fullmatch(r"1?(\.0*)?", node.value("defaultgrade")):
            left.add("grade")
        if node.value("hidden") == "1":
            left.add("hidden")
        self._left.update(left)

    def _note(self, why: Message, node: Node, title: str) -> None:
        self.notes.append(Fault(why, node.row, short(title) or None))


def _with_old_image(node: Node) -> str:
    """The question with its picture below, as files from before Moodle 2 have it."""
    stem = node.text("questiontext")
    sha = node.pictures(f"data:image/png;base64,{node.value('image_base64')}")
    if not sha:
        return stem
    above = stem if isinstance(stem, Marked) else escape(stem)
    return Marked(f"{above}\n\n![](hinh:{sha})")


def _unknown(node: Node) -> Iterator[Message]:
    for name in dict.fromkeys(node.unknown):
        yield message(
            N_("Câu hỏi dùng tệp “%(name)s” không phải là hình nên không giữ được. Hãy bỏ tệp này khỏi câu hỏi."),
            name=short(name),
        )


def losses(drafts: Sequence[Draft]) -> list[Fault]:
    """What Moodle XML cannot hold of these questions."""
    return losses_of(drafts, HOLDS)


def write(drafts: Sequence[Draft], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """A file for Moodle. ``pictures``: by SHA-256, those that the questions show."""
    return written(drafts, pictures or {})
