"""Documents with their words: figures taken anew, our text, what was written into it. One of each kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from contest.clock import vietnamese_day
from contest.publishing import queries as publishing
from contest.publishing.notice import Notice
from contest.publishing.winners import in_full, names_now
from contest.reports import drafts, report_words, result_words, yearly_words
from contest.reports.drafts import About
from contest.reports.models import Draft
from contest.reports.report_figures import Report, report_of
from contest.reports.rules import DocumentKind
from contest.reports.yearly_figures import Yearly, yearly_of
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion
from contest.unions.queries import path_of

Figures = TypeVar("Figures", Report, Yearly, Notice)
#: How addresses and files name the documents about announced results.
RESULTS = {"thong-bao": DocumentKind.NOTICE, "quyet-dinh": DocumentKind.DECISION}


@dataclass(frozen=True, slots=True)
class Paper(Generic[Figures]):
    """``first``: the words without what was written into this document, ``words``: those that hold.

    ``name``: of its files, without an ending. ``in_words``: makes the fields of figures and words.
    """

    about: About
    name: str
    figures: Figures
    draft: Draft | None
    first: dict[str, str]
    words: dict[str, str]
    in_words: Callable[[Figures, Mapping[str, str]], dict[str, Any]]

    @property
    def data(self) -> dict[str, Any]:
        """Every field of the document (``reports.fields``)."""
        return self.in_words(self.figures, self.words)


def report_paper(
    session: Session, memo: dict[str, Any], contest: Contest, union: TradeUnion, number: int, now: datetime
) -> Paper[Report]:
    """The report of a union on a round (0: the whole contest)."""
    report = report_of(session, memo, contest, union, names_above(session, union), number, now)
    about = About(DocumentKind.REPORT, union.id, contest.id, number)
    part = f"-dot-{number}" if number else ""
    name = f"bao-cao-{contest.slug}{part}-{union.code}"
    ours = report_words.first_words(report, vietnamese_day(now))
    return _written(session, about, name, report, ours, report_words.report_data)


def yearly_paper(session: Session, union: TradeUnion, year: int, now: datetime) -> Paper[Yearly]:
    """The report of a union on a year."""
    yearly = yearly_of(session, union, names_above(session, union), year, now)
    about = About(DocumentKind.YEARLY, union.id, year=year)
    ours = yearly_words.first_words(yearly, vietnamese_day(now))
    return _written(session, about, f"bao-cao-nam-{year}-{union.code}", yearly, ours, yearly_words.yearly_data)


def result_paper(
    session: Session, kind: DocumentKind, contest: Contest, number: int, now: datetime
) -> Paper[Notice] | None:
    """The notice of announced results or the decision on their prizes; None before these are announced, and for a
    decision on no prizes.

    A notice is published: it names winners as they agree. A decision awards and pays, so it names everybody in full.
    """
    found = publishing.current(session, contest.id, number)
    if found is None or (kind is DocumentKind.DECISION and not found.winners):
        return None
    if kind is DocumentKind.DECISION:
        known = in_full(session, contest, found)
        names = {owner: name for owner, (name, _union) in known.items()}
        notice = Notice(contest, found, found.version, names, {owner: union for owner, (_name, union) in known.items()})
    else:
        notice = Notice(contest, found, found.version, names_now(session, contest, found))
    about = About(kind, contest.union_id, contest.id, number)
    what = next(what for what, known in RESULTS.items() if known is kind)
    name = f"{what}-{contest.slug}-{f'dot-{number}' if number else 'ca-cuoc-thi'}"
    above, today = names_above(session, contest.union), vietnamese_day(now)
    ours = result_words.first_words(kind, notice, above, today)
    return _written(session, about, name, notice, ours, partial(result_words.result_data, kind))


def paper_about(
    session: Session, memo: dict[str, Any], about: About, now: datetime
) -> Paper[Report] | Paper[Yearly] | Paper[Notice] | None:
    """A document by what it is about; None when there is no such document any more."""
    union = session.get_one(TradeUnion, about.union_id)
    if about.kind is DocumentKind.YEARLY:
        return yearly_paper(session, union, about.year, now)
    contest = session.get_one(Contest, about.contest_id)
    if about.kind is DocumentKind.REPORT:
        return report_paper(session, memo, contest, union, about.round_number, now)
    return result_paper(session, about.kind, contest, about.round_number, now)


def _written(
    session: Session,
    about: About,
    name: str,
    figures: Figures,
    ours: Mapping[str, str],
    in_words: Callable[[Figures, Mapping[str, str]], dict[str, Any]],
) -> Paper[Figures]:
    draft = drafts.draft_of(session, about)
    first = {**ours, **drafts.letterhead(session, about)}
    return Paper(about, name, figures, draft, first, {**first, **(draft.fields if draft else {})}, in_words)


def names_above(session: Session, union: TradeUnion) -> list[str]:
    """Names of the unions above one, the nearest first."""
    return [one.name for one in reversed(path_of(session, union.id)[:-1])]
