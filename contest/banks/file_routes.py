"""Files into a bank: upload, columns of strangers' sheets, preview, confirmation."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts import uploads
from contest.accounts.doors import organizers
from contest.banks import actions, file_forms, imports, near, pages, picture_routes, rules, telling
from contest.banks.desk import Page, actor, bp, owned, scopes, status_of
from contest.banks.imports import Waiting
from contest.banks.queries import Owned
from contest.banks.search import Search
from contest.extensions import db
from contest.jobs.actions import queue
from contest.web.negotiation import wants_json
from contest.web.texts import number, say
from questions.changes import changes
from questions.formats import columns, docx_writer
from questions.formats.columns import HEADER_ROW
from questions.imports import plan_import
from questions.messages import N_, message
from questions.plans import Change, Plan
from questions.queries import as_draft, newest_version, selected

#: Near-duplicates are shown together on one page, so that each can be ticked.
MOST_NEAR = 500


@bp.route("/<code>/nhap", methods=["GET", "POST"])
@organizers
def upload(code: str) -> Page:
    """Read a file; one with faults is shown and thrown away, a sound one waits for its confirmation."""
    found = owned(code, db.reader)
    form = file_forms.UploadForm()
    if not form.validate_on_submit():
        return _upload_page(found, form, status_of(form))
    file = form.file.data
    if not file or not file.filename:
        form.refuse("file", message(N_("Hãy chọn một tệp câu hỏi.")))
        return _upload_page(found, form, 422)
    content, format = file.read(), form.format.data
    if len(content) >= imports.LARGE_FILE and not wants_json():
        return _read_beside(found, file.filename, content, format)
    result, fitted = imports.read(imports.columns_in(db.reader, found.bank.id), content, file.filename, format)
    strange = not result.questions and _unexplained(content, file.filename, format)
    plan = plan_import(db.reader, found.bank, result.questions, result.faults, near=wants_json())
    if (plan.faults and not strange) or wants_json():
        told = imports.format_of(content, file.filename, format)
        return _preview(found, Waiting(file.filename, result, format=told), plan, None, format)
    now = clock.now()
    db.reader.rollback()
    token = uploads.keep(db.session, imports.purpose(code), file.filename, content, actor().id, now)
    picture_routes.keep_waiting(db.session, code, token, fitted, actor().id, now)
    db.session.commit()
    step = "banks.mapping" if strange else "banks.preview"
    return redirect(_at(step, code, token, format), code=303)


def _upload_page(found: Owned, form: file_forms.UploadForm, status: int) -> Page:
    typed = [docx_writer.lines(number, draft) for number, draft in enumerate(pages.SAMPLES, start=1)]
    return render_template("banks/upload.html", form=form, bank=found.bank, samples=typed), status


def _unexplained(content: bytes, name: str, format: str) -> bool:
    """Whether a file is a table whose header says nothing to us, so that a person may say what its columns are."""
    look = imports.look(content, name, format)
    return look is not None and not look.known and len(look.titles) > 1


def _at(endpoint: str, code: str, token: str, format: str, **more: Any) -> str:
    return url_for(endpoint, code=code, token=token, **({} if format == "auto" else {"dinh-dang": format}), **more)


def _format() -> str:
    return file_forms.known(request.values.get("dinh-dang", ""))


def _read_beside(found: Owned, name: str, content: bytes, format: str) -> Response:
    """Let a large file be read as long work, and show how far it is."""
    code, now = found.bank.code, clock.now()
    db.reader.rollback()
    token = uploads.keep(db.session, imports.purpose(code), name, content, actor().id, now)
    order = {"bank": code, "token": token, "format": format, "preview": _at("banks.preview", code, token, format)}
    job = queue(db.session, imports.READ, order, actor().id, now)
    db.session.commit()
    return redirect(url_for("jobs.show", code=job.code), code=303)


def _taken(found: Owned, token: str) -> Waiting | None:
    return imports.take(db.reader, found.bank, token, actor().id or 0, _format())


def _gone(code: str) -> Response:
    flash(say(imports.GONE), "warning")
    return redirect(url_for("banks.upload", code=code), code=303)


@bp.route("/<code>/nhap/<token>/cot", methods=["GET", "POST"])
@organizers
def mapping(code: str, token: str) -> Page:
    """Say what the columns of a table mean; remembered for the next file with the same header."""
    found, format = owned(code, db.reader), _format()
    file = uploads.take(db.reader, token, imports.purpose(code), actor().id or 0)
    if file is None:
        return _gone(code)
    look = imports.look(file.content, file.name, format)
    if look is None:
        abort(404)
    said = imports.columns_in(db.reader, found.bank.id).get(look.digest)
    if request.method == "GET":
        guess = said or {str(place): name for place, name in look.guess.items()}
        header = int((said or {}).get(HEADER_ROW, look.header_row) or 0)
        return render_template("banks/mapping.html", **_mapping_page(found, file.name, token, look, guess, header, []))
    chosen = {str(n): request.form.get(f"cot-{n}", "") for n in range(len(look.titles))}
    chosen = {place: name for place, name in chosen.items() if name in columns.FIELDS}
    header = look.header_row or 1 if request.form.get("tieu-de") else 0
    faults = columns.faults_of(chosen)
    if faults:
        context = _mapping_page(found, file.name, token, look, chosen, header, faults)
        return render_template("banks/mapping.html", **context), 422
    now = clock.now()
    db.reader.rollback()
    bank = owned(code).bank
    imports.remember(db.session, bank, look.digest, {**chosen, HEADER_ROW: str(header)}, now)
    imports.drop_read(db.session, token)
    db.session.commit()
    return redirect(_at("banks.preview", code, token, format), code=303)


def _mapping_page(
    found: Owned, name: str, token: str, look: columns.Look, chosen: Mapping[str, str], header: int, faults: list
) -> dict[str, Any]:
    return {
        "bank": found.bank,
        "name": name,
        "token": token,
        "look": look,
        "chosen": chosen,
        "header": header,
        "faults": faults,
        "fields": columns.FIELDS,
        "samples": [_sample(look, place) for place in range(len(look.titles))],
        "letters": [columns.letter_of(place) for place in range(len(look.titles))],
        "format": _format(),
    }


def _sample(look: columns.Look, place: int) -> str:
    """The first few things in a column, to know it by."""
    below = (row.cells[place] for row in look.rows if row.number > look.header_row and place < len(row.cells))
    return "; ".join([" ".join(cell.split())[:50] for cell in below if cell.strip()][:3])


def _preview(found: Owned, waiting: Waiting, plan: Plan, token: str | None, format: str, stale: bool = False) -> Page:
    status = 422 if plan.faults else 409 if stale else 200
    if wants_json():
        return jsonify(rules.import_data(plan, 0, waiting.result.notes)), status
    kind = request.args.get("loai", "")
    kind = kind if kind in set(Change) else ""
    context = pages.preview_page(found, waiting.name, plan, kind, Search.of(request.args).page)
    if kind == Change.NEAR:
        context |= {"shown": [item for item in plan.planned if item.near][:MOST_NEAR], "pages": 1, "page": 1}
    shown = context["shown"]
    context["near_words"] = near.words_in(db.reader, plan, shown)
    drafts = [item.draft for item in shown]
    context["picture"] = picture_routes.finder(db.reader, found.bank.code, token, actor().id, drafts)
    context["changed"] = _changes(found, plan, shown)
    places = {id(item): place for place, item in enumerate(plan.planned)}
    context["places"] = {item.draft.code: places[id(item)] for item in shown}
    page = render_template(
        "banks/preview.html",
        token=token,
        format=format,
        read_as=file_forms.FORMAT_NAMES.get(waiting.format),
        notes=waiting.result.notes,
        pictures=len(waiting.fitted),
        mapped=token and _columns_used(found, token, format),
        digest=imports.digest_of(plan),
        stale=stale,
        tab_items=_tabs(found, token, format, context["numbers"], kind) if token else [],
        page_url=lambda n: _at("banks.preview", found.bank.code, token, format, loai=kind or None, trang=n),
        **context,
    )
    return page, status


def _tabs(found: Owned, token: str, format: str, numbers: list, kind: str) -> list[tuple[str, str, bool]]:
    counts = [("", sum(count for _, count in numbers)), *((change.value, count) for change, count in numbers)]
    return [
        (
            f"{say(rules.CHANGE_NAMES[Change(name)]) if name else gettext('Tất cả')} ({number(count)})",
            _at("banks.preview", found.bank.code, token, format, loai=name or None),
            kind == name,
        )
        for name, count in counts
    ]


def _changes(found: Owned, plan: Plan, shown: list) -> dict[str, list]:
    """What is about to change in each known question shown, word by word."""
    changed = {item.draft.code or "": item.draft for item in shown if item.change is Change.CHANGED}
    stored = selected(db.reader, found.bank.id, list(changed)) if changed and found.bank.id else ()
    return {
        question.code: changes(as_draft(question, newest_version(db.reader, question)), changed[question.code])
        for question in stored
    }


def _columns_used(found: Owned, token: str, format: str) -> bool:
    """Whether columns that somebody has said were used for the file."""
    said = imports.columns_in(db.reader, found.bank.id)
    if not said:
        return False
    file = uploads.take(db.reader, token, imports.purpose(found.bank.code), actor().id or 0)
    look = imports.look(file.content, file.name, format) if file else None
    return look is not None and look.digest in said


@bp.get("/<code>/nhap/<token>")
@organizers
def preview(code: str, token: str) -> Page:
    """What storing a file would do, as the bank stands now."""
    found = owned(code)
    waiting = _taken(found, token)
    if waiting is None:
        return _gone(code)
    plan = imports.plans.plan(db.session, found.bank, token, waiting.result, _beside(found))
    return _preview(found, waiting, plan, token, _format())


def _beside(found: Owned) -> list[int]:
    """The other banks in which near-duplicates are looked for."""
    return near.beside(db.reader, found.bank.id, scopes())


def _left_out(plan_size: int) -> list[int]:
    """Places in the file of the questions that the organizer leaves out."""
    places = {int(text) for text in request.form.getlist("bo") if text.isdecimal() and len(text) < 7}
    return sorted(place for place in places if place < plan_size)


@bp.post("/<code>/nhap/<token>")
@organizers
def store(code: str, token: str) -> Page:
    """Store all questions of a file that was looked at, but for near-duplicates that are left out."""
    waiting = _taken(owned(code, db.reader), token)
    if waiting is None:
        return _gone(code)
    db.reader.rollback()
    found = owned(code)
    left_out = _left_out(len(waiting.result.questions))
    if request.form.get("bo-het"):
        plan = plan_import(db.session, found.bank, waiting.result.questions, beside=_beside(found))
        left_out = [place for place, item in enumerate(plan.planned) if item.near]
    result = imports.without(waiting.result, left_out)
    if not result.questions and not result.faults:
        flash(gettext("Bạn đã bỏ hết các câu trong tệp nên không có gì được lưu."), "warning")
        return redirect(_at("banks.preview", code, token, _format()), code=303)
    if len(result.questions) > imports.MANY_QUESTIONS:
        return _store_beside(found, token, left_out)
    plan = None
    if imports.still_true(db.session, found.bank, waiting.result, request.form.get("da-xem", "")):
        plan = actions.import_questions(db.session, actor(), found.bank, result, clock.now(), waiting.fitted)
    if plan is None or plan.faults:
        db.session.rollback()
        found = owned(code)
        again = plan_import(db.session, found.bank, waiting.result.questions, waiting.result.faults)
        return _preview(found, waiting, again, None if again.faults else token, _format(), stale=True)
    imports.drop(db.session, token)
    db.session.commit()
    flash(say(imports.stored_message(plan)), "success")
    telling.tell_lasts(db.reader, found.bank)
    return redirect(url_for("banks.bank", code=code), code=303)


def _store_beside(found: Owned, token: str, left_out: list[int]) -> Response:
    """Let many questions be stored as long work."""
    order = {
        "bank": found.bank.code,
        "token": token,
        "format": _format(),
        "left_out": left_out,
        "digest": request.form.get("da-xem", ""),
        "done": url_for("banks.bank", code=found.bank.code),
        "preview": _at("banks.preview", found.bank.code, token, _format()),
    }
    job = queue(db.session, imports.STORE, order, actor().id, clock.now())
    db.session.commit()
    return redirect(url_for("jobs.show", code=job.code), code=303)
