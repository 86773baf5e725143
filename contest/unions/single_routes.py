"""Pages of one change of one union by a decision: choosing what changes, its fields, the preview, the act."""

from collections.abc import Sequence

from flask import Blueprint, Flask, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts import uploads
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here, current_actor
from contest.accounts.models import PendingFile
from contest.extensions import db
from contest.unions import permissions, places, planning, queries, reorganising, single_preview, trees
from contest.unions import single_rules as rules
from contest.unions.history import history
from contest.unions.models import TradeUnion
from contest.unions.picking import LIMIT, Picked
from contest.unions.planning import Plan
from contest.unions.queries import Found
from contest.unions.rules import LEVEL_NAMES, ChangeKind, Level
from contest.unions.single_faults import PageFault, page_fault, part_faults
from contest.unions.single_forms import SingleForm, SplitForm, data_of, form_for
from contest.unions.single_rules import KIND_OF, Said
from contest.web.forms import Form
from contest.web.texts import say
from questions.messages import N_

bp = Blueprint("union_change", __name__)

BASE = "/to-chuc/don-vi/<code>/thay-doi"


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


def union_or_404(code: str) -> TradeUnion:
    union = queries.by_code(db.session, code) or abort(404)
    if not permissions.may_manage(current_actor(), queries.ancestor_ids(db.session, union.id)):
        abort(404)
    return union


def asked(code: str, slug: str) -> tuple[TradeUnion, ChangeKind]:
    """The union and the kind of change of an address; 404 for a neighbour's and for no such change."""
    return union_or_404(code), KIND_OF.get(slug) or abort(404)


@bp.get(BASE)
@organizers
def index(code: str) -> str:
    """The history of a union, and what can be changed about it by a decision."""
    union = union_or_404(code)
    below = rules.levels_below(Level(union.level))
    return render_template(
        "unions/change.html",
        union=union,
        above=queries.path_of(db.session, union.id)[:-1],
        sentences=history(db.session, union.id),
        place=places.told(db.session).get(union.place_id or 0, ""),
        level_names=LEVEL_NAMES,
        choices=[
            (slug, rules.TITLES[kind], rules.LEADS[kind])
            for kind, slug in rules.SLUGS.items()
            if below or kind != ChangeKind.OPEN
        ],
    )


@bp.get(f"{BASE}/<kind>/tim")
@organizers
def search(code: str, kind: str) -> Response:
    """Unions that may be the new manager, or take over, for what is being typed."""
    union, meant = asked(code, kind)
    found = partners(union, meant, request.args.get("q", ""))
    return jsonify([{"code": u.code, "name": u.name, "path": u.path, "note": u.note} for u in found])


def partners(union: TradeUnion, kind: ChangeKind, text: str) -> list[Found]:
    """What a search among the organizer's unions finds, the code in front of the path."""
    levels = rules.partner_levels(kind, Level(union.level))
    scopes = permissions.managed(actor_here())
    found = queries.search(db.session, text, LIMIT, below=scopes, levels=levels, apart_from=union.id)
    return [shown(one) for one in found]


def shown(one: Found) -> Found:
    path = f"{one.code} · {one.path}" if one.path else one.code
    return Found(one.id, one.code, one.name, path, one.note, one.level)


@bp.route(f"{BASE}/<kind>", methods=["GET", "POST"])
@organizers
def edit(code: str, kind: str) -> WerkzeugResponse | str | tuple[str, int]:
    """The fields of one change; what is sound leads to its preview, anything else says what to mend."""
    union, meant = asked(code, kind)
    form = form_for(meant, Level(union.level), first_data(union, meant))
    if "them" in request.form:
        add_part(form)
    picked = pickers(union, meant, form)
    if not form.is_submitted() or "them" in request.form or any(one.searching for one in picked):
        for one in picked:
            one.resolve()
        return page(union, meant, form, picked)
    sound, said = settled(form, picked), form.said()
    found = part_faults(said) if meant == ChangeKind.SPLIT else []
    if sound and not found:
        found = faults_of(union, meant, said)
        if not found:
            token = keep(union, meant, said)
            return redirect(url_for("union_change.preview", code=union.code, kind=kind, token=token), code=303)
    for fault in found:
        refuse(form, fault)
    return page(union, meant, form, picked), 422


def first_data(union: TradeUnion, kind: ChangeKind) -> dict[str, object]:
    """What the form begins with: what was previewed and is to be corrected (``?nhap=``), or how the union is today."""
    token = request.args.get("nhap", "")
    kept = uploads.take(db.session, token, purpose(union, kind), actor_here().id or 0) if token else None
    if kept is not None and (said := rules.unpacked(kept.content)):
        return data_of(said)
    if kind == ChangeKind.RENAME:
        return {"decided_on": clock.today(), "name": union.name, "short_name": union.short_name}
    return {"decided_on": clock.today()}


def add_part(form: SingleForm) -> None:
    """One more part to fill in, as far as a page takes them."""
    if isinstance(form, SplitForm) and len(form.parts.entries) < rules.MAX_PARTS:
        form.parts.append_entry()
        form.offer_parts()


def pickers(union: TradeUnion, kind: ChangeKind, form: SingleForm) -> list[Picked]:
    """The unions that are picked by name in a form: the one partner, or one for each part."""

    def search_here(text: str) -> Sequence[Found]:
        return partners(union, kind, text)

    if isinstance(form, SplitForm):
        return [Picked(entry.form, "union", search_here) for entry in form.parts.entries]
    if "partner" not in form:
        return []
    missing = N_("Hãy gõ một phần tên rồi chọn đơn vị trong danh sách.")
    return [Picked(form, "partner", search_here, missing)]


def settled(form: SingleForm, picked: Sequence[Picked]) -> bool:
    """Whether every field is sound and every union is chosen; what is not says so beside its field."""
    sound = form.validate()
    found = [one.resolve() for one in picked]
    for one in picked:
        if one.union is not None:
            one.field.data = one.union.code
    tell_parts(form)
    return sound and all(found)


def faults_of(union: TradeUnion, kind: ChangeKind, said: Said) -> list[PageFault]:
    """What is against a change; read beside the writing transaction, for the whole tree is looked at."""
    plan = planned(db.reader, union, kind, said)
    db.reader.rollback()
    return [page_fault(fault, kind, plan.ground.lines, said.parts) for fault in plan.faults]


def planned(session: Session, union: TradeUnion, kind: ChangeKind, said: Said) -> Plan:
    """The decision of one change held against the tree of all days."""
    parent = union.parent.code if union.parent else ""
    rows = rules.rows_of(said, kind, union.code, Level(union.level), parent)
    return planning.plan(session, rows, clock.now(), permissions.managed(actor_here()), said.heading)


def refuse(form: SingleForm, fault: PageFault) -> None:
    """Put a fault beside its field, of a part where it is about one."""
    target: Form = form
    if fault.slot and isinstance(form, SplitForm):
        target = form.parts.entries[fault.slot - 1].form
    field = next(name for name in (fault.field, "union", "effective_on") if name in target)
    target.refuse(field, say(fault.message))
    tell_parts(form)


def tell_parts(form: SingleForm) -> None:
    """Let the summary of errors know what was found in the parts after they were validated."""
    if isinstance(form, SplitForm):
        found = [entry.errors for entry in form.parts.entries]
        form.parts.errors = found if any(found) else []


def purpose(union: TradeUnion, kind: ChangeKind) -> str:
    """What a waiting change is kept for: one for each union and kind, so that two tabs do not disturb each other."""
    return f"union change {union.id} {kind}"


def keep(union: TradeUnion, kind: ChangeKind, said: Said) -> str:
    """Keep what was said until it is confirmed; returns the token that names it."""
    actor = actor_here()
    token = uploads.keep(db.session, purpose(union, kind), union.code, rules.packed(said), actor.id or 0, clock.now())
    db.session.commit()
    return token


def page(union: TradeUnion, kind: ChangeKind, form: SingleForm, picked: Sequence[Picked]) -> str:
    chosen = queries.found_of(db.session, [one.union for one in picked if one.union])
    by_id = {one.id: shown(one) for one in chosen}
    return render_template(
        "unions/change_form.html",
        union=union,
        kind=kind,
        form=form,
        picked=picked,
        chosen=[by_id.get(one.union_id or 0) for one in picked],
        place=places.told(db.session).get(union.place_id or 0, ""),
        source=url_for("union_change.search", code=union.code, kind=rules.SLUGS[kind]),
        title=rules.TITLES[kind],
        lead=rules.LEADS[kind],
        max_parts=rules.MAX_PARTS,
    )


@bp.route(f"{BASE}/<kind>/<token>", methods=["GET", "POST"])
@organizers
def preview(code: str, kind: str, token: str) -> WerkzeugResponse | str | tuple[str, int]:
    """What a change would do, in sentences, and the button that stores it: once, however often it is pressed."""
    union, meant = asked(code, kind)
    if request.method == "POST":
        trees.lock(db.session)
    kept = uploads.take(db.session, token, purpose(union, meant), actor_here().id or 0)
    if kept is None:
        flash(gettext("Bản xem trước không còn: đã quá một ngày hoặc bạn đã lập bản mới. Hãy ghi lại."), "warning")
        return redirect(url_for("union_change.index", code=union.code), code=303)
    if decision := rules.decision_of(kept.content):
        flash(gettext("Thay đổi này đã được lưu."), "info")
        return redirect(url_for("reorganisation.show", code=decision), code=303)
    said = rules.unpacked(kept.content)
    if said is None:
        abort(404)
    plan = planned(db.session, union, meant, said)
    if request.method == "POST" and not plan.faults and request.form.get("seen") == planning.fingerprint(plan):
        return stored(plan, kept)
    refused = request.method == "POST" or bool(plan.faults)
    shown_page = preview_page(union, meant, token, plan, said, stale=refused and not plan.faults)
    return (shown_page, 409) if refused else shown_page


def stored(plan: Plan, kept: PendingFile) -> WerkzeugResponse:
    """Store what was looked at. The waiting change names its decision from now on, for whoever presses again."""
    decision = reorganising.store(db.session, actor_here(), plan, clock.now())
    kept.content = rules.done(decision.code)
    db.session.commit()
    flash(gettext("Đã lưu thay đổi."), "success")
    return redirect(url_for("reorganisation.show", code=decision.code), code=303)


def preview_page(union: TradeUnion, kind: ChangeKind, token: str, plan: Plan, said: Said, *, stale: bool) -> str:
    names = planning.place_names(db.session, plan)
    seen = None if plan.faults else single_preview.told(db.session, plan, kind, union, names, clock.today())
    return render_template(
        "unions/change_preview.html",
        union=union,
        title=rules.TITLES[kind],
        said=said,
        preview=seen,
        stale=stale,
        faults=[page_fault(fault, kind, plan.ground.lines).message for fault in plan.faults],
        again=url_for("union_change.edit", code=union.code, kind=rules.SLUGS[kind], nhap=token),
    )
