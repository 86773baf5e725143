"""An official's people: the list of a workplace, one person's page, and the end of a membership."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts.doors import officials
from contest.accounts.identity import actor_here
from contest.accounts.models import Person
from contest.accounts.permissions import followed_scopes
from contest.accounts.rules import KIND_NAMES, PersonKind, masked_phone
from contest.extensions import db
from contest.members import belonging, cards, leaving, people_queries, registry, request_queries
from contest.members.blueprint import bp
from contest.members.models import PersonCard
from contest.members.people_forms import STAYS, LeaveForm
from contest.members.people_pages import Place, known_place_or_404, person_or_404, place_or_404
from contest.members.person_codes import code_of
from contest.members.request_rules import STATE_NAMES
from contest.unions.models import TradeUnion
from contest.unions.queries import children, count_children, in_order, search, tops
from contest.unions.rules import LEVEL_NAMES
from contest.web.negotiation import page_or_json
from contest.web.paging import Paging, paging
from contest.web.texts import say

PER_PAGE = 50
MAX_QUERY = 100
ONE_PAGE = Paging(1, 1, PER_PAGE)


def init_app() -> None:
    """Let people's own data tell where they belonged and which cards they had."""
    registry.own_data["memberships"] = people_queries.memberships_about
    registry.own_data["cards"] = people_queries.cards_about


@bp.get("/theo-doi/nguoi")
@officials
def people_index() -> WerkzeugResponse | Response | str:
    """The unions somebody answers for, with the number of people known in each."""
    scopes = followed_scopes(actor_here())
    unions = list(tops(db.session, scopes))
    if len(unions) == 1:
        return redirect(url_for("members.people", code=unions[0].code))
    return numbers_page(None, unions, ONE_PAGE)


@bp.get("/theo-doi/nguoi/<code>")
@officials
def people(code: str) -> Response | str:
    """The people of a workplace by name; of a union above, how many there are in each below."""
    place = place_or_404(code)
    if place.workplace and place.known:
        return names_page(place)
    typed = request.args.get("q", "").strip()[:MAX_QUERY]
    if typed:
        unions = in_order(db.session, [u.id for u in search(db.session, typed, PER_PAGE, below=place.union.id)])
        return numbers_page(place, unions, ONE_PAGE, typed)
    asked = paging(count_children(db.session, place.union.id), PER_PAGE)
    below = children(db.session, place.union.id, PER_PAGE, asked.before)
    return numbers_page(place, list(below), asked)


def numbers_page(place: Place | None, unions: list[TradeUnion], asked: Paging, typed: str = "") -> Response | str:
    here = place.union if place else None
    counts = people_queries.numbers(db.session, [u.id for u in [*unions, *([here] if here else [])]])
    return page_or_json(
        "members/people_numbers.html",
        lambda: {
            "page": asked.page,
            "pages": asked.pages,
            "rows": [{"code": u.code, "name": u.name, **{str(k): n for k, n in counts[u.id].items()}} for u in unions],
        },
        here=here,
        place=place,
        ended=place.ended if place else None,
        unions=unions,
        counts=counts,
        kinds=(PersonKind.MEMBER, PersonKind.OFFICIAL, PersonKind.WORKER),
        kind_names=KIND_NAMES,
        level_names=LEVEL_NAMES,
        query=typed,
        page=asked.page,
        pages=asked.pages,
        address=addresses(place, typed),
    )


def addresses(place: Place | None, typed: str) -> Callable[[int], str]:
    if place is None:
        return lambda n: url_for("members.people_index", trang=n)
    return lambda n: url_for("members.people", code=place.union.code, q=typed or None, trang=n)


def names_page(place: Place) -> Response | str:
    typed = request.args.get("q", "").strip()[:MAX_QUERY]
    total = people_queries.count_people(db.session, place.ids, typed)
    asked = paging(total, PER_PAGE)
    lines = people_queries.people(db.session, place.ids, typed, PER_PAGE, asked.before)
    return page_or_json(
        "members/people.html",
        lambda: {
            "union": place.union.code,
            "total": total,
            "page": asked.page,
            "pages": asked.pages,
            "people": [
                {"code": code_of(line.id), "name": line.name, "phone": masked_phone(line.phone), "kind": line.kind}
                for line in lines
            ],
        },
        union=place.union,
        ended=place.ended,
        lines=lines,
        total=total,
        query=typed,
        with_card=people_queries.cards_in_force(db.session, place.ids),
        lately=leaving.lately_left(db.session, list(place.ids), clock.now()),
        kind_names=KIND_NAMES,
        masked_phone=masked_phone,
        code_of=code_of,
        page=asked.page,
        pages=asked.pages,
        address=addresses(place, typed),
    )


@bp.get("/theo-doi/nguoi/<code>/<person>")
@officials
def person(code: str, person: str) -> Response | str:
    """Where somebody belonged, their cards, and what was asked about them."""
    place = known_place_or_404(code)
    return person_page(place, person_or_404(place, person))


def person_page(place: Place, found: Person, form: LeaveForm | None = None) -> Response | str:
    now = clock.now()
    history = belonging.history(db.session, found.id)
    held = people_queries.cards_of(db.session, found.id)
    asked = request_queries.of_person(db.session, found.id)
    return page_or_json(
        "members/person.html",
        lambda: person_data(found, history, held),
        union=place.union,
        person=found,
        code=code_of(found.id),
        history=history,
        cards=held,
        card=next((card for card in held if card.revoked_at is None), None),
        may_have_card=bool(db.session.scalar(cards.may_have_one(found.id))),
        requests=asked,
        states=STATE_NAMES,
        form=form or LeaveForm(formdata=None, data={"on": clock.vietnamese_day(now), "workplace": STAYS}),
        may_leave=found.kind != PersonKind.WORKER,
        left=leaving.left(db.session, found, now),
        way_back=leaving.WAY_BACK,
        kind_names=KIND_NAMES,
        phone=masked_phone(found.phone),
    )


def person_data(found: Person, history: list[Any], held: Any) -> dict[str, Any]:
    in_force = [card for card in held if card.revoked_at is None]
    return {
        "name": found.name,
        "phone": masked_phone(found.phone),
        "kind": found.kind,
        "history": [say(line) for line in history],
        "cards": len(held),
        "card_made_at": in_force[0].made_at.isoformat() if in_force else None,
        "card_used_at": last_use(in_force),
    }


def last_use(held: list[PersonCard]) -> str | None:
    return next((card.used_at.isoformat() for card in held if card.used_at), None)


@bp.post("/theo-doi/nguoi/<code>/<person>/thoi")
@officials
def leave(code: str, person: str) -> Any:
    """End a membership on a day; sent twice it ends once."""
    place = known_place_or_404(code)
    found, form, now = person_or_404(place, person), LeaveForm(), clock.now()
    form.validate()
    fault = leaving.leaving_fault(found, form.on.data, clock.vietnamese_day(now))
    if fault and not form.on.errors:
        form.refuse("on", say(fault))
    if form.errors or form.on.data is None:
        return person_page(place, found, form), 422
    keeps = form.workplace.data == STAYS
    leaving.leave(db.session, actor_here(), found, form.on.data, now, keeps_workplace=keeps)
    name = found.name
    db.session.commit()
    flash(gettext("%(name)s thôi là đoàn viên. Nếu nhầm, bạn khôi phục được trong 30 ngày.", name=name), "success")
    return redirect(url_for("members.person", code=code, person=person), code=303)


@bp.post("/theo-doi/nguoi/<code>/<person>/khoi-phuc")
@officials
def come_back(code: str, person: str) -> WerkzeugResponse:
    """Take the end of a membership back."""
    place = known_place_or_404(code)
    found = person_or_404(place, person)
    name = found.name
    if leaving.come_back(db.session, actor_here(), found, clock.now()):
        db.session.commit()
        flash(gettext("Đã khôi phục tư cách đoàn viên của %(name)s.", name=name), "success")
    else:
        flash(gettext("Không khôi phục được nữa: đã quá 30 ngày, hoặc người này đã có thay đổi khác."), "warning")
    return redirect(url_for("members.person", code=code, person=person), code=303)
