"""What was delivered when time was up, for those who may ask: the person, the organizers, who checks a receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt, LateDelivery


@dataclass(frozen=True, slots=True)
class Late:
    """One delivery. ``places``: questions answered otherwise than what stands; ``given_at`` by the phone's account."""

    received_at: datetime
    given_at: datetime | None
    places: int
    counted: bool


def late_of(session: Session, attempt: Attempt) -> list[Late]:
    """All late deliveries of an attempt as they came; mostly none."""
    rows = session.scalars(
        select(LateDelivery).where(LateDelivery.attempt_id == attempt.id).order_by(LateDelivery.id)
    ).all()
    return [Late(row.received_at, row.given_at, different(attempt.answers, row.answers), row.counted) for row in rows]


def last_of_each(deliveries: list[Late]) -> list[Late]:
    """The last that counts and the last that does not: what a person needs to know of them."""
    last = {late.counted: late for late in deliveries}
    return [last[counted] for counted in (True, False) if counted in last]


def different(stands: Mapping[str, Any], delivered: Mapping[str, Any]) -> int:
    """On how many questions a delivery differs from what stands.

    >>> different({"1": "A", "2": "B"}, {"1": "A", "2": "C", "3": "D"})
    2
    """
    return sum(stands.get(place) != delivered.get(place) for place in stands.keys() | delivered.keys())
