"""The room's addresses, and what each of its pages asks before anything else."""

from flask import Blueprint, abort, url_for
from flask_babel import gettext

from contest.accounts.identity import current_actor
from contest.campaigns.permissions import may_name, own_line
from contest.extensions import db
from contest.participation import queries as participation
from contest.participation.blueprint import followed_or_404
from contest.participation.pages import address as here
from contest.participation.pages import whole
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion
from contest.unions.queries import path_of

bp = Blueprint("campaigns", __name__)


def campaign_or_404(slug: str, code: str) -> tuple[Contest, TradeUnion]:
    """A contest and a union that the visitor answers for, where the contest is open to somebody of it.

    Practice counts nobody, so there is nobody to win for it.
    """
    contest = participation.published_contest(db.session, slug) or abort(404)
    union = followed_or_404(code)
    scope = contest.scope_union_id
    if contest.practice or (scope and (union.id, scope) not in participation.related(db.session, [union.id], [scope])):
        abort(404)
    return contest, union


def names_allowed(union: TradeUnion) -> bool:
    """Whether the visitor sees names of this union's people, or numbers only."""
    path = [(above.id, above.level) for above in path_of(db.session, union.id)]
    return may_name(current_actor(), own_line(path))


def asked_round(contest: Contest) -> int:
    """The round of the address; 0: the whole contest."""
    chosen = whole("dot", 0)
    if chosen and chosen not in {round_.number for round_ in contest.rounds}:
        abort(404)
    return chosen


def round_links(contest: Contest, chosen: int) -> list[tuple[str, str, bool]]:
    """Links to this page for the whole contest and for each round; nothing where there is one round."""
    if len(contest.rounds) < 2:
        return []
    found = [(gettext("Cả cuộc thi"), here(dot=None), chosen == 0)]
    for round_ in contest.rounds:
        label = round_.title or gettext("Đợt %(number)s", number=round_.number)
        found.append((label, here(dot=round_.number), chosen == round_.number))
    return found


def crumbs(contest: Contest, union: TradeUnion, label: str) -> list[tuple[str, str | None]]:
    return [
        (gettext("Theo dõi"), url_for("participation.desk")),
        (union.short_name or union.name, url_for("participation.follow", slug=contest.slug, code=union.code)),
        (label, None),
    ]
