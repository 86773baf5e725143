"""Notices of results and decisions on prizes, for the organizers: from what was announced, as Word and PDF."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.clock import VIETNAM
from contest.extensions import db
from contest.publishing import queries as publishing
from contest.publishing.notice import Notice
from contest.publishing.winners import names_now
from contest.reports import drafts, report_files, templates
from contest.reports.drafts import About
from contest.reports.letter_pages import edit_page, letter_page
from contest.reports.models import Draft
from contest.reports.report_papers import names_above
from contest.reports.result_words import first_words, result_data
from contest.reports.rules import DOCUMENT_NAMES, DocumentKind
from contest.rounds.desk import own_contest
from contest.rounds.models import Contest
from contest.web.negotiation import page_or_json

bp = Blueprint("result_papers", __name__)
#: How addresses name the documents.
KINDS = {"thong-bao": DocumentKind.NOTICE, "quyet-dinh": DocumentKind.DECISION}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document about announced results with its words, as ``report_papers.Paper``."""

    notice: Notice
    about: About
    draft: Draft | None
    first: dict[str, str]
    words: dict[str, str]

    @property
    def data(self) -> dict[str, Any]:
        return result_data(self.about.kind, self.notice, self.words)


def paper_here(slug: str, what: str) -> Paper:
    """The document that the address means; 404 before its results are announced, and for a decision on no prizes."""
    kind = KINDS.get(what) or abort(404)
    contest = own_contest(slug)
    text = request.args.get("dot", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else abort(404)
    found = publishing.current(db.session, contest.id, number) or abort(404)
    if kind is DocumentKind.DECISION and not found.winners:
        abort(404)
    notice = Notice(contest, found, found.version, names_now(db.session, contest, found))
    about = About(kind, contest.union_id, contest.id, number)
    draft = drafts.draft_of(db.session, about)
    today = clock.now().astimezone(VIETNAM).date()
    ours = first_words(kind, notice, names_above(db.session, contest.union), today)
    first = drafts.words_of(db.session, about, ours, None)
    return Paper(notice, about, draft, first, {**first, **(draft.fields if draft else {})})


def _here(paper: Paper, endpoint: str, **more: Any) -> str:
    what = next(what for what, kind in KINDS.items() if kind is paper.about.kind)
    values = {"slug": paper.notice.contest.slug, "what": what, "dot": paper.notice.number}
    return url_for(f"result_papers.{endpoint}", **values, **more)


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
                for what, kind in KINDS.items()
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
    contest, kind = paper.notice.contest, paper.about.kind
    return letter_page(
        kind,
        paper.data,
        title=gettext(DOCUMENT_NAMES[kind]),
        caption=f"{contest.title} - {_name(contest, paper.notice.number)}",
        crumbs=_crumbs(contest, gettext(DOCUMENT_NAMES[kind])),
        edit_url=_here(paper, "edit"),
        word_url=_here(paper, "take", form="docx"),
        pdf_url=_here(paper, "take", form="pdf"),
        excel_url=url_for("notices.workbook", slug=slug, dot=paper.notice.number),
        draft=paper.draft,
        own_template=templates.in_force(db.session, kind, contest.union_id, contest.id),
    )


@bp.route("/to-chuc/cuoc-thi/<slug>/van-ban/<what>/sua", methods=["GET", "POST"])
@organizers
def edit(slug: str, what: str) -> Any:
    """Write into a document."""
    paper = paper_here(slug, what)
    return edit_page(
        paper.about,
        paper.first,
        paper.words,
        paper.draft,
        title=gettext("Sửa lời văn"),
        caption=gettext(DOCUMENT_NAMES[paper.about.kind]),
        crumbs=_crumbs(paper.notice.contest, gettext("Sửa lời văn")),
        back=_here(paper, "show"),
    )


@bp.get("/to-chuc/cuoc-thi/<slug>/van-ban/<what>.<form>")
@organizers
def take(slug: str, what: str, form: str) -> Response:
    """A document as Word or PDF."""
    media_type = report_files.TYPES.get(form) or abort(404)
    paper = paper_here(slug, what)
    contest, kind = paper.notice.contest, paper.about.kind
    if form == "pdf":
        content = report_files.portable(kind, paper.data)
    else:
        content = report_files.word(db.session, kind, paper.data, contest.union_id, contest.id)
    part = f"dot-{paper.notice.number}" if paper.notice.number else "ca-cuoc-thi"
    return report_files.answer(content, f"{what}-{slug}-{part}.{form}", media_type)


def _crumbs(contest: Contest, here: str) -> list[tuple[str, str | None]]:
    return [
        (gettext("Ban tổ chức"), url_for("rounds.desk")),
        (contest.title, url_for("rounds.manage", slug=contest.slug)),
        (gettext("Văn bản"), url_for("result_papers.index", slug=contest.slug)),
        (here, None),
    ]
