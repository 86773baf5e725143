"""The editor of questions: adding, changing, looking while typing, and keeping what is typed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from contest import clock
from contest.accounts.doors import organizers
from contest.attempts import showing
from contest.banks import actions, editing, near_routes, pages, unsaved
from contest.banks.desk import Page, actor, bp, owned, question_of
from contest.banks.queries import Owned
from contest.banks.question_forms import NewQuestionForm, QuestionForm, kinds_of
from contest.banks.review_actions import take
from contest.extensions import db
from contest.web.texts import clock_time, instant, say
from questions import picture_store
from questions.actions import Stale, Unfit
from questions.messages import Message
from questions.models import Question
from questions.pictures import pictures_of
from questions.rules import Draft, ReviewRule, Verb


@dataclass(slots=True)
class Desk:
    """What the editor shows beside its form."""

    found: Owned
    question: Question | None = None
    reasons: tuple[Message, ...] = ()
    asked: editing.Questions = field(default_factory=editing.Questions)
    stale: bool = False
    stored: Draft | None = None

    @property
    def code(self) -> str:
        return self.question.code if self.question else ""

    def status(self, form: QuestionForm) -> int:
        if self.stale:
            return 409
        return 422 if form.errors or self.reasons or self.asked else 200


def _page(desk: Desk, form: QuestionForm) -> Page:
    now, person = clock.now(), actor().id
    bank, session = desk.found.bank, db.session
    left = unsaved.own(session, person, bank.id, desk.code) if request.method == "GET" else None
    passage = desk.stored.passage if desk.stored else ""
    mates = editing.passage_mates(session, desk.question, passage) if desk.question else []
    page = render_template(
        "banks/edit.html" if desk.question else "banks/add.html",
        form=form,
        form_errors=desk.stale or bool(desk.reasons or desk.asked),
        desk=desk,
        question=desk.question,
        stored=desk.stored,
        stale=desk.stale,
        reasons=desk.reasons,
        asked=desk.asked,
        left=None if request.args.get("tiep") else left,
        others=unsaved.others(session, person, bank.id, desk.code, now) if desk.question else (),
        mates=mates,
        scoring_kinds=kinds_of,
        here=_here(desk),
        **pages.topic_choices(session, desk.found),
    )
    return page, desk.status(form)


def _here(desk: Desk, tail: str = "") -> str:
    """The address of this editor, or of what belongs to it."""
    if tail:
        return url_for(f"banks.{tail}", code=desk.found.bank.code, ma=desk.code or None)
    if desk.question:
        return url_for("banks.edit", code=desk.found.bank.code, ma=desk.code)
    return url_for("banks.add", code=desk.found.bank.code)


def _typed_before(desk: Desk) -> MultiDict[str, str] | None:
    """What the editor left unsaved and asks to go on with."""
    if request.method != "GET" or not request.args.get("tiep"):
        return None
    left = unsaved.own(db.session, actor().id, desk.found.bank.id, desk.code)
    return MultiDict([(name, value) for name, values in left.fields.items() for value in values]) if left else None


@bp.route("/<code>/cau-hoi/moi", methods=["GET", "POST"])
@organizers
def add(code: str) -> Page:
    """Type a new question."""
    desk = Desk(owned(code))
    before = _typed_before(desk)
    usual = {"kind": "single", "difficulty": "2", "topic": request.args.get("chu-de", "")}
    form = NewQuestionForm(before) if before else NewQuestionForm(data=usual)
    if request.method == "POST" and not _button(desk, form) and form.validate():
        draft = form.draft(form.code.data or None)
        desk.asked = editing.to_ask(form, draft)
        if not desk.asked:
            answer = _add(desk, draft)
            if answer:
                return answer
    return _page(desk, form)


def _button(desk: Desk, form: QuestionForm) -> bool:
    """Whether one of the form's own buttons was pressed, and is answered by showing the form again."""
    if editing.ADD_PICTURE in request.form:
        why = editing.store_picture(db.session, form, gettext("hình"), clock.now())
        if why:
            desk.reasons = (why,)
        db.session.commit()
        return True
    return editing.answer(form, request.form)


def _add(desk: Desk, draft: Draft) -> Page | None:
    found = desk.found
    try:
        added = actions.add_question(db.session, actor(), found.bank, draft, clock.now())
    except Unfit as unfit:
        desk.reasons = unfit.reasons
        return None
    unsaved.drop(db.session, actor().id, found.bank.id, "")
    _maybe_submit(found, added)
    db.session.commit()
    flash(gettext("Đã thêm câu %(code)s.", code=added.code) + _what_next(found, added), "success")
    near_routes.tell(found, added.code, draft)
    if request.form.get("then") == "again":
        topic = added.topic.path if added.topic else None
        return redirect(url_for("banks.add", code=found.bank.code, **{"chu-de": topic}), code=303)
    return redirect(url_for("banks.question", code=found.bank.code, ma=added.code), code=303)


def _maybe_submit(found: Owned, question: Question) -> None:
    """With the button "save and submit", what was saved goes to review at once."""
    if request.form.get("then") == "submit":
        take(db.session, actor(), found.bank, [question], Verb.SUBMIT, clock.now())


def _what_next(found: Owned, question: Question) -> str:
    """In a bank with two persons: what has to happen before the words are drawn."""
    if found.bank.review != ReviewRule.TWO or question.state == "approved":
        return ""
    if question.state == "review":
        return " " + gettext("Bản này đang chờ người khác duyệt.")
    return " " + gettext("Bản này là bản nháp: hãy gửi duyệt khi xong.")


@bp.route("/<code>/cau-hoi/sua", methods=["GET", "POST"])
@organizers
def edit(code: str) -> Page:
    """Change a question; what somebody else changed meanwhile is shown, never overwritten."""
    found = owned(code)
    question = question_of(found)
    desk = Desk(found, question, stored=pages.stored(db.session, question))
    # What the editor saw must come from the editor: a form that leaves it out must not get it from here.
    opened = {**_seen(question), "asked_last": editing.first_asked(desk.stored)} if request.method == "GET" else {}
    before = _typed_before(desk)
    form = QuestionForm(before) if before else QuestionForm(data={**QuestionForm.values(desk.stored), **opened})
    if request.method == "POST" and not _button(desk, form) and form.validate():
        draft = form.draft(question.code)
        desk.asked = editing.to_ask(form, draft, desk.stored)
        if not desk.asked:
            answer = _save(desk, form, draft)
            if answer:
                return answer
    return _page(desk, form)


def _save(desk: Desk, form: QuestionForm, draft: Draft) -> Page | None:
    found, question, now = desk.found, desk.question, clock.now()
    note = form.note.data or ""
    why = editing.needs_note(db.session, question, desk.stored, draft, note)
    if why:
        form.refuse("note", why)
        return None
    mates = editing.passage_mates(db.session, question, desk.stored.passage) if form.whole_passage.data else []
    try:
        version = actions.edit_question(db.session, actor(), found.bank, question, draft, form.seen(), now, note)
        if mates and draft.passage != desk.stored.passage:
            actions.change_passage(db.session, actor(), found.bank, mates, draft.passage, now, note)
    except Unfit as unfit:
        db.session.rollback()
        desk.reasons = unfit.reasons
        return None
    except Stale:
        desk.stale, desk.stored = True, pages.stored(db.session, question)
        form.version.data, form.changed.data = _seen(question).values()
        return None
    unsaved.drop(db.session, actor().id, found.bank.id, question.code)
    _maybe_submit(found, question)
    db.session.commit()
    saved = _saved(version is not None, question)
    flash(saved + (_what_next(found, question) if version else ""), "success")
    if version:
        near_routes.tell(found, question.code, draft)
    return redirect(url_for("banks.question", code=found.bank.code, ma=question.code), code=303)


def _seen(question: Question) -> dict[str, str]:
    """What the editor has before them, for the form to bring back."""
    return {"version": str(question.version_number), "changed": question.changed_at.isoformat()}


def _saved(new_version: bool, question: Question) -> str:
    if new_version:
        return gettext("Đã lưu thành bản %(n)s.", n=question.version_number)
    return gettext("Đã lưu. Nội dung câu hỏi không đổi.")


@bp.post("/<code>/cau-hoi/xem-truoc")
@organizers
def try_out(code: str) -> Page:
    """What is typed, as the participant would see it, and what is odd about its options. Stores nothing."""
    found = owned(code, db.reader)
    draft = editing.showable(QuestionForm().draft(None))
    item = showing.shown_draft(draft, picture=picture_store.finder(db.reader, pictures_of(draft)))
    return render_template("banks/try_out.html", bank=found.bank, item=item, hints=editing.hints(draft))


@bp.post("/<code>/cau-hoi/tam")
@organizers
def keep(code: str) -> Page:
    """Keep what is typed; answers when, and who else is at the question."""
    found = owned(code)
    question_code = question_of(found).code if request.args.get("ma") else ""
    fields = {name: values for name, values in request.form.lists() if name != "csrf_token"}
    now = clock.now()
    kept = unsaved.keep(db.session, _person(), found.bank.id, question_code, fields, now)
    others = unsaved.others(db.session, _person(), found.bank.id, question_code, now) if question_code else ()
    db.session.commit()
    answer: dict[str, Any] = {"others": [at_work(*other) for other in others]}
    if kept:
        answer["text"] = gettext("Đã giữ bản nháp lúc %(time)s", time=clock_time(now)[:5])
    return jsonify(answer)


def at_work(name: str, at: datetime) -> str:
    """Who else is at a question."""
    return gettext("%(name)s đang sửa câu này, lần gõ cuối lúc %(at)s.", name=name, at=instant(at))


def _person() -> int:
    return actor().id or abort(403)


@bp.post("/<code>/cau-hoi/bo-tam")
@organizers
def forget(code: str) -> Page:
    """Throw away what was left unsaved, and open the editor anew."""
    found = owned(code)
    desk = Desk(found, question_of(found) if request.args.get("ma") else None)
    unsaved.drop(db.session, actor().id, found.bank.id, desk.code)
    db.session.commit()
    flash(gettext("Đã bỏ bản chưa lưu."), "success")
    return redirect(_here(desk), code=303)


@bp.post("/<code>/cau-hoi/hinh")
@organizers
def add_picture(code: str) -> Page:
    """Store a picture chosen in the editor; answers the words that show it."""
    owned(code, db.reader)
    form = QuestionForm()
    form.stem.data = ""
    db.reader.rollback()
    why = editing.store_picture(db.session, form, gettext("hình"), clock.now())
    db.session.commit()
    if why:
        return jsonify({"error": say(why)}), 422
    return jsonify({"text": form.stem.data})
