"""Counters of many attempts at once, after they were marked again."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.attempts.events import Before
from contest.attempts.models import Attempt
from contest.participation.actions import WHOLE, add
from contest.participation.models import Tally
from contest.rounds.models import Contest, Entry, Round


def attempts_rescored(session: Session, contest: Contest, round_: Round, before: Mapping[int, Before]) -> None:
    """Bring the counters along after counted attempts of a round were marked again; ``before`` by attempt id.

    The rows of the entries are locked and the attempts hold what they earn now. The same as for one attempt after
    the other, in a few statements.
    """
    if not before:
        return
    entries = select(Attempt.entry_id).where(Attempt.id.in_(before))
    wanted = (
        select(
            Attempt.id,
            Attempt.entry_id,
            Attempt.round_id,
            Attempt.score,
            Attempt.perfect,
            Entry.union_id,
            Entry.kind,
            Entry.division_id,
        )
        .join(Entry, Entry.id == Attempt.entry_id)
        .where(Attempt.entry_id.in_(entries), Attempt.counted)
    )
    sums: Counter[tuple[Any, ...]] = Counter()
    people: dict[tuple[Any, ...], list[bool]] = {}
    for row in session.execute(wanted):
        old = before.get(row.id)
        owner = (row.union_id or 0, row.kind, row.division_id or 0)
        was, is_now = (old.perfect if old else row.perfect), bool(row.perfect)
        for number in (WHOLE, round_.number) if row.round_id == round_.id else (WHOLE,):
            one = people.setdefault((number, *owner, row.entry_id), [False, False])
            one[0], one[1] = one[0] or was, one[1] or is_now
            if old:
                sums[number, *owner, "score_sum"] += row.score - old.score
                sums[number, *owner, "perfect_attempts"] += int(is_now) - int(was)
    for (number, *owner, _entry), (was, is_now) in people.items():
        sums[number, *owner, "perfect_people"] += int(is_now) - int(was)
    rows = _rows(contest, sums)
    if rows:
        add(session, Tally, rows)


def _rows(contest: Contest, sums: Mapping[tuple[Any, ...], int]) -> list[dict[str, Any]]:
    """Changes of counters in the order of their keys; those that change nothing are left out."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for (number, union_id, kind, division_id, name), change in sums.items():
        key = (number, union_id, kind, division_id)
        row = found.setdefault(
            key,
            {
                "contest_id": contest.id,
                "round_number": number,
                "union_id": union_id,
                "kind": kind,
                "division_id": division_id,
                "people": 0,
                "attempts": 0,
                "perfect_people": 0,
                "perfect_attempts": 0,
                "score_sum": 0,
            },
        )
        row[name] = change
    return [found[k] for k in sorted(found) if any(found[k][n] for n in _CHANGING)]


_CHANGING = ("perfect_people", "perfect_attempts", "score_sum")
