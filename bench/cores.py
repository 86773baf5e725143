"""Which processor core does what, where the system lets one choose."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

SERVER_CORE, CLIENT_CORE = 0, 1


def pinned(core: int) -> bool:
    """Keep this process, and those it starts from now on, on one core where the system can do so."""
    if not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2:
        return False
    os.sched_setaffinity(0, {core})
    return True


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Processes started within are kept on that core; this one may go anywhere again afterwards."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    moved = pinned(core)
    try:
        yield
    finally:
        if moved and before:
            os.sched_setaffinity(0, before)
