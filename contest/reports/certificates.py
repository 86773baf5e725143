"""Issuing certificates: who gets one, writing them down once, taking one back, saying whether one holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.models import Person
from contest.accounts.rules import Actor
from contest.attempts.models import Attempt
from contest.attempts.starting import new_code
from contest.prizes import queries as prizes
from contest.publishing import queries as publishing
from contest.reports.certificate_rules import Part, Printed, Validity, numbered, points_words
from contest.reports.models import Certificate
from contest.reports.rules import CertificateKind
from contest.rounds.actions import hold_results
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Entry, Round
from contest.rounds.queries import round_of
from contest.rounds.windows import window_of
from contest.standings.models import Standing
from contest.standings.records import points
from contest.unions.models import TradeUnion
from questions.messages import N_, Message, message

#: Rows written, or named in a statement, at a time.
CHUNK = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which certificates: of a kind, for a round (0: the whole contest)."""

    kind: CertificateKind
    round_number: int = 0


@dataclass(frozen=True, slots=True)
class Holder:
    """Who gets a certificate: a person by their entry, or a union. ``title``: the prize; empty: having taken part."""

    entry_id: int | None
    union_id: int | None
    name: str
    unit: str
    title: str = ""
    rank: str = ""

    @property
    def key(self) -> tuple[int | None, int | None, str]:
        return self.entry_id, self.union_id, self.title


def refusal(session: Session, contest: Contest, wanted: Wanted, now: datetime) -> Message | None:
    """Why certificates cannot be issued yet; None when they can."""
    if contest.practice:
        return message(N_("Cuộc thi luyện tập không cấp giấy chứng nhận."))
    if wanted.kind is CertificateKind.PRIZE:
        if publishing.current(session, contest.id, wanted.round_number) is None:
            return message(N_("Chưa công bố kết quả phần này. Hãy công bố kết quả trước khi cấp giấy chứng nhận."))
        if publishing.correcting(contest, wanted.round_number):
            return message(N_("Kết quả phần này đang được đính chính. Hãy công bố bản đính chính rồi cấp."))
        return None
    rounds = [r for r in contest.rounds if wanted.round_number in (0, r.number)]
    if not rounds or any(now < window_of(round_).settled_at for round_ in rounds):
        return message(N_("Phần này chưa kết thúc. Giấy chứng nhận tham gia được cấp sau khi đóng đợt thi."))
    return None


def holders(session: Session, contest: Contest, wanted: Wanted) -> list[Holder]:
    """Everybody who is to have one, by union and name; winners highest prize first."""
    if wanted.kind is CertificateKind.PRIZE:
        found = prizes.winners(session, contest, wanted.round_number)
        return [
            Holder(w.entry_id, None if w.entry_id else w.union_id, w.name, _unit(w), w.title, str(w.rank))
            for w in found
        ]
    counted = select(Attempt.id).where(Attempt.entry_id == Entry.id, Attempt.counted)
    if wanted.round_number:
        here = select(Round.id).where(Round.contest_id == contest.id, Round.number == wanted.round_number)
        counted = counted.where(Attempt.round_id.in_(here))
    rows = session.execute(
        select(Entry.id, Person.name, TradeUnion.name)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .where(Entry.contest_id == contest.id, Entry.disqualified.is_(False), counted.exists())
        .order_by(TradeUnion.name_key, TradeUnion.id, Person.name_key, Entry.id)
    )
    return [Holder(entry_id, None, name, unit or "") for entry_id, name, unit in rows]


def part_of(contest: Contest, number: int) -> Part:
    """What a certificate of a round (0: the whole contest) names as taken part in or won."""
    round_ = round_of(contest, number) if number else None
    return Part(contest.title, (round_.title or f"Đợt {number}") if round_ else "")


def part_title(contest: Contest, number: int) -> str:
    return part_of(contest, number).title


def results(session: Session, contest: Contest, number: int, entry_id: int | None = None) -> dict[int, str]:
    """Points of everybody, or of one, in a round (0: the whole contest) by entry, in words; nobody's before they are
    announced."""
    if publishing.current(session, contest.id, number) is None or publishing.correcting(contest, number):
        return {}
    here = [Standing.contest_id == contest.id, Standing.round_number == number]
    if entry_id is not None:
        here.append(Standing.entry_id == entry_id)
    rows = session.execute(select(Standing.entry_id, Standing.score).where(*here))
    return {entry: points_words(points(contest, number, score)) for entry, score in rows}


def _unit(winner: prizes.Winner) -> str:
    return winner.union if winner.entry_id else ""


def outlook(session: Session, contest: Contest, wanted: Wanted) -> tuple[int, int]:
    """How many are to have a certificate, and how many of these have one."""
    everybody = holders(session, contest, wanted)
    known = set(_valid(session, contest, wanted))
    return len(everybody), sum(holder.key in known for holder in everybody)


def issue(
    session: Session,
    actor: Actor,
    contest: Contest,
    wanted: Wanted,
    printed: Printed,
    now: datetime,
    progress: Progress | None = None,
) -> list[Certificate]:
    """Write down a certificate for everybody who is to have one and has none; returns all that hold, in order.

    Asked for twice, nobody gets a second one. Raises Refused.
    """
    # One issuing of a contest at a time: numbers run on. Nobody corrects results or takes one back meanwhile.
    hold_results(session, contest)
    reason = refusal(session, contest, wanted, now)
    if reason:
        raise Refused([reason])
    everybody = holders(session, contest, wanted)
    known = _valid(session, contest, wanted)
    missing = [holder for holder in everybody if holder.key not in known]
    told = results(session, contest, wanted.round_number) if missing else {}
    rows = list(_rows(contest, wanted, printed, actor, now, missing, told))
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(Certificate), rows[start : start + CHUNK])
        if progress:
            progress(min(start + CHUNK, len(rows)), len(rows))
    if rows:
        details = {"kind": str(wanted.kind), "round": wanted.round_number, "count": len(rows)}
        record(session, actor, "certificate.issue", f"contest:{contest.slug}", now, details)
    session.flush()
    valid = _valid(session, contest, wanted)
    return [valid[holder.key] for holder in everybody]


def printed_for(holder: Holder, printed: Printed, told: Mapping[int, str]) -> dict[str, Any]:
    """The words of one certificate; ``told``: results by entry."""
    return {**printed.data(), "rank": holder.rank, "result": told.get(holder.entry_id or 0, "")}


def _rows(
    contest: Contest,
    wanted: Wanted,
    printed: Printed,
    actor: Actor,
    now: datetime,
    missing: Sequence[Holder],
    told: Mapping[int, str],
) -> Iterator[dict[str, Any]]:
    for number, holder in enumerate(missing, printed.first):
        yield {
            "code": new_code(),
            "contest_id": contest.id,
            "round_number": wanted.round_number,
            "kind": str(wanted.kind),
            "entry_id": holder.entry_id,
            "union_id": holder.union_id,
            "name": holder.name,
            "unit": holder.unit,
            "title": holder.title,
            "number": numbered(printed.number, number),
            "basis": printed.basis,
            "printed": printed_for(holder, printed, told),
            "issued_at": now,
            "issued_by": actor.label,
        }


def _valid(session: Session, contest: Contest, wanted: Wanted) -> dict[tuple[int | None, int | None, str], Certificate]:
    """Certificates that were not taken back, by whose they are and what for."""
    found = session.scalars(
        select(Certificate).where(
            Certificate.contest_id == contest.id,
            Certificate.kind == wanted.kind,
            Certificate.round_number == wanted.round_number,
            Certificate.revoked_at.is_(None),
        )
    )
    return {(row.entry_id, row.union_id, row.title): row for row in found}


def revoke(
    session: Session, actor: Actor, contest: Contest, certificate: Certificate, reason: str, now: datetime
) -> None:
    """Take a certificate back, with the reason; its page says so from now on. Raises Refused when it is taken back."""
    # While everybody's are being issued it waits: they are handed out as they were found.
    session.execute(select(Contest.id).where(Contest.id == contest.id).with_for_update(key_share=True))
    wanted = Certificate.id == certificate.id, Certificate.revoked_at.is_(None)
    changed = session.execute(update(Certificate).where(*wanted).values(revoked_at=now, revoked_reason=reason))
    if not changed.rowcount:
        raise Refused([message(N_("Giấy chứng nhận này đã được thu hồi trước đó."))])
    session.refresh(certificate)
    details = {"code": certificate.code, "reason": reason}
    record(session, actor, "certificate.revoke", f"contest:{contest.slug}", now, details)
    session.flush()


# Reads


def count_issued(session: Session, contest: Contest, wanted: Wanted) -> int:
    """How many certificates were issued."""
    return session.scalar(select(func.count()).select_from(Certificate).where(*_mine(contest, wanted))) or 0


def issued(session: Session, contest: Contest, wanted: Wanted, limit: int, offset: int) -> Sequence[Certificate]:
    """One page of the certificates that were issued, the oldest first."""
    mine = select(Certificate).where(*_mine(contest, wanted))
    return session.scalars(mine.order_by(Certificate.id).limit(limit).offset(offset)).all()


def _mine(contest: Contest, wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    return (
        Certificate.contest_id == contest.id,
        Certificate.kind == wanted.kind,
        Certificate.round_number == wanted.round_number,
    )


def newest(session: Session, contest: Contest, wanted: Wanted) -> Certificate | None:
    """The certificate issued last, whose words the form begins with."""
    mine = Certificate.contest_id == contest.id, Certificate.kind == wanted.kind
    return session.scalar(select(Certificate).where(*mine).order_by(Certificate.id.desc()).limit(1))


def by_code(session: Session, code: str) -> Certificate | None:
    return session.scalar(select(Certificate).where(Certificate.code == code))


def of_person(session: Session, person_id: int) -> Sequence[Certificate]:
    """A person's certificates that were not taken back, the newest first."""
    return session.scalars(
        select(Certificate)
        .join(Entry, Entry.id == Certificate.entry_id)
        .where(Entry.person_id == person_id, Certificate.revoked_at.is_(None))
        .order_by(Certificate.id.desc())
    ).all()


def validity(session: Session, contest: Contest, certificate: Certificate) -> Validity:
    """Whether what a certificate says holds now: a prize may have moved by an announced correction, somebody who took
    part may have been disqualified since."""
    if certificate.revoked_at is not None:
        return Validity.REVOKED
    if certificate.kind == CertificateKind.PRIZE:
        won = prizes.winners(session, contest, certificate.round_number)
        mine = [w for w in won if w.title == certificate.title]
        if certificate.entry_id is not None:
            mine = [w for w in mine if w.entry_id == certificate.entry_id]
        else:
            mine = [w for w in mine if w.union_id == certificate.union_id and w.entry_id is None]
        return Validity.VALID if mine else Validity.CORRECTED
    entry = session.get(Entry, certificate.entry_id) if certificate.entry_id else None
    return Validity.WITHDRAWN if entry and entry.disqualified else Validity.VALID
