"""Pages of decisions that change the tree: their list, a file with its preview, taking back."""

from flask import Blueprint, Flask, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts import uploads
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.accounts.queries import names_by_label
from contest.accounts.rules import Actor
from contest.extensions import db
from contest.jobs.actions import queue
from contest.unions import decision_queries as decisions
from contest.unions import permissions, planning, reorganising, undoing, waiting_files
from contest.unions import reorganisation_sheets as sheets
from contest.unions.history import change_sentence
from contest.unions.models import UnionDecision
from contest.unions.planning import Heading, Plan
from contest.unions.reorganisation_forms import DecisionFileForm, UndoForm
from contest.unions.rules import LEVEL_NAMES, ChangeKind
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from contest.web.texts import say
from contest.web.workbooks import MIME

bp = Blueprint("reorganisation", __name__)

PER_PAGE = 50
#: So many different faults of a file are shown, the rest is counted; so many of its changes stand on a page.
SHOWN = 200


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


def scopes_here() -> frozenset[int] | None:
    return permissions.managed(actor_here())


def decision_or_404(code: str) -> UnionDecision:
    """A decision the organizer may see; one about others looks as if it were not there."""
    return decisions.decision(db.session, actor_here(), scopes_here(), code) or abort(404)


@bp.get("/to-chuc/don-vi/quyet-dinh")
@organizers
def index() -> Response | str:
    """The decisions about the organizer's unions, the newest first."""
    actor, scopes = actor_here(), scopes_here()
    asked = paging(decisions.count(db.session, actor, scopes), PER_PAGE)
    found = decisions.decisions(db.session, actor, scopes, PER_PAGE, asked.before)
    days = decisions.days(db.session, [one.id for one in found])
    return page_or_json(
        "unions/decisions.html",
        lambda: {"page": asked.page, "pages": asked.pages, "rows": [_as_data(one) for one in found]},
        found=found,
        loose=decisions.loose_ends(db.session, scopes, clock.today()),
        days=days,
        page=asked.page,
        pages=asked.pages,
        address=lambda n: url_for("reorganisation.index", trang=n),
    )


def _as_data(one: UnionDecision) -> dict[str, object]:
    return {
        "code": one.code,
        "number": one.number,
        "decided_on": one.decided_on.isoformat(),
        "issued_by": one.issued_by,
        "title": one.title,
        "entered_at": one.entered_at.isoformat(),
        "undone_at": one.undone_at.isoformat() if one.undone_at else None,
    }


@bp.get("/to-chuc/don-vi/quyet-dinh/<code>")
@organizers
def show(code: str) -> Response | str:
    """One decision: what it changes, who entered it, and taking it back."""
    return _decision_page(decision_or_404(code), UndoForm())


def _decision_page(found: UnionDecision, form: UndoForm) -> Response | str:
    kinds = decisions.kinds(db.session, found)
    asked = paging(sum(kinds.values()), PER_PAGE)
    changes = decisions.changes(db.session, found, PER_PAGE, asked.before)
    told = [(change, change_sentence(change, "")) for change in changes]
    return page_or_json(
        "unions/decision.html",
        lambda: {
            **_as_data(found),
            "page": asked.page,
            "pages": asked.pages,
            "changes": [
                {
                    "kind": change.kind,
                    "union": change.union.code,
                    "effective_on": change.effective_on.isoformat(),
                    "applied": change.applied_at is not None,
                    "text": say(sentence),
                }
                for change, sentence in told
            ],
        },
        decision=found,
        kinds=kinds,
        kind_words=sheets.KIND_WORDS,
        told=told,
        days=decisions.days(db.session, [found.id]).get(found.id),
        loose=decisions.loose_ends(db.session, scopes_here(), clock.today(), found.id),
        people=names_by_label(db.session, [found.entered_by, found.undone_by]),
        may_undo=decisions.may_undo(db.session, found, scopes_here()),
        form=form,
        page=asked.page,
        pages=asked.pages,
        address=lambda n: url_for("reorganisation.show", code=found.code, trang=n),
    )


@bp.post("/to-chuc/don-vi/quyet-dinh/<code>/huy")
@organizers
def undo(code: str) -> WerkzeugResponse | tuple[Response | str, int]:
    """Take a whole decision back, with a reason."""
    found, form = decision_or_404(code), UndoForm()
    if not decisions.may_undo(db.session, found, scopes_here()):
        abort(404)
    if form.validate_on_submit():
        try:
            undoing.undo(db.session, actor_here(), found, form.reason.data, clock.now())
        except undoing.Refused as refused:
            db.session.rollback()
            for reason in refused.reasons[:SHOWN]:
                form.refuse("reason", reason)
        else:
            db.session.commit()
            flash(gettext("Đã huỷ quyết định. Đơn vị và người trở lại như trước."), "success")
            return redirect(url_for("reorganisation.show", code=code), code=303)
    return _decision_page(decision_or_404(code), form), 422


# A file of changes


@bp.get("/to-chuc/don-vi/quyet-dinh/mau.xlsx")
@organizers
def template() -> Response:
    """An empty file of changes to fill in."""
    headers = {"Content-Disposition": 'attachment; filename="quyet-dinh-don-vi.xlsx"'}
    return Response(sheets.template(), mimetype=MIME, headers=headers)


@bp.route("/to-chuc/don-vi/quyet-dinh/nhap", methods=["GET", "POST"])
@organizers
def upload() -> WerkzeugResponse | str | tuple[str, int]:
    """A decision with its file; a sound one leads to its preview, any other shows every fault by row."""
    form = DecisionFileForm()
    faults = []
    if form.validate_on_submit():
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            form.refuse("file", gettext("Hãy chọn tệp Excel (.xlsx) hoặc CSV."))
        else:
            content, actor, now = sent.read(), actor_here(), clock.now()
            heading = _heading(form)
            listed = sheets.read(content)
            plan = planning.plan(db.reader, listed.rows, now, permissions.managed(actor), heading, listed.faults)
            db.reader.rollback()
            if not plan.faults:
                kept = waiting_files.packed_file(heading, content)
                token = uploads.keep(db.session, waiting_files.PURPOSE, sent.filename, kept, actor.id or 0, now)
                db.session.commit()
                return redirect(url_for("reorganisation.confirm", token=token), code=303)
            faults = plan.faults
    page = render_template(
        "unions/decision_upload.html", form=form, faults=faults, shown=SHOWN, kind_words=sheets.KIND_WORDS
    )
    return (page, 422) if faults or form.errors else page


def _heading(form: DecisionFileForm) -> Heading:
    return Heading(
        form.number.data.strip(),
        form.decided_on.data,
        (form.issued_by.data or "").strip(),
        (form.title.data or "").strip(),
    )


@bp.route("/to-chuc/don-vi/quyet-dinh/nhap/<token>", methods=["GET", "POST"])
@organizers
def confirm(token: str) -> WerkzeugResponse | str | tuple[str, int]:
    """The preview of a decision, and the button that stores it."""
    actor, now = actor_here(), clock.now()
    pending = uploads.take(db.reader, token, waiting_files.PURPOSE, actor.id or 0)
    if pending is None:
        flash(say(waiting_files.GONE), "warning")
        return redirect(url_for("reorganisation.upload"), code=303)
    heading, content = waiting_files.unpacked(pending.content)
    heading = Heading(heading.number, heading.decided_on, heading.issued_by, heading.title, pending.name)
    db.reader.rollback()
    # Reading a large file takes a while, so it is over before the writing transaction begins.
    listed = sheets.read(content)
    if request.method == "POST" and len(listed.rows) > waiting_files.MANY:
        return _queued(token, actor)
    plan = planning.plan(db.session, listed.rows, now, permissions.managed(actor), heading, listed.faults)
    if request.method == "POST" and not plan.faults:
        stored = _stored(plan, actor)
        if stored is not None:
            uploads.drop(db.session, token)
            db.session.commit()
            flash(gettext("Đã lưu quyết định với %(count)s thay đổi.", count=len(plan.steps)), "success")
            return redirect(url_for("reorganisation.show", code=stored.code), code=303)
        return redirect(url_for("reorganisation.confirm", token=token), code=303)
    asked = paging(len(plan.steps), SHOWN)
    page = render_template(
        "unions/decision_confirm.html",
        plan=plan,
        seen=planning.fingerprint(plan),
        steps=asked.cut(plan.steps),
        counts={kind: plan.count(kind) for kind in ChangeKind if plan.count(kind)},
        kind_words=sheets.KIND_WORDS,
        level_names=LEVEL_NAMES,
        names=_names(plan),
        place_names=planning.place_names(db.session, plan),
        today=clock.vietnamese_day(now),
        shown=SHOWN,
        page=asked.page,
        pages=asked.pages,
        address=lambda n: url_for("reorganisation.confirm", token=token, trang=n),
    )
    return (page, 409) if plan.faults else page


def _queued(token: str, actor: Actor) -> WerkzeugResponse:
    scopes = permissions.managed(actor)
    order = {"token": token, "scopes": None if scopes is None else sorted(scopes)}
    job = queue(db.session, waiting_files.JOB, order, actor.id, clock.now())
    db.session.commit()
    return redirect(url_for("jobs.show", code=job.code), code=303)


def _stored(plan: Plan, actor: Actor) -> UnionDecision | None:
    """The stored decision; None, with a word about it, when the tree has changed since the plan was looked at."""
    try:
        seen = planning.fingerprint(plan)
        if request.form.get("seen", seen) != seen:
            raise reorganising.Stale
        return reorganising.store(db.session, actor, plan, clock.now())
    except reorganising.Stale:
        db.session.rollback()
        flash(say(waiting_files.STALE), "warning")
        return None


def _names(plan: Plan) -> dict[str, str]:
    """The names of unions above and of successors, by code."""
    codes = {shape.parent for step in plan.steps for shape in (step.before, step.after) if shape}
    codes |= {code for step in plan.steps for code in step.successors}
    lines = {code: plan.lines.get(code, ()) for code in codes}
    return {code: line[-1].shape.name for code, line in lines.items() if line}
