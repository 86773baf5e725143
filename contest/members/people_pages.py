"""Which union a page about people is of, and whether the visitor may see it: one of others looks as if not there."""

from dataclasses import dataclass
from datetime import date

from flask import abort, request

from contest import clock
from contest.accounts.identity import actor_here
from contest.accounts.models import Person
from contest.accounts.permissions import answers_for
from contest.db import READ_METHODS
from contest.extensions import db
from contest.members import people_queries
from contest.members.leaving import WAY_BACK
from contest.members.permissions import may_know
from contest.members.person_codes import person_id_of
from contest.unions.queries import by_code, ended_on, path_of, subtree_ids
from contest.unions.rules import BASE_LEVELS


@dataclass(frozen=True, slots=True)
class Unit:
    """A union as plain values, good beyond the transaction that read it."""

    id: int
    code: str
    name: str
    short_name: str
    level: str


@dataclass(frozen=True, slots=True)
class Place:
    """A union with the part of the tree that its pages are about; ``known``: the visitor may see people by name.

    ``ended``: the day from which the union is no more, when that has come.
    """

    union: Unit
    known: bool
    ids: frozenset[int]
    ended: date | None = None

    @property
    def workplace(self) -> bool:
        return self.union.level in BASE_LEVELS


def place_or_404(code: str) -> Place:
    """A union whose people the visitor may at least count. Nothing is locked for it: what writes begins afterwards."""
    union = by_code(db.reader, code) or abort(404)
    path = path_of(db.reader, union.id)
    ancestors = {above.id for above in path}
    actor = actor_here()
    if not answers_for(actor, ancestors):
        abort(404)
    known = may_know(actor, ancestors, {above.id for above in path if above.level in BASE_LEVELS})
    unit = Unit(union.id, union.code, union.name, union.short_name, union.level)
    place = Place(unit, known, subtree_ids(db.reader, [union.id]), ended_on(union, clock.today()))
    if request.method not in READ_METHODS:
        db.reader.rollback()
    return place


def known_place_or_404(code: str) -> Place:
    """A union whose people the visitor may see by name."""
    place = place_or_404(code)
    if not place.known:
        abort(404)
    return place


def person_or_404(place: Place, code: str) -> Person:
    """Somebody of a union, or who left it lately."""
    person_id = person_id_of(code)
    if person_id is None:
        abort(404)
    since = clock.now() - WAY_BACK
    return people_queries.person_of(db.session, person_id, place.ids, since) or abort(404)
