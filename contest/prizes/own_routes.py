"""A winner's own page: what was won, what to bring, and whether the name may be published in full."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import signed_in
from contest.accounts.identity import actor_here, current_actor
from contest.extensions import db
from contest.prizes import claims, queries
from contest.prizes.consents import CONSENT_TEXT
from contest.prizes.routes import bp
from contest.rounds.models import Contest
from contest.rounds.queries import contest_by_slug
from contest.rounds.settings import ContestState
from contest.web.negotiation import page_or_json


def contest_here(slug: str) -> Contest:
    """The public contest in which the visitor won something; for everybody else there is nothing here."""
    found = contest_by_slug(db.session, slug)
    if found is None or found.state != ContestState.PUBLISHED:
        abort(404)
    return found


@bp.get("/cuoc-thi/<slug>/giai-cua-toi")
@signed_in
def own(slug: str) -> Any:
    """Prizes of one's own in a contest, and the consent to be named."""
    contest, person_id = contest_here(slug), actor_here().id or 0
    won = queries.won_by(db.session, person_id, slug) or abort(404)
    consent = queries.consent_of(db.session, person_id, contest.id)
    return page_or_json(
        "prizes/own.html",
        lambda: {
            "contest": slug,
            "prizes": [own_data(row) for row in won],
            "consent": consent.given_at.isoformat() if consent else None,
        },
        contest=contest,
        won=won,
        consent=consent,
        consent_text=CONSENT_TEXT,
    )


def own_data(row: queries.Own) -> dict[str, Any]:
    return {
        "round": row.round_number,
        "prize": row.title,
        "value": row.value,
        "rank": row.rank,
        "state": row.state.value,
    }


@bp.post("/cuoc-thi/<slug>/giai-cua-toi")
@signed_in
def consent(slug: str) -> Any:
    """Agree to be named in full, or take that back."""
    contest, actor = contest_here(slug), current_actor() or abort(401)
    person_id = actor.id or 0
    if not queries.won_by(db.session, person_id, slug):
        abort(404)
    if request.form.get("viec") == "rut-lai":
        claims.withdraw_consent(db.session, actor, person_id, contest, clock.now())
        flash(gettext("Đã rút lại đồng ý công bố họ tên và nơi công tác."), "success")
    elif request.form.get("dong_y"):
        claims.give_consent(db.session, actor, person_id, contest, clock.now())
        flash(gettext("Đã ghi nhận đồng ý của bạn."), "success")
    else:
        flash(gettext("Chưa có gì thay đổi: bạn chưa đánh dấu đồng ý."), "info")
    db.session.commit()
    return redirect(url_for("prizes.own", slug=slug), code=303)
