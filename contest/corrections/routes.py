"""Mistakes found late: the questions of a round, what a decision would do, deciding."""

from typing import Any

from flask import Flask, Response, render_template, request, url_for

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.corrections import actions, decision_routes, pages, public_routes, queries
from contest.corrections.desk import (
    bp,
    case_of,
    decision_url,
    filled,
    item_here,
    item_url,
    proposal_args,
    read_proposal,
)
from contest.corrections.forms import DecideForm
from contest.corrections.queries import Item
from contest.corrections.rules import KIND_NAMES, Proposal, Refused, what
from contest.corrections.trial import Case
from contest.corrections.trial_desk import carry_out, decision_data, shared, stale_words, trial_view, trial_workbook
from contest.extensions import db
from contest.rounds.desk import own_round
from contest.rounds.models import Contest, Round
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from contest.web.texts import say

PAGE_SIZE = 50


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.jinja_env.globals.update(
        key_decisions_on=decision_routes.decisions_on, has_key_decisions=public_routes.has_decisions
    )


@bp.get("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/sua-dap-an")
@organizers
def index(slug: str, number: int) -> Response | str:
    """Questions of a round, those that look wrong first, and the decisions made so far."""
    contest, round_ = own_round(slug, number)
    query = request.args.get("tim", "").strip()[:200]
    items = queries.items(db.session, db.memo, round_, query)
    decisions = queries.decisions(db.session, round_.id)
    asked = paging(len(items), PAGE_SIZE)
    shown = asked.cut(items)
    return page_or_json(
        "corrections/index.html",
        lambda: {
            "questions": [item_data(item) for item in shown],
            "page": asked.page,
            "pages": asked.pages,
            "decisions": [decision_data(found) for found in decisions],
        },
        contest=contest,
        round=round_,
        shown_items=shown,
        total=len(items),
        page=asked.page,
        pages=asked.pages,
        query=query,
        page_address=lambda n: url_for(".index", slug=slug, number=number, tim=query or None, trang=n),
        decisions=decisions,
        kinds=KIND_NAMES,
        what=what,
        item_url=lambda item: item_url(contest, round_, item),
        decision_url=lambda which: decision_url(contest, round_, which),
    )


def item_data(item: Item) -> dict[str, Any]:
    return {
        "bank": item.bank,
        "code": item.code,
        "version": item.number,
        "kind": item.wording.kind,
        "stem": item.wording.stem,
        "suspect": item.suspect,
        "drawn": item.drawn,
    }


@bp.get("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/sua-dap-an/cau/<bank>/<int:version>")
@organizers
def question(slug: str, number: int, bank: str, version: int) -> Any:
    """One question with its key as it stands, and what may be decided about it."""
    contest, round_ = own_round(slug, number)
    return show_question(contest, round_, item_here(round_, bank, version))


def show_question(contest: Contest, round_: Round, item: Item, error: str = "") -> Any:
    """The question's page; ``error`` says why a proposal cannot be tried."""
    form = filled(item, request.args if error else None)
    form.form_errors = [error] if error else []
    key = actions.key_now(db.session, db.memo, round_.id, item.version_id)
    made = [found for found in queries.decisions(db.session, round_.id) if found.change.version_id == item.version_id]
    page = render_template(
        "corrections/question.html",
        contest=contest,
        round=round_,
        item=item,
        key=key,
        form=form,
        decisions=made,
        kinds=KIND_NAMES,
        what=what,
        trial_url=item_url(contest, round_, item, "try_it"),
        decision_url=lambda which: decision_url(contest, round_, which),
    )
    return page, 400 if error else 200


@bp.get("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/sua-dap-an/cau/<bank>/<int:version>/thu")
@organizers
def try_it(slug: str, number: int, bank: str, version: int) -> Any:
    """What a decision would do to scores, places and prizes; nothing is stored. The address holds the proposal."""
    contest, round_ = own_round(slug, number)
    item = item_here(round_, bank, version)
    try:
        proposal = read_proposal(item, request.args)
        case = case_of(contest, round_, item, proposal)
    except Refused as refusal:
        return show_question(contest, round_, item, say(refusal.message))
    return show_trial(contest, round_, item, proposal, case)


def show_trial(
    contest: Contest, round_: Round, item: Item, proposal: Proposal, case: Case, form: DecideForm | None = None
) -> Any:
    view = trial_view(contest, case, request.args.get("thay", ""))
    form = form or DecideForm(formdata=None)
    form.seen.data = view.trial.seen
    args = proposal_args(proposal, request.args)

    def address(endpoint: str = "try_it", **more: Any) -> str:
        return item_url(contest, round_, item, endpoint, **args, **more)

    return page_or_json(
        "corrections/try_it.html",
        lambda: pages.trial_data(contest, round_, view),
        **shared(contest, round_, view, address),
        item=item,
        proposal=proposal,
        form=form,
        apply_url=address("apply"),
        file_url=address("trial_file", loc=view.filter.value, tim=view.query or None),
        back_url=item_url(contest, round_, item),
        kind_name=KIND_NAMES[proposal.kind],
        said=what(proposal.kind, proposal.details),
    )


@bp.get("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/sua-dap-an/cau/<bank>/<int:version>/thu.xlsx")
@organizers
def trial_file(slug: str, number: int, bank: str, version: int) -> Any:
    """The list of a trial as an Excel file; who took personal data is written down."""
    contest, round_ = own_round(slug, number)
    item = item_here(round_, bank, version)
    try:
        case = case_of(contest, round_, item, read_proposal(item, request.args))
    except Refused as refusal:
        return show_question(contest, round_, item, say(refusal.message))
    return trial_workbook(contest, round_, case)


@bp.post("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/sua-dap-an/cau/<bank>/<int:version>/thu")
@organizers
def apply(slug: str, number: int, bank: str, version: int) -> Any:
    """Decide: what the trial showed must still hold, else it is shown again."""
    contest, round_ = own_round(slug, number)
    item, form = item_here(round_, bank, version), DecideForm()
    proposal = None
    try:
        proposal = read_proposal(item, request.args)
        if form.validate():
            change = actions.decide(
                db.session,
                db.memo,
                actor_here(),
                contest,
                round_,
                proposal,
                form.reason.data or "",
                form.seen.data or "",
                clock.now(),
            )
            return carry_out(contest, round_, change, undo=False)
    except actions.Stale:
        form.form_errors = [stale_words()]
    except Refused as refusal:
        form.form_errors = [say(refusal.message)]
    db.session.rollback()
    return show_again(contest, round_, item, proposal, form)


def show_again(contest: Contest, round_: Round, item: Item, proposal: Proposal | None, form: DecideForm) -> Any:
    """The trial as it is now, with what was typed and what is wrong."""
    try:
        if proposal is None:
            raise Refused(form.form_errors[0])
        case = case_of(contest, round_, item, proposal)
    except Refused:
        return show_question(contest, round_, item, form.form_errors[0])
    shown = show_trial(contest, round_, item, proposal, case, form)
    return shown, 409
