"""What the pages about signals show: what the address asks for, reasons, attempts, data for programs."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from contest.attempts.papers import Wording, wordings
from contest.signals.gather import Asked, chosen
from contest.signals.models import Signal
from contest.signals.queries import About, Filter
from contest.signals.rules import SHORT_NAMES, SignalKind, Verdict, reasons
from contest.web.texts import say
from questions.markup import plain
from questions.rules import BY_HAND, LETTERED

PAGE_SIZE = 50
#: Signals printed at once on the terminal.
MOST_TOLD = 1000
#: Attempts whose answers are laid beside each other.
COMPARED = 100

#: Filters as addresses write them.
KINDS = {
    "chung-may": SignalKind.ONE_DEVICE,
    "qua-nhanh": SignalKind.TOO_FAST,
    "sai-giong": SignalKind.SAME_WRONG,
    "dang-ky": SignalKind.REGISTRATIONS,
}
VERDICTS = {"giai-thich": Verdict.EXPLAINED, "xac-nhan": Verdict.CONFIRMED}
OPEN = "chua"

TONES = {None: "warn", Verdict.EXPLAINED: "ok", Verdict.CONFIRMED: "bad"}


@dataclass(frozen=True, slots=True)
class Asks:
    """What the address of the list asks for; odd values count as none."""

    kind: str
    state: str
    page: int

    @classmethod
    def here(cls) -> "Asks":
        kind, state = request.args.get("loai", ""), request.args.get("xu-ly", "")
        page = request.args.get("trang", "")
        return cls(
            kind if kind in KINDS else "",
            state if state in (*VERDICTS, OPEN) else "",
            max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    @property
    def filter(self) -> Filter:
        return Filter(KINDS.get(self.kind), VERDICTS.get(self.state), self.state == OPEN)

    def args(self, **changes: Any) -> dict[str, Any]:
        """Arguments of an address that asks for the same, but for the changes."""
        args = {"loai": self.kind or None, "xu-ly": self.state or None, "trang": self.page if self.page > 1 else None}
        return args | changes

    def fits(self, kind: SignalKind, verdict: Verdict | None) -> bool:
        """Whether a signal of this kind and verdict is asked for."""
        if self.kind and KINDS[self.kind] is not kind:
            return False
        return not self.state or (verdict is None if self.state == OPEN else VERDICTS[self.state] is verdict)


def kind_tabs(ask: Asks, counts: Counter[tuple[SignalKind, Verdict | None]]) -> list[tuple[str, dict[str, Any], bool]]:
    """Filters by kind with how many signals each has: text, arguments of its address, whether it is chosen."""

    def total(kind: str) -> int:
        wanted = Asks(kind, ask.state, 1)
        return sum(count for (k, verdict), count in counts.items() if wanted.fits(k, verdict))

    names = {"": gettext("Tất cả")} | {value: say(SHORT_NAMES[kind]) for value, kind in KINDS.items()}
    return [
        (f"{name} ({total(value)})", ask.args(loai=value or None, trang=None), value == ask.kind)
        for value, name in names.items()
    ]


def said(signal: Signal) -> list[str]:
    """Why a signal was raised, in the reader's language."""
    return [say(reason) for reason in reasons(SignalKind(signal.kind), signal.details)]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong answer that most of the attempts gave: ``given`` of those that had the question."""

    stem: str
    answer: str
    given: int
    had: int


def shared_mistakes(session: Session, memo: dict[str, Any], about: Sequence[About]) -> list[Mistake]:
    """Wrong answers that at least two and at least half of the attempts with the question gave, the commonest first."""
    ids = {row[0] for one in about for row in one.attempt.paper}
    words = wordings(session, memo, sorted(ids))
    asked = {version_id: Asked.of(w.kind, w.choices, w.stem) for version_id, w in words.items()}
    had: Counter[int] = Counter()
    given: Counter[tuple[int, Hashable]] = Counter()
    shown: dict[tuple[int, Hashable], str] = {}
    for one in about:
        marks = one.attempt.marks or []
        for place, ((version_id, order, worth), mark) in enumerate(zip(one.attempt.paper, marks, strict=False), 1):
            had[version_id] += 1
            answer = one.attempt.answers.get(str(place), "")
            if answer and (mark or 0) < worth and asked[version_id].kind not in BY_HAND:
                key = version_id, chosen(asked[version_id], order, answer)
                given[key] += 1
                shown.setdefault(key, _answer(words[version_id], key[1], answer))
    return [
        Mistake(plain(words[v].stem, words[v].markup), shown[v, answer], count, had[v])
        for (v, answer), count in given.most_common()
        if count > 1 and 2 * count >= had[v]
    ]


def _answer(words: Wording, picked: Hashable, typed: str) -> str:
    """An answer in the words of its options, else as it was kept."""
    if words.kind in LETTERED and isinstance(picked, int):
        return "; ".join(plain(c.text, words.markup) for n, c in enumerate(words.choices) if picked >> n & 1)
    return typed


# As data


def signal_data(signal: Signal) -> dict[str, Any]:
    return {
        "id": signal.id,
        "kind": signal.kind,
        "strength": signal.strength,
        "people": signal.people,
        "reasons": said(signal),
        "found_at": signal.found_at.isoformat(),
        "verdict": signal.verdict,
        "note": signal.note,
        "decided_at": signal.decided_at.isoformat() if signal.decided_at else None,
    }


def about_data(one: About) -> dict[str, Any]:
    attempt = one.attempt
    return {
        "code": attempt.code,
        "name": one.person.name,
        "union": one.union.code if one.union else None,
        "number": attempt.number,
        "started_at": attempt.started_at.isoformat(),
        "submitted_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
        "elapsed_ms": attempt.elapsed_ms,
        "score": attempt.score,
        "max_score": attempt.max_score,
    }


def list_data(ask: Asks, total: int, last_page: int, found: Sequence[Signal], run: Any) -> dict[str, Any]:
    return {
        "signals": [signal_data(signal) for signal in found],
        "total": total,
        "page": ask.page,
        "pages": last_page,
        "looked_at": run.computed_at.isoformat() if run else None,
        "attempts": run.attempts if run else None,
        "erased_at": run.erased_at.isoformat() if run and run.erased_at else None,
    }
