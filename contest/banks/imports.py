"""Files on their way into a bank: read, held against the bank as it stands, stored whole or not at all.

Small files are read in the request. Large ones are read, and stored, as long work (see :mod:`contest.jobs`); what was
read is kept beside the file, so that the preview does not read it again.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contest.accounts import uploads
from contest.banks import near, picture_routes
from contest.banks.models import ColumnMap
from questions import formats, pictures
from questions.formats import columns, parcel
from questions.imports import plan_import
from questions.messages import N_, Message, message
from questions.models import QuestionBank
from questions.pictures import Fitted
from questions.plans import Change, Plan
from questions.rules import ReadResult

READ, STORE = "bank-read", "bank-import"
READ_TITLE, STORE_TITLE = N_("Đọc tệp câu hỏi"), N_("Nhập câu hỏi vào ngân hàng")
#: Files from here on, and files with so many questions, are worked on beside the requests.
LARGE_FILE = 1_000_000
MANY_QUESTIONS = 500

STALE = message(N_("Ngân hàng đã thay đổi sau khi bạn xem trước. Hãy xem lại rồi lưu."))
GONE = message(N_("Tệp này đã được nhập hoặc đã hết hạn xem trước. Hãy chọn lại tệp nếu cần."))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file between its upload and its import."""

    name: str
    result: ReadResult
    fitted: tuple[Fitted, ...] = ()
    #: What it was read as; "" when that is not known.
    format: str = ""


def purpose(code: str) -> str:
    return f"bank:{code}"


def _read_token(token: str) -> str:
    """The token of what was read, told from the file's and as secret."""
    return hashlib.sha256(f"read {token}".encode()).hexdigest()[:40]


def columns_in(session: Session, bank_id: int | None) -> dict[str, Mapping[str, str]]:
    """The columns that somebody has said for headers of files for this bank, by the header's digest."""
    rows = session.execute(select(ColumnMap.header, ColumnMap.columns).where(ColumnMap.bank_id == bank_id))
    return {row.header: row.columns for row in rows}


def remember(session: Session, bank: QuestionBank, digest: str, said: Mapping[str, str], now: datetime) -> None:
    """Keep what the columns of such a header mean, for the next file with the same one."""
    forget(session, bank, digest)
    session.add(ColumnMap(bank_id=bank.id, header=digest, columns=dict(said), used_at=now))
    session.flush()


def forget(session: Session, bank: QuestionBank, digest: str) -> None:
    session.execute(delete(ColumnMap).where(ColumnMap.bank_id == bank.id, ColumnMap.header == digest))


def read(
    said: Mapping[str, Mapping[str, str]],
    content: bytes,
    name: str | None,
    format: str = formats.AUTO,
    watch: Callable[[int], None] | None = None,
) -> tuple[ReadResult, tuple[Fitted, ...]]:
    """The questions of a file and its pictures made fit for showing; those that cannot be shown are faults.

    ``said``: see :func:`columns_in`. Needs no database, and may take long.
    """
    result = formats.read(content, format=format, name=name, columns=said.get, watch=watch)
    return pictures.settle(result)


def format_of(content: bytes, name: str | None, format: str) -> str:
    """The format that a file is read as; "" when it is of none."""
    if format != formats.AUTO:
        return format
    try:
        return formats.detect(content, name)
    except formats.Refused:
        return ""


def look(content: bytes, name: str | None, format: str) -> columns.Look | None:
    """The top of a table; None for other files."""
    return formats.look(content, format_of(content, name, format))


def take(session: Session, bank: QuestionBank, token: str, person_id: int, format: str) -> Waiting | None:
    """A waiting file with its questions: as they were read, else read now; None when it is gone."""
    file = uploads.take(session, token, purpose(bank.code), person_id)
    if file is None:
        return None
    told = format_of(file.content, file.name, format)
    fitted = tuple(picture_routes.waiting(session, bank.code, token, person_id))
    kept = uploads.take(session, _read_token(token), f"read {format}:{bank.code}", person_id)
    if kept is not None:
        return Waiting(file.name, parcel.unpack(kept.content), fitted, told)
    result, fresh = read(columns_in(session, bank.id), file.content, file.name, format)
    return Waiting(file.name, result, fitted or fresh, told)


def keep_read(
    session: Session, code: str, token: str, person_id: int, format: str, result: ReadResult, now: datetime
) -> None:
    """Keep what a large file was read to."""
    drop_read(session, token)
    uploads.keep(session, f"read {format}:{code}", "read", parcel.pack(result), person_id, now, _read_token(token))


def drop_read(session: Session, token: str) -> None:
    uploads.drop(session, _read_token(token))


def drop(session: Session, token: str) -> None:
    """Throw away a file with everything kept beside it."""
    uploads.drop(session, token)
    drop_read(session, token)
    picture_routes.drop_waiting(session, token)


def without(result: ReadResult, left_out: Collection[int]) -> ReadResult:
    """The questions but for some, named by their place in the file from 0."""
    kept = tuple(draft for place, draft in enumerate(result.questions) if place not in left_out)
    return replace(result, questions=kept)


def digest_of(plan: Plan) -> str:
    """What a preview promised: what will happen to each question, in order. Near-duplicates are new ones."""
    told = [("new" if i.change is Change.NEAR else i.change.value, i.draft.row, i.parts) for i in plan.planned]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


class Plans:
    """The last plans of large files, so that turning the pages of a preview does not make them anew each time.

    One is good as long as no question of the banks it was held against has changed.
    """

    def __init__(self, most: int = 2) -> None:
        self._kept: OrderedDict[Any, Plan] = OrderedDict()
        self._most, self._lock = most, Lock()

    def plan(self, session: Session, bank: QuestionBank, token: str, result: ReadResult, beside: list[int]) -> Plan:
        if len(result.questions) <= MANY_QUESTIONS:
            return plan_import(session, bank, result.questions, result.faults, beside=beside)
        key = (token, len(result.questions), near.stamps(session, [bank.id, *beside]))
        with self._lock:
            if key not in self._kept:
                self._kept[key] = plan_import(session, bank, result.questions, result.faults, beside=beside)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[key]


plans = Plans()


def still_true(session: Session, bank: QuestionBank, result: ReadResult, promised: str) -> bool:
    """Whether storing a file would still do what its preview said; a caller without a preview is promised nothing."""
    if not promised:
        return True
    return promised == digest_of(plan_import(session, bank, result.questions, result.faults, near=False))


def counts(plan: Plan) -> dict[str, int]:
    return {
        "new": plan.count(Change.NEW) + plan.count(Change.NEAR),
        "changed": plan.count(Change.CHANGED),
        "same": plan.count(Change.SAME),
    }


def stored_message(plan: Plan) -> Message:
    return message(N_("Đã nhập xong: %(new)s câu mới, %(changed)s câu thay đổi, %(same)s câu như cũ."), **counts(plan))
