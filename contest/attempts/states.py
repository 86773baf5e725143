"""States of an attempt."""

from enum import StrEnum


class AttemptState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class ClosedBy(StrEnum):
    """Who ended an attempt: the person, the clock, or the organizers by closing the round."""

    PERSON = "person"
    TIME = "time"
