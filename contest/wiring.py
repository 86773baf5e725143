"""Who listens to whom across rooms, in one place."""

from contest.attempts import actions as attempts
from contest.attempts import events as attempt_events
from contest.participation import actions as participation
from contest.rounds import events as round_events
from contest.standings import actions as standings


def connect() -> None:
    """Fill the lists of listeners; may be called for each app of a process."""
    attempt_events.closed[:] = [standings.attempt_closed, participation.attempt_closed]
    round_events.changed[:] = [attempts.follow_round]
