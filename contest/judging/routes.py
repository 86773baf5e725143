"""Marking by hand at the organizers' desk: questions, answers one at a time under numbers, marks."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.attempts.models import Attempt
from contest.extensions import db
from contest.judging import actions, queries
from contest.judging.forms import MarkForm
from contest.judging.queries import Progress, Sheet, Subject
from contest.judging.rules import Refused, ticket_of, word_fault
from contest.rounds.desk import own_contest, own_round
from contest.rounds.models import Contest, Round
from contest.slices import pages_of
from contest.web.negotiation import page_or_json, wants_json
from contest.web.texts import say
from questions.answers import word_count
from questions.messages import N_, message
from questions.rules import clean

bp = Blueprint("judging", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/to-chuc/cuoc-thi/<slug>/cham-bai")
@organizers
def index(slug: str) -> Response | str:
    """All questions of a contest that people mark, round by round, with what waits."""
    contest = own_contest(slug)
    rounds = [(round_, lines_of(round_)) for round_ in contest.rounds]
    return page_or_json(
        "judging/index.html",
        lambda: {"rounds": [{"round": r.number, "questions": [line_data(*line) for line in ls]} for r, ls in rounds]},
        contest=contest,
        rounds=rounds,
    )


def lines_of(round_: Round) -> list[tuple[Subject, Progress]]:
    found = queries.subjects(db.session, db.memo, round_)
    if not found:
        return []
    counts = queries.progress(db.session, round_.id, [subject.version_id for subject in found])
    return [(subject, counts[subject.version_id]) for subject in found]


def line_data(subject: Subject, progress: Progress) -> dict[str, Any]:
    return {
        "bank": subject.bank,
        "code": subject.code,
        "version": subject.number,
        "stem": subject.stem,
        "marked": progress.marked,
        "waiting": progress.waiting,
    }


@bp.get("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/cham-bai/cau/<bank>/<int:version>")
@organizers
def question(slug: str, number: int, bank: str, version: int) -> Response | str:
    """One question: its guide, how far it is, the marks given so far."""
    contest, round_ = own_round(slug, number)
    subject = subject_here(round_, bank, version)
    progress = queries.progress(db.session, round_.id, [subject.version_id])[subject.version_id]
    page = request.args.get("trang", 1, type=int)
    marked, total = queries.marked(db.session, round_, subject.version_id, max(1, page))
    pages = pages_of(total, queries.PAGE_SIZE)
    if not 1 <= page <= pages:
        abort(404)
    return page_or_json(
        "judging/question.html",
        lambda: line_data(subject, progress) | {"page": page, "pages": pages, "marks": [vars_of(m) for m in marked]},
        contest=contest,
        round=round_,
        subject=subject,
        progress=progress,
        marked=marked,
        page=page,
        pages=pages,
        page_address=lambda n: question_url(contest, round_, subject, trang=n),
    )


def vars_of(done: queries.Done) -> dict[str, Any]:
    return {
        "ticket": done.ticket,
        "points": done.points,
        "worth": done.worth,
        "comment": done.comment,
        "marked_at": done.marked_at.isoformat(),
    }


@bp.post("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/cham-bai/cau/<bank>/<int:version>")
@organizers
def take(slug: str, number: int, bank: str, version: int) -> Any:
    """Hand out the next answer."""
    contest, round_ = own_round(slug, number)
    subject = subject_here(round_, bank, version)
    return hand_out(contest, round_, subject)


def hand_out(contest: Contest, round_: Round, subject: Subject, after: str = "") -> Any:
    """Lead a marker to the next answer to a question, or back to it when none is left."""
    found = actions.take_next(db.session, round_, subject.version_id, actor_here().id, clock.now(), after)
    db.session.commit()
    if found is None:
        flash(gettext("Không còn bài nào chờ chấm ở câu này, hoặc người khác đang chấm những bài còn lại."), "success")
        return redirect(question_url(contest, round_, subject), code=303)
    attempt = db.session.get_one(Attempt, found[0])
    ticket = ticket_of(round_.seed, attempt.code, found[1])
    return redirect(url_for(".answer", slug=contest.slug, number=round_.number, ticket=ticket), code=303)


def subject_here(round_: Round, bank: str, version: int) -> Subject:
    """The question that the address names; its code may hold anything, so it stands behind ``?ma=``."""
    code = request.args.get("ma", "")
    return queries.subject_of(db.session, db.memo, round_, bank, code, version) or abort(404)


def question_url(contest: Contest, round_: Round, subject: Subject, **more: Any) -> str:
    place = {"slug": contest.slug, "number": round_.number, "bank": subject.bank, "version": subject.number}
    return url_for(".question", **place, ma=subject.code, **more)


@bp.route("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/cham-bai/phieu/<ticket>", methods=["GET", "POST"])
@organizers
def answer(slug: str, number: int, ticket: str) -> Any:
    """One answer under its number: what was asked, what to look at, what was written; points and a remark."""
    contest, round_ = own_round(slug, number)
    found = queries.by_ticket(db.session, round_, ticket)
    sheet = queries.sheet(db.session, db.memo, round_, *found) if found else None
    if sheet is None:
        abort(404)
    form = MarkForm(data={"points": sheet.points, "comment": sheet.comment, "was": sheet.points})
    if request.method == "POST":
        if "bo_qua" in request.form:
            return pass_over(contest, round_, sheet)
        if form.validate():
            try:
                keep(round_, sheet, form)
            except Refused as refusal:
                db.session.rollback()
                form.refuse("points", say(refusal.message))
            else:
                return after_mark(contest, round_, sheet)
    words = word_count(sheet.answer)
    return page_or_json(
        "judging/answer.html",
        lambda: sheet_data(sheet, words),
        contest=contest,
        round=round_,
        essay=sheet,
        form=form,
        words=words,
        word_fault=word_fault(words, sheet.min_words, sheet.max_words),
        question_url=question_url(contest, round_, sheet.subject),
        progress=queries.progress(db.session, round_.id, [sheet.subject.version_id])[sheet.subject.version_id],
    )


def sheet_data(sheet: Sheet, words: int) -> dict[str, Any]:
    return {
        "ticket": sheet.ticket,
        "stem": sheet.subject.stem,
        "guide": sheet.subject.guide,
        "answer": sheet.answer,
        "words": words,
        "worth": sheet.worth,
        "points": sheet.points,
        "comment": sheet.comment,
    }


def keep(round_: Round, sheet: Sheet, form: MarkForm) -> None:
    """Store a mark, or raise Refused."""
    if form.was.data != sheet.points:
        raise Refused(message(N_("Người khác vừa chấm bài này. Hãy mở lại phiếu để xem điểm đã cho.")))
    comment = clean(form.comment.data or "")
    actions.mark(db.session, db.memo, actor_here(), round_, sheet, form.points.data, comment, clock.now())
    db.session.commit()


def after_mark(contest: Contest, round_: Round, sheet: Sheet) -> Any:
    """On to the next answer, or back to the question."""
    flash(gettext("Đã lưu điểm phiếu %(ticket)s.", ticket=sheet.ticket), "success")
    if "tiep" in request.form and not wants_json():
        return hand_out(contest, round_, sheet.subject)
    return redirect(question_url(contest, round_, sheet.subject), code=303)


def pass_over(contest: Contest, round_: Round, sheet: Sheet) -> Any:
    """Leave an answer to somebody else, or to later."""
    actions.release(db.session, sheet)
    return hand_out(contest, round_, sheet.subject, after=db.session.get_one(Attempt, sheet.attempt_id).code)
