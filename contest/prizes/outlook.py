"""Who would get which prize as things stand: read, never stored. Proposals are made from it and compared with it."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.prizes import leagues, queries
from contest.prizes.collective import League, Table, figures, lead
from contest.prizes.models import Award
from contest.prizes.rules import (
    PERSON,
    UNION,
    WON,
    AwardState,
    Drawn,
    Prize,
    Standee,
    award,
    notes,
    reasons,
)
from contest.rounds.models import Contest, Entry, PrizeLine
from contest.rounds.settings import OnePrize, PrizeScope, TieRule
from contest.rulings.queries import in_force
from contest.rulings.rules import RulingKind
from contest.standings import queries as standings
from contest.standings.explaining import ahead_of_next
from contest.standings.models import Standing
from contest.standings.queries import Board, Line
from questions.messages import N_, Message, message

#: Read from the top of a ranking beyond the number of prizes: those who may not have one, and the next place.
MARGIN = 30


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody to get a prize, with the reasons."""

    line_id: int
    entry_id: int | None
    union_id: int | None
    rank: int
    because: list[Message]

    @property
    def key(self) -> tuple[int, int | None, int | None]:
        return self.line_id, self.entry_id, self.union_id


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who a standee is: a person with the union, or a union."""

    key: int
    rank: int
    name: str
    union: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the table of prizes with what would become of it now. ``table``: the league of a collective prize."""

    line: PrizeLine
    drawn: Drawn
    proposals: list[Proposal]
    notes: list[Message]
    candidates: list[Somebody]
    passed: list[tuple[Somebody, Message]]
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Void:
    """An announced prize of somebody who may no longer have it, and why."""

    award: Award
    why: Message


@dataclass(frozen=True, slots=True)
class Outlook:
    """All lines of a round (0: the whole contest) as they stand, beside the awards that are stored."""

    number: int
    lines: list[LineView]
    stored: list[Award]
    void: list[Void] = field(default_factory=list)

    @property
    def proposals(self) -> list[Proposal]:
        return [proposal for line in self.lines for proposal in line.proposals]

    @property
    def stale(self) -> bool:
        """Whether proposing again would change who is proposed."""
        proposed = {(a.prize_line_id, a.entry_id, a.union_id) for a in self.stored if a.state == AwardState.PROPOSED}
        return proposed != {proposal.key for proposal in self.proposals} or bool(self.void)

    @property
    def unsettled(self) -> list[Message]:
        """Why the prizes cannot be announced yet."""
        text = N_("%(prize)s: %(what)s")
        found = [
            message(text, prize=line.line.title, what=note)
            for line in self.lines
            if not line.drawn.settled
            for note in line.notes
        ]
        if not found and self.stale:
            found.append(message(N_("Thứ hạng đã khác với lần đề nghị giải gần nhất. Hãy đề nghị lại rồi xem kỹ.")))
        return found


def outlook(session: Session, contest: Contest, number: int) -> Outlook:
    """Who would get which prize of a round (0: the whole contest) now.

    Awards that are announced or handed over stay with their winners; refused ones are passed over.
    """
    stored = queries.awards(session, contest.id, number)
    lines = queries.lines_of(contest, number)
    void = _void(session, contest, number, stored)
    gone = {found.award.id for found in void}
    kept: dict[int, set[int]] = {}
    for found in stored:
        if found.state in WON and found.id not in gone:
            kept.setdefault(found.prize_line_id, set()).add(found.entry_id or found.union_id or 0)
    people = [line for line in lines if line.scope != PrizeScope.COLLECTIVE]
    views = _individual(session, contest, number, people, stored, kept)
    own = [(a.entry_id, a.prize_line_id) for a in stored if a.entry_id and a.state in WON and a.id not in gone]
    own += [(proposal.entry_id, proposal.line_id) for view in views for proposal in view.proposals if proposal.entry_id]
    unions = [line for line in lines if line.scope == PrizeScope.COLLECTIVE]
    views += _collective(session, contest, unions, stored, kept, own)
    place = {line.id: at for at, line in enumerate(lines)}
    return Outlook(number, sorted(views, key=lambda view: place[view.line.id]), stored, void)


def unready(session: Session, contest: Contest, number: int) -> list[Message]:
    """Why the prizes of a round (0: of the whole contest) cannot be announced yet; empty without prizes, too."""
    return outlook(session, contest, number).unsettled


def _chosen(stored: Collection[Award]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for row in stored:
        if row.state == AwardState.PROPOSED and row.chosen_by:
            found.setdefault(row.prize_line_id, set()).add(row.entry_id or row.union_id or 0)
    return found


def _chosen_reason(stored: Collection[Award], line_id: int, key: int) -> str:
    found = (a.chosen_reason for a in stored if a.prize_line_id == line_id and (a.entry_id or a.union_id) == key)
    return next(found, "")


# Prizes of people


@dataclass
class _Reading:
    """The tops of the rankings that prizes go by, as far as they have been read."""

    contest: Contest
    number: int
    limits: dict[Hashable, int]
    lines: dict[Hashable, list[Line]] = field(default_factory=dict)

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

    def standees(self, out: dict[int, Message]) -> dict[Hashable, list[Standee]]:
        return {board: [_standee(line, out) for line in read] for board, read in self.lines.items()}


def _standee(line: Line, out: dict[int, Message]) -> Standee:
    why = out.get(line.entry_id)
    if why is None and not line.score:
        why = message(N_("chưa có điểm"))
    return Standee(line.entry_id, line.rank, line.sort_key, why)


def _individual(
    session: Session,
    contest: Contest,
    number: int,
    lines: Sequence[PrizeLine],
    stored: Collection[Award],
    kept: dict[int, set[int]],
) -> list[LineView]:
    if not lines:
        return []
    prizes = [Prize(line.id, line.title, line.quantity, line.division_id) for line in lines]
    out = out_of(session, contest, number, stored)
    limits: dict[Hashable, int] = {}
    for prize in prizes:
        limits[prize.board] = limits.get(prize.board, MARGIN + len(stored)) + prize.quantity
    reading = _Reading(contest, number, limits)
    short: Collection[Hashable] = limits.keys()
    drawn: list[Drawn] = []
    while short:
        reading.read(session, short)
        drawn = award(
            prizes,
            reading.standees(out),
            one_prize=contest.one_prize != OnePrize.NONE,
            ties=TieRule(contest.tie_rule),
            kept=kept,
            chosen=_chosen(stored),
        )
        short = {found.prize.board for found in drawn if found.exhausted and reading.cut(found.prize.board)}
        limits.update({board: 4 * limits[board] for board in short})
    return [
        _person_view(contest, number, line, found, reading, stored) for line, found in zip(lines, drawn, strict=True)
    ]


def _person_view(
    contest: Contest, number: int, line: PrizeLine, drawn: Drawn, reading: _Reading, stored: Collection[Award]
) -> LineView:
    known = {row.entry_id: row for row in reading.lines[line.division_id]}
    board = board_name(line, number)
    proposals = []
    for winner in drawn.winners:
        own, following = known[winner.standee.key], winner.following and known[winner.following.key]
        ahead = ahead_of_next(contest, number, own, following) if following else None
        why = reasons(winner, board, ahead, PERSON, _chosen_reason(stored, line.id, own.entry_id))
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


def board_name(line: PrizeLine, number: int) -> Message:
    """The ranking that a prize goes by, as it stands after "rank 3 ..."."""
    if line.division:
        return message(N_("của bảng “%(division)s”"), division=line.division.title)
    return message(N_("của đợt %(number)s"), number=number) if number else message(N_("của cả cuộc thi"))


def out_of(session: Session, contest: Contest, number: int, stored: Collection[Award]) -> dict[int, Message]:
    """Who gets no prize here and why, by entry: elsewhere already, refused, or by a ruling."""
    found: dict[int, Message] = {}
    if contest.one_prize == OnePrize.CONTEST:
        for entry_id, (title, other) in queries.held_elsewhere(session, contest.id, number).items():
            text = N_("đã được %(prize)s của đợt %(number)s") if other else N_("đã được %(prize)s của cả cuộc thi")
            found[entry_id] = message(text, prize=title, number=other) if other else message(text, prize=title)
    for row in stored:
        if row.state == AwardState.REFUSED and row.entry_id:
            found[row.entry_id] = message(N_("không trao: %(reason)s"), reason=row.refused_reason)
    for ruling in in_force(session, contest.id, RulingKind.NO_PRIZE):
        found[ruling.entry_id] = message(N_("giữ hạng, không xét giải: %(reason)s"), reason=ruling.reason)
    return found


def _void(session: Session, contest: Contest, number: int, stored: Collection[Award]) -> list[Void]:
    """Announced prizes, not handed over, of people who have no place any more or may have no prize."""
    announced = {row.entry_id: row for row in stored if row.entry_id and row.state == AwardState.ANNOUNCED}
    return [Void(announced[entry_id], why) for entry_id, why in lost_right(session, contest, number, announced).items()]


def lost_right(session: Session, contest: Contest, number: int, entry_ids: Collection[int]) -> dict[int, Message]:
    """Those of the entries that may not have a prize any more, with the reason."""
    if not entry_ids:
        return {}
    placed = set(
        session.scalars(
            select(Standing.entry_id)
            .join(Entry, Entry.id == Standing.entry_id)
            .where(
                Standing.contest_id == contest.id,
                Standing.round_number == number,
                Standing.entry_id.in_(entry_ids),
                Standing.ranked.is_(True),
                Entry.disqualified.is_(False),
            )
        )
    )
    found = {entry_id: message(N_("Không còn thứ hạng.")) for entry_id in entry_ids if entry_id not in placed}
    for ruling in in_force(session, contest.id):
        if ruling.entry_id in entry_ids and ruling.kind != RulingKind.ANNULLED:
            found[ruling.entry_id] = message(
                N_("Theo quyết định số %(n)s: %(reason)s"), n=ruling.number, reason=ruling.reason
            )
    return found


# Prizes of unions


def _collective(
    session: Session,
    contest: Contest,
    lines: Sequence[PrizeLine],
    stored: Collection[Award],
    kept: dict[int, set[int]],
    own: Sequence[tuple[int, int]],
) -> list[LineView]:
    prizes = [Prize(line.id, line.title, line.quantity, leagues.league_of(contest, line)) for line in lines]
    tables = {board: leagues.table(session, contest, board, own) for board in {prize.board for prize in prizes}}
    refused = {
        row.union_id: message(N_("không trao: %(reason)s"), reason=row.refused_reason)
        for row in stored
        if row.state == AwardState.REFUSED and row.union_id
    }
    boards: dict[Hashable, Sequence[Standee]] = {
        board: [Standee(s.key, s.rank, s.order, refused.get(s.key)) for s in table.standees()]
        for board, table in tables.items()
    }
    # No lots are drawn for unions by the platform: the committee draws in public and writes down who won.
    ties = TieRule.SHARE if contest.tie_rule == TieRule.SHARE else TieRule.COMMITTEE
    drawn = award(prizes, boards, ties=ties, kept=kept, chosen=_chosen(stored))
    return [
        _union_view(line, found, tables[found.prize.board], ties, stored)
        for line, found in zip(lines, drawn, strict=True)
    ]


def _union_view(line: PrizeLine, drawn: Drawn, table: Table, ties: TieRule, stored: Collection[Award]) -> LineView:
    league: League = drawn.prize.board  # type: ignore[assignment]
    known = {row.competitor.row.node.id: row for row in table.ranked}
    proposals = []
    for winner in drawn.winners:
        own, following = known[winner.standee.key], winner.following and known[winner.following.key]
        ahead = lead(own, following or None, league)
        why = reasons(
            winner, message(N_("giải tập thể")), ahead, UNION, _chosen_reason(stored, line.id, winner.standee.key)
        )
        proposals.append(
            Proposal(line.id, None, winner.standee.key, own.rank, [why[0], figures(own, league), *why[1:]])
        )

    def somebody(standee: Standee) -> Somebody:
        node = known[standee.key].competitor.row.node
        return Somebody(node.id, standee.rank, node.name, node.note)

    return LineView(
        line,
        drawn,
        proposals,
        notes(drawn, ties, UNION),
        [somebody(standee) for standee in drawn.tied],
        [(somebody(passed.standee), passed.why) for passed in drawn.passed],
        table,
    )
