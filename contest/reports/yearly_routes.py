"""A union's yearly report over all contests of a year."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import officials
from contest.extensions import db
from contest.participation.blueprint import followed_or_404
from contest.reports import letter_pages, yearly_files
from contest.reports.letter_pages import Place
from contest.reports.papers import Paper, yearly_paper
from contest.reports.yearly_figures import Yearly
from contest.web.workbooks import sheets_response

bp = Blueprint("yearly_reports", __name__)
#: The first year that can be asked for, and how many are offered.
FIRST, OFFERED = 2000, 3


def paper_here(code: str, year: int) -> Paper[Yearly]:
    """The report that the address means: of a union that the visitor answers for, of a year that has begun."""
    union = followed_or_404(code)
    if not FIRST <= year <= clock.today().year:
        abort(404)
    return yearly_paper(db.session, union, year, clock.now())


def _place(paper: Paper[Yearly]) -> Place:
    yearly = paper.figures
    values = {"code": yearly.union.code, "year": yearly.year}
    return Place(
        "yearly_reports",
        values,
        title=gettext("Báo cáo năm %(year)s", year=str(yearly.year)),
        caption=yearly.union.name,
        above=[(gettext("Theo dõi"), url_for("participation.desk"))],
        excel_url=url_for("yearly_reports.workbook", **values),
    )


@bp.get("/theo-doi/bao-cao/<code>")
@officials
def this_year(code: str) -> Any:
    """The report of the present year."""
    followed_or_404(code)
    return redirect(url_for("yearly_reports.show", code=code, year=clock.today().year), code=303)


@bp.get("/theo-doi/bao-cao/<code>/<int:year>")
@officials
def show(code: str, year: int) -> Response | str:
    """The year's report as it will be sent."""
    paper, last = paper_here(code, year), clock.today().year
    years = sorted({year, *range(last - OFFERED + 1, last + 1)})
    tabs = [(str(n), url_for("yearly_reports.show", code=code, year=n), n == year) for n in years]
    return letter_pages.show_page(paper, _place(paper), tabs)


@bp.route("/theo-doi/bao-cao/<code>/<int:year>/sua", methods=["GET", "POST"])
@officials
def edit(code: str, year: int) -> Any:
    """Write into the year's report."""
    paper = paper_here(code, year)
    return letter_pages.edit_page(paper, _place(paper))


@bp.get("/theo-doi/bao-cao/<code>/<int:year>.<form>")
@officials
def take(code: str, year: int, form: str) -> Any:
    """The year's report as Word or PDF."""
    paper = paper_here(code, year)
    return letter_pages.take(paper, _place(paper), form)


@bp.post("/theo-doi/bao-cao/<code>/<int:year>/tep")
@officials
def make(code: str, year: int) -> Any:
    """Have the year's report made beside the requests."""
    return letter_pages.make(paper_here(code, year))


@bp.get("/theo-doi/bao-cao/<code>/<int:year>-so-lieu.xlsx")
@officials
def workbook(code: str, year: int) -> Response:
    """The year's contests and what the unions below had in them as an Excel file."""
    paper = paper_here(code, year)
    return sheets_response(f"{paper.name}.xlsx", yearly_files.sheets(paper.figures))
