"""Standings made again from the attempts, and compared with what is stored."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.rounds.models import Contest, Entry
from contest.standings import rules
from contest.standings.freezing import preserve
from contest.standings.models import Standing
from contest.standings.records import (
    VALUES,
    Owner,
    counted_attempts,
    drop,
    order_of,
    owners_columns,
    put,
    rows_of,
    sitting_of,
    standings_columns,
)
from contest.standings.steps import rebuild, take_part, wrong_steps

#: Entries worked on at a time.
CHUNK = 2000

#: Called with (entries done, entries in all).
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A standing that is not what the attempts say. None: there is none, or there should be none.

    ``entry_id`` 0: not a person's standing but a step of the ladder made of them.
    """

    round_number: int
    entry_id: int
    stored: dict[str, Any] | None
    right: dict[str, Any] | None


def recount(
    session: Session, contest: Contest, rounds: Collection[int] | None = None, progress: Progress | None = None
) -> int:
    """Make all standings of a contest again from its attempts; returns how many were not as they should be.

    ``rounds`` limits it to these round numbers (0: the whole contest). Safe to run again and while people take
    part: only rows that differ are written, and their entries are locked and looked at again first. Everything
    happens in the caller's transaction, so that readers see the old standings or the new ones.
    """
    changed = 0
    take_part(session)
    for chunk in _chunks(session, contest, progress):
        found = _differences(session, contest, chunk, rounds)
        if found and session.get_bind().dialect.name == "postgresql":
            found = _looked_at_again(session, contest, chunk, found, rounds)
        preserve(session, contest.id, {difference.entry_id for difference in found})
        put(session, [difference.right for difference in found if difference.right])
        drop(session, contest.id, [(d.entry_id, d.round_number) for d in found if not d.right])
        changed += len(found)
    # Only at the end: closings that wait for the ladders must not hold entries that are still to be locked.
    rebuild(session, contest, order_of(contest))
    return changed


def verify(
    session: Session, contest: Contest, rounds: Collection[int] | None = None, progress: Progress | None = None
) -> list[Difference]:
    """Every standing that is not what the attempts say; writes nothing."""
    found = [
        difference
        for chunk in _chunks(session, contest, progress)
        for difference in _differences(session, contest, chunk, rounds)
    ]
    return found + [
        Difference(step[0], 0, {"step": step[2], "people": stored}, {"step": step[2], "people": right})
        for step, stored, right in wrong_steps(session, contest, order_of(contest))
    ]


def _chunks(session: Session, contest: Contest, progress: Progress | None) -> Iterator[list[Owner]]:
    """Entries of a contest by id, so many at a time."""
    entries = owners_columns()
    owners = session.execute(entries.where(Entry.contest_id == contest.id).order_by(Entry.id)).all()
    for start in range(0, len(owners), CHUNK):
        yield list(owners[start : start + CHUNK])
        if progress:
            progress(min(start + CHUNK, len(owners)), len(owners))


def _looked_at_again(
    session: Session,
    contest: Contest,
    chunk: Sequence[Owner],
    found: Sequence[Difference],
    rounds: Collection[int] | None,
) -> list[Difference]:
    """The differences of these entries once nobody else can change them: their rows are locked first.

    SQLite has one writer at a time, so there it is not needed.
    """
    wrong = {difference.entry_id for difference in found}
    owners = [owner for owner in chunk if owner[0] in wrong]
    ids = [owner[0] for owner in owners]
    session.execute(select(Entry.id).where(Entry.id.in_(ids)).order_by(Entry.id).with_for_update()).all()
    return _differences(session, contest, owners, rounds)


def _differences(
    session: Session, contest: Contest, owners: Sequence[Owner], rounds: Collection[int] | None
) -> list[Difference]:
    """Where stored standings of these entries (ascending ids) differ from what their attempts say."""
    right = {}
    for row in _right_rows(session, contest, owners):
        if rounds is None or row["round_number"] in rounds:
            right[row["entry_id"], row["round_number"]] = row
    stored = {}
    # Every number is named, so that the key of the table (contest, round, entry) serves the range of entries.
    numbers = [rules.WHOLE, *(round_.number for round_ in contest.rounds)] if rounds is None else rounds
    wanted = standings_columns().where(
        Standing.contest_id == contest.id, Standing.round_number.in_(numbers), _within(Standing.entry_id, owners)
    )
    for row in session.execute(wanted):
        stored[row[0], row[1]] = dict(zip(VALUES, row[2:], strict=True))
    members = {owner[0] for owner in owners}
    return [
        Difference(number, entry_id, stored.get((entry_id, number)), right.get((entry_id, number)))
        for entry_id, number in sorted(right.keys() | stored.keys())
        if entry_id in members and not _same(stored.get((entry_id, number)), right.get((entry_id, number)))
    ]


def _right_rows(session: Session, contest: Contest, owners: Sequence[Owner]) -> Iterator[dict[str, Any]]:
    """The standings of these entries as their attempts say."""
    order = order_of(contest)
    found = session.execute(counted_attempts().where(_within(Attempt.entry_id, owners)).order_by(Attempt.entry_id))
    owner_of = {owner[0]: owner for owner in owners}
    for entry_id, rows in groupby(found, key=lambda row: row.entry_id):
        if entry_id in owner_of:
            yield from rows_of(contest, owner_of[entry_id], [sitting_of(row) for row in rows], order)


def _within(column: Any, owners: Sequence[Owner]) -> Any:
    """A range of entry ids: one condition however many there are; others within it are left out afterwards."""
    return column.between(owners[0][0], owners[-1][0])


def _same(stored: dict[str, Any] | None, right: dict[str, Any] | None) -> bool:
    return stored is not None and right is not None and all(stored[name] == right[name] for name in VALUES)
