"""An item of QTI 2.0 to 3.0 read into a question: what surrounds the interaction, feedback, notes, metadata."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from questions.formats import qti_record
from questions.formats.common import MAX_CODE, Found
from questions.formats.qti_content import Texts, inner, remove
from questions.formats.qti_program import Program, Unsupported
from questions.formats.qti_xml import Element, is_true, words
from questions.messages import N_, Message, message
from questions.rules import Difficulty, Draft, Kind, clean

#: What stands in a stem where something is to be typed or chosen.
BLANK = "____"
_BLOCKS = frozenset({"p", "div", "td", "th", "li", "blockquote", "itemBody", "prompt"})
_FEEDBACK = frozenset({"modalFeedback", "feedbackBlock", "feedbackInline"})
_SCORERS = frozenset({"scorer", "tutor", "author", "proctor", "testConstructor"})


@dataclass(slots=True)
class Entry:
    """An item as it stands in a file, with what is said about it elsewhere.

    ``number`` counts the items of a file from 1; ``topic`` is the path of its sections; ``shared`` HTML that these
    show to everybody.
    """

    root: Element
    number: int
    topic: str = ""
    shared: str = ""
    code: str = ""
    tags: tuple[str, ...] = ()
    difficulty: Difficulty = Difficulty.MEDIUM
    source: str = ""
    record: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Item:
    """An item of QTI 2.x while it is read: its rules and texts, the parts found so far, and what is wrong."""

    root: Element
    program: Program
    texts: Texts
    faults: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def explain(self, html: str) -> None:
        """Something to be read after answering."""
        if html.strip() and html not in self.said:
            self.said.append(html)

    def feedback(self, elements: Sequence[Element], tries: Sequence[Mapping[str, Any]]) -> list[str]:
        """HTML of the feedback that only some of the tries show, try by try; what is shown otherwise is explained."""
        own = [""] * len(tries)
        for element in elements:
            html = inner(element)
            shown = [index for index, outcomes in enumerate(tries) if _is_shown(element, outcomes)]
            if not shown or len(shown) == len(tries):
                self.explain(html)
                continue
            for index in shown:
                own[index] += f"<div>{html}</div>"
        return own

    def tried(self, name: str, values: Sequence[Any]) -> list[tuple[float, Mapping[str, Any]]]:
        """Score and outcomes for each value of a response; empty, with a note, where the rules are not understood."""
        try:
            return [self.program.run({name: value}) for value in values]
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


#: Reads one interaction into the fields of a draft.
Handler = Callable[[Item, Element, Sequence[Element]], Mapping[str, Any]]


def read_item(entry: Entry, texts: Texts, handlers: Mapping[str, Handler]) -> tuple[Found, list[Message]]:
    """The question of an item, with notes about it."""
    root = entry.root
    item = Item(root, Program(root), texts)
    title = title_of(root.get("title"), root.get("identifier"))
    blank = Draft("", code=code_of(root.get("identifier") or entry.code), title=title, row=entry.number)
    name = title or root.get("identifier") or str(entry.number)
    body = root.find("itemBody")
    why = _refusal(root, body, handlers)
    if why or body is None:
        return refused(blank, name, [why or _no_body()]), []
    draft = _draft(entry, item, body, blank, handlers)
    if item.faults:
        return refused(draft, name, [*item.faults, *texts.faults]), []
    draft = texts.settle(draft)
    if entry.record:
        draft = qti_record.apply(entry.record, draft)
    return Found(draft, name, texts.faults, by_number=True), [*item.notes, *texts.notes]


def refused(draft: Draft, name: str, why: list[Message]) -> Found:
    """A question that is not taken, with nothing else to be said against it."""
    row = draft.row
    return Found(Draft(f"{name} {row}", kind=Kind.ESSAY, code=draft.code, row=row), name, why, by_number=True)


def _draft(entry: Entry, item: Item, body: Element, blank: Draft, handlers: Mapping[str, Handler]) -> Draft:
    """All texts of an item taken apart, its interaction read by its handler."""
    interaction = next(e for e in body.iter() if is_interaction(e))
    guide, passage = _rubrics(item.root)
    feedback = [e for e in item.root.iter() if e.tag in _FEEDBACK]
    outer = [e for e in feedback if e.tag == "modalFeedback" or e.tag == "feedbackBlock"]
    for element in feedback:
        if element.getparent() is not None:
            remove(element)
    prompt = interaction.find("prompt")
    if prompt is not None:
        prompt.tail = None
        interaction.remove(prompt)
    fields = dict(handlers[str(interaction.tag)](item, interaction, [*outer, *(e for e in feedback if e not in outer)]))
    put = str(fields.pop("put", ""))
    if not fields.pop("keep", False):
        _empty(interaction, "" if _is_lone(interaction) else put)
    if prompt is not None and words(prompt) != words(body):
        prompt.tag = "div"
        interaction.insert(0, prompt)
        interaction.tag = "div"
    elif interaction.tag == "span" and not interaction.text:
        remove(interaction)
    stem = inner(body)
    texts = item.texts
    guide += "".join(f"<p>{one}</p>" for one in fields.pop("notes", ()))
    return replace(
        blank,
        stem=texts.of(stem),
        passage=texts.of(entry.shared + passage),
        guide=texts.of(guide),
        explanation=texts.of("".join(f"<div>{one}</div>" for one in item.said)),
        topic=entry.topic,
        tags=entry.tags,
        difficulty=entry.difficulty,
        source=entry.source,
        **fields,
    )


def _refusal(root: Element, body: Element | None, handlers: Mapping[str, Handler]) -> Message | None:
    """Why an item is not one question of a kind that is held."""
    if is_true(root, "adaptive"):
        return not_held("adaptive")
    if root.find("templateDeclaration") is not None:
        return not_held("templateDeclaration")
    if body is None:
        return _no_body()
    found = [str(e.tag) for e in body.iter() if is_interaction(e)]
    if not found:
        return message(N_("Câu không có phần trả lời nào. Hãy bỏ câu này khỏi tệp."))
    unknown = [tag for tag in found if tag not in handlers]
    if unknown:
        return not_held(unknown[0])
    if len(found) > 1:
        return message(
            N_("Câu có %(n)s phần trả lời (%(kinds)s); mỗi câu chỉ được có một. Hãy tách thành nhiều câu."),
            n=len(found),
            kinds=", ".join(dict.fromkeys(found)),
        )
    return None


def _no_body() -> Message:
    return message(N_("Câu không có nội dung (itemBody). Hãy xuất lại từ phần mềm đã tạo ra tệp."))


def not_held(kind: str) -> Message:
    """For kinds that we do not hold."""
    return message(
        N_("Loại câu “%(kind)s” của QTI chưa nhập được. Hãy bỏ câu này khỏi tệp hoặc đổi sang loại khác."), kind=kind
    )


def is_interaction(element: Element) -> bool:
    """Whether something is answered here; a button that ends the attempt is not."""
    tag = str(element.tag).lower()
    return tag.endswith("interaction") and tag != "endattemptinteraction"


def _rubrics(root: Element) -> tuple[str, str]:
    """HTML for those who mark, and for those who answer, taken out of the item."""
    guide = passage = ""
    for block in list(root.iter("rubricBlock")):
        views = set((block.get("view") or "candidate").split())
        if "candidate" in views or not views & _SCORERS:
            passage += inner(block)
        else:
            guide += inner(block)
        remove(block)
    for block in [one for one in root.iter("div") if "qti-shared-stimulus" in (one.get("class") or "").split()]:
        passage += inner(block)
        remove(block)
    return guide, passage


def _is_shown(element: Element, outcomes: Mapping[str, Any]) -> bool:
    value = outcomes.get(element.get("outcomeIdentifier") or "")
    wanted = element.get("identifier")
    hit = wanted in value if isinstance(value, tuple) else value == wanted
    return hit != (element.get("showHide") == "hide")


def _empty(interaction: Element, put: str) -> None:
    """Leave only a text in the place of what is answered."""
    tail = interaction.tail
    interaction.clear()
    interaction.tag, interaction.tail, interaction.text = "span", tail, put


def _is_lone(element: Element) -> bool:
    """Whether nothing stands beside an element in its paragraph."""
    block = element.getparent()
    while block is not None and block.tag not in _BLOCKS:
        block = block.getparent()
    return block is None or not "".join(block.itertext()).replace("".join(element.itertext()), "").strip()


def title_of(title: str | None, identifier: str | None) -> str:
    """The title of an item; programs that have none repeat the identifier."""
    found = " ".join(clean(title or "").split())
    return "" if found == (identifier or "") else found


def code_of(identifier: str) -> str | None:
    """An identifier as a code of ours; one that is too long keeps its beginning and a mark of the whole.

    >>> code_of(" q 1 "), len(code_of("x" * 82)), code_of("")
    ('q 1', 60, None)
    """
    code = re.sub(r"\s+", " ", clean(identifier))
    if len(code) <= MAX_CODE:
        return code or None
    return f"{code[: MAX_CODE - 9]}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"
