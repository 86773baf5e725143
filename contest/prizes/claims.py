"""Writes about prizes handed over, and a winner's consent to be named. Nothing here commits."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.models import Consent
from contest.accounts.rules import Actor
from contest.clock import vietnamese_day
from contest.prizes import queries
from contest.prizes.actions import hold, subject
from contest.prizes.consents import TEXT_VERSION, purpose_of
from contest.prizes.models import Award, Claim
from contest.prizes.rules import MAX_REASON, AwardState
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from questions.messages import N_, message


@dataclass(frozen=True, slots=True)
class Shown:
    """What was seen when a prize was handed over: never a whole number of a paper.

    ``recipient``: who came instead of the winner, with the paper that authorises them.
    """

    document: str
    last_digits: str
    issued_on: date | None = None
    recipient: str = ""
    authorisation: str = ""
    note: str = ""


def claim(session: Session, actor: Actor, award: Award, shown: Shown, now: datetime) -> Claim:
    """Write down that a prize was handed over after a look at the papers. Sent twice, it is written once.

    Raises Refused for a prize that is not announced, and for what is missing.
    """
    contest = session.get_one(Contest, award.contest_id)
    hold(session, contest)
    session.refresh(award)
    known = queries.claim_of(session, award.id)
    if known is not None:
        return known
    if award.state != AwardState.ANNOUNCED:
        raise Refused([message(N_("Chỉ trao giải đã công bố. Hãy công bố kết quả trước."))])
    reasons = faults(shown, vietnamese_day(now))
    if reasons:
        raise Refused(reasons)
    found = Claim(
        award_id=award.id,
        claimed_at=now,
        checked_by=actor.label,
        document=shown.document,
        last_digits=shown.last_digits,
        issued_on=shown.issued_on,
        recipient=shown.recipient,
        authorisation=shown.authorisation,
        note=shown.note,
    )
    session.add(found)
    award.state = AwardState.CLAIMED
    session.flush()
    details = {"award": award.id, "document": shown.document, "authorised": bool(shown.recipient)}
    record(session, actor, "prize.claim", subject(contest, award.round_number), now, details)
    return found


def faults(shown: Shown, today: date) -> list:
    """What is missing or cannot be in a record of papers."""
    found = []
    if not shown.document:
        found.append(message(N_("Hãy ghi loại giấy tờ đã xem, ví dụ Căn cước.")))
    if not (shown.last_digits.isalnum() and len(shown.last_digits) == 4):
        found.append(message(N_("Hãy ghi đúng 4 ký tự cuối của số giấy tờ, không ghi cả số.")))
    if shown.issued_on and shown.issued_on > today:
        found.append(message(N_("Ngày cấp giấy tờ không thể sau hôm nay.")))
    if shown.recipient and not shown.authorisation:
        found.append(message(N_("Người khác nhận thay thì phải có giấy uỷ quyền. Hãy ghi giấy uỷ quyền đã xem.")))
    if shown.authorisation and not shown.recipient:
        found.append(message(N_("Hãy ghi họ tên người nhận thay, hoặc bỏ trống phần giấy uỷ quyền.")))
    return found


def undo_claim(session: Session, actor: Actor, award: Award, reason: str, now: datetime) -> None:
    """A handing over that was entered by mistake is taken back; the log keeps that it had been. Raises Refused."""
    contest = session.get_one(Contest, award.contest_id)
    hold(session, contest)
    session.refresh(award)
    known = queries.claim_of(session, award.id)
    if known is None:
        return
    if not reason or len(reason) > MAX_REASON:
        text = N_("Hãy ghi lý do huỷ ghi nhận trao giải, không quá %(most)s ký tự.")
        raise Refused([message(text, most=MAX_REASON)])
    details = {"award": award.id, "claimed_at": known.claimed_at.isoformat(), "reason": reason}
    session.delete(known)
    award.state = AwardState.ANNOUNCED
    session.flush()
    record(session, actor, "prize.unclaim", subject(contest, award.round_number), now, details)


# Consent


def give_consent(session: Session, actor: Actor, person_id: int, contest: Contest, now: datetime) -> Consent:
    """Keep the evidence that a winner agreed to be named in full, in the present wording; withdrawn, it begins anew."""
    purpose = purpose_of(contest.id)
    found = session.scalar(
        select(Consent).where(
            Consent.person_id == person_id, Consent.purpose == purpose, Consent.text_version == TEXT_VERSION
        )
    )
    if found is not None and found.withdrawn_at is None:
        return found
    if found is None:
        found = Consent(person_id=person_id, purpose=purpose, text_version=TEXT_VERSION, given_at=now)
        session.add(found)
    else:
        found.given_at, found.withdrawn_at = now, None
    session.flush()
    details = {"purpose": purpose, "text_version": TEXT_VERSION}
    record(session, actor, "consent.give", f"person:{person_id}", now, details)
    return found


def withdraw_consent(session: Session, actor: Actor, person_id: int, contest: Contest, now: datetime) -> None:
    """A winner takes the consent back; the row stays as evidence."""
    wanted = select(Consent).where(
        Consent.person_id == person_id, Consent.purpose == purpose_of(contest.id), Consent.withdrawn_at.is_(None)
    )
    for found in session.scalars(wanted):
        found.withdrawn_at = now
        details = {"purpose": found.purpose, "text_version": found.text_version}
        record(session, actor, "consent.withdraw", f"person:{person_id}", now, details)
    session.flush()
