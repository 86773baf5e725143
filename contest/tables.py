"""Every table of the house, for migrations and tests."""

from contest.accounts import models as accounts
from contest.attempts import models as attempts
from contest.banks import models as banks
from contest.participation import models as participation
from contest.rounds import models as rounds
from contest.standings import models as standings
from contest.unions import models as unions
from questions import models as questions
from questions.base import Base

metadata = Base.metadata

__all__ = [
    "accounts",
    "attempts",
    "banks",
    "metadata",
    "participation",
    "questions",
    "rounds",
    "standings",
    "unions",
]
