"""Questions that are nearly the same: while one is typed, of one that is stored, and all those of a bank."""

from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from contest.accounts.doors import organizers
from contest.banks import near, pages, rules
from contest.banks.desk import Page, bp, owned, question_of, readable, scopes
from contest.banks.queries import Owned
from contest.banks.search import Search
from contest.extensions import db
from contest.web.negotiation import page_or_json
from contest.web.texts import say
from questions.likeness import HOW_NAMES, Near, Text, text_of
from questions.models import Question
from questions.plans import Whose
from questions.rules import (
    LETTERED,
    MAX_ANSWERS,
    MAX_CHOICES,
    MAX_PASSAGE,
    MAX_TEXT,
    ROWED,
    TYPED,
    Draft,
    Kind,
    clean,
)

#: A stem of fewer letters says too little to look for.
LEAST_TYPED = 10


@bp.post("/<code>/gan-giong")
@organizers
def near_typed(code: str) -> Page:
    """What the question that stands in the editor's form is nearly the same as; the editor shows it while one types."""
    found = owned(code, db.reader)
    text = _typed()
    told = _near(found, text, request.args.get("ma", "")) if len(text.stem) >= LEAST_TYPED else ()
    return page_or_json(
        "banks/near_found.html",
        lambda: {"near": [_data(one) for one in told]},
        bank=found.bank,
        near=told,
        words=_words(told),
    )


def _typed() -> Text:
    """The words in the editor's form; what stands in the fields of another kind of question does not count."""
    form = request.form
    kind = form.get("kind", Kind.SINGLE)
    options: list[tuple[str, bool]] = []
    if kind in LETTERED - {Kind.TRUEFALSE} or kind in ROWED:
        for place in range(MAX_CHOICES):
            sides = [form.get(f"choices-{place}-text", "")]
            sides += [form.get(f"choices-{place}-match", "")] if kind == Kind.MATCH else []
            options.append((" ".join(sides), f"choices-{place}-right" in form))
    elif kind in TYPED - {Kind.ESSAY}:
        options = [(form.get(f"answers-{place}-text", ""), True) for place in range(MAX_ANSWERS)]
    said = [(clean(text[:MAX_TEXT]), right) for text, right in options if text.strip()]
    return Text(
        clean(form.get("stem", "")[:MAX_TEXT]),
        tuple(text for text, _ in said),
        tuple(text for text, right in said if right),
        clean(form.get("passage", "")[:MAX_PASSAGE]),
    )


def _near(found: Owned, text: Text, own: str) -> tuple[Near[Whose], ...]:
    others = near.beside(db.reader, found.bank.id, scopes())
    return near.of_text(near.shelf(db.memo), db.reader, found.bank, others, text, own)


def _words(told: tuple[Near[Whose], ...]) -> dict[Whose, Draft]:
    return near.words(db.reader, [one.key for one in told])


@bp.get("/<code>/gan-giong")
@organizers
def near_list(code: str) -> Page:
    """The questions nearly the same as one (``?ma=``), else all of the bank that are nearly the same as another."""
    found = readable(code)
    if request.args.get("ma"):
        return _of_one(found, question_of(found))
    pairs = near.shelf(db.memo).pairs(db.session, found.bank.id)
    page = min(Search.of(request.args).page, rules.pages(len(pairs)))
    shown = pairs[(page - 1) * rules.PAGE_SIZE : page * rules.PAGE_SIZE]
    keys = [pair.whose for pair in shown] + [one.key for pair in shown for one in pair.near]
    return page_or_json(
        "banks/near_list.html",
        lambda: {"pairs": [{"code": p.whose.code, "near": [_data(one) for one in p.near]} for p in shown]},
        bank=found.bank,
        pairs=shown,
        total=len(pairs),
        words=near.words(db.session, keys),
        page=page,
        pages=rules.pages(len(pairs)),
        page_url=lambda n: url_for("banks.near_list", code=code, trang=n if n > 1 else None),
    )


def _of_one(found: Owned, question: Question) -> Page:
    draft = pages.stored(db.session, question)
    told = _near(found, text_of(draft), question.code)
    return page_or_json(
        "banks/near_of.html",
        lambda: {"code": question.code, "near": [_data(one) for one in told]},
        bank=found.bank,
        question=question,
        draft=draft,
        near=told,
        words=_words(told),
    )


def _data(one: Near[Whose]) -> dict[str, Any]:
    return {
        "code": one.key.code,
        "bank": one.key.bank,
        "likeness": round(one.likeness, 2),
        "how": one.how.value,
        "url": url_for("banks.question", code=one.key.bank, ma=one.key.code),
    }


def tell(found: Owned, code: str, draft: Draft) -> None:
    """After saving a question: say which one it is nearly the same as, with the way to both side by side."""
    told = _near(found, text_of(draft), code)
    if not told:
        return
    words = gettext(
        "Câu %(code)s gần giống câu %(other)s của ngân hàng %(bank)s (%(how)s).",
        code=code,
        other=told[0].key.code,
        bank=told[0].key.bank,
        how=say(HOW_NAMES[told[0].how]),
    )
    link = Markup('<a href="{}">{}</a>').format(
        url_for("banks.near_list", code=found.bank.code, ma=code), gettext("So sánh hai câu")
    )
    flash(Markup("{} {}").format(words, link), "warning")
