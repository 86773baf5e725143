"""How unions are ranked for collective prizes; pure and exact: whole numbers and fractions, never floats."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contest.participation.branches import UnionRow
from contest.participation.leagues import BY_PEOPLE, BY_RATE, Minimum
from contest.prizes.rules import Standee
from contest.rounds.settings import CollectiveBasis
from questions.messages import N_, Message, message


@dataclass(frozen=True, slots=True)
class League:
    """What a collective prize goes by: lines of one league follow each other.

    ``size``: headcounts from and up to, both included, None: any. Weights are of the rate and of what is added.
    """

    basis: CollectiveBasis
    union_id: int
    size: tuple[int | None, int | None] = (None, None)
    weights: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Competitor:
    """A union with its figures. ``average``: average score in per cent of the maximum, None without attempts;
    ``points``: what the announced prizes of its people count for."""

    row: UnionRow
    average: Fraction | None = None
    points: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A union with its place; ``value`` is what it is ranked by, ``rate`` in per cent."""

    rank: int
    competitor: Competitor
    value: Fraction
    rate: Fraction | None


@dataclass(frozen=True, slots=True)
class Table:
    """A league in order, and the unions that get no place in it, with the reason."""

    ranked: tuple[Ranked, ...]
    unranked: tuple[tuple[Competitor, Message], ...]

    def standees(self) -> list[Standee]:
        return [Standee(line.competitor.row.node.id, line.rank, -line.value) for line in self.ranked]


def average_percent(parts: Iterable[tuple[int, int, int]]) -> Fraction | None:
    """The average score in per cent of the maximum, from (scores added up, attempts, maximum of a paper) of parts.

    >>> average_percent([(30, 2, 20), (10, 1, 10)])
    Fraction(80, 1)
    >>> average_percent([]) is None
    True
    """
    scored = most = 0
    for scores, attempts, maximum in parts:
        scored, most = scored + scores, most + attempts * maximum
    return Fraction(100 * scored, most) if most else None


def rate_of(competitor: Competitor) -> Fraction | None:
    """People in per cent of the headcount; None without one."""
    headcount = competitor.row.headcount
    return Fraction(100 * competitor.row.counts.people, headcount) if headcount else None


def value_of(competitor: Competitor, league: League) -> Fraction | None:
    """What a union is ranked by, more is better; None where it cannot be told."""
    if league.basis is CollectiveBasis.PEOPLE:
        return Fraction(competitor.row.counts.people)
    rate = rate_of(competitor)
    if rate is None or league.basis is CollectiveBasis.RATE:
        return rate
    other = competitor.average if league.basis is CollectiveBasis.RATE_AVERAGE else Fraction(competitor.points)
    weight, other_weight = league.weights
    return weight * rate + other_weight * (other or 0)


def in_class(headcount: int | None, size: tuple[int | None, int | None]) -> bool:
    """Whether a union belongs to a size class; one without a headcount is told so elsewhere.

    >>> [in_class(n, (50, 99)) for n in (49, 50, 99, 100, None)]
    [False, True, True, False, True]
    """
    if headcount is None:
        return True
    least, most = size
    return (least is None or headcount >= least) and (most is None or headcount <= most)


def no_place(competitor: Competitor, league: League, minimum: Minimum) -> Message | None:
    """Why a union is not ranked; None when it is."""
    by_people = league.basis is CollectiveBasis.PEOPLE
    if league.size != (None, None) and competitor.row.headcount is None:
        return message(N_("chưa có số đoàn viên"))
    return minimum.reason(competitor.row, BY_PEOPLE if by_people else BY_RATE)


def rank(competitors: Sequence[Competitor], league: League, minimum: Minimum) -> Table:
    """The unions of a league on competition places (1, 2, 2, 4), equal ones by name; unions of other sizes left out."""
    found, unranked = [], []
    for competitor in competitors:
        if not in_class(competitor.row.headcount, league.size):
            continue
        why = no_place(competitor, league, minimum)
        value = value_of(competitor, league)
        if why or value is None:
            unranked.append((competitor, why or message(N_("chưa có số đoàn viên"))))
        else:
            found.append((value, competitor))
    found.sort(key=lambda pair: (-pair[0], pair[1].row.node.name_key, pair[1].row.node.id))
    ranked: list[Ranked] = []
    for number, (value, competitor) in enumerate(found, 1):
        place = ranked[-1].rank if ranked and ranked[-1].value == value else number
        ranked.append(Ranked(place, competitor, value, rate_of(competitor)))
    return Table(tuple(ranked), tuple(unranked))


# In words


def decimal(value: Fraction) -> Decimal:
    """A figure with two decimals, half up.

    >>> [str(decimal(Fraction(*parts))) for parts in ((200, 3), (50, 10), (1, 200), (0, 1))]
    ['66.67', '5', '0.01', '0']
    """
    hundredths = (200 * value.numerator + value.denominator) // (2 * value.denominator)
    whole, rest = divmod(hundredths, 100)
    return Decimal(f"{whole}.{rest:02}".rstrip("0").rstrip("."))


def figures(line: Ranked, league: League) -> Message:
    """What a union's place follows from, in one sentence."""
    people, headcount = line.competitor.row.counts.people, line.competitor.row.headcount
    if league.basis is CollectiveBasis.PEOPLE:
        return message(N_("%(people)s người dự thi."), people=people)
    rate = decimal(line.rate or Fraction(0))
    known = {"people": people, "headcount": headcount, "rate": rate}
    if league.basis is CollectiveBasis.RATE:
        return message(N_("%(people)s người dự thi trên %(headcount)s người, tỷ lệ %(rate)s%%."), **known)
    known |= {"weight": league.weights[0], "other": league.weights[1], "total": decimal(line.value)}
    if league.basis is CollectiveBasis.RATE_AVERAGE:
        text = N_(
            "%(people)s người dự thi trên %(headcount)s người, tỷ lệ %(rate)s%%; điểm trung bình bằng %(average)s%% "
            "điểm tối đa; %(weight)s × %(rate)s + %(other)s × %(average)s = %(total)s điểm."
        )
        return message(text, average=decimal(line.competitor.average or Fraction(0)), **known)
    text = N_(
        "%(people)s người dự thi trên %(headcount)s người, tỷ lệ %(rate)s%%; giải cá nhân quy đổi được %(points)s "
        "điểm; %(weight)s × %(rate)s + %(other)s × %(points)s = %(total)s điểm."
    )
    return message(text, points=line.competitor.points, **known)


def lead(line: Ranked, following: Ranked | None, league: League) -> Message | None:
    """By how much a union stands above the next place; None where nobody stands there."""
    if following is None:
        return None
    gap = line.value - following.value
    known = {"name": following.competitor.row.node.name}
    if league.basis is CollectiveBasis.PEOPLE:
        return message(N_("hơn đơn vị xếp sau (%(name)s) %(gap)s người"), gap=decimal(gap), **known)
    known["unit"] = message(N_("điểm phần trăm") if league.basis is CollectiveBasis.RATE else N_("điểm"))
    if gap < Fraction(1, 200):
        return message(N_("hơn đơn vị xếp sau (%(name)s) dưới 0,01 %(unit)s"), **known)
    return message(N_("hơn đơn vị xếp sau (%(name)s) %(gap)s %(unit)s"), gap=decimal(gap), **known)
