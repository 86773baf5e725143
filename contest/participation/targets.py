"""Targets of unions: read, handed down level by level, set on top by a union itself, and taken from a sheet."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.participation.asking import Ask, Targets
from contest.participation.models import UnionTarget
from contest.participation.rules import TargetSource
from contest.rounds.models import Contest


def read(
    session: Session, contest: Contest, parents: Mapping[int, int | None], root_id: int, whole: bool = True
) -> Targets:
    """The targets of a contest in a tree (``parents``); ``whole`` False: of one of its rounds."""
    rows = session.execute(
        select(
            UnionTarget.union_id, UnionTarget.source, UnionTarget.percent, UnionTarget.people, UnionTarget.set_from_id
        ).where(UnionTarget.contest_id == contest.id)
    )
    found: dict[str, dict[int, Ask]] = {source: {} for source in TargetSource}
    for union_id, source, *ask in rows:
        found[source][union_id] = Ask(*ask)
    return Targets(
        contest.target_percent,
        contest.target_people,
        root_id,
        found[TargetSource.GIVEN],
        found[TargetSource.OWN],
        parents,
        whole,
    )
