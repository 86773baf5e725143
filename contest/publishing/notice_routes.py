"""The notice of results that everybody reads, prints, and takes away as Word or Excel."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext

from contest.attempts.routes import visible_contest
from contest.extensions import db
from contest.publishing import notice_files, queries
from contest.publishing.notice import Notice, chart_days, notice_data
from contest.publishing.rules import WHOLE
from contest.publishing.winners import names_now
from contest.rounds.models import Contest
from contest.web import kept
from contest.web.doors import public
from contest.web.negotiation import page_or_json
from contest.web.workbooks import sheets_response

bp = Blueprint("notices", __name__)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/cuoc-thi/<slug>/ket-qua")
@public
@kept.for_everybody("dot", "ban")
def show(slug: str) -> Response | str:
    """Announced results: ``?dot=<n>`` of a round (0: of the whole contest), ``?ban=<k>`` an earlier version."""
    contest = visible_contest(slug)
    announced = queries.announced_numbers(db.session, contest.id)
    notice = _notice(contest, announced)
    return page_or_json(
        "publishing/notice.html",
        lambda: notice_data(notice) if notice else {"contest": slug, "version": None},
        contest=contest,
        notice=notice,
        tabs=_tabs(contest, announced, notice),
        heading=notice_files.title_of,
        frame=notice_files.frame,
        chart_days=chart_days,
    )


@bp.get("/cuoc-thi/<slug>/ket-qua/thong-bao.docx")
@public
def word(slug: str) -> Response:
    """The notice as a Word file to be changed and sent."""
    contest = visible_contest(slug)
    notice = _notice(contest, queries.announced_numbers(db.session, contest.id)) or abort(404)
    response = Response(notice_files.document(notice), mimetype=WORD)
    response.headers.set("Content-Disposition", "attachment", filename=f"{_file_name(notice)}.docx")
    return response


@bp.get("/cuoc-thi/<slug>/ket-qua/so-lieu.xlsx")
@public
def workbook(slug: str) -> Response:
    """The notice's figures and winners as an Excel file."""
    contest = visible_contest(slug)
    notice = _notice(contest, queries.announced_numbers(db.session, contest.id)) or abort(404)
    return sheets_response(f"{_file_name(notice)}.xlsx", notice_files.sheets(notice))


def _file_name(notice: Notice) -> str:
    part = f"dot-{notice.number}" if notice.number else "ca-cuoc-thi"
    return f"{notice.contest.slug}-ket-qua-{part}"


def _notice(contest: Contest, announced: list[int]) -> Notice | None:
    """The version that the address means; None: nothing is announced of it yet; 404: there is no such thing."""
    asked, version = _number("dot"), _number("ban")
    if asked is None:
        # The whole contest once it is announced, until then the round announced last.
        asked = WHOLE if WHOLE in announced else max(announced, default=None)
        if asked is None:
            return None
    elif asked != WHOLE and all(round_.number != asked for round_ in contest.rounds):
        abort(404)
    found = queries.current(db.session, contest.id, asked)
    if found is None:
        return abort(404) if version else None
    newest = found.version
    if version is not None:
        found = queries.version(db.session, contest.id, asked, version) or abort(404)
    return Notice(contest, found, newest, names_now(db.session, contest, found))


def _number(name: str) -> int | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        abort(404)
    return int(text)


def _tabs(contest: Contest, announced: list[int], notice: Notice | None) -> list[tuple[str, str, bool]]:
    """Links to everything announced of the contest."""
    titles: dict[int, Any] = {r.number: r.title or gettext("Đợt %(n)s", n=r.number) for r in contest.rounds}
    titles[WHOLE] = gettext("Cả cuộc thi")
    here = notice.number if notice else None
    return [
        (titles[number], url_for("notices.show", slug=contest.slug, dot=number), number == here)
        for number in sorted(announced)
        if number in titles
    ]
