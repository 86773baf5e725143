"""Questions written in GIFT, as Moodle's exporter writes them."""

import re
from collections.abc import Iterator, Sequence

from questions.formats import moodle_tags
from questions.formats.gift_blocks import CATEGORY, can_be_bracketed, comment_of, escaped
from questions.formats.losses import EVERY_KIND, EVERY_PART, Holds, Part, held, part_lost
from questions.formats.moodle import (
    category_of,
    otherwise_in_moodle,
    percent,
    plain_side,
    rounded_shares,
    sides_lose_markup,
    topic_of,
    written_answer,
    written_shares,
)
from questions.messages import N_, Message, message
from questions.rules import ROWED, Answer, Draft, Kind, Markup, Scoring

_FORMATS = {Markup.PLAIN: "[plain]", Markup.MARKDOWN: "[markdown]"}
#: Texts that begin so would be taken for a format or a percentage.
_MISTAKEN = re.compile(r"[\[% ]")


def written(drafts: Sequence[Draft]) -> str:
    """All questions that can be held, with a category line wherever the topic changes."""
    out: list[str] = []
    topic = ""
    for draft in drafts:
        if not held(draft, HOLDS):
            continue
        if draft.topic != topic:
            topic = draft.topic
            out.append(f"{CATEGORY} {category_of(topic)}\n")
        out.append(_question(draft))
    return "\n".join(out)


def _question(draft: Draft) -> str:
    guide = draft.guide if draft.kind is Kind.ESSAY else ""
    head = comment_of(
        _sayable(draft.code or ""), [tag for tag in moodle_tags.tags_of(draft, fields=False) if _sayable(tag)], guide
    )
    title = f"::{escaped(draft.title)}::" if draft.title else ""
    general = moodle_tags.feedback_of(draft)
    lines = [*_answers(draft), *([f"####{_text(draft, general)}"] if general else [])]
    if draft.kind in (Kind.TRUEFALSE, Kind.ESSAY):
        inside = "".join(lines)
    else:
        opening = {Kind.NUMBER: "#", Kind.ORDER: f">{len(draft.choices)} ALL VERTICAL {_ordering(draft)} SHOW none"}
        inside = opening.get(draft.kind, "") + "\n\t" + "\n\t".join(lines) + "\n"
    return f"{head}{title}{_FORMATS[draft.markup]}{escaped(moodle_tags.stem_of(draft))}{{{inside}}}\n"


def _sayable(text: str) -> str:
    return text if can_be_bracketed(text) else ""


def _ordering(draft: Draft) -> str:
    return "ABSOLUTE_POSITION" if draft.scoring is Scoring.PARTIAL else "ALL_OR_NOTHING"


def _answers(draft: Draft) -> Iterator[str]:
    """What stands between the braces, one text an answer."""
    if draft.kind in (Kind.SINGLE, Kind.MULTIPLE):
        yield from _choices(draft)
    elif draft.kind is Kind.TRUEFALSE:
        yield _truth(draft)
    elif draft.kind is Kind.ORDER:
        yield from (_text(draft, choice.text) for choice in draft.choices)
    elif draft.kind in ROWED:
        for choice in draft.choices:
            side = escaped(plain_side(draft, choice.match))
            right = side if draft.kind is Kind.MATCH else ("Đúng" if choice.correct else "Sai")
            yield f"={_text(draft, choice.text)} -> {right}"
    else:
        yield from (_answer(draft, answer) for answer in draft.answers)


def _choices(draft: Draft) -> Iterator[str]:
    for choice, part in zip(draft.choices, written_shares(draft), strict=True):
        full = draft.kind is Kind.SINGLE and part == 1
        weight = f"%{percent(part)}%" if part else ""
        yield f"{'=' if full else '~' + weight}{_text(draft, choice.text)}{_feedback(draft, choice.feedback)}"


def _truth(draft: Draft) -> str:
    true, false = draft.choices
    right, wrong = (true.feedback, false.feedback) if true.correct else (false.feedback, true.feedback)
    said = f"#{_text(draft, wrong)}" if wrong or right else ""
    return f"{'TRUE' if true.correct else 'FALSE'}{said}{_feedback(draft, right)}"


def _answer(draft: Draft, answer: Answer) -> str:
    text = written_answer(answer) if draft.kind is Kind.SHORT else f"{answer.text}:{answer.tolerance}"
    shown = text if draft.kind is Kind.NUMBER else ("[plain]" if text.startswith("[") else "") + escaped(text)
    return f"=%{percent(answer.points)}%{shown}{_feedback(draft, answer.feedback)}"


def _feedback(draft: Draft, text: str) -> str:
    return f"#{_text(draft, text)}" if text else ""


def _text(draft: Draft, text: str) -> str:
    return (_FORMATS[draft.markup] if _MISTAKEN.match(text) else "") + escaped(text)


def _refuses(draft: Draft) -> Message | None:
    """Questions that Moodle would read as something else."""
    lefts = [choice.text for choice in draft.choices] if draft.kind in (Kind.MATCH, Kind.STATEMENTS) else []
    shorts = [text for a in draft.answers for text in (a.text, a.feedback)] if draft.kind is Kind.SHORT else []
    if any("->" in text for text in (*lefts, *shorts)):
        return message(N_("Câu hỏi có dấu -> trong ý hoặc đáp án nên không ghi được vào định dạng này."))
    if draft.kind is Kind.ORDER and any(choice.text.startswith("//") for choice in draft.choices):
        return message(N_("Câu hỏi có ý bắt đầu bằng // nên không ghi được vào định dạng này."))
    return None


def _others(draft: Draft) -> Iterator[Message]:
    yield from otherwise_in_moodle(draft)
    if draft.kind in ROWED and any(choice.feedback for choice in draft.choices):
        yield part_lost(Part.FEEDBACK)
    if rounded_shares(draft):
        yield message(N_("Tỉ lệ điểm bị làm tròn đến năm chữ số thập phân."))
    if draft.kind is Kind.MATCH and sides_lose_markup(draft):
        yield message(N_("Vế phải của các cặp chỉ giữ được chữ trơn."))
    if moodle_tags.source_is_changed(draft):
        yield message(N_("Nguồn có dòng trống hoặc dấu gạch nên bị sửa lại đôi chút."))
    if not can_be_bracketed(draft.code or ""):
        yield part_lost(Part.CODE)
    if not all(can_be_bracketed(tag) for tag in draft.tags):
        yield part_lost(Part.TAGS)
    if topic_of(category_of(draft.topic)) != draft.topic:
        yield message(N_("Tên chủ đề có dấu / nên bị sửa lại đôi chút."))


HOLDS = Holds(EVERY_KIND, EVERY_PART - {Part.PICTURES}, _others, _refuses)
