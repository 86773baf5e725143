"""The ladder of a ranking: how many people stand on each step, so that a rank is a sum and not a count of everybody.

A step holds the people whose sort keys begin alike (``rules.step_width``). Steps change in the transaction that
changes a standing; like standings they can always be made again.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from sqlalchemy import delete, false, func, insert, literal, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contest.rounds.models import Contest
from contest.standings import rules
from contest.standings.models import RankStep, Standing
from contest.standings.rules import Order

#: (round number, division id, beginning of the sort keys)
Step = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of one board from the top; ``above[i]`` people stand before step i, ``above[-1]`` are all."""

    prefixes: Sequence[str]
    above: Sequence[int]

    @property
    def total(self) -> int:
        return self.above[-1]

    def step_of(self, sort_key: str) -> tuple[str, int]:
        """The step a standing is on, and how many stand on higher ones.

        >>> Ladder(["aa", "ab", "b0"], [0, 5, 7, 8]).step_of("ab3")
        ('ab', 5)
        """
        place = max(0, bisect_right(self.prefixes, sort_key) - 1)
        return (self.prefixes[place], self.above[place]) if self.prefixes else ("", 0)

    def step_at(self, offset: int) -> tuple[str, int]:
        """The step on which the row stands that so many rows precede, and how many stand on higher ones.

        >>> ladder = Ladder(["aa", "ab", "b0"], [0, 5, 7, 8])
        >>> ladder.step_at(4), ladder.step_at(5), ladder.step_at(7)
        (('aa', 0), ('ab', 5), ('b0', 7))
        """
        if not self.prefixes:
            return "", 0
        place = min(bisect_right(self.above, offset) - 1, len(self.prefixes) - 1)
        return self.prefixes[place], self.above[place]


def ladder(session: Session, contest_id: int, round_number: int, division_id: int | None) -> Ladder:
    """The steps of a board with somebody on them; None: of all divisions together."""
    people = func.sum(RankStep.people)
    wanted = (
        select(RankStep.prefix, people)
        .where(RankStep.contest_id == contest_id, RankStep.round_number == round_number)
        .group_by(RankStep.prefix)
        .having(people > 0)
        .order_by(RankStep.prefix)
    )
    if division_id is not None:
        wanted = wanted.where(RankStep.division_id == division_id)
    rows = session.execute(wanted).all()
    return Ladder([row[0] for row in rows], [0, *accumulate(int(row[1]) for row in rows)])


def steps_of(rows: Iterable[Mapping[str, Any]], order: Order) -> Counter[Step]:
    """People on each step as these standings say; those who take part unranked are on none."""
    return Counter(
        (row["round_number"], row["division_id"], row["sort_key"][: rules.step_width(order, row["round_number"])])
        for row in rows
        if row["ranked"]
    )


def shift(session: Session, contest_id: int, before: Counter[Step], after: Counter[Step]) -> None:
    """Move people from the steps they stood on to those they stand on now.

    Steps are touched in the order of their keys, so that two closings never wait for each other.
    """
    changes = {step: after[step] - before[step] for step in before.keys() | after.keys()}
    rows = [
        {
            "contest_id": contest_id,
            "round_number": step[0],
            "fine": False,
            "prefix": step[2],
            "division_id": step[1],
            "shard": 0,
            "people": change,
        }
        for step, change in sorted(changes.items())
        if change
    ]
    if rows:
        session.connection().execute(_adding(session.get_bind().dialect.name), rows)


@cache
def _adding(engine: str) -> Any:
    """The statement that adds one row; made once, as every attempt that ends comes through here."""
    table = RankStep.__table__
    added = (postgresql if engine == "postgresql" else sqlite).insert(table)
    keys = [column.name for column in table.primary_key]
    return added.on_conflict_do_update(index_elements=keys, set_={"people": table.c.people + added.excluded.people})


def rebuild(session: Session, contest: Contest, order: Order) -> None:
    """Make the ladders of a contest again from its standings; closings wait until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE rank_step IN SHARE ROW EXCLUSIVE MODE"))
    session.execute(delete(RankStep).where(RankStep.contest_id == contest.id))
    names = ["contest_id", "round_number", "division_id", "prefix", "people", "fine", "shard"]
    for wanted in _counted(contest, order):
        session.execute(insert(RankStep).from_select(names, wanted.add_columns(false(), literal(0))))


def wrong_steps(session: Session, contest: Contest, order: Order) -> list[tuple[Step, int, int]]:
    """Steps on which not as many people stand as the standings say: (step, stored, right)."""
    stored = select(RankStep.round_number, RankStep.division_id, RankStep.prefix, RankStep.people)
    kept = {tuple(row[:3]): row[3] for row in session.execute(stored.where(RankStep.contest_id == contest.id))}
    right = {tuple(row[1:4]): row[4] for wanted in _counted(contest, order) for row in session.execute(wanted)}
    steps = sorted(kept.keys() | right.keys())
    return [(step, kept.get(step, 0), right.get(step, 0)) for step in steps if kept.get(step, 0) != right.get(step, 0)]


def _counted(contest: Contest, order: Order) -> list[Any]:
    """The steps as the standings say: those of the whole contest, those of rounds."""
    found = []
    for whole in (True, False):
        width = rules.step_width(order, rules.WHOLE if whole else 1)
        prefix = func.substr(Standing.sort_key, 1, width)
        of_rounds = Standing.round_number == rules.WHOLE if whole else Standing.round_number != rules.WHOLE
        found.append(
            select(Standing.contest_id, Standing.round_number, Standing.division_id, prefix, func.count())
            .where(Standing.contest_id == contest.id, of_rounds, Standing.ranked.is_(True))
            .group_by(Standing.contest_id, Standing.round_number, Standing.division_id, prefix)
        )
    return found
