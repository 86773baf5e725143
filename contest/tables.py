"""Every table of the house, for migrations and tests."""

from contest.accounts import models as accounts
from contest.attempts import models as attempts
from contest.banks import models as banks
from contest.campaigns import models as campaigns
from contest.corrections import models as corrections
from contest.jobs import models as jobs
from contest.judging import models as judging
from contest.members import models as members
from contest.participation import models as participation
from contest.prizes import models as prizes
from contest.proof import models as proof
from contest.publishing import models as publishing
from contest.reports import models as reports
from contest.rounds import models as rounds
from contest.rulings import models as rulings
from contest.signals import models as signals
from contest.standings import models as standings
from contest.statistics import models as statistics
from contest.unions import models as unions
from questions import models as questions
from questions.base import Base

metadata = Base.metadata

__all__ = [
    "accounts",
    "attempts",
    "banks",
    "campaigns",
    "corrections",
    "jobs",
    "judging",
    "members",
    "metadata",
    "participation",
    "prizes",
    "proof",
    "publishing",
    "reports",
    "questions",
    "rounds",
    "rulings",
    "signals",
    "standings",
    "statistics",
    "unions",
]
