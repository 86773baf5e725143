"""The product with a clock that can be set off and, where the judge is tried out, with one thing planted wrong.

``SERVED=faults.product:app`` makes the harness's servers load this instead of ``wsgi:app``. ``FAULTS_CLOCK`` is a file
with the seconds by which the machine's clock is off; ``FAULTS_MUTANT`` names a mutant of :mod:`faults.mutants`.
"""

import mmap
import os
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from faults import mutants

from contest import clock, create_app


def set_off(path: str) -> None:
    """Let the machine's clock, wherever the product reads it, be off by what the file says at that moment."""
    with Path(path).open("rb") as file:
        seen = mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ)
    if not hasattr(clock, "_wall"):
        raise AttributeError("contest.clock has no _wall to set off")
    clock._wall = lambda: datetime.now(UTC) + timedelta(seconds=struct.unpack("<q", seen[:8])[0])


set_off(os.environ["FAULTS_CLOCK"])
app = create_app()
if os.environ.get("FAULTS_MUTANT"):
    mutants.MUTANTS[os.environ["FAULTS_MUTANT"]](app)
