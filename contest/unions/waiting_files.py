"""A file of changes between its preview and its storing, with the decision it belongs to; and its long work."""

import json
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from contest import clock
from contest.accounts import uploads
from contest.accounts.rules import Actor
from contest.extensions import db
from contest.jobs.actions import Order
from contest.jobs.rules import JobRefused, packed
from contest.unions import reorganisation_sheets as sheets
from contest.unions import reorganising
from contest.unions.reorganising import Heading
from questions.messages import N_, message

PURPOSE = "union decision"
JOB = "union-decision"
TITLE = N_("Lưu quyết định về đơn vị")
#: Files of more rows are stored beside the requests.
MANY = 2_000

GONE = message(N_("Tệp chờ lưu không còn. Hãy chọn lại tệp."))
STALE = message(N_("Cây đơn vị vừa thay đổi sau khi bạn xem trước. Hãy xem lại rồi lưu."))


def packed_file(heading: Heading, content: bytes) -> bytes:
    """A file with its decision in front, as one piece."""
    head = {**asdict(heading), "decided_on": heading.decided_on.isoformat() if heading.decided_on else None}
    return json.dumps(head).encode() + b"\n" + content


def unpacked(stored: bytes) -> tuple[Heading, bytes]:
    """The decision and the file."""
    head, _, content = stored.partition(b"\n")
    said = json.loads(head)
    day = date.fromisoformat(said["decided_on"]) if said["decided_on"] else None
    return Heading(**{**said, "decided_on": day}), content


def store_file(order: Order) -> dict[str, Any]:
    """Store the decision of a large file that was looked at."""
    said, person_id = order.arguments, order.person_id
    with db.reading() as session:
        file = uploads.take(session, said["token"], PURPOSE, person_id) if person_id else None
        if file is None or person_id is None:
            raise JobRefused(GONE)
        heading, content = unpacked(file.content)
        heading = replace(heading, file_name=file.name)
    listed = sheets.read(content)
    total = 3 * len(listed.rows)
    order.progress(len(listed.rows), total)
    scopes = None if said["scopes"] is None else frozenset(said["scopes"])
    with db.begin() as session:
        reorganising.lock(session)
        plan = reorganising.plan(session, listed.rows, clock.now(), scopes, heading, listed.faults)
        order.progress(2 * len(listed.rows), total)
        if plan.faults:
            raise JobRefused(STALE)
        decision = reorganising.store(session, Actor(id=person_id, name=""), plan, clock.now())
        uploads.drop(session, said["token"])
        code, number = decision.code, len(plan.steps)
    order.progress(total, total)
    told = message(N_("Đã lưu quyết định với %(count)s thay đổi."), count=number)
    return {"url": f"/to-chuc/don-vi/quyet-dinh/{code}", "message": packed([told])[0], "changes": number}
