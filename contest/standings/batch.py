"""Standings of many people at once, after their attempts were marked again."""

from collections.abc import Collection
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.rounds.models import Contest, Entry
from contest.rounds.settings import Total
from contest.standings import rules
from contest.standings.freezing import preserve
from contest.standings.models import Standing
from contest.standings.records import counted_attempts, drop, order_of, owners_columns, put, rows_of, sitting_of
from contest.standings.steps import shift, steps_of


def entries_rescored(session: Session, contest: Contest, round_number: int, entry_ids: Collection[int]) -> None:
    """Bring the places of these people in a round and in the contest up to date, from their own attempts alone.

    The rows of the entries are locked. The same as for one person after the other, in a few statements.
    """
    if contest.practice or not entry_ids:
        return
    order = order_of(contest)
    touched = {round_number} if contest.total == Total.NONE else {round_number, rules.WHOLE}
    wanted = owners_columns().where(Entry.id.in_(entry_ids))
    owners = {row[0]: tuple(row) for row in session.execute(wanted)}
    found = session.execute(counted_attempts().where(Attempt.entry_id.in_(entry_ids)).order_by(Attempt.entry_id))
    rows = [
        row
        for entry_id, taken in groupby(found, key=lambda row: row.entry_id)
        for row in rows_of(contest, owners[entry_id], [sitting_of(sitting) for sitting in taken], order)
        if row["round_number"] in touched
    ]
    stored = select(
        Standing.entry_id, Standing.round_number, Standing.division_id, Standing.ranked, Standing.sort_key
    ).where(Standing.contest_id == contest.id, Standing.round_number.in_(touched), Standing.entry_id.in_(entry_ids))
    before = [row._asdict() for row in session.execute(stored)]
    shift(session, contest.id, steps_of(before, order), steps_of(rows, order))
    preserve(session, contest.id, entry_ids)
    put(session, rows)
    kept = {(row["entry_id"], row["round_number"]) for row in rows}
    drop(session, contest.id, [key for row in before if (key := (row["entry_id"], row["round_number"])) not in kept])
