"""Notices of results and decisions on prizes, for the organizers: from what was announced, as Word and PDF."""

from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.extensions import db
from contest.publishing import queries as publishing
from contest.publishing.notice import Notice
from contest.reports import letter_pages
from contest.reports.letter_pages import Place
from contest.reports.papers import RESULTS, Paper, result_paper
from contest.reports.rules import DOCUMENT_NAMES, DocumentKind
from contest.rounds.desk import own_contest
from contest.rounds.models import Contest
from contest.web.negotiation import page_or_json

bp = Blueprint("result_papers", __name__)


def paper_here(slug: str, what: str) -> Paper[Notice]:
    """The document that the address means; 404 before its results are announced, and for a decision on no prizes."""
    kind = RESULTS.get(what) or abort(404)
    contest = own_contest(slug)
    number = letter_pages.part_asked(contest)
    return result_paper(db.session, kind, contest, number, clock.now()) or abort(404)


def _place(paper: Paper[Notice], what: str) -> Place:
    contest, number = paper.figures.contest, paper.figures.number
    return Place(
        "result_papers",
        {"slug": contest.slug, "what": what, "dot": number},
        title=gettext(DOCUMENT_NAMES[paper.about.kind]),
        caption=f"{contest.title} - {_name(contest, number)}",
        above=[
            (gettext("Ban tổ chức"), url_for("rounds.desk")),
            (contest.title, url_for("rounds.manage", slug=contest.slug)),
            (gettext("Văn bản"), url_for("result_papers.index", slug=contest.slug)),
        ],
        excel_url=url_for("notices.workbook", slug=contest.slug, dot=number),
    )


@bp.get("/to-chuc/cuoc-thi/<slug>/van-ban")
@organizers
def index(slug: str) -> Response | str:
    """Which documents can be made of a contest."""
    contest = own_contest(slug)
    numbers = publishing.announced_numbers(db.session, contest.id)
    rows = [
        (
            _name(contest, number),
            [
                (DOCUMENT_NAMES[kind], url_for("result_papers.show", slug=slug, what=what, dot=number))
                for what, kind in RESULTS.items()
                if kind is not DocumentKind.DECISION or _has_winners(contest, number)
            ],
        )
        for number in numbers
    ]
    return page_or_json(
        "reports/papers.html",
        lambda: {"contest": slug, "announced": numbers},
        contest=contest,
        rows=rows,
        report_url=url_for("union_reports.show", slug=slug, code=contest.union.code),
    )


def _has_winners(contest: Contest, number: int) -> bool:
    found = publishing.current(db.session, contest.id, number)
    return found is not None and bool(found.winners)


def _name(contest: Contest, number: int) -> str:
    round_ = next((r for r in contest.rounds if r.number == number), None)
    if round_ is None:
        return gettext("Cả cuộc thi")
    return round_.title or gettext("Đợt %(n)s", n=number)


@bp.get("/to-chuc/cuoc-thi/<slug>/van-ban/<what>")
@organizers
def show(slug: str, what: str) -> Response | str:
    """A document as it will be sent."""
    paper = paper_here(slug, what)
    return letter_pages.show_page(paper, _place(paper, what))


@bp.route("/to-chuc/cuoc-thi/<slug>/van-ban/<what>/sua", methods=["GET", "POST"])
@organizers
def edit(slug: str, what: str) -> Any:
    """Write into a document."""
    paper = paper_here(slug, what)
    return letter_pages.edit_page(paper, _place(paper, what))


@bp.get("/to-chuc/cuoc-thi/<slug>/van-ban/<what>.<form>")
@organizers
def take(slug: str, what: str, form: str) -> Any:
    """A document as Word or PDF."""
    paper = paper_here(slug, what)
    return letter_pages.take(paper, _place(paper, what), form)


@bp.post("/to-chuc/cuoc-thi/<slug>/van-ban/<what>/tep")
@organizers
def make(slug: str, what: str) -> Any:
    """Have a document made beside the requests."""
    return letter_pages.make(paper_here(slug, what))
