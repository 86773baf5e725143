"""A round with people who have taken part, to be decided about."""

from corrections import hall

from contest.accounts.rules import TERMINAL
from contest.attempts.models import Attempt
from contest.participation import recounting as participation
from contest.rounds.models import Contest
from contest.rulings import actions
from contest.rulings.rules import RulingKind
from contest.standings import actions as standings
from contest.standings import queries

RIGHT = {"mot": [0], "nhieu": [0, 1], "y": [0], "so": "1929", "ngan": "Nguyễn Đức Cảnh"}
HALF = {"mot": [0], "nhieu": [0, 1]}
REASON = "Nhờ người khác thi hộ"


def decide(session, attempt, kind="annulled", reason=REASON, actor=TERMINAL, now=None):
    """A ruling about an attempt, or about the person whose it is."""
    kind = RulingKind(kind)
    about = attempt if kind is RulingKind.ANNULLED else None
    contest = attempt.round.contest
    now = now or attempt.round.closes_at
    return actions.decide(session, {}, actor, contest, kind, attempt.entry, about, reason, now)


def undo(session, ruling, reason="Đã xác minh, không vi phạm", now=None):
    contest = session.get(Contest, ruling.contest_id)
    actions.undo(session, {}, TERMINAL, ruling, reason, now or contest.rounds[0].closes_at)


def rank(session, attempt, number=1):
    """The place of an attempt's person; None: shown apart, or nothing counts."""
    own = queries.own_place(session, attempt.round.contest, number, attempt.entry_id)
    return own and own.rank


def check_equal_to_recounts(session, contest):
    """Standings and counters are what a recount would make."""
    session.expire_all()
    assert standings.verify(session, contest) == []
    assert participation.verify(session, contest) == []


def hand_in(town, round_, person, answers=None, after_s=60) -> Attempt:
    return hall.hand_in(town, round_, person, RIGHT if answers is None else answers, after_s)
