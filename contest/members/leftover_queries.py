"""What reorganisations leave open: people and roles that still stand at unions which have ended."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from contest.accounts.models import Person, RoleGrant
from contest.unions.events import LooseEnds
from contest.unions.models import Succession, TradeUnion, UnionAncestry, UnionChange, UnionDecision
from contest.unions.rules import ChangeKind

_ENDING = (ChangeKind.MERGE, ChangeKind.CLOSE)


@dataclass(frozen=True, slots=True)
class Heir:
    """An open union that took over from an ended one, at once or in the end."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Left:
    """An ended union that something still stands at."""

    id: int
    code: str
    name: str
    closed_on: date
    people: int
    roles: Sequence[RoleGrant]
    heirs: tuple[Heir, ...]


def loose_ends(session: Session, scopes: Collection[int] | None, decision_id: int | None, today: date) -> LooseEnds:
    """How many people and roles stand at ended unions below some (None: anywhere), of one decision or of all."""
    ended = _ended(scopes, today)
    if decision_id is not None:
        ended = and_(ended, TradeUnion.id.in_(_ended_by(decision_id)))
    people = select(func.count(Person.id)).join(TradeUnion, TradeUnion.id == Person.union_id).where(ended, _here())
    roles = select(func.count(RoleGrant.id)).join(TradeUnion, TradeUnion.id == RoleGrant.union_id)
    return LooseEnds(session.scalar(people) or 0, session.scalar(roles.where(ended, _lasting(today))) or 0)


def count(session: Session, scopes: Collection[int] | None, today: date) -> int:
    """How many ended unions something still stands at."""
    return session.scalar(_left(scopes, today).with_only_columns(func.count(TradeUnion.id))) or 0


def left(session: Session, scopes: Collection[int] | None, today: date, limit: int, offset: int = 0) -> list[Left]:
    """Ended unions that something still stands at, the last ended first; as many queries for fifty as for one."""
    wanted = _left(scopes, today).order_by(TradeUnion.closed_on.desc(), TradeUnion.name_key, TradeUnion.id)
    return _told(session, session.scalars(wanted.limit(limit).offset(offset)).all(), today)


def left_at(session: Session, union: TradeUnion, today: date) -> Left | None:
    """What still stands at one union; None when it has not ended."""
    if union.closed_on is None or union.closed_on > today:
        return None
    return _told(session, [union], today)[0]


def people(session: Session, union_id: int, limit: int | None = None, offset: int = 0) -> Sequence[Person]:
    """The people of a union by name."""
    wanted = select(Person).where(Person.union_id == union_id, _here()).order_by(Person.name_key, Person.id)
    return session.scalars(wanted.limit(limit).offset(offset)).all()


def movable_roles(session: Session, scopes: Collection[int] | None, today: date) -> list[tuple[RoleGrant, Heir]]:
    """Roles at ended unions that have one heir, each with that heir."""
    ended = _ended(scopes, today)
    wanted = select(RoleGrant).join(TradeUnion, TradeUnion.id == RoleGrant.union_id).where(ended, _lasting(today))
    grants = session.scalars(wanted.order_by(RoleGrant.id)).all()
    heirs = heirs_of(session, {grant.union_id for grant in grants if grant.union_id}, today)
    found = [(grant, heirs.get(grant.union_id or 0, ())) for grant in grants]
    return [(grant, those[0]) for grant, those in found if len(those) == 1]


def heirs_of(session: Session, union_ids: Collection[int], today: date) -> dict[int, tuple[Heir, ...]]:
    """The open unions that took over from ended ones, through those that ended in turn. One query a generation.

    What had been split off from one before its end is none of its heirs.
    """
    after: dict[int, list[int]] = {}
    known: dict[int, TradeUnion] = {}
    asked: set[int] = set()
    waiting = set(union_ids)
    while waiting:
        asked |= waiting
        ended = aliased(TradeUnion)
        wanted = (
            select(Succession.predecessor_id, TradeUnion)
            .join(TradeUnion, TradeUnion.id == Succession.successor_id)
            .join(ended, and_(ended.id == Succession.predecessor_id, ended.closed_on == Succession.on_day))
        )
        for old, union in session.execute(wanted.where(Succession.predecessor_id.in_(waiting))):
            after.setdefault(old, []).append(union.id)
            known[union.id] = union
        waiting = {new for old in waiting for new in after.get(old, ()) if _over(known[new], today)} - asked
    return {union_id: _followed(union_id, after, known, today) for union_id in union_ids}


def _followed(
    union_id: int, after: dict[int, list[int]], known: dict[int, TradeUnion], today: date
) -> tuple[Heir, ...]:
    found: dict[int, Heir] = {}
    seen, waiting = {union_id}, [union_id]
    while waiting:
        for new in after.get(waiting.pop(), ()):
            if new in seen:
                continue
            seen.add(new)
            if _over(known[new], today):
                waiting.append(new)
            else:
                found[new] = Heir(new, known[new].code, known[new].name)
    return tuple(sorted(found.values(), key=lambda heir: heir.code))


def ending_change(session: Session, union_id: int) -> UnionChange | None:
    """The change that ended a union, the last one where it is told twice; none of a decision that was taken back."""
    wanted = (
        select(UnionChange)
        .join(UnionDecision, UnionDecision.id == UnionChange.decision_id)
        .where(UnionChange.union_id == union_id, UnionChange.applied_at.is_not(None), UnionDecision.undone_at.is_(None))
    )
    ended = wanted.where(UnionChange.kind.in_(_ENDING))
    return session.scalars(ended.order_by(UnionChange.effective_on.desc(), UnionChange.id.desc()).limit(1)).first()


def _left(scopes: Collection[int] | None, today: date) -> Select[tuple[TradeUnion]]:
    somebody = select(Person.id).where(Person.union_id == TradeUnion.id, _here()).exists()
    role = select(RoleGrant.id).where(RoleGrant.union_id == TradeUnion.id, _lasting(today)).exists()
    return select(TradeUnion).where(_ended(scopes, today), or_(somebody, role))


def _ended(scopes: Collection[int] | None, today: date) -> ColumnElement[bool]:
    ended = TradeUnion.closed_on <= today
    if scopes is None:
        return ended
    return and_(ended, TradeUnion.id.in_(select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(scopes))))


def _ended_by(decision_id: int) -> Select[tuple[int]]:
    return select(UnionChange.union_id).where(UnionChange.decision_id == decision_id, UnionChange.kind.in_(_ENDING))


def _here() -> ColumnElement[bool]:
    """Whether somebody has an account of their own in use."""
    return and_(Person.disabled_at.is_(None), Person.merged_into_id.is_(None))


def _lasting(today: date) -> ColumnElement[bool]:
    """Whether a role holds today or will."""
    return and_(RoleGrant.ended_at.is_(None), or_(RoleGrant.until_on.is_(None), RoleGrant.until_on >= today))


def _over(union: TradeUnion, today: date) -> bool:
    return union.closed_on is not None and union.closed_on <= today


def _told(session: Session, unions: Sequence[TradeUnion], today: date) -> list[Left]:
    ids = [union.id for union in unions]
    counted = select(Person.union_id, func.count()).where(Person.union_id.in_(ids), _here()).group_by(Person.union_id)
    numbers = dict(session.execute(counted).all())
    held: dict[int, list[RoleGrant]] = defaultdict(list)
    granted = select(RoleGrant).where(RoleGrant.union_id.in_(ids), _lasting(today)).order_by(RoleGrant.id)
    for grant in session.scalars(granted.options(joinedload(RoleGrant.person))):
        held[grant.union_id or 0].append(grant)
    heirs = heirs_of(session, ids, today)
    return [
        Left(one.id, one.code, one.name, one.closed_on, numbers.get(one.id, 0), held[one.id], heirs[one.id])
        for one in unions
        if one.closed_on is not None
    ]
