"""Personal cards for people without experience: made for many at once, looked up by their code, revoked.

Who holds a card is the person, so office holders get none: their rights must not hang on a piece of paper.
"""

import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from contest.accounts.actions import record
from contest.accounts.models import Person, RoleGrant
from contest.accounts.rules import Actor
from contest.members.card_codes import hash_of, new_code
from contest.members.models import PersonCard
from contest.slices import slices
from contest.unions.models import TradeUnion

#: People whose cards are made, or looked at, at a time.
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Card:
    """A card to be printed; ``code`` in normal form, known only now."""

    person_id: int
    name: str
    union: str
    code: str


@dataclass(frozen=True, slots=True)
class Held:
    """A card that somebody shows; ``revoked``: it does not hold any more, or its person may not use cards."""

    id: int
    person_id: int
    name: str
    union: str
    revoked: bool


def holds_role() -> ColumnElement[bool]:
    """Whether a person holds any role."""
    return select(RoleGrant.id).where(RoleGrant.person_id == Person.id, RoleGrant.ended_at.is_(None)).exists()


def may_have() -> ColumnElement[bool]:
    """Whether a person may have a card: known, not merged into another, and without any role."""
    return and_(Person.disabled_at.is_(None), Person.merged_into_id.is_(None), ~holds_role())


def may_have_one(person_id: int) -> Select[int]:
    """The id of a person who may have a card; none for one who may not."""
    return select(Person.id).where(Person.id == person_id, may_have())


def has_card() -> ColumnElement[bool]:
    return select(PersonCard.id).where(PersonCard.person_id == Person.id, PersonCard.revoked_at.is_(None)).exists()


def people_for(
    union_ids: Collection[int], *, chosen: Collection[int] | None = None, anew: bool = False
) -> Select[int, int | None]:
    """People of unions who get a card, by name: those chosen, or everybody (``anew``: who has one too).

    Rows of a person's id and of the id of the card that holds for them, read in one statement: :func:`newer` tells
    later whether another card has come between.
    """
    held = (PersonCard.person_id == Person.id, PersonCard.revoked_at.is_(None))
    holding = select(PersonCard.id).where(*held).correlate(Person).scalar_subquery()
    wanted = select(Person.id, holding).where(Person.union_id.in_(union_ids), may_have())
    if chosen is not None:
        wanted = wanted.where(Person.id.in_(chosen))
    elif not anew:
        wanted = wanted.where(~has_card())
    return wanted.order_by(Person.union_id, Person.name_key, Person.id)


def draw(session: Session, person_ids: Sequence[int]) -> list[Card]:
    """Draw codes for people in this order. Nothing holds until :func:`keep`, so that they can be printed first."""
    cards: list[Card] = []
    for some in slices(person_ids, CHUNK):
        rows = session.execute(
            select(Person.id, Person.name, TradeUnion.name)
            .outerjoin(TradeUnion, TradeUnion.id == Person.union_id)
            .where(Person.id.in_(some), may_have())
        )
        told = {row[0]: row for row in rows}
        for person_id in some:
            if person_id in told:
                _, name, union = told[person_id]
                cards.append(Card(person_id, name, union or "", new_code(secrets.choice)))
    return cards


def take_turns(session: Session, person_ids: Sequence[int]) -> None:
    """Two who make cards of the same people take turns, in the order of ids, so that neither waits for the other."""
    for some in slices(sorted(person_ids), CHUNK):
        mine = select(Person.id).where(Person.id.in_(some)).order_by(Person.id)
        session.execute(mine.with_for_update(key_share=True)).all()


def newer(session: Session, seen: Mapping[int, int | None]) -> datetime | None:
    """When the latest of the cards was made that now hold for people instead of the ones ``seen``; None: none was.

    ``seen`` is what :func:`people_for` told. Cards and not times are compared: who asked at the same moment may have
    looked before the first cards held and be served long after, or by a node whose clock differs.
    """
    made: list[datetime] = []
    for some in slices(list(seen), CHUNK):
        holding = select(PersonCard.person_id, PersonCard.id, PersonCard.made_at).where(
            PersonCard.person_id.in_(some), PersonCard.revoked_at.is_(None)
        )
        made += [row.made_at for row in session.execute(holding) if row.id != seen[row.person_id]]
    return max(made, default=None)


def keep(session: Session, actor: Actor, cards: Sequence[Card], now: datetime) -> None:
    """Let drawn cards hold; the ones their people had end."""
    for some in slices(cards, CHUNK):
        ids = [card.person_id for card in some]
        take_turns(session, ids)
        _end(session, ids, now)
        values = [
            {
                "person_id": card.person_id,
                "code_hash": hash_of(card.code),
                "made_at": now,
                "made_by": actor.label,
            }
            for card in some
        ]
        session.execute(insert(PersonCard), values)
    _note(session, actor, "card.make", [card.person_id for card in cards], now)
    session.flush()


def revoke(session: Session, actor: Actor, person_ids: Sequence[int], now: datetime) -> int:
    """End the cards of people; how many there were. Devices that they signed in on stay signed in."""
    ended = sum(_end(session, some, now) for some in slices(person_ids, CHUNK))
    if ended:
        _note(session, actor, "card.revoke", person_ids, now)
        session.flush()
    return ended


def _note(session: Session, actor: Actor, action: str, person_ids: Sequence[int], now: datetime) -> None:
    subject = f"person:{person_ids[0]}" if len(person_ids) == 1 else "people"
    record(session, actor, action, subject, now, {"people": list(person_ids)})


def _end(session: Session, person_ids: Sequence[int], now: datetime) -> int:
    found = update(PersonCard).where(PersonCard.person_id.in_(person_ids), PersonCard.revoked_at.is_(None))
    return session.execute(found.values(revoked_at=now)).rowcount


def held(session: Session, code: str) -> Held | None:
    """The card of a code in normal form, in force or not.

    It is found by the hash of what was typed, so how long the search takes tells nothing of any other code.
    """
    wanted = hash_of(code)
    holder = aliased(Person)
    row = session.execute(
        select(
            PersonCard.id,
            Person.id.label("person_id"),
            Person.name,
            TradeUnion.name.label("union"),
            PersonCard.revoked_at,
            PersonCard.code_hash,
            may_have().label("allowed"),
        )
        .join(holder, holder.id == PersonCard.person_id)
        # Whoever was made one with somebody enters as the one that stays.
        .join(Person, Person.id == func.coalesce(holder.merged_into_id, holder.id))
        .outerjoin(TradeUnion, TradeUnion.id == Person.union_id)
        .where(PersonCard.code_hash == wanted)
    ).first()
    if row is None or not hmac.compare_digest(row.code_hash, wanted):
        return None
    return Held(row.id, row.person_id, row.name, row.union or "", row.revoked_at is not None or not row.allowed)


def used(session: Session, card: Held, now: datetime) -> bool:
    """Note that somebody signs in with a card; False when it was revoked meanwhile."""
    found = update(PersonCard).where(PersonCard.id == card.id, PersonCard.revoked_at.is_(None))
    return session.execute(found.values(used_at=now)).rowcount == 1
