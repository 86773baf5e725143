"""The committee reads what looks odd in a round and says what it makes of it. Nothing here touches an attempt."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.accounts.models import Person
from contest.extensions import db
from contest.rounds.desk import own_round
from contest.rounds.models import Contest, Round
from contest.signals import actions, pages, queries
from contest.signals.forms import OPEN, DecideForm
from contest.signals.models import Signal
from contest.signals.rules import INNOCENT, KEPT, KIND_NAMES, VERDICT_NAMES, Refused, SignalKind, Verdict
from contest.slices import pages_of
from contest.web.negotiation import page_or_json, wants_json
from contest.web.texts import say

bp = Blueprint("signals", __name__, url_prefix="/to-chuc/cuoc-thi/<slug>/dot/<int:number>/tin-hieu")


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
@organizers
def index(slug: str, number: int) -> Response | str:
    """What looks odd in a round, the strongest first; by kind and by what the committee made of it."""
    contest, round_ = own_round(slug, number)
    ask = pages.Asks.here()
    counts = queries.counts(db.session, round_.id)
    total = sum(count for (kind, verdict), count in counts.items() if ask.fits(kind, verdict))
    last_page = pages_of(total, pages.PAGE_SIZE)
    if ask.page > last_page:
        abort(404)
    found = queries.signals(db.session, round_.id, ask.filter, pages.PAGE_SIZE, offset=(ask.page - 1) * pages.PAGE_SIZE)
    run = queries.run(db.session, round_.id)

    def address(**args: Any) -> str:
        return url_for(".index", slug=slug, number=number, **args)

    return page_or_json(
        "signals/index.html",
        lambda: pages.list_data(ask, total, last_page, found, run),
        contest=contest,
        round=round_,
        run=run,
        ask=ask,
        found=found,
        attempts=queries.sizes(db.session, [signal.id for signal in found]),
        said=pages.said,
        total=total,
        all=sum(counts.values()),
        undecided=sum(count for (_kind, verdict), count in counts.items() if verdict is None),
        tabs=[(text, address(**args), chosen) for text, args, chosen in pages.kind_tabs(ask, counts)],
        verdicts=pages.VERDICTS,
        last_page=last_page,
        page_address=lambda page: address(**ask.args(trang=page)),
        kind_names=KIND_NAMES,
        verdict_names=VERDICT_NAMES,
        tones=pages.TONES,
        innocent=INNOCENT,
        kept_days=KEPT.days,
    )


def signal_here(slug: str, number: int, which: int) -> tuple[Contest, Round, Signal]:
    contest, round_ = own_round(slug, number)
    return contest, round_, queries.signal(db.session, round_.id, which) or abort(404)


@bp.get("/<int:which>")
@organizers
def show(slug: str, number: int, which: int) -> Response | str | tuple[str, int]:
    """One signal: why it was raised, whose attempts it is about, and what was decided."""
    contest, round_, signal = signal_here(slug, number, which)
    form = DecideForm(formdata=None, data={"verdict": signal.verdict or OPEN, "note": signal.note})
    return show_signal(contest, round_, signal, form)


def show_signal(contest: Contest, round_: Round, signal: Signal, form: DecideForm) -> Any:
    form.offer()
    size = queries.sizes(db.session, [signal.id]).get(signal.id, 0)
    page, last_page = request.args.get("trang", 1, type=int), pages_of(size, pages.PAGE_SIZE)
    if not 1 <= page <= last_page:
        abort(404)
    about = queries.attempts_of(db.session, signal.id, pages.PAGE_SIZE, (page - 1) * pages.PAGE_SIZE)
    compared = []
    if signal.kind == SignalKind.SAME_WRONG:
        compared = pages.shared_mistakes(
            db.session, db.memo, queries.attempts_of(db.session, signal.id, pages.COMPARED)
        )
    return page_or_json(
        "signals/show.html",
        lambda: pages.signal_data(signal) | {"attempts": [pages.about_data(one) for one in about], "pages": last_page},
        contest=contest,
        round=round_,
        signal=signal,
        said=pages.said(signal),
        innocent=INNOCENT[SignalKind(signal.kind)],
        about=about,
        size=size,
        mistakes=compared,
        others=queries.touching(db.session, signal, 10),
        form=form,
        page=page,
        last_page=last_page,
        page_address=lambda n: address_of(contest, round_, signal, trang=n),
        address=lambda other: address_of(contest, round_, other),
        kind_names=KIND_NAMES,
        verdict_names=VERDICT_NAMES,
        tones=pages.TONES,
        who=who(signal.decided_by or ""),
        kept_days=KEPT.days,
    )


def address_of(contest: Contest, round_: Round, signal: Signal, **args: Any) -> str:
    return url_for(".show", slug=contest.slug, number=round_.number, which=signal.id, **args)


def who(label: str) -> str:
    """The name behind a label of the audit log; empty for the terminal."""
    kind, _, number = label.partition(":")
    person = db.session.get(Person, int(number)) if kind == "person" and number.isdigit() else None
    return person.name if person else ""


@bp.post("/<int:which>")
@organizers
def decide(slug: str, number: int, which: int) -> Any:
    """Say what the committee makes of a signal, or take that back. No attempt is touched by it."""
    contest, round_, signal = signal_here(slug, number, which)
    form = DecideForm()
    form.offer()
    if form.validate():
        verdict = None if form.verdict.data == OPEN else Verdict(form.verdict.data)
        try:
            actions.decide(
                db.session, actor_here(), contest, round_, signal, verdict, form.note.data or "", clock.now()
            )
            db.session.commit()
            if wants_json():
                return pages.signal_data(signal)
            flash(gettext("Đã lưu kết luận. Điểm và lượt thi không thay đổi."), "success")
            return redirect(url_for(".index", slug=slug, number=number), code=303)
        except Refused as refusal:
            form.refuse("note", say(refusal.message))
    db.session.rollback()
    if wants_json():
        return {"errors": form.errors}, 422
    contest, round_, signal = signal_here(slug, number, which)
    return show_signal(contest, round_, signal, form), 422
