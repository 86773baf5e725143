"""The figures as tables for people and as data."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bench.measure import Sample, Samples
from bench.steps import STEPS

#: A step that costs so many times more on the largest database than on the smallest asks to be looked at.
GROWTH = 1.5


def middle(samples: Sequence[Sample], value: Callable[[Sample], float]) -> float:
    return statistics.median(map(value, samples))


def ratios(samples: Sequence[Sample], others: Sequence[Sample], value: Callable[[Sample], float]) -> list[float]:
    """Round by round, so that both sides met the same machine: the middle, the least and the greatest."""
    return three([value(one) / value(other) for one, other in zip(samples, others, strict=True)])


def three(found: Sequence[float]) -> list[float]:
    """
    >>> three([3.0, 1.0, 2.0])
    [2.0, 1.0, 3.0]
    """
    return [statistics.median(found), min(found), max(found)]


def cpu(sample: Sample) -> float:
    """Processor time of the server's and, where it is known, the database's processes."""
    return sample.cpu_us + (sample.database_us or 0)


def site_rows(label: str, samples: Samples, queries: dict[str, int]) -> list[dict[str, Any]]:
    """A row a step. Ratios of processor time are to the empty route, of requests a second to the commit floor."""
    floor, commit = samples[label, "empty"], samples[label, "commit"]
    rows = []
    for step in STEPS:
        own = samples[label, step.key]
        database = None if own[0].database_us is None else middle(own, lambda s: s.database_us or 0)
        rows.append(
            {
                "step": step.key,
                "title": step.title,
                "queries": queries.get(step.key),
                "ms": middle(own, lambda s: s.ms),
                "p99_ms": middle(own, lambda s: s.p99_ms),
                "requests_per_s": middle(own, lambda s: s.rate),
                "server_us": middle(own, lambda s: s.cpu_us),
                "database_us": database,
                "bytes": round(middle(own, lambda s: s.size)),
                "cpu_to_empty": ratios(own, floor, cpu),
                "rate_to_empty": ratios(own, floor, lambda s: s.rate),
                "rate_to_commit": ratios(own, commit, lambda s: s.rate),
            }
        )
    return rows


def growth_rows(small: str, large: str, samples: Samples) -> list[dict[str, Any]]:
    """What each step costs on the larger database in terms of the smaller one."""
    return [
        {
            "step": step.key,
            "title": step.title,
            "cpu": ratios(samples[large, step.key], samples[small, step.key], cpu),
            "ms": ratios(samples[large, step.key], samples[small, step.key], lambda s: s.ms),
        }
        for step in STEPS
    ]


def spread(found: Sequence[float]) -> str:
    """
    >>> spread([2.04, 1.96, 3.5])
    '2.0 [2.0–3.5]'
    """
    digits = 3 if found[0] < 0.1 else 2 if found[0] < 1 else 1
    return "{:.{d}f} [{:.{d}f}–{:.{d}f}]".format(*found, d=digits)


def site_table(label: str, rows: Iterable[dict[str, Any]]) -> str:
    rows = list(rows)
    database = rows[0]["database_us"] is not None
    head = ["request", "queries", "ms", "requests/s", "server µs", *(["database µs"] if database else []), "bytes"]
    head += ["CPU × empty", "requests/s × one commit"]
    lines = [
        [
            row["title"],
            "" if row["queries"] is None else str(row["queries"]),
            f"{row['ms']:.1f}",
            f"{row['requests_per_s']:.0f}",
            f"{row['server_us']:.0f}",
            *([f"{row['database_us']:.0f}"] if database else []),
            str(row["bytes"]),
            spread(row["cpu_to_empty"]),
            spread(row["rate_to_commit"]),
        ]
        for row in rows
    ]
    return f"\n{label}\n\n" + table(head, lines)


def growth_table(small: str, large: str, rows: Iterable[dict[str, Any]]) -> str:
    lines = [
        [row["title"], spread(row["cpu"]), spread(row["ms"]), "grows" if row["cpu"][0] > GROWTH else ""] for row in rows
    ]
    return f"\nFrom {small} to {large}\n\n" + table(["request", "CPU ×", "ms ×", ""], lines)


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table with columns as wide as they need to be: text to the left, figures to the right."""
    widths = [max(len(line[place]) for line in [head, *lines]) for place in range(len(head))]

    def row(cells: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = "|" + "|".join("-" * (width + 1) + (":" if place else "-") for place, width in enumerate(widths)) + "|"
    return "\n".join([row(head), rule, *map(row, lines)])
