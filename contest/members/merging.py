"""Two rows of one person made one, with a log and a way back.

The one that goes keeps its row, its consents and its sign-in data: whoever signs in with them becomes the one that
stays. Nobody is counted twice: where both took part, attempts of the one that goes count no more, unless announced.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import record, sign_out_everywhere
from contest.accounts.models import Person, RoleGrant
from contest.accounts.rules import Actor
from contest.members import registry
from contest.members.merge_rules import EntryFate, Twin, merge_faults
from contest.members.models import NotDuplicate, PersonMerge
from contest.members.request_rules import Refused
from contest.members.requests import open_request
from questions.messages import N_, Message, message


def what_becomes(session: Session, kept: Person, gone: Person) -> list[EntryFate]:
    """What would become of the entries of the one that goes; writes nothing."""
    return [fate for look in registry.entry_fates for fate in look(session, kept.id, gone.id)]


def merge(session: Session, actor: Actor, kept: Person, gone: Person, reason: str, now: datetime) -> PersonMerge:
    """Make two people one; done already, it is that merge. Raises Refused with every reason."""
    _hold(session, kept, gone)
    known = standing(session, gone)
    if known and known.kept_id == kept.id:
        return known
    fates = what_becomes(session, kept, gone)
    _refuse(merge_faults(_twin(session, kept), _twin(session, gone), fates, reason))
    done = [fate for act in registry.entry_merges for fate in act(session, actor, kept.id, gone.id, reason, now)]
    # Held by now: what was begun since it was looked at is refused with all that was done.
    _refuse(merge_faults(_twin(session, kept), _twin(session, gone), done, reason))
    earlier = session.scalars(select(Person.id).where(Person.merged_into_id == gone.id)).all()
    # A role is never entered by another's password, not even where its holder has none.
    password = kept.password_hash is None and gone.password_hash is not None and not _twin(session, kept).privileged
    made = PersonMerge(
        code=secrets.token_urlsafe(12),
        kept_id=kept.id,
        gone_id=gone.id,
        reason=reason,
        made_at=now,
        made_by=actor.label,
        details={"entries": [fate.stored() for fate in done], "earlier": list(earlier), "password": password},
    )
    session.add(made)
    session.execute(update(Person).where(Person.id.in_(earlier)).values(merged_into_id=kept.id))
    gone.disabled_at, gone.merged_into_id = now, kept.id
    if password:
        kept.password_hash = gone.password_hash
    sign_out_everywhere(session, gone.id)
    session.flush()
    _note(session, actor, "person.merge", made, now)
    return made


def undo(session: Session, actor: Actor, made: PersonMerge, now: datetime) -> bool:
    """Make two of one again, exactly as before; False when that was done already.

    Raises Refused where something that happened since stands in the way.
    """
    kept, gone = made.kept, made.gone
    _hold(session, kept, gone)
    session.refresh(made)
    if made.undone_at is not None:
        return False
    if gone.merged_into_id != kept.id or kept.disabled_at is not None:
        _refuse([message(N_("Tài khoản được giữ đã gộp tiếp hoặc không còn dùng. Hãy tách lần gộp sau trước."))])
    entries: list[dict[str, Any]] = made.details["entries"]
    _refuse([why for look in registry.merge_locks for why in look(session, kept.id, entries, made.made_at)])
    for act in registry.entry_splits:
        act(session, actor, gone.id, entries, made.reason, now)
    session.execute(update(Person).where(Person.id.in_(made.details["earlier"])).values(merged_into_id=gone.id))
    gone.disabled_at = gone.merged_into_id = None
    if made.details["password"] and kept.password_hash == gone.password_hash:
        kept.password_hash = None
        sign_out_everywhere(session, kept.id)
    made.undone_at, made.undone_by = now, actor.label
    session.flush()
    _note(session, actor, "person.split", made, now)
    return True


def not_the_same(session: Session, actor: Actor, one: Person, other: Person, now: datetime) -> None:
    """Remember that two who look alike are two; said twice it is remembered once."""
    first, second = sorted((one.id, other.id))
    _hold(session, one, other)
    if session.get(NotDuplicate, (first, second)) is None:
        session.add(NotDuplicate(one_id=first, other_id=second, said_at=now, said_by=actor.label))
        session.flush()
        record(session, actor, "person.not_duplicate", f"person:{first}", now, {"other": second})


def all_different(session: Session, actor: Actor, people: Sequence[Person], now: datetime) -> int:
    """Remember that people who look alike are all different ones; how many pairs that tells anew."""
    ids = sorted(person.id for person in people)
    _hold(session, *people)
    mine = select(NotDuplicate.one_id, NotDuplicate.other_id).where(
        NotDuplicate.one_id.in_(ids), NotDuplicate.other_id.in_(ids)
    )
    said = {(row.one_id, row.other_id) for row in session.execute(mine)}
    new = [pair for pair in combinations(ids, 2) if pair not in said]
    if new:
        session.add_all(
            NotDuplicate(one_id=one, other_id=other, said_at=now, said_by=actor.label) for one, other in new
        )
        session.flush()
        details = {"others": ids[1:], "pairs": len(new)}
        record(session, actor, "person.not_duplicate", f"person:{ids[0]}", now, details)
    return len(new)


def standing(session: Session, gone: Person) -> PersonMerge | None:
    """The merge by which somebody went."""
    wanted = select(PersonMerge).where(PersonMerge.gone_id == gone.id, PersonMerge.undone_at.is_(None))
    return session.scalars(wanted.order_by(PersonMerge.id.desc()).limit(1)).first()


def _hold(session: Session, *people: Person) -> None:
    """Nobody enters a contest as one of them, or decides about them, until this is written."""
    ids = [person.id for person in people]
    session.execute(select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()).all()
    for person in people:
        session.refresh(person)


def _twin(session: Session, person: Person) -> Twin:
    role = select(RoleGrant.id).where(RoleGrant.person_id == person.id, RoleGrant.ended_at.is_(None)).limit(1)
    return Twin(
        person.id,
        person.disabled_at is None,
        session.scalar(role) is not None,
        open_request(session, person.id) is not None,
    )


def _note(session: Session, actor: Actor, action: str, made: PersonMerge, now: datetime) -> None:
    entries = [[row["contest"], row["becomes"]] for row in made.details["entries"]]
    details = {"merge": made.code, "kept": made.kept_id, "gone": made.gone_id, "entries": entries}
    record(session, actor, action, f"person:{made.gone_id}", now, details)


def _refuse(reasons: Sequence[Message]) -> None:
    if reasons:
        raise Refused(reasons)
