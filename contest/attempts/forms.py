"""Reading what a phone sends: the paper's form, or JSON of the same meaning."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Request
from werkzeug.exceptions import BadRequest

from contest.attempts import rules
from questions.answers import Shape, Unacceptable, clean_answers
from questions.messages import N_, message
from questions.rules import MAX_CHOICES

#: A save that does not count itself gets the next number, which must fit its column too.
MAX_SEQ = 10**9
#: As :func:`contest.attempts.marks.new_mark` makes them.
MARK = re.compile(r"\d{13}[0-9a-f]{8}")
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A save as it arrived, its shape checked. ``seq`` None: the sender does not count."""

    seq: int | None
    answers: dict[str, str]
    prediction: int | None
    #: Mark of the page; None: the sender has none and obeys the numbers alone.
    page: str | None = None
    #: When the last of the answers was given, by the sender's account.
    given_at: datetime | None = None


def has_answers(request: Request) -> bool:
    """Whether a submission carries answers to be saved first."""
    if request.is_json:
        body = request.get_json(silent=True)
        return isinstance(body, dict) and "answers" in body
    return any(_place(name.partition("_")[0]) for name in request.form) or "prediction" in request.form


def read(request: Request, shapes: Sequence[Shape]) -> Sent:
    """What was sent, cleaned against the paper. Raises Unacceptable with a reason for people."""
    if request.is_json:
        return _read_json(request, shapes)
    if request.mimetype not in FORMS:
        # Anything else reads as a form without fields, which would wipe out every answer.
        raise _unreadable()
    return Sent(
        seq=_whole(request.form.get("seq")),
        answers=clean_answers(typed(request), shapes),
        prediction=rules.clean_prediction(request.form.get("prediction")),
        page=_mark(request.form.get("page")),
    )


def typed(request: Request) -> dict[str, list[str]]:
    """The form's fields by place: ``q7`` with letters or a text, ``q8_1``, ``q8_2`` ... with a value for each row."""
    given: dict[str, list[str]] = {}
    rows: dict[str, dict[int, str]] = {}
    for name in request.form:
        place, _, row = name.partition("_")
        if not _place(place):
            continue
        if not row:
            given[_place(place)] = request.form.getlist(name)
        elif row.isascii() and row.isdigit() and 1 <= int(row[:3]) <= MAX_CHOICES:
            rows.setdefault(_place(place), {})[int(row[:3])] = request.form[name]
    for place, values in rows.items():
        given[place] = [values.get(row, "") for row in range(1, max(values) + 1)]
    return given


def _read_json(request: Request, shapes: Sequence[Shape]) -> Sent:
    try:
        body = request.get_json()
    except BadRequest:
        raise _unreadable() from None
    if not isinstance(body, Mapping) or not isinstance(body.get("answers", {}), Mapping):
        raise _unreadable()
    seq = body.get("seq")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < MAX_SEQ:
        raise _unreadable()
    given: dict[str, list[str]] = {}
    for place, letters in body.get("answers", {}).items():
        letters = [letters] if isinstance(letters, str) else letters
        if not isinstance(letters, list) or not all(isinstance(letter, str) for letter in letters):
            raise _unreadable()
        given[str(place)] = letters
    prediction = rules.clean_prediction(body.get("prediction"))
    return Sent(seq, clean_answers(given, shapes), prediction, _mark(body.get("page")), _instant(body.get("given_at")))


def _mark(value: Any) -> str | None:
    """A page's mark as the server hands them out; anything else is none."""
    return value if isinstance(value, str) and MARK.fullmatch(value) else None


def _instant(value: Any) -> datetime | None:
    """An instant as JSON has it; None for anything that is not one with its zone."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo else None


def _unreadable() -> Unacceptable:
    return Unacceptable(message(N_("Dữ liệu gửi lên chưa đúng dạng. Hãy tải lại trang bài thi.")))


def _place(name: str) -> str:
    """The place a field is for: "7" of ``q7``; empty for other fields."""
    return name[1:] if name[:1] == "q" and name[1:].isascii() and name[1:].isdigit() else ""


def _whole(text: Any) -> int | None:
    return int(text) if text and str(text).isascii() and str(text).isdigit() and len(str(text)) < 10 else None
