"""Who listens to whom across rooms, in one place."""

from contest.attempts import events
from contest.participation import actions as participation
from contest.standings import actions as standings


def connect() -> None:
    events.closed[:] = [standings.attempt_closed, participation.attempt_closed]
