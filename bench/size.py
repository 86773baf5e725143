"""How large a database is to be."""

from dataclasses import dataclass

ROUNDS = 3
PER_ROUND = 2


@dataclass(frozen=True, slots=True)
class Size:
    """``attempts`` closed attempts by ``people`` people of ``unions`` unions (the ones above them included).

    The first ``visitors`` people have not taken part in the running round: the measured attempts are theirs.
    """

    attempts: int
    people: int
    unions: int
    visitors: int = 0

    def __post_init__(self) -> None:
        if self.unions < 3 or self.people <= self.visitors or self.attempts < 1:
            raise ValueError("at least 3 unions, 1 attempt, and more people than visitors are needed")
        if self.attempts > self.room:
            raise ValueError(f"{self.people} people can make {self.room} attempts at most: give more people")

    @property
    def room(self) -> int:
        """The most attempts these people can have behind them."""
        return PER_ROUND * (ROUNDS * self.people - self.visitors)
