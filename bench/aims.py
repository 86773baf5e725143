"""What is aimed at, what was measured beside it, and whether it is reached."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench import report

#: One first flight of a new connection: ten segments.
FIRST_FLIGHT = 14_600


@dataclass(frozen=True, slots=True)
class Aim:
    """``bound`` by kind of database; reached when the middle figure is at least, or where ``most`` at most, that."""

    key: str
    title: str
    bound: dict[str, float]
    figure: Callable[[dict[str, Any]], list[float]]
    most: bool = False

    def judged(self, found: dict[str, Any]) -> dict[str, Any]:
        reached, bound = self.figure(found), self.bound[found["database"]]
        met = reached[0] <= bound if self.most else reached[0] >= bound
        return {"aim": self.key, "title": self.title, "bound": bound, "most": self.most, "reached": reached, "met": met}


def both(bound: float) -> dict[str, float]:
    return {"SQLite": bound, "PostgreSQL": bound}


def _to(step: str, kind: str, floor: str) -> Callable[[dict[str, Any]], list[float]]:
    return lambda found: found["steps"][step][kind][floor]


def _usual(step: str) -> Callable[[dict[str, Any]], list[float]]:
    return lambda found: found["steps"][step]["usual_to_own"]


def _view(encoding: str, name: str) -> Callable[[dict[str, Any]], list[float]]:
    return lambda found: found["first_view"][encoding][name]


_PAPER = {"SQLite": 0.5, "PostgreSQL": 0.35}
_CPU = {"SQLite": 2.0, "PostgreSQL": 3.2}
AIMS = (
    Aim("A", "save: requests/s × bare update and commit", both(0.75), _to("save", "rate_to", "bare_commit")),
    Aim("A′", "save: requests/s × the product's update and commit", both(0.75), _to("save", "rate_to", "commit")),
    Aim("B", "save: processor time × bare empty route", _CPU, _to("save", "cpu_to", "bare_empty"), most=True),
    Aim("B′", "save: processor time × the product's empty route", _CPU, _to("save", "cpu_to", "empty"), most=True),
    Aim("C", "paper: requests/s × bare empty route", _PAPER, _to("paper", "rate_to", "bare_empty")),
    Aim("C′", "paper: requests/s × the product's empty route", _PAPER, _to("paper", "rate_to", "empty")),
    Aim("D", "save: processor time of the usual way × ours", both(5), _usual("save")),
    Aim("D", "paper: processor time of the usual way × ours", both(10), _usual("paper")),
    Aim("N", "first view in bytes with heads, gzip", both(FIRST_FLIGHT), _view("gzip", "bytes"), most=True),
    Aim("N", "first view in bytes with heads, brotli", both(FIRST_FLIGHT), _view("br", "bytes"), most=True),
    Aim("N", "first view in requests", both(1), _view("br", "requests"), most=True),
)
MIX = (
    Aim("G", "p99 at 70 % of the most × the usual way's", both(0.35), lambda found: found["mix"]["p99_ratio"], True),
)
SAVES = (
    Aim("M", "32 saves at a time, committed together × one commit each", both(4), lambda f: f["saves"]["rate_ratio"]),
    Aim("M", "their p99 × that of 8 processes", both(1 / 50), lambda found: found["saves"]["p99_ratio"], most=True),
)


def judged(found: dict[str, Any]) -> list[dict[str, Any]]:
    """A row an aim, as far as it was measured."""
    wanted = AIMS + (MIX if "mix" in found else ()) + (SAVES if "saves" in found else ())
    return [aim.judged(found) for aim in wanted]


def table(rows: list[dict[str, Any]]) -> str:
    lines = [
        [
            f"{row['aim']}: {row['title']}",
            f"{'≤' if row['most'] else '≥'} {row['bound']:,.2f}".removesuffix(".00"),
            _figure(row["reached"]),
            "reached" if row["met"] else "not reached",
        ]
        for row in rows
    ]
    return report.table(["aim", "wanted", "measured", ""], lines)


def _figure(reached: list[float]) -> str:
    """
    >>> _figure([5038.0, 5038.0, 5038.0]), _figure([1.0, 1.0, 1.0]), _figure([0.5, 0.4, 0.6])
    ('5,038', '1', '0.50 [0.40–0.60]')
    """
    if len(set(reached)) == 1 and reached[0] == int(reached[0]):
        return f"{reached[0]:,.0f}"
    return "{:,.0f} [{:,.0f}–{:,.0f}]".format(*reached) if reached[0] >= 1000 else report.spread(reached)
