"""A union's yearly report over all contests of a year."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import officials
from contest.clock import VIETNAM
from contest.extensions import db
from contest.participation.routes import followed_or_404
from contest.reports import drafts, report_files, templates
from contest.reports.drafts import About
from contest.reports.letter_pages import edit_page, letter_page
from contest.reports.models import Draft
from contest.reports.report_papers import names_above
from contest.reports.rules import DocumentKind
from contest.reports.yearly_figures import Yearly, yearly_of
from contest.reports.yearly_words import first_words, target_words, yearly_data
from contest.web.workbooks import Cell, Column, workbook_response

bp = Blueprint("yearly_reports", __name__)
KIND = DocumentKind.YEARLY
#: The first year that can be asked for, and how many are offered.
FIRST, OFFERED = 2000, 3


@dataclass(frozen=True, slots=True)
class Paper:
    """A yearly report with its words, as ``report_papers.Paper``."""

    yearly: Yearly
    about: About
    draft: Draft | None
    first: dict[str, str]
    words: dict[str, str]

    @property
    def data(self) -> dict[str, Any]:
        return yearly_data(self.yearly, self.words)


def paper_here(code: str, year: int) -> Paper:
    """The report that the address means: of a union that the visitor answers for, of a year that has begun."""
    union, now = followed_or_404(code), clock.now()
    today = now.astimezone(VIETNAM).date()
    if not FIRST <= year <= today.year:
        abort(404)
    yearly = yearly_of(db.session, union, names_above(db.session, union), year, now)
    about = About(KIND, union.id, year=year)
    draft = drafts.draft_of(db.session, about)
    first = drafts.words_of(db.session, about, first_words(yearly, today), None)
    return Paper(yearly, about, draft, first, {**first, **(draft.fields if draft else {})})


@bp.get("/theo-doi/bao-cao/<code>")
@officials
def this_year(code: str) -> Any:
    """The report of the present year."""
    followed_or_404(code)
    year = clock.now().astimezone(VIETNAM).year
    return redirect(url_for("yearly_reports.show", code=code, year=year), code=303)


@bp.get("/theo-doi/bao-cao/<code>/<int:year>")
@officials
def show(code: str, year: int) -> Response | str:
    """The year's report as it will be sent."""
    paper = paper_here(code, year)
    union, last = paper.yearly.union, clock.now().astimezone(VIETNAM).year
    years = sorted({year, *range(last - OFFERED + 1, last + 1)})
    return letter_page(
        KIND,
        paper.data,
        title=gettext("Báo cáo năm %(year)s", year=str(year)),
        caption=union.name,
        crumbs=_crumbs(paper, gettext("Báo cáo năm")),
        edit_url=url_for("yearly_reports.edit", code=union.code, year=year),
        word_url=url_for("yearly_reports.take", code=union.code, year=year, form="docx"),
        pdf_url=url_for("yearly_reports.take", code=union.code, year=year, form="pdf"),
        excel_url=url_for("yearly_reports.workbook", code=union.code, year=year),
        draft=paper.draft,
        own_template=templates.in_force(db.session, KIND, union.id),
        tabs=[(str(n), url_for("yearly_reports.show", code=union.code, year=n), n == year) for n in years],
    )


@bp.route("/theo-doi/bao-cao/<code>/<int:year>/sua", methods=["GET", "POST"])
@officials
def edit(code: str, year: int) -> Any:
    """Write into the year's report."""
    paper = paper_here(code, year)
    return edit_page(
        paper.about,
        paper.first,
        paper.words,
        paper.draft,
        title=gettext("Sửa lời văn báo cáo năm %(year)s", year=str(year)),
        caption=paper.yearly.union.name,
        crumbs=_crumbs(paper, gettext("Sửa lời văn")),
        back=url_for("yearly_reports.show", code=paper.yearly.union.code, year=year),
    )


@bp.get("/theo-doi/bao-cao/<code>/<int:year>.<form>")
@officials
def take(code: str, year: int, form: str) -> Response:
    """The year's report as Word or PDF."""
    media_type = report_files.TYPES.get(form) or abort(404)
    paper = paper_here(code, year)
    union = paper.yearly.union
    if form == "pdf":
        content = report_files.portable(KIND, paper.data)
    else:
        content = report_files.word(db.session, KIND, paper.data, union.id, None)
    return report_files.answer(content, f"bao-cao-nam-{year}-{union.code}.{form}", media_type)


@bp.get("/theo-doi/bao-cao/<code>/<int:year>-so-lieu.xlsx")
@officials
def workbook(code: str, year: int) -> Response:
    """The year's contests as an Excel file."""
    yearly = paper_here(code, year).yearly
    columns = [
        Column(gettext("Cuộc thi"), width=50),
        Column(gettext("Số người dự thi"), Cell.NUMBER),
        Column(gettext("Số lượt thi"), Cell.NUMBER),
        Column(gettext("Số đoàn viên"), Cell.NUMBER),
        Column(gettext("Tỷ lệ (%)"), Cell.DECIMAL),
        Column(gettext("Chỉ tiêu (người)"), Cell.NUMBER),
        Column(gettext("Kết quả so với chỉ tiêu"), width=24),
        Column(gettext("Số giải"), Cell.NUMBER),
    ]
    rows = [
        [
            part.contest.title,
            part.row.counts.people,
            part.row.counts.attempts,
            part.row.headcount,
            part.row.rate,
            part.row.wanted,
            target_words(part),
            len(part.prizes),
        ]
        for part in yearly.parts
    ]
    return workbook_response(f"bao-cao-nam-{year}-{yearly.union.code}.xlsx", str(year), columns, rows)


def _crumbs(paper: Paper, here: str) -> list[tuple[str, str | None]]:
    return [(gettext("Theo dõi"), url_for("participation.desk")), (here, None)]
