"""Facts and addresses of what is handed out: the contest's page with the union already chosen."""

from datetime import datetime

from flask import url_for

from contest.campaigns import surveys
from contest.campaigns.facts import Facts, Span, quotable
from contest.campaigns.surveys import Figures
from contest.participation.branches import UnionRow
from contest.participation.queries import Today
from contest.rounds.models import Contest
from contest.unions.rules import BASE_LEVELS
from contest.web.texts import say
from questions.messages import N_, Message, message


def address(contest: Contest, code: str, level: str) -> str:
    """Where a QR code and a text lead. People belong to grassroots unions, so only these are chosen beforehand."""
    chosen = code if level in BASE_LEVELS else None
    return url_for("attempts.contest", slug=contest.slug, **{"don-vi": chosen}, _external=True)


def facts(contest: Contest, figures: Figures, now: datetime) -> Facts:
    """What texts tell."""
    row = figures.row
    minutes = max((round_.allowance_s for round_ in contest.rounds), default=0) // 60
    return Facts(
        contest=quotable(contest.title),
        union=row.node.name,
        address=address(contest, row.node.code, row.node.level),
        people=row.counts.people,
        attempts=row.counts.attempts,
        opens_at=figures.opens_at,
        closes_at=figures.closes_at,
        now=now,
        minutes=minutes or None,
        rate=row.rate,
        wanted=row.wanted,
        span=span_of(contest, now),
    )


def span_of(contest: Contest, now: datetime) -> Span | None:
    """The round to speak of, where a contest has several: the first that is not closed."""
    ahead = sorted((one for one in contest.rounds if one.closes_at > now), key=lambda one: (one.opens_at, one.number))
    if len(contest.rounds) < 2 or not ahead:
        return None
    name = ahead[0].title or message(N_("Đợt %(number)s"), number=ahead[0].number)
    return Span(name, ahead[0].opens_at, ahead[0].closes_at)


def facts_of_row(contest: Contest, row: UnionRow, now: datetime) -> Facts:
    """The same of a row of a table."""
    return facts(contest, surveys.figures(contest, row, Today(), now), now)


def spoken(lines: list[Message]) -> str:
    """The lines of a text in the reader's language."""
    return "\n".join(say(line) for line in lines)
