"""A decision that was made: what it changed, taking it back, going on with a recount that was cut off."""

from typing import Any

from flask import Response, redirect, request, url_for

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.accounts.models import Person
from contest.attempts.models import KeyChange
from contest.corrections import actions, pages, queries, work
from contest.corrections.desk import bp, decision_here, decision_url, item_url, undo_case
from contest.corrections.forms import DecideForm
from contest.corrections.queries import Decision
from contest.corrections.rules import KIND_NAMES, Refused, what
from contest.corrections.trial_desk import carry_out, decision_data, shared, stale_words, trial_view, trial_workbook
from contest.extensions import db
from contest.jobs import queries as jobs
from contest.jobs.rules import JobState
from contest.rounds.desk import own_round
from contest.rounds.models import Contest, Round
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from contest.web.texts import say

_RUNNING = (JobState.WAITING, JobState.RUNNING)


@bp.get("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/sua-dap-an/lan/<int:which>")
@organizers
def decision(slug: str, number: int, which: int) -> Response | str:
    """A decision with the scores it changed; ``?rut=1``: the scores that taking it back changed."""
    contest, round_ = own_round(slug, number)
    found = decision_here(round_, which)
    undo = request.args.get("rut") == "1"
    counts = queries.counts(db.session, found.change.id)
    asked = paging(counts.get(undo, (0, 0, 0))[0], queries.PAGE_SIZE)
    rows = queries.changed(db.session, found.change.id, undo=undo, page=asked.page)
    names = queries.named(db.session, {row.entry_id for row in rows})
    job = jobs.job(db.session, found.going_on.job_code) if found.going_on and found.going_on.job_code else None
    return page_or_json(
        "corrections/decision.html",
        lambda: (
            decision_data(found) | {"page": asked.page, "pages": asked.pages, "scores": [row_data(row) for row in rows]}
        ),
        contest=contest,
        round=round_,
        found=found,
        counts=counts,
        undo=undo,
        rows=rows,
        names=names,
        page=asked.page,
        pages=asked.pages,
        page_address=lambda n: decision_url(contest, round_, which, rut=1 if undo else None, trang=n),
        job=job,
        job_is_mine=job is not None and (job.person_id == actor_here().id or actor_here().is_administrator),
        stuck=found.going_on is not None and (job is None or job.state not in _RUNNING),
        kinds=KIND_NAMES,
        said=what(found.kind, found.change.details),
        who=who(found.change.decided_by),
        who_undid=who(found.change.undone_by or ""),
        question_url=item_url(contest, round_, found),
    )


def row_data(row: queries.Changed) -> dict[str, Any]:
    change = row.change
    return {
        "code": row.code,
        "number": row.number,
        "old": change.old_score,
        "new": change.new_score,
        "old_max": change.old_max,
        "new_max": change.new_max,
    }


def who(label: str) -> str:
    """The name behind a label of the audit log; empty for the terminal."""
    kind, _, number = label.partition(":")
    person = db.session.get(Person, int(number)) if kind == "person" and number.isdigit() else None
    return person.name if person else ""


@bp.get("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/sua-dap-an/lan/<int:which>/rut")
@organizers
def try_undo(slug: str, number: int, which: int) -> Any:
    """What taking a decision back would do; nothing is stored."""
    contest, round_ = own_round(slug, number)
    found = decision_here(round_, which)
    if found.change.undone_at is not None:
        return redirect(decision_url(contest, round_, which), code=303)
    return show_undo(contest, round_, found)


def show_undo(contest: Contest, round_: Round, found: Decision, form: DecideForm | None = None) -> Any:
    view = trial_view(contest, undo_case(contest, round_, found), request.args.get("thay", ""))
    form = form or DecideForm(formdata=None)
    form.seen.data = view.trial.seen

    def address(**more: Any) -> str:
        return decision_url(contest, round_, found.number, "try_undo", **more)

    return page_or_json(
        "corrections/try_undo.html",
        lambda: pages.trial_data(contest, round_, view),
        **shared(contest, round_, view, address),
        found=found,
        form=form,
        apply_url=decision_url(contest, round_, found.number, "withdraw"),
        file_url=decision_url(
            contest, round_, found.number, "undo_file", loc=view.filter.value, tim=view.query or None
        ),
        back_url=decision_url(contest, round_, found.number),
        kind_name=KIND_NAMES[found.kind],
        said=what(found.kind, found.change.details),
    )


@bp.get("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/sua-dap-an/lan/<int:which>/rut.xlsx")
@organizers
def undo_file(slug: str, number: int, which: int) -> Response:
    contest, round_ = own_round(slug, number)
    return trial_workbook(contest, round_, undo_case(contest, round_, decision_here(round_, which)))


@bp.post("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/sua-dap-an/lan/<int:which>/rut")
@organizers
def withdraw(slug: str, number: int, which: int) -> Any:
    """Take a decision back; what remains of the others holds."""
    contest, round_ = own_round(slug, number)
    found, form = decision_here(round_, which), DecideForm()
    try:
        if form.validate():
            reason, seen = form.reason.data or "", form.seen.data or ""
            actions.withdraw(db.session, actor_here(), contest, round_, found.change, reason, seen, clock.now())
            return carry_out(contest, round_, found.change, undo=True)
    except actions.Stale:
        form.form_errors = [stale_words()]
    except Refused as refusal:
        form.form_errors = [say(refusal.message)]
    db.session.rollback()
    return show_undo(contest, round_, decision_here(round_, which), form), 409


@bp.post("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/sua-dap-an/lan/<int:which>/tinh-tiep")
@organizers
def go_on(slug: str, number: int, which: int) -> Any:
    """Take up a recount that was cut off."""
    contest, round_ = own_round(slug, number)
    found = decision_here(round_, which)
    if found.going_on is None:
        return redirect(decision_url(contest, round_, which), code=303)
    code = work.queue(db.session, actor_here(), found.change, found.going_on.undo)
    db.session.commit()
    return redirect(url_for("jobs.show", code=code), code=303)


def decisions_on(question_id: int) -> list[tuple[KeyChange, Round]]:
    """For the page of a question in its bank: decisions about it, the newest first."""
    return queries.of_question(db.session, question_id)
