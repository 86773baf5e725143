"""The organizers' pages about one question: looking, adding, editing."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.attempts import showing
from contest.banks import actions, forms, near_routes, pages
from contest.banks.desk import Page, actor, bp, owned, question_of
from contest.extensions import db
from contest.web.negotiation import page_or_json
from questions import picture_store
from questions.actions import Stale, Unfit
from questions.messages import Message
from questions.models import Question
from questions.pictures import pictures_of


@bp.get("/<code>/cau-hoi")
@organizers
def question(code: str) -> Page:
    """One question: words, key, source, history, where it is drawn."""
    found = owned(code)
    context = pages.question_page(db.session, found, question_of(found))
    return page_or_json(
        "banks/question.html", lambda: pages.question_data(context["question"], context["draft"]), **context
    )


@bp.get("/<code>/cau-hoi/xem")
@organizers
def shown(code: str) -> Page:
    """The question on the page that participants get."""
    found = owned(code)
    question = question_of(found)
    draft = pages.stored(db.session, question)
    item = showing.shown_draft(draft, picture=picture_store.finder(db.session, pictures_of(draft)))
    return render_template("banks/shown.html", bank=found.bank, question=question, item=item)


@bp.route("/<code>/cau-hoi/moi", methods=["GET", "POST"])
@organizers
def add(code: str) -> Page:
    """Type a new question."""
    found = owned(code)
    form = forms.NewQuestionForm(data={"kind": "single", "difficulty": "2", "topic": request.args.get("chu-de", "")})
    reasons: tuple[Message, ...] = ()
    if form.validate_on_submit():
        draft = form.draft(form.code.data or None, find_last=True)
        try:
            added = actions.add_question(db.session, actor(), found.bank, draft, clock.now())
            db.session.commit()
        except Unfit as unfit:
            reasons = unfit.reasons
        else:
            flash(gettext("Đã thêm câu %(code)s.", code=added.code), "success")
            near_routes.tell(found, added.code, draft)
            return redirect(_after_adding(code, added), code=303)
    context = pages.topic_choices(db.session, found)
    page = render_template("banks/add.html", form=form, reasons=reasons, form_errors=bool(reasons), **context)
    return page, 422 if form.errors or reasons else 200


def _after_adding(code: str, added: Question) -> str:
    if request.form.get("then") == "again":
        return url_for("banks.add", code=code, **{"chu-de": added.topic.path if added.topic else None})
    return url_for("banks.question", code=code, ma=added.code)


@bp.route("/<code>/cau-hoi/sua", methods=["GET", "POST"])
@organizers
def edit(code: str) -> Page:
    """Change a question; what somebody else changed meanwhile is shown, never overwritten."""
    found = owned(code)
    question = question_of(found)
    stored = pages.stored(db.session, question)
    # What the editor saw must come from the editor: a form that leaves it out must not get it from here.
    opened = _seen(question) if request.method == "GET" else {}
    form = forms.QuestionForm(data={**forms.QuestionForm.values(stored), **opened})
    reasons: tuple[Message, ...] = ()
    stale = False
    if form.validate_on_submit():
        try:
            draft, seen = form.draft(question.code), form.seen()
            version = actions.edit_question(db.session, actor(), found.bank, question, draft, seen, clock.now())
            db.session.commit()
        except Unfit as unfit:
            reasons = unfit.reasons
        except Stale:
            stale, stored = True, pages.stored(db.session, question)
            form.version.data, form.changed.data = _seen(question).values()
        else:
            flash(_saved(version is not None, question), "success")
            near_routes.tell(found, question.code, draft)
            return redirect(url_for("banks.question", code=code, ma=question.code), code=303)
    status = 409 if stale else 422 if form.errors or reasons else 200
    page = render_template(
        "banks/edit.html",
        form=form,
        form_errors=stale or bool(reasons),
        question=question,
        stored=stored,
        stale=stale,
        reasons=reasons,
        **pages.topic_choices(db.session, found),
    )
    return page, status


def _seen(question: Question) -> dict[str, str]:
    """What the editor has before them, for the form to bring back."""
    return {"version": str(question.version_number), "changed": question.changed_at.isoformat()}


def _saved(new_version: bool, question: Question) -> str:
    if new_version:
        return gettext("Đã lưu thành bản %(n)s.", n=question.version_number)
    return gettext("Đã lưu. Nội dung câu hỏi không đổi.")
