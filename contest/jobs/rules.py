"""States of long work, and the sentences that come of it; pure."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from questions.messages import N_, Message, message

#: A running job that has said nothing for so long is taken up anew, by whoever looks next.
SILENT = timedelta(seconds=60)
#: A job that is still not done so long after it was asked for is given up: it may be what stops the server.
GIVEN_UP = timedelta(hours=6)
#: Ended jobs are forgotten after this long.
KEPT_FOR = timedelta(days=30)


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


STATE_NAMES = {
    JobState.WAITING: N_("Đang chờ"),
    JobState.RUNNING: N_("Đang chạy"),
    JobState.DONE: N_("Đã xong"),
    JobState.FAILED: N_("Không làm được"),
}

#: For a job that failed for a reason of the program, which the log has.
BROKEN = message(N_("Việc này dừng lại vì lỗi của hệ thống. Chưa có gì được lưu. Hãy thử lại hoặc báo quản trị viên."))
TOO_OLD = message(N_("Việc này đã chạy nhiều lần mà không xong nên được dừng lại. Hãy báo quản trị viên."))


class JobRefused(Exception):
    """The work cannot be done; the reasons are for the person who asked."""

    def __init__(self, *reasons: Message) -> None:
        super().__init__("; ".join(str(reason) for reason in reasons))
        self.reasons = reasons


def packed(reasons: Iterable[Message]) -> list[dict[str, Any]]:
    """Sentences as data, to be translated where they are shown."""
    return [{"text": reason.text, "params": {k: _packed(v) for k, v in reason.params.items()}} for reason in reasons]


def _packed(value: Any) -> Any:
    if isinstance(value, Message):
        return packed([value])[0]
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def unpacked(rows: Iterable[Mapping[str, Any]]) -> list[Message]:
    """
    >>> said = message("Còn %(n)s %(what)s, %(s)s giây.", n=2, what=message("câu"), s=Decimal("4.2"))
    >>> unpacked(packed([said])) == [said]
    True
    """
    return [Message(row["text"], {k: _unpacked(v) for k, v in row["params"].items()}) for row in rows]


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return Decimal(value["decimal"]) if "decimal" in value else unpacked([value])[0]
