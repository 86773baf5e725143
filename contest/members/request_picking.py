"""The union in the forms of correcting one: what was typed, what it means, and why it does not; refusals beside it."""

from typing import Any

from flask_babel import gettext

from contest import clock
from contest.accounts.models import Person
from contest.accounts.rules import PersonKind
from contest.extensions import db
from contest.members import queries
from contest.members.queries import Picked
from contest.members.request_forms import AskForm
from contest.members.request_rules import Refused
from contest.unions.models import TradeUnion
from contest.unions.rules import BASE_LEVELS
from contest.web.texts import say


def levels_for(person: Person | None) -> Any:
    """Members and workers belong to a workplace."""
    return None if person is None or person.kind == PersonKind.OFFICIAL else BASE_LEVELS


def search_union(form: AskForm, person: Person | None) -> Picked:
    """What the search button of a page without script finds; nothing else is judged yet."""
    typed = form.union_tu_khoa.data or ""
    found = queries.pick_union(db.session, "", typed, clock.today(), levels_for(person))
    form.union.data = ""
    return Picked(None, [found.chosen] if found.chosen else found.results or [], typed)


def settle_union(form: AskForm, person: Person | None) -> Picked:
    """The union that a form means, or the reason beside its field why there is none yet."""
    code, typed = form.union.data or "", form.union_tu_khoa.data or ""
    if not code and not typed:
        form.refuse("union", gettext("Hãy gõ tên công đoàn đúng rồi chọn trong danh sách."))
        return Picked()
    picked = queries.pick_union(db.session, code, typed, clock.today(), levels_for(person))
    if picked.chosen is None:
        several = gettext("Có nhiều công đoàn khớp với tên này. Hãy chọn công đoàn đúng.")
        none = gettext("Không thấy công đoàn nào có tên này. Hãy gõ ít chữ hơn rồi bấm Tìm.")
        form.refuse("union", several if picked.results else none)
    form.union.data = picked.chosen.code if picked.chosen else ""
    return picked


def chosen_union(picked: Picked) -> TradeUnion:
    return db.session.get_one(TradeUnion, picked.chosen.id if picked.chosen else None)


def show(form: Any, refusal: Refused) -> None:
    """Put the reasons of a refusal above the form; nothing is kept."""
    db.session.rollback()
    form.form_errors = [*form.form_errors, *(say(reason) for reason in refusal.reasons)]
