"""The blueprint of the room and what each of its pages asks first: is the contest public, whose union is it."""

from collections.abc import Collection

from flask import Blueprint, abort

from contest import clock
from contest.accounts.identity import actor_here, current_actor
from contest.accounts.permissions import answers_for, followed_scopes
from contest.extensions import db
from contest.participation import queries
from contest.participation.branches import Branch
from contest.participation.comparing import within
from contest.participation.whole import whole
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion
from contest.unions.queries import ancestor_ids, by_code

bp = Blueprint("participation", __name__)


def published_or_404(slug: str) -> Contest:
    return queries.published_contest(db.session, slug) or abort(404)


def followed_or_404(code: str) -> TradeUnion:
    """A union the visitor answers for; one of others looks as if it were not there, and so does for administrators
    one whose day has not come: no tree knows it yet."""
    union = by_code(db.session, code) or abort(404)
    above = ancestor_ids(db.session, union.id)
    if not above or not answers_for(current_actor(), above):
        abort(404)
    return union


def branch_of(contest: Contest, union_id: int, round_number: int, reading_today: bool = False) -> Branch:
    """A union's figures from memory, as it was or as it is today; 404 where that tree does not know it."""
    try:
        return whole(db.session, db.memo, contest, round_number, clock.now(), reading_today).at(union_id)
    except KeyError:
        abort(404)


def mine_of(union_ids: Collection[int]) -> frozenset[int]:
    """Which of some unions the visitor answers for in the present tree."""
    scopes = followed_scopes(actor_here())
    return frozenset(union_ids) if scopes is None else within(db.session, scopes, union_ids)
