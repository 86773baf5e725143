"""Rankings that stand still: the public sees a board as it was at an instant while it goes on changing behind it.

The ladder is copied, a few rows. Standings are not: whoever changes one first keeps what it was (:func:`preserve`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, literal, or_, select, text, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Entry, Round
from contest.rounds.settings import ContestState, Total
from contest.standings import rules
from contest.standings.models import FrozenStanding, FrozenStep, RankStep, Standing
from questions.messages import N_, message

#: Rows of boards that do not stand still any more taken away at a time.
SWEPT = 5000


def is_frozen(contest: Contest, number: int) -> bool:
    """Whether the public sees a ranking as it was; 0: that of the whole contest."""
    return frozen_at(contest, number) is not None


def frozen_at(contest: Contest, number: int) -> datetime | None:
    """Since when a ranking stands still."""
    if number == rules.WHOLE:
        return contest.frozen_at
    return next((round_.frozen_at for round_ in contest.rounds if round_.number == number), None)


def freezes_at(round_: Round) -> datetime | None:
    """When the regulations let the ranking of a round stand still; None: never."""
    if not round_.freeze_minutes:
        return None
    return max(round_.opens_at, round_.closes_at - timedelta(minutes=round_.freeze_minutes))


def is_due(round_: Round, now: datetime) -> bool:
    """Whether a round's ranking should stand still and does not yet."""
    at = freezes_at(round_)
    return at is not None and at <= now and round_.frozen_at is None and round_.published_at is None


def waits(contest: Contest, number: int, now: datetime) -> bool:
    """Whether a ranking is about to be frozen, so that for these seconds nothing of it may be shown to the public."""
    rounds = [r for r in contest.rounds if number in (rules.WHOLE, r.number)]
    return not is_frozen(contest, number) and any(is_due(round_, now) for round_ in rounds)


# Freezing and thawing


def freeze(session: Session, contest: Contest, number: int, now: datetime) -> None:
    """Let the public see a ranking as it is now from now on, and with a round's that of the whole contest.

    Waits for closings that are being written, a second at most, and keeps others waiting for as long as copying a few
    rows takes. Raises Refused while all places are being made again. A board that is frozen stays as it was.
    """
    numbers = [n for n in (number, rules.WHOLE) if not is_frozen(contest, n)]
    if contest.total == Total.NONE:
        numbers = [n for n in numbers if n != rules.WHOLE]
    if not numbers:
        return
    rows = _closings_stopped(session, contest, list(dict.fromkeys(numbers)))
    for n, row in rows.items():
        _copy_steps(session, contest, n)
        row.frozen_at = now
    session.flush()


def _locked(session: Session, contest: Contest, number: int) -> Contest | Round:
    """The row that says whether a board is frozen, as it is now and locked: rounds before the contest, as everywhere.

    Another process may just have frozen it.
    """
    row: Contest | Round = contest if number == rules.WHOLE else _round(contest, number)
    session.flush()
    session.refresh(row, ["frozen_at"], with_for_update={"key_share": True})
    return row


def _round(contest: Contest, number: int) -> Round:
    return next(round_ for round_ in contest.rounds if round_.number == number)


def _closings_stopped(session: Session, contest: Contest, numbers: Sequence[int]) -> dict[int, Contest | Round]:
    """Wait until no standing is being changed; until this transaction ends whoever changes one waits.

    Returns the rows that say whether these boards are frozen, as far as they are not, with nothing of old kept.
    """
    postgres = session.get_bind().dialect.name == "postgresql"
    try:
        with session.begin_nested():
            if postgres:
                session.execute(text("SET LOCAL lock_timeout = '1s'"))
            rows = {n: row for n in numbers if (row := _locked(session, contest, n)).frozen_at is None}
            for n in rows:
                _sweep(session, contest.id, n)
            if postgres:
                session.execute(text("LOCK TABLE rank_step IN SHARE ROW EXCLUSIVE MODE"))
                session.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
    except OperationalError:
        raise Refused(
            [message(N_("Bảng xếp hạng đang được tính lại nên chưa chốt được. Hãy thử lại sau ít phút."))]
        ) from None
    return rows


def _copy_steps(session: Session, contest: Contest, number: int) -> None:
    keys = (RankStep.contest_id, RankStep.round_number, RankStep.fine, RankStep.prefix, RankStep.division_id)
    people = func.sum(RankStep.people)
    wanted = select(*keys, people).where(RankStep.contest_id == contest.id, RankStep.round_number == number)
    names = [column.name for column in FrozenStep.__table__.columns]
    session.execute(insert(FrozenStep).from_select(names, wanted.group_by(*keys).having(people > 0)))


def thaw(session: Session, contest: Contest, number: int) -> None:
    """Let the public see a ranking as it is again; 0: that of the whole contest.

    With the last of its rounds the whole contest's goes on too. What was kept is taken away bit by bit by
    :func:`sweep`.
    """
    others = any(round_.frozen_at and round_.number != number for round_ in contest.rounds)
    if number != rules.WHOLE:
        _round(contest, number).frozen_at = None
    if number == rules.WHOLE or not (others or contest.correcting_since):
        contest.frozen_at = None
    session.flush()


# What changes while a board stands still


def preserve(session: Session, contest_id: int, entry_ids: Collection[int]) -> None:
    """Keep what the standings of these entries are on boards that stand still, unless it is kept already.

    Comes after the steps were shifted, which waits for a freeze that is being made, and before standings are written.
    """
    if entry_ids:
        asked = {"contest": contest_id, "entries": list(entry_ids)}
        session.connection().execute(_preserving(session.get_bind().dialect.name), asked)


@cache
def _preserving(engine: str) -> Any:
    contest = bindparam("contest")
    boards = union_all(
        select(Round.number.label("number")).where(Round.contest_id == contest, Round.frozen_at.is_not(None)),
        select(literal(rules.WHOLE)).where(Contest.id == contest, Contest.frozen_at.is_not(None)),
    ).subquery()
    names = [column.name for column in FrozenStanding.__table__.columns]
    blank = dict.fromkeys(("division_id", "score", "elapsed_ms", "attempts", "perfect", "rounds"), 0)
    given: dict[str, Any] = {
        "contest_id": Entry.contest_id,
        "round_number": boards.c.number,
        "entry_id": Entry.id,
        "ranked": func.coalesce(Standing.ranked, False),
    }
    given |= {name: func.coalesce(getattr(Standing, name), value) for name, value in blank.items()}
    columns = [given.get(name, getattr(Standing, name, None)) for name in names]
    stands = (
        (Standing.contest_id == Entry.contest_id)
        & (Standing.round_number == boards.c.number)
        & (Standing.entry_id == Entry.id)
    )
    wanted = (
        select(*columns)
        .select_from(Entry)
        .join(boards, literal(True))
        .outerjoin(Standing, stands)
        .where(Entry.contest_id == contest, Entry.id.in_(bindparam("entries", expanding=True)))
    )
    into = (postgresql if engine == "postgresql" else sqlite).insert(FrozenStanding.__table__)
    return into.from_select(names, wanted).on_conflict_do_nothing()


# What the clock brings


def due(session: Session, now: datetime) -> list[Round]:
    """Rounds whose ranking should stand still by now and does not, and those that were frozen and go on for longer.

    A round under correction stays as announced, whatever the clock says.
    """
    wanted = (
        select(Round)
        .join(Round.contest)
        .where(
            Contest.state == ContestState.PUBLISHED,
            Contest.practice.is_(False),
            Round.freeze_minutes > 0,
            Round.published_at.is_(None),
            Round.opens_at <= now,
        )
    )
    return [round_ for round_ in session.scalars(wanted) if is_due(round_, now) or goes_on(round_, now)]


def goes_on(round_: Round, now: datetime) -> bool:
    """Whether a frozen round was given more time, so that the hours in which it stands still are yet to come."""
    at = freezes_at(round_)
    waiting = at is not None and round_.frozen_at is not None and now < at
    return waiting and round_.published_at is None and round_.correcting_since is None


def follow_clock(session: Session, round_: Round, now: datetime) -> None:
    """Freeze a round that is due, or let it move again."""
    if goes_on(round_, now):
        thaw(session, round_.contest, round_.number)
    elif is_due(round_, now):
        freeze(session, round_.contest, round_.number, now)


def left_over(session: Session) -> Sequence[tuple[int, int]]:
    """Boards that do not stand still any more and of which something is still kept, as (contest, number)."""
    whole = select(Contest.id, literal(rules.WHOLE)).where(Contest.frozen_at.is_(None), _kept(Contest.id, rules.WHOLE))
    rounds = select(Round.contest_id, Round.number).where(
        Round.frozen_at.is_(None), _kept(Round.contest_id, Round.number)
    )
    return [(row[0], row[1]) for row in session.execute(union_all(whole, rounds))]


def _kept(contest_id: Any, number: Any) -> Any:
    return or_(
        *(
            exists().where(table.contest_id == contest_id, table.round_number == number)
            for table in (FrozenStanding, FrozenStep)
        )
    )


def sweep(session: Session, contest_id: int, number: int, most: int = SWEPT) -> bool:
    """Take away some of what was kept of a board that moves again; whether there may be more."""
    table = FrozenStanding.__table__.c
    here = table.contest_id == contest_id, table.round_number == number
    some = select(table.entry_id).where(*here).limit(most)
    gone: Any = session.execute(delete(FrozenStanding.__table__).where(*here, table.entry_id.in_(some)))
    if gone.rowcount >= most:
        return True
    session.execute(delete(FrozenStep).where(FrozenStep.contest_id == contest_id, FrozenStep.round_number == number))
    return False


def _sweep(session: Session, contest_id: int, number: int) -> None:
    """All of it, before the board is frozen anew."""
    while sweep(session, contest_id, number):
        pass
