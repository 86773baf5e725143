"""Writes of daily summaries: asking for one, ending it, making one, sending it once."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.campaigns.digest_rules import next_try
from contest.campaigns.models import Digest, Subscription
from contest.unions.models import TradeUnion


def subscribe(session: Session, actor: Actor, union: TradeUnion, hour: int, email: str, now: datetime) -> Subscription:
    """Ask for a union's summary every day; who has it already gets the new hour and address."""
    found = _in_force(session, actor, union)
    if found is None:
        made = Subscription(
            code=secrets.token_hex(12), person_id=actor.id, union_id=union.id, email=email, hour=hour, made_at=now
        )
        try:
            with session.begin_nested():
                session.add(made)
        except IntegrityError:
            # The same was asked for twice at the same moment.
            found = _in_force(session, actor, union)
        else:
            found = made
    if found is None:
        raise RuntimeError("a subscription was there and is gone")
    found.hour, found.email = hour, email
    record(session, actor, "digest.subscribe", f"union:{union.code}", now, {"hour": hour, "by_mail": bool(email)})
    session.flush()
    return found


def _in_force(session: Session, actor: Actor, union: TradeUnion) -> Subscription | None:
    wanted = select(Subscription).where(
        Subscription.person_id == actor.id, Subscription.union_id == union.id, Subscription.ended_at.is_(None)
    )
    return session.scalar(wanted.with_for_update())


def end(session: Session, actor: Actor, subscription: Subscription, union_code: str, now: datetime) -> bool:
    """End a subscription, and letters that wait; whether it was in force."""
    ended = update(Subscription).where(Subscription.id == subscription.id, Subscription.ended_at.is_(None))
    if session.execute(ended.values(ended_at=now)).rowcount != 1:
        return False
    session.execute(update(Digest).where(Digest.subscription_id == subscription.id).values(next_at=None))
    record(session, actor, "digest.end", f"union:{union_code}", now, {"subscription": subscription.code[:6]})
    return True


def make(
    session: Session, subscription_id: int, day: date, content: dict[str, Any], now: datetime, by_mail: bool
) -> bool:
    """Keep the summary of a day; False when another process has made it. With nothing to tell no letter goes out."""
    digest = Digest(
        subscription_id=subscription_id,
        day=day,
        content=content,
        made_at=now,
        next_at=now if by_mail and content["contests"] else None,
    )
    try:
        with session.begin_nested():
            session.add(digest)
    except IntegrityError:
        return False
    return True


def claim(session: Session, digest: Digest, now: datetime) -> bool:
    """Take on sending a letter: whether nobody else has. Who takes it on and dies is followed after the pause."""
    tries = digest.tries + 1
    taken = update(Digest).where(
        Digest.id == digest.id, Digest.next_at == digest.next_at, Digest.tries == digest.tries, Digest.sent_at.is_(None)
    )
    return session.execute(taken.values(tries=tries, next_at=next_try(tries, now))).rowcount == 1


def sent(session: Session, digest_id: int, now: datetime) -> None:
    session.execute(update(Digest).where(Digest.id == digest_id).values(sent_at=now, next_at=None, failure=""))


def not_sent(session: Session, digest_id: int, failure: str) -> None:
    session.execute(update(Digest).where(Digest.id == digest_id).values(failure=failure))
