"""What waits for an official on the desk besides figures, and in whose place they act."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from contest.accounts.permissions import followed_scopes
from contest.accounts.rules import Actor
from contest.members import delegating, request_queries
from contest.members.delegating import Acting


@dataclass(frozen=True, slots=True)
class Tasks:
    """Requests to answer, and roles held in another's place."""

    requests: int
    acting: list[Acting]

    def data(self) -> dict[str, Any]:
        return {
            "union_requests": self.requests,
            "acting": [
                {"for": one.giver, "union": one.union, "until": one.until_on.isoformat() if one.until_on else None}
                for one in self.acting
            ],
        }


def tasks(session: Session, actor: Actor, today: date) -> Tasks:
    """A few rows, whatever the number of people."""
    return Tasks(request_queries.waiting(session, followed_scopes(actor)), delegating.acting(session, actor.id, today))
