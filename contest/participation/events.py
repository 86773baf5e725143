"""What rooms above add to the officials' pages. ``contest/wiring.py`` fills the lists."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.rounds.models import Contest
from contest.unions.models import TradeUnion

#: Asked for the desk, with what the process remembers (``db.memo``), the unions and the contests that run there; each
#: answers with names for its own template (``templates/campaigns/_desk.html``), which the page includes once a pair.
desk: list[Callable[[Session, dict[str, Any], Sequence[tuple[TradeUnion, Contest]], datetime], Mapping[str, Any]]] = []
