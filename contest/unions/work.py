"""What happens to unions by itself: the present follows decisions whose day has come."""

from contest import clock
from contest.extensions import db
from contest.unions import following


def follow_decisions() -> int:
    """Let the present tree follow every decision whose day has come; one cheap query when there is none."""
    now = clock.now()
    today = now.astimezone(clock.VIETNAM).date()
    with db.reading() as session:
        if not following.is_due(session, today):
            return 0
    with db.begin() as session:
        return following.catch_up(session, today, now)
