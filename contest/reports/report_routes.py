"""The report of a union on a contest: looked at, written into, taken away as Word, PDF and Excel."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import officials
from contest.extensions import db
from contest.participation.routes import followed_or_404, published_or_404
from contest.reports import report_files, report_work, templates
from contest.reports.letter_pages import edit_page, letter_page
from contest.reports.report_papers import Paper, paper_of
from contest.reports.rules import DocumentKind
from contest.rounds.desk import actor_here
from contest.rounds.models import Contest
from contest.web.workbooks import sheets_response

bp = Blueprint("union_reports", __name__)
KIND = DocumentKind.REPORT


def paper_here(slug: str, code: str) -> Paper:
    """The report that the address means: of a union that the visitor answers for."""
    contest, union = published_or_404(slug), followed_or_404(code)
    return paper_of(db.session, db.memo, contest, union, _round_asked(contest), clock.now())


def _round_asked(contest: Contest) -> int:
    text = request.args.get("dot", "0") or "0"
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else abort(404)
    if number and number not in {round_.number for round_ in contest.rounds}:
        abort(404)
    return number


def _here(paper: Paper, endpoint: str, **more: Any) -> str:
    return url_for(
        f"union_reports.{endpoint}",
        slug=paper.report.contest.slug,
        code=paper.report.union.code,
        dot=paper.report.round_number or None,
        **more,
    )


@bp.get("/theo-doi/<slug>/<code>/bao-cao")
@officials
def show(slug: str, code: str) -> Response | str:
    """The report as it will be sent, and what can be done with it."""
    paper = paper_here(slug, code)
    report = paper.report
    rounds = [
        (gettext("Cả cuộc thi"), 0),
        *((r.title or gettext("Đợt %(n)s", n=r.number), r.number) for r in report.contest.rounds),
    ]
    found = templates.in_force(db.session, KIND, report.union.id, report.contest.id)
    return letter_page(
        KIND,
        paper.data,
        title=gettext("Báo cáo: %(contest)s", contest=report.contest.title),
        caption=report.union.name,
        crumbs=_crumbs(paper, gettext("Báo cáo")),
        edit_url=_here(paper, "edit"),
        word_url=_here(paper, "take", form="docx"),
        pdf_url=_here(paper, "take", form="pdf"),
        excel_url=_here(paper, "workbook"),
        make_url=_here(paper, "make"),
        draft=paper.draft,
        own_template=found,
        tabs=[
            (text, url_for("union_reports.show", slug=slug, code=code, dot=n or None), n == report.round_number)
            for text, n in rounds
        ],
    )


@bp.route("/theo-doi/<slug>/<code>/bao-cao/sua", methods=["GET", "POST"])
@officials
def edit(slug: str, code: str) -> Any:
    """Write into the report."""
    paper = paper_here(slug, code)
    return edit_page(
        paper.about,
        paper.first,
        paper.words,
        paper.draft,
        title=gettext("Sửa lời văn báo cáo"),
        caption=paper.report.union.name,
        crumbs=_crumbs(paper, gettext("Sửa lời văn")),
        back=_here(paper, "show"),
    )


@bp.get("/theo-doi/<slug>/<code>/bao-cao.<form>")
@officials
def take(slug: str, code: str, form: str) -> Any:
    """The report as Word or PDF."""
    media_type = report_files.TYPES.get(form) or abort(404)
    paper = paper_here(slug, code)
    data, report = paper.data, paper.report
    if report_files.is_long(data):
        flash(gettext("Báo cáo này dài nên được làm riêng. Hãy bấm nút tải ở trang này."), "info")
        return redirect(_here(paper, "show"), code=303)
    if form == "pdf":
        content = report_files.portable(KIND, data)
    else:
        content = report_files.word(db.session, KIND, data, report.union.id, report.contest.id)
    return report_files.answer(content, f"{paper.name}.{form}", media_type)


@bp.post("/theo-doi/<slug>/<code>/bao-cao/tep")
@officials
def make(slug: str, code: str) -> Any:
    """Have a long report made beside the requests."""
    form = request.form.get("form", "")
    if form not in report_files.TYPES:
        abort(404)
    work = report_work.queue(db.session, actor_here(), paper_here(slug, code), form)
    db.session.commit()
    return redirect(url_for("jobs.show", code=work), code=303)


@bp.get("/theo-doi/<slug>/<code>/bao-cao-so-lieu.xlsx")
@officials
def workbook(slug: str, code: str) -> Response:
    """The report's figures and lists as an Excel file."""
    paper = paper_here(slug, code)
    return sheets_response(f"{paper.name}.xlsx", report_files.sheets(paper.report))


def _crumbs(paper: Paper, here: str) -> list[tuple[str, str | None]]:
    report = paper.report
    follow = url_for("participation.follow", slug=report.contest.slug, code=report.union.code)
    return [
        (gettext("Theo dõi"), url_for("participation.desk")),
        (report.union.short_name or report.union.name, follow),
        (here, None),
    ]
