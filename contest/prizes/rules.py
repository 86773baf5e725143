"""Who gets which prize; pure."""

from enum import StrEnum


class AwardState(StrEnum):
    """What has become of a prize that somebody was proposed for."""

    PROPOSED = "proposed"
    ANNOUNCED = "announced"
    CLAIMED = "claimed"
    #: The winner declined or was refused; the next in line moves up.
    REFUSED = "refused"
