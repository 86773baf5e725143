"""Writes of signals: traces of registrations, what was found, what the committee decided, and erasing all of it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import TERMINAL, Actor
from contest.attempts.models import Attempt
from contest.rounds.models import Contest, Round
from contest.signals.models import RegistrationTrace, Signal, SignalAttempt, SignalRun
from contest.signals.queries import traced
from contest.signals.rules import Found, Looked, SignalKind, Verdict, check_note


def note_registration(session: Session, person_id: int, trace: tuple[str | None, str | None], now: datetime) -> None:
    """Keep from which browser and network somebody registered; nothing where neither is known."""
    device, network = trace
    if device or network:
        session.merge(RegistrationTrace(person_id=person_id, at=now, device=device, network=network))
        session.flush()


# Looking


def claim(session: Session, round_id: int, looked: Looked | None, now: datetime) -> bool:
    """Take on looking at a round: whether nobody else did since it was last looked at.

    Whoever takes it on and dies is followed by somebody else after the usual pause: the count of attempts is written
    only when the work is done.
    """
    if looked is None:
        try:
            with session.begin_nested():
                session.add(SignalRun(round_id=round_id, attempts=0, computed_at=now))
        except IntegrityError:
            return False
        return True
    taken = update(SignalRun).where(
        SignalRun.round_id == round_id, SignalRun.computed_at == looked.at, SignalRun.erased_at.is_(None)
    )
    return session.execute(taken.values(computed_at=now)).rowcount == 1


def keep(session: Session, round_id: int, found: Sequence[Found], now: datetime) -> None:
    """Write down some signals of a round; one that is known gets its new figures and keeps what was decided."""
    subjects = {one.subject for one in found}
    known = {
        (signal.kind, signal.subject): signal
        for signal in session.query(Signal).filter(Signal.round_id == round_id, Signal.subject.in_(subjects))
    }
    for one in found:
        signal = known.get((one.kind, one.subject))
        if signal is None:
            signal = Signal(round_id=round_id, kind=one.kind, subject=one.subject, found_at=now)
            session.add(signal)
        signal.details, signal.people, signal.strength = dict(one.details), one.people, one.strength
        known[one.kind, one.subject] = signal
    session.flush()
    ids = [known[one.kind, one.subject].id for one in found]
    session.execute(delete(SignalAttempt).where(SignalAttempt.signal_id.in_(ids)))
    rows = [
        {"signal_id": signal_id, "attempt_id": attempt_id}
        for signal_id, one in zip(ids, found, strict=True)
        for attempt_id in one.attempts
    ]
    if rows:
        session.execute(insert(SignalAttempt), rows)


def finish(
    session: Session, round_id: int, found: Collection[tuple[SignalKind, str]], attempts: int, begun_at: datetime
) -> None:
    """End a look over so many attempts: what was not found again is forgotten, unless it was decided on."""
    for signal in session.query(Signal).filter(Signal.round_id == round_id, Signal.verdict.is_(None)):
        if (signal.kind, signal.subject) not in found:
            session.delete(signal)
    session.flush()
    done = update(SignalRun).where(SignalRun.round_id == round_id, SignalRun.computed_at == begun_at)
    session.execute(done.values(attempts=attempts))


# Deciding


def decide(
    session: Session,
    actor: Actor,
    contest: Contest,
    round_: Round,
    signal: Signal,
    verdict: Verdict | None,
    note: str,
    now: datetime,
) -> None:
    """Write down what the committee makes of a signal; None takes a decision back. Raises Refused.

    The log says that and how it was decided; the note goes when the signal is erased.
    """
    check_note(verdict, note)
    details = {"round": round_.number, "signal": signal.id, "kind": signal.kind, "was": signal.verdict}
    signal.verdict, signal.note = verdict, note
    signal.decided_at, signal.decided_by = (now, actor.label) if verdict else (None, None)
    session.flush()
    record(session, actor, "signal.decide", f"contest:{contest.slug}", now, details | {"verdict": verdict})


# Erasing


def forget_traces(session: Session, attempt_ids: Sequence[int]) -> None:
    """Take the traces off attempts."""
    session.execute(update(Attempt).where(Attempt.id.in_(attempt_ids)).values(device=None, network=None))


def erase(session: Session, contest: Contest, round_: Round, now: datetime) -> int:
    """Erase all signals of a round and what is left of its traces, for good; returns how many signals there were."""
    forget_traces(session, traced(session, round_.id))
    gone = session.execute(delete(Signal).where(Signal.round_id == round_.id)).rowcount
    run = session.get(SignalRun, round_.id) or SignalRun(round_id=round_.id)
    run.attempts, run.computed_at, run.erased_at = 0, now, now
    session.add(run)
    session.flush()
    record(session, TERMINAL, "signal.erase", f"contest:{contest.slug}", now, {"round": round_.number, "signals": gone})
    return gone


def forget_registrations(session: Session, people: Sequence[int]) -> None:
    session.execute(delete(RegistrationTrace).where(RegistrationTrace.person_id.in_(people)))
