"""Drawing lots among people equal in everything else: once, after closing, by a recorded act."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.rounds.actions import hold_results
from contest.rounds.locks import Refused, results_lock
from contest.rounds.models import Contest, Round
from contest.rounds.rules import phase
from contest.rounds.settings import TieRule, Total
from contest.rounds.sound import subject
from contest.rounds.windows import window_of
from contest.standings import rules
from contest.standings.drawing import lot_of, lot_seed
from contest.standings.explaining import lot_seed_of, unmarked
from contest.standings.models import LotDraw
from contest.standings.records import order_of, standing_for
from contest.standings.recount import Progress, recount
from questions.messages import N_, Message, message

__all__ = ["draw_lots", "lot_of", "lot_seed", "lots_of", "needs_lots", "uses_lots"]


def uses_lots(contest: Contest) -> bool:
    """Whether anything of a contest is decided by lot: places by its criteria, or prizes by its rule for ties."""
    return not contest.practice and (order_of(contest).draws or contest.tie_rule == TieRule.LOT)


def needs_lots(session: Session, contest: Contest, number: int, now: datetime | None = None) -> bool:
    """Whether lots are still to be drawn for a round (0: the whole contest); with ``now`` only once that is possible.

    A contest of one round has no ranking of its own for the whole contest, so nothing is to be drawn for it.
    """
    rounds = _rounds(contest, number)
    ranked = bool(rounds) and (number != rules.WHOLE or contest.total != Total.NONE and len(rounds) > 1)
    if not ranked or not uses_lots(contest) or lot_seed_of(contest, number) is not None:
        return False
    return now is None or not _not_over(session, contest, number, now)


def draw_lots(
    session: Session,
    actor: Actor,
    contest: Contest,
    number: int,
    head: str,
    public_text: str,
    now: datetime,
    progress: Progress | None = None,
) -> LotDraw:
    """Draw lots for a round (0: the whole contest) and rank by them; they are never drawn again.

    ``head`` of the sealed chain, ``public_text`` as read out in public; both may be empty. Raises Refused with every
    reason. Makes the standings again where criteria end in lots, which takes a minute for a million people.
    """
    hold_results(session, contest)
    reasons = _against(session, contest, number, now)
    if reasons:
        raise Refused(reasons)
    rounds = _rounds(contest, number)
    sources = {"round_seeds": [row.seed for row in rounds], "head": head, "public_text": public_text}
    draw = LotDraw(
        contest_id=contest.id,
        round_number=number,
        seed=lot_seed(**sources),
        sources=sources,
        drawn_at=now,
        drawn_by=actor.label,
    )
    session.add(draw)
    (rounds[0] if number else contest).lot_seed = draw.seed
    session.flush()
    if order_of(contest).draws:
        recount(session, contest, {number}, progress)
    details = {"head": head, "public_text": bool(public_text)}
    record(session, actor, "lots.draw", subject(contest, rounds[0] if number else None), now, details)
    return draw


def _against(session: Session, contest: Contest, number: int, now: datetime) -> list[Message]:
    """Every reason why lots cannot be drawn."""
    rounds = _rounds(contest, number)
    if not rounds or number == rules.WHOLE and contest.total == Total.NONE:
        return [message(N_("Không có bảng xếp hạng này nên không bốc thăm được. Hãy chọn đợt thi khác."))]
    if not uses_lots(contest):
        return [message(N_("Thể lệ của cuộc thi không có bốc thăm nên không cần bốc thăm."))]
    session.refresh(contest, ["lot_seed"])
    session.refresh(rounds[0], ["lot_seed"])
    if lot_seed_of(contest, number) is not None:
        return [message(N_("Đã bốc thăm rồi. Mỗi bảng xếp hạng chỉ bốc thăm một lần."))]
    announced_at = rounds[0].published_at if number else contest.results_at
    correcting_since = (rounds[0] if number else contest).correcting_since
    locked = results_lock(number, announced_at is not None, correcting_since is not None)
    return [locked] if locked else _not_over(session, contest, number, now)


def _not_over(session: Session, contest: Contest, number: int, now: datetime) -> list[Message]:
    """What a draw still waits for."""
    rounds = _rounds(contest, number)
    going_on = [row.number for row in rounds if not rules.over([phase(window_of(row), now)])]
    if going_on:
        text = N_("Đợt %(round)s chưa kết thúc nên chưa bốc thăm được. Hãy bốc thăm sau khi đợt đóng.")
        return [message(text, round=going_on[0])]
    of_rounds = Attempt.round_id.in_([row.id for row in rounds])
    working = session.scalar(
        select(func.count()).select_from(Attempt).where(of_rounds, Attempt.state == AttemptState.OPEN)
    )
    found = []
    if working:
        text = N_("Còn %(count)s lượt thi chưa được thu bài nên chưa bốc thăm được. Hãy thử lại sau ít phút.")
        found.append(message(text, count=working))
    if unmarked(session, contest, number):
        found.append(message(N_("Còn bài tự luận chưa chấm nên chưa bốc thăm được. Hãy chấm hết rồi bốc thăm.")))
    return found


def lots_of(session: Session, contest: Contest, number: int, entry_ids: Collection[int]) -> dict[int, str]:
    """The lots of a few people as they were drawn, by entry; empty while none are drawn."""
    seed = lot_seed_of(contest, number)
    if seed is None:
        return {}
    rounds = [row.id for row in _rounds(contest, number)]
    least = (
        select(Attempt.entry_id, func.min(Attempt.receipt))
        .where(Attempt.entry_id.in_(entry_ids), Attempt.round_id.in_(rounds), *standing_for())
        .group_by(Attempt.entry_id)
    )
    return {entry_id: lot_of(seed, receipt) for entry_id, receipt in session.execute(least) if receipt}


def _rounds(contest: Contest, number: int) -> list[Round]:
    return [row for row in contest.rounds if number in (rules.WHOLE, row.number)]
