"""Officials of the demo at work: headcounts that unions enter themselves, targets handed down level by level, somebody
with a wrong union, and certificates of the round that is over.

Each step looks first whether something of its kind is there, so that loading again adds nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.accounts.rules import TERMINAL, Actor, PersonKind
from contest.attempts.models import Attempt
from contest.clock import vietnamese_day
from contest.demo.cast import ACCOUNTS
from contest.documents.rules import day_words
from contest.members import requests
from contest.members.models import UnionRequest
from contest.participation import targets
from contest.participation.asking import Ask
from contest.participation.models import UnionTarget
from contest.reports import certificates
from contest.reports.certificate_rules import Printed
from contest.reports.models import Certificate
from contest.reports.rules import CertificateKind
from contest.rounds.models import Contest, Entry, Round
from contest.unions.actions import put_headcounts
from contest.unions.models import Headcount, TradeUnion
from contest.unions.queries import by_code
from contest.unions.rules import HeadcountSource

#: Members that unions tell of themselves, waiting for the union above: a small change, a fall by half, and one that had
#: no figure until now.
TOLD = {"LC-PT-002": 41, "LC-PT-003": 23, "LC-PT-009": 29, "LC-TN-010": 33}
#: A slip of the pen that was confirmed: fewer members than took part.
SLIP = {"LC-PT-004": 2}
#: So many days before today the figures hold.
COUNTED = 20
#: Targets of the flagship handed down: who, by whom, how much.
GIVEN = (
    ("LC", "TLD", Ask(percent=62)),
    ("LC-PT", "LC", Ask(percent=65)),
    ("LC-TP", "LC", Ask(people=400)),
    ("LC-MT", "LC", Ask(percent=55)),
    ("LC-PT-001", "LC-PT", Ask(percent=80)),
    ("LC-PT-003", "LC-PT", Ask(people=30)),
)
#: What a union takes upon itself beyond that.
OWN = ("LC-PT-002", Ask(percent=90))
#: Where somebody belongs who chose another union by mistake.
RIGHT = "LC-PT-002"
REASON = "Tôi công tác ở trường này, lúc đăng ký chọn nhầm đơn vị (minh hoạ)."


def load_headcounts(session: Session, now: datetime) -> int:
    """Figures that wait to be confirmed, and one that cannot be right; how many."""
    if session.scalar(select(Headcount.id).where(Headcount.source == HeadcountSource.OWN).limit(1)):
        return 0
    counted_on = vietnamese_day(now - timedelta(days=COUNTED))
    added = 0
    for counts, source in ((TOLD, HeadcountSource.OWN), (SLIP, HeadcountSource.ABOVE)):
        unions = {code: by_code(session, code) for code in counts}
        wanted = {(u.id, str(PersonKind.MEMBER), counted_on): counts[code] for code, u in unions.items() if u}
        added += put_headcounts(session, TERMINAL, wanted, source, now - timedelta(hours=5))
    return added


def load_targets(session: Session, contest: Contest, now: datetime) -> int:
    """Targets from the nation down to workplaces, and one that a workplace set itself; how many.

    Where unions of these codes were there before the demo, their tree is another: nothing is handed down.
    """
    if session.scalar(select(UnionTarget.union_id).where(UnionTarget.contest_id == contest.id).limit(1)):
        return 0
    unions = {code: by_code(session, code) for code in {OWN[0], *(code for row in GIVEN for code in row[:2])}}
    if not all(union and union.demo for union in unions.values()):
        return 0
    for code, above, ask in GIVEN:
        targets.hand_down(session, TERMINAL, contest, _there(unions[code]), ask, _there(unions[above]), now)
    targets.commit_own(session, TERMINAL, contest, _there(unions[OWN[0]]), OWN[1], now)
    return len(GIVEN) + 1


def load_request(session: Session, contest: Contest, now: datetime) -> bool:
    """Somebody who took part for a wrong union asks for the right one; it waits for an answer.

    Whoever has sat only what goes on: with the answer their figures move from one union to the other.
    """
    right = by_code(session, RIGHT)
    accounts = [account.member.phone for account in ACCOUNTS]
    mistaken = session.scalars(
        select(Person)
        .join(Entry, Entry.person_id == Person.id)
        .join(TradeUnion, TradeUnion.id == Person.union_id)
        .where(Entry.contest_id == contest.id, Person.demo, Person.kind == PersonKind.MEMBER)
        .where(TradeUnion.code.like("LC-T%"), Person.phone.not_in(accounts))
        .order_by(_has_sat(Round.closes_at > now).desc(), _has_sat(Round.closes_at <= now), Person.phone)
    ).first()
    asked = session.scalar(select(UnionRequest.id).join(Person, Person.id == UnionRequest.person_id).where(Person.demo))
    if right is None or mistaken is None or asked:
        return False
    themselves = Actor(mistaken.id, mistaken.name, (), mistaken.union_id, PersonKind.MEMBER)
    requests.ask(session, themselves, mistaken, right, REASON, now - timedelta(hours=2))
    return True


def _has_sat(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a person has a counted attempt in such rounds."""
    sat = select(Attempt.id).join(Entry, Entry.id == Attempt.entry_id).join(Round, Round.id == Attempt.round_id)
    return sat.where(Entry.person_id == Person.id, Attempt.counted, which).correlate(Person).exists()


def load_certificates(session: Session, contest: Contest, number: int, now: datetime) -> int:
    """Certificates of the prizes of a round whose results are announced; how many."""
    if session.scalar(select(Certificate.id).where(Certificate.contest_id == contest.id).limit(1)):
        return 0
    wanted = certificates.Wanted(CertificateKind.PRIZE, number)
    if certificates.refusal(session, contest, wanted, now):
        return 0
    today = vietnamese_day(now)
    words = Printed(
        above="TỔNG LIÊN ĐOÀN LAO ĐỘNG VIỆT NAM",
        issuer="LIÊN ĐOÀN LAO ĐỘNG TỈNH LAI CHÂU",
        words="Đã đạt",
        basis="Bản minh hoạ, không có giá trị.",
        number="{n}/GCN-LĐLĐ",
        place="Lai Châu",
        dated=day_words(today),
        on_behalf="TM. BAN THƯỜNG VỤ",
        signer_title="CHỦ TỊCH",
    )
    return len(certificates.issue(session, TERMINAL, contest, wanted, words, now))


def _there(union: TradeUnion | None) -> TradeUnion:
    if union is None:
        raise RuntimeError("a union of the demo is not there")
    return union
