"""One Word file of many sheets: the page of a template filled once for each of many people, as mail merge makes it.

Every sheet is a section with the template's own paper, margins, borders and headings, so that it looks as the template
does alone, whatever stands before it. A field may hold a picture: it is put where its tag stands. What tags may say is
what :mod:`contest.documents.filling` allows; headings and footings stand once for all sheets, so they hold no tags.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from docx.enum.section import WD_SECTION_START
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import TemplateError

from contest.documents.filling import BROKEN, UNREADABLE, WRONG_USE, Sandbox, Unfillable, plain
from questions.messages import N_, Message, message

#: Characters of XML that a filled sheet may have, and those of a file that Word still opens with ease.
MAX_SHEET, MAX_FILE = 400_000, 24_000_000
#: Stands for a picture while a sheet is filled: no keyboard has it, and no filter changes it.
PICTURE = "\ue0c7"
TOO_HEAVY = message(
    N_("Một trang giấy của tệp mẫu quá nặng. Hãy bớt khung, bảng, hình vẽ trong trang; hình nền nên là một hình.")
)
HEADINGS = message(
    N_("Có chỗ điền {{ }} ở đầu trang hoặc chân trang, nơi mọi giấy như nhau. Hãy chuyển chỗ điền đó vào trong trang.")
)
NOTES = message(
    N_("Tệp có chú thích cuối trang (footnote). Giấy in hàng loạt không giữ được chú thích; hãy xoá chúng.")
)
_TAG = re.compile(rb"\{\{|\{%")
_NOTE = re.compile(rb"<w:(footnote|endnote)Reference\b")
#: What names a place of the file: once in the file, so not in sheets that repeat.
_ONCE = {
    qn(f"w:{name}")
    for name in (
        *("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "commentReference"),
        *("permStart", "permEnd", "proofErr"),
    )
}
_WORD_2010 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_DRAWING = """<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{side}" cy="{side}"/><wp:docPr id="1" name="QR"/>
<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>
<pic:nvPicPr><pic:cNvPr id="0" name="QR"/><pic:cNvPicPr/></pic:nvPicPr>
<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>
<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{side}" cy="{side}"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>
</wp:inline></w:drawing>"""
_EMU_MM = 36_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one sheet is filled with: plain data, in which :data:`PICTURE` stands for the ``picture``, a square PNG."""

    data: Mapping[str, Any]
    picture: bytes


class Sheets:
    """A template whose page is filled many times. Raises Unfillable for one that says more than it may."""

    def __init__(self, template: bytes, picture_mm: int) -> None:
        self._side = picture_mm * _EMU_MM
        try:
            self._book = DocxTemplate(io.BytesIO(template))
            self._book.render_init()
            self._template = template
            self._end = _page_settings(self._book.docx.element.body)
            source = self._book.patch_xml(self._book.get_xml())
            self._page = Sandbox().from_string(re.sub(r"<w:p([ >])", r"\n<w:p\1", source))
        except TemplateError as wrong:
            raise Unfillable(WRONG_USE) from wrong
        except UNREADABLE as wrong:
            raise Unfillable(BROKEN) from wrong

    def at_once(self, sheet: Sheet, most: int) -> int:
        """How many sheets one file takes, ``most`` at the most: fewer where a page is heavy."""
        return max(1, min(most, MAX_FILE // len(self._text(sheet))))

    def filled(self, sheets: Sequence[Sheet]) -> bytes:
        """A Word file with a page for each sheet, in order."""
        book = DocxTemplate(io.BytesIO(self._template))
        book.init_docx()
        part, out = book.docx.part, io.BytesIO()
        body = part.element.body
        for old in list(body):
            body.remove(old)
        try:
            for number, sheet in enumerate(sheets, 1):
                self._add(part, body, sheet, number, last=number == len(sheets))
            for number, named in enumerate(body.iter(qn("wp:docPr")), 1):
                named.set("id", str(number))
            book.docx.save(out)
        except UNREADABLE as wrong:
            raise Unfillable(BROKEN) from wrong
        return out.getvalue()

    def tells(self, sheet: Sheet, text: str) -> bool:
        """Whether a text, or the picture by its sign, can be read on a filled sheet; capitals or not."""
        try:
            page = parse_xml(self._text(sheet))
        except UNREADABLE as wrong:
            raise Unfillable(BROKEN) from wrong
        words = "\n".join("".join(one.itertext(qn("w:t"))) for one in page.iter(qn("w:p")))
        return text.casefold() in words.casefold()

    def _text(self, sheet: Sheet) -> str:
        try:
            text = self._page.render({name: _one_line(value) for name, value in plain(sheet.data).items()})
        except TemplateError as wrong:
            raise Unfillable(WRONG_USE) from wrong
        except UNREADABLE as wrong:
            raise Unfillable(BROKEN) from wrong
        if len(text) > MAX_SHEET:
            raise Unfillable(TOO_HEAVY)
        return text

    def _add(self, part: Any, body: Any, sheet: Sheet, number: int, *, last: bool) -> None:
        page = parse_xml(self._text(sheet))
        relation = ""
        for words in [text for text in page.iter(qn("w:t")) if PICTURE in (text.text or "")]:
            relation = relation or _picture(part, sheet.picture, number)
            _put(words, relation, self._side)
        if not last:
            _closing(page, deepcopy(self._end))
        for element in list(page):
            body.append(element)
        if last:
            body.append(deepcopy(self._end))


def _page_settings(body: Any) -> Any:
    """Take the page settings out of a template's body, and out of it what may stand once in a file only."""
    for element in [one for one in body.iter() if one.tag in _ONCE]:
        element.getparent().remove(element)
    for element in body.iter():
        for name in [name for name in element.attrib if name.startswith(_WORD_2010)]:
            del element.attrib[name]
    end = body.get_or_add_sectPr()
    body.remove(end)
    first = next(body.iter(qn("w:sectPr")), end)
    if first.start_type in (WD_SECTION_START.CONTINUOUS, WD_SECTION_START.NEW_COLUMN):
        first.start_type = WD_SECTION_START.NEW_PAGE
    return end


def _one_line(value: Any) -> Any:
    """A text as it stands on a sheet; only the picture's own value is the picture's sign."""
    if not isinstance(value, str) or value == PICTURE:
        return value
    return " ".join(value.replace(PICTURE, "").split())


def _picture(part: Any, content: bytes, number: int) -> str:
    """Put a picture into the file; the name of the relation to it."""
    made = Part(PackURI(f"/word/media/sheet{number}.png"), "image/png", content, part.package)
    return part.relate_to(made, RELATIONSHIP_TYPE.IMAGE)


def _put(words: Any, relation: str, side: int) -> None:
    """Put the picture into a run where its sign stands; a line of a fixed height would cut it off."""
    first, *others = words.text.split(PICTURE)
    words.text = first
    for other in reversed(others):
        rest = deepcopy(words)
        rest.text = other
        rest.set(qn("xml:space"), "preserve")
        words.addnext(rest)
        words.addnext(parse_xml(_DRAWING.format(side=side, relation=relation)))
    paragraph = next(words.iterancestors(qn("w:p")))
    spacing = paragraph.get_or_add_pPr().get_or_add_spacing()
    spacing.set(qn("w:line"), "240")
    spacing.set(qn("w:lineRule"), "auto")


def _closing(page: Any, settings: Any) -> None:
    """End a sheet's section: in its last paragraph, or in a tiny one of its own where that has other work to do."""
    last = page[-1] if len(page) else None
    if last is None or last.tag != qn("w:p") or last.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
        last = page.add_p()
        spacing = last.get_or_add_pPr().get_or_add_spacing()
        spacing.set(qn("w:line"), "20")
        spacing.set(qn("w:lineRule"), "exact")
    last.get_or_add_pPr().append(settings)


def misplaced(template: bytes) -> list[Message]:
    """What a template has outside of its page, where it would stand once for all sheets."""
    with zipfile.ZipFile(io.BytesIO(template)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name.endswith(".xml")}
    headings = [blob for name, blob in parts.items() if re.search(r"/(header|footer)\d*\.xml$", name)]
    found = [HEADINGS] if any(_TAG.search(re.sub(rb"<[^>]*>", b"", blob)) for blob in headings) else []
    return [*found, NOTES] if any(map(_NOTE.search, parts.values())) else found
