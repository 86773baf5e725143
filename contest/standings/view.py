"""A ranking as one visitor sees it: which rows, which columns, which names, and what is said beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from contest.rounds.criteria import CRITERIA, THOUSANDTHS, Criterion
from contest.rounds.models import Contest, Division, Round
from contest.rounds.rules import Phase
from contest.rounds.settings import NameDisplay, Total
from contest.standings import rules
from contest.standings.events import Apart
from contest.standings.queries import Line, OwnPlace, RankingPage
from contest.standings.records import order_of
from contest.standings.union_boards import UnionPage
from contest.unions.models import TradeUnion
from questions.messages import Message

NO_PAGE = RankingPage([], 1, 1, 0)


@dataclass(frozen=True, slots=True)
class Near:
    """Rows around somebody's, each with what puts it ahead of the next; the last of a board has none."""

    lines: list[Line]
    ahead: list[Message | None]


@dataclass(frozen=True, slots=True)
class RankingView:
    """A ranking for one visitor. ``number`` 0: the whole contest, then ``round`` is None.

    ``public``: participants see it; ``shown``: this visitor does. ``found`` None: nobody was looked for.
    ``frozen_at``: since when participants see it as it was; ``frozen``: this visitor does too. ``waits``: it is just
    being frozen. ``part``: its rows of ``union`` alone.
    """

    contest: Contest
    number: int
    round: Round | None
    division: Division | None
    phases: tuple[Phase, ...]
    keys: tuple[str, ...]
    public: bool
    shown: bool
    at: datetime
    page: RankingPage = NO_PAGE
    own: OwnPlace | None = None
    entry_id: int | None = None
    query: str = ""
    found: list[Line] | None = None
    near: Near | None = None
    near_found: Near | None = None
    known: list[Round] = field(default_factory=list)
    frozen_at: datetime | None = None
    frozen: bool = False
    correcting: bool = False
    waits: bool = False
    not_known: Sequence[Message] = ()
    union: TradeUnion | None = None
    union_path: Sequence[TradeUnion] = ()
    own_union: TradeUnion | None = None
    part: UnionPage | None = None
    apart: Sequence[Apart] = ()
    #: How others are named at most; whether their unions are kept back.
    names: NameDisplay = NameDisplay.FULL
    hides_unions: bool = False

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return order_of(self.contest).criteria_of(self.number)

    @property
    def columns(self) -> tuple[Criterion, ...]:
        """What the table shows: every criterion whose value can be known by now."""
        said = {criterion.key: criterion for criterion in self.criteria}
        return tuple(said.get(key, CRITERIA[key]) for key in rules.columns(self.keys) if self._is_known(key))

    def _is_known(self, key: str) -> bool:
        if key == "prediction":
            return bool(self.known) or self.frozen and self.correcting
        return key != "lot" or (self.round.lot_seed if self.round else self.contest.lot_seed) is not None

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
    def pages(self) -> tuple[int, int]:
        """The page shown and how many there are."""
        shown = self.part or self.page
        return shown.page, shown.pages

    @property
    def thousandths(self) -> bool:
        """Whether points are averages, kept in thousandths of a point."""
        return order_of(self.contest).thousandths(self.number)

    def is_own(self, line: Any) -> bool:
        return line.entry_id == self.entry_id

    def name(self, line: Any) -> str:
        """The name as this visitor sees it: one's own in full, others as the contest shows them; may be empty."""
        if self.is_own(line):
            return line.name
        return rules.shown_name(line.name, self.names)

    def cells(self, line: Line) -> list[tuple[str, Any]]:
        """The columns of a row as (criterion, value)."""
        shown = {column.key for column in self.columns}
        return [(key, value) for key, value in cells(self.contest, self.number, line) if key in shown]


def cells(contest: Contest, number: int, line: Line) -> list[tuple[str, Any]]:
    """Every value a ranking looks at, as (criterion, value), in the order of the criteria.

    Times of a round are instants; sums of them over rounds are milliseconds. Averages of points are decimals, lots
    the digits that were drawn.
    """
    order = order_of(contest)
    keys = order.keys_of(number)
    values = {"score": line.score, "elapsed": line.elapsed_ms, **rules.values(line.sort_key, keys)}
    round_ = next((r for r in contest.rounds if r.number == number), None)
    return [(key, _shown(round_, key, values[key], order.thousandths(number))) for key in rules.columns(keys)]


def _shown(round_: Round | None, key: str, value: int | None, thousandths: bool) -> Any:
    if value is None:
        return None
    if round_ and key in ("submitted", "started"):
        return round_.opens_at + timedelta(milliseconds=value)
    if key == "lot":
        return f"{value:0{CRITERIA[key].width}x}"
    if thousandths and key in ("score", "hand"):
        return Decimal(value) / THOUSANDTHS
    return value


def has_whole(contest: Contest) -> bool:
    return contest.total != Total.NONE and len(contest.rounds) > 1
