"""What stands between a typed question and its storing: what the organizer is asked, and one-click answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.banks import usage
from contest.banks.question_forms import QuestionForm
from questions import lasts, picture_store
from questions.actions import differing
from questions.messages import N_, Message, message
from questions.models import Question, QuestionVersion
from questions.pictures import Unfit, fit
from questions.plans import BESIDE
from questions.rules import LETTERED, LETTERS, Choice, Draft, Kind
from questions.rules import Markup as Writing
from questions.text import fold

#: Buttons of the form that change it without saving.
REWRITE = "viet-lai"
FIX_ORDER = "giu-thu-tu"
CHANGE_KIND = "doi-loai"
ADD_PICTURE = "them-hinh"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """An option that names letters, and how it could be said instead."""

    place: int
    letter: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Questions:
    """What the organizer is asked before a question is stored; empty: nothing."""

    lasts: tuple[str, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lasts or self.rewrites)


def first_asked(draft: Draft) -> str:
    """Letters of options that stand unkept although their wording asks for the last place: decided before."""
    return ",".join(LETTERS[place] for place in lasts.unkept(draft.choices))


def to_ask(form: QuestionForm, draft: Draft, stored: Draft | None = None) -> Questions:
    """What to ask about the options of a typed question; ticks the boxes of those that are asked about.

    Options that stand just so in the ``stored`` question were decided about before.
    """
    if draft.kind not in LETTERED or draft.kind is Kind.TRUEFALSE or stored and draft.choices == stored.choices:
        return Questions()
    named = lasts.lettered(draft.choices)
    rewrites = tuple(Rewrite(place, LETTERS[place], lasts.rewritten(draft.choices, place)) for place in named)
    asked = {letter for letter in (form.asked_last.data or "").split(",") if letter}
    fresh = [place for place in lasts.unkept(draft.choices) if LETTERS[place] not in asked and place not in named]
    for place, row in enumerate(form.typed()):
        if place in fresh:
            row.last.data = True
    form.asked_last.data = ",".join(sorted(asked | {LETTERS[place] for place in fresh}))
    return Questions(tuple(LETTERS[place] for place in fresh), rewrites)


def answer(form: QuestionForm, sent: Any) -> bool:
    """Do what one of the form's own buttons asks; True when one was pressed and the form is to be shown again."""
    rows = form.typed()
    if REWRITE in sent:
        place = int(sent[REWRITE]) if sent[REWRITE] in {str(n) for n in range(len(rows))} else -1
        choices = [Choice(row.text.data or "") for row in rows]
        text = lasts.rewritten(choices, place) if place >= 0 else None
        if text:
            rows[place].text.data = text
            rows[place].last.data = text.endswith(("trên", "đều đúng", "đều sai")) and "“" not in text
        return True
    if FIX_ORDER in sent:
        for row in rows:
            row.last.data = True
        return True
    return CHANGE_KIND in sent


def store_picture(session: Session, form: QuestionForm, words: str, now: Any) -> Message | None:
    """Store the chosen picture and show it below the stem; a reason when it cannot be shown."""
    file = form.picture.data
    data = file.read() if file and file.filename else b""
    if not data:
        return Message(N_("Hãy chọn một tệp hình PNG, JPEG hoặc WebP."))
    try:
        fitted = fit(data)
    except Unfit as reason:
        return reason.message
    picture_store.keep(session, [fitted], now)
    form.stem.data = f"{form.stem.data or ''}\n\n![{words}](hinh:{fitted.sha256})".strip()
    form.markdown.data = True
    return None


def showable(draft: Draft) -> Draft:
    """What of a half-typed question can be shown already: whole pairs only."""
    if draft.kind is not Kind.MATCH:
        return draft
    return replace(draft, choices=tuple(choice for choice in draft.choices if choice.match))


def hints(draft: Draft) -> list[str]:
    """What the preview says about options while they are typed."""
    if draft.kind not in (Kind.SINGLE, Kind.MULTIPLE):
        return []
    found = []
    unkept, named = lasts.unkept(draft.choices), lasts.lettered(draft.choices)
    if named:
        letters = lasts.letters_of(named)
        found.append(gettext("Phương án %(letters)s nhắc chữ cái của phương án khác.", letters=letters))
    rest = [place for place in unkept if place not in named]
    if rest:
        letters = lasts.letters_of(rest)
        found.append(gettext("Phương án %(letters)s nói về các phương án khác: nên giữ cuối.", letters=letters))
    if draft.markup is Writing.PLAIN and any(mark in text for text in draft.texts for mark in ("](", "**", "$")):
        found.append(gettext("Có dấu của Markdown nhưng chưa bật Markdown."))
    return found


def needs_note(session: Session, question: Question, old: Draft, new: Draft, note: str) -> Message | None:
    """Why a reason has to be given: the words of a question that a round has drawn are about to change."""
    if note or question.approved_number is None or not differing(old, new) - BESIDE:
        return None
    if not usage.drawn(session, question):
        return None
    return message(N_("Câu này đã được đợt thi rút. Hãy ghi lý do sửa để người sau hiểu."))


def passage_mates(session: Session, question: Question, passage: str) -> Sequence[Question]:
    """The other questions of a bank whose newest version shares a passage, word for word."""
    if not passage:
        return []
    return session.scalars(
        select(Question)
        .join(
            QuestionVersion,
            (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == Question.version_number),
        )
        .where(
            Question.bank_id == question.bank_id,
            Question.id != question.id,
            # The words that any such question is found by, before its JSON is opened.
            Question.text_fold.contains(" ".join(fold(passage).split()[:4]), autoescape=True),
            QuestionVersion.details["passage"].as_string() == passage,
        )
        .order_by(Question.id)
    ).all()
