"""Codes, searches and figures of question banks; pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from contest.banks.search import NO_TOPIC as NO_TOPIC
from contest.banks.search import Search as Search
from contest.slices import pages_of
from questions.messages import N_, Message, message
from questions.plans import Change, Plan, Planned
from questions.rules import LETTERS, Answer, Count, Difficulty, Draft, Fault, State, shares
from questions.text import fold

PAGE_SIZE = 50
#: Faults shown on one page; the first thousand are enough to see what is wrong with a file.
MAX_FAULTS = 1000
MAX_CODE = 60
#: Parts of addresses beside the banks' codes.
RESERVED = frozenset({"moi", "mau", "cho-duyet", "don-vi-chia-se", "van-ban"})

STATE_NAMES = {
    State.APPROVED: N_("Đang dùng"),
    State.DRAFT: N_("Bản nháp"),
    State.REVIEW: N_("Chờ duyệt"),
    State.RETIRED: N_("Ngừng dùng"),
}
CHANGE_NAMES = {
    Change.NEW: N_("Mới"),
    Change.CHANGED: N_("Thay đổi"),
    Change.SAME: N_("Như cũ"),
    Change.NEAR: N_("Gần giống câu khác"),
}
PART_NAMES = {
    "stem": N_("nội dung"),
    "choices": N_("phương án"),
    "key": N_("đáp án"),
    "kind": N_("loại câu"),
    "topic": N_("chủ đề"),
    "difficulty": N_("mức độ"),
    "source": N_("nguồn"),
    "explanation": N_("lời giải"),
    "title": N_("tên câu"),
    "markup": N_("cách viết"),
    "guide": N_("hướng dẫn chấm"),
    "passage": N_("đoạn văn chung"),
    "feedback": N_("nhận xét từng phương án"),
    "limits": N_("giới hạn số từ"),
    "tags": N_("nhãn"),
}


def code_fault(code: str) -> Message | None:
    """Why a text cannot be a bank's code, which stands in addresses, commands and file names."""
    if not re.fullmatch(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*", code) or len(code) > MAX_CODE:
        return message(
            N_("Mã chỉ gồm chữ không dấu, chữ số và gạch nối, tối đa %(n)s ký tự, ví dụ: lai-chau-20-nam."), n=MAX_CODE
        )
    if code.lower() in RESERVED:
        return message(N_("Mã “%(code)s” đã dành riêng cho hệ thống. Hãy chọn mã khác."), code=code)
    return None


def suggest_code(title: str, taken: Collection[str]) -> str:
    """A free code made from a title.

    >>> suggest_code("20 năm tỉnh Lai Châu!", {"20-nam-tinh-lai-chau"})
    '20-nam-tinh-lai-chau-2'
    >>> suggest_code("???", ())
    'ngan-hang'
    """
    words = "-".join(re.findall(r"[a-z0-9]+", fold(title)))
    base = words[: MAX_CODE - 4].strip("-") or "ngan-hang"
    used = {*taken, *RESERVED}
    numbered = (base if n == 1 else f"{base}-{n}" for n in range(1, len(used) + 2))
    return next(code for code in numbered if code not in used)


def pages(total: int) -> int:
    """Number of pages of so many rows; at least one."""
    return pages_of(total, PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic with the approved questions in its whole subtree, by difficulty; ``path`` "" for those without topic."""

    path: str
    name: str
    depth: int
    by_difficulty: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.by_difficulty.values())


def topic_lines(topics: Sequence[tuple[int, str]], counts: Iterable[Count]) -> list[TopicLine]:
    """Topics (id, path) in their order, each below its parent, and last the questions without a topic, if any."""
    path_of = dict(topics)
    sums: dict[str, dict[int, int]] = {path: {} for path in path_of.values()}
    loose: dict[int, int] = {}
    for count in counts:
        if count.state != State.APPROVED:
            continue
        for found in _upwards(path_of.get(count.topic_id or 0, ""), sums, loose):
            found[count.difficulty] = found.get(count.difficulty, 0) + count.number
    place = {path: number for number, (_, path) in enumerate(topics)}
    paths = sorted(sums, key=lambda path: [place.get(above, 0) for above in _chain(path)])
    lines = [TopicLine(path, path.split(" / ")[-1], path.count(" / "), sums[path]) for path in paths]
    return lines + ([TopicLine("", "", 0, loose)] if loose else [])


def _chain(path: str) -> list[str]:
    """A topic's path and those above it, from the top."""
    names = path.split(" / ")
    return [" / ".join(names[: n + 1]) for n in range(len(names))]


def _upwards(path: str, sums: dict[str, dict[int, int]], loose: dict[int, int]) -> list[dict[int, int]]:
    return [sums[above] for above in _chain(path) if above in sums] if path else [loose]


def draws(row_topic: str | None, row_difficulty: int | None, topic: str, difficulty: int) -> bool:
    """Whether a blueprint row (topic path or None for all, difficulty or None) takes in a question.

    >>> draws("Địa lý", None, "Địa lý / Núi", 2), draws("Địa", None, "Địa lý", 2), draws(None, 1, "", 2)
    (True, False, False)
    """
    in_topic = row_topic is None or topic == row_topic or topic.startswith(row_topic + " / ")
    return in_topic and row_difficulty in (None, difficulty)


def key_letters(draft: Draft) -> str:
    """The key as people write it: "B", or "A, C"."""
    return ", ".join(letter for letter, choice in zip(LETTERS, draft.choices, strict=False) if choice.correct)


def import_data(plan: Plan, imported: int, notes: Iterable[Fault] = (), by_line: bool = False) -> dict[str, Any]:
    """An import as data for programs: every fault and note, and every question as it would be stored.

    ``by_line``: the file is a text, whose faults stand at lines and not at rows of a sheet.
    """

    def told(fault: Fault) -> dict[str, Any]:
        place = {"line": fault.row} if by_line else {"row": fault.row}
        return {**place, "question": fault.question, "message": str(fault.message)}

    return {
        "imported": imported,
        **{change.value: plan.count(change) for change in Change},
        "faults": [told(fault) for fault in plan.faults],
        "notes": [told(note) for note in notes],
        "questions": [planned_data(item) for item in plan.planned],
    }


def planned_data(item: Planned) -> dict[str, Any]:
    """A question of a file as it would be stored; ``near`` are those it is nearly the same as.

    The ``bank`` of a near one is None when it stands in the same file.
    """
    near = [
        {"code": n.key.code, "bank": n.key.bank or None, "likeness": round(n.likeness, 2), "how": n.how.value}
        for n in item.near
    ]
    row = {"row": item.draft.row, "state": item.change.value, "changed": list(item.parts)}
    return {**draft_data(item.draft), **row, "near": near}


def draft_data(draft: Draft) -> dict[str, Any]:
    """A question as data; ``points`` are fractions of the question's worth, ``answers`` what is accepted."""
    rows = [
        {
            "text": choice.text,
            "points": _number(share),
            "stays_last": choice.stays_last,
            **({"match": choice.match} if choice.match else {}),
            **({"feedback": choice.feedback} if choice.feedback else {}),
            **({"correct": choice.correct} if draft.kind == "statements" else {}),
        }
        for choice, share in zip(draft.choices, shares(draft), strict=True)
    ]
    return {
        "kind": draft.kind.value,
        "code": draft.code,
        "title": draft.title or draft.code,
        "stem": draft.stem,
        "passage": draft.passage,
        "markup": draft.markup.value,
        "topic": draft.topic,
        "difficulty": Difficulty(draft.difficulty).name.lower(),
        "tags": list(draft.tags),
        "scoring": draft.scoring.value,
        "choices": rows,
        "answers": [_answer_data(draft, answer) for answer in draft.answers],
        "feedback": draft.explanation,
        "source": draft.source,
        **({"min_words": draft.min_words, "max_words": draft.max_words} if draft.kind == "essay" else {}),
    }


def _answer_data(draft: Draft, answer: Answer) -> dict[str, Any]:
    """An accepted answer; a number stands as a number, with how far off still counts."""
    if draft.kind == "number":
        value: Any = {"value": float(answer.text), "tolerance": float(answer.tolerance)}
    else:
        value = {"text": answer.text, "pattern": answer.pattern}
    return {**value, "points": _number(answer.points), "feedback": answer.feedback}


def _number(share: Fraction | int) -> int | float:
    """A share as JSON writes numbers: whole ones without a point.

    >>> _number(Fraction(1)), _number(Fraction(1, 2))
    (1, 0.5)
    """
    return int(share) if share == int(share) else float(share)
