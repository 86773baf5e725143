"""Organizers look at how the questions of a round measure."""

from flask import Blueprint, Flask, Response, abort, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response as Redirect

from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.extensions import db
from contest.rounds.desk import own_round, usable_banks
from contest.rounds.models import Contest
from contest.slices import pages_of
from contest.statistics import exports, pages, queries
from contest.statistics.rules import WHICH_NAMES
from contest.unions.permissions import managed
from contest.web.negotiation import page_or_json
from contest.web.texts import say
from contest.web.workbooks import workbook_response
from questions.queries import bank as bank_by_code
from questions.queries import question as question_of

bp = Blueprint("statistics", __name__, url_prefix="/to-chuc")
ROUND = "/cuoc-thi/<slug>/dot/<int:number>"


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get(f"{ROUND}/thong-ke-cau-hoi")
@organizers
def questions(slug: str, number: int) -> Response | Redirect | str:
    """All questions of a round with their figures, and the round as a whole."""
    contest, round_ = own_round(slug, number)
    whole, ask = queries.of_round(db.session, round_.id), pages.asked()
    measured = queries.questions_of_round(db.session, round_.id)
    lines = [pages.line_of(one, ask.which) for one in measured]
    shown = [line for line in lines if line.suspect or not ask.suspects]
    last = pages_of(len(shown), pages.PAGE_SIZE)
    if ask.page > last:
        return redirect(url_for(".questions", slug=slug, number=number, **ask.args(trang=last)), code=303)
    first = (ask.page - 1) * pages.PAGE_SIZE
    figures = whole.figures.get("all" if ask.which == "tat-ca" else "first", {}) if whole else {}
    return page_or_json(
        "statistics/questions.html",
        lambda: pages.round_data(contest, round_, whole, measured),
        contest=contest,
        round=round_,
        rounds=_rounds(contest, number),
        whole=whole if whole and whole.figures else None,
        made_at=pages.made_at(whole) if whole and whole.figures else None,
        figures=figures,
        figure_rows=pages.round_rows(figures) if figures else [],
        points=pages.points(lines),
        ask=ask,
        which=[(say(WHICH_NAMES[one]), _address(slug, number, ask, one), one is ask.which) for one in WHICH_NAMES],
        lines=pages.in_order(shown, ask.key, ask.descending)[first : first + pages.PAGE_SIZE],
        found=len(shown),
        total=len(lines),
        suspects=sum(line.suspect for line in lines),
        reasons=pages.REASON_NAMES,
        reason_counts=pages.reason_counts(measured),
        last_page=last,
        page_url=lambda page: url_for(".questions", slug=slug, number=number, **ask.args(trang=page)),
    )


def _address(slug: str, number: int, ask: pages.Asked, which: str) -> str:
    chosen = None if which == "tat-ca" else which
    return url_for(".questions", slug=slug, number=number, **ask.args(tinh=chosen, trang=None))


def _rounds(contest: Contest, number: int) -> list[tuple[str, str, bool]]:
    return [
        (
            r.title or gettext("Đợt %(number)s", number=r.number),
            url_for(".questions", slug=contest.slug, number=r.number),
            r.number == number,
        )
        for r in contest.rounds
    ]


@bp.get(f"{ROUND}/thong-ke-cau-hoi/cau")
@organizers
def question(slug: str, number: int) -> Response | str:
    """One version of a question in a round: who chose what, and how right answers grow with strength."""
    contest, round_ = own_round(slug, number)
    version = request.args.get("ban", "")
    measured = queries.question_of_round(
        db.session,
        round_.id,
        request.args.get("ngan-hang", ""),
        request.args.get("ma", ""),
        int(version) if version.isascii() and version.isdigit() and len(version) < 6 else 0,
    ) or abort(404)
    banks = usable_banks(actor_here())
    return page_or_json(
        "statistics/question.html",
        lambda: pages.question_data(measured),
        contest=contest,
        round=round_,
        measured=measured,
        line=pages.line_of(measured),
        figures=measured.figures,
        stem=pages.words(measured, measured.version.stem),
        reasons=pages.reasons_of(measured),
        options=pages.options(measured),
        may_open_bank=banks is None or measured.bank.id in banks,
    )


@bp.get(f"{ROUND}/thong-ke-cau-hoi.xlsx")
@organizers
def export(slug: str, number: int) -> Response:
    """The questions of a round with their figures and distractor tables as an Excel file."""
    _contest, round_ = own_round(slug, number)
    measured = queries.questions_of_round(db.session, round_.id)
    name = f"{slug}-dot-{number}-thong-ke-cau-hoi.xlsx"
    return workbook_response(name, gettext("Thống kê câu hỏi"), exports.columns(measured), exports.rows(measured))


@bp.get("/ngan-hang/<code>/cau-hoi/thong-ke")
@organizers
def uses(code: str) -> Response | str:
    """A question of a bank through all rounds that drew it, in contests the organizer works for."""
    actor = actor_here()
    banks, bank = usable_banks(actor), bank_by_code(db.session, code) or abort(404)
    if banks is not None and bank.id not in banks:
        abort(404)
    found = question_of(db.session, bank.id, request.args.get("ma", "")) or abort(404)
    rows = pages.use_lines(queries.of_question(db.session, found.id, managed(actor)))
    return page_or_json(
        "statistics/uses.html",
        lambda: pages.uses_data(bank, found, rows),
        bank=bank,
        question=found,
        rows=rows,
        drawn=sum(row.drawn for row in rows),
        reasons=pages.REASON_NAMES,
    )
