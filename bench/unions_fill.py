"""A tree of many unions with a contest in which everybody took part, for ``python -m bench unions``."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench import places, results_fill, stage
from bench.fill import Filled
from contest.accounts.actions import grant_role
from contest.accounts.models import Person
from contest.accounts.rules import TERMINAL, Role
from contest.participation.recounting import recount
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion
from contest.unions.rules import Level


@dataclass(frozen=True, slots=True)
class Standing(Filled):
    """Addresses as for the other measuring, and a union in the middle of the tree."""

    middle_code: str


@dataclass(frozen=True, slots=True)
class Grown:
    contest_id: int
    unions: int
    root_id: int
    filled: Standing


def grow(session: Session, people: int, unions: int, now: datetime) -> Grown:
    """Fill an empty, migrated database: everybody has one attempt, the counters are made from them."""
    contest = session.get_one(Contest, results_fill.fill(session, people, now, unions))
    contest.target_percent = 60
    session.flush()
    recount(session, contest)
    contest = session.get_one(Contest, contest.id)
    leaf = _largest(session, Level.GRASSROOTS)
    middle = session.get_one(TradeUnion, leaf.parent_id)
    last = people + results_fill.COMING
    officials = {last: places.ROOT_ID, last - 1: leaf.id}
    for person_id, union_id in officials.items():
        grant_role(session, TERMINAL, session.get_one(Person, person_id), Role.OFFICIAL, union_id, now)
    filled = Standing(
        slug=stage.SLUG,
        root_code=places.ROOT_CODE,
        leaf_code=leaf.code,
        root_official=last,
        leaf_official=last - 1,
        visitors=(),
        middle_code=middle.code,
    )
    return Grown(contest.id, unions, places.ROOT_ID, filled)


def _largest(session: Session, level: Level) -> TradeUnion:
    """The union of a level with the most people."""
    wanted = (
        select(TradeUnion)
        .join(Person, Person.union_id == TradeUnion.id)
        .where(TradeUnion.level == level)
        .group_by(TradeUnion.id)
        .order_by(func.count().desc(), TradeUnion.id)
        .limit(1)
    )
    return session.scalars(wanted).one()
