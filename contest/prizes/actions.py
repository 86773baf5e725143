"""Writes about prizes: propose, choose, refuse, announce. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.jobs.rules import packed
from contest.prizes import queries
from contest.prizes.models import Award
from contest.prizes.outlook import Outlook, key_of, outlook
from contest.prizes.rules import MAX_REASON, AwardState
from contest.prizes.views import LineView, Proposal
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, PrizeLine
from questions.messages import N_, Message, message


def propose(session: Session, actor: Actor, contest: Contest, number: int, now: datetime) -> list[Award]:
    """Propose winners of a round (0: of the whole contest) by the ranking as it stands; returns all of its awards.

    Refused, chosen and handed over awards stay; proposals that no longer hold go. In a correction announced awards
    that the ranking gives to others now are marked as leaving. Done again it changes nothing. Raises Refused.
    """
    hold(session, contest)
    _refuse_locked(session, contest, number)
    seen = outlook(session, contest, number)
    if not seen.lines:
        raise Refused([message(N_("Chưa có giải nào cho phần này. Hãy thêm giải ở mục Giải thưởng của cuộc thi."))])
    return _propose(session, actor, contest, seen, now)


def _propose(session: Session, actor: Actor, contest: Contest, seen: Outlook, now: datetime) -> list[Award]:
    wanted = {proposal.key: proposal for proposal in seen.proposals}
    proposed = {key_of(row): row for row in seen.stored if row.state == AwardState.PROPOSED}
    announced = {key_of(row): row for row in seen.stored if row.state in (AwardState.ANNOUNCED, AwardState.LEAVING)}
    gone = [row.id for key, row in proposed.items() if key not in wanted]
    session.execute(delete(Award).where(Award.id.in_(gone)))
    for key, row in announced.items():
        row.state = AwardState.ANNOUNCED if key in wanted else AwardState.LEAVING
    for key, proposal in wanted.items():
        if key in proposed:
            proposed[key].rank, proposed[key].because = proposal.rank, packed(proposal.because)
        elif key not in announced:
            session.add(_award(contest, seen.number, proposal, now))
    session.flush()
    leaving = sum(key not in wanted for key in announced)
    details = {"proposed": len(wanted), "gone": len(gone), "leaving": leaving}
    record(session, actor, "prizes.propose", subject(contest, seen.number), now, details)
    session.flush()
    return queries.awards(session, contest.id, seen.number)


def _award(contest: Contest, number: int, proposal: Proposal, now: datetime) -> Award:
    return Award(
        contest_id=contest.id,
        round_number=number,
        prize_line_id=proposal.line_id,
        entry_id=proposal.entry_id,
        union_id=proposal.union_id,
        rank=proposal.rank,
        because=packed(proposal.because),
        proposed_at=now,
    )


def choose(
    session: Session,
    actor: Actor,
    contest: Contest,
    number: int,
    line: PrizeLine,
    key: int,
    reason: str,
    now: datetime,
) -> Award:
    """Choose one of those who share the last place that gets a prize; ``key``: of an entry, or of a union.

    Chosen already, the award stays as it is. Raises Refused.
    """
    hold(session, contest)
    _refuse_locked(session, contest, number)
    _refuse_reason(reason)
    view = next((found for found in outlook(session, contest, number).lines if found.line.id == line.id), None)
    known = _stored(session, contest, number, line, key)
    if known is not None and known.state == AwardState.PROPOSED and known.chosen_by:
        return known
    if view is None or key not in {candidate.key for candidate in view.candidates}:
        text = N_("Không còn phải chọn giữa những người này cho %(prize)s. Hãy xem lại trang Trao giải.")
        raise Refused([message(text, prize=line.title)])
    chosen = known or _award(contest, number, _choice(view, key), now)
    chosen.chosen_by, chosen.chosen_reason = actor.label, reason
    session.add(chosen)
    session.flush()
    record(session, actor, "prize.choose", subject(contest, number), now, _details(chosen) | {"reason": reason})
    _propose(session, actor, contest, outlook(session, contest, number), now)
    return chosen


def _choice(view: LineView, key: int) -> Proposal:
    person = next(candidate for candidate in view.candidates if candidate.key == key)
    of_union = view.table is not None
    return Proposal(view.line.id, None if of_union else key, key if of_union else None, person.rank, [])


def _stored(session: Session, contest: Contest, number: int, line: PrizeLine, key: int) -> Award | None:
    return next(
        (
            row
            for row in queries.awards(session, contest.id, number)
            if row.prize_line_id == line.id and key in (row.entry_id, row.union_id)
        ),
        None,
    )


def refuse(session: Session, actor: Actor, award: Award, reason: str, now: datetime) -> list[Award]:
    """A winner declines, or may not have the prize: the next in line is proposed at once; returns those new.

    After the announcement a correction must be open, as for every change of results. Raises Refused.
    """
    contest = session.get_one(Contest, award.contest_id)
    hold(session, contest)
    session.refresh(award)
    if award.state == AwardState.REFUSED:
        return []
    number = award.round_number
    _refuse_locked(session, contest, number)
    _refuse_reason(reason)
    if award.state == AwardState.CLAIMED:
        raise Refused([message(N_("Giải này đã trao. Hãy huỷ ghi nhận trao giải trước rồi mới ghi không trao."))])
    award.state, award.refused_at, award.refused_by = AwardState.REFUSED, now, actor.label
    award.refused_reason, award.chosen_by, award.chosen_reason = reason, "", ""
    session.flush()
    record(session, actor, "prize.refuse", subject(contest, number), now, _details(award) | {"reason": reason})
    before = {row.id for row in queries.awards(session, contest.id, number)}
    after = _propose(session, actor, contest, outlook(session, contest, number), now)
    moved = [row for row in after if row.id not in before]
    for row in moved:
        row.because = [*row.because, *packed([_instead(award)])]
    session.flush()
    return moved


def _instead(award: Award) -> Message:
    text = N_("Thay cho người đứng trên (hạng %(rank)s) không nhận hoặc không đủ điều kiện: %(reason)s")
    return message(text, rank=award.rank, reason=award.refused_reason)


def restore(session: Session, actor: Actor, award: Award, now: datetime) -> None:
    """A refusal entered by mistake is taken back, and who stands where is proposed anew. Raises Refused."""
    contest = session.get_one(Contest, award.contest_id)
    hold(session, contest)
    session.refresh(award)
    if award.state != AwardState.REFUSED:
        return
    _refuse_locked(session, contest, award.round_number)
    award.state = AwardState.ANNOUNCED if award.announced_at else AwardState.PROPOSED
    award.refused_at, award.refused_by, award.refused_reason = None, "", ""
    session.flush()
    record(session, actor, "prize.restore", subject(contest, award.round_number), now, _details(award))
    _propose(session, actor, contest, outlook(session, contest, award.round_number), now)


def announce(session: Session, actor: Actor, contest: Contest, number: int, now: datetime) -> list[Award]:
    """Make what is proposed for a round (0: the whole contest) known with its results; returns the new winners.

    Who announces results has locked them, so no lock is asked here. What a correction took away goes. Raises Refused
    while anything waits for a lot or a choice, or the ranking is no longer what was proposed by.
    """
    hold(session, contest)
    seen = outlook(session, contest, number)
    if seen.unsettled:
        raise Refused(seen.unsettled)
    wanted = {proposal.key: proposal for proposal in seen.proposals}
    new = [row for row in seen.stored if row.state == AwardState.PROPOSED]
    leaving = [row for row in seen.stored if row.state == AwardState.LEAVING]
    for row in seen.stored:
        if row.state == AwardState.ANNOUNCED:
            row.rank, row.because = wanted[key_of(row)].rank, packed(wanted[key_of(row)].because)
    for row in new:
        row.state, row.announced_at = AwardState.ANNOUNCED, now
    for row in leaving:
        session.delete(row)
    session.flush()
    if new or leaving:
        details = {"awards": [row.id for row in new], "left": [_details(row) for row in leaving]}
        record(session, actor, "prizes.announce", subject(contest, number), now, details)
    return new


def hold(session: Session, contest: Contest) -> None:
    """Nobody else changes the contest's prizes until this is written."""
    session.execute(select(Contest.id).where(Contest.id == contest.id).with_for_update(key_share=True))
    session.refresh(contest, ["results_at", "correcting_since", "lot_seed"])
    for round_ in contest.rounds:
        session.refresh(round_, ["published_at", "correcting_since", "lot_seed"])


def subject(contest: Contest, number: int) -> str:
    return f"contest:{contest.slug}/round:{number}" if number else f"contest:{contest.slug}"


def _details(award: Award) -> dict[str, Any]:
    return {"award": award.id, "line": award.prize_line_id, "entry": award.entry_id, "union": award.union_id}


def _refuse_locked(session: Session, contest: Contest, number: int) -> None:
    _refuse([lock] if (lock := queries.lock_of(contest, number)) else [])


def _refuse_reason(reason: str) -> None:
    if not reason:
        raise Refused([message(N_("Hãy ghi lý do. Lý do nằm trong biên bản và nhật ký."))])
    if len(reason) > MAX_REASON:
        raise Refused([message(N_("Lý do dài quá %(most)s ký tự. Hãy rút gọn."), most=MAX_REASON)])


def _refuse(reasons: Sequence[Message]) -> None:
    if reasons:
        raise Refused(reasons)


# Asked by the table of prizes


def line_lock(session: Session, line: PrizeLine) -> Message | None:
    """Why a line of the table of prizes must stay as it is: winners of it were announced."""
    announced = select(Award.id).where(Award.prize_line_id == line.id, Award.announced_at.is_not(None))
    if line.id is None or session.scalar(announced.limit(1)) is None:
        return None
    return message(N_("Đã công bố người đạt %(prize)s nên giải này không sửa, không xoá được nữa."), prize=line.title)


def drop_line(session: Session, line: PrizeLine) -> None:
    """What was proposed for a line goes with it."""
    session.execute(delete(Award).where(Award.prize_line_id == line.id))
