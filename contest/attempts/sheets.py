"""Papers as HTML: each question's is made once a process, and one person's places and answers are put in by hand.

What comes out is, byte for byte, what the macro ``paper.question`` writes: that macro makes the pieces, with signs
at the places to be filled that no text of a question can hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy.orm import Session

from contest.attempts import showing
from contest.attempts.papers import Wording
from contest.attempts.showing import ShownQuestion
from contest.web.texts import chosen_language
from questions.draw import PaperItem
from questions.rules import LETTERS, Kind

#: Questions a process keeps as HTML; some 2 KB each.
MAX_KEPT = 20_000
#: Control characters, which :func:`questions.rules.clean` takes out of every text.
_PLACE, _LETTER = "\x02", "\x04"
_END = "</fieldset>"
BY_LETTER = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.TRUEFALSE})


@dataclass(frozen=True, slots=True)
class _Lettered:
    """A question answered by letters, in whatever order its options are shown."""

    start: str
    #: By index of the option: what stands before its letter as value, between that and its letter as text, and behind.
    options: Mapping[int, tuple[str, str, str]]

    def html(self, place: int, order: Sequence[int], answer: str) -> str:
        parts = [self.start]
        for letter, index in zip(LETTERS, order, strict=False):
            before, between, behind = self.options[index]
            parts += (before, letter, " checked" if letter in answer else "", between, letter, behind)
        parts.append(_END)
        return "".join(parts).replace(_PLACE, str(place))


def sheet_html(
    session: Session,
    memo: dict[str, Any],
    items: Sequence[PaperItem],
    words: Mapping[int, Wording],
    answers: Mapping[str, str],
) -> Markup:
    """All questions of a paper, each on a line of its own, with these answers; one query at most."""
    kept: dict[Any, _Lettered | str] = memo.setdefault("sheets", {})
    language = chosen_language()
    lines: list[str] = []
    shown: Sequence[ShownQuestion] = ()
    passage = ""
    for place, item in enumerate(items, 1):
        wording, answer = words[item.version_id], answers.get(str(place), "")
        key = (language, item.version_id, () if wording.kind in BY_LETTER else item.order)
        found = kept.get(key)
        begins, passage = wording.passage not in ("", passage), wording.passage
        if isinstance(found, _Lettered) and not begins:
            lines.append(found.html(place, item.order, answer))
        elif isinstance(found, str) and not begins and not answer:
            lines.append(found.replace(_PLACE, str(place)))
        else:
            shown = shown or showing.shown(session, memo, items, words)
            lines.append(_question(place, shown[place - 1], answer))
            if item.version_id in memo["texts"]:
                _keep(kept, key, shown[place - 1], item.order)
    return Markup("\n".join([*lines, ""]))  # noqa: S704 -- made by macros


def _question(place: Any, question: ShownQuestion, answer: str) -> str:
    return str(_macros().question(place, question, answer))


def _keep(kept: dict[Any, _Lettered | str], key: Any, shown: ShownQuestion, order: Sequence[int]) -> None:
    """Remember a question without its place; one that waits for a picture is not to be remembered."""
    if len(kept) >= MAX_KEPT:
        kept.clear()
    question = replace(shown, place=0, passage=None)
    if shown.kind not in BY_LETTER:
        kept[key] = _question(_PLACE, question, "")
        return
    options = {
        index: str(_macros().choice(shown.kind, _PLACE, _LETTER, text)).split(_LETTER, 2)
        for index, text in zip(order, shown.choices, strict=True)
    }
    start = _question(_PLACE, replace(question, choices=()), "").removesuffix(_END)
    kept[key] = _Lettered(start, {index: (parts[0], parts[1], parts[2]) for index, parts in options.items()})


def numbers_html(total: int, answered: set[int]) -> Markup:
    """The links to a paper's questions, as the macro ``paper.numbers`` writes them."""
    text = _numbers(chosen_language(), total)
    for place in answered:
        text = text.replace(f"data-cau={place}>", f"data-cau={place} data-state=done>")
    return Markup(text)  # noqa: S704 -- made by a macro


@cache
def _numbers(_language: str, total: int) -> str:
    return str(_macros().numbers(total))


def _macros() -> Any:
    return current_app.jinja_env.get_template("macros/paper.html").module
