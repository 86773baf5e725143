"""The committee's pages of decisions about people: the list, a person, deciding and taking back."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, flash, jsonify, redirect, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.attempts.models import Attempt
from contest.attempts.receipts import spaced
from contest.extensions import db
from contest.rounds.desk import own_contest, show_refusal
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Entry
from contest.rulings import actions, dossier, pages, queries, work
from contest.rulings.dossier import Dossier
from contest.rulings.forms import RulingForm
from contest.rulings.models import Ruling
from contest.rulings.preview import shifts
from contest.rulings.rules import KIND_EFFECTS, KIND_NAMES, SLUGS, RulingKind
from contest.signals.pages import said
from contest.standings.records import points
from contest.web.errors import error_page
from contest.web.negotiation import page_or_json, wants_json
from contest.web.paging import paging
from questions.rules import clean

bp = Blueprint("rulings", __name__)

BASE = "/to-chuc/cuoc-thi/<slug>/xu-ly"
KINDS = {slug: kind for kind, slug in SLUGS.items()}


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get(BASE)
@organizers
def index(slug: str) -> Response | str:
    """Decisions of a contest, and where somebody is looked for: ``?tim=``; ``?loc=dang-ap-dung``: those that hold."""
    contest = own_contest(slug)
    typed, holding = clean(request.args.get("tim", ""))[:120], request.args.get("loc") == "dang-ap-dung"
    total = dossier.count(db.session, contest.id, holding)
    asked = paging(total, dossier.PAGE_SIZE)
    rows = dossier.listed(db.session, contest.id, holding, asked.before)
    found = dossier.found(db.session, contest, typed) if typed else None
    return page_or_json(
        "rulings/index.html",
        lambda: {
            "rulings": [pages.listed_data(row) for row in rows],
            "total": total,
            "page": asked.page,
            "pages": asked.pages,
            "found": None if found is None else [row._asdict() for row in found],
        },
        contest=contest,
        rows=rows,
        total=total,
        page=asked.page,
        pages=asked.pages,
        typed=typed,
        found=found,
        most=dossier.MAX_FOUND,
        holding=holding,
        kinds=KIND_NAMES,
        page_address=lambda n: url_for(".index", slug=slug, loc=request.args.get("loc"), trang=n),
    )


@bp.get(f"{BASE}/nguoi/<code>")
@organizers
def person(slug: str, code: str) -> Response | str:
    """Somebody who takes part, known by the code of one of their attempts, with what may be decided."""
    contest = own_contest(slug)
    attempt = attempt_of(contest, code)
    about = dossier.dossier(db.session, contest, attempt.entry)
    told = [(signal, number, said(signal)) for signal, number in about.signals]
    return page_or_json(
        "rulings/person.html",
        lambda: pages.dossier_data(
            about, [{"round": number, "kind": str(signal.kind), "reasons": why} for signal, number, why in told]
        ),
        contest=contest,
        about=about,
        code=code,
        points=points,
        told=told,
        kinds=KIND_NAMES,
        slugs=SLUGS,
        RulingKind=RulingKind,
        spaced=spaced,
        names={row.decided_by: pages.who(db.session, row.decided_by) for row in about.rulings}
        | {row.undone_by: pages.who(db.session, row.undone_by) for row in about.rulings},
        locks=actions.locked(db.session, contest, attempt.entry, None),
    )


def attempt_of(contest: Contest, code: str) -> Attempt:
    return dossier.attempt_here(db.session, contest, code) or abort(404)


@bp.get(f"{BASE}/nguoi/<code>/<kind>")
@organizers
def confirm(slug: str, code: str, kind: str) -> Any:
    """What a decision would do, and where its reason is written; an annulment is about the attempt of this code."""
    contest, chosen = own_contest(slug), KINDS.get(kind) or abort(404)
    attempt = attempt_of(contest, code)
    subject = attempt if chosen is RulingKind.ANNULLED else None
    if queries.standing_ruling(db.session, attempt.entry_id, chosen, subject.id if subject else None):
        return redirect(person_url(contest, code), code=303)
    return show_confirm(contest, attempt, chosen, RulingForm(formdata=None))


def show_confirm(contest: Contest, attempt: Attempt, kind: RulingKind, form: RulingForm) -> Any:
    subject = attempt if kind is RulingKind.ANNULLED else None
    about = dossier.dossier(db.session, contest, attempt.entry)
    form.seen.data = pages.seal(about, contest)
    moved = shifts(db.session, db.memo, contest, attempt.entry, kind, subject, holds=True)
    return page_or_json(
        "rulings/confirm.html",
        lambda: {"kind": str(kind), "seen": form.seen.data, "places": pages.shifts_data(moved)},
        form=form,
        kind=kind,
        attempt=subject,
        effect=KIND_EFFECTS[kind],
        act_url=url_for(".decide", slug=contest.slug, code=attempt.code, kind=SLUGS[kind]),
        **shared(contest, about, attempt.code, subject, moved),
    )


def shared(contest: Contest, about: Dossier, code: str, subject: Attempt | None, moved: Any) -> dict[str, Any]:
    """What the page before a decision and the one before its undoing have in common."""
    return {
        "contest": contest,
        "about": about,
        "moved": moved,
        "kinds": KIND_NAMES,
        "back_url": person_url(contest, code),
        "locks": actions.locked(db.session, contest, about.entry, subject),
        "settles": subject is not None and subject.round.prediction_actual is not None and contest.prediction_target,
    }


@bp.post(f"{BASE}/nguoi/<code>/<kind>")
@organizers
def decide(slug: str, code: str, kind: str) -> Any:
    """Decide; sent twice it stands once. 409 with what is now where things have changed since the page was shown."""
    contest, chosen = own_contest(slug), KINDS.get(kind) or abort(404)
    attempt, form = attempt_of(contest, code), RulingForm()
    subject = attempt if chosen is RulingKind.ANNULLED else None
    if queries.standing_ruling(db.session, attempt.entry_id, chosen, subject.id if subject else None):
        return redirect(person_url(contest, code), code=303)
    if form.validate() and is_fresh(form, contest, attempt.entry):
        try:
            ruling = actions.decide(
                db.session,
                db.memo,
                actor_here(),
                contest,
                chosen,
                attempt.entry,
                subject,
                form.reason.data or "",
                clock.now(),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return decided(contest, attempt, ruling, subject, gettext("Đã ghi quyết định số %(n)s.", n=ruling.number))
    contest = own_contest(slug)
    return refused(form) or (show_confirm(contest, attempt_of(contest, code), chosen, form), 409)


def is_fresh(form: RulingForm, contest: Contest, entry: Entry) -> bool:
    """Whether the person's matters stand as the page showed them; says so above the form if not."""
    if form.seen.data == pages.seal(dossier.dossier(db.session, contest, entry), contest):
        return True
    form.form_errors = [
        gettext("Từ lúc bạn mở trang này, dữ liệu của người này đã thay đổi. Hãy xem lại bên dưới rồi quyết định.")
    ]
    return False


def refused(form: RulingForm) -> Any:
    """The reasons as data, for programs."""
    if not wants_json():
        return None
    reasons = [*form.form_errors, *(error for errors in form.errors.values() for error in errors if error)]
    return error_page(409, gettext("Chưa ghi được quyết định"), " ".join(map(str, reasons)), reasons=reasons)


def decided(contest: Contest, attempt: Attempt, ruling: Ruling, subject: Attempt | None, text: str) -> Any:
    """Commit; where everybody's place follows from it, that is done beside the requests."""
    address = person_url(contest, attempt.code)
    data = pages.ruling_data(ruling)
    if subject is not None and actions.outdated(db.session, contest, subject.round):
        data["job"] = work.queue(db.session, actor_here(), subject.round)
        address = url_for("jobs.show", code=data["job"])
    db.session.commit()
    if wants_json():
        return jsonify(data)
    flash(text, "success")
    return redirect(address, code=303)


def person_url(contest: Contest, code: str) -> str:
    return url_for("rulings.person", slug=contest.slug, code=code)


# Taking back


def ruling_here(contest: Contest, number: int) -> tuple[Ruling, Attempt]:
    """A ruling of a contest with the attempt that stands for its person: the one annulled, or the earliest."""
    ruling = queries.numbered(db.session, contest.id, number) or abort(404)
    if ruling.attempt_id:
        return ruling, db.session.get_one(Attempt, ruling.attempt_id)
    about = dossier.dossier(db.session, contest, db.session.get_one(Entry, ruling.entry_id))
    return ruling, about.attempts[0]


@bp.get(f"{BASE}/<int:number>/rut")
@organizers
def confirm_undo(slug: str, number: int) -> Any:
    """What taking a decision back would do, and where its reason is written."""
    contest = own_contest(slug)
    ruling, attempt = ruling_here(contest, number)
    if ruling.undone_at is not None:
        return redirect(person_url(contest, attempt.code), code=303)
    return show_undo(contest, ruling, attempt, RulingForm(formdata=None))


def show_undo(contest: Contest, ruling: Ruling, attempt: Attempt, form: RulingForm) -> Any:
    kind = RulingKind(ruling.kind)
    subject = attempt if ruling.attempt_id else None
    about = dossier.dossier(db.session, contest, attempt.entry)
    form.seen.data = pages.seal(about, contest)
    moved = shifts(db.session, db.memo, contest, attempt.entry, kind, subject, holds=False)
    return page_or_json(
        "rulings/undo.html",
        lambda: pages.ruling_data(ruling) | {"seen": form.seen.data, "places": pages.shifts_data(moved)},
        form=form,
        ruling=ruling,
        attempt=subject,
        **shared(contest, about, attempt.code, subject, moved),
    )


@bp.post(f"{BASE}/<int:number>/rut")
@organizers
def undo(slug: str, number: int) -> Any:
    """Take a decision back; sent twice it is taken back once."""
    contest, form = own_contest(slug), RulingForm()
    ruling, attempt = ruling_here(contest, number)
    if ruling.undone_at is not None:
        return redirect(person_url(contest, attempt.code), code=303)
    if form.validate() and is_fresh(form, contest, attempt.entry):
        try:
            actions.undo(db.session, db.memo, actor_here(), ruling, form.reason.data or "", clock.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            subject = attempt if ruling.attempt_id else None
            return decided(contest, attempt, ruling, subject, gettext("Đã rút lại quyết định số %(n)s.", n=number))
    contest = own_contest(slug)
    return refused(form) or (show_undo(contest, *ruling_here(contest, number), form), 409)
