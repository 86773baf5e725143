"""States of an attempt."""

from enum import StrEnum


class AttemptState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class ClosedBy(StrEnum):
    """Who ended an attempt: the person, the clock, or the organizers by closing the round."""

    PERSON = "person"
    TIME = "time"


class KeyChangeKind(StrEnum):
    """What was decided about a question that was found wrong.

    KEY: another key stands in place of the old one. ACCEPT: further answers are right as well. CREDIT: everybody who
    had the question gets its points. DROP: the question counts for nobody, and the most there is falls with it.
    """

    KEY = "key"
    ACCEPT = "accept"
    CREDIT = "credit"
    DROP = "drop"
