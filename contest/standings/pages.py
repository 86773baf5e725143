"""What the ranking page shows, gathered as plain values."""

import itertools
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.rounds.models import Contest, Division, Entry, Round
from contest.rounds.rules import Phase, phase
from contest.rounds.settings import NameDisplay, RankingShown, ScoreShown, Total
from contest.rounds.windows import window_of
from contest.standings import events, explaining, freezing, queries, rules, telling, union_boards
from contest.standings.boards import Board
from contest.standings.events import Apart, Told
from contest.standings.queries import Line, OwnPlace
from contest.standings.records import order_of
from contest.standings.view import Near, RankingView, cells, has_whole
from contest.unions.models import TradeUnion
from contest.unions.queries import path_of
from contest.web import kept
from contest.web.texts import say
from questions.messages import Message

__all__ = ["cells", "has_whole"]


def chosen_number(contest: Contest, asked: int | None, now: datetime) -> int | None:
    """The number of the ranking an address means; None when there is no such ranking.

    Without a number: the whole contest, or where that is not ranked the round that opened last.
    """
    if asked is None:
        return rules.WHOLE if has_whole(contest) else latest_round(contest, now)
    if asked == rules.WHOLE:
        return None if contest.total == Total.NONE else rules.WHOLE
    return asked if any(round_.number == asked for round_ in contest.rounds) else None


def latest_round(contest: Contest, now: datetime) -> int:
    """The round that opened last, else the first; 0 in a contest without rounds."""
    opened = [round_ for round_ in contest.rounds if round_.opens_at <= now]
    if opened:
        return max(opened, key=lambda round_: (round_.opens_at, round_.number)).number
    return contest.rounds[0].number if contest.rounds else rules.WHOLE


def phases_of(rounds: list[Round], now: datetime) -> tuple[Phase, ...]:
    return tuple(phase(window_of(round_), now) for round_ in rounds)


def is_public(contest: Contest, number: int, now: datetime) -> bool:
    """Whether participants see the ranking of a round, or of the whole contest (0)."""
    rounds = [r for r in contest.rounds if number in (rules.WHOLE, r.number)]
    return not contest.practice and rules.ranking_visible(
        RankingShown(contest.ranking_shown), ScoreShown(contest.score_shown), phases_of(rounds, now)
    )


def public_place(session: Session, contest: Contest, number: int, entry_id: int, now: datetime) -> OwnPlace | None:
    """A person's place where participants see the ranking, and as they see it."""
    if not is_public(contest, number, now) or freezing.waits(contest, number, now):
        return None
    return queries.own_place(session, contest, number, entry_id, frozen=freezing.is_frozen(contest, number))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a ranking asks for. ``nth``: around which of the people found, from 1."""

    page: int = 1
    division: Division | None = None
    union: TradeUnion | None = None
    query: str = ""
    nth: int = 1


def ranking_view(
    session: Session,
    contest: Contest,
    number: int,
    asked: Asked,
    *,
    entry_id: int | None,
    organizer: bool,
    now: datetime,
) -> RankingView:
    """Gather a ranking page; a number of questions that does not depend on the size of the contest."""
    rounds = [r for r in contest.rounds if number in (rules.WHOLE, r.number)]
    public = is_public(contest, number, now)
    waits = public and not organizer and freezing.waits(contest, number, now)
    frozen = freezing.is_frozen(contest, number) and not organizer
    corrected: list[Contest | Round] = [contest, *rounds] if number == rules.WHOLE else rounds
    view = RankingView(
        contest=contest,
        number=number,
        round=rounds[0] if number else None,
        division=asked.division,
        phases=phases_of(rounds, now),
        keys=order_of(contest).keys_of(number),
        public=public,
        shown=not contest.practice and not waits and (public or organizer),
        at=now,
        entry_id=entry_id,
        query=asked.query,
        # A board that stands still does not say what became known since.
        known=[] if frozen else [r for r in rounds if r.prediction_actual is not None],
        frozen_at=freezing.frozen_at(contest, number),
        frozen=frozen,
        correcting=any(row.correcting_since for row in corrected),
        waits=waits,
        union=asked.union,
        names=NameDisplay(contest.name_display),
    )
    if not view.shown:
        return view
    told = None if organizer else _told(session, contest, number)
    if told is None:
        return _filled(session, view, asked)
    if not told.unions:
        asked, view = replace(asked, union=None), replace(view, union=None)
    return telling.as_told(_filled(session, view, asked), told, _told_rows(session, view, told.places))


def _told(session: Session, contest: Contest, number: int) -> Told | None:
    """What everybody may see of an announced ranking; None: nothing was said about it."""
    return next((told for ask in events.told if (told := ask(session, contest, number))), None)


def _told_rows(session: Session, view: RankingView, places: int | None) -> int | None:
    """How many rows of a ranking everybody may see; None: all."""
    if places is None:
        return None
    board, contest = _board(view), view.contest
    return kept.value(
        ("told", contest.id, contest.revision, board, places), lambda: queries.told_rows(session, board, places)
    )


def _board(view: RankingView) -> Board:
    return Board(view.contest.id, view.number, view.division.id if view.division else None, view.frozen)


def _filled(session: Session, view: RankingView, asked: Asked) -> RankingView:
    """The view with its rows and what stands around them."""
    contest, number = view.contest, view.number
    board = _board(view)
    entry_id = view.entry_id
    own = (
        queries.own_place(session, contest, number, entry_id, board.division_id, frozen=view.frozen)
        if entry_id
        else None
    )
    searchable = asked.query and contest.name_display != NameDisplay.HIDDEN
    found = queries.search(session, board, asked.query) if searchable else None
    chosen = found[asked.nth - 1] if found and asked.nth <= len(found) else None
    mine = own.standing if own and own.rank else None
    return replace(
        view,
        **_rows(session, view, board, asked),
        own=own,
        found=found,
        near=_near(session, contest, board, mine.sort_key, mine.entry_id) if mine else None,
        near_found=_near(session, contest, board, chosen.sort_key, chosen.entry_id) if chosen else None,
        own_union=session.get_one(Entry, entry_id).union if entry_id else None,
        not_known=[] if view.official else explaining.not_known_yet(session, contest, number),
        apart=_apart(session, view, board.division_id),
    )


def _rows(session: Session, view: RankingView, board: Board, asked: Asked) -> dict[str, Any]:
    """A page of everybody, or of the people of a union; what all see alike is kept for some seconds."""
    key = (view.contest.id, view.contest.revision, board)
    if asked.union is None:
        page = kept.value(("ranking", *key, asked.page), lambda: queries.ranking_page(session, board, asked.page))
        return {"page": page}
    union_id = asked.union.id
    rows = kept.value(("union", *key, union_id), lambda: union_boards.union_rows(session, board, union_id))
    return {
        "part": union_boards.union_page(session, board, rows, asked.page),
        "union_path": path_of(session, union_id),
    }


def _near(session: Session, contest: Contest, board: Board, sort_key: str, entry_id: int) -> Near:
    """The rows around one, each with what puts it ahead of the next."""
    lines = queries.around(session, board, sort_key, entry_id)
    place = next((n for n, line in enumerate(lines) if line.entry_id == entry_id), 0)
    ahead: list[Message | None] = [
        explaining.ahead_of_next(contest, board.round_number, line, following)
        for line, following in itertools.pairwise(lines)
    ]
    # The row behind the last shown only says how far that one is ahead.
    shown = lines[: place + 1 + queries.NEIGHBOURS]
    return Near(shown, [*ahead, None][: len(shown)])


def _apart(session: Session, view: RankingView, division_id: int | None) -> list[Apart]:
    """People named apart, without a place; beside a ranking that stands still those who were when it stopped."""
    at = view.frozen_at if view.frozen else None
    told = [found for ask in events.apart for found in ask(session, view.contest, view.number, at)]
    return [found for found in told if division_id in (None, found.division_id)]


# The same page as data


def ranking_data(view: RankingView) -> dict[str, Any]:
    """A ranking as data: the same rows, names as this visitor sees them."""
    page, pages = view.pages
    return {
        "contest": view.contest.slug,
        "round": view.number,
        "division": view.division.code if view.division else None,
        "union": view.union.code if view.union else None,
        "visible": view.shown,
        "provisional": not view.official,
        "at": view.at.isoformat(),
        "frozen_at": view.frozen_at.isoformat() if view.frozen_at and view.frozen else None,
        "criteria": [{"key": criterion.key, "sentence": criterion.sentence} for criterion in view.criteria],
        "prediction_actual": view.known[0].prediction_actual if view.known and view.round else None,
        "thousandths": view.thousandths,
        "page": page,
        "pages": pages,
        "total": view.part.total if view.part else view.page.total,
        "cut": bool(view.part and view.part.cut),
        "rows": _rows_data(view),
        "own": {"rank": view.own.rank, "page": view.own.page} if view.own else None,
        "apart": [{"name": view.name(found), "union": found.union, "said": say(found.said)} for found in view.apart],
    }


def _rows_data(view: RankingView) -> list[dict[str, Any]]:
    lines = view.part.lines if view.part else view.page.lines
    rows = [row_data(line, view.name(line), view.cells(line), view.is_own(line)) for line in lines]
    if view.part:
        return [row | {"rank_in_union": rank} for row, rank in zip(rows, view.part.ranks, strict=True)]
    return rows


def row_data(line: Line, name: str, cells: list[tuple[str, Any]], mine: bool = False) -> dict[str, Any]:
    """One row: who, and every value the ranking looks at."""
    row = {
        "rank": line.rank,
        "name": name,
        "union": line.union,
        "kind": line.kind,
        "division": line.division or None,
        "score": line.score,
        "elapsed_ms": line.elapsed_ms,
        "attempts": line.attempts,
        "perfect": line.perfect,
        "rounds": line.rounds,
        "prediction_gap": rules.distance(line.prediction_gap),
        "mine": mine,
    }
    for key, value in cells:
        if key in ("submitted", "started"):
            row |= {f"{key}_at": value.isoformat()} if isinstance(value, datetime) else {f"{key}_ms": value}
    return row
