"""The report of a union on a contest: looked at, written into, taken away as Word, PDF and Excel."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import officials
from contest.extensions import db
from contest.participation.blueprint import followed_or_404, published_or_404
from contest.reports import letter_pages, report_files
from contest.reports.letter_pages import Place
from contest.reports.papers import Paper, report_paper
from contest.reports.report_figures import Report
from contest.web.workbooks import sheets_response

bp = Blueprint("union_reports", __name__)


def paper_here(slug: str, code: str) -> Paper[Report]:
    """The report that the address means: of a union that the visitor answers for."""
    contest, union = published_or_404(slug), followed_or_404(code)
    number = letter_pages.part_asked(contest, default="0")
    return report_paper(db.session, db.memo, contest, union, number, clock.now())


def _place(paper: Paper[Report]) -> Place:
    report = paper.figures
    values = {"slug": report.contest.slug, "code": report.union.code, "dot": report.round_number or None}
    return Place(
        "union_reports",
        values,
        title=gettext("Báo cáo: %(contest)s", contest=report.contest.title),
        caption=report.union.name,
        above=[
            (gettext("Theo dõi"), url_for("participation.desk")),
            (
                report.union.short_name or report.union.name,
                url_for("participation.follow", slug=report.contest.slug, code=report.union.code),
            ),
        ],
        excel_url=url_for("union_reports.workbook", **values),
    )


@bp.get("/theo-doi/<slug>/<code>/bao-cao")
@officials
def show(slug: str, code: str) -> Response | str:
    """The report as it will be sent, and what can be done with it."""
    paper = paper_here(slug, code)
    parts = [
        (gettext("Cả cuộc thi"), 0),
        *((r.title or gettext("Đợt %(n)s", n=r.number), r.number) for r in paper.figures.contest.rounds),
    ]
    tabs = [
        (text, url_for("union_reports.show", slug=slug, code=code, dot=n or None), n == paper.about.round_number)
        for text, n in parts
    ]
    return letter_pages.show_page(paper, _place(paper), tabs)


@bp.route("/theo-doi/<slug>/<code>/bao-cao/sua", methods=["GET", "POST"])
@officials
def edit(slug: str, code: str) -> Any:
    """Write into the report."""
    paper = paper_here(slug, code)
    return letter_pages.edit_page(paper, _place(paper))


@bp.get("/theo-doi/<slug>/<code>/bao-cao.<form>")
@officials
def take(slug: str, code: str, form: str) -> Any:
    """The report as Word or PDF."""
    paper = paper_here(slug, code)
    return letter_pages.take(paper, _place(paper), form)


@bp.post("/theo-doi/<slug>/<code>/bao-cao/tep")
@officials
def make(slug: str, code: str) -> Any:
    """Have the report made beside the requests."""
    return letter_pages.make(paper_here(slug, code))


@bp.get("/theo-doi/<slug>/<code>/bao-cao-so-lieu.xlsx")
@officials
def workbook(slug: str, code: str) -> Response:
    """The report's figures and lists as an Excel file."""
    paper = paper_here(slug, code)
    return sheets_response(f"{paper.name}.xlsx", report_files.sheets(paper.figures))
