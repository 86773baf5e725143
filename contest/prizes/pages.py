"""What the pages about prizes show, as plain values and as data for programs."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from contest.prizes import queries
from contest.prizes.models import Claim
from contest.prizes.outlook import outlook
from contest.prizes.queries import Winner
from contest.prizes.rules import STATE_NAMES, AwardState
from contest.prizes.views import LineView, Somebody
from contest.rounds.models import Contest
from contest.web.texts import say
from contest.web.workbooks import Cell, Column
from questions.messages import Message

#: People of one shared place that a page lists to choose from; more than a committee looks through.
MAX_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A line of the table of prizes: who has it, who was refused, and what would become of the rest now."""

    view: LineView
    winners: list[Winner]
    refused: list[Winner]
    #: Why announced prizes are not their winners' any more, by award.
    doubtful: Mapping[int, Message]


@dataclass(frozen=True, slots=True)
class Desk:
    number: int
    lines: list[DeskLine]
    stale: bool
    proposed: int
    lock: Message | None
    unsettled: list[Message]


def desk(session: Session, contest: Contest, number: int) -> Desk:
    """The prizes of a round (0: of the whole contest) for the committee."""
    seen = outlook(session, contest, number)
    everybody = queries.winners(session, contest, number, list(AwardState))
    return Desk(
        number,
        [_line(view, everybody, seen.doubtful) for view in seen.lines],
        seen.stale,
        sum(winner.state is AwardState.PROPOSED for winner in everybody),
        queries.lock_of(contest, number),
        seen.unsettled,
    )


def _line(view: LineView, everybody: Collection[Winner], doubtful: Mapping[int, Message]) -> DeskLine:
    own = [winner for winner in everybody if winner.line_id == view.line.id]
    return DeskLine(
        view,
        [winner for winner in own if winner.state is not AwardState.REFUSED],
        [winner for winner in own if winner.state is AwardState.REFUSED],
        doubtful,
    )


def default_number(contest: Contest) -> int:
    """Which part a page shows when none is asked for: the first round with prizes, else the whole contest."""
    return next((row.number for row in contest.rounds if queries.lines_of(contest, row.number)), 0)


def parts(contest: Contest, number: int, endpoint: str) -> list[tuple[str, str, bool]]:
    """Links to the rounds with prizes and to the whole contest."""
    names = [(row.number, row.title or gettext("Đợt %(number)s", number=row.number)) for row in contest.rounds]
    names.append((0, gettext("Cả cuộc thi")))
    return [
        (name, url_for(endpoint, slug=contest.slug, dot=other), other == number)
        for other, name in names
        if queries.lines_of(contest, other) or other == number
    ]


def part_name(contest: Contest, number: int) -> str:
    row = next((row for row in contest.rounds if row.number == number), None)
    if row is None:
        return gettext("Cả cuộc thi")
    return row.title or gettext("Đợt %(number)s", number=number)


# As data


def desk_data(contest: Contest, found: Desk) -> dict[str, Any]:
    return {
        "contest": contest.slug,
        "round": found.number,
        "stale": found.stale,
        "locked": say(found.lock) if found.lock else None,
        "unsettled": [say(reason) for reason in found.unsettled],
        "prizes": [line_data(line) for line in found.lines],
    }


def line_data(line: DeskLine) -> dict[str, Any]:
    view = line.view
    return {
        "id": view.line.id,
        "title": view.line.title,
        "quantity": view.line.quantity,
        "scope": view.line.scope,
        "division": view.line.division.code if view.line.division else None,
        "awards": [winner_data(winner) for winner in [*line.winners, *line.refused]],
        "candidates": [somebody_data(candidate) for candidate in view.candidates],
        "open": view.drawn.open,
        "passed_over": [somebody_data(person) | {"why": say(why)} for person, why in view.passed],
        "notes": [say(note) for note in view.notes],
    }


def winner_data(winner: Winner) -> dict[str, Any]:
    """An award for organizers; the phone is on the hand-over list only."""
    return {
        "award": winner.award_id,
        "prize": winner.title,
        "value": winner.value,
        "rank": winner.rank,
        "name": winner.name,
        "union": winner.union,
        "state": winner.state.value,
        "consent": winner.consent,
        "because": [say(reason) for reason in winner.because],
        "chosen": winner.chosen_reason or None,
        "refused": winner.refused_reason or None,
    }


def somebody_data(person: Somebody) -> dict[str, Any]:
    return {"key": person.key, "rank": person.rank, "name": person.name, "union": person.union}


def claim_data(winner: Winner, claim: Claim | None) -> dict[str, Any]:
    given = None
    if claim is not None:
        given = {
            "at": claim.claimed_at.isoformat(),
            "document": claim.document,
            "last_digits": claim.last_digits,
            "issued_on": claim.issued_on.isoformat() if claim.issued_on else None,
            "recipient": claim.recipient or None,
            "authorisation": claim.authorisation or None,
        }
    return winner_data(winner) | {"claim": given}


# As a sheet, for the decision on prizes


def columns() -> list[Column]:
    return [
        Column(gettext("STT"), Cell.NUMBER, 6),
        Column(gettext("Giải"), width=24),
        Column(gettext("Hạng"), Cell.NUMBER, 8),
        Column(gettext("Họ và tên"), width=28),
        Column(gettext("Đơn vị"), width=48),
        Column(gettext("Số điện thoại"), width=14),
        Column(gettext("Giá trị"), width=24),
        Column(gettext("Tình trạng"), width=16),
        Column(gettext("Đồng ý công bố họ tên"), width=14),
        Column(gettext("Căn cứ"), width=80),
    ]


def rows(winners: Collection[Winner]) -> Iterator[list[Any]]:
    for number, winner in enumerate(winners, 1):
        agreed = "" if winner.entry_id is None else gettext("Có") if winner.consent else gettext("Không")
        yield [
            number,
            winner.title,
            winner.rank,
            winner.name,
            "" if winner.entry_id is None else winner.union,
            winner.phone,
            winner.value,
            say(STATE_NAMES[winner.state]),
            agreed,
            " ".join(say(reason) for reason in winner.because),
        ]
