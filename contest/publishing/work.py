"""Long work around results: comparing a ranking with its attempts, announcing, announcing a correction.

Each is one transaction of its own; done again after a crash it finds what was done, or does it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.actions import record
from contest.accounts.models import Person
from contest.accounts.rules import TERMINAL, Actor
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.rules import JobRefused, packed
from contest.proof import queries as proof
from contest.publishing import actions, queries
from contest.publishing.models import ResultCheck
from contest.publishing.rules import WHOLE, Shown, shown_of
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Entry
from contest.rounds.queries import round_of
from contest.standings import actions as standings
from contest.standings import lots
from questions.messages import N_, Message, message

CHECK, DRAW = "publishing.check", "publishing.draw"
PUBLISH, CORRECT = "publishing.publish", "publishing.correct"
TITLES = {
    CHECK: N_("Tính lại và đối chiếu bảng xếp hạng"),
    DRAW: N_("Bốc thăm"),
    PUBLISH: N_("Công bố kết quả"),
    CORRECT: N_("Công bố bản đính chính"),
}
#: Up to so many people it is done within the request.
AT_ONCE = 2000

Progress = Callable[[int, int], None]


def register() -> None:
    for kind, work in ((CHECK, run_check), (DRAW, run_draw), (PUBLISH, run_publish), (CORRECT, run_correct)):
        jobs.register(kind, work, TITLES[kind])


def is_small(session: Session, contest: Contest) -> bool:
    """Whether a contest has so few people that nobody need wait for them."""
    wanted = select(Entry.id).where(Entry.contest_id == contest.id).limit(AT_ONCE + 1)
    return len(session.scalars(wanted).all()) <= AT_ONCE


def desk_url(slug: str, number: int) -> str:
    return f"/to-chuc/cuoc-thi/{slug}/ket-qua?dot={number}"


# Comparing


def check(
    session: Session, actor: Actor, contest: Contest, number: int, now: datetime, progress: Progress | None = None
) -> ResultCheck:
    """Compare a ranking with its attempts and keep how many standings were not as they should be.

    Put right at once, but where results are announced: these change by a correction only.
    """
    numbers = _numbers(contest, number)
    locked = any(queries.announced_at(contest, n) and not queries.correcting(contest, n) for n in numbers)
    if locked:
        wrong = len(standings.verify(session, contest, numbers, progress))
    else:
        wrong = standings.recount(session, contest, numbers, progress)
    row = session.get(ResultCheck, (contest.id, number)) or ResultCheck(contest_id=contest.id, round_number=number)
    row.checked_at, row.checked_by, row.wrong, row.mended = now, actor.label, wrong, not locked
    row.alike = alike_groups(session, contest.id)
    session.add(row)
    session.flush()
    subject = f"contest:{contest.slug}/round:{number}" if number else f"contest:{contest.slug}"
    record(session, actor, "results.check", subject, now, {"wrong": wrong, "mended": not locked, "alike": row.alike})
    return row


def _numbers(contest: Contest, number: int) -> set[int]:
    """What is compared together: a round alone; the whole contest with all its rounds."""
    return {number} if number else {WHOLE, *(r.number for r in contest.rounds)}


def alike_groups(session: Session, contest_id: int) -> int:
    """Groups of people in a contest who have name, birth date and union in common."""
    groups = (
        select(Person.name_fold)
        .join(Entry, Entry.person_id == Person.id)
        .where(Entry.contest_id == contest_id, Person.birth_on.is_not(None))
        .group_by(Person.name_fold, Person.birth_on, Entry.union_id)
        .having(func.count() > 1)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(groups)) or 0


def checked_text(row: ResultCheck) -> Message:
    if not row.wrong:
        return message(N_("Đã đối chiếu: mọi dòng của bảng xếp hạng đều đúng."))
    if row.mended:
        return message(N_("Đã đối chiếu: %(count)s dòng sai, đã sửa."), count=row.wrong)
    return message(
        N_("Đã đối chiếu: %(count)s dòng sai. Kết quả đã công bố nên phải mở đính chính để sửa."), count=row.wrong
    )


# Beside the requests


def queue(session: Session, kind: str, actor: Actor, contest: Contest, number: int | None, **more: Any) -> str:
    """Ask for one of these works; the code of its page."""
    arguments = {"contest": contest.id, "number": number, **more}
    return jobs.queue(session, kind, arguments, actor.id, clock.now()).code


def run_check(order: jobs.Order) -> dict[str, Any]:
    with db.begin() as session:
        contest = session.get_one(Contest, order.arguments["contest"])
        number = order.arguments["number"]
        row = check(session, _actor(order), contest, number, clock.now(), order.progress)
        return {
            "url": desk_url(contest.slug, number),
            "message": packed([checked_text(row)])[0],
            "wrong": row.wrong,
            "mended": row.mended,
        }


def run_draw(order: jobs.Order) -> dict[str, Any]:
    given = order.arguments
    try:
        with db.begin() as session:
            contest = session.get_one(Contest, given["contest"])
            number, head = given["number"], proof.head(session, contest.id)
            if lots.needs_lots(session, contest, number):
                text = given["public_text"]
                lots.draw_lots(session, _actor(order), contest, number, head, text, clock.now(), order.progress)
            return {"url": desk_url(contest.slug, number), "message": packed([message(N_("Đã bốc thăm."))])[0]}
    except Refused as refusal:
        raise JobRefused(*refusal.reasons) from None


def run_publish(order: jobs.Order) -> dict[str, Any]:
    given = order.arguments
    shown: Shown = shown_of(given["shown"])

    def act(session: Session, contest: Contest) -> Any:
        left = given.get("left", 0)
        return actions.publish(
            session, _actor(order), contest, given["number"], shown, clock.now(), left, order.progress
        )

    return _announcing(order, act, message(N_("Đã công bố kết quả.")))


def run_correct(order: jobs.Order) -> dict[str, Any]:
    given = order.arguments
    shown = shown_of(given["shown"]) if given.get("shown") else None

    def act(session: Session, contest: Contest) -> Any:
        round_ = round_of(contest, given["number"]) if given["number"] else None
        return actions.publish_correction(session, _actor(order), contest, round_, clock.now(), shown, order.progress)

    return _announcing(order, act, message(N_("Đã công bố bản đính chính.")))


def _announcing(order: jobs.Order, act: Callable[[Session, Contest], Any], said: Message) -> dict[str, Any]:
    try:
        with db.begin() as session:
            contest = session.get_one(Contest, order.arguments["contest"])
            made = act(session, contest)
            url = desk_url(contest.slug, order.arguments["number"] or WHOLE)
            return {"url": url, "message": packed([said])[0], "version": made.version}
    except Refused as refusal:
        raise JobRefused(*refusal.reasons) from None


def _actor(order: jobs.Order) -> Actor:
    return Actor(order.person_id, "") if order.person_id else TERMINAL
