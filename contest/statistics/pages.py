"""What the pages about statistics show: what the address asks for, rows of questions, data for programs."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext

from contest.rounds.models import Contest, Round
from contest.statistics.models import RoundStatistic
from contest.statistics.queries import Measured, Use
from contest.statistics.rules import ORDERS, Which, reading
from contest.web.texts import in_local_signs, say
from questions.analysis import TEST_FIGURES
from questions.markup import plain
from questions.messages import N_, Message
from questions.models import Question, QuestionBank
from questions.rules import LETTERED, LETTERS, Choice, Kind, Markup

PAGE_SIZE = 50
DOWN, UP = "giam", "tang"

FIGURE_NAMES = {
    "mean": N_("Điểm trung bình"),
    "median": N_("Điểm ở giữa (trung vị)"),
    "sd": N_("Độ lệch chuẩn"),
    "skewness": N_("Độ lệch về một phía"),
    "kurtosis": N_("Độ nhọn"),
    "cic": N_("Độ ăn khớp giữa các câu (CIC)"),
    "error_ratio": N_("Tỷ lệ sai số"),
    "standard_error": N_("Sai số chuẩn của điểm"),
}
#: Given in per cent; skewness and kurtosis have no unit, the others are points.
IN_PERCENT = frozenset({"cic", "error_ratio"})
WITHOUT_UNIT = frozenset({"skewness", "kurtosis"})

#: Why a question should be looked at, in a word or two.
REASON_NAMES = {
    "negative": N_("phân biệt ngược"),
    "low": N_("ít phân biệt"),
    "distractor": N_("người giỏi chọn phương án sai"),
    "guessed": N_("không hơn đoán mò"),
    "all-right": N_("ai cũng đúng"),
    "all-wrong": N_("ai cũng sai"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    which: Which
    key: str
    descending: bool
    suspects: bool
    page: int

    @property
    def direction(self) -> str:
        return "desc" if self.descending else "asc"

    def args(self, **changes: Any) -> dict[str, Any]:
        """Arguments of an address that asks for the same, but for the changes; what is usual is left out."""
        return {
            "tinh": None if self.which is Which.ALL else self.which.value,
            "sap-xep": None if self.key == "xem-lai" else self.key,
            "chieu": None if self.descending == (ORDERS[self.key] == "desc") else (DOWN if self.descending else UP),
            "loc": "xem-lai" if self.suspects else None,
            "trang": self.page if self.page > 1 else None,
        } | changes

    def sorted_by(self, key: str) -> dict[str, Any]:
        """Arguments of the address that sorts by a column: the other way round where it is sorted by that already."""
        first = ORDERS[key] == "desc"
        descending = not self.descending if key == self.key else first
        turned = None if descending == first else (DOWN if descending else UP)
        return self.args(**{"sap-xep": None if key == "xem-lai" else key, "chieu": turned, "trang": None})


def asked() -> Asked:
    """Read the address; odd values fall back to the usual ones."""
    key = request.args.get("sap-xep", "")
    key = key if key in ORDERS else "xem-lai"
    turn = request.args.get("chieu", "")
    page = request.args.get("trang", "")
    return Asked(
        which=Which.FIRST if request.args.get("tinh") == Which.FIRST else Which.ALL,
        key=key,
        descending=turn == DOWN if turn in (DOWN, UP) else ORDERS[key] == "desc",
        suspects=request.args.get("loc") == "xem-lai",
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A question of a round as a row of the table. Figures in per cent; None: undefined."""

    bank: str
    code: str
    number: int
    stem: str
    drawn: int
    attempts: int
    facility: float | None
    sd: float | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    effective_weight: float | None
    guess: float | None
    reasons: tuple[str, ...]
    suspect: bool
    dropped: bool
    credit: bool

    @property
    def where(self) -> dict[str, Any]:
        """Arguments that name the version in an address."""
        return {"ngan-hang": self.bank, "ma": self.code, "ban": self.number}


def line_of(measured: Measured, which: Which = Which.ALL) -> Line:
    found = measured.figures
    figures = found if which is Which.ALL else found.get("first", {})
    return Line(
        bank=measured.bank.code,
        code=measured.question.code,
        number=measured.version.number,
        stem=words(measured, measured.version.stem),
        drawn=measured.statistic.drawn,
        attempts=int(figures.get("attempts") or 0),
        facility=figures.get("facility"),
        sd=figures.get("sd"),
        discrimination_index=figures.get("discrimination_index"),
        discriminative_efficiency=figures.get("discriminative_efficiency"),
        effective_weight=figures.get("effective_weight"),
        guess=found.get("guess"),
        reasons=tuple(reason["reason"] for reason in found.get("reasons", ())),
        suspect=measured.statistic.suspect,
        dropped=bool(found.get("dropped")),
        credit=bool(found.get("credit")),
    )


def words(measured: Measured, text: str) -> str:
    """A text of a version as plain words."""
    return plain(text, Markup(measured.version.details.get("markup", Markup.PLAIN)))


_KEYS: dict[str, Callable[[Line], Any]] = {
    "xem-lai": lambda line: len(line.reasons) or None,
    "ma": lambda line: line.code,
    "luot": lambda line: line.drawn,
    "de": lambda line: line.facility,
    "phan-biet": lambda line: line.discrimination_index,
    "hieu-qua": lambda line: line.discriminative_efficiency,
    "trong-so": lambda line: line.effective_weight,
}


def in_order(lines: Iterable[Line], key: str, descending: bool) -> list[Line]:
    """Sorted; what is undefined comes last in both directions, equals stay in order of bank and code."""
    value = _KEYS[key]
    known, unknown = [], []
    for line in lines:
        (unknown if value(line) is None else known).append(line)
    return [*sorted(known, key=value, reverse=descending), *unknown]


def reasons_of(measured: Measured) -> list[str]:
    """Why a question should be looked at, as sentences in the reader's language."""
    return [say(Message(reason["text"], reason["params"])) for reason in measured.figures.get("reasons", ())]


# The round


def round_rows(figures: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Figures of a round as (name, value, what it says), in the reader's language."""
    return [
        (gettext(FIGURE_NAMES[name]), _value(name, figures[name]), gettext(reading(name, figures[name])) % {})
        for name in TEST_FIGURES
    ]


def _value(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    text = in_local_signs(f"{value:,.1f}" if name in IN_PERCENT else f"{value:,.2f}").replace("-", "\u2212")
    if name in WITHOUT_UNIT:
        return text
    return f"{text}%" if name in IN_PERCENT else gettext("%(points)s điểm", points=text)


def made_at(whole: RoundStatistic) -> datetime:
    """The moment that the figures shown are of."""
    return datetime.fromisoformat(whole.figures["made_at"])


def points(lines: Sequence[Line]) -> list[tuple[int, int, int, bool, str]]:
    """Dots of the scatter: facility and discrimination in whole per cent, how many there, suspect, codes."""
    dots: dict[tuple[int, int, bool], list[str]] = {}
    for line in lines:
        if line.facility is not None and line.discrimination_index is not None:
            where = (round(line.facility), round(line.discrimination_index), line.suspect)
            dots.setdefault(where, []).append(line.code)
    return [(x, y, len(codes), bad, ", ".join(codes[:5])) for (x, y, bad), codes in sorted(dots.items())]


def reason_counts(measured: Iterable[Measured]) -> list[tuple[str, int]]:
    """How many questions are under each suspicion, as (words, questions), the most frequent first."""
    counts = Counter(reason["reason"] for one in measured for reason in one.figures.get("reasons", ()))
    return [(gettext(REASON_NAMES[reason]), count) for reason, count in counts.most_common()]


# One question


@dataclass(frozen=True, slots=True)
class Option:
    """A row of the table of answers; ``letter`` empty: nothing was answered."""

    letter: str
    text: str
    right: bool
    count: int
    share: float
    top: float
    bottom: float
    rest: float | None


def options(measured: Measured) -> list[Option]:
    """The distractor table with the words of the version; shares in per cent."""
    kind, choices = Kind(measured.version.kind), measured.version.choices
    rows = []
    for row in measured.figures.get("options", ()):
        place = row["option"]
        choice = None if place is None else choices[place]
        shares = {name: None if row[name] is None else 100 * row[name] for name in ("share", "top", "bottom", "rest")}
        right = bool(choice) and kind in LETTERED and choice.correct
        rows.append(
            Option(
                "" if place is None else LETTERS[place],
                words(measured, _side(choice)) if choice else gettext("Không trả lời"),
                right,
                row["count"],
                **shares,
            )
        )
    return rows


def _side(choice: Choice) -> str:
    return " → ".join(part for part in (choice.text, choice.match) if part)


# A question through its rounds


@dataclass(frozen=True, slots=True)
class UseLine:
    """What one round says of one version of a question."""

    contest: Contest
    round: Round
    number: int
    drawn: int
    attempts: int
    facility: float | None
    discrimination_index: float | None
    reasons: tuple[str, ...]
    dropped: bool
    credit: bool


def use_lines(uses: Iterable[Use]) -> list[UseLine]:
    return [
        UseLine(
            contest=use.round.contest,
            round=use.round,
            number=use.number,
            drawn=use.statistic.drawn,
            attempts=int(use.statistic.figures.get("attempts") or 0),
            facility=use.statistic.figures.get("facility"),
            discrimination_index=use.statistic.figures.get("discrimination_index"),
            reasons=tuple(reason["reason"] for reason in use.statistic.figures.get("reasons", ())),
            dropped=bool(use.statistic.figures.get("dropped")),
            credit=bool(use.statistic.figures.get("credit")),
        )
        for use in uses
    ]


def uses_data(bank: QuestionBank, question: Question, rows: Sequence[UseLine]) -> dict[str, Any]:
    names = ("number", "drawn", "attempts", "facility", "discrimination_index", "dropped", "credit")
    return {
        "bank": bank.code,
        "code": question.code,
        "rounds": [
            {"contest": row.contest.slug, "round": row.round.number, "reasons": list(row.reasons)}
            | {name: getattr(row, name) for name in names}
            for row in rows
        ],
    }


# For programs


def round_data(
    contest: Contest,
    round_: Round,
    whole: RoundStatistic | None,
    measured: Sequence[Measured],
    *,
    detailed: bool = False,
) -> dict[str, Any]:
    """A round as data; ``detailed`` with answers and groups of every question."""
    figures = whole.figures if whole else {}
    return {
        "contest": contest.slug,
        "round": round_.number,
        "computed_at": figures.get("made_at"),
        "attempts": whole.attempts if whole else 0,
        "all": figures.get("all"),
        "first": figures.get("first"),
        "scores": [{"score": label, "attempts": count} for label, count in figures.get("scores", ())],
        "questions": [question_data(one, detailed=detailed) for one in measured],
    }


def question_data(measured: Measured, *, detailed: bool = True) -> dict[str, Any]:
    line = line_of(measured)
    found = measured.figures
    data: dict[str, Any] = {
        name: getattr(line, name)
        for name in (
            "bank",
            "code",
            "number",
            "drawn",
            "attempts",
            "facility",
            "sd",
            "discrimination_index",
            "discriminative_efficiency",
            "effective_weight",
            "guess",
            "suspect",
            "dropped",
            "credit",
        )
    }
    data |= {"first": found.get("first"), "reasons": reasons_of(measured)}
    if detailed:
        data |= {
            "blank": found.get("blank"),
            "options": [
                {"letter": o.letter or None, "count": o.count, "share": o.share, "top": o.top, "bottom": o.bottom}
                | {"rest": o.rest}
                for o in options(measured)
            ],
            "typed": [{"answer": text, "count": count} for text, count in found.get("typed", ())],
            "bands": found.get("bands", []),
        }
    return data
