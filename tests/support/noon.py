"""One noon for rooms whose figures stand on days, years and quarters of an hour: no test meets the edge of any.

A figure "of today" told a second before midnight, tries counted in the last second of a quarter, or a year asked for on
its last evening would be another one than the test has arranged. What happens at such an edge is tested by moments that
tests name.
"""

import time
from datetime import UTC, datetime, timedelta

from contest import clock

NOON = datetime(2026, 11, 23, 12, tzinfo=clock.VIETNAM)
ROOMS = frozenset(("accounts", "campaigns", "members", "participation", "publishing", "reports", "unions"))
_machine = clock._wall
_module = None


def begin(item) -> None:
    """Set the clock for a test: each file of these rooms begins at noon and goes on from there, the others go by the
    machine. A file that travels in time sets its clock by itself."""
    global _module
    if item.module is _module:
        return
    _module = item.module
    if item.path.parent.name in ROOMS and not hasattr(item.module, "time_machine"):
        clock._wall = _going_on(NOON.astimezone(UTC))
    else:
        clock._wall = _machine


def _going_on(start):
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)
