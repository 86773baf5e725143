"""What a run says when it is over."""

from faults.ledger import Ledger


def table(title: str, ledger: Ledger, seconds: float) -> str:
    """The figures of a run as lines of text, the violations last."""
    rows = [(name, count) for name, count in sorted(ledger.faults.items())]
    rows += [("faults in all", sum(ledger.faults.values())), ("requests", ledger.requests)]
    rows += [(f"  replies {status}", count) for status, count in sorted(ledger.statuses.items())]
    shown = ("acknowledged", "checked", "submissions confirmed", "scores checked", "recoveries")
    rows += [(name, ledger.figures[name]) for name in shown]
    rows += [(name, count) for name, count in sorted(ledger.figures.items()) if name not in shown]
    rows += [(name, ledger.figures[name]) for name in ("lost", "double scores", "extra attempts")]
    width = max(len(name) for name, _count in rows)
    lines = [f"{title}: {seconds:.0f} s, longest recovery {ledger.worst_recovery_s:.1f} s"]
    lines += [f"  {name:{width}}  {count:>8,}" for name, count in dict(rows).items()]
    lines.append(f"  violations: {dict(ledger.broken) or 'none'}")
    return "\n".join([*lines, *(f"    {violation}" for violation in ledger.violations[:20])])
