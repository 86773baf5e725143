"""Extra time of a person or a union's people."""

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from contest.rounds.models import TimeAllowance


def extra_for(session: Session, contest_id: int, person_id: int, union_ids: Collection[int]) -> int:
    """Seconds a person gets beyond a round's allowance: the longest of what fits; 0 for none.

    ``union_ids``: their union and all unions above it.
    """
    return (
        session.scalar(
            select(func.max(TimeAllowance.extra_s)).where(
                TimeAllowance.contest_id == contest_id,
                TimeAllowance.ended_at.is_(None),
                or_(TimeAllowance.person_id == person_id, TimeAllowance.union_id.in_(union_ids)),
            )
        )
        or 0
    )
