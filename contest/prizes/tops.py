"""Reads behind prizes of people: the tops of rankings, no deeper than prizes reach."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from contest.prizes.models import Award
from contest.prizes.rules import PERSON, Drawn, Prize, Standee, award, notes, reasons
from contest.prizes.views import LineView, Proposal, Somebody, chosen_keys, chosen_reason
from contest.rounds.models import Contest, PrizeLine
from contest.rounds.settings import OnePrize, TieRule
from contest.standings import queries as standings
from contest.standings.explaining import ahead_of_next
from contest.standings.lots import lots_of
from contest.standings.queries import Board, Line
from questions.messages import N_, Message, message

#: Read from the top of a ranking beyond the number of prizes: those who may not have one, and the next place.
MARGIN = 30


@dataclass
class _Reading:
    """The tops of the rankings that prizes go by, as far as they have been read."""

    contest: Contest
    number: int
    limits: dict[Hashable, int]
    lines: dict[Hashable, list[Line]] = field(default_factory=dict)
    #: Lots of people who share a place that prizes end on, by entry.
    lots: dict[int, str] = field(default_factory=dict)

    def read(self, session: Session, boards: Collection[Hashable]) -> None:
        for division_id in boards:
            board = Board(self.contest.id, self.number, division_id)  # type: ignore[arg-type]
            self.lines[division_id] = standings.whole_ranking(session, board, self.limits[division_id])

    def cut(self, division_id: Hashable) -> bool:
        """Whether there may be somebody below who could get a prize."""
        read = self.lines[division_id]
        if len(read) < self.limits[division_id]:
            return False
        return bool(read[-1].score) or self.contest.criteria[:1] != ["score"]

    def standees(self, out: Mapping[int, Message]) -> dict[Hashable, list[Standee]]:
        found: dict[Hashable, list[Standee]] = {}
        for board, read in self.lines.items():
            people = [self._standee(line, out) for line in read]
            found[board] = sorted(people, key=lambda person: (person.order, person.key))
        return found

    def _standee(self, line: Line, out: Mapping[int, Message]) -> Standee:
        why = out.get(line.entry_id)
        if why is None and not line.score:
            why = message(N_("chưa có điểm"))
        return Standee(line.entry_id, line.rank, (line.sort_key, self.lots.get(line.entry_id, "")), why)

    def draw(self, session: Session, tied: Collection[Standee]) -> bool:
        """Look up the lots of those who share a place; whether there were any that were not known."""
        found = lots_of(session, self.contest, self.number, [person.key for person in tied])
        fresh = found.keys() - self.lots.keys()
        self.lots.update(found)
        return bool(fresh)


def views(
    session: Session,
    contest: Contest,
    number: int,
    lines: Sequence[PrizeLine],
    stored: Collection[Award],
    kept: Mapping[int, Collection[int]],
    out: Mapping[int, Message],
) -> list[LineView]:
    """What would become of the individual prizes of a round (0: of the whole contest).

    ``out``: who gets none here, with the reason, by entry. Rankings are read further only where prizes reach further;
    lots are looked up only of people who share the last place that gets a prize.
    """
    if not lines:
        return []
    prizes = [Prize(line.id, line.title, line.quantity, line.division_id) for line in lines]
    limits: dict[Hashable, int] = {}
    for prize in prizes:
        limits[prize.board] = limits.get(prize.board, MARGIN + len(stored)) + prize.quantity
    reading, ties = _Reading(contest, number, limits), TieRule(contest.tie_rule)
    reading.read(session, limits)
    while True:
        drawn = award(
            prizes,
            reading.standees(out),
            one_prize=contest.one_prize != OnePrize.NONE,
            ties=ties,
            kept=kept,
            chosen=chosen_keys(stored),
        )
        short = {found.prize.board for found in drawn if found.exhausted and reading.cut(found.prize.board)}
        reading.limits.update({board: 4 * reading.limits[board] for board in short})
        reading.read(session, short)
        tied = [person for found in drawn for person in found.tied] if ties is TieRule.LOT else []
        if not short and not (tied and reading.draw(session, tied)):
            break
    return [_view(contest, number, line, found, reading, stored) for line, found in zip(lines, drawn, strict=True)]


def _view(
    contest: Contest, number: int, line: PrizeLine, drawn: Drawn, reading: _Reading, stored: Collection[Award]
) -> LineView:
    known = {row.entry_id: row for row in reading.lines[line.division_id]}
    board = board_name(line, number)
    proposals = []
    for winner in drawn.winners:
        own, following = known[winner.standee.key], winner.following and known[winner.following.key]
        ahead = _ahead(contest, number, own, following or None)
        why = reasons(winner, board, ahead, PERSON, chosen_reason(stored, line.id, own.entry_id))
        proposals.append(Proposal(line.id, own.entry_id, None, own.rank, why))

    def somebody(standee: Standee) -> Somebody:
        row = known[standee.key]
        return Somebody(row.entry_id, row.rank, row.name, row.union)

    return LineView(
        line,
        drawn,
        proposals,
        notes(drawn, TieRule(contest.tie_rule), PERSON),
        [somebody(standee) for standee in drawn.tied],
        [(somebody(passed.standee), passed.why) for passed in drawn.passed],
    )


def _ahead(contest: Contest, number: int, own: Line, following: Line | None) -> Message | None:
    if following is None:
        return None
    if following.sort_key == own.sort_key:
        return message(N_("đồng hạng với người xếp sau và được giải theo kết quả bốc thăm"))
    return ahead_of_next(contest, number, own, following)


def board_name(line: PrizeLine, number: int) -> Message:
    """The ranking that a prize goes by, as it stands after "rank 3 ..."."""
    if line.division:
        return message(N_("của bảng “%(division)s”"), division=line.division.title)
    return message(N_("của đợt %(number)s"), number=number) if number else message(N_("của cả cuộc thi"))
