"""What a server does for rankings every few seconds: let them stand still when their hour has come, and clear up."""

import logging

from contest import clock
from contest.extensions import db
from contest.rounds.locks import Refused
from contest.rounds.models import Round
from contest.standings import freezing

log = logging.getLogger("contest.standings")


def stand_still_due() -> int:
    """Freeze the rankings whose hour has come, let those go on that were given more time; returns how many.

    One that cannot be frozen now, because all places are being made again, is tried again the next time.
    """
    with db.reading() as session:
        found = [round_.id for round_ in freezing.due(session, clock.now())]
        left = freezing.left_over(session)
    done = 0
    for round_id in found:
        try:
            with db.begin() as session:
                freezing.follow_clock(session, session.get_one(Round, round_id), clock.now())
            done += 1
        except Refused as refused:
            log.warning("a ranking is not frozen yet: %s", refused)
    for contest_id, number in left:
        with db.begin() as session:
            freezing.sweep(session, contest_id, number)
    return done
