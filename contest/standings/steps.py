"""The ladder of a ranking: how many people stand on each step, so that a rank is a sum and not a count of everybody.

Steps change in the transaction that changes a standing; like standings they can always be made again. Each is kept in
shards by the people on it, so that two who end on the same step do not wait for each other.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import accumulate
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    delete,
    exists,
    false,
    func,
    literal,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contest.rounds.models import Contest
from contest.standings import rules
from contest.standings.ladder import Ladder, Part, coarse_step, fine_step, widths
from contest.standings.models import RankStep, Standing
from contest.standings.records import order_of
from contest.standings.rules import Order

#: Into how many parts a step is divided.
SHARDS = 8

#: (round number, whether it is a fine step, beginning of the sort keys, division id, shard)
Step = tuple[int, bool, str, int, int]


def ladder(
    session: Session, steps: Any, contest_id: int, round_number: int, division_id: int | None, within: str | None = None
) -> Ladder:
    """The coarse steps of a board with somebody on them, or the fine ones ``within`` one of these.

    ``steps``: the table they are in; ``division_id`` None: of all divisions together.
    """
    people = func.sum(steps.people)
    wanted = (
        select(steps.prefix, people)
        .where(*_of(steps, contest_id, round_number, within))
        .group_by(steps.prefix)
        .having(people > 0)
        .order_by(steps.prefix)
    )
    if division_id is not None:
        wanted = wanted.where(steps.division_id == division_id)
    rows = session.execute(wanted).all()
    return Ladder([row[0] for row in rows], [0, *accumulate(int(row[1]) for row in rows)])


def _of(steps: Any, contest_id: int, round_number: int, within: str | None) -> list[ColumnElement[bool]]:
    found = [steps.contest_id == contest_id, steps.round_number == round_number, steps.fine.is_(within is not None)]
    # Digits of a sort key go up to f.
    return found if within is None else [*found, steps.prefix >= within, steps.prefix < within + "g"]


def steps_of(rows: Iterable[Mapping[str, Any]], order: Order) -> Counter[Step]:
    """People on each step as these standings say; those who take part unranked are on none."""
    found: Counter[Step] = Counter()
    for row in rows:
        if row["ranked"]:
            number, key, place = row["round_number"], row["sort_key"], (row["division_id"], row["entry_id"] % SHARDS)
            found[number, False, coarse_step(key, order, number), *place] += 1
            found[number, True, fine_step(key, order, number), *place] += 1
    return found


def shift(session: Session, contest_id: int, before: Counter[Step], after: Counter[Step]) -> None:
    """Move people from the steps they stood on to those they stand on now.

    Steps are touched in the order of their keys, so that two closings never wait for each other in a circle. Comes
    before the standings are written and takes part in the lock of a freeze, whatever changes.
    """
    changes = {step: after[step] - before[step] for step in before.keys() | after.keys()}
    rows = [
        {
            "contest_id": contest_id,
            "round_number": step[0],
            "fine": step[1],
            "prefix": step[2],
            "division_id": step[3],
            "shard": step[4],
            "people": change,
        }
        for step, change in sorted(changes.items())
        if change
    ]
    if rows:
        session.connection().execute(_adding(session.get_bind().dialect.name), rows)
    else:
        take_part(session)


def take_part(session: Session) -> None:
    """Let a freeze wait until this transaction, which changes standings, has ended; and this one for a freeze."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE rank_step IN ROW EXCLUSIVE MODE"))


@cache
def _adding(engine: str) -> Any:
    """The statement that adds one row; made once, as every attempt that ends comes through here."""
    return _added_up(_insert(engine))


def _insert(engine: str) -> Any:
    return (postgresql if engine == "postgresql" else sqlite).insert(RankStep.__table__)


def _added_up(inserting: Any) -> Any:
    table = RankStep.__table__
    keys = [column.name for column in table.primary_key]
    return inserting.on_conflict_do_update(
        index_elements=keys, set_={"people": table.c.people + inserting.excluded.people}
    )


# All of a contest


def rebuild(session: Session, contest: Contest, order: Order) -> None:
    """Make the ladders of a contest agree with its standings.

    One statement looks at both and adds what is missing. Closings change both in one transaction, so what is missing
    stays the same however many end meanwhile, and nobody waits but for the moment of writing. All people come
    to the first shard; shards that are empty then go. Two rebuilds of a contest take turns.
    """
    session.execute(select(Contest.id).where(Contest.id == contest.id).with_for_update(key_share=True)).all()
    found = _missing(contest, order, by_shard=True)
    names = [column.name for column in RankStep.__table__.columns]
    adding = _insert(session.get_bind().dialect.name).from_select(
        names, select(*(found.c[name] for name in names)).where(true()).order_by(*(found.c[name] for name in _ORDER))
    )
    session.execute(_added_up(adding))
    _clear(session, contest)


def fill(session: Session) -> None:
    """Make the fine steps of contests whose ladders are older than these; called after the database was upgraded."""
    steps = [RankStep.contest_id == Contest.id, RankStep.fine.is_(False)]
    fine = [RankStep.contest_id == Contest.id, RankStep.fine.is_(True)]
    for contest in session.scalars(select(Contest).where(exists().where(*steps), ~exists().where(*fine))):
        rebuild(session, contest, order_of(contest))


#: Columns in the order in which steps are touched.
_ORDER = ("round_number", "fine", "prefix", "division_id", "shard")


def _clear(session: Session, contest: Contest) -> None:
    """Take away steps without anybody, but for those a closing is just changing."""
    keys = [RankStep.__table__.c[name] for name in ("contest_id", *_ORDER)]
    empty = select(*keys).where(RankStep.contest_id == contest.id, RankStep.people == 0)
    if session.get_bind().dialect.name == "postgresql":
        empty = empty.with_for_update(skip_locked=True)
    session.execute(delete(RankStep.__table__).where(tuple_(*keys).in_(empty)))


def wrong_steps(session: Session, contest: Contest, order: Order) -> list[tuple[Step, int, int]]:
    """Steps on which not as many people stand as the standings say: (step, stored in all shards, right)."""
    found = _missing(contest, order, by_shard=False)
    columns = [found.c[name] for name in (*_ORDER, "stored", "right")]
    rows = session.execute(select(*columns).order_by(*columns[:5])).all()
    return [((row[0], bool(row[1]), *row[2:5]), int(row[5]), int(row[6])) for row in rows]


def _missing(contest: Contest, order: Order, by_shard: bool) -> Any:
    """Where steps are not what the standings say, as one question: people missing there (or too many, below 0)."""
    shard = RankStep.shard if by_shard else literal(0)
    kept = select(
        RankStep.contest_id,
        RankStep.round_number,
        RankStep.fine,
        RankStep.prefix,
        RankStep.division_id,
        shard.label("shard"),
        RankStep.people.label("stored"),
        literal(0).label("right"),
    ).where(RankStep.contest_id == contest.id)
    both = union_all(
        kept, *(wanted for whole in (True, False) for wanted in _counted(contest, order, whole))
    ).subquery()
    keys = [both.c[name] for name in ("contest_id", *_ORDER)]
    stored, right = func.sum(both.c.stored), func.sum(both.c.right)
    wanted = select(*keys, (right - stored).label("people"), stored.label("stored"), right.label("right"))
    return wanted.group_by(*keys).having(right != stored).subquery()


def _counted(contest: Contest, order: Order, whole: bool) -> list[Select[Any]]:
    """The steps as the standings say, coarse and fine: those of the whole contest, or those of rounds."""
    number = rules.WHOLE if whole else 1
    of_rounds = Standing.round_number == rules.WHOLE if whole else Standing.round_number != rules.WHOLE
    keys = (Standing.contest_id, Standing.round_number, Standing.division_id)
    # One look at the standings counts the fine steps; a coarse one is the sum of those below it.
    fine = (
        select(*keys, fine_prefix(Standing.sort_key, order, number).label("prefix"), func.count().label("right"))
        .where(Standing.contest_id == contest.id, of_rounds, Standing.ranked.is_(True))
        .group_by(*keys, text("prefix"))
        .cte(f"steps_{'whole' if whole else 'rounds'}")
    )
    coarse = func.substr(fine.c.prefix, 1, widths(order, number)[0])
    return [
        select(
            fine.c.contest_id,
            fine.c.round_number,
            is_fine,
            prefix.label("prefix"),
            fine.c.division_id,
            literal(0),
            literal(0),
            fine.c.right,
        )
        for is_fine, prefix in ((false(), coarse), (true(), fine.c.prefix))
    ]


def fine_prefix(key: Any, order: Order, round_number: int) -> ColumnElement[str]:
    """:func:`fine_step` in SQL, of a column of sort keys."""
    return _from_part(key, widths(order, round_number)[1])


def _from_part(key: Any, parts: tuple[Part, ...]) -> ColumnElement[str]:
    if not parts:
        return key
    part, rest = parts[0], parts[1:]
    if part.few:
        return _from_part(key, rest)
    width = part.end - part.begin
    unknown = func.substr(key, part.begin + 1, width) == "f" * width
    if part.kept is None:
        return case((unknown, _from_part(key, rest)), else_=func.substr(key, 1, part.start + part.most))
    # Most leading zeros first.
    zeros = [
        (
            func.substr(key, part.start + 1, n) == "0" * n,
            func.substr(key, 1, part.start + min(n + part.kept, part.most)),
        )
        for n in range(part.most - part.kept, 0, -1)
    ]
    whole = func.substr(key, 1, part.start + min(part.kept, part.most))
    return case((unknown, _from_part(key, rest)), *zeros, else_=whole)
