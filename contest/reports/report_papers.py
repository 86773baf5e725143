"""A union's report on a contest with its words: figures, our text, what was written into it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.clock import VIETNAM
from contest.reports import drafts
from contest.reports.drafts import About
from contest.reports.models import Draft
from contest.reports.report_figures import Report, report_of
from contest.reports.report_words import first_words, report_data
from contest.reports.rules import DocumentKind
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion
from contest.unions.queries import path_of


@dataclass(frozen=True, slots=True)
class Paper:
    """``first``: the words without what was written into this document, ``words``: those that hold."""

    report: Report
    about: About
    draft: Draft | None
    first: dict[str, str]
    words: dict[str, str]

    @property
    def data(self) -> dict[str, Any]:
        return report_data(self.report, self.words)

    @property
    def name(self) -> str:
        """Of its files, without an ending."""
        part = f"-dot-{self.report.round_number}" if self.report.round_number else ""
        return f"bao-cao-{self.report.contest.slug}{part}-{self.report.union.code}"


def paper_of(
    session: Session, memo: dict[str, Any], contest: Contest, union: TradeUnion, number: int, now: datetime
) -> Paper:
    """The report of a union on a round (0: the whole contest)."""
    report = report_of(session, memo, contest, union, names_above(session, union), number, now)
    about = About(DocumentKind.REPORT, union.id, contest.id, number)
    draft = drafts.draft_of(session, about)
    first = drafts.words_of(session, about, first_words(report, now.astimezone(VIETNAM).date()), None)
    return Paper(report, about, draft, first, {**first, **(draft.fields if draft else {})})


def names_above(session: Session, union: TradeUnion) -> list[str]:
    """Names of the unions above one, the nearest first."""
    return [one.name for one in reversed(path_of(session, union.id)[:-1])]
