"""What the pages of results show, gathered as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.publishing import queries, review
from contest.publishing.models import Correction, Publication, ReviewMark
from contest.publishing.rules import WHOLE, Change, Point, Shown, change_text, shown_of
from contest.publishing.step_rules import Step, StepState, steps
from contest.rounds.criteria import THOUSANDTHS
from contest.rounds.models import Contest, Round
from contest.rounds.queries import round_of
from contest.rounds.rules import Phase, phase
from contest.rounds.settings import NameDisplay, Total, less_open
from contest.rounds.windows import window_of
from contest.slices import pages_of
from contest.standings.models import LotDraw
from contest.standings.records import order_of
from contest.standings.rules import shown_name
from contest.web.texts import say

PAGE_SIZE = 50


def has_whole(contest: Contest) -> bool:
    """Whether the whole contest has results of its own to announce."""
    scopes = {line.scope for line in contest.prizes}
    return (contest.total != Total.NONE and len(contest.rounds) > 1) or bool(scopes - {"round"})


def numbers_of(contest: Contest) -> list[int]:
    """Numbers of the results of a contest; the whole contest last."""
    return [r.number for r in contest.rounds] + ([WHOLE] if has_whole(contest) else [])


def chosen_number(contest: Contest, asked: int | None, now: datetime) -> int | None:
    """The number an address means: without one the first round that waits to be announced, else the last that began.

    None: there are no such results.
    """
    known = numbers_of(contest)
    if asked is not None:
        return asked if asked in known else None
    phases = [(r.number, phase(window_of(r), now)) for r in contest.rounds]
    waiting = [number for number, state in phases if state in (Phase.CLOSED, Phase.COLLECTING)]
    begun = [number for number, state in phases if state is not Phase.COMING]
    if waiting:
        return waiting[0]
    if has_whole(contest) and not queries.unannounced(contest):
        return WHOLE
    return (begun or known or [None])[-1 if begun else 0]


@dataclass(frozen=True, slots=True)
class Desk:
    """The committee's desk for a round (0: for the whole contest, then ``round`` is None)."""

    contest: Contest
    number: int
    round: Round | None
    steps: list[Step]
    points: list[Point]
    left: int
    publication: Publication | None
    correction: Correction | None
    draw: LotDraw | None

    @property
    def ready(self) -> bool:
        """Whether it can be announced now."""
        return not self.publication and self.steps[-1].state is StepState.DUE


def desk(session: Session, contest: Contest, number: int, now: datetime) -> Desk:
    found = review.points(session, contest, number)
    left = review.left(found, review.marks(session, contest.id, number))
    return Desk(
        contest,
        number,
        round_of(contest, number) if number else None,
        steps(queries.facts_of(session, contest, number, left, now)),
        found,
        left,
        queries.current(session, contest.id, number),
        queries.open_corrections(session, contest.id).get(number),
        queries.draw_of(session, contest.id, number),
    )


def desk_data(view: Desk) -> dict[str, Any]:
    return {
        "contest": view.contest.slug,
        "round": view.number,
        "steps": [{"key": str(s.key), "state": str(s.state), "text": say(s.text)} for s in view.steps],
        "left": view.left,
        "version": view.publication.version if view.publication else None,
        "correcting": view.correction.reason if view.correction else None,
        "lot_seed": view.draw.seed if view.draw else None,
    }


# The review


def review_data(points: Sequence[Point], marked: dict[tuple[str, str], ReviewMark], left: int) -> dict[str, Any]:
    rows = []
    for point in points:
        mark = marked.get((point.topic.value, point.subject))
        looked = {"note": mark.note, "at": mark.marked_at.isoformat()} if mark else None
        rows.append({"topic": str(point.topic), "subject": point.subject, "text": say(point.text), "looked_at": looked})
    return {"left": left, "points": rows}


def address(point: Point) -> str:
    return url_for(point.endpoint, **point.values)


def who(session: Session, label: str) -> str:
    """The name behind a label of the audit log; empty for the terminal."""
    kind, _, number = label.partition(":")
    person = session.get(Person, int(number)) if kind == "person" and number.isdigit() else None
    return person.name if person else ""


# Versions


def version_data(publication: Publication) -> dict[str, Any]:
    return {
        "round": publication.round_number,
        "version": publication.version,
        "reason": publication.reason,
        "published_at": publication.published_at.isoformat(),
        "shown": publication.shown,
        "figures": {name: value for name, value in publication.figures.items() if name != "changed"},
        "winners": [{key: value for key, value in row.items() if key != "owner"} for row in publication.winners],
        "changed": publication.figures.get("changed"),
        "digest": publication.digest,
        "head": publication.head,
    }


@dataclass(frozen=True, slots=True)
class OldRanking:
    """A page of a ranking as it was announced, names as they may be shown."""

    publication: Publication
    shown: Shown
    rows: list[queries.Named]
    page: int
    pages: int
    total: int

    def name(self, contest: Contest, row: queries.Named) -> str:
        return public_name(contest, self.shown, row.name)


def public_name(contest: Contest, shown: Shown, name: str) -> str:
    """A name in a ranking: never more openly than the regulations told, nor than the announcement says."""
    return shown_name(name, less_open(NameDisplay(contest.name_display), shown.names))


def old_ranking(session: Session, publication: Publication, page: int) -> OldRanking | None:
    """A page of a version's ranking, as much of it as is shown; None: there is no such page."""
    shown = shown_of(publication.shown)
    ranked = publication.figures["ranked"]
    total = ranked if shown.places is None else min(ranked, queries.told_lines(session, publication, shown.places))
    pages = pages_of(total, PAGE_SIZE)
    if not 1 <= page <= pages:
        return None
    rows = queries.ranking_lines(session, publication, page, PAGE_SIZE, total)
    return OldRanking(publication, shown, rows, page, pages, total)


def points(contest: Contest, number: int, score: int) -> int | Decimal:
    """A score of a ranking in points."""
    return Decimal(score) / THOUSANDTHS if order_of(contest).thousandths(number) else score


def changed_text(contest: Contest, number: int, change: Change) -> str:
    """What has become of somebody's result, in words."""
    return say(change_text(change.before, change.after, order_of(contest).thousandths(number)))


def changed_names(session: Session, rows: Sequence[Change]) -> dict[int, tuple[str, str]]:
    return queries.named(session, [row.entry_id for row in rows])
