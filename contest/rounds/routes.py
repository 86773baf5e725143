"""The organizers' desk: their contests, making and copying one, its overview and what can be done to it."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from flask import Flask, redirect, render_template, url_for
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.permissions import may_organize
from contest.extensions import db
from contest.rounds import actions, queries
from contest.rounds.checks import checks
from contest.rounds.desk import (
    actor_here,
    bp,
    done,
    fix_url,
    not_done,
    own_contest,
    show_refusal,
    usable_banks,
)
from contest.rounds.forms import CopyForm, CreateForm
from contest.rounds.locks import Refused, deletion_lock, unpublish_lock
from contest.rounds.plans import ContestPlan, RoundPlan, RowPlan, UnionRef, slug_fault, slug_of
from contest.rounds.rules import PHASE_NAMES, phase
from contest.rounds.windows import plan_of, window_of
from contest.unions.permissions import managed
from contest.web import navigation
from contest.web.negotiation import page_or_json
from contest.web.texts import say
from questions.messages import N_, message


def init_app(app: Flask) -> None:
    # The other pages of the desk hang themselves on the blueprint when they are imported.
    for part in ("setting_routes", "round_routes", "part_routes", "prize_routes", "allowance_routes"):
        import_module(f"contest.rounds.{part}")
    app.register_blueprint(bp)
    navigation.add(app, N_("Ban tổ chức"), "rounds.desk", may_organize)


@bp.get("/to-chuc")
@organizers
def desk() -> Any:
    """The organizer's contests, the newest first."""
    now = clock.now()
    found = queries.desk(db.session, managed(actor_here()))
    return page_or_json(
        "rounds/desk.html",
        lambda: [{"slug": c.slug, "title": c.title, "state": c.state, "rounds": len(c.rounds)} for c in found],
        contests=found,
        phase_of=lambda row: phase(window_of(row), now),
        phases=PHASE_NAMES,
    )


@bp.route("/to-chuc/cuoc-thi/moi", methods=["GET", "POST"])
@organizers
def create() -> Any:
    """Make a contest from a few questions; everything else gets a sensible value that can be changed later."""
    actor = actor_here()
    form = CreateForm(data=first_week(clock.now()))
    unions = queries.unions_below(db.session, managed(actor))
    banks = queries.banks_with_topics(db.session, usable_banks(actor))
    form.union.choices = [SelectChoice(union.code, union.name) for union in unions]
    form.bank.choices = [SelectChoice("", gettext("Chọn sau")), *(SelectChoice(b.code, b.title) for b in banks)]
    if form.validate_on_submit():
        try:
            contest = actions.create_contest(db.session, actor, plan_from(form), clock.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return done(contest.slug, gettext("Đã tạo cuộc thi dưới dạng bản nháp. Hãy xem lại các mục bên dưới."))
    return render_template("rounds/create.html", form=form)


def first_week(now: datetime) -> dict[str, datetime]:
    """Times to begin with: from next Monday morning to Sunday night."""
    today = now.astimezone(clock.VIETNAM).replace(hour=8, minute=0, second=0, microsecond=0)
    monday = today + timedelta(days=7 - today.weekday())
    return {"opens_at": monday, "closes_at": monday + timedelta(days=6, hours=14)}


def plan_from(form: CreateForm) -> ContestPlan:
    """The plan behind the few answers: weekly rounds, all drawing from one bank."""
    slug = form.slug.data or slug_of(form.title.data)
    if slug_fault(slug):
        raise Refused([message(N_("Không lấy được địa chỉ từ tên cuộc thi. Hãy nhập địa chỉ ngắn."))])
    rows = (RowPlan(bank=form.bank.data, count=form.questions.data),) if form.bank.data else ()
    rounds = tuple(
        RoundPlan(
            number=number,
            opens_at=form.opens_at.data + timedelta(weeks=number - 1),
            closes_at=form.closes_at.data + timedelta(weeks=number - 1),
            allowance_s=form.minutes.data * 60,
            max_attempts=form.attempts.data,
            rows=rows,
        )
        for number in range(1, form.rounds.data + 1)
    )
    return ContestPlan(slug=slug, title=form.title.data, union=UnionRef(form.union.data), rounds=rounds)


@bp.get("/to-chuc/cuoc-thi/<slug>")
@organizers
def manage(slug: str) -> Any:
    """A contest at a glance: what is missing before it opens, its rounds and what can be done to each."""
    contest = own_contest(slug)
    now = clock.now()
    found = checks(plan_of(contest), queries.facts_of(db.session, contest, now))
    progress = queries.progress_of(db.session, contest)
    return page_or_json(
        "rounds/manage.html",
        lambda: {
            "slug": slug,
            "state": contest.state,
            "checks": [{"level": str(c.level), "message": say(c.message), "where": str(c.where)} for c in found],
        },
        contest=contest,
        errors=[check for check in found if check.is_error],
        warnings=[check for check in found if not check.is_error],
        fix_url=lambda check: fix_url(contest, check),
        phase_of=lambda row: phase(window_of(row), now),
        settled_of=lambda row: window_of(row).settled_at,
        phases=PHASE_NAMES,
        progress=progress,
        may_unpublish=contest.state == "published" and not unpublish_lock(progress),
        may_delete=not deletion_lock(progress),
    )


@bp.route("/to-chuc/cuoc-thi/<slug>/sao-chep", methods=["GET", "POST"])
@organizers
def copy(slug: str) -> Any:
    """A new draft with everything of this contest but its people."""
    source = own_contest(slug)
    first = min((row.opens_at for row in source.rounds), default=clock.now())
    form = CopyForm(title=source.title, slug=f"{source.slug}-2", first_opens_at=first + timedelta(days=364))
    if form.validate_on_submit():
        try:
            made = actions.copy_contest(
                db.session,
                actor_here(),
                source,
                form.slug.data,
                form.title.data,
                form.first_opens_at.data,
                clock.now(),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return done(made.slug, gettext("Đã chép cuộc thi thành bản nháp mới."))
    return render_template("rounds/copy.html", form=form, contest=source)


@bp.post("/to-chuc/cuoc-thi/<slug>/cong-khai")
@organizers
def publish(slug: str) -> Any:
    """Make the contest public once nothing is wrong with it."""
    try:
        actions.publish_contest(db.session, actor_here(), own_contest(slug), clock.now())
    except Refused as refusal:
        return not_done(slug, refusal)
    return done(slug, gettext("Cuộc thi đã công khai. Các đợt tự mở và đóng theo thời gian đã đặt."))


@bp.post("/to-chuc/cuoc-thi/<slug>/thu-hoi")
@organizers
def unpublish(slug: str) -> Any:
    try:
        actions.unpublish_contest(db.session, actor_here(), own_contest(slug), clock.now())
    except Refused as refusal:
        return not_done(slug, refusal)
    return done(slug, gettext("Cuộc thi đã trở lại thành bản nháp."))


@bp.post("/to-chuc/cuoc-thi/<slug>/xoa")
@organizers
def delete(slug: str) -> Any:
    try:
        actions.delete_contest(db.session, actor_here(), own_contest(slug), clock.now())
    except Refused as refusal:
        return not_done(slug, refusal)
    db.session.commit()
    return redirect(url_for("rounds.desk"), code=303)
