"""Questions as pages show them: HTML made once a version and remembered by each process.

A version never changes, so neither does what it looks like; only one that waits for a picture is made again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from contest.attempts.papers import MAX_REMEMBERED, Wording
from questions import markup, picture_store
from questions.answers import right_sides
from questions.draw import PaperItem
from questions.markup import FindPicture, picture_address
from questions.rules import Choice, Draft, Kind
from questions.rules import Markup as Kinds

#: So much of a right side is repeated in the list it is chosen from.
MAX_SIDE = 60


@dataclass(frozen=True, slots=True)
class Texts:
    """What a version says, as safe HTML in the author's order. ``block``: the stem is more than one paragraph."""

    stem: Markup
    block: bool
    choices: tuple[Markup, ...]
    #: By right side of a pair: its HTML, and its beginning in plain words.
    sides: Mapping[str, "Side"]
    passage: Markup
    explanation: Markup


@dataclass(frozen=True, slots=True)
class Side:
    """The right side of a pair."""

    html: Markup
    words: str


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as the participant sees it: nothing here tells which option is right."""

    place: int
    kind: Kind
    stem: Markup
    block: bool
    #: In the order shown, under the letters A, B, C ...; for pairs the left sides in their own order.
    choices: tuple[Markup, ...]
    points: int = 1
    #: Right sides of pairs in the order shown, under the letters A, B, C ...
    sides: tuple[Side, ...] = ()
    #: Text that this question shares with those up to ``until``; only at the first of them.
    passage: Markup | None = None
    until: int = 0
    min_words: int | None = None
    max_words: int | None = None


def shown(
    session: Session, memo: dict[str, Any], items: Sequence[PaperItem], words: Mapping[int, Wording]
) -> list[ShownQuestion]:
    """A paper as it is shown; at most one query, none when all its questions are remembered."""
    found = texts(session, memo, words)
    passages = [words[item.version_id].passage for item in items]
    return [
        shown_question(place, item.order, words[item.version_id], found[item.version_id], item.points, passages)
        for place, item in enumerate(items, 1)
    ]


def shown_question(
    place: int,
    order: Sequence[int],
    words: Wording | Draft,
    own: Texts,
    points: int = 1,
    passages: Sequence[str] = (),
) -> ShownQuestion:
    """One question of a paper whose questions have these ``passages``."""
    pairs = words.kind is Kind.MATCH
    lefts = tuple(html for html, choice in zip(own.choices, words.choices, strict=True) if choice.text)
    first = bool(words.passage) and (place < 2 or passages[place - 2 : place - 1] != [words.passage])
    return ShownQuestion(
        place=place,
        kind=words.kind,
        stem=own.stem,
        block=own.block,
        choices=lefts if pairs else tuple(own.choices[index] for index in order),
        points=points,
        sides=tuple(own.sides[side] for side in right_sides(words.choices, order)) if pairs else (),
        passage=own.passage if first else None,
        until=_last_of(passages, place) if first else 0,
        min_words=words.min_words,
        max_words=words.max_words,
    )


def _last_of(passages: Sequence[str], place: int) -> int:
    """The last place of the run of equal passages that begins at a place."""
    last = place
    while last < len(passages) and passages[last] == passages[place - 1]:
        last += 1
    return last


def shown_draft(draft: Draft, place: int = 1, picture: FindPicture = picture_address) -> ShownQuestion:
    """A question that is not drawn, its choices as typed: for looking at it before anybody else does."""
    return shown_question(place, range(len(draft.choices)), draft, texts_of(draft, picture))


def texts(session: Session, memo: dict[str, Any], words: Mapping[int, Wording]) -> dict[int, Texts]:
    """The HTML of these versions."""
    known: dict[int, Texts] = memo.setdefault("texts", {})
    missing = [version_id for version_id in words if version_id not in known]
    if len(known) + len(missing) > MAX_REMEMBERED:
        known.clear()
        missing = list(words)
    named = {version_id: _pictures(words[version_id]) for version_id in missing}
    sizes = picture_store.known(session, [sha for names in named.values() for sha in names])
    waiting: dict[int, Texts] = {}
    for version_id in missing:
        # What a picture is missing from is not remembered: it may come any time.
        here = known if sizes.keys() >= set(named[version_id]) else waiting
        # Loaded with the paper: the network may be gone when somebody scrolls there.
        here[version_id] = texts_of(words[version_id], picture_store.finder_of(sizes, lazy=False))
    return {version_id: known.get(version_id) or waiting[version_id] for version_id in words}


def _pictures(words: Wording) -> list[str]:
    if words.markup is not Kinds.MARKDOWN:
        return []
    sides = (text for choice in words.choices for text in (choice.text, choice.match))
    whole = "\n".join((words.passage, words.stem, words.explanation, *sides))
    return markup.pictures(whole)


def texts_of(words: Wording | Draft, picture: FindPicture = picture_address) -> Texts:
    """A question's texts as HTML; ``picture`` finds what they show."""

    def inline(text: str) -> Markup:
        return Markup(markup.to_inline(text, words.markup, picture))  # noqa: S704 -- escaped there

    stem = inline(words.stem)
    return Texts(
        stem=stem,
        block=markup.is_block(stem),
        choices=tuple(inline(choice.text) for choice in words.choices),
        sides=_sides(words.choices, words.markup, inline),
        passage=Markup(markup.to_html(words.passage, words.markup, picture)),  # noqa: S704
        explanation=inline(words.explanation),
    )


def _sides(choices: Iterable[Choice], kind: Kinds, inline: Any) -> dict[str, Side]:
    return {
        choice.match: Side(inline(choice.match), _short(" ".join(markup.plain(choice.match, kind).split())))
        for choice in choices
        if choice.match
    }


def _short(text: str) -> str:
    return text if len(text) <= MAX_SIDE else text[: MAX_SIDE - 1].rstrip() + "…"
