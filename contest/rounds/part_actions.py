"""Writes about the parts of a contest: divisions, exclusions, prizes. Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.rounds import events, locks, queries
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Division, Exclusion, PrizeLine
from contest.rounds.sound import refuse, staying_sound, subject
from questions.messages import N_, message


def save_division(
    session: Session,
    actor: Actor,
    contest: Contest,
    division: Division | None,
    settings: Mapping[str, Any],
    now: datetime,
) -> Division:
    """Add a division behind the last, or change one. Raises Locked once somebody took part."""
    refuse(locks.divisions_lock(queries.progress_of(session, contest)))
    if any(other.code == settings["code"] for other in contest.divisions if other is not division):
        raise Refused([message(N_("Đã có bảng mã “%(code)s”. Hãy đặt mã khác."), code=settings["code"])])
    with staying_sound(session, contest, now):
        if division is None:
            division = Division(position=max((d.position for d in contest.divisions), default=0) + 1)
            contest.divisions.append(division)
        for name, value in settings.items():
            setattr(division, name, value)
        session.flush()
        session.expire(division, ["union"])
    record(session, actor, "division.save", subject(contest), now, {"code": division.code})
    return division


def remove_division(session: Session, actor: Actor, contest: Contest, division: Division, now: datetime) -> None:
    """Remove a division that no paper names."""
    refuse(locks.divisions_lock(queries.progress_of(session, contest)))
    used = [row.number for row in contest.rounds if any(line.division_id == division.id for line in row.blueprint)]
    if used:
        raise Refused(
            [
                message(
                    N_("Đề thi của đợt %(round)s có câu hỏi riêng cho bảng này. Hãy sửa đề thi trước khi xoá bảng."),
                    round=used[0],
                )
            ]
        )
    own = [prize.title for prize in contest.prizes if prize.division_id == division.id]
    if own:
        text = N_("“%(prize)s” là giải riêng của bảng này. Hãy sửa giải thưởng trước khi xoá bảng.")
        raise Refused([message(text, prize=own[0])])
    with staying_sound(session, contest, now):
        contest.divisions.remove(division)
        session.flush()
    record(session, actor, "division.remove", subject(contest), now, {"code": division.code})


def move_division(session: Session, actor: Actor, contest: Contest, division: Division, now: datetime) -> None:
    """Move a division one place up: people belong to the first that fits."""
    refuse(locks.divisions_lock(queries.progress_of(session, contest)))
    place = contest.divisions.index(division)
    if place == 0:
        return
    above = contest.divisions[place - 1]
    with staying_sound(session, contest, now):
        above.position, division.position = division.position, above.position
        session.flush()
        session.expire(contest, ["divisions"])
    record(session, actor, "division.move", subject(contest), now, {"code": division.code})


def add_exclusion(
    session: Session, actor: Actor, contest: Contest, settings: Mapping[str, Any], now: datetime
) -> Exclusion:
    """Exclude a person, a subtree or a kind; who has already entered keeps how they entered."""
    with staying_sound(session, contest, now):
        row = Exclusion(**settings)
        contest.exclusions.append(row)
        session.flush()
    record(session, actor, "exclusion.add", subject(contest), now, {"id": row.id, "mode": row.mode})
    return row


def remove_exclusion(session: Session, actor: Actor, contest: Contest, row: Exclusion, now: datetime) -> None:
    details = {"id": row.id, "mode": row.mode}
    contest.exclusions.remove(row)
    session.flush()
    record(session, actor, "exclusion.remove", subject(contest), now, details)


def save_prize(
    session: Session,
    actor: Actor,
    contest: Contest,
    prize: PrizeLine | None,
    settings: Mapping[str, Any],
    now: datetime,
) -> PrizeLine:
    """Add a line to the table of prizes, or change one. Announced prizes stay what they were: raises Refused."""
    if prize is not None:
        _refuse_announced(session, prize)
    with staying_sound(session, contest, now):
        if prize is None:
            prize = PrizeLine(position=max((p.position for p in contest.prizes), default=0) + 1)
            contest.prizes.append(prize)
        for name, value in settings.items():
            setattr(prize, name, value)
        session.flush()
        session.expire(prize, ["division", "league_union"])
    record(session, actor, "prize.save", subject(contest), now, {"id": prize.id, "quantity": prize.quantity})
    return prize


def remove_prize(session: Session, actor: Actor, contest: Contest, prize: PrizeLine, now: datetime) -> None:
    """Take a line out of the table, with what was proposed for it. Raises Refused once winners are announced."""
    details = {"id": prize.id}
    _refuse_announced(session, prize)
    for clear in events.prize_removed:
        clear(session, prize)
    contest.prizes.remove(prize)
    session.flush()
    record(session, actor, "prize.remove", subject(contest), now, details)


def _refuse_announced(session: Session, prize: PrizeLine) -> None:
    for ask in events.prize_locks:
        refuse(ask(session, prize))
