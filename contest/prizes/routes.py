"""Prizes for the committee: proposals with their reasons, choices, refusals."""

from importlib import import_module
from typing import Any

from flask import Blueprint, Flask, abort, render_template, request
from flask_babel import gettext

from contest import clock
from contest.accounts.actions import record
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here, current_actor
from contest.extensions import db
from contest.prizes import actions, pages, queries
from contest.prizes.forms import ChooseForm, ReasonForm
from contest.prizes.models import Award
from contest.prizes.rules import STATE_NAMES, AwardState
from contest.rounds.desk import done, not_done, own_contest, show_refusal
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.rounds.queries import round_of
from contest.web.negotiation import page_or_json
from contest.web.workbooks import workbook_response

bp = Blueprint("prizes", __name__)
BASE = "/to-chuc/cuoc-thi/<slug>/trao-giai"


def init_app(app: Flask) -> None:
    # Pages that hang on the same blueprint.
    for part in ("claim_routes", "own_routes"):
        import_module(f"contest.prizes.{part}")
    app.register_blueprint(bp)
    app.jinja_env.globals["own_prizes"] = own_prizes


def own_prizes(slug: str | None = None) -> list[queries.Own]:
    """Announced prizes of the person in front of the page, in a contest or in all; for pages of rooms below."""
    actor = current_actor()
    return queries.won_by(db.session, actor.id, slug) if actor and actor.id else []


def part_here(contest: Contest) -> int:
    """The round that the page is about (``dot``; 0: the whole contest); one that does not exist is not found."""
    given = request.values.get("dot", "")
    if not given:
        return pages.default_number(contest)
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else -1
    return number if number == 0 or round_of(contest, number) else abort(404)


def own_award(slug: str, award_id: int) -> tuple[Contest, Award]:
    contest = own_contest(slug)
    return contest, queries.award_of(db.session, contest.id, award_id) or abort(404)


@bp.get(BASE)
@organizers
def desk(slug: str) -> Any:
    """Who is to get which prize and why, who was passed over, what still has to be decided."""
    contest = own_contest(slug)
    return show_desk(contest, part_here(contest))


def show_desk(contest: Contest, number: int, refused: tuple[int, ChooseForm] | None = None) -> Any:
    """``refused``: the id of a line with the choice that was not accepted for it."""
    found = pages.desk(db.session, contest, number)
    forms = {line.view.line.id: choose_form(line) for line in found.lines if line.view.drawn.open}
    if refused:
        forms[refused[0]] = refused[1]
    page = page_or_json(
        "prizes/desk.html",
        lambda: pages.desk_data(contest, found),
        contest=contest,
        number=number,
        found=found,
        forms=forms,
        refused_form=refused[1] if refused else None,
        part_tabs=pages.parts(contest, number, "prizes.desk"),
        states=STATE_NAMES,
        most=pages.MAX_CANDIDATES,
    )
    return (page, 422) if refused else page


def choose_form(line: pages.DeskLine, given: Any = None) -> ChooseForm:
    form = ChooseForm(given, prefix=f"g{line.view.line.id}-")
    names = [
        (person.key, f"{person.name}, {person.union}" if person.union else person.name)
        for person in line.view.candidates[: pages.MAX_CANDIDATES]
    ]
    form.offer(names)
    return form


@bp.post(f"{BASE}/de-nghi")
@organizers
def propose(slug: str) -> Any:
    """Propose by the ranking as it stands."""
    contest = own_contest(slug)
    number = part_here(contest)
    try:
        actions.propose(db.session, actor_here(), contest, number, clock.now())
    except Refused as refusal:
        return not_done(slug, refusal, "prizes.desk", dot=number)
    return done(slug, gettext("Đã đề nghị giải theo thứ hạng hiện nay."), "prizes.desk", dot=number)


@bp.post(f"{BASE}/chon")
@organizers
def choose(slug: str) -> Any:
    """Choose one of those who share the last place that gets a prize."""
    contest = own_contest(slug)
    number = part_here(contest)
    found = pages.desk(db.session, contest, number)
    line_id = request.form.get("giai", "")
    line = next((line for line in found.lines if str(line.view.line.id) == line_id), None) or abort(404)
    form = choose_form(line, request.form)
    if form.validate():
        key, reason = int(form.nguoi.data), form.ly_do.data or ""
        try:
            actions.choose(db.session, actor_here(), contest, number, line.view.line, key, reason, clock.now())
        except Refused as refusal:
            return not_done(slug, refusal, "prizes.desk", dot=number)
        return done(slug, gettext("Đã ghi người được chọn."), "prizes.desk", dot=number)
    return show_desk(contest, number, (line.view.line.id, form))


@bp.route(f"{BASE}/<int:award>/khong-trao", methods=["GET", "POST"])
@organizers
def refuse(slug: str, award: int) -> Any:
    """A winner declines or may not have the prize; the next in line is proposed at once."""
    contest, row = own_award(slug, award)
    number, form = row.round_number, ReasonForm()
    if form.validate_on_submit():
        try:
            moved = actions.refuse(db.session, actor_here(), row, form.ly_do.data, clock.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return done(slug, refused_words(moved), "prizes.desk", dot=number)
    (winner,) = queries.winners(db.session, contest, number, list(AwardState), award)
    page = render_template(
        "prizes/refuse.html", contest=contest, number=number, winner=winner, form=form, part=pages.part_name
    )
    return page, 422 if form.errors or form.form_errors else 200


def refused_words(moved: list[Award]) -> str:
    if moved:
        return gettext("Đã ghi không trao. Người kế tiếp đã được đề nghị thay.")
    return gettext("Đã ghi không trao. Chưa có ai được đề nghị thay: hãy xem các dòng cần quyết định.")


@bp.post(f"{BASE}/<int:award>/khoi-phuc")
@organizers
def restore(slug: str, award: int) -> Any:
    """Take back a refusal that was entered by mistake."""
    _contest, row = own_award(slug, award)
    number = row.round_number
    try:
        actions.restore(db.session, actor_here(), row, clock.now())
    except Refused as refusal:
        return not_done(slug, refusal, "prizes.desk", dot=number)
    return done(slug, gettext("Đã bỏ ghi nhận không trao và xét lại theo thứ hạng."), "prizes.desk", dot=number)


@bp.get(f"{BASE}/danh-sach.xlsx")
@organizers
def winners_file(slug: str) -> Any:
    """Winners as an Excel file for the decision on prizes; who took personal data is written down."""
    contest = own_contest(slug)
    number = part_here(contest)
    states = [state for state in AwardState if state is not AwardState.REFUSED]
    found = queries.winners(db.session, contest, number, states)
    # The reader lets go first: on SQLite without WAL it would keep the log from being written.
    db.session.rollback()
    with db.begin() as session:
        details = {"what": "prizes", "round": number, "rows": len(found)}
        record(session, actor_here(), "report.export", f"contest:{slug}", clock.now(), details)
    name = f"{slug}-giai-thuong-dot-{number}.xlsx" if number else f"{slug}-giai-thuong.xlsx"
    return workbook_response(name, gettext("Giải thưởng"), pages.columns(), pages.rows(found))
