"""What looks odd, and the words for it; pure."""

from enum import StrEnum


class SignalKind(StrEnum):
    #: One browser for the attempts of many people.
    ONE_DEVICE = "one_device"
    #: Answered faster than the questions can be read, and right.
    TOO_FAST = "too_fast"
    #: The same rare wrong answers on the same questions.
    SAME_WRONG = "same_wrong"
    #: Many registrations from one browser or network within minutes.
    REGISTRATIONS = "registrations"


class Verdict(StrEnum):
    """What the committee made of a signal."""

    EXPLAINED = "explained"
    CONFIRMED = "confirmed"
