"""A database of a chosen size, filled fast; standings and counters are made by the rooms that keep them."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from bench import places, sittings, stage
from bench.databases import tidy
from bench.size import Size
from contest import clock
from contest.accounts.actions import grant_role
from contest.accounts.models import Person, Throttle
from contest.accounts.rules import TERMINAL, Role
from contest.db import Store
from contest.participation import recounting as participation
from contest.rounds.models import Contest
from contest.standings import actions as standings

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """What the measuring has to know: addresses, and who may look. Officials are people behind the visitors."""

    slug: str
    root_code: str
    leaf_code: str
    root_official: int
    leaf_official: int
    visitors: tuple[int, ...]


def fill(store: Store, size: Size, say: Say, seed: int = 1) -> Filled:
    """Fill an empty, migrated database. The same size and seed give the same people and results."""
    now = clock.now()
    chance = random.Random(seed)
    begun = time.perf_counter()

    def tell(text: str) -> None:
        say(f"{time.perf_counter() - begun:5.0f} s  {text}")

    with store.session(readonly=False) as session:
        base_ids = places.fill_unions(session, size, now)
        places.fill_people(session, size, base_ids, now, chance)
        session.commit()
        tell(f"{size.unions:,} unions, {size.people:,} people")
        contest = stage.fill_contest(session, stage.fill_bank(session, now), now)
        filling = sittings.Filling(session, contest, size, now, chance)
        filling.entries()
        filling.attempts(tell)
        for round_ in contest.rounds[:-1]:
            round_.prediction_actual = standings.true_number(session, contest, [round_])
        session.flush()
        filling.standings()
        tell("standings")
        participation.recount(session, contest)
        tell("participation")
        filled = _appoint(session, size, base_ids)
        session.add(Throttle(key="bench", window=0, count=0))
        session.commit()
    tidy(store)
    tell("stored")
    return filled


def _appoint(session: sa.orm.Session, size: Size, base_ids: list[int]) -> Filled:
    """Make the last two people officials: of the whole tree, and of the largest grassroots union."""
    now = clock.now()
    above, below = (session.get_one(Person, size.people - back) for back in (0, 1))
    wanted = sa.select(Person.union_id).group_by(Person.union_id).order_by(sa.func.count().desc()).limit(1)
    leaf = session.scalars(wanted).one()
    grant_role(session, TERMINAL, above, Role.OFFICIAL, places.ROOT_ID, now)
    grant_role(session, TERMINAL, below, Role.OFFICIAL, leaf, now)
    return Filled(
        slug=stage.SLUG,
        root_code=places.ROOT_CODE,
        leaf_code=places.leaf_code(session, leaf),
        root_official=above.id,
        leaf_official=below.id,
        visitors=tuple(range(1, size.visitors + 1)),
    )


def differences(store: Store) -> int:
    """How many standings and counters are not what the attempts say: none, or the filling is wrong."""
    with store.session(readonly=True) as session:
        contest = session.scalars(sa.select(Contest).where(Contest.slug == stage.SLUG)).one()
        return len(standings.verify(session, contest)) + len(participation.verify(session, contest))
