"""Divisions and exclusions of a contest: each a list with a form below it."""

from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.accounts.rules import KIND_NAMES
from contest.extensions import db
from contest.rounds import part_actions, queries
from contest.rounds.desk import bp, done, not_done, own_contest, sentence, show_refusal
from contest.rounds.locks import Refused, divisions_lock
from contest.rounds.models import Division
from contest.rounds.people_forms import DivisionForm, ExclusionForm
from contest.rounds.settings import EXCLUSION_MODE_NAMES
from contest.unions.picking import Picked

BASE = "/to-chuc/cuoc-thi/<slug>"


def pick(items: Any, given: str | None) -> Any:
    """The item of a list whose id was sent; None without one, 404 for a stranger's."""
    if not given:
        return None
    return next((item for item in items if str(item.id) == given), None) or abort(404)


@bp.route(f"{BASE}/bang-thi", methods=["GET", "POST"])
@organizers
def divisions(slug: str) -> Any:
    """Participants ranked apart; a person belongs to the first division that fits."""
    contest = own_contest(slug)
    chosen: Division | None = pick(contest.divisions, request.values.get("bang"))
    lock = sentence(divisions_lock(queries.progress_of(db.session, contest)))
    form = DivisionForm(data=division_data(chosen))
    picked = Picked(form, "union")
    if form.is_submitted() and not lock:
        valid = form.validate()
        if picked.resolve() and valid:
            settings = {
                "code": form.code.data,
                "title": form.title.data,
                "kinds": form.kinds.data,
                "union_id": picked.union_id,
                "born_from": form.born_from.data,
                "born_until": form.born_until.data,
            }
            try:
                part_actions.save_division(db.session, actor_here(), contest, chosen, settings, clock.now())
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                return done(slug, gettext("Đã lưu bảng “%(title)s”.", title=form.title.data), "rounds.divisions")
    return render_template(
        "rounds/divisions.html",
        contest=contest,
        form=form,
        chosen=chosen,
        picked=picked,
        union=picked.union or (chosen.union if chosen else None),
        kind_names=KIND_NAMES,
        lock=lock,
    )


def division_data(division: Division | None) -> dict[str, Any]:
    if division is None:
        return {}
    return {
        "code": division.code,
        "title": division.title,
        "kinds": division.kinds,
        "union": division.union.code if division.union else "",
        "born_from": division.born_from,
        "born_until": division.born_until,
    }


@bp.post(f"{BASE}/bang-thi/xoa")
@organizers
def remove_division(slug: str) -> Any:
    contest = own_contest(slug)
    division = pick(contest.divisions, request.form.get("bang")) or abort(404)
    try:
        part_actions.remove_division(db.session, actor_here(), contest, division, clock.now())
    except Refused as refusal:
        return not_done(slug, refusal, "rounds.divisions")
    return done(slug, gettext("Đã xoá bảng thi."), "rounds.divisions")


@bp.post(f"{BASE}/bang-thi/len")
@organizers
def move_division(slug: str) -> Any:
    contest = own_contest(slug)
    division = pick(contest.divisions, request.form.get("bang")) or abort(404)
    try:
        part_actions.move_division(db.session, actor_here(), contest, division, clock.now())
    except Refused as refusal:
        return not_done(slug, refusal, "rounds.divisions")
    return done(slug, gettext("Đã đổi thứ tự bảng thi."), "rounds.divisions")


@bp.route(f"{BASE}/loai-tru", methods=["GET", "POST"])
@organizers
def exclusions(slug: str) -> Any:
    """Who may not take part, and who takes part unranked."""
    contest = own_contest(slug)
    form = ExclusionForm()
    picked = Picked(form, "union")
    if form.is_submitted():
        valid = form.validate()
        if picked.resolve() and valid and names_somebody(form, picked):
            settings = {
                "mode": form.mode.data,
                "phone": form.phone.data or None,
                "union_id": picked.union_id,
                "kind": form.kind.data or None,
                "reason": form.reason.data,
            }
            try:
                part_actions.add_exclusion(db.session, actor_here(), contest, settings, clock.now())
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                return done(slug, gettext("Đã thêm vào danh sách loại trừ."), "rounds.exclusions")
    return render_template(
        "rounds/exclusions.html",
        contest=contest,
        form=form,
        picked=picked,
        modes=EXCLUSION_MODE_NAMES,
        kind_names=KIND_NAMES,
    )


def names_somebody(form: ExclusionForm, picked: Picked) -> bool:
    if form.phone.data or form.kind.data or picked.union:
        return True
    form.phone.errors = [gettext("Hãy ghi số điện thoại, hoặc chọn đơn vị, hoặc chọn đối tượng.")]
    return False


@bp.post(f"{BASE}/loai-tru/xoa")
@organizers
def remove_exclusion(slug: str) -> Any:
    contest = own_contest(slug)
    row = pick(contest.exclusions, request.form.get("dong")) or abort(404)
    part_actions.remove_exclusion(db.session, actor_here(), contest, row, clock.now())
    return done(slug, gettext("Đã bỏ khỏi danh sách loại trừ."), "rounds.exclusions")
