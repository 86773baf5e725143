"""What happens to unions beside the requests: the present follows decisions, large files of changes are stored."""

from dataclasses import replace
from typing import Any

from contest import clock
from contest.accounts import uploads
from contest.accounts.rules import Actor
from contest.extensions import db
from contest.jobs.actions import Order
from contest.jobs.rules import JobRefused, packed
from contest.unions import following, planning, reorganising
from contest.unions import reorganisation_sheets as sheets
from contest.unions import waiting_files as files
from questions.messages import N_, message


def follow_decisions() -> int:
    """Let the present tree follow every decision whose day has come; one cheap query when there is none."""
    now = clock.now()
    today = clock.vietnamese_day(now)
    with db.reading() as session:
        if not following.is_due(session, today):
            return 0
    with db.begin() as session:
        return following.catch_up(session, today, now)


def store_file(order: Order) -> dict[str, Any]:
    """Store the decision of a large file that was looked at."""
    said, person_id = order.arguments, order.person_id
    with db.reading() as session:
        file = uploads.take(session, said["token"], files.PURPOSE, person_id) if person_id else None
        if file is None or person_id is None:
            raise JobRefused(files.GONE)
        heading, content = files.unpacked(file.content)
        heading = replace(heading, file_name=file.name)
    listed = sheets.read(content)
    # Reading and planning count as one part each, like the parts of storing.
    total = 2 + reorganising.PARTS
    order.progress(1, total)
    scopes = None if said["scopes"] is None else frozenset(said["scopes"])
    # Planning takes long and needs no lock: storing refuses a plan that the tree has overtaken.
    with db.reading() as session:
        plan = planning.plan(session, listed.rows, clock.now(), scopes, heading, listed.faults)
    order.progress(2, total)
    if plan.faults:
        raise JobRefused(files.STALE)
    actor = Actor(id=person_id, name="")
    with db.begin() as session:
        try:
            decision = reorganising.store(session, actor, plan, clock.now(), lambda n: order.progress(2 + n, total))
        except reorganising.Stale as stale:
            raise JobRefused(files.STALE) from stale
        uploads.drop(session, said["token"])
        code, number = decision.code, len(plan.steps)
    told = message(N_("Đã lưu quyết định với %(count)s thay đổi."), count=number)
    return {"url": f"/to-chuc/don-vi/quyet-dinh/{code}", "message": packed([told])[0], "changes": number}
