"""Looking through everything that was sealed: what is no longer as it was is named."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.attempts.receipts import receipt_of, spaced
from contest.attempts.states import AttemptState
from contest.proof import queries, rules
from contest.proof.models import Seal, SealedRecord, Unsealed
from contest.rounds.models import Contest, Round
from questions.messages import N_, Message, message

#: Differences that are listed; more are counted.
MOST = 1000
#: How long after it ended an attempt may wait to be sealed.
PATIENCE = timedelta(minutes=2)


class Fault(StrEnum):
    """What is wrong with a record or a batch."""

    #: Answers, paper, prediction or times: the receipt no longer fits either.
    CONTENT = "content"
    #: Something else that was sealed: whose it is, which round, which number, how it ended, the receipt itself.
    FRAME = "frame"
    GONE = "gone"
    ADDED = "added"
    WAITS = "waits"
    BATCH = "batch"
    CHAIN = "chain"


FAULTS = {
    Fault.CONTENT: N_("Lượt thi %(receipt)s: câu trả lời, đề, dự đoán hoặc giờ không còn như lúc niêm phong."),
    Fault.FRAME: N_("Lượt thi %(receipt)s: người thi, đợt, thứ tự lượt hoặc biên nhận không còn như lúc niêm phong."),
    Fault.GONE: N_("Một lượt thi đã niêm phong ở lô %(batch)s không còn trong dữ liệu."),
    Fault.ADDED: N_("Lượt thi %(receipt)s có trong dữ liệu nhưng chưa từng được niêm phong."),
    Fault.WAITS: N_("Lượt thi %(receipt)s chờ niêm phong quá lâu."),
    Fault.BATCH: N_("Lô %(batch)s: danh sách lượt thi không khớp với mã gốc của lô."),
    Fault.CHAIN: N_("Lô %(batch)s: chuỗi niêm phong bị đứt hoặc bị thay."),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was sealed. ``batch`` 0: of no batch."""

    fault: Fault
    batch: int = 0
    receipt: str = ""

    @property
    def said(self) -> Message:
        return message(FAULTS[self.fault], batch=self.batch, receipt=self.receipt)

    def data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Report:
    """What a look-through saw: records and batches compared, and what was wrong (at most :data:`MOST` listed)."""

    records: int = 0
    batches: int = 0
    count: int = 0
    found: list[Difference] = field(default_factory=list)

    def add(self, difference: Difference) -> None:
        self.count += 1
        if len(self.found) < MOST:
            self.found.append(difference)


def look_through(
    session: Session, contest: Contest, now: datetime, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Compare every sealed record of a contest with the attempt it is of, batches with their roots, and the chain."""
    report, head, total = Report(), "", 0
    of_all = session.scalar(select(func.max(Seal.total)).where(Seal.contest_id == contest.id)) or 0
    wanted = select(Seal).where(Seal.contest_id == contest.id).order_by(Seal.number)
    for number, seal in enumerate(session.scalars(wanted).all(), 1):
        leaves = _compared(session, contest, seal, report)
        total += seal.count
        if len(leaves) != seal.count or not leaves or rules.root_of(leaves) != seal.root:
            report.add(Difference(Fault.BATCH, seal.number))
        right = rules.head_after(head, seal.root, number, seal.count, rules.instant(seal.sealed_at))
        if (seal.number, seal.total, seal.head) != (number, total, right):
            report.add(Difference(Fault.CHAIN, seal.number))
        head, report.batches = seal.head, report.batches + 1
        if progress:
            progress(report.records, max(of_all, report.records))
    for difference in _beside(session, contest, now):
        report.add(difference)
    return report


def _compared(session: Session, contest: Contest, seal: Seal, report: Report) -> list[str]:
    """The leaves of a batch as stored, each compared with what its attempt gives now."""
    wanted = (
        select(SealedRecord.attempt_id, SealedRecord.leaf)
        .where(SealedRecord.seal_id == seal.id)
        .order_by(SealedRecord.place)
    )
    records = session.execute(wanted).all()
    now = {row.id: row for row in queries.ended(session, [record.attempt_id for record in records])}
    for record in records:
        report.records += 1
        row = now.get(record.attempt_id)
        if row is None:
            report.add(Difference(Fault.GONE, seal.number))
        elif rules.leaf_of(queries.record_of(row, contest.owner_salt)) != record.leaf:
            report.add(Difference(_which(row), seal.number, spaced(row.receipt or "")))
    return [record.leaf for record in records]


def _which(row: Any) -> Fault:
    right = receipt_of(row.code, row.paper, row.answers, row.prediction, row.started_at, row.submitted_at)
    return Fault.CONTENT if right != row.receipt else Fault.FRAME


def _beside(session: Session, contest: Contest, now: datetime) -> Iterator[Difference]:
    """Ended attempts that no batch holds."""
    sealed = exists().where(SealedRecord.attempt_id == Attempt.id)
    wanted = (
        select(Attempt.receipt, Attempt.submitted_at, Unsealed.attempt_id)
        .join(Round, Round.id == Attempt.round_id)
        .outerjoin(Unsealed, Unsealed.attempt_id == Attempt.id)
        .where(Round.contest_id == contest.id, Attempt.state == AttemptState.CLOSED, ~sealed)
        .order_by(Attempt.id)
    )
    for row in session.execute(wanted):
        if row.attempt_id is None:
            yield Difference(Fault.ADDED, receipt=spaced(row.receipt or ""))
        elif now - row.submitted_at > PATIENCE:
            yield Difference(Fault.WAITS, receipt=spaced(row.receipt or ""))
