"""Making a bundle: long work beside the requests, in bounded memory, safe to be begun again.

A bundle is offered only when it is complete. What a making that was cut off has left is thrown away by the next one.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.actions import record
from contest.accounts.rules import TERMINAL, Actor
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.models import Job
from contest.jobs.rules import JobRefused, packed
from contest.proof import bundle, bundle_lines, bundle_parts, queries, rules
from contest.proof.bundle_lines import Subject
from contest.proof.models import Bundle, Unsealed
from contest.rounds.models import Contest, Entry
from contest.web.assets import STATIC
from questions.messages import N_, Message, message

JOB = "proof.bundle"
TITLE = N_("Lập gói kiểm chứng kết quả")
#: The description of the format, which lies in every bundle.
README = STATIC / "verify" / "README.txt"
#: The program that checks a bundle.
PROGRAM = STATIC / "verify" / "hoithi_verify.py"

NOTHING = N_("Chưa có đợt nào công bố kết quả nên chưa lập được gói kiểm chứng. Hãy công bố kết quả một đợt trước.")
CORRECTING = N_("Kết quả đợt %(round)s đang được đính chính. Hãy công bố đính chính xong rồi lập gói kiểm chứng.")
CORRECTING_WHOLE = N_(
    "Kết quả chung cuộc thi đang được đính chính. Hãy công bố đính chính xong rồi lập gói kiểm chứng."
)
WAITING = N_("Còn %(count)s bài thi đang chờ niêm phong. Hãy thử lại sau ít phút.")
MOVED = N_("Kết quả vừa được công bố hoặc sửa trong lúc lập gói. Hãy lập lại gói kiểm chứng.")

Progress = Callable[[int, int], None]


def refusal(session: Session, contest: Contest) -> Message | None:
    """Why no bundle can be made now; None when one can."""
    announced = [round_ for round_ in contest.rounds if round_.published_at is not None]
    if contest.practice or not announced:
        return message(NOTHING)
    correcting = [round_.number for round_ in announced if round_.correcting_since is not None]
    if correcting:
        return message(CORRECTING, round=correcting[0])
    if contest.correcting_since is not None:
        return message(CORRECTING_WHOLE)
    waiting = session.scalar(select(func.count()).where(Unsealed.contest_id == contest.id))
    return message(WAITING, count=waiting) if waiting else None


def queue(session: Session, actor: Actor, contest: Contest, now: datetime) -> str:
    """Ask for a bundle; the code of the page of the work. Raises JobRefused."""
    reason = refusal(session, contest)
    if reason:
        raise JobRefused(reason)
    return jobs.queue(session, JOB, {"contest": contest.id}, actor.id, now).code


def queue_due() -> int:
    """Ask for the bundles of contests whose results were announced since their last one; returns how many.

    A making that failed is not asked for again before the next announcement: organizers have a button for that.
    """
    with db.reading() as session:
        due = _due(session)
    for contest_id in due:
        with db.begin() as session:
            jobs.queue(session, JOB, {"contest": contest_id}, None, clock.now())
    return len(due)


def _due(session: Session) -> list[int]:
    announced = {contest_id: at for tell in bundle.last_announced for contest_id, at in tell(session).items()}
    made = select(Bundle.contest_id, func.max(Bundle.made_at)).where(Bundle.ended_at.is_not(None))
    newest = dict(session.execute(made.group_by(Bundle.contest_id)).all())
    behind = {c: at for c, at in announced.items() if c not in newest or newest[c] < at}
    if not behind:
        return []
    asked: dict[int, datetime] = {}
    for job in session.scalars(select(Job).where(Job.kind == JOB).order_by(Job.created_at)):
        asked[job.arguments["contest"]] = job.created_at
    ripe = [c for c, at in sorted(behind.items()) if c not in asked or asked[c] < at]
    return [c for c in ripe if refusal(session, session.get_one(Contest, c)) is None]


def run_job(order: jobs.Order) -> dict[str, Any]:
    """The making as a long work."""
    actor = Actor(order.person_id, "") if order.person_id else TERMINAL
    made = make(order.arguments["contest"], actor, order.progress)
    with db.reading() as session:
        slug = session.get_one(Contest, made.contest_id).slug
    said = message(N_("Đã lập gói kiểm chứng số %(number)s."), number=made.number)
    url = f"/cuoc-thi/{slug}/minh-chung/goi"
    return {"url": url, "message": packed([said])[0], "number": made.number, "digest": made.digest, "size": made.size}


def make(contest_id: int, actor: Actor, progress: Progress | None = None) -> Bundle:
    """A complete bundle of a contest, stored. Raises JobRefused."""
    now = clock.now()
    with db.begin() as session:
        contest = session.get_one(Contest, contest_id)
        reason = refusal(session, contest)
        if reason:
            raise JobRefused(reason)
        made = bundle_parts.new_bundle(session, contest.id, contest.slug, actor.label, now)

    def keep(number: int, content: bytes) -> None:
        with db.begin() as session:
            bundle_parts.store_part(session, made.id, number, content)

    target = bundle_parts.Parts(keep)
    numbers = write(target, contest_id, made.number, now, progress)
    with db.begin() as session:
        row = session.get_one(Bundle, made.id)
        row.rounds = ",".join(map(str, numbers))
        row.size, row.digest, row.ended_at = target.size, target.digest, clock.now()
        contest = session.get_one(Contest, contest_id)
        details = {"number": row.number, "digest": row.digest, "size": row.size}
        record(session, actor, "proof.bundle", f"contest:{contest.slug}", now, details)
    return row


def write(
    target: bundle_parts.Parts, contest_id: int, number: int, now: datetime, progress: Progress | None = None
) -> list[int]:
    """The whole bundle; returns the numbers of the rounds in it. Raises JobRefused when results moved meanwhile."""
    with db.reading() as session:
        contest = session.get_one(Contest, contest_id)
        told = bundle.told_rounds(session, contest, now)
        announced = [row for tell in bundle.announcements for row in tell(session, contest_id)]
        numbers = [one.round.number for one in told]
        rankings = numbers + ([bundle.WHOLE] if bundle.whole_told(contest, told) else [])
        manifest = _manifest(session, contest, told, announced, rankings)
        manifest |= {"number": number, "made_at": rules.instant(now)}
        questions = list(bundle.question_lines(session, told))
        subject = _subject(contest, told, announced)
        last = queries.last_seal(session, contest_id)
        people = session.scalar(select(func.count()).where(Entry.contest_id == contest_id)) or 0
        before = _state(session, contest_id)
    writer = bundle_parts.Writer(target, now)
    writer.put("README.txt", README.read_bytes())
    writer.put_lines("questions", questions)
    done = _Counter(people, progress)
    manifest["people"] = writer.put_lines("people", bundle_lines.people_lines(db.reading, subject, done.add))
    manifest["chain"] = {"seals": last.number if last else 0, "head": last.head if last else ""}
    writer.put_lines("seals", bundle_lines.seal_lines(db.reading, subject, last.number if last else 0))
    manifest["rankings"] = {
        str(rank): writer.put_lines(f"ranking-{rank}", bundle_lines.ranking_lines(db.reading, subject, rank))
        for rank in rankings
    }
    with db.reading() as session:
        if _state(session, contest_id) != before:
            raise JobRefused(message(MOVED))
    writer.put("manifest.json", rules.canonical(manifest | {"files": list(writer.files)}))
    writer.close()
    target.finish()
    return numbers


def _manifest(
    session: Session,
    contest: Contest,
    told: Sequence[bundle.Told],
    announced: Sequence[dict[str, Any]],
    rankings: Sequence[int],
) -> dict[str, Any]:
    return {
        "format": bundle.FORMAT,
        "version": bundle.VERSION,
        "contest": bundle.contest_data(session, contest),
        "rounds": [bundle.round_data(session, one) for one in told],
        "divisions": [{"code": division.code, "title": division.title} for division in contest.divisions],
        "publications": [row for row in announced if row["round"] in rankings],
        "prizes": bundle.prizes_data(session, contest, rankings),
    }


def _subject(contest: Contest, told: Sequence[bundle.Told], announced: Sequence[dict[str, Any]]) -> Subject:
    return Subject(
        contest_id=contest.id,
        salt=contest.owner_salt,
        rounds={one.round.id: one.round.number for one in told},
        outlined=frozenset(one.round.id for one in told if one.outline),
        divisions={division.id: division.code for division in contest.divisions},
        unions=bundle.shows_unions(contest, announced),
    )


def _state(session: Session, contest_id: int) -> list[Any]:
    """What must stay as it is from the first line to the last."""
    contest = session.get_one(Contest, contest_id)
    session.refresh(contest)
    rounds = [(round_.number, round_.published_at, round_.correcting_since) for round_ in contest.rounds]
    return [
        rounds,
        contest.results_at,
        contest.correcting_since,
        contest.lot_seed,
        [row for tell in bundle.announcements for row in tell(session, contest_id)],
    ]


class _Counter:
    """How many people are written of how many."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def add(self, count: int) -> None:
        self._done += count
        if self._progress:
            self._progress(self._done, self._total)


@cache
def program_digest() -> str:
    """Hash of the program as it is offered."""
    return hashlib.sha256(PROGRAM.read_bytes()).hexdigest()


def content(bundle_id: int) -> Iterator[bytes]:
    """The bytes of a stored bundle, each part in a reading of its own; goes on when the request's context has ended."""
    store = db.store

    def part(number: int) -> bytes | None:
        with store.session(readonly=True) as session:
            return bundle_parts.part_of(session, bundle_id, number)

    return bundle_parts.stream(part)
