"""Handing over prizes: the list for the table at the ceremony, what was seen, taking a record back."""

from typing import Any

from flask import render_template
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.extensions import db
from contest.prizes import claims as writing
from contest.prizes import pages, queries
from contest.prizes.forms import ClaimForm, ReasonForm
from contest.prizes.routes import BASE, bp, own_award, part_here
from contest.prizes.rules import AwardState
from contest.rounds.desk import done, not_done, own_contest, show_refusal
from contest.rounds.locks import Refused
from contest.web.negotiation import page_or_json


@bp.get(f"{BASE}/nhan")
@organizers
def claims(slug: str) -> Any:
    """Announced winners with what was handed over; printed, it is the list to sign."""
    contest = own_contest(slug)
    number = part_here(contest)
    winners = queries.winners(db.session, contest, number)
    known = queries.claims(db.session, contest.id, number)
    return page_or_json(
        "prizes/claims.html",
        lambda: {
            "contest": slug,
            "round": number,
            "rows": [pages.claim_data(winner, known.get(winner.award_id)) for winner in winners],
        },
        contest=contest,
        number=number,
        winners=winners,
        claims=known,
        part_tabs=pages.parts(contest, number, "prizes.claims"),
        part_name=pages.part_name(contest, number),
    )


@bp.route(f"{BASE}/<int:award>/nhan", methods=["GET", "POST"])
@organizers
def claim(slug: str, award: int) -> Any:
    """Write down that a prize was handed over, after a look at the papers."""
    contest, row = own_award(slug, award)
    number, form = row.round_number, ClaimForm()
    if form.validate_on_submit():
        try:
            writing.claim(db.session, actor_here(), row, form.shown(), clock.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return done(slug, gettext("Đã ghi nhận trao giải."), "prizes.claims", dot=number)
    (winner,) = queries.winners(db.session, contest, number, list(AwardState), award)
    page = render_template(
        "prizes/claim.html",
        contest=contest,
        number=number,
        winner=winner,
        given=queries.claim_of(db.session, award),
        form=form,
        undo_form=ReasonForm(formdata=None),
        part_name=pages.part_name(contest, number),
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.post(f"{BASE}/<int:award>/huy-nhan")
@organizers
def undo_claim(slug: str, award: int) -> Any:
    """Take back a record of handing over that was entered by mistake."""
    _contest, row = own_award(slug, award)
    form = ReasonForm()
    form.validate()
    try:
        writing.undo_claim(db.session, actor_here(), row, form.ly_do.data or "", clock.now())
    except Refused as refusal:
        return not_done(slug, refusal, "prizes.claim", award=award)
    return done(slug, gettext("Đã huỷ ghi nhận trao giải."), "prizes.claim", award=award)
