"""The notice of results: an announced version as everybody reads it, as plain values; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from contest.accounts.rules import KIND_NAMES
from contest.publishing.models import Publication
from contest.publishing.rules import WHOLE
from contest.rounds.models import Contest, Round
from contest.rounds.queries import round_of
from contest.rounds.settings import (
    PREDICTION_RULE_NAMES,
    PREDICTION_SCOPE_NAMES,
    PREDICTION_TARGET_NAMES,
    PredictionRule,
    PredictionScope,
    PredictionTarget,
)
from questions.messages import N_, Message, message

#: Scores shown one by one up to this maximum; above it in so many classes.
MAX_COLUMNS = 30


@dataclass(frozen=True, slots=True)
class UnionLine:
    """A union as it was announced; ``rate`` in per cent, None without a headcount."""

    code: str
    name: str
    people: int
    attempts: int
    perfect_people: int
    headcount: int | None
    wanted: int | None

    @property
    def rate(self) -> float | None:
        return 100 * self.people / self.headcount if self.headcount else None

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None where there is none."""
        return None if self.wanted is None else self.people >= self.wanted


@dataclass(frozen=True, slots=True)
class PrizeGroup:
    """Winners of one prize, in order."""

    title: str
    value: str
    collective: bool
    winners: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Notice:
    """One announced version. Properties speak of figures as they were then, whatever has become of them."""

    contest: Contest
    publication: Publication
    #: The version that holds now.
    newest: int
    #: Names of winners by owner as they may be shown now: who agreed, or took that back, since the announcement.
    names: Mapping[str, str] = field(default_factory=dict)
    #: Workplaces of winners by owner, where they are to be told although the announcement hides them.
    workplaces: Mapping[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return self.publication.round_number

    @property
    def round(self) -> Round | None:
        return round_of(self.contest, self.number) if self.number != WHOLE else None

    @property
    def figures(self) -> Mapping[str, Any]:
        return self.publication.figures

    @property
    def superseded(self) -> bool:
        return self.publication.version != self.newest

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        first, last = self.figures.get("opens_at"), self.figures.get("closes_at")
        return (datetime.fromisoformat(first), datetime.fromisoformat(last)) if first and last else None

    @property
    def average(self) -> float | None:
        """Mean score of a counted attempt."""
        attempts = self.figures["attempts"]
        return self.figures["score_sum"] / attempts if attempts else None

    @property
    def scores(self) -> list[tuple[str, int]]:
        """Counted attempts by score from 0 to the maximum, in classes of equal width where there are too many."""
        return classes(dict(self.figures["scores"]), self.figures.get("max_score", 0))

    @property
    def kinds(self) -> list[tuple[str, str, int, int, int]]:
        """(kind of participant, division or "", people, attempts, all-correct people)."""
        rows = self.figures.get("kinds", ())
        return [(KIND_NAMES[kind], division or "", *numbers) for kind, division, *numbers in rows]

    @property
    def days(self) -> list[tuple[date, int, int]]:
        """(day, people who joined, attempts)."""
        rows = self.figures.get("days", ())
        return [(date.fromisoformat(day), people, attempts) for day, people, attempts in rows]

    @property
    def unions(self) -> list[UnionLine]:
        return [union_line(row) for row in self.figures["unions"]]

    @property
    def unions_by_rate(self) -> list[UnionLine]:
        return [union_line(row) for row in self.figures.get("unions_by_rate", ())]

    @property
    def root(self) -> UnionLine | None:
        row = self.figures.get("root")
        return union_line(row) if row else None

    @property
    def true_number(self) -> Message | None:
        """The number behind the predictions with its definition; None where nothing was predicted."""
        number, target = self.figures.get("true_number"), self.figures.get("prediction_target")
        if number is None or not target:
            return None
        return message(
            N_("Số đúng của câu dự đoán là %(number)s: %(target)s %(scope)s, chỉ kể lượt thi hợp lệ."),
            number=number,
            target=Message(PREDICTION_TARGET_NAMES[PredictionTarget(target)]),
            scope=Message(PREDICTION_SCOPE_NAMES[PredictionScope(self.figures["prediction_scope"])]),
        )

    @property
    def prediction_rule(self) -> str:
        return PREDICTION_RULE_NAMES[PredictionRule(self.figures["prediction_rule"])]

    @property
    def winners(self) -> list[Mapping[str, Any]]:
        """Winners as announced, by the names given to this notice."""
        return [
            {
                **row,
                "name": self.names.get(row["owner"], row["name"]),
                "union": self.workplaces.get(row["owner"], row["union"]),
            }
            for row in self.publication.winners
        ]

    @property
    def prizes(self) -> list[PrizeGroup]:
        return [
            PrizeGroup(title, value, collective, list(winners))
            for (title, value, collective), winners in groupby(self.winners, _prize)
        ]


def _prize(winner: Mapping[str, Any]) -> tuple[str, str, bool]:
    return winner["prize"], winner["value"], winner["collective"]


def union_line(row: Mapping[str, Any]) -> UnionLine:
    return UnionLine(
        row["code"],
        row["name"],
        row["people"],
        row["attempts"],
        row.get("perfect_people", 0),
        row.get("headcount"),
        row.get("wanted"),
    )


def classes(scores: Mapping[int, int], most: int) -> list[tuple[str, int]]:
    """Every score from 0 to the maximum with its attempts; in classes of equal width where there are too many.

    >>> classes({0: 1, 2: 5}, 2)
    [('0', 1), ('1', 0), ('2', 5)]
    >>> classes({0: 1, 61: 5}, 61)[0], classes({0: 1, 61: 5}, 61)[-1]
    (('0-2', 1), ('60-61', 5))
    """
    if not scores:
        return []
    most = max(most, *scores)
    width = most // MAX_COLUMNS + 1
    return [
        (
            str(start) if width == 1 else f"{start}-{min(start + width - 1, most)}",
            sum(count for score, count in scores.items() if start <= score < start + width),
        )
        for start in range(0, most + 1, width)
    ]


def chart_days(notice: Notice) -> list[tuple[str, int]]:
    """Attempts by day, for a chart."""
    return [(f"{on:%d/%m}", attempts) for on, _people, attempts in notice.days]


def notice_data(notice: Notice) -> dict[str, Any]:
    """The notice as data: figures and winners as announced; owners are not told here."""
    publication = notice.publication
    return {
        "contest": notice.contest.slug,
        "round": notice.number,
        "version": publication.version,
        "newest": notice.newest,
        "reason": publication.reason,
        "published_at": publication.published_at.isoformat(),
        "digest": publication.digest,
        "head": publication.head,
        "figures": {name: value for name, value in publication.figures.items() if name != "changed"},
        "winners": [{name: value for name, value in row.items() if name != "owner"} for row in notice.winners],
    }
