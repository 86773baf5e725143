"""Reads of announced results: versions, corrections that are being made, what they changed so far, the steps' facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from contest.accounts.models import Person
from contest.attempts.actions import open_attempts
from contest.corrections import queries as key_changes
from contest.judging import queries as judging
from contest.prizes import queries as prizes
from contest.prizes.outlook import unready
from contest.prizes.rules import AwardState
from contest.publishing import lines
from contest.publishing.models import Correction, Publication, ResultCheck
from contest.publishing.rules import WHOLE, Line, shown_of
from contest.publishing.step_rules import Facts
from contest.rounds.models import Contest, Entry, Round
from contest.rounds.queries import round_of
from contest.rounds.windows import window_of
from contest.standings import lots
from contest.standings.events import Told
from contest.standings.models import FrozenStanding, LotDraw, Standing
from contest.standings.queries import MAX_SHARING
from contest.standings.records import VALUES
from contest.unions.models import TradeUnion

# Versions


def versions(session: Session, contest_id: int, number: int) -> Sequence[Publication]:
    """What was announced of a round (0: of the whole contest), the newest version first."""
    wanted = select(Publication).where(Publication.contest_id == contest_id, Publication.round_number == number)
    return session.scalars(wanted.order_by(Publication.version.desc())).all()


def current(session: Session, contest_id: int, number: int) -> Publication | None:
    """The version that holds."""
    wanted = select(Publication).where(Publication.contest_id == contest_id, Publication.round_number == number)
    return session.scalars(wanted.order_by(Publication.version.desc()).limit(1)).first()


def told(session: Session, contest: Contest, number: int) -> Told | None:
    """What the version that holds lets everybody see of its ranking; None: nothing is announced."""
    wanted = select(Publication.shown).where(Publication.contest_id == contest.id, Publication.round_number == number)
    shown = session.scalar(wanted.order_by(Publication.version.desc()).limit(1))
    if shown is None:
        return None
    chosen = shown_of(shown)
    return Told(chosen.places, chosen.unions, chosen.names)


def version(session: Session, contest_id: int, number: int, version: int) -> Publication | None:
    wanted = select(Publication).where(Publication.contest_id == contest_id, Publication.round_number == number)
    return session.scalars(wanted.where(Publication.version == version)).first()


def announced_numbers(session: Session, contest_id: int) -> list[int]:
    """Rounds (0: the whole contest) of which something was announced, ascending."""
    wanted = select(Publication.round_number).where(Publication.contest_id == contest_id).distinct()
    return sorted(session.scalars(wanted))


def announced_at(contest: Contest, number: int) -> datetime | None:
    """When the results of a round (0: of the whole contest) were announced."""
    if number == WHOLE:
        return contest.results_at
    round_ = round_of(contest, number)
    return round_.published_at if round_ else None


def correcting(contest: Contest, number: int) -> bool:
    if number == WHOLE:
        return contest.correcting_since is not None
    round_ = round_of(contest, number)
    return round_ is not None and round_.correcting_since is not None


@dataclass(frozen=True, slots=True)
class Named:
    """A line of an announced ranking with whose it is, in full: whoever shows it looks at what may be shown."""

    line: Line
    entry_id: int
    name: str
    union: str


def ranking_lines(session: Session, publication: Publication, page: int, size: int, most: int | None) -> list[Named]:
    """A page of the ranking as it was announced; at most ``most`` lines of it."""
    first = (page - 1) * size
    size = size if most is None else max(0, min(size, most - first))
    found = lines.page_of(session, publication, first, size) if size else []
    people = named(session, [entry for _line, entry in found])
    return [Named(line, entry, *people.get(entry, ("", ""))) for line, entry in found]


def told_lines(session: Session, publication: Publication, places: int) -> int:
    """How many lines of an announced ranking are shown where so many from the top are: all who share the last place."""
    found = lines.page_of(session, publication, places - 1, 1 + MAX_SHARING)
    return places - 1 + sum(line.place == found[0][0].place for line, _entry in found)


def named(session: Session, entry_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Names and unions of people, in full."""
    rows = session.execute(
        select(Entry.id, Person.name, TradeUnion.name)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(TradeUnion, TradeUnion.id == Entry.union_id)
        .where(Entry.id.in_(entry_ids))
    )
    return {row[0]: (row[1], row[2] or "") for row in rows}


# Corrections


def open_corrections(session: Session, contest_id: int) -> dict[int, Correction]:
    """Corrections that are being made, by round number (0: whole contest)."""
    wanted = select(Correction).where(Correction.contest_id == contest_id, Correction.ended_at.is_(None))
    return {correction.round_number: correction for correction in session.scalars(wanted)}


def _differing(contest_id: int, number: int) -> tuple[Select[Any], ColumnElement[bool]]:
    """Frozen standings beside what they have become, and the condition that these are not the same."""
    now = aliased(Standing)
    joined = and_(
        now.contest_id == FrozenStanding.contest_id,
        now.round_number == FrozenStanding.round_number,
        now.entry_id == FrozenStanding.entry_id,
    )
    columns = (getattr(FrozenStanding, name).is_distinct_from(getattr(now, name)) for name in VALUES)
    differs = or_(
        and_(FrozenStanding.sort_key.is_(None), now.entry_id.is_not(None)),
        and_(FrozenStanding.sort_key.is_not(None), or_(now.entry_id.is_(None), *columns)),
    )
    wanted = (
        select(
            FrozenStanding.entry_id,
            FrozenStanding.ranked.label("was_ranked"),
            FrozenStanding.sort_key.label("old_key"),
            FrozenStanding.score.label("old_score"),
            now.ranked.label("is_ranked"),
            now.sort_key.label("new_key"),
            now.score.label("new_score"),
        )
        .outerjoin(now, joined)
        .where(FrozenStanding.contest_id == contest_id, FrozenStanding.round_number == number, differs)
        .order_by(func.coalesce(FrozenStanding.sort_key, now.sort_key), FrozenStanding.entry_id)
    )
    return wanted, differs


def changed_count(session: Session, contest_id: int, number: int) -> int:
    """How many people's results are not what was announced, while a correction is being made."""
    wanted, _differs = _differing(contest_id, number)
    return session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0


def changed_rows(session: Session, contest_id: int, number: int, limit: int) -> Sequence[Any]:
    """The first of them, from the top of the announced ranking: old and new keys and scores (None: none)."""
    return session.execute(_differing(contest_id, number)[0].limit(limit)).all()


# What stands between here and the announcement


def check_of(session: Session, contest_id: int, number: int) -> ResultCheck | None:
    return session.get(ResultCheck, (contest_id, number))


def draw_of(session: Session, contest_id: int, number: int) -> LotDraw | None:
    return session.get(LotDraw, (contest_id, number))


def unannounced(contest: Contest) -> list[int]:
    """Rounds that are not announced, or whose announced results are being corrected."""
    return [r.number for r in contest.rounds if r.published_at is None or r.correcting_since is not None]


def facts_of(session: Session, contest: Contest, number: int, left: int, now: datetime) -> Facts:
    """What the steps are made from: kept rows and small counts; nothing that grows with the people."""
    rounds = [r for r in contest.rounds if number in (WHOLE, r.number)]
    check = check_of(session, contest.id, number)
    version_ = current(session, contest.id, number)
    own = rounds[0] if number else None
    known = {r.prediction_actual for r in rounds}
    return Facts(
        number=number,
        now=now,
        closes_at=max((r.closes_at for r in rounds), default=None),
        settled_at=max((window_of(r).settled_at for r in rounds), default=None),
        unannounced=unannounced(contest) if number == WHOLE else (),
        **_round_facts(session, own),
        predicts=bool(contest.prediction_target) and (number != WHOLE or contest.prediction_scope == "contest"),
        true_number=next(iter(known)) if len(known) == 1 else None,
        checked_at=check.checked_at if check else None,
        wrong=check.wrong if check else 0,
        mended=check.mended if check else False,
        lots=draw_of(session, contest.id, number) is not None or lots.needs_lots(session, contest, number),
        lots_missing=lots.needs_lots(session, contest, number),
        left=left,
        prize_lines=len(prizes.lines_of(contest, number)),
        awards=len([a for a in prizes.awards(session, contest.id, number) if a.state != AwardState.REFUSED]),
        prizes_open=unready(session, contest, number),
        announced_at=version_.published_at if version_ else announced_at(contest, number),
        version=version_.version if version_ else 0,
        correcting=correcting(contest, number),
    )


def _round_facts(session: Session, round_: Round | None) -> dict[str, Any]:
    if round_ is None:
        return {}
    return {
        "working": open_attempts(session, round_.id),
        "essays": judging.waiting(session, [round_.id]).get(round_.id, 0),
        "keys_going_on": key_changes.going_on(session, round_.id) is not None,
    }
