"""The table of prizes of a contest, and the rules that go with it."""

from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.extensions import db
from contest.rounds import actions, part_actions
from contest.rounds.desk import bp, done, not_done, own_contest, show_refusal
from contest.rounds.forms import PrizeRulesForm
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, PrizeLine
from contest.rounds.part_routes import BASE, pick
from contest.rounds.prize_forms import PrizeForm
from contest.rounds.settings import COLLECTIVE_BASIS_NAMES, PRIZE_SCOPE_NAMES
from contest.unions.picking import Picked


@bp.get(f"{BASE}/giai-thuong")
@organizers
def prizes(slug: str) -> Any:
    """The table of prizes with a form for a line, and the rules that hold for all of them."""
    contest = own_contest(slug)
    chosen: PrizeLine | None = pick(contest.prizes, request.args.get("giai"))
    form = PrizeForm(formdata=None, data=line_data(chosen))
    return show_prizes(contest, chosen, form, rules_form(contest, filled=False), Picked(form, "league"))


def line_data(line: PrizeLine | None) -> dict[str, Any]:
    """A line as its form shows it."""
    if line is None:
        return {}
    names = ("scope", "title", "quantity", "value", "points", "basis", "class_from", "class_until")
    return {name: getattr(line, name) for name in (*names, "weight_rate", "weight_other")} | {
        "division": line.division.code if line.division else "",
        "league": line.league_union.code if line.league_union else "",
    }


def rules_form(contest: Contest, filled: bool) -> PrizeRulesForm:
    if filled:
        return PrizeRulesForm(obj=contest, prefix="quy-dinh-")
    return PrizeRulesForm(formdata=None, obj=contest, prefix="quy-dinh-")


def show_prizes(
    contest: Contest, chosen: PrizeLine | None, form: PrizeForm, rules: PrizeRulesForm, picked: Picked
) -> str:
    form.offer(contest)
    return render_template(
        "rounds/prizes.html",
        contest=contest,
        form=form,
        rules=rules,
        chosen=chosen,
        picked=picked,
        union=picked.union or (chosen.league_union if chosen else None),
        scopes=PRIZE_SCOPE_NAMES,
        bases=COLLECTIVE_BASIS_NAMES,
    )


@bp.post(f"{BASE}/giai-thuong")
@organizers
def save_prizes(slug: str) -> Any:
    """Save a line of the table, or the rules below it."""
    contest = own_contest(slug)
    chosen: PrizeLine | None = pick(contest.prizes, request.form.get("giai"))
    if "luu-quy-dinh" in request.form:
        return save_rules(contest, chosen)
    form, rules = PrizeForm(), rules_form(contest, filled=False)
    form.offer(contest)
    picked = Picked(form, "league")
    valid = form.validate()
    if picked.resolve() and valid:
        settings = form.settings(contest, picked.union_id)
        try:
            part_actions.save_prize(db.session, actor_here(), contest, chosen, settings, clock.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return done(slug, gettext("Đã lưu giải thưởng."), "rounds.prizes")
    return show_prizes(contest, chosen, form, rules, picked)


def save_rules(contest: Contest, chosen: PrizeLine | None) -> Any:
    rules = rules_form(contest, filled=True)
    if rules.validate():
        changes = {field.short_name: field.data for field in rules if field.short_name != "csrf_token"}
        try:
            actions.update_settings(db.session, actor_here(), contest, changes, clock.now())
        except Refused as refusal:
            show_refusal(rules, refusal)
        else:
            return done(contest.slug, gettext("Đã lưu quy định trao giải."), "rounds.prizes")
    form = PrizeForm(formdata=None, data=line_data(chosen))
    return show_prizes(contest, chosen, form, rules, Picked(form, "league"))


@bp.post(f"{BASE}/giai-thuong/xoa")
@organizers
def remove_prize(slug: str) -> Any:
    contest = own_contest(slug)
    prize = pick(contest.prizes, request.form.get("giai")) or abort(404)
    try:
        part_actions.remove_prize(db.session, actor_here(), contest, prize, clock.now())
    except Refused as refusal:
        return not_done(slug, refusal, "rounds.prizes")
    return done(slug, gettext("Đã xoá giải thưởng."), "rounds.prizes")
