"""What a file format cannot hold of the questions to be exported, told before anybody relies on the file.

A format says in :class:`Holds` what it keeps; everything else a question has is listed, by question. The convention
for a format module: ``HOLDS`` (what it keeps), ``losses(drafts) -> list[Fault]`` (usually
``losses_of(drafts, HOLDS)``), and a ``write`` that leaves out exactly the questions for which :func:`held` is false.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from questions.formats.wording import stays_last_by_wording
from questions.messages import N_, Message, message
from questions.rules import (
    KIND_NAMES,
    SCORING_NAMES,
    SCORINGS,
    Difficulty,
    Draft,
    Fault,
    Kind,
    Markup,
    Scoring,
)

_PICTURE = re.compile(r"!\[[^\]]*\]\(hinh:[0-9a-f]{64}\)")


class Part(StrEnum):
    """Something a question may have beside its stem, its options and its key."""

    CODE = "code"
    TOPIC = "topic"
    DIFFICULTY = "difficulty"
    SOURCE = "source"
    EXPLANATION = "explanation"
    TITLE = "title"
    TAGS = "tags"
    PASSAGE = "passage"
    GUIDE = "guide"
    LIMITS = "limits"
    STAYS_LAST = "stays-last"
    FEEDBACK = "feedback"
    PATTERN = "pattern"
    EXACT = "exact"
    CASE = "case"
    MARKUP = "markup"
    PICTURES = "pictures"


#: Whether a question has such a part, and what is said when it is lost.
_PARTS: Mapping[Part, tuple[Callable[[Draft], bool], str]] = {
    Part.CODE: (lambda d: bool(d.code), N_("Định dạng này không giữ được mã câu.")),
    Part.TOPIC: (lambda d: bool(d.topic), N_("Định dạng này không giữ được chủ đề.")),
    Part.DIFFICULTY: (
        lambda d: d.difficulty is not Difficulty.MEDIUM,
        N_("Định dạng này không giữ được mức độ; khi nhập lại sẽ là Trung bình."),
    ),
    Part.SOURCE: (lambda d: bool(d.source), N_("Định dạng này không giữ được nguồn.")),
    Part.EXPLANATION: (lambda d: bool(d.explanation), N_("Định dạng này không giữ được lời giải.")),
    Part.TITLE: (lambda d: bool(d.title), N_("Định dạng này không giữ được tên câu hỏi.")),
    Part.TAGS: (lambda d: bool(d.tags), N_("Định dạng này không giữ được nhãn.")),
    Part.PASSAGE: (lambda d: bool(d.passage), N_("Định dạng này không giữ được đoạn văn chung.")),
    Part.GUIDE: (lambda d: bool(d.guide), N_("Định dạng này không giữ được hướng dẫn chấm.")),
    Part.LIMITS: (
        lambda d: d.min_words is not None or d.max_words is not None,
        N_("Định dạng này không giữ được giới hạn số từ."),
    ),
    Part.STAYS_LAST: (
        lambda d: any(choice.stays_last for choice in d.choices),
        N_("Định dạng này không giữ được phương án luôn đứng cuối."),
    ),
    Part.FEEDBACK: (
        lambda d: any(one.feedback for one in (*d.choices, *d.answers)),
        N_("Định dạng này không giữ được nhận xét riêng của từng phương án."),
    ),
    Part.PATTERN: (
        lambda d: any(answer.pattern for answer in d.answers),
        N_("Định dạng này không giữ được đáp án là biểu thức chính quy."),
    ),
    Part.EXACT: (lambda d: d.exact, N_("Định dạng này không giữ được yêu cầu đúng dấu.")),
    Part.CASE: (lambda d: d.case, N_("Định dạng này không giữ được yêu cầu đúng chữ hoa, chữ thường.")),
    Part.MARKUP: (
        lambda d: d.markup is Markup.MARKDOWN,
        N_("Định dạng này chỉ giữ chữ thường: chữ đậm, bảng, công thức ... sẽ thành chữ trơn."),
    ),
    Part.PICTURES: (lambda d: has_pictures(d), N_("Định dạng này không giữ được hình.")),
}


@dataclass(frozen=True, slots=True)
class Holds:
    """What a format keeps: the scorings it can say for each kind it knows, and the parts of a question.

    ``others`` names further losses of one question, those that depend on what its texts say; ``refuses`` says why a
    question of a kind that is held cannot stand in the file all the same, and None for one that can.
    """

    kinds: Mapping[Kind, Collection[Scoring]]
    parts: frozenset[Part] = frozenset()
    others: Callable[[Draft], Iterable[Message]] | None = None
    refuses: Callable[[Draft], Message | None] | None = None


#: For formats that keep all our kinds with all their ways of counting.
EVERY_KIND: Mapping[Kind, Collection[Scoring]] = SCORINGS
EVERY_PART = frozenset(Part)


def held(draft: Draft, holds: Holds) -> bool:
    """Whether the question stands in the file at all."""
    return draft.kind in holds.kinds and not (holds.refuses and holds.refuses(draft))


def losses_of(drafts: Sequence[Draft], holds: Holds) -> list[Fault]:
    """Everything a format cannot hold, question by question; ``question`` is its code, else its number in the list."""
    return [
        Fault(why, question=draft.code or str(number))
        for number, draft in enumerate(drafts, start=1)
        for why in _losses(draft, holds)
    ]


def last_by_wording_only(draft: Draft) -> Iterator[Message]:
    """The loss of a format whose reader tells options that stay last by their wording alone."""
    if any(choice.stays_last != stays_last_by_wording(choice.text) for choice in draft.choices):
        yield part_lost(Part.STAYS_LAST)


def part_lost(part: Part) -> Message:
    """What is said about a part that is lost."""
    return message(_PARTS[part][1])


def by_message(faults: Iterable[Fault]) -> list[tuple[Message, tuple[str, ...]]]:
    """The losses for people: each sentence once, with the questions it is about, in the order first met."""
    found: dict[str, tuple[Message, list[str]]] = {}
    for fault in faults:
        found.setdefault(str(fault.message), (fault.message, []))[1].append(fault.question or "")
    return [(why, tuple(questions)) for why, questions in found.values()]


def has_pictures(draft: Draft) -> bool:
    """Whether a picture stands in any of the question's texts."""
    return draft.markup is Markup.MARKDOWN and any(_PICTURE.search(text) for text in draft.texts)


def _losses(draft: Draft, holds: Holds) -> Iterator[Message]:
    if draft.kind not in holds.kinds:
        yield message(
            N_("Định dạng này không ghi được loại câu “%(kind)s” nên câu này không có trong tệp."),
            kind=message(KIND_NAMES[draft.kind]),
        )
        return
    why = holds.refuses(draft) if holds.refuses else None
    if why:
        yield why
        return
    if draft.scoring not in holds.kinds[draft.kind]:
        yield message(
            N_("Định dạng này không giữ được cách chấm “%(scoring)s”."), scoring=message(SCORING_NAMES[draft.scoring])
        )
    for part, (has, text) in _PARTS.items():
        if part not in holds.parts and has(draft):
            yield message(text)
    if holds.others:
        yield from holds.others(draft)
