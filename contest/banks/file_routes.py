"""Files into a bank and out of it: upload, preview, confirm; export and templates."""

import io
from collections.abc import Sequence

from flask import Response, abort, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts import uploads
from contest.accounts.doors import organizers
from contest.banks import actions, forms, near, pages, picture_routes, rules
from contest.banks.desk import Page, actor, bp, owned, scopes, status_of
from contest.banks.queries import Owned
from contest.banks.rules import Search
from contest.extensions import db
from contest.web.negotiation import wants_json
from contest.web.texts import number, say
from questions import formats, pictures
from questions import queries as library
from questions.imports import plan_import
from questions.messages import N_, message
from questions.plans import Change, Plan
from questions.rules import Draft, ReadResult


@bp.route("/<code>/nhap", methods=["GET", "POST"])
@organizers
def upload(code: str) -> Page:
    """Read a file; one with faults is shown and thrown away, a sound one waits for its confirmation."""
    found = owned(code, db.reader)
    form = forms.UploadForm()
    if form.validate_on_submit():
        file = form.file.data
        if not file or not file.filename:
            form.refuse("file", message(N_("Hãy chọn một tệp Word, Excel hoặc CSV.")))
            return render_template("banks/upload.html", form=form, bank=found.bank, samples=pages.SAMPLES), 422
        content = file.read()
        result = formats.read(content, name=file.filename)
        fitted, unfit = pictures.fit_all(result.pictures, result.questions)
        faults = [*result.faults, *unfit]
        plan = plan_import(db.reader, found.bank, result.questions, faults, near=wants_json())
        if plan.faults or wants_json():
            return _preview(found, file.filename, plan, token=None)
        now = clock.now()
        db.reader.rollback()
        token = uploads.keep(db.session, _purpose(code), file.filename, content, actor().id, now)
        picture_routes.keep_waiting(db.session, code, token, fitted, actor().id, now)
        db.session.commit()
        return redirect(url_for("banks.preview", code=code, token=token), code=303)
    return render_template("banks/upload.html", form=form, bank=found.bank, samples=pages.SAMPLES), status_of(form)


def _purpose(code: str) -> str:
    return f"bank:{code}"


def _read_again(found: Owned, token: str) -> tuple[str, ReadResult] | None:
    """Name and questions of a file that waits; None when it is gone."""
    file = uploads.take(db.reader, token, _purpose(found.bank.code), actor().id)
    return (file.name, formats.read(file.content, name=file.name)) if file else None


def _gone(code: str) -> Response:
    flash(gettext("Tệp này đã được nhập hoặc đã hết hạn xem trước. Hãy chọn lại tệp nếu cần."), "warning")
    return redirect(url_for("banks.upload", code=code), code=303)


def _preview(found: Owned, name: str, plan: Plan, token: str | None) -> Page:
    status = 422 if plan.faults else 200
    if wants_json():
        return jsonify(rules.import_data(plan, imported=0)), status
    search = Search.of(request.args)
    kind = request.args.get("loai", "")
    kind = kind if kind in set(Change) else ""
    context = pages.preview_page(found, name, plan, kind, search.page)
    drafts = [item.draft for item in context["shown"]]
    context["near_words"] = near.words_in(db.reader, plan, context["shown"])
    context["picture"] = picture_routes.finder(db.reader, found.bank.code, token, actor().id, drafts)

    def address(**args: str | int | None) -> str:
        return url_for("banks.preview", code=found.bank.code, token=token, **args)

    tabs = [
        (f"{say(rules.CHANGE_NAMES[change])} ({number(count)})", address(loai=change.value), kind == change)
        for change, count in context["numbers"]
        if token
    ]
    page = render_template(
        "banks/preview.html",
        token=token,
        tab_items=tabs,
        page_url=lambda n: address(loai=kind or None, trang=n),
        **context,
    )
    return page, status


@bp.get("/<code>/nhap/<token>")
@organizers
def preview(code: str, token: str) -> Page:
    """What storing a file would do."""
    found = owned(code)
    waiting = _read_again(found, token)
    if waiting is None:
        return _gone(code)
    name, result = waiting
    plan = plan_import(db.session, found.bank, result.questions, result.faults, beside=_beside(found))
    return _preview(found, name, plan, token)


def _beside(found: Owned) -> list[int]:
    """The other banks in which near-duplicates are looked for."""
    return near.beside(db.reader, found.bank.id, scopes())


@bp.post("/<code>/nhap/<token>")
@organizers
def store(code: str, token: str) -> Page:
    """Store all questions of a file that was looked at."""
    waiting = _read_again(owned(code, db.reader), token)
    if waiting is None:
        return _gone(code)
    db.reader.rollback()
    name, result = waiting
    found = owned(code)
    fitted = picture_routes.waiting(db.session, code, token, actor().id)
    plan = actions.import_questions(db.session, actor(), found.bank, result, clock.now(), fitted)
    if plan.faults:
        return _preview(found, name, plan, token=None)
    uploads.drop(db.session, token)
    picture_routes.drop_waiting(db.session, token)
    db.session.commit()
    flash(
        gettext(
            "Đã nhập xong: %(new)s câu mới, %(changed)s câu thay đổi, %(same)s câu như cũ.",
            new=number(plan.count(Change.NEW) + plan.count(Change.NEAR)),
            changed=number(plan.count(Change.CHANGED)),
            same=number(plan.count(Change.SAME)),
        ),
        "success",
    )
    return redirect(url_for("banks.bank", code=code), code=303)


@bp.get("/<code>/xuat/<kind>")
@organizers
def export(code: str, kind: str) -> Page:
    """The questions that the search finds, as a file that can be imported again."""
    found, search = owned(code), Search.of(request.args)
    terms = pages.search_terms(db.session, found, search)
    if kind not in formats.FORMATS:
        abort(404)
    rows, _ = library.questions(db.session, found.bank.id, **terms, sort=search.sort, descending=search.descending)
    return _file([library.as_draft(*row) for row in rows], kind, code)


@bp.get("/mau/<kind>")
@organizers
def template(kind: str) -> Page:
    """An empty table to fill in, or a Word file that shows the layout."""
    if kind not in formats.FORMATS:
        abort(404)
    return _file(pages.SAMPLES if kind == "docx" else (), kind, "mau-cau-hoi")


def _file(drafts: Sequence[Draft], kind: str, name: str) -> Response:
    content, format = io.BytesIO(formats.write(drafts, kind)), formats.FORMATS[kind]
    named = f"{name}{format.EXTENSIONS[0]}"
    return send_file(content, mimetype=format.MIME, as_attachment=True, download_name=named, max_age=0)
