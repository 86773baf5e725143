"""The kinds of questions of Moodle XML, each read into ours; other kinds are named."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from questions.formats.fields import short
from questions.formats.moodle import Unread, number, share, short_answer, with_shares
from questions.formats.moodle_tags import Said
from questions.formats.moodle_xml_tree import Node
from questions.messages import N_, Message, message
from questions.rules import TRUE_FALSE, Answer, Choice, Draft, Kind, Scoring, clean
from questions.text import fold

#: What people call the kinds that we do not hold.
UNKNOWN = {
    "cloze": N_("điền vào chỗ trống trong đoạn văn (cloze)"),
    "multianswer": N_("điền vào chỗ trống trong đoạn văn (cloze)"),
    "calculated": N_("tính toán với số ngẫu nhiên (calculated)"),
    "calculatedsimple": N_("tính toán với số ngẫu nhiên (calculatedsimple)"),
    "calculatedmulti": N_("chọn đáp án với số ngẫu nhiên (calculatedmulti)"),
    "ddwtos": N_("kéo thả từ vào đoạn văn (ddwtos)"),
    "gapselect": N_("chọn từ trong đoạn văn (gapselect)"),
    "ddimageortext": N_("kéo thả vào hình (ddimageortext)"),
    "ddmarker": N_("kéo thả điểm đánh dấu vào hình (ddmarker)"),
    "randomsamatch": N_("ghép đôi ngẫu nhiên (randomsamatch)"),
    "random": N_("câu hỏi ngẫu nhiên (random)"),
    "missingtype": N_("loại bị thiếu trong Moodle (missingtype)"),
}
_TRUE_WORDS = frozenset({"true", "dung", "yes", "co", "vrai", "wahr", "richtig"})


@dataclass(slots=True)
class Item:
    """One question of the file while it is read: its element, what its tags say, and what is not taken of it."""

    node: Node
    told: Said
    notes: list[Message] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


Reader = Callable[[Draft, Item], Draft]


def _multichoice(draft: Draft, item: Item) -> Draft:
    return with_shares(replace(draft, choices=_options(item)), item.node.on("single", True))


def _all_or_nothing(draft: Draft, item: Item) -> Draft:
    """The plug-in "multichoiceset": every right option must be chosen and no other."""
    draft = with_shares(replace(draft, choices=_options(item)), single=False)
    choices = tuple(replace(choice, points=None) for choice in draft.choices)
    return replace(draft, choices=choices, scoring=Scoring.ALL)


def _options(item: Item) -> tuple[Choice, ...]:
    """The options with their shares; where Moodle does not shuffle them they all keep their places."""
    still = item.node.first("shuffleanswers") is not None and not item.node.on("shuffleanswers", True)
    if still:
        item.left.append("still")
    return tuple(
        Choice(node.text(), points=_share(node), stays_last=still, feedback=node.text("feedback"))
        for node in item.node.all("answer")
    )


def _truefalse(draft: Draft, item: Item) -> Draft:
    """Answers are told by "true" and "false"; in old files, translated, true stands first."""
    nodes = item.node.all("answer")[:2]
    said = [node.line().lower() for node in nodes]
    order = said if set(said) == {"true", "false"} else ["true", "false"][: len(said)]
    by_name = dict(zip(order, nodes, strict=True))
    choices = []
    for text, name in zip(TRUE_FALSE, ("true", "false"), strict=True):
        node = by_name.get(name)
        right = node is not None and _share(node) == 1
        choices.append(Choice(text, right, feedback=node.text("feedback") if node else ""))
    return replace(draft, kind=Kind.TRUEFALSE, choices=tuple(choices))


def _shortanswer(draft: Draft, item: Item) -> Draft:
    patterns = item.told.numbers("bieu-thuc")
    answers = []
    for place, node in enumerate(item.node.all("answer"), start=1):
        words, points, feedback = node.line(), _share(node), node.text("feedback")
        pattern = place in patterns
        answer = Answer(words, points, pattern=True, feedback=feedback)
        answers.append(answer if pattern else short_answer(words, points, feedback))
    return replace(draft, kind=Kind.SHORT, answers=tuple(answers), exact=True, case=item.node.on("usecase", False))


def _numerical(draft: Draft, item: Item) -> Draft:
    if item.node.first("units") is not None and item.node.element.find("units/unit") is not None:
        item.notes.append(message(N_("Đơn vị đo của câu hỏi không giữ được nên không lấy.")))
    answers = []
    for node in item.node.all("answer"):
        feedback = node.text("feedback")
        if node.line() in ("*", "") and _share(node) == 0:
            if feedback:
                item.notes.append(message(N_("Nhận xét cho các số khác đáp án không giữ được nên không lấy.")))
            continue
        value, off = number(node.line()), number(node.value("tolerance") or "0")
        if value is None or off is None:
            raise Unread(
                message(
                    N_("Đáp án số “%(words)s” không đọc được. Hãy ghi bằng chữ số, ví dụ 3.14 và sai số 0.01."),
                    words=short(f"{node.line()} ± {node.value('tolerance')}"),
                )
            )
        answers.append(Answer(value, _share(node), off, feedback=feedback))
    return replace(draft, kind=Kind.NUMBER, answers=tuple(answers))


def _matching(draft: Draft, item: Item) -> Draft:
    choices = []
    for node in item.node.all("subquestion"):
        right = node.first("answer")
        choices.append(Choice(node.text(), match=clean(right.raw) if right else "", feedback=node.text("feedback")))
    kept = tuple(choice for choice in choices if choice.text or choice.match)
    return replace(draft, kind=Kind.MATCH, choices=kept, scoring=Scoring.PARTIAL)


def _essay(draft: Draft, item: Item) -> Draft:
    if item.node.text("responsetemplate"):
        item.notes.append(message(N_("Mẫu bài viết sẵn cho thí sinh không giữ được nên không lấy.")))
    if item.node.value("attachments") not in ("", "0"):
        item.notes.append(message(N_("Việc nộp tệp kèm bài viết không giữ được nên không lấy.")))
    return replace(
        draft,
        kind=Kind.ESSAY,
        guide=item.node.text("graderinfo"),
        min_words=_words(item.node.value("minwordlimit")),
        max_words=_words(item.node.value("maxwordlimit")),
    )


def _ordering(draft: Draft, item: Item) -> Draft:
    """Items stand in the right order; Moodle's ways of counting by neighbours have no counterpart."""
    way = item.node.value("gradingtype").upper()
    if way not in ("ALL_OR_NOTHING", "ABSOLUTE_POSITION", "ABSOLUTE", "ABS"):
        item.notes.append(message(N_("Moodle chấm câu này theo thứ tự liền kề; ở đây chấm theo từng vị trí đúng.")))
    if item.node.value("selecttype").upper() in ("RANDOM", "REL", "CONTIGUOUS", "CONTIG"):
        item.notes.append(message(N_("Moodle chỉ hiện một số ý của câu này; ở đây hiện đủ các ý.")))
    choices = tuple(Choice(node.text(), feedback=node.text("feedback")) for node in item.node.all("answer"))
    scoring = Scoring.ALL if way == "ALL_OR_NOTHING" else Scoring.PARTIAL
    return replace(draft, kind=Kind.ORDER, choices=choices, scoring=scoring)


def _statements(draft: Draft, item: Item) -> Draft:
    """The plug-ins "mtf" and "kprime": rows to be judged by two columns, of which the first means true."""
    columns = [node.text("responsetext") for node in item.node.all("column")]
    if len(columns) != len(TRUE_FALSE):
        raise Unread(message(N_("Bảng mệnh đề phải có đúng hai cột (Đúng và Sai). Hãy bỏ câu này khỏi tệp.")))
    if fold(columns[0]) not in _TRUE_WORDS:
        item.notes.append(
            message(N_("Cột thứ nhất “%(words)s” được hiểu là Đúng, cột thứ hai là Sai."), words=short(columns[0]))
        )
    right = {
        node.get("rownumber")
        for node in item.node.all("weight")
        if node.get("columnnumber") == "1" and re.fullmatch(r"1(\.0*)?", node.value("value"))
    }
    rows = tuple(
        Choice(node.text("optiontext"), node.get("number") in right, feedback=node.text("feedbacktext"))
        for node in item.node.all("row")
    )
    method = item.node.value("scoringmethod").lower()
    if method == "kprime":
        item.notes.append(message(N_("Moodle cho nửa điểm khi sai một ý; ở đây mỗi ý đúng được một phần bằng nhau.")))
    scoring = Scoring.ALL if method.endswith("onezero") else Scoring.PARTIAL
    return replace(draft, kind=Kind.STATEMENTS, choices=rows, scoring=scoring)


READERS: Mapping[str, Reader] = {
    "multichoice": _multichoice,
    "multichoiceset": _all_or_nothing,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "essay": _essay,
    "ordering": _ordering,
    "mtf": _statements,
    "kprime": _statements,
}


def kind_name(name: str) -> Message | str:
    """What to call a kind that we do not hold."""
    return message(UNKNOWN[name]) if name in UNKNOWN else short(name) or "?"


def _share(node: Node) -> Fraction:
    """What an answer brings: a percentage, or in old files an element with a number from 0 to 1."""
    said = node.get("fraction")
    old = node.value("fraction") if not said else ""
    found = share(said or old or "0")
    if found is None:
        raise Unread(
            message(N_("Tỉ lệ điểm “%(words)s” không phải là số phần trăm. Hãy sửa lại."), words=short(said or old))
        )
    return found * 100 if old else found


def _words(text: str) -> int | None:
    return int(text) or None if text.isascii() and text.isdigit() and len(text) < 6 else None
