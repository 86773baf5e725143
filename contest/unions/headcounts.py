"""Writes of the headcount desk: told by the union itself, confirmed or sent back above."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.permissions import followed_scopes
from contest.accounts.rules import Actor
from contest.slices import slices
from contest.unions.actions import put_headcounts, take_turns
from contest.unions.headcount_queries import waiting_ids
from contest.unions.headcount_rules import already_confirmed
from contest.unions.models import Headcount, TradeUnion, UnionAncestry
from contest.unions.rules import HeadcountSource
from questions.messages import Message

MAX_REASON = 300
#: Under which the audit log holds that headcounts were confirmed or sent back.
DECIDED = "headcounts"


def stands_above(session: Session, actor: Actor, union_id: int) -> bool:
    """Whether the actor answers for a union above this one, so that what they write needs no confirmation."""
    scopes = followed_scopes(actor)
    if scopes is None:
        return True
    above = select(UnionAncestry.ancestor_id).where(UnionAncestry.union_id == union_id, UnionAncestry.distance > 0)
    return not scopes.isdisjoint(session.scalars(above))


def tell(
    session: Session, actor: Actor, union: TradeUnion, counts: Mapping[str, int], counted_on: date, now: datetime
) -> Message | None:
    """Write down a union's figures of a day; the reason why not, when the union above has confirmed others.

    Told by somebody of the union itself they wait; by somebody above they hold at once.
    """
    above = stands_above(session, actor, union.id)
    take_turns(session, [union.id])
    if not above and _confirmed_otherwise(session, {(union.id, kind, counted_on): n for kind, n in counts.items()}):
        return already_confirmed(counted_on)
    source = HeadcountSource.ABOVE if above else HeadcountSource.OWN
    wanted = {(union.id, str(kind), counted_on): number for kind, number in counts.items()}
    if put_headcounts(session, actor, wanted, source, now):
        details = {"counted_on": counted_on.isoformat(), "source": str(source), **counts}
        record(session, actor, "union.headcount", f"union:{union.code}", now, details)
    session.flush()
    return None


def _confirmed_otherwise(session: Session, wanted: Mapping[tuple[int, str, date], int]) -> set[tuple[int, date]]:
    """Unions and days for which another number is confirmed."""
    unions = {union for union, _, _ in wanted}
    rows = session.scalars(
        select(Headcount).where(
            Headcount.union_id.in_(unions), Headcount.replaced_at.is_(None), Headcount.confirmed_at.is_not(None)
        )
    )
    return {
        (row.union_id, row.counted_on)
        for row in rows
        if wanted.get((row.union_id, row.kind, row.counted_on), row.number) != row.number
    }


def confirm(session: Session, actor: Actor, ids: Collection[int], now: datetime) -> int:
    """Confirm figures that wait, of unions below those the actor answers for; returns how many it now did.

    What was confirmed, replaced or sent back in the meantime, or is not the actor's to confirm, is left alone.
    """
    _hold(session, ids)
    done = _mine(session, actor, ids)
    for some in slices(sorted(done)):
        session.execute(
            update(Headcount).where(Headcount.id.in_(some)).values(confirmed_at=now, confirmed_by=actor.label)
        )
    if done:
        record(session, actor, "union.headcounts_confirmed", DECIDED, now, {"count": len(done)})
    session.flush()
    session.expire_all()
    return len(done)


def send_back(session: Session, actor: Actor, ids: Collection[int], now: datetime, reason: str = "") -> int:
    """Send figures that wait back to their unions; they hold no longer. Returns how many."""
    _hold(session, ids)
    done = _mine(session, actor, ids)
    values = {"replaced_at": now, "sent_back_by": actor.label, "sent_back_reason": reason[:MAX_REASON]}
    for some in slices(sorted(done)):
        session.execute(update(Headcount).where(Headcount.id.in_(some)).values(**values))
    if done:
        record(session, actor, "union.headcounts_sent_back", DECIDED, now, {"count": len(done)})
    session.flush()
    session.expire_all()
    return len(done)


def _hold(session: Session, ids: Collection[int]) -> None:
    """A union that is just telling other figures and whoever decides about these wait for each other."""
    unions: set[int] = set()
    for some in slices(sorted(ids)):
        unions |= set(session.scalars(select(Headcount.union_id).where(Headcount.id.in_(some))))
    take_turns(session, unions)


def _mine(session: Session, actor: Actor, ids: Collection[int]) -> set[int]:
    """Which of these still wait and are the actor's to decide on; their rows stay locked until the transaction ends."""
    found: set[int] = set()
    scopes = followed_scopes(actor)
    for some in slices(sorted(ids)):
        wanted = select(Headcount.id).where(Headcount.id.in_(some), Headcount.id.in_(waiting_ids(scopes)))
        # Said again of the row itself: who waited for its lock sees what it has become.
        wanted = wanted.where(Headcount.replaced_at.is_(None), Headcount.confirmed_at.is_(None))
        found |= set(session.scalars(wanted.order_by(Headcount.id).with_for_update(of=Headcount)))
    return found
