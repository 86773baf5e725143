"""Who would get which prize as things stand: read, never stored. Proposals are made from it and compared with it."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.prizes import leagues, queries, tops
from contest.prizes.models import Award
from contest.prizes.rules import WON, AwardState
from contest.prizes.views import LineView, Proposal
from contest.rounds.models import Contest, Entry
from contest.rounds.settings import OnePrize, PrizeScope
from contest.rulings.queries import in_force
from contest.rulings.rules import RulingKind
from contest.standings.models import Standing
from questions.messages import N_, Message, message


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
    #: The same of prizes that were handed over already: the committee has to see to these.
    spoiled: list[Void] = field(default_factory=list)

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
    void = _void(session, contest, number, stored, AwardState.ANNOUNCED)
    gone = {found.award.id for found in void}
    kept: dict[int, set[int]] = {}
    for found in stored:
        if found.state in WON and found.id not in gone:
            kept.setdefault(found.prize_line_id, set()).add(found.entry_id or found.union_id or 0)
    people = [line for line in lines if line.scope != PrizeScope.COLLECTIVE]
    views = tops.views(session, contest, number, people, stored, kept, out_of(session, contest, number, stored))
    own = [(a.entry_id, a.prize_line_id) for a in stored if a.entry_id and a.state in WON and a.id not in gone]
    own += [(proposal.entry_id, proposal.line_id) for view in views for proposal in view.proposals if proposal.entry_id]
    unions = [line for line in lines if line.scope == PrizeScope.COLLECTIVE]
    views += leagues.views(session, contest, unions, stored, kept, own)
    spoiled = _void(session, contest, number, stored, AwardState.CLAIMED)
    place = {line.id: at for at, line in enumerate(lines)}
    return Outlook(number, sorted(views, key=lambda view: place[view.line.id]), stored, void, spoiled)


def unready(session: Session, contest: Contest, number: int) -> list[Message]:
    """Why the prizes of a round (0: of the whole contest) cannot be announced yet; empty without prizes, too."""
    return outlook(session, contest, number).unsettled


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


def _void(session: Session, contest: Contest, number: int, stored: Collection[Award], state: AwardState) -> list[Void]:
    """Prizes in a state after the announcement of people who have no place any more or may have no prize."""
    known = {row.entry_id: row for row in stored if row.entry_id and row.state == state}
    return [Void(known[entry_id], why) for entry_id, why in lost_right(session, contest, number, known).items()]


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
