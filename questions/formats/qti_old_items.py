"""An item of QTI 1.2 read into a question; source: IMS QTI ASI XML Binding 1.2.1 and files of Canvas and Blackboard."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape as escape_html
from typing import Any

from questions.formats import qti_record
from questions.formats.common import Found
from questions.formats.qti_content import Texts, inner
from questions.formats.qti_items import Entry, code_of, not_held, refused, title_of
from questions.formats.qti_old_program import OldProgram, Outcome
from questions.formats.qti_program import Unsupported
from questions.formats.qti_xml import Element, is_true, words
from questions.messages import N_, Message, message
from questions.rules import Draft, clean

_RESPONSES = frozenset(
    ("response_lid", "response_str", "response_num", "response_xy", "response_grp", "response_extension")
)
#: Kinds that Canvas, Blackboard and ILIAS name in their metadata and that have no place here.
_NOT_HELD = re.compile(
    r"file_upload|fileupload|calculated|multiple_dropdowns|fill_in_multiple_blanks|hot.?spot|fill in the blank plus"
    r"|jumbled|file upload|file response|opinion|either.or|categorization|formula|cloze|image ?map|java applet|flash"
)
#: Kinds of Canvas with names in brackets for what is filled in; held where there is only one.
LONE_BLANKS = ("fill_in_multiple_blanks_question", "multiple_dropdowns_question")


@dataclass(slots=True)
class Response:
    """One thing to answer: its name, cardinality, the texts beside it, and its labels with HTML."""

    element: Element
    beside: str = ""
    labels: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.element.get("ident") or ""

    @property
    def cardinality(self) -> str:
        return (self.element.get("rcardinality") or "Single").capitalize()

    @property
    def render(self) -> Element | None:
        return next((one for one in self.element if str(one.tag).startswith("render_")), None)


@dataclass(slots=True)
class OldItem:
    """An item of QTI 1.2 while it is read."""

    root: Element
    texts: Texts
    kind: str = ""
    stem: list[str] = field(default_factory=list)
    passage: list[str] = field(default_factory=list)
    right_block: list[str] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    faults: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    program: OldProgram = field(init=False)

    def __post_init__(self) -> None:
        self.kind = (metadata(self.root).get("question_type") or "").lower()
        presentation = self.root.find("presentation")
        if presentation is not None:
            self._flow(presentation)
        asked = [one for one in self.responses if one.element.tag != "response_extension"]
        self.responses = asked or self.responses
        self.program = OldProgram(self.root, {one.name: one.cardinality for one in self.responses})

    def _flow(self, flow: Element) -> None:
        """Texts and responses in order; Blackboard keeps the right sides of pairs in a block of their own."""
        block = flow.get("class") or ""
        for part in flow:
            if part.tag in _RESPONSES:
                self.responses.append(_response(part))
            elif part.tag == "material":
                html = material(part)
                if block == "RIGHT_MATCH_BLOCK" or _inside(flow, "RIGHT_MATCH_BLOCK"):
                    self.right_block.append(html)
                elif self.responses and _inside(flow, "RESPONSE_BLOCK"):
                    self.responses[-1].beside += html
                elif part.get("label") == "passage":
                    self.passage.append(html)
                else:
                    self.stem.append(html)
            elif part.tag == "flow":
                self._flow(part)

    def tried(self, tries: Sequence[Mapping[str, Sequence[str]]]) -> list[Outcome]:
        """Points and feedback for responses; none, with a note, where the conditions are not understood."""
        try:
            return [self.program.run(given) for given in tries]
        except Unsupported as rule:
            self.not_understood(str(rule))
            return []

    def not_understood(self, rule: str) -> None:
        """Say once that points will be counted in another way than the file wants."""
        why = message(
            N_("Cách tính điểm riêng của câu này (%(rule)s) không giữ được; câu được tính đúng hết mới có điểm."),
            rule=rule,
        )
        if why not in self.notes:
            self.notes.append(why)

    def feedback(self, outcomes: Sequence[Outcome]) -> list[str]:
        """HTML of the feedback that only some outcomes show, one by one; all other goes to the explanation."""
        own = [""] * len(outcomes)
        for element in self.root.iterfind("itemfeedback"):
            html = materials(element)
            name = element.get("ident") or ""
            shown = [index for index, one in enumerate(outcomes) if name in one.shown]
            if not html.strip():
                continue
            if not shown or len(shown) == len(outcomes):
                if html not in self.said:
                    self.said.append(html)
                continue
            for index in shown:
                own[index] += f"<div>{html}</div>"
        return own


def _inside(flow: Element, name: str) -> bool:
    return flow.get("class") == name or any(one.get("class") == name for one in flow.iterancestors("flow"))


def _response(element: Element) -> Response:
    found = Response(element)
    for part in element.iter("material"):
        label = next(part.iterancestors("response_label"), None)
        if label is None:
            found.beside += material(part)
    for label in element.iter("response_label"):
        found.labels.append((label.get("ident") or "", materials(label)))
    return found


def materials(element: Element) -> str:
    """HTML of all materials in an element."""
    return "".join(material(one) for one in element.iter("material"))


def material(element: Element) -> str:
    """A material as HTML: texts by their type, pictures, line breaks."""
    parts: list[str] = []
    for part in element.iter("mattext", "matemtext", "matimage", "matbreak", "mat_formattedtext"):
        if part.tag == "matimage":
            parts.append(_image(part))
        elif part.tag == "matbreak":
            parts.append("<br>")
        else:
            parts.append(_text(part))
    html = "".join(parts)
    return f"<div>{html}</div>" if html.strip() else ""


def _text(part: Element) -> str:
    kind = (part.get("texttype") or part.get("type") or "").lower()
    if len(part):
        return inner(part)
    text = "".join(part.itertext())
    if "html" in kind:
        return text
    if kind == "smart_text":
        return text if re.search(r"</?[a-z][^<>]*>", text, re.IGNORECASE) else _escaped(text)
    html = _escaped(text)
    return f"<em>{html}</em>" if part.tag == "matemtext" and text.strip() else html


def _escaped(text: str) -> str:
    return escape_html(clean(text), quote=False).replace("\n", "<br>")


def _image(part: Element) -> str:
    source = part.get("uri") or ""
    if not source and (part.get("embedded") or "").lower() == "base64":
        source = f"data:{part.get('imagtype') or 'image/png'};base64,{''.join(part.itertext()).strip()}"
    words_ = part.get("label") or ""
    return f'<img src="{escape_html(source)}" alt="{escape_html(words_)}">'


def metadata(item: Element) -> Mapping[str, str]:
    """What is said about an item in fields of names and values, names in lower case."""
    found: dict[str, str] = {}
    for one in item.iterfind("itemmetadata//qtimetadatafield"):
        label = words(one.find("fieldlabel")).lower()
        entry = one.find("fieldentry")
        if label and entry is not None:
            found[label] = "".join(entry.itertext()).strip()
    for name, ours in (("qmd_itemtype", "question_type"), ("bbmd_questiontype", "question_type")):
        text = words(item.find(f"itemmetadata/{name}"))
        if text:
            found.setdefault(ours, text)
    found.setdefault("question_type", found.get("questiontype", ""))
    return found


def read_old_item(
    entry: Entry, texts: Texts, passages: dict[str, str], used: set[str], handle: Any
) -> tuple[Found | None, list[Message]]:
    """The question of an item with notes about it; None for a text, kept in ``passages`` for items that refer to it.

    ``used`` gathers the names of the texts that were referred to.
    """
    root = entry.root
    said = metadata(root)
    item = OldItem(root, texts)
    identifier = root.get("ident") or words(root.find("itemmetadata/bbmd_asi_object_id"))
    title = title_of(root.get("title"), identifier)
    name = title or identifier or str(entry.number)
    record = qti_record.loads(said["hoithi"]) if "hoithi" in said else None
    blank = Draft("", code=code_of(identifier), title=title, row=entry.number)
    if not item.responses and item.kind in ("text_only_question", ""):
        if item.kind:
            passages[identifier] = "".join(item.stem)
            return None, []
        return refused(blank, name, [_nothing_to_answer()]), []
    lone = len(item.responses) == 1 and item.kind in LONE_BLANKS
    if not item.responses or (_NOT_HELD.search(item.kind) and not lone):
        return refused(blank, name, [not_held(item.kind)]), []
    fields = dict(handle(item))
    if item.faults:
        return refused(blank, name, [*item.faults, *texts.faults]), []
    parent = said.get("parent_stimulus_item_ident", "")
    stimulus = passages.get(parent, "")
    used.add(parent)
    draft = texts.settle(_draft(entry, item, blank, fields, stimulus))
    if record:
        draft = qti_record.apply(record, draft)
    return Found(draft, name, texts.faults, by_number=True), [*item.notes, *texts.notes]


def _draft(entry: Entry, item: OldItem, blank: Draft, fields: Mapping[str, Any], stimulus: str) -> Draft:
    texts = item.texts
    guide = "".join(materials(one) for one in item.root.iter("itemrubric", "rubric") if _for_markers(one))
    passage = "".join(materials(one) for one in item.root.iter("itemrubric", "rubric") if not _for_markers(one))
    return replace(
        blank,
        stem=texts.of("".join(item.stem)),
        passage=texts.of(entry.shared + stimulus + passage + "".join(item.passage)),
        guide=texts.of(guide),
        explanation=texts.of("".join(item.said)),
        topic=entry.topic,
        tags=entry.tags,
        difficulty=entry.difficulty,
        source=entry.source,
        **fields,
    )


def _for_markers(rubric: Element) -> bool:
    return (rubric.get("view") or "All").lower() not in ("all", "candidate")


def _nothing_to_answer() -> Message:
    return message(N_("Câu không có phần trả lời nào. Hãy bỏ câu này khỏi tệp."))


def shuffles(response: Response) -> bool:
    """Whether the options of a response are shuffled."""
    return response.render is not None and is_true(response.render, "shuffle")


def fixed_labels(response: Response) -> Iterator[int]:
    """Options that keep their place while others are shuffled."""
    for index, label in enumerate(response.element.iter("response_label")):
        if (label.get("rshuffle") or "Yes").lower() == "no":
            yield index
