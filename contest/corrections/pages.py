"""Trials as pages and files show them: remembered for paging, filtered, with names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from contest.corrections import queries, trial
from contest.corrections.rules import Filter, Move, Spot, Trial, Turn, kept
from contest.corrections.trial import Case
from contest.rounds.models import Contest, Round
from contest.slices import pages_of
from contest.web.workbooks import Cell, Column

#: Trials that a process remembers while somebody leafs through them.
MAX_REMEMBERED = 3
PAGE_SIZE = 50


def trial_of(
    session: Session, memo: dict[str, Any], case: Case, wanted: str, progress: Callable[[int, int], None] | None = None
) -> Trial:
    """The trial of a case. ``wanted``: what the page before showed; as long as that holds it is shown again."""
    remembered: dict[tuple[int, str], Trial] = memo.setdefault("trials", {})
    key = (case.round.id, case.proposed)
    found = remembered.get(key)
    if found and found.seen == wanted and queries.still_seen(session, case.round, case.proposed, wanted):
        return found
    made = trial.run(session, memo, case, progress)
    remembered.pop(key, None)
    while len(remembered) >= MAX_REMEMBERED:
        remembered.pop(next(iter(remembered)), None)
    remembered[key] = made
    return made


@dataclass(frozen=True, slots=True)
class TrialPage:
    """One page of a trial's list."""

    trial: Trial
    filter: Filter
    query: str
    moves: list[Move]
    names: dict[int, queries.Named]
    page: int
    pages: int
    total: int


def trial_page(session: Session, contest: Contest, made: Trial, chosen: Filter, query: str, page: int) -> TrialPage:
    moves = chosen_moves(session, contest, made, chosen, query)
    pages = pages_of(len(moves), PAGE_SIZE)
    shown = moves[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    names = queries.named(session, [move.entry_id for move in shown])
    return TrialPage(made, chosen, query, shown, names, page, pages, len(moves))


def chosen_moves(session: Session, contest: Contest, made: Trial, chosen: Filter, query: str) -> list[Move]:
    moves = kept(made.moves, chosen)
    if query:
        like = queries.entries_like(session, contest, query)
        moves = [move for move in moves if move.entry_id in like]
    return moves


# As data


def trial_data(contest: Contest, round_: Round, view: TrialPage) -> dict[str, Any]:
    made = view.trial
    return {
        "contest": contest.slug,
        "round": round_.number,
        **summary_data(made),
        "filter": str(view.filter),
        "page": view.page,
        "pages": view.pages,
        "total": view.total,
        "rows": [move_data(move, view.names[move.entry_id]) for move in view.moves],
    }


def summary_data(made: Trial) -> dict[str, Any]:
    """What a trial says in numbers."""
    return {
        "seen": made.seen,
        "attempts": made.looked,
        "in_progress": made.working,
        "scores_changed": len(made.sat),
        "people_changed": made.people,
        "up": made.up,
        "down": made.down,
        "only_maximum": made.same_score,
        "places_of_others": made.shifted,
        "enter_prizes": made.turning(Turn.ENTERS),
        "leave_prizes": made.turning(Turn.LEAVES),
        "other_prize": made.turning(Turn.OTHER),
        "gains": {str(gain): count for gain, count in sorted(made.gains.items())},
    }


def move_data(move: Move, named: queries.Named) -> dict[str, Any]:
    return {
        "name": named.name,
        "union": named.union,
        "attempts": [
            {
                "code": s.code,
                "number": s.number,
                "old": s.old_score,
                "new": s.new_score,
                "old_max": s.old_max,
                "new_max": s.new_max,
            }
            for s in move.attempts
        ],
        "round": _pair(move.round_old, move.round_new),
        "whole": _pair(move.whole_old, move.whole_new),
    }


def _pair(old: Spot | None, new: Spot | None) -> dict[str, Any] | None:
    if old is None and new is None:
        return None
    return {"old": _spot_data(old), "new": _spot_data(new)}


def _spot_data(spot: Spot | None) -> dict[str, Any] | None:
    return {"rank": spot.rank, "score": spot.score, "prize": spot.prize} if spot else None


# As a file


def columns() -> list[Column]:
    return [
        Column(gettext("Họ và tên"), width=28),
        Column(gettext("Số điện thoại"), width=14),
        Column(gettext("Đơn vị"), width=44),
        Column(gettext("Lượt thi đổi điểm"), width=30),
        Column(gettext("Điểm đợt, cũ"), Cell.NUMBER),
        Column(gettext("Điểm đợt, mới"), Cell.NUMBER),
        Column(gettext("Hạng đợt, cũ"), Cell.NUMBER),
        Column(gettext("Hạng đợt, mới"), Cell.NUMBER),
        Column(gettext("Hạng chung, cũ"), Cell.NUMBER),
        Column(gettext("Hạng chung, mới"), Cell.NUMBER),
        Column(gettext("Giải đợt, cũ"), width=18),
        Column(gettext("Giải đợt, mới"), width=18),
        Column(gettext("Giải chung, cũ"), width=18),
        Column(gettext("Giải chung, mới"), width=18),
    ]


def sheet_rows(session: Session, moves: list[Move], size: int = 500) -> Iterator[list[Any]]:
    for start in range(0, len(moves), size):
        part = moves[start : start + size]
        names = queries.named(session, [move.entry_id for move in part])
        for move in part:
            yield _cells(move, names[move.entry_id])


def _cells(move: Move, named: queries.Named) -> list[Any]:
    sat = "; ".join(
        gettext("lượt %(n)s: %(old)s → %(new)s", n=s.number, old=s.old_score, new=s.new_score) for s in move.attempts
    )
    spots = (move.round_old, move.round_new, move.whole_old, move.whole_new)
    ranks = [spot.rank if spot else None for spot in spots]
    prizes = [(spot.prize or "") if spot else "" for spot in spots]
    scores = [spot.score if spot else None for spot in spots[:2]]
    return [named.name, named.phone, named.union, sat, *scores, *ranks, *prizes]
