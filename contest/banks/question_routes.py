"""The organizers' pages about one question: its words and life, a version of it, how participants see it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.attempts import showing
from contest.banks import actions, pages, queries, review_pages
from contest.banks.desk import Page, actor, bp, owned, question_of, readable
from contest.extensions import db
from contest.web.negotiation import page_or_json
from contest.web.texts import say
from questions import citing, picture_store
from questions import queries as library
from questions.actions import Stale, Unfit
from questions.changes import changes
from questions.pictures import pictures_of


@bp.get("/<code>/cau-hoi")
@organizers
def question(code: str) -> Page:
    """One question: words, key, source, history in words, review, where it is drawn and has been drawn."""
    found = readable(code)
    question = question_of(found)
    context = review_pages.life(db.session, found, question, actor().label)
    if found.writable:
        context |= review_pages.uses(db.session, question)
        context["uses"] = pages.question_uses(db.session, found, context["draft"])
    context["letters"] = pages.naming_letters(context["draft"])
    context["changed_documents"] = citing.changes(db.session, question)
    return page_or_json("banks/question.html", lambda: pages.question_data(question, context["draft"]), **context)


@bp.get("/<code>/cau-hoi/xem")
@organizers
def shown(code: str) -> Page:
    """The question on the page that participants get."""
    found = readable(code)
    question = question_of(found)
    draft = pages.stored(db.session, question)
    item = showing.shown_draft(draft, picture=picture_store.finder(db.session, pictures_of(draft)))
    return render_template("banks/shown.html", bank=found.bank, question=question, item=item)


@bp.get("/<code>/cau-hoi/ban")
@organizers
def version(code: str) -> Page:
    """One version of a question, and what is different in another."""
    found = readable(code)
    question = question_of(found)
    versions = library.history(db.session, question)
    chosen = next((row for row in versions if str(row.number) == request.args.get("so")), None) or abort(404)
    before = next((row for row in versions if row.number < chosen.number), versions[0])
    other = next((row for row in versions if str(row.number) == request.args.get("voi")), before)
    pair = sorted((other, chosen), key=lambda row: row.number)
    names = queries.author_names(db.session, [chosen.author])
    return render_template(
        "banks/version.html",
        found=found,
        bank=found.bank,
        question=question,
        version=chosen,
        versions=versions,
        other=other,
        draft=library.as_draft(question, chosen),
        name=names.get(chosen.author),
        lines=changes(*(library.as_draft(question, row) for row in pair)),
    )


@bp.post("/<code>/cau-hoi/khoi-phuc")
@organizers
def restore_version(code: str) -> Page:
    """Write a new version with the words of an old one."""
    found = owned(code)
    question = question_of(found)
    old = next((v for v in library.history(db.session, question) if str(v.number) == request.form.get("so")), None)
    if old is None:
        abort(404)
    here = url_for("banks.version", code=code, ma=question.code, so=old.number)
    note = request.form.get("note", "").strip()[:2000] or gettext("Lấy lại bản %(n)s.", n=old.number)
    try:
        actions.edit_question(
            db.session,
            actor(),
            found.bank,
            question,
            library.as_draft(question, old),
            pages.seen_of(request.form),
            clock.now(),
            note,
        )
    except Unfit as unfit:
        flash(" ".join(say(reason) for reason in unfit.reasons), "error")
        return redirect(here, code=303)
    except Stale:
        flash(gettext("Chưa lấy lại: người khác vừa sửa câu này. Hãy xem bản mới nhất rồi làm lại."), "error")
        return redirect(here, code=303)
    db.session.commit()
    flash(gettext("Đã lưu thành bản %(n)s.", n=question.version_number), "success")
    return redirect(url_for("banks.question", code=code, ma=question.code), code=303)
