"""Trying a paper before anybody sees it: drawn and marked as for a participant, stored nowhere."""

from typing import Any

from flask import abort, render_template, request

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import current_actor
from contest.accounts.permissions import covers
from contest.accounts.rules import Role
from contest.attempts import checked, forms, pages, papers, rules, showing
from contest.attempts.routes import bp
from contest.extensions import db
from contest.rounds import queries as rounds
from contest.rounds.models import Round, RoundPool
from contest.unions.queries import ancestor_ids
from contest.web.texts import say
from questions.draw import ShortPool
from questions.marking import mark


@bp.route("/to-chuc/cuoc-thi/<slug>/dot/<int:number>/thu-de/<code>", methods=["GET", "POST"])
@organizers
def try_paper(slug: str, number: int, code: str) -> Any:
    """A paper as a participant gets it; sending it shows score, keys and sources. The address names the draw."""
    contest = rounds.contest_by_slug(db.session, slug) or abort(404)
    if not covers(current_actor(), Role.ORGANIZER, ancestor_ids(db.session, contest.union_id)):
        abort(404)
    round_ = rounds.round_of(contest, number) or abort(404)
    division = request.args.get("bang", type=int)
    memo: dict[str, Any] = {}
    try:
        items = papers.draw_paper(db.session, memo, round_, present_pool(round_), division, f"thu-{code}")
    except ShortPool:
        items = ()
    words = papers.wordings(db.session, memo, [item.version_id for item in items])
    marking, answers, error = None, {}, None
    reviewed: list[checked.Checked] = []
    if request.method == "POST":
        try:
            answers = forms.read(request, papers.shapes(items, words)).answers
        except rules.Unacceptable as refusal:
            error = say(refusal.message)
        else:
            keys = papers.keys_for(db.session, words, round_.id)
            marking = mark(items, keys, {int(place): answer for place, answer in answers.items()})
            reviewed = checked.checked(db.session, memo, items, words, keys, answers, marking.points_by_place)
    return render_template(
        "attempts/try_paper.html",
        contest=contest,
        round=round_,
        questions=showing.shown(db.session, memo, items, words),
        reviewed=reviewed,
        answers=answers,
        marking=marking,
        error=error,
        prediction_label=pages.prediction_label(contest),
        next_code=clock.now().strftime("%H%M%S%f"),
    )


def present_pool(round_: Round) -> RoundPool:
    """The pool as it would be frozen now, or the frozen one."""
    held = db.session.get(RoundPool, round_.id)
    if held is not None:
        return held
    found = rounds.pools(db.session, [rounds.slot_of(row) for row in round_.blueprint])
    rows = [[row.id, found[rounds.slot_of(row)]] for row in round_.blueprint]
    return RoundPool(round_id=round_.id, frozen_at=clock.now(), rows=rows)
