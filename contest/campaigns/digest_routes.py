"""Pages of the daily summary: asking for it, reading it, ending it."""

from collections.abc import Sequence

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse
from wtforms.fields.choices import SelectChoice

from contest import clock
from contest.accounts.doors import officials
from contest.accounts.identity import current_actor
from contest.accounts.permissions import followed_scopes
from contest.accounts.rules import TERMINAL
from contest.campaigns import actions, mailing, subscriptions
from contest.campaigns.blueprint import bp
from contest.campaigns.digest_rules import lines
from contest.campaigns.forms import SubscribeForm
from contest.extensions import csrf, db
from contest.participation.blueprint import followed_or_404
from contest.unions.models import TradeUnion
from contest.unions.queries import tops
from contest.web.doors import public
from contest.web.negotiation import page_or_json


@bp.get("/theo-doi/ban-tin")
@officials
def digest() -> Response | str:
    """One's summaries, and the form that asks for one."""
    wanted = request.args.get("don-vi")
    chosen = followed_or_404(wanted) if wanted else None
    form = SubscribeForm(formdata=None, data={"union": chosen.code if chosen else None, "hour": "7"})
    offer(form, chosen)
    return digest_page(form)


@bp.post("/theo-doi/ban-tin")
@officials
def subscribe() -> WerkzeugResponse | tuple[Response | str, int]:
    """Ask for a summary, or for another hour or address."""
    form = SubscribeForm()
    typed = request.form.get("union", "")
    union = followed_or_404(typed) if typed else None
    offer(form, union)
    if not form.validate_on_submit() or union is None:
        return digest_page(form), 422
    actions.subscribe(db.session, current_actor(), union, int(form.hour.data), form.email.data or "", clock.now())
    db.session.commit()
    flash(gettext("Đã đăng ký bản tin của %(union)s.", union=union.name), "success")
    return redirect(url_for("campaigns.digest"), code=303)


@bp.post("/theo-doi/ban-tin/<code>/thoi")
@officials
def unsubscribe(code: str) -> WerkzeugResponse:
    """End one's own subscription; somebody else's is not there."""
    actor = current_actor()
    found = subscriptions.by_code(db.session, code)
    if found is None or found[0].person_id != actor.id:
        abort(404)
    if actions.end(db.session, actor, found[0], found[1].code, clock.now()):
        db.session.commit()
    flash(gettext("Đã thôi nhận bản tin của %(union)s.", union=found[1].name), "success")
    return redirect(url_for("campaigns.digest"), code=303)


@bp.route("/ban-tin/<code>/thoi", methods=["GET", "POST"])
@csrf.exempt
@public
def leave(code: str) -> str:
    """End a subscription from its letter, without signing in: the code in the letter is the key.

    Mail programs post here by themselves (RFC 8058) and hold no token of a form. Looking ends nothing.
    """
    subscription, union = subscriptions.by_code(db.session, code) or abort(404)
    ended = subscription.ended_at is not None
    if request.method == "POST":
        if actions.end(db.session, TERMINAL, subscription, union.code, clock.now()):
            db.session.commit()
        ended = True
    return render_template("campaigns/leave.html", union=union, ended=ended, code=code)


def offer(form: SubscribeForm, chosen: TradeUnion | None) -> None:
    """The unions of one's roles, and the one that was asked for."""
    unions: Sequence[TradeUnion] = tops(db.session, followed_scopes(current_actor()))
    more = [chosen] if chosen is not None and chosen.id not in {union.id for union in unions} else []
    form.union.choices = [SelectChoice(union.code, union.name) for union in [*more, *unions]]


def digest_page(form: SubscribeForm) -> Response | str:
    actor = current_actor()
    found = subscriptions.in_force_of(db.session, actor.id)
    told = subscriptions.summaries(db.session, actor.id, followed_scopes(actor))
    return page_or_json(
        "campaigns/digest.html",
        lambda: {
            "subscriptions": [{"union": u.code, "hour": s.hour, "email": s.email} for s, u in found],
            "summaries": [{"day": one.day.isoformat(), **one.content} for one in told],
        },
        form=form,
        found=found,
        told=told,
        lines=lines,
        by_mail=mailing.postbox(current_app.config) is not None,
    )
