"""What the ranking page shows, gathered as plain values."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from contest.rounds.criteria import Criterion, chain
from contest.rounds.models import Contest, Division, Round
from contest.rounds.rules import Phase, phase
from contest.rounds.settings import NameDisplay, RankingShown, ScoreShown, Total
from contest.rounds.windows import window_of
from contest.standings import queries, rules
from contest.standings.queries import Board, Line, OwnPlace, RankingPage
from contest.standings.records import order_of
from contest.web import kept

NO_PAGE = RankingPage([], 1, 1, 0)


@dataclass(frozen=True, slots=True)
class RankingView:
    """A ranking for one visitor. ``number`` 0: the whole contest, then ``round`` is None.

    ``public``: participants see it; ``shown``: this visitor does. ``found`` None: nobody was looked for.
    """

    contest: Contest
    number: int
    round: Round | None
    division: Division | None
    phases: tuple[Phase, ...]
    keys: tuple[str, ...]
    public: bool
    shown: bool
    page: RankingPage = NO_PAGE
    own: OwnPlace | None = None
    entry_id: int | None = None
    query: str = ""
    found: list[Line] | None = None
    known: list[Round] = field(default_factory=list)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return chain(self.keys)

    @property
    def columns(self) -> tuple[Criterion, ...]:
        """What the table shows: every criterion whose value can be known by now."""
        return chain([key for key in rules.columns(self.keys) if key != "prediction" or self.known])

    @property
    def has_whole(self) -> bool:
        """Whether the contest ranks all its rounds together, and that says more than its one round."""
        return has_whole(self.contest)

    @property
    def running(self) -> bool:
        return rules.running(self.phases)

    @property
    def official(self) -> bool:
        """Announced by the organizers: every round that has begun is."""
        begun = [phase for phase in self.phases if phase is not Phase.COMING]
        return bool(begun) and all(phase is Phase.PUBLISHED for phase in begun)

    @property
    def prediction_waits(self) -> bool:
        """Whether the order uses a prediction whose true number is not known of every round yet."""
        ranked = [self.round] if self.round else self.contest.rounds
        return "prediction" in self.keys and len(self.known) < len(ranked)

    def is_own(self, line: Line) -> bool:
        return line.entry_id == self.entry_id

    def name(self, line: Line) -> str:
        """The name as this visitor sees it: one's own in full, others as the contest shows them; may be empty."""
        if self.is_own(line):
            return line.name
        return rules.shown_name(line.name, NameDisplay(self.contest.name_display))

    def cells(self, line: Line) -> list[tuple[str, Any]]:
        """The columns of a row as (criterion, value)."""
        shown = {column.key for column in self.columns}
        return [(key, value) for key, value in cells(self.contest, self.number, line) if key in shown]


def cells(contest: Contest, number: int, line: Line) -> list[tuple[str, Any]]:
    """Every value a ranking looks at, as (criterion, value), in the order of the criteria.

    Times of a round are instants; sums of them over rounds are milliseconds.
    """
    keys = order_of(contest).keys_of(number)
    values = {"score": line.score, "elapsed": line.elapsed_ms, **rules.values(line.sort_key, keys)}
    round_ = next((r for r in contest.rounds if r.number == number), None)
    return [(key, _moment(round_, key, values[key])) for key in rules.columns(keys)]


def _moment(round_: Round | None, key: str, value: int | None) -> Any:
    if round_ and key in ("submitted", "started") and value is not None:
        return round_.opens_at + timedelta(milliseconds=value)
    return value


def has_whole(contest: Contest) -> bool:
    return contest.total != Total.NONE and len(contest.rounds) > 1


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


def ranking_view(
    session: Session,
    contest: Contest,
    number: int,
    division: Division | None,
    *,
    page: int,
    entry_id: int | None,
    organizer: bool,
    query: str,
    now: datetime,
) -> RankingView:
    """Gather a ranking page; a number of questions that does not depend on the size of the contest."""
    rounds = [r for r in contest.rounds if number in (rules.WHOLE, r.number)]
    public = is_public(contest, number, now)
    view: dict[str, Any] = {
        "contest": contest,
        "number": number,
        "round": rounds[0] if number else None,
        "division": division,
        "phases": phases_of(rounds, now),
        "keys": order_of(contest).keys_of(number),
        "public": public,
        "shown": not contest.practice and (public or organizer),
        "entry_id": entry_id,
        "query": query,
        "known": [r for r in rounds if r.prediction_actual is not None],
    }
    if not view["shown"]:
        return RankingView(**view)
    board = Board(contest.id, number, division.id if division else None)
    searchable = query and contest.name_display != NameDisplay.HIDDEN
    return RankingView(
        **view,
        page=kept.value(
            ("ranking", contest.id, contest.revision, board, page), lambda: queries.ranking_page(session, board, page)
        ),
        own=queries.own_place(session, contest, number, entry_id, board.division_id) if entry_id else None,
        found=queries.search(session, board, query) if searchable else None,
    )


# The same page as data


def ranking_data(view: RankingView) -> dict[str, Any]:
    """A ranking as data: the same rows, names as this visitor sees them."""
    return {
        "contest": view.contest.slug,
        "round": view.number,
        "division": view.division.code if view.division else None,
        "visible": view.shown,
        "provisional": not view.official,
        "criteria": [{"key": criterion.key, "sentence": criterion.sentence} for criterion in view.criteria],
        "prediction_actual": view.known[0].prediction_actual if view.known and view.round else None,
        "page": view.page.page,
        "pages": view.page.pages,
        "total": view.page.total,
        "rows": [row_data(line, view.name(line), view.cells(line), view.is_own(line)) for line in view.page.lines],
        "own": {"rank": view.own.rank, "page": view.own.page} if view.own else None,
    }


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
