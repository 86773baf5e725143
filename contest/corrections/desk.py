"""What the pages of decisions share: the blueprint, which question and which proposal the address names."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, request, url_for
from werkzeug.datastructures import MultiDict

from contest.attempts.states import KeyChangeKind
from contest.corrections import actions, queries, remark
from contest.corrections.forms import ProposalForm
from contest.corrections.queries import Decision, Item
from contest.corrections.rules import Proposal, Refused, check, read_answers, read_keys
from contest.corrections.trial import Case
from contest.extensions import db
from contest.rounds.models import Contest, Round
from questions.messages import N_, message

bp = Blueprint("corrections", __name__)

#: Names of a proposal in addresses and forms.
FIELDS = ("kieu", "chon", "dap_an")


def item_here(round_: Round, bank: str, version: int) -> Item:
    """The question that the address names; its code may hold anything, so it stands behind ``?ma=``."""
    found = queries.item(db.session, db.memo, round_, bank, request.args.get("ma", ""), version)
    return found or abort(404)


def decision_here(round_: Round, which: int) -> Decision:
    return queries.decision(db.session, round_.id, which) or abort(404)


def read_proposal(item: Item, given: Mapping[str, Any]) -> Proposal:
    """What a form or an address proposes; raises Refused."""
    try:
        kind = KeyChangeKind(given.get("kieu", ""))
    except ValueError:
        raise Refused(message(N_("Hãy chọn cách xử lý."))) from None
    if kind in (KeyChangeKind.CREDIT, KeyChangeKind.DROP):
        return Proposal(item.version_id, kind)
    chosen = given.getlist("chon") if isinstance(given, MultiDict) else given.get("chon", [])
    lines = (given.get("dap_an") or "").splitlines()
    return Proposal(item.version_id, kind, read_keys(chosen), read_answers(item.wording.kind, lines))


def proposal_args(proposal: Proposal, given: MultiDict) -> dict[str, Any]:
    """A proposal as the arguments of an address."""
    return {name: given.getlist(name) for name in FIELDS if any(given.getlist(name))} | {"kieu": proposal.kind.value}


def case_of(contest: Contest, round_: Round, item: Item, proposal: Proposal) -> Case:
    """What is tried; raises Refused where the proposal changes nothing or cannot be."""
    key = actions.key_now(db.session, db.memo, round_.id, item.version_id)
    check(proposal, key)
    return Case(contest, round_, item.version_id, proposal.applied(key), actions.proposed(proposal))


def undo_case(contest: Contest, round_: Round, decision: Decision) -> Case:
    key = remark.key_without(db.session, db.memo, decision.change)
    return Case(contest, round_, decision.change.version_id, key, actions.withdrawal(decision.change))


def filled(item: Item, given: MultiDict | None = None) -> ProposalForm:
    """The form of a proposal as it was sent, or empty."""
    form = ProposalForm(given, meta={"csrf": False})
    form.fill(item)
    return form


def item_url(contest: Contest, round_: Round, item: Item | Decision, endpoint: str = "question", **more: Any) -> str:
    version = item.number if isinstance(item, Item) else item.version
    place = {"slug": contest.slug, "number": round_.number, "bank": item.bank, "version": version}
    return url_for(f"corrections.{endpoint}", **place, ma=item.code, **more)


def decision_url(contest: Contest, round_: Round, which: int, endpoint: str = "decision", **more: Any) -> str:
    return url_for(f"corrections.{endpoint}", slug=contest.slug, number=round_.number, which=which, **more)
