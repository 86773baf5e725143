"""Long work of banks: reading a large file for its preview, and storing it once it was looked at."""

from typing import Any

from sqlalchemy.orm import Session

from contest import clock
from contest.accounts import uploads
from contest.accounts.models import PendingFile
from contest.accounts.rules import Actor
from contest.banks import actions, imports, picture_routes
from contest.extensions import db
from contest.jobs.actions import Order
from contest.jobs.rules import JobRefused, packed
from questions import queries as library
from questions.messages import N_, message
from questions.models import QuestionBank


def read_file(order: Order) -> dict[str, Any]:
    """Read a large file for its preview."""
    said = order.arguments
    with db.reading() as session:
        bank, file = _waiting_file(session, order)
        name, content, columns = file.name, file.content, imports.columns_in(session, bank.id)
    # Beside any transaction: it may take minutes.
    result, fitted = imports.read(columns, content, name, said["format"], lambda count: order.progress(count, 0))
    now = clock.now()
    with db.begin() as session:
        imports.keep_read(session, said["bank"], said["token"], _person(order), said["format"], result, now)
        picture_routes.keep_waiting(session, said["bank"], said["token"], fitted, _person(order), now)
    told = message(N_("Đã đọc %(n)s câu hỏi. Hãy xem trước rồi lưu."), n=len(result.questions))
    if result.faults:
        told = message(N_("Đã đọc tệp và thấy %(n)s chỗ cần sửa."), n=len(result.faults))
    return {"url": said["preview"], "message": packed([told])[0], "questions": len(result.questions)}


def store_file(order: Order) -> dict[str, Any]:
    """Store the questions of a large file that was looked at."""
    said = order.arguments
    with db.reading() as session:
        bank, _file = _waiting_file(session, order)
        found = imports.take(session, bank, said["token"], _person(order), said["format"])
        if found is None:
            raise JobRefused(imports.GONE)
        result = imports.without(found.result, said["left_out"])
        order.progress(0, len(result.questions))
        if not imports.still_true(session, bank, found.result, said["digest"]):
            raise JobRefused(imports.STALE)
    with db.begin() as session:
        bank = _bank(session, said["bank"])
        actor = Actor(id=_person(order), name="")
        plan = actions.import_questions(session, actor, bank, result, clock.now(), found.fitted)
        if plan.faults:
            raise JobRefused(imports.STALE)
        imports.drop(session, said["token"])
    order.progress(len(result.questions), len(result.questions))
    return {"url": said["done"], "message": packed([imports.stored_message(plan)])[0], **imports.counts(plan)}


def _person(order: Order) -> int:
    if order.person_id is None:
        raise JobRefused(imports.GONE)
    return order.person_id


def _bank(session: Session, code: str) -> QuestionBank:
    bank = library.bank(session, code)
    if bank is None:
        raise JobRefused(message(N_("Ngân hàng không còn nữa.")))
    return bank


def _waiting_file(session: Session, order: Order) -> tuple[QuestionBank, PendingFile]:
    bank = _bank(session, order.arguments["bank"])
    file = uploads.take(session, order.arguments["token"], imports.purpose(bank.code), _person(order))
    if file is None:
        raise JobRefused(imports.GONE)
    return bank, file
