"""Entries of somebody whose union was wrongly chosen: which may move to the right one, and moving them.

Attempts and scores stay as they are, live attempts go on. What follows from the union follows at once: counters,
the division and whether they have a place where the regulations say so by union. A union's name on a ranking that
stands still is not part of what was frozen: it is shown as it is, places and scores as they were.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.accounts.rules import PersonKind
from contest.attempts.models import Attempt
from contest.members.request_rules import Fate, Stays
from contest.participation import actions as participation
from contest.rounds.locks import results_lock
from contest.rounds.models import BlueprintRow, Contest, Entry, Round
from contest.rounds.rules import Candidate, division_for, is_unranked, person_refusals
from contest.rounds.windows import admission_of, division_rules
from contest.rulings.actions import hold_rounds
from contest.standings.batch import entries_rescored
from contest.unions import trees
from contest.unions.queries import ancestor_ids


def move_fates(session: Session, person_id: int, from_ids: Collection[int | None], to_id: int) -> list[Fate]:
    """What would become of a person's entries, contest by contest, if they went to a union; writes nothing."""
    return [
        _fate(session, _case(session, contest, entry, to_id), from_ids)
        for contest, entry in _entries(session, person_id, to_id)
    ]


def move_entries(session: Session, person_id: int, from_ids: Collection[int | None], to_id: int) -> list[Fate]:
    """Move a person's entries to a union, as far as they may go; what became of each, contest by contest."""
    fates = []
    for contest, entry in _entries(session, person_id, to_id):
        hold(session, contest, entry)
        case = _case(session, contest, entry, to_id)
        fate = _fate(session, case, from_ids)
        if fate.stays is None:
            _move(session, case, to_id)
        fates.append(fate)
    return fates


@dataclass(frozen=True, slots=True)
class _Case:
    """An entry that may move, with its person as admission sees them from its union and from the other one."""

    contest: Contest
    entry: Entry
    here: Candidate
    there: Candidate


def _entries(session: Session, person_id: int, to_id: int) -> list[tuple[Contest, Entry]]:
    """The entries of a person that stand in other unions than one, with their contests."""
    wanted = select(Entry).where(Entry.person_id == person_id).order_by(Entry.contest_id)
    found = [entry for entry in session.scalars(wanted).all() if entry.union_id != to_id]
    return [(session.get_one(Contest, entry.contest_id), entry) for entry in found]


def _case(session: Session, contest: Contest, entry: Entry, to_id: int) -> _Case:
    here, there = (_seen_from(session, contest, entry, union_id) for union_id in (entry.union_id, to_id))
    return _Case(contest, entry, here, there)


def _fate(session: Session, case: _Case, from_ids: Collection[int | None]) -> Fate:
    begun = session.scalar(select(func.count()).where(Attempt.entry_id == case.entry.id)) or 0
    return Fate(case.contest.slug, case.contest.title, begun, _stays(session, case, from_ids))


def hold(session: Session, contest: Contest, entry: Entry) -> None:
    """Nobody announces a round of the contest or ends an attempt of the person until this is written."""
    hold_rounds(session, contest)
    session.refresh(contest, ["results_at", "correcting_since"])
    session.execute(select(Entry.id).where(Entry.id == entry.id).with_for_update())
    session.refresh(entry)


def _seen_from(session: Session, contest: Contest, entry: Entry, union_id: int | None) -> Candidate:
    """The person as the rules of admission saw them, had they chosen this union: what stands above it today and, in a
    contest that keeps its tree, what stood above it there."""
    unions = ancestor_ids(session, union_id) if union_id else frozenset()
    if union_id and contest.tree_id is not None:
        unions |= trees.ancestors(session, contest.tree_id, union_id)
    person = entry.person
    return Candidate(PersonKind(entry.kind), person.phone, unions, birth_on=person.birth_on)


def _stays(session: Session, case: _Case, from_ids: Collection[int | None]) -> Stays | None:
    """Why an entry keeps its union; None: it moves."""
    contest, entry, here, there = case.contest, case.entry, case.here, case.there
    if entry.union_id not in from_ids:
        return Stays.ELSEWHERE
    if announced(session, contest, entry):
        return Stays.ANNOUNCED
    admission = admission_of(contest)
    if admission.scope_union_id is not None and admission.scope_union_id not in there.unions:
        return Stays.OUTSIDE
    if len(person_refusals(there, admission)) > len(person_refusals(here, admission)):
        return Stays.BARRED
    rules = division_rules(contest)
    if division_for(here, rules) != division_for(there, rules) and _sat_papers_of_division(session, entry):
        return Stays.PAPER
    return None


def announced(session: Session, contest: Contest, entry: Entry) -> bool:
    """Whether announced results show something of an entry, and no correction of them has begun."""
    counted = select(Attempt.round_id).where(Attempt.entry_id == entry.id, Attempt.counted).distinct()
    touched = set(session.scalars(counted))
    locks = [
        results_lock(round_.number, round_.published_at is not None, round_.correcting_since is not None)
        for round_ in contest.rounds
        if round_.id in touched
    ]
    if touched:
        locks.append(results_lock(0, contest.results_at is not None, contest.correcting_since is not None))
    return any(locks)


def _sat_papers_of_division(session: Session, entry: Entry) -> bool:
    """Whether rounds that the person has begun draw other questions for some divisions."""
    begun = select(Attempt.round_id).where(Attempt.entry_id == entry.id)
    own = select(BlueprintRow.id).where(BlueprintRow.round_id.in_(begun), BlueprintRow.division_id.is_not(None))
    return session.scalar(own.limit(1)) is not None


def _move(session: Session, case: _Case, to_id: int) -> None:
    """Change only what the other union changes: a division or a place given otherwise stays as it was."""
    contest, entry, here, there = case.contest, case.entry, case.here, case.there
    rules, bars = division_rules(contest), admission_of(contest).bars
    before: Any = (entry.division_id, entry.unranked)
    old_union, old_division = entry.union_id, entry.division_id
    entry.union_id = to_id
    if division_for(here, rules) != division_for(there, rules):
        entry.division_id = division_for(there, rules)
    if is_unranked(here, bars) != is_unranked(there, bars):
        entry.unranked = is_unranked(there, bars)
    session.flush()
    participation.entry_moved(session, entry, old_union, old_division)
    if (entry.division_id, entry.unranked) != before:
        _place_anew(session, contest, entry)


def _place_anew(session: Session, contest: Contest, entry: Entry) -> None:
    """Bring the person's places along in every round they have taken."""
    taken: Sequence[int] = session.scalars(
        select(Round.number).join(Attempt, Attempt.round_id == Round.id).where(Attempt.entry_id == entry.id).distinct()
    ).all()
    for number in sorted(taken):
        entries_rescored(session, contest, number, [entry.id])
