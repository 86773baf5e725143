"""Which attempt stands for a person, what rounds make of a whole contest, and who sees it when; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from contest.accounts.rules import masked_name
from contest.rounds.criteria import (
    THOUSANDTHS,
    Criterion,
    Result,
    chain,
    gap_of,
    gap_parts,
    prediction_gap,
    sort_key,
    whole_chain,
    whole_keys,
)
from contest.rounds.rules import Phase
from contest.rounds.settings import KeyShown, MissedRounds, NameDisplay, PredictionRule, RankingShown, ScoreShown, Total
from contest.standings.drawing import lot_of

#: In place of a round's number: the whole contest.
WHOLE = 0

_MILLISECOND = timedelta(milliseconds=1)
_RUNNING = frozenset({Phase.OPEN, Phase.PAUSED, Phase.COLLECTING})
_OVER = frozenset({Phase.CLOSED, Phase.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Order:
    """How a contest ranks: criteria in order, what rounds make together, the rule for predictions.

    ``rounds``: how many the contest has, where averages are over all of them. ``lot_seed`` of the whole contest;
    None: lots are not drawn.
    """

    keys: tuple[str, ...]
    total: Total
    rule: PredictionRule
    missed: MissedRounds = MissedRounds.ZERO
    rounds: int = 1
    lot_seed: str | None = None

    @property
    def total_keys(self) -> tuple[str, ...]:
        """The order of the whole contest's ranking."""
        return whole_keys(self.keys, self.total, self.missed)

    @property
    def draws(self) -> bool:
        """Whether lots decide between people equal in everything else."""
        return "lot" in self.keys

    def keys_of(self, round_number: int) -> tuple[str, ...]:
        return self.keys if round_number else self.total_keys

    def criteria_of(self, round_number: int) -> tuple[Criterion, ...]:
        """The criteria of a ranking in order, with the sentences that hold in it."""
        return chain(self.keys) if round_number else whole_chain(self.keys, self.total, self.missed)

    def thousandths(self, round_number: int) -> bool:
        """Whether points of a ranking are averages, kept in thousandths of a point."""
        return not round_number and self.total is Total.AVERAGE


@dataclass(frozen=True, slots=True)
class Sitting:
    """A counted attempt as the ranking sees it. ``actual``: the true number behind the prediction, once known.

    ``hand``: points given by people, part of ``score``. ``lot_seed`` of the round; None: lots are not drawn.
    """

    attempt_id: int
    round_number: int
    opens_at: datetime
    started_at: datetime
    submitted_at: datetime
    elapsed_ms: int
    score: int
    perfect: bool
    prediction: int | None
    actual: int | None
    hand: int = 0
    receipt: str | None = None
    lot_seed: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What is kept of a person in a round, or in the whole contest (``round_number`` 0, no attempt of its own)."""

    round_number: int
    attempt_id: int | None
    result: Result
    attempts: int
    sort_key: str


def places(sittings: Iterable[Sitting], order: Order) -> list[Place]:
    """Everything that is kept of one person: a place in each round taken and one in the whole contest."""
    by_round: dict[int, list[Sitting]] = {}
    for sitting in sittings:
        by_round.setdefault(sitting.round_number, []).append(sitting)
    kept = [round_place(taken, order) for _number, taken in sorted(by_round.items())]
    if kept and order.total is not Total.NONE:
        settled = {number for number, taken in by_round.items() if taken[0].actual is not None}
        everything = [sitting for taken in by_round.values() for sitting in taken]
        kept.append(whole_place(kept, settled, order, lot(everything, order.lot_seed) if order.draws else None))
    return kept


def round_place(taken: Sequence[Sitting], order: Order) -> Place:
    """The best of a person's attempts of one round, by the same order of criteria that ranks people.

    Of two attempts equal in all of them the first stands, so that the choice is the same whenever it is made. All of
    a person's attempts have the same lot, so that it decides between people only.
    """
    perfect = sum(sitting.perfect for sitting in taken)
    drawn = lot(taken, taken[0].lot_seed) if order.draws else None
    keyed = []
    for sitting in taken:
        result = result_of(sitting, perfect, order.rule, drawn)
        keyed.append((sort_key(result, order.keys), sitting.attempt_id, result))
    key, attempt_id, result = min(keyed, key=lambda row: row[:2])
    return Place(taken[0].round_number, attempt_id, result, len(taken), key)


def result_of(sitting: Sitting, perfect: int, rule: PredictionRule, drawn: str | None = None) -> Result:
    """An attempt as a result; ``perfect`` counts the person's attempts of the round with every answer right."""
    actual = sitting.actual
    return Result(
        score=sitting.score,
        elapsed_ms=sitting.elapsed_ms,
        submitted_ms=milliseconds(sitting.opens_at, sitting.submitted_at),
        started_ms=milliseconds(sitting.opens_at, sitting.started_at),
        perfect=perfect,
        prediction_gap=None if actual is None else prediction_gap(sitting.prediction, actual, rule),
        hand=sitting.hand,
        lot=drawn,
    )


def lot(taken: Iterable[Sitting], seed: str | None) -> str | None:
    """The lot of a person: by the least receipt of their counted attempts; None until lots are drawn."""
    receipts = [sitting.receipt for sitting in taken if sitting.receipt]
    return lot_of(seed, min(receipts)) if seed and receipts else None


def milliseconds(start: datetime, end: datetime) -> int:
    """Whole milliseconds from one instant to a later one; 0 when it is not later."""
    return max(0, (end - start) // _MILLISECOND)


def whole_place(rounds: Sequence[Place], settled: set[int], order: Order, drawn: str | None = None) -> Place:
    """A person's place in the whole contest from their places in the rounds they took.

    ``settled`` holds the rounds whose true number is known: only they say anything about predictions. The best round
    is the first of those equal in everything but the lot.
    """
    results = [place.result for place in rounds]
    if order.total is Total.BEST:
        plain = tuple(key for key in order.keys if key != "lot")
        best = min(rounds, key=lambda place: (sort_key(place.result, plain), place.round_number))
        whole = replace(best.result, rounds=len(rounds))
    else:
        gaps = [place.result.prediction_gap for place in rounds if place.round_number in settled]
        whole = added_up(results, gaps, order.rule)
        if order.total is Total.AVERAGE:
            over_all = order.missed is MissedRounds.ZERO
            whole = averaged(whole, *((order.rounds,) * 2 if over_all else (len(results), len(gaps))), order.rule)
    whole = replace(whole, lot=drawn)
    return Place(WHOLE, None, whole, sum(place.attempts for place in rounds), sort_key(whole, order.total_keys))


def added_up(results: Sequence[Result], gaps: Sequence[int | None], rule: PredictionRule) -> Result:
    """The sum of results over rounds; a prediction missing in one of them is missing in the sum."""
    known = [gap_parts(gap) for gap in gaps if gap is not None]
    distance, above = (sum(parts) for parts in zip(*known, strict=True)) if known else (0, 0)
    return Result(
        score=sum(result.score for result in results),
        elapsed_ms=sum(result.elapsed_ms for result in results),
        submitted_ms=sum(result.submitted_ms for result in results),
        started_ms=sum(result.started_ms for result in results),
        perfect=sum(result.perfect for result in results),
        prediction_gap=gap_of(distance, above, rule) if known and len(known) == len(gaps) else None,
        rounds=len(results),
        hand=sum(result.hand for result in results),
    )


def averaged(whole: Result, rounds: int, predicted: int, rule: PredictionRule) -> Result:
    """A sum over rounds divided by their number, rounded down: points in thousandths, all else in its own unit.

    ``predicted``: by how many rounds the distance of predictions is divided. How many predictions were above, or not
    exact, stays a count: rounded down it would say nothing.

    >>> result = Result(score=50, elapsed_ms=1001, submitted_ms=0, started_ms=0, perfect=3, prediction_gap=9, rounds=2)
    >>> found = averaged(result, 3, 2, PredictionRule.NEAREST)
    >>> found.score, found.elapsed_ms, found.perfect, found.prediction_gap, found.rounds
    (16666, 333, 1, 4, 2)
    """
    gap = whole.prediction_gap
    if gap is not None and rule is not PredictionRule.EXACT:
        distance, above = gap_parts(gap)
        gap = gap_of(distance // predicted, above, rule)
    return replace(
        whole,
        score=whole.score * THOUSANDTHS // rounds,
        hand=whole.hand * THOUSANDTHS // rounds,
        elapsed_ms=whole.elapsed_ms // rounds,
        submitted_ms=whole.submitted_ms // rounds,
        started_ms=whole.started_ms // rounds,
        perfect=whole.perfect // rounds,
        prediction_gap=gap,
    )


def ranks(keys: Sequence[str], first: int = 1, offset: int = 0) -> list[int]:
    """Competition ranks of rows in order: equal keys share a place and the next place is left out.

    ``first`` is the rank of the first row, which ``offset`` rows stand before.

    >>> ranks(["a", "b", "b", "c"])
    [1, 2, 2, 4]
    >>> ranks(["b", "c"], first=2, offset=2)
    [2, 4]
    """
    found: list[int] = []
    for place, key in enumerate(keys):
        if place and key == keys[place - 1]:
            found.append(found[-1])
        else:
            found.append(offset + place + 1 if place else first)
    return found


def values(key: str, keys: Sequence[str]) -> dict[str, int | None]:
    """What a sort key says, by criterion: the numbers themselves, None for a prediction not known or not given.

    >>> result = Result(score=18, elapsed_ms=61_000, submitted_ms=0, started_ms=0, perfect=1, prediction_gap=None)
    >>> values(sort_key(result, ["score", "prediction", "elapsed"]), ["score", "prediction", "elapsed"])
    {'score': 18, 'prediction': None, 'elapsed': 61000}
    """
    found: dict[str, int | None] = {}
    start = 0
    for criterion in chain(keys):
        number = int(key[start : start + criterion.width], 16)
        start += criterion.width
        if criterion.more_is_better:
            found[criterion.key] = criterion.last - number
        else:
            found[criterion.key] = None if criterion.key in _KNOWN_LATER and number == criterion.last else number
    return found


#: Criteria whose largest value stands for what is not known (yet).
_KNOWN_LATER = frozenset({"prediction", "lot"})


def distance(gap: int | None) -> int | None:
    """How far off a prediction was, without what the rule puts on top of predictions that are too high.

    >>> distance(34), distance(gap_of(5, 1, PredictionRule.NOT_ABOVE)), distance(None)
    (34, 5, None)
    """
    return None if gap is None else gap_parts(gap)[0]


def too_high(gap: int | None) -> bool:
    """Whether a distance is that of a prediction above the true number where the rule puts such ones behind.

    >>> too_high(34), too_high(gap_of(5, 1, PredictionRule.NOT_ABOVE)), too_high(None)
    (False, True, False)
    """
    return gap is not None and gap_parts(gap)[1] > 0


def columns(keys: Sequence[str]) -> tuple[str, ...]:
    """The criteria a ranking shows as columns, in their order; score and duration always."""
    return (*keys, *(key for key in ("score", "elapsed") if key not in keys))


#: Criteria with few different values: what people have in common who stand on one step of the ladder.
FEW_VALUES = frozenset({"score", "perfect", "hand", "rounds"})
#: Digits left out of a criterion with many values when it comes first: 65,536 ms, or as many people.
_FINE_DIGITS = 4


def step_width(order: Order, round_number: int) -> int:
    """How many leading digits of a sort key name the step of the ladder: scores and the like, as far as they lead.

    >>> step_width(Order(("score", "perfect", "elapsed"), Total.SUM, PredictionRule.NEAREST), 1)
    14
    >>> step_width(Order(("elapsed", "score"), Total.NONE, PredictionRule.NEAREST), 1)
    6
    """
    criteria = chain(order.keys_of(round_number))
    leading = list(takewhile(lambda criterion: criterion.key in FEW_VALUES, criteria))
    return sum(criterion.width for criterion in leading) or criteria[0].width - _FINE_DIGITS


def shown_name(name: str, display: NameDisplay) -> str:
    """A name as the contest shows it to everybody; empty when it shows none.

    >>> [shown_name("Nguyễn Thị Hoa", display) for display in NameDisplay]
    ['Nguyễn Thị Hoa', 'N*** T*** Hoa', '']
    """
    if display is NameDisplay.FULL:
        return name
    return masked_name(name) if display is NameDisplay.MASKED else ""


def running(phases: Iterable[Phase]) -> bool:
    return not _RUNNING.isdisjoint(phases)


def over(phases: Iterable[Phase]) -> bool:
    """Whether every round is over."""
    return _OVER.issuperset(phases)


def ranking_visible(shown: RankingShown, score_shown: ScoreShown, phases: Sequence[Phase]) -> bool:
    """Whether participants see a ranking made of rounds in these phases (one round, or all of the contest).

    A ranking never tells a score before the regulations do.
    """
    begun = [phase for phase in phases if phase is not Phase.COMING]
    if shown is RankingShown.PUBLISHED:
        return bool(begun) and all(phase is Phase.PUBLISHED for phase in begun)
    if shown is RankingShown.AFTER_ROUND or score_shown is ScoreShown.AFTER_ROUND:
        return bool(begun) and not running(begun)
    return True


def score_visible(shown: ScoreShown, phase: Phase) -> bool:
    """Whether a participant sees the score of an own attempt that has ended."""
    return shown is ScoreShown.AT_ONCE or phase in _OVER


def key_visible(shown: KeyShown, phase: Phase, phases: Iterable[Phase]) -> bool:
    """Whether a participant sees right answers of an own attempt; ``phases`` are those of all rounds."""
    if shown is KeyShown.AT_ONCE:
        return True
    if shown is KeyShown.AFTER_ROUND:
        return phase in _OVER
    return shown is KeyShown.AFTER_CONTEST and phase in _OVER and over(phases)
