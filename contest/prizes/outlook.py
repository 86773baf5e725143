"""Who would get which prize as things stand: read, never stored. Proposals are made from it and compared with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

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
class Outlook:
    """All lines of a round (0: the whole contest) as they stand, beside the awards that are stored.

    ``doubtful``: why prizes that were announced are not their winners' any more, by award. Those not handed over yet
    leave with the correction; to the others the committee has to see.
    """

    number: int
    lines: list[LineView]
    stored: list[Award]
    doubtful: dict[int, Message]

    @property
    def proposals(self) -> list[Proposal]:
        return [proposal for line in self.lines for proposal in line.proposals]

    @property
    def stale(self) -> bool:
        """Whether proposing again would change who is to have a prize."""
        having = {key_of(row) for row in self.stored if row.state in (AwardState.PROPOSED, AwardState.ANNOUNCED)}
        return having != {proposal.key for proposal in self.proposals}

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


def key_of(row: Award) -> tuple[int, int | None, int | None]:
    """An award as the key of its proposal."""
    return row.prize_line_id, row.entry_id, row.union_id


def outlook(session: Session, contest: Contest, number: int) -> Outlook:
    """Who would get which prize of a round (0: of the whole contest) now.

    Prizes that were handed over stay with their winners; refused ones are passed over. What was announced follows the
    ranking, which only a correction can change by then.
    """
    stored = queries.awards(session, contest.id, number)
    kept: dict[int, set[int]] = {}
    for row in stored:
        if row.state == AwardState.CLAIMED:
            kept.setdefault(row.prize_line_id, set()).add(row.entry_id or row.union_id or 0)
    lines = _lines(session, contest, number, stored, kept)
    return Outlook(number, lines, stored, _doubtful(session, contest, number, stored, lines))


def unready(session: Session, contest: Contest, number: int) -> list[Message]:
    """Why the prizes of a round (0: of the whole contest) cannot be announced yet; empty without prizes, too."""
    return outlook(session, contest, number).unsettled


def _lines(
    session: Session, contest: Contest, number: int, stored: list[Award], kept: Mapping[int, Collection[int]]
) -> list[LineView]:
    lines = queries.lines_of(contest, number)
    people = [line for line in lines if line.scope != PrizeScope.COLLECTIVE]
    unions = [line for line in lines if line.scope == PrizeScope.COLLECTIVE]
    found = tops.views(session, contest, number, people, stored, kept, out_of(session, contest, number, stored))
    own = [(row.entry_id, row.prize_line_id) for row in stored if row.entry_id and row.state == AwardState.CLAIMED]
    own += [(proposal.entry_id, proposal.line_id) for view in found for proposal in view.proposals if proposal.entry_id]
    found += leagues.views(session, contest, unions, stored, kept, own)
    place = {line.id: at for at, line in enumerate(lines)}
    return sorted(found, key=lambda view: place[view.line.id])


def _doubtful(
    session: Session, contest: Contest, number: int, stored: list[Award], lines: list[LineView]
) -> dict[int, Message]:
    """Announced prizes that the ranking gives to others now, or to nobody of theirs, with the reason."""
    given = {proposal.key for line in lines for proposal in line.proposals}
    claimed = [row for row in stored if row.state == AwardState.CLAIMED]
    if claimed:
        again = _lines(session, contest, number, stored, {})
        given |= {proposal.key for line in again for proposal in line.proposals}
    announced = [row for row in stored if row.state in (*WON, AwardState.LEAVING) and key_of(row) not in given]
    lost = lost_right(session, contest, number, {row.entry_id for row in announced if row.entry_id})
    other = message(N_("Theo thứ hạng hiện nay, giải này thuộc về người hoặc đơn vị khác."))
    return {row.id: lost.get(row.entry_id or 0, other) for row in announced}


def out_of(session: Session, contest: Contest, number: int, stored: Collection[Award]) -> dict[int, Message]:
    """Who gets no prize here and why, by entry: elsewhere already, refused, or by a ruling.

    Who has an announced prize here keeps the right to one, whatever was announced elsewhere since.
    """
    found: dict[int, Message] = {}
    own = {row.entry_id for row in stored if row.announced_at and row.state != AwardState.REFUSED}
    if contest.one_prize == OnePrize.CONTEST:
        for entry_id, (title, other) in queries.held_elsewhere(session, contest.id, number).items():
            text = N_("đã được %(prize)s của đợt %(number)s") if other else N_("đã được %(prize)s của cả cuộc thi")
            if entry_id not in own:
                found[entry_id] = message(text, prize=title, number=other) if other else message(text, prize=title)
    for row in stored:
        if row.state == AwardState.REFUSED and row.entry_id:
            found[row.entry_id] = message(N_("không trao: %(reason)s"), reason=row.refused_reason)
    for ruling in in_force(session, contest.id, RulingKind.NO_PRIZE):
        found[ruling.entry_id] = message(N_("giữ hạng, không xét giải: %(reason)s"), reason=ruling.reason)
    return found


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
