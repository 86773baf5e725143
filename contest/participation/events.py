"""What rooms above add to the officials' pages. ``contest/wiring.py`` fills the lists."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.participation.queries import Today
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion

#: A union, a contest that runs there, and what it has in it now and today.
Running = tuple[TradeUnion, Contest, Today]
#: Asked for the desk, with what the process remembers (``db.memo``), the unions and the contests that run there; each
#: answers with names for its own template (``templates/campaigns/_desk.html``), which the page includes once a pair.
desk: list[Callable[[Session, dict[str, Any], Sequence[Running], datetime], Mapping[str, Any]]] = []
