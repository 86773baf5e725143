"""What Moodle has no field for, carried as tags of the question, and read back from them.

Moodle keeps tags, so these survive a way through a Moodle too (texts of 50 characters at most):

=============================  =====================================================================
``muc-do:de``, ``muc-do:kho``  difficulty; without it medium
``hoithi:cham=all``            scoring, where Moodle counts otherwise (values of :class:`Scoring`)
``hoithi:cuoi=AD``             options that stay last where their wording does not say it; ``-`` for none
``hoithi:menh-de``             a matching question that is a group of true or false statements
``hoithi:khong-dau``           a short answer may be typed without diacritics; Moodle wants them right
``hoithi:hoa-thuong``          upper and lower case must be right (GIFT has no field for it)
``hoithi:bieu-thuc=1,3``       accepted answers that are regular expressions
``hoithi:so-tu=100-300``       least and most words of an essay (GIFT)
``hoithi:doan-van=120``        the question's text begins with a shared passage of so many characters
``hoithi:nguon=80``            the general feedback ends with the source, behind so many characters
``hoithi:nhan=...``            a tag of the organizer's that looks like one of these
=============================  =====================================================================
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from questions.formats.fields import short
from questions.formats.moodle import is_wildcard, natural_scoring
from questions.formats.wording import parse_difficulty, stays_last_by_wording
from questions.markup import escape, plain
from questions.messages import N_, Message, message
from questions.rules import (
    LETTERS,
    MAX_TAG,
    MAX_TAGS,
    SCORINGS,
    Choice,
    Difficulty,
    Draft,
    Kind,
    Markup,
    Scoring,
    clean,
)

_OURS = "hoithi:"
_LEVEL = "muc-do:"
_LEVELS = {Difficulty.EASY: "de", Difficulty.HARD: "kho"}
#: Between a passage and its question, and between an explanation and its source.
_RULE = "\n\n---\n\n"
_SOURCE = "Nguồn: "
_GAP = "\n\n"
#: One line that reads the same in Markdown and as it stands.
_SIGNLESS = re.compile(r"[\w(“\"][\w\s,;.:/()“”\"–-]*(?<!\d[.)])")


@dataclass(frozen=True, slots=True)
class Said:
    """The tags of a question, told apart: the organizer's own, ours by name, and the level."""

    tags: tuple[str, ...]
    ours: dict[str, str]
    difficulty: Difficulty | None

    def numbers(self, name: str) -> frozenset[int]:
        """Numbers that a tag of ours lists, from 1."""
        listed = self.ours.get(name, "").split(",")
        return frozenset(int(n) for n in listed if n.isascii() and n.isdigit() and len(n) < 7)


def said(tags: Iterable[str]) -> Said:
    """Tags of a file as they stand, in their order."""
    own: list[str] = []
    ours: dict[str, str] = {}
    level = None
    for tag in (" ".join(clean(tag).split()) for tag in tags):
        if tag.startswith(_LEVEL) and level is None and parse_difficulty(tag.removeprefix(_LEVEL).replace("-", " ")):
            level = parse_difficulty(tag.removeprefix(_LEVEL).replace("-", " "))
        elif tag.startswith(f"{_OURS}nhan="):
            own.append(tag.removeprefix(f"{_OURS}nhan="))
        elif tag.startswith(_OURS):
            name, _, value = tag.removeprefix(_OURS).partition("=")
            ours[name] = value
        elif tag:
            own.append(tag)
    return Said(tuple(dict.fromkeys(own)), ours, level)


def too_much(tags: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tags that we can hold and those that we cannot, being too long or too many."""
    fit = [tag for tag in tags if len(tag) <= MAX_TAG][:MAX_TAGS]
    return tuple(fit), tuple(tag for tag in tags if tag not in fit)


def not_held(tags: Sequence[str]) -> Message:
    """What to say about tags that were left out."""
    return message(
        N_("Không lấy các nhãn %(tags)s: mỗi câu có tối đa %(n)s nhãn, mỗi nhãn tối đa %(long)s ký tự."),
        tags=short(", ".join(tags)),
        n=MAX_TAGS,
        long=MAX_TAG,
    )


def tags_of(draft: Draft, *, fields: bool) -> list[str]:
    """All tags to write with a question; ``fields``: the format has fields for case and for the limits of words."""
    own = [f"{_OURS}nhan={tag}" if tag.startswith((_OURS, _LEVEL)) else tag for tag in draft.tags]
    return [*own, *_ours(draft, fields)]


def _ours(draft: Draft, fields: bool) -> Iterator[str]:
    if draft.difficulty in _LEVELS:
        yield f"{_LEVEL}{_LEVELS[draft.difficulty]}"
    if draft.kind is Kind.STATEMENTS:
        yield f"{_OURS}menh-de"
    if draft.kind is not Kind.ORDER and draft.scoring is not natural_scoring(draft.kind, draft.choices):
        yield f"{_OURS}cham={draft.scoring}"
    if any(choice.stays_last != _last_unsaid(draft.kind, choice) for choice in draft.choices):
        letters = "".join(LETTERS[i] for i, choice in enumerate(draft.choices) if choice.stays_last)
        yield f"{_OURS}cuoi={letters or '-'}"
    if draft.kind is Kind.SHORT:
        yield from _typing(draft, fields)
    if not fields and (draft.min_words or draft.max_words):
        yield f"{_OURS}so-tu={draft.min_words or ''}-{draft.max_words or ''}"
    if draft.passage:
        yield f"{_OURS}doan-van={len(draft.passage)}"
    if draft.source:
        yield f"{_OURS}nguon={len(draft.explanation)}"


def _typing(draft: Draft, fields: bool) -> Iterator[str]:
    if not draft.exact:
        yield f"{_OURS}khong-dau"
    if draft.case and not fields:
        yield f"{_OURS}hoa-thuong"
    patterns = [str(n) for n, a in enumerate(draft.answers, start=1) if a.pattern and not is_wildcard(a)]
    if patterns:
        yield f"{_OURS}bieu-thuc={','.join(patterns)}"


def _last_unsaid(kind: Kind, choice: Choice) -> bool:
    """Whether an option stays last when no tag speaks about it."""
    return kind in (Kind.SINGLE, Kind.MULTIPLE) and stays_last_by_wording(choice.text)


def stem_of(draft: Draft) -> str:
    """The text to write as the question: the passage stands before it, where Moodle shows it to everybody."""
    return f"{draft.passage}{_RULE}{draft.stem}" if draft.passage else draft.stem


def feedback_of(draft: Draft) -> str:
    """The text to write as general feedback: the explanation and the source."""
    if not draft.source:
        return draft.explanation
    source = escape(draft.source) if draft.markup is Markup.MARKDOWN else draft.source
    return f"{draft.explanation}{_GAP if draft.explanation else ''}{_SOURCE}{source}"


def source_is_changed(draft: Draft) -> bool:
    """Whether a source cannot stand exactly inside a text in Markdown (lines of nothing but a dash, say)."""
    return draft.markup is Markup.MARKDOWN and plain(escape(draft.source), Markup.MARKDOWN) != draft.source


def apply(draft: Draft, told: Said) -> Draft:
    """The question with what its tags say; tags that do not fit it are left without effect."""
    draft = replace(draft, tags=told.tags, difficulty=told.difficulty or draft.difficulty)
    if "menh-de" in told.ours:
        draft = _as_statements(draft)
    if "cuoi" in told.ours:
        last = {LETTERS.find(letter) for letter in told.ours["cuoi"]}
        kept = (replace(choice, stays_last=index in last) for index, choice in enumerate(draft.choices))
        draft = replace(draft, choices=tuple(kept))
    draft = _scored(draft, told.ours.get("cham", ""))
    if draft.kind is Kind.SHORT:
        draft = replace(draft, exact="khong-dau" not in told.ours, case=draft.case or "hoa-thuong" in told.ours)
    words = re.fullmatch(r"(\d{0,4})-(\d{0,4})", told.ours.get("so-tu", ""))
    if draft.kind is Kind.ESSAY and words:
        draft = replace(draft, min_words=int(words[1] or 0) or None, max_words=int(words[2] or 0) or None)
    return _split(draft, told)


def _scored(draft: Draft, value: str) -> Draft:
    if value not in SCORINGS[draft.kind]:
        return draft
    scoring = Scoring(value)
    if scoring is Scoring.WEIGHTS:
        kept = (c if c.points is not None else replace(c, points=Fraction(c.correct)) for c in draft.choices)
    else:
        kept = (replace(choice, points=None) for choice in draft.choices)
    return replace(draft, choices=tuple(kept), scoring=scoring)


def _as_statements(draft: Draft) -> Draft:
    """Pairs of a statement with Đúng or Sai; anything else stays a matching question."""
    if draft.kind is not Kind.MATCH or not {choice.match for choice in draft.choices} <= {"Đúng", "Sai"}:
        return draft
    rows = (replace(choice, correct=choice.match == "Đúng", match="") for choice in draft.choices)
    return replace(draft, kind=Kind.STATEMENTS, choices=tuple(rows))


def _split(draft: Draft, told: Said) -> Draft:
    """Passage and source taken out of the texts that they were written into."""
    if "doan-van" in told.ours:
        at = _place(draft.stem, told.ours["doan-van"], _RULE)
        if at > 0:
            draft = replace(draft, passage=draft.stem[:at], stem=draft.stem[at + len(_RULE) :])
    if "nguon" in told.ours:
        between = _GAP + _SOURCE if told.ours["nguon"] != "0" else _SOURCE
        at = _place(draft.explanation, told.ours["nguon"], between)
        if at >= 0:
            source = _unescaped(draft.explanation[at + len(between) :], draft.markup)
            draft = replace(draft, explanation=draft.explanation[:at], source=source)
    return draft


def _unescaped(source: str, markup: Markup) -> str:
    """A source as it was before it stood in a text; most hold no sign that would have been escaped."""
    return clean(source if _SIGNLESS.fullmatch(source) else plain(source, markup))


def _place(text: str, told: str, between: str) -> int:
    """Where a text was put together: at the place told, or, changed since, at the first that looks like it; -1."""
    at = int(told) if told.isascii() and told.isdigit() and len(told) < 6 else -1
    return at if at >= 0 and text.startswith(between, at) else text.find(between)
