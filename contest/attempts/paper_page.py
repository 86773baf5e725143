"""The paper as a page that arrives whole: head, frame, questions and the person's answers in one answer.

The frame is written by its template once a process for each round and language, with signs where a person's own values
go; only a page that must explain something is written by the template itself.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import markupsafe
from flask import Response, render_template
from flask_babel import gettext
from sqlalchemy.orm import Session

from contest.attempts import papers, rules
from contest.attempts.actions import Saved
from contest.attempts.pages import prediction_label
from contest.attempts.papers import Wording
from contest.attempts.queries import Held
from contest.attempts.sheets import BY_LETTER, numbers_html, sheet_html
from contest.rounds.snapshots import RoundSnapshot
from contest.web import whole
from contest.web.texts import chosen_language, clock_time
from contest.web.tokens import page_token
from questions.rules import Kind, Markup

#: Frames a process keeps; some 8 KB each.
MAX_FRAMES = 500
#: Kinds for which a script of their own makes answering handier.
_HANDY = frozenset({Kind.ORDER, Kind.NUMBER, Kind.ESSAY})
#: A control character around the name of a value; no title holds it.
_SIGN = "\x02"


def paper_page(
    session: Session,
    memo: dict[str, Any],
    attempt: Held,
    round_: RoundSnapshot,
    *,
    answers: Mapping[str, str],
    prediction: Any,
    page: str,
    key: str,
    now: datetime,
    error: str | None = None,
    stale: Saved | None = None,
    seq: int | None = None,
) -> Response:
    """The paper with these answers filled in; ``page`` and ``key``: see :mod:`contest.attempts.marks`.

    ``seq`` is the number of the last save the page knows of, where that is not the attempt's.
    """
    items = rules.paper_items(attempt.paper)
    words = papers.wordings(session, memo, [item.version_id for item in items])
    answered = rules.complete(answers, papers.shapes(items, words))
    known = attempt.seq if seq is None else seq
    own = {
        **_clock_of(attempt, now),
        "address": f"/bai-thi/{attempt.code}",
        "code": attempt.code,
        "csrf": page_token(),
        "done": len(answered),
        "key": key,
        "next_seq": known + 1,
        "numbers": numbers_html(len(items), answered),
        "page": page,
        "prediction": "" if prediction is None else prediction,
        "saved_text": gettext("Đã lưu lúc %(time)s", time=clock_time(attempt.saved_at)) if attempt.saved_at else "",
        "seq": known,
        "sheet": sheet_html(session, memo, items, words, answers),
    }
    if error or stale:
        about = _about(round_, len(items))
        rest = render_template("attempts/paper.html", error=error, stale=stale, **about, **own)
    else:
        rest = _filled(_frame(memo, round_, len(items), own), own)
    return whole.answer(_head(words.values()), rest)


def _head(words: Collection[Wording]) -> whole.Head:
    """The beginning of a paper of these questions: simple ones need less style and no script of their own."""
    kinds = {wording.kind for wording in words}
    simple = kinds <= BY_LETTER and all(word.markup is Markup.PLAIN and not word.passage for word in words)
    scripts = ("js/kinds.js", "js/attempt.js") if kinds & _HANDY else ("js/attempt.js",)
    return whole.head("attempts/_head.html", "css/lettered.css" if simple else "css/attempt.css", *scripts)


def _clock_of(attempt: Held, now: datetime) -> dict[str, Any]:
    left = rules.remaining_ms(attempt.due_at, now)
    counts_late = attempt.late_until > attempt.taken_until
    return {
        "due_ms": int(attempt.due_at.timestamp() * 1000),
        "due_text": clock_time(attempt.due_at),
        "grace_ms": rules.remaining_ms(attempt.taken_until, attempt.due_at),
        "late_ms": rules.remaining_ms(attempt.late_until, attempt.due_at) if counts_late else 0,
        "left_ms": left,
        "left_text": f"{left // 60000}:{left // 1000 % 60:02d}",
    }


def _about(round_: RoundSnapshot, total: int) -> dict[str, Any]:
    """What the page says of its round."""
    return {
        "title": round_.contest.title,
        "round_name": round_.title or gettext("Đợt %(n)s", n=round_.number),
        "prediction_label": prediction_label(round_.contest),
        "required": round_.contest.all_answers_required,
        "total": total,
    }


def _frame(memo: dict[str, Any], round_: RoundSnapshot, total: int, names: Iterable[str]) -> list[str]:
    """The page of a round for anybody: its text, and at every second place the name of a person's value."""
    frames = memo.setdefault("frames", {})
    key = (chosen_language(), round_.id, round_.contest.revision, total)
    if key not in frames:
        if len(frames) >= MAX_FRAMES:
            frames.clear()
        signs = {name: markupsafe.Markup(f"{_SIGN}{name}{_SIGN}") for name in names}  # noqa: S704 -- names of ours
        frames[key] = render_template("attempts/paper.html", **_about(round_, total), **signs).split(_SIGN)
    return frames[key]


def _filled(frame: list[str], own: Mapping[str, Any]) -> str:
    """The values are numbers, HTML made by macros, or texts of our own without any sign that HTML knows."""
    parts = frame.copy()
    parts[1::2] = [str(own[name]) for name in frame[1::2]]
    return "".join(parts)
