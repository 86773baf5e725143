"""Reads of awards: what is proposed, announced, handed over; who won."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from contest.accounts.models import Consent, Person
from contest.jobs.rules import unpacked
from contest.participation.reading import below, tree_of
from contest.prizes.consents import purpose_of
from contest.prizes.models import Award, Claim
from contest.prizes.rules import WON, AwardState
from contest.rounds.locks import results_lock
from contest.rounds.models import Contest, Entry, PrizeLine
from contest.rounds.queries import round_of
from contest.rounds.settings import PrizeScope
from contest.unions.models import TradeUnion
from questions.messages import Message


def awards(session: Session, contest_id: int, number: int) -> list[Award]:
    """Everything proposed, announced, handed over or refused in a round (0: the whole contest), by line and place."""
    return list(
        session.scalars(
            select(Award)
            .join(PrizeLine, PrizeLine.id == Award.prize_line_id)
            .where(Award.contest_id == contest_id, Award.round_number == number)
            .order_by(PrizeLine.position, Award.rank, Award.id)
            .execution_options(populate_existing=True)
        )
    )


def award_of(session: Session, contest_id: int, award_id: int) -> Award | None:
    """One award of a contest; a neighbour's does not exist."""
    found = session.get(Award, award_id)
    return found if found is not None and found.contest_id == contest_id else None


def claim_of(session: Session, award_id: int) -> Claim | None:
    return session.get(Claim, award_id)


def lines_of(contest: Contest, number: int) -> list[PrizeLine]:
    """Lines of the table of prizes that a round (0: the whole contest) is about, in order."""
    scopes = {PrizeScope.ROUND} if number else {PrizeScope.CONTEST, PrizeScope.COLLECTIVE}
    return [line for line in contest.prizes if line.scope in scopes]


def lock_of(contest: Contest, number: int) -> Message | None:
    """Why prizes of a round (0: the whole contest) may not be changed now; None when they may."""
    round_ = round_of(contest, number)
    if round_ is not None:
        return results_lock(number, round_.published_at is not None, round_.correcting_since is not None)
    return results_lock(0, contest.results_at is not None, contest.correcting_since is not None)


# Winners


@dataclass(frozen=True, slots=True)
class Winner:
    """An award with whose it is. ``name`` in full: whoever shows it looks at ``consent`` first.

    ``entry_id`` is None for a union's. ``consent``: the winner agreed that name and workplace are published in full.
    """

    award_id: int
    line_id: int
    title: str
    value: str
    collective: bool
    division_id: int | None
    rank: int
    state: AwardState
    entry_id: int | None
    union_id: int | None
    name: str
    phone: str
    union: str
    union_note: str
    consent: bool
    because: tuple[Message, ...]
    chosen_reason: str
    refused_reason: str
    announced_at: datetime | None


def winners(
    session: Session, contest: Contest, number: int, states: Collection[AwardState] = WON, award_id: int | None = None
) -> list[Winner]:
    """Winners of a round (0: of the whole contest), highest prizes first; announced ones unless asked otherwise."""
    wanted = _with_names(contest).where(Award.round_number == number, Award.state.in_(states))
    if award_id is not None:
        wanted = wanted.where(Award.id == award_id)
    return [_winner(row) for row in session.execute(wanted)]


def _with_names(contest: Contest) -> Select[Any]:
    union_id = func.coalesce(Entry.union_id, Award.union_id)
    consented = (
        select(Consent.id)
        .where(
            Consent.person_id == Entry.person_id,
            Consent.purpose == purpose_of(contest.id),
            Consent.withdrawn_at.is_(None),
        )
        .exists()
    )
    return (
        select(
            Award,
            PrizeLine.title,
            PrizeLine.value,
            PrizeLine.scope,
            PrizeLine.division_id,
            Person.name,
            Person.phone,
            TradeUnion.name.label("union_name"),
            TradeUnion.note.label("union_note"),
            consented.label("consented"),
        )
        .join(PrizeLine, PrizeLine.id == Award.prize_line_id)
        .outerjoin(Entry, Entry.id == Award.entry_id)
        .outerjoin(Person, Person.id == Entry.person_id)
        .outerjoin(TradeUnion, TradeUnion.id == union_id)
        .where(Award.contest_id == contest.id)
        .order_by(PrizeLine.position, Award.rank, Person.name_key, Award.id)
    )


def _winner(row: Any) -> Winner:
    award: Award = row.Award
    return Winner(
        award_id=award.id,
        line_id=award.prize_line_id,
        title=row.title,
        value=row.value,
        collective=row.scope == PrizeScope.COLLECTIVE,
        division_id=row.division_id,
        rank=award.rank,
        state=AwardState(award.state),
        entry_id=award.entry_id,
        union_id=award.union_id,
        name=row.name or row.union_name or "",
        phone=row.phone or "",
        union=row.union_name or "",
        union_note=row.union_note or "",
        consent=award.entry_id is None or bool(row.consented),
        because=tuple(unpacked(award.because)),
        chosen_reason=award.chosen_reason,
        refused_reason=award.refused_reason,
        announced_at=award.announced_at,
    )


def has_awards(session: Session, contest_id: int, number: int) -> bool:
    wanted = select(Award.id).where(Award.contest_id == contest_id, Award.round_number == number)
    return session.scalar(wanted.limit(1)) is not None


def claims(session: Session, contest_id: int, number: int) -> dict[int, Claim]:
    """Prizes of a round that were handed over, by award."""
    wanted = select(Claim).join(Award, Award.id == Claim.award_id)
    found = session.scalars(wanted.where(Award.contest_id == contest_id, Award.round_number == number))
    return {claim.award_id: claim for claim in found}


@dataclass(frozen=True, slots=True)
class Own:
    """An announced prize of one's own."""

    contest_id: int
    slug: str
    contest: str
    round_number: int
    title: str
    value: str
    rank: int
    state: AwardState


def won_by(session: Session, person_id: int, slug: str | None = None) -> list[Own]:
    """Announced prizes of a person, in one contest or in all, newest first."""
    wanted = (
        select(
            Contest.id,
            Contest.slug,
            Contest.title,
            Award.round_number,
            PrizeLine.title,
            PrizeLine.value,
            Award.rank,
            Award.state,
        )
        .join(PrizeLine, PrizeLine.id == Award.prize_line_id)
        .join(Entry, Entry.id == Award.entry_id)
        .join(Contest, Contest.id == Award.contest_id)
        .where(Entry.person_id == person_id, Award.state.in_([*WON, AwardState.LEAVING]))
        .order_by(Award.announced_at.desc(), PrizeLine.position, Award.id)
    )
    if slug is not None:
        wanted = wanted.where(Contest.slug == slug)
    return [Own(*row[:-1], AwardState(row[-1])) for row in session.execute(wanted)]


def consent_of(session: Session, person_id: int, contest_id: int) -> Consent | None:
    """A winner's consent that holds."""
    return session.scalar(
        select(Consent)
        .where(
            Consent.person_id == person_id,
            Consent.purpose == purpose_of(contest_id),
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.id.desc())
        .limit(1)
    )


# For proposals


def held_elsewhere(session: Session, contest_id: int, number: int) -> dict[int, tuple[str, int]]:
    """Who has an announced prize of another round or of the whole contest: its title and number by entry."""
    rows = session.execute(
        select(Award.entry_id, PrizeLine.title, Award.round_number)
        .join(PrizeLine, PrizeLine.id == Award.prize_line_id)
        .where(
            Award.contest_id == contest_id,
            Award.round_number != number,
            Award.entry_id.is_not(None),
            Award.state.in_(WON),
        )
        .order_by(PrizeLine.position.desc())
    )
    return {entry_id: (title, other) for entry_id, title, other in rows}


def points_of_unions(
    session: Session, contest: Contest, union_ids: Collection[int], proposed: Sequence[tuple[int, int]]
) -> dict[int, int]:
    """What individual prizes count for, by union with all below it: those announced in rounds, and ``proposed``
    ones (entry, line) of the whole contest, which are announced together with the collective prizes."""
    points = dict(
        session.execute(select(PrizeLine.id, PrizeLine.points).where(PrizeLine.contest_id == contest.id)).all()
    )
    announced = session.execute(
        select(Award.entry_id, Award.prize_line_id).where(
            Award.contest_id == contest.id,
            Award.round_number > 0,
            Award.entry_id.is_not(None),
            Award.state.in_(WON),
        )
    ).all()
    by_entry: dict[int, int] = {}
    for entry_id, line_id in [*announced, *proposed]:
        by_entry[entry_id] = by_entry.get(entry_id, 0) + points[line_id]
    pairs = below(tree_of(contest), union_ids)
    rows = session.execute(
        select(Entry.id, pairs.c.ancestor_id)
        .join(pairs, pairs.c.union_id == Entry.union_id)
        .where(Entry.id.in_(by_entry))
    )
    found: dict[int, int] = {}
    for entry_id, union_id in rows:
        found[union_id] = found.get(union_id, 0) + by_entry[entry_id]
    return found
