"""What is told of rulings: to whom they are about, and on a ranking to everybody."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from contest.attempts.models import Attempt
from contest.rounds.models import Contest
from contest.rulings import queries
from contest.rulings.rules import RulingKind
from contest.standings.events import Apart, Ruled
from questions.messages import N_, Message, message

SAID = {
    RulingKind.DISQUALIFIED: N_("Ban tổ chức đã huỷ tư cách dự thi của bạn trong cuộc thi này, lúc %(at)s."),
    RulingKind.ANNULLED: N_("Ban tổ chức đã huỷ kết quả lượt thi này, lúc %(at)s. Điểm còn đó nhưng không được tính."),
    RulingKind.NO_PRIZE: N_("Ban tổ chức quyết định giữ thứ hạng của bạn nhưng không xét giải, lúc %(at)s."),
}


def rulings_of(session: Session, attempt: Attempt) -> list[Ruled]:
    """Decisions that hold about an attempt or its person, with the reason, for the owner."""
    return [
        Ruled(
            message(SAID[RulingKind(ruling.kind)], at=ruling.decided_at),
            ruling.reason,
            ruling.decided_at,
            ruling.attempt_id is not None,
        )
        for ruling in queries.of_attempt(session, attempt)
    ]


def apart(session: Session, contest: Contest, number: int, at: datetime | None = None) -> list[Apart]:
    """Who is named apart from a ranking (``at``: was then), once each; the kind of the decision, not its reason."""
    found: dict[int, Apart] = {}
    for row in queries.apart(session, contest.id, number, at):
        known = found.get(row.entry_id)
        if known is None or row.kind == RulingKind.DISQUALIFIED:
            found[row.entry_id] = Apart(row.entry_id, row.name, row.union or "", row.division_id, _kind(row, number))
    return list(found.values())


def _kind(row: Row[Any], number: int) -> Message:
    if row.kind == RulingKind.DISQUALIFIED:
        return message(N_("Bị huỷ tư cách dự thi"))
    if number:
        return message(N_("Lượt thi thứ %(attempt)s bị huỷ kết quả"), attempt=row.number)
    return message(N_("Lượt thi thứ %(attempt)s của đợt %(round)s bị huỷ kết quả"), attempt=row.number, round=row.round)
