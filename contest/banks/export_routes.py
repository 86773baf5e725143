"""Files out of a bank: which questions, in which format, what that format cannot hold; and empty templates."""

import io
from collections.abc import Mapping, Sequence

from flask import Response, abort, redirect, render_template, request, send_file, url_for

from contest.accounts.doors import organizers
from contest.banks import pages
from contest.banks.desk import Page, bp, readable
from contest.banks.file_forms import FORMAT_NAMES
from contest.banks.queries import Owned
from contest.banks.search import Search
from contest.extensions import db
from questions import formats, picture_store
from questions import queries as library
from questions.formats.losses import by_message
from questions.pictures import pictures_of
from questions.rules import Draft

#: Codes named beside a loss; the others are counted.
MOST_NAMED = 8


@bp.route("/<code>/xuat", methods=["GET", "POST"])
@organizers
def exporting(code: str) -> Page:
    """Choose a format and see what it cannot hold, before anything is taken away."""
    found = readable(code)
    if request.method == "POST":
        ticked = [] if request.form.get("tat-ca") else request.form.getlist("q")[:1000]
        search = Search.of(request.args or request.form)
        return redirect(url_for("banks.exporting", code=code, **search.args(page=1), q=ticked or None), code=303)
    kind = request.args.get("dinh-dang", "docx")
    kind = kind if kind in formats.WRITTEN else "docx"
    drafts = _drafts(found)
    losses = by_message(formats.losses(drafts, kind))
    search = Search.of(request.args)
    ticked = request.args.getlist("q")
    return render_template(
        "banks/export.html",
        bank=found.bank,
        found=found,
        kind=kind,
        formats={name: FORMAT_NAMES[name] for name in FORMAT_NAMES if name in formats.WRITTEN},
        total=len(drafts),
        losses=[(why, codes[:MOST_NAMED], len(codes)) for why, codes in losses],
        hidden=[*search.args(page=1).items(), *(("q", one) for one in ticked)],
        file_url=url_for("banks.export", code=code, kind=kind, **search.args(page=1), q=ticked or None),
        whole=not ticked and not search.args(page=1),
        ticked=bool(ticked),
    )


@bp.get("/<code>/xuat/<kind>")
@organizers
def export(code: str, kind: str) -> Page:
    """The questions that the search finds, or those that are ticked, as a file that can be imported again."""
    found = readable(code)
    if kind not in formats.WRITTEN:
        abort(404)
    drafts = _drafts(found)
    return _file(drafts, kind, code, pictures_for(drafts))


def _drafts(found: Owned) -> list[Draft]:
    ticked = request.args.getlist("q")
    if ticked:
        questions = library.selected(db.session, found.bank.id, ticked)
        return [library.as_draft(question, library.newest_version(db.session, question)) for question in questions]
    search = Search.of(request.args)
    terms = pages.search_terms(db.session, found, search)
    rows, _ = library.questions(db.session, found.bank.id, **terms, sort=search.sort, descending=search.descending)
    return [library.as_draft(*row) for row in rows]


def pictures_for(drafts: Sequence[Draft]) -> dict[str, bytes]:
    """The pictures that questions show, by what their texts call them."""
    shas = dict.fromkeys(sha for draft in drafts for sha in pictures_of(draft))
    found = ((sha, picture_store.load(db.session, sha)) for sha in shas)
    return {sha: picture.data for sha, picture in found if picture is not None}


@bp.get("/mau/<kind>")
@organizers
def template(kind: str) -> Page:
    """An empty table to fill in, or a Word file that shows the layout."""
    if kind not in formats.FORMATS:
        abort(404)
    return _file(pages.SAMPLES if kind == "docx" else (), kind, "mau-cau-hoi", {})


def _file(drafts: Sequence[Draft], kind: str, name: str, pictures: Mapping[str, bytes]) -> Response:
    content, format = io.BytesIO(formats.write(drafts, kind, pictures)), formats.WRITTEN[kind]
    named = f"{name}{format.EXTENSIONS[0]}"
    return send_file(content, mimetype=format.MIME, as_attachment=True, download_name=named, max_age=0)
