"""The present follows what was decided: unions, people and trees, when the day of a change has come."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from contest.slices import slices
from contest.unions import events, trees
from contest.unions.models import Succession, TradeUnion, UnionChange, UnionDecision, UnionSpell
from contest.unions.rules import FIRST_DAY, ChangeKind, search_text
from questions.text import sort_key

_ENDING = (ChangeKind.MERGE, ChangeKind.CLOSE)


def waiting(today: date) -> Select[tuple[UnionChange]]:
    """Changes whose day has come and which the present has not followed yet."""
    return (
        select(UnionChange)
        .join(UnionDecision, UnionDecision.id == UnionChange.decision_id)
        .where(UnionChange.applied_at.is_(None), UnionChange.effective_on <= today, UnionDecision.undone_at.is_(None))
    )


def is_due(session: Session, today: date) -> bool:
    """Whether the present is behind: one cheap query."""
    return session.scalar(waiting(today).with_only_columns(UnionChange.id).limit(1)) is not None


def catch_up(session: Session, today: date, now: datetime) -> int:
    """Let the present follow every change whose day has come; how many there were. Safe to call again and again.

    Nobody stores or undoes a decision meanwhile: what is undone while the people of it move would leave them there.
    """
    trees.lock(session)
    due = session.scalars(
        waiting(today).order_by(UnionChange.effective_on, UnionChange.id).with_for_update(of=UnionChange)
    ).all()
    if not due:
        return 0
    trees.keep_for_contests(session, due[0].effective_on - timedelta(days=1), now)
    follow(session, {change.union_id for change in due}, today)
    moves = _people_moves(session, due)
    for listener in events.people_moved:
        listener(session, moves, now)
    mark = update(UnionChange).where(UnionChange.id.in_(waiting(today).with_only_columns(UnionChange.id)))
    session.execute(mark.values(applied_at=now).execution_options(synchronize_session=False))
    renew(session, now)
    return len(due)


def renew(session: Session, now: datetime) -> None:
    """Make the present tree anew after unions have changed, and tell whoever remembers names or places in it."""
    trees.rebuild(session, now)
    for listener in events.changed:
        listener(session)
    session.flush()
    session.expire_all()


def follow(session: Session, union_ids: Collection[int], today: date) -> None:
    """Let the rows of unions say what their spells say of a day."""
    rows = []
    for some in slices(union_ids):
        mine = select(UnionSpell.__table__).where(UnionSpell.union_id.in_(some), UnionSpell.replaced_at.is_(None))
        spells = session.execute(mine.order_by(UnionSpell.union_id, UnionSpell.since)).all()
        known = dict(session.execute(select(TradeUnion.id, TradeUnion.code).where(TradeUnion.id.in_(some))).all())
        rows += [
            {"id": union_id, **_present(list(line), known[union_id], today)}
            for union_id, line in groupby(spells, lambda spell: spell.union_id)
        ]
    if rows:
        session.execute(update(TradeUnion), rows)


def _present(line: Sequence[Any], code: str, today: date) -> dict[str, Any]:
    """The columns of a union that repeat its spells: those of the last one begun; before the first, of that one."""
    begun = [spell for spell in line if spell.since <= today]
    last = begun[-1] if begun else line[0]
    ended = bool(begun) and last.until is not None and last.until <= today
    return {
        "name": last.name,
        "short_name": last.short_name,
        "name_fold": search_text(code, last.name, last.short_name),
        "name_key": sort_key(last.name),
        "level": last.level,
        "parent_id": last.parent_id,
        "place_id": last.place_id,
        "opened_on": None if line[0].since == FIRST_DAY else line[0].since,
        "closed_on": last.until if ended else None,
    }


def _people_moves(session: Session, due: Sequence[UnionChange]) -> list[events.PeopleMove]:
    """Where the people of unions that end go, in the order of days: to the only successor, or to none at all.

    Of several successors they go to the one that the decision names; where it names none they stay until somebody
    says who goes where.
    """
    ending = {change.id: change for change in due if change.kind in _ENDING}
    heirs: dict[int, list[int]] = {}
    for some in slices(ending):
        wanted = select(Succession.change_id, Succession.successor_id).where(Succession.change_id.in_(some))
        for change_id, successor_id in session.execute(wanted):
            heirs.setdefault(change_id, []).append(successor_id)
    named = _named(session, ending.values())
    moves = []
    for change in ending.values():
        mine = [named[change.id]] if change.id in named else heirs.get(change.id, [])
        if len(mine) <= 1:
            to_id = mine[0] if mine else None
            moves.append(events.PeopleMove(change.id, change.union_id, to_id, change.effective_on))
    return moves


def _named(session: Session, ending: Iterable[UnionChange]) -> dict[int, int]:
    """The id of the union that takes the people of another by the decision's word, by the change that ends that one."""
    codes = {change.id: change.details["people_to"]["code"] for change in ending if "people_to" in change.details}
    ids: dict[str, int] = {}
    for some in slices(codes.values()):
        ids |= dict(session.execute(select(TradeUnion.code, TradeUnion.id).where(TradeUnion.code.in_(some))).all())
    return {change_id: ids[code] for change_id, code in codes.items()}
