"""Entries of two people who turn out to be one: nobody stays counted twice, and all of it can be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.accounts.rules import Actor
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState
from contest.members.merge_rules import Becomes, EntryFate
from contest.rounds.models import Contest, Entry
from contest.rulings import actions, work
from contest.rulings.models import Ruling
from contest.rulings.moving import hold
from contest.rulings.rules import RulingKind
from questions.messages import N_, Message, message


def entry_fates(session: Session, kept_id: int, gone_id: int) -> list[EntryFate]:
    """What would become of the entries of the one that goes."""
    return [_fate(session, entry, both) for entry, both in _entries(session, kept_id, gone_id)]


def _entries(session: Session, kept_id: int, gone_id: int) -> list[tuple[Entry, bool]]:
    """Entries of the one that goes, contest by contest, and whether the other one took part there too."""
    theirs = set(session.scalars(select(Entry.contest_id).where(Entry.person_id == kept_id)))
    found = session.scalars(select(Entry).where(Entry.person_id == gone_id).order_by(Entry.contest_id))
    return [(entry, entry.contest_id in theirs) for entry in found]


def _fate(session: Session, entry: Entry, both: bool) -> EntryFate:
    contest = session.get_one(Contest, entry.contest_id)
    if not both:
        becomes = Becomes.MOVED
    else:
        counted = _counted(session, entry)
        locked = any(_locked(session, contest, entry, attempt) for attempt in counted)
        becomes = Becomes.LEFT if locked else Becomes.ANNULLED
    open_ = both and not contest.practice and _is_working(session, entry)
    return EntryFate(contest.slug, contest.title, entry.id, entry.union_id, becomes, open=open_)


def _counted(session: Session, entry: Entry) -> Sequence[Attempt]:
    wanted = select(Attempt).where(Attempt.entry_id == entry.id, Attempt.counted).order_by(Attempt.id)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def _is_working(session: Session, entry: Entry) -> bool:
    wanted = select(Attempt.id).where(Attempt.entry_id == entry.id, Attempt.state == AttemptState.OPEN)
    return session.scalar(wanted.limit(1)) is not None


def _locked(session: Session, contest: Contest, entry: Entry, attempt: Attempt) -> bool:
    """Whether announced results show an attempt, and no correction of them has begun."""
    whole = contest.results_at is not None and contest.correcting_since is None
    return whole or bool(actions.locked(session, contest, entry, attempt))


def merge_entries(
    session: Session, actor: Actor, kept_id: int, gone_id: int, reason: str, now: datetime
) -> list[EntryFate]:
    """Carry it out: entries change hands, or their counted attempts count no more."""
    done = []
    for entry, both in _entries(session, kept_id, gone_id):
        contest = session.get_one(Contest, entry.contest_id)
        hold(session, contest, entry)
        fate = _fate(session, entry, both)
        rulings: list[int] = []
        if not both:
            entry.person_id = kept_id
            session.flush()
        else:
            for attempt in _counted(session, entry):
                if not _locked(session, contest, entry, attempt):
                    made = actions.decide(session, {}, actor, contest, RulingKind.ANNULLED, entry, attempt, reason, now)
                    rulings.append(made.id)
                    settle(session, actor, contest, attempt)
        done.append(replace(fate, rulings=tuple(rulings)))
    return done


def settle(session: Session, actor: Actor, contest: Contest, attempt: Attempt) -> None:
    """Let a true number that is another now be found beside the requests, where the ruling has left it to that."""
    if actions.outdated(session, contest, attempt.round):
        work.queue(session, actor, attempt.round)


def merge_locks(
    session: Session, kept_id: int, entries: Sequence[Mapping[str, Any]], made_at: datetime
) -> list[Message]:
    """Why entries cannot go back as they were: something was done with them since, or they are announced."""
    found = []
    for row in entries:
        entry = session.get_one(Entry, row["entry"])
        contest = session.get_one(Contest, entry.contest_id)
        hold(session, contest, entry)
        if row["becomes"] == Becomes.MOVED:
            begun = select(Attempt.id).where(Attempt.entry_id == entry.id, Attempt.started_at > made_at)
            if session.scalar(begun.limit(1)) is not None:
                text = N_("%(contest)s: sau khi gộp, người này đã thi thêm nên không tách được nữa.")
                found.append(message(text, contest=contest.title))
            elif entry.person_id != kept_id or entry.union_id != row["union"]:
                text = N_("%(contest)s: sau khi gộp, lượt thi đã được chuyển tiếp nên không tách được nữa.")
                found.append(message(text, contest=contest.title))
        elif any(_announced(session, contest, ruling) for ruling in _standing(session, row)):
            text = N_("%(contest)s: kết quả đã công bố sau khi gộp. Muốn tách, hãy mở một lần đính chính trước.")
            found.append(message(text, contest=contest.title))
    return found


def _standing(session: Session, row: Mapping[str, Any]) -> Sequence[Ruling]:
    """Rulings of a merge that still hold: one taken back by hand is back already."""
    wanted = select(Ruling).where(Ruling.id.in_(row["rulings"]), Ruling.undone_at.is_(None))
    return session.scalars(wanted.order_by(Ruling.id)).all()


def _announced(session: Session, contest: Contest, ruling: Ruling) -> bool:
    entry = session.get_one(Entry, ruling.entry_id)
    return _locked(session, contest, entry, _attempt(session, ruling))


def _attempt(session: Session, ruling: Ruling) -> Attempt:
    """The attempt that a merge annulled: its rulings are about nothing else."""
    return session.get_one(Attempt, ruling.attempt_id)


def split_entries(
    session: Session,
    actor: Actor,
    gone_id: int,
    entries: Sequence[Mapping[str, Any]],
    reason: str,
    now: datetime,
) -> None:
    """Give entries back and let attempts count again; :func:`merge_locks` has held all of them."""
    for row in entries:
        if row["becomes"] == Becomes.MOVED:
            session.get_one(Entry, row["entry"]).person_id = gone_id
            session.flush()
        for ruling in _standing(session, row):
            actions.undo(session, {}, actor, ruling, reason, now)
            settle(session, actor, session.get_one(Contest, ruling.contest_id), _attempt(session, ruling))
