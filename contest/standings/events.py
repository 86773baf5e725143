"""What rooms above tell about a result and a ranking. ``contest/wiring.py`` fills the lists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.rounds.models import Contest
from contest.rounds.settings import NameDisplay
from questions.messages import Message


@dataclass(frozen=True, slots=True)
class Correction:
    """A key that was changed after the fact (``undone``: changed back), as the owner of an attempt is told.

    ``place`` of the question in the paper; scores None where this attempt's did not change.
    """

    place: int
    said: Message
    reason: str
    at: datetime
    old_score: int | None
    new_score: int | None
    undone: bool


#: Asked for what was decided about questions of an attempt, in order.
corrections: list[Callable[[Session, Attempt], list[Correction]]] = []


@dataclass(frozen=True, slots=True)
class Ruled:
    """A decision that holds about an attempt or its person, as the owner is told.

    ``annulled``: it is this attempt that does not count; else it is about the person.
    """

    said: Message
    reason: str
    at: datetime
    annulled: bool


#: Asked for the decisions that hold about an attempt or its person, in order.
rulings: list[Callable[[Session, Attempt], list[Ruled]]] = []


@dataclass(frozen=True, slots=True)
class Apart:
    """Somebody named apart from a ranking, without a place. ``name`` in full: whoever shows it asks
    ``rules.shown_name``. ``said`` tells the kind of decision, never its reason."""

    entry_id: int
    name: str
    union: str
    division_id: int | None
    said: Message


#: Asked for people named apart from the ranking of a round (0: of the whole contest), by name; with an instant, for
#: those who were then, beside a ranking that stands still since.
apart: list[Callable[[Session, Contest, int, datetime | None], list[Apart]]] = []


@dataclass(frozen=True, slots=True)
class Told:
    """What an announcement lets everybody see of a ranking: so many from the top (None: all; who shares the last
    of these places is told too), unions or not, and names no more openly than this."""

    places: int | None
    unions: bool
    names: NameDisplay


#: Asked what was announced to be seen of the ranking of a round (0: of the whole contest); None: nothing announced.
told: list[Callable[[Session, Contest, int], Told | None]] = []


#: Asked for the head of the sealed chain of a contest (by id), which goes into draws by lot; "" before the first seal.
chain_head: list[Callable[[Session, int], str]] = []
