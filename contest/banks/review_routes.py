"""Review: the queue over all banks, one question after the other, and each step with a question."""

from flask import Flask, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.permissions import may_organize
from contest.accounts.rules import Actor, Role
from contest.banks import pages, queries, queue, review_actions, review_pages, rules, telling
from contest.banks.bulk_routes import seen_versions
from contest.banks.desk import Page, actor, bp, owned, question_of, scopes
from contest.banks.queue import WHOSE_NAMES, Asked, Whose
from contest.banks.review import VERB_NAMES
from contest.banks.review_actions import Outcome
from contest.extensions import db
from contest.web import navigation
from contest.web.negotiation import page_or_json
from contest.web.texts import number, say
from questions import queries as library
from questions.messages import N_
from questions.rules import Verb

#: Steps that the queue takes with many questions at once.
BULK = (Verb.APPROVE, Verb.RETURN, Verb.WITHDRAW, Verb.SUBMIT)


def init_app(app: Flask) -> None:
    navigation.add(
        app,
        N_("Chờ duyệt"),
        "banks.waiting",
        lambda someone: may_organize(someone) and waiting_for(someone) > 0,
        whole_room=False,
        count=waiting_for,
    )


def waiting_for(someone: Actor) -> int:
    """How many questions wait for somebody, counted once a request and on organizers' pages only."""
    if not request.path.startswith("/to-chuc"):
        return 0
    if "waiting" not in g:
        unions = None if someone.is_administrator else someone.scopes(Role.ORGANIZER)
        try:
            g.waiting = queue.number(db.reader, unions, Asked(someone.label))
        except SQLAlchemyError:
            # The page that says so has a menu too.
            g.waiting = 0
    return int(g.waiting)


@bp.route("/cho-duyet", methods=["GET", "POST"])
@organizers
def waiting() -> Page:
    """The questions that wait, over all banks that the visitor may review."""
    asked = Asked.of(request.values, actor().label)
    if request.method == "POST":
        _bulk()
        return redirect(url_for("banks.waiting", **asked.args()), code=303)
    numbers = {whose: queue.number(db.session, scopes(), Asked(asked.who, whose, asked.bank)) for whose in Whose}
    pages_ = rules.pages(numbers[asked.whose])
    page = min(rules.Search.of(request.args).page, pages_)
    rows = queue.page(db.session, scopes(), asked, (page - 1) * rules.PAGE_SIZE, rules.PAGE_SIZE)
    names = queries.author_names(db.session, [version.author for _, version in rows])
    tabs = [
        (
            f"{say(WHOSE_NAMES[whose])} ({number(count)})",
            url_for("banks.waiting", **Asked(asked.who, whose, asked.bank).args()),
            whose is asked.whose,
        )
        for whose, count in numbers.items()
    ]
    shown = [(question, version, library.as_draft(question, version)) for question, version in rows]
    return page_or_json(
        "banks/waiting.html",
        lambda: {
            "total": numbers[asked.whose],
            "questions": [
                {"bank": question.bank.code, **pages.question_data(question, draft)} for question, _, draft in shown
            ],
        },
        asked=asked,
        rows=shown,
        names=names,
        tab_items=tabs,
        total=numbers[asked.whose],
        banks=queries.other_banks(db.session, scopes(), 0),
        page=page,
        pages=pages_,
        page_url=lambda n: url_for("banks.waiting", **asked.args(trang=n)),
    )


def _bulk() -> None:
    """One step with each ticked question ("<bank> <code>"), bank by bank under its own rules."""
    do = request.form.get("do", "")
    if do not in BULK:
        abort(400)
    verb, text = Verb(do), request.form.get("y-kien", "").strip()
    chosen: dict[str, list[str]] = {}
    for value in request.form.getlist("q"):
        bank, _, code = value.partition(" ")
        chosen.setdefault(bank, []).append(code)
    outcome = Outcome()
    for bank, codes in sorted(chosen.items()):
        found = owned(bank)
        questions = library.selected(db.session, found.bank.id, codes)
        seen = {
            code.partition(" ")[2]: shown for code, shown in seen_versions().items() if code.partition(" ")[0] == bank
        }
        part = review_actions.take(db.session, actor(), found.bank, questions, verb, clock.now(), text=text, seen=seen)
        outcome.taken += part.taken
        outcome.refused |= part.refused
    if not chosen:
        flash(gettext("Chưa chọn câu hỏi nào. Hãy đánh dấu các câu cần duyệt rồi bấm lại."), "error")
    db.session.commit()
    telling.tell_outcome(verb, outcome)


@bp.get("/<code>/cau-hoi/duyet")
@organizers
def judge(code: str) -> Page:
    """One question of the queue: what it says, what changed, who said what, and the buttons to decide."""
    found = owned(code)
    question = question_of(found)
    asked = Asked.of(request.args, actor().label)
    context = review_pages.life(db.session, found, question, actor().label)
    following = queue.after(db.session, scopes(), asked, question.changed_at, question.id)
    context |= {
        "asked": asked,
        "left": queue.number(db.session, scopes(), asked),
        "following": url_for("banks.judge", code=following[0], ma=following[1], **asked.args()) if following else "",
        "letters": pages.naming_letters(context["draft"]),
    }
    return render_template("banks/judge.html", **context)


@bp.post("/<code>/cau-hoi/buoc")
@organizers
def step(code: str) -> Page:
    """Take one step with one question, as it was seen: what has moved on meanwhile is told, not approved."""
    found = owned(code)
    question = question_of(found)
    do = request.form.get("do", "")
    if do not in VERB_NAMES:
        abort(400)
    verb = Verb(do)
    at = question.changed_at
    seen = {question.code: int(shown[:9])} if (shown := request.form.get("ban", "")).isdecimal() else {}
    text = request.form.get("y-kien", "").strip()
    outcome = review_actions.take(db.session, actor(), found.bank, [question], verb, clock.now(), text=text, seen=seen)
    db.session.commit()
    asked = Asked.of(request.form, actor().label)
    in_queue = request.form.get("tu") == "hang-doi"
    here = url_for("banks.judge" if in_queue else "banks.question", code=code, ma=question.code)
    if outcome.refused:
        reason = say(next(iter(outcome.refused.values())))
        flash(gettext("Chưa làm được: %(reason)s", reason=reason), "error")
        return redirect(here if not in_queue else f"{here}&{_query(asked)}".rstrip("&"), code=303)
    telling.tell_outcome(verb, outcome)
    if not in_queue or verb is Verb.COMMENT:
        return redirect(here, code=303)
    following = queue.after(db.session, scopes(), asked, at, question.id)
    if following is None:
        return redirect(url_for("banks.waiting", **asked.args()), code=303)
    return redirect(url_for("banks.judge", code=following[0], ma=following[1], **asked.args()), code=303)


def _query(asked: Asked) -> str:
    return url_for("banks.waiting", **asked.args()).partition("?")[2]
