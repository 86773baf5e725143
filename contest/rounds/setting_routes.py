"""Settings of a contest, one page a part; what people already did under a setting locks it."""

from collections.abc import Mapping
from typing import Any

from flask import abort, render_template
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.accounts.rules import Role
from contest.extensions import db
from contest.rounds import actions, queries
from contest.rounds.desk import bp, done, own_contest, sentence, show_refusal
from contest.rounds.forms import DisplayForm, GeneralForm, PeopleForm, RankingForm, TargetsForm
from contest.rounds.locks import Refused, locked_fields
from contest.rounds.models import Contest
from contest.rounds.settings import ContestState
from contest.unions import queries as unions
from contest.unions.picking import Picked
from contest.web.forms import Form

#: Part of the address: (words, form).
PARTS: dict[str, tuple[Any, type[Form]]] = {
    "general": (_("Thông tin chung"), GeneralForm),
    "people": (_("Đối tượng"), PeopleForm),
    "ranking": (_("Xếp hạng"), RankingForm),
    "display": (_("Công bố"), DisplayForm),
    "targets": (_("Chỉ tiêu"), TargetsForm),
}

#: Words for fields that are lists.
LISTS = {"criteria": _("Tiêu chí xếp hạng")}

#: Columns whose form field has another name.
COLUMNS = {"scope_union": "scope_union_id"}


@bp.route("/to-chuc/cuoc-thi/<slug>/thiet-lap/<part>", methods=["GET", "POST"])
@organizers
def settings(slug: str, part: str) -> Any:
    """One part of the settings. Locked ones are shown with the reason and stay as they are."""
    words, form_class = PARTS.get(part) or abort(404)
    contest = own_contest(slug)
    form = form_class(data=stored(contest))
    if isinstance(form, TargetsForm):
        form.fill(earlier_contests(contest))
    names = [COLUMNS.get(field.name, field.name) for field in form if field.name != "csrf_token"]
    locks = locked_fields(names, queries.progress_of(db.session, contest))
    locked = {field.name: sentence(locks.get(COLUMNS.get(field.name, field.name))) for field in form}
    picked = Picked(form, "scope_union") if part == "people" else None
    if form.is_submitted():
        keep_locked(form, contest, locked)
        valid = form.validate()
        resolved = picked is None or locked["scope_union"] or picked.resolve()
        if valid and resolved:
            changes = {name: value for name, value in changes_of(form, picked).items() if name not in locks}
            try:
                actions.update_settings(db.session, actor_here(), contest, changes, clock.now())
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                text = gettext("Đã lưu mục “%(part)s”.", part=words)
                return done(contest.slug, text, "rounds.settings", part=part)
    chosen = chosen_union(picked, contest) if picked else None
    reasons: dict[str, list[Any]] = {}
    for field in form:
        if locked[field.name]:
            reasons.setdefault(locked[field.name], []).append(LISTS.get(field.name, field.label.text))
    return render_template(
        "rounds/settings.html",
        contest=contest,
        form=form,
        part=part,
        parts=PARTS,
        locked=locked,
        reasons=reasons,
        picked=picked,
        chosen=chosen,
    )


def stored(contest: Contest) -> dict[str, Any]:
    """The settings as the forms show them."""
    columns = {column.key: getattr(contest, column.key) for column in Contest.__table__.columns}
    return columns | {
        "scope_union": contest.scope_union.code if contest.scope_union else "",
        "prediction_target": contest.prediction_target or "",
        "criteria": list(contest.criteria),
    }


def earlier_contests(contest: Contest) -> list[tuple[int, str]]:
    """Contests to compare with: public ones the organizer manages, and the one that is chosen already."""
    actor = actor_here()
    scopes = None if actor.is_administrator else actor.scopes(Role.ORGANIZER)
    mine = [one for one in queries.desk(db.session, scopes) if one.state == ContestState.PUBLISHED]
    found = {one.id: one.title for one in mine if one.id != contest.id}
    if contest.previous:
        found[contest.previous.id] = contest.previous.title
    return list(found.items())


def keep_locked(form: Form, contest: Contest, locked: Mapping[str, str]) -> None:
    """Disabled fields are not sent: give them their stored values, so that they are neither missing nor changed."""
    values = stored(contest)
    for field in form:
        if locked[field.name] and field.type != "FieldList":
            field.data = values[field.name]
            field.raw_data = [""]
        elif locked[field.name]:
            for entry, value in zip(field, values[field.name], strict=False):
                entry.data = value


def changes_of(form: Form, picked: Picked | None) -> dict[str, Any]:
    """The settings as they are stored."""
    changes = {field.name: field.data for field in form if field.name != "csrf_token"}
    if isinstance(form, RankingForm):
        changes["criteria"] = form.chosen
        changes["prediction_target"] = changes["prediction_target"] or None
    if picked:
        changes.pop("scope_union")
        changes["scope_union_id"] = picked.union_id
    kept = {name: value for name, value in changes.items() if value is not None or name not in REQUIRED}
    return {name: "" if value is None and name in TEXTS else value for name, value in kept.items()}


TEXTS = frozenset({"summary", "organizer", "legal_basis", "contact", "extra_rules"})
#: Never empty in the database: not sent means not changed.
REQUIRED = frozenset({"missed_rounds", "prediction_scope", "prediction_rule"})


def chosen_union(picked: Picked, contest: Contest) -> Any:
    union = picked.union or (contest.scope_union if picked.field.data else None)
    if union is None:
        return None
    return {"name": union.name, "path": unions.paths(db.session, [union.id]).get(union.id, "")}
