"""A contest keeps the tree of unions that it opened with: the copy is made when that tree changes."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from contest.rounds.models import Contest, Round
from contest.rounds.settings import ContestState


def keep_tree(session: Session, tree_id: int | None, now: datetime) -> bool:
    """Whether contests that have opened still go by the present tree; with a tree's id they go by that one from now."""
    if tree_id is None:
        return session.scalar(select(Contest.id).where(_going_by_present(now)).limit(1)) is not None
    changed = update(Contest).where(_going_by_present(now)).values(tree_id=tree_id, revision=Contest.revision + 1)
    return session.execute(changed.execution_options(synchronize_session=False)).rowcount > 0


def keeping_contests(session: Session, now: datetime) -> list[str]:
    """The titles of contests that go by the present tree and would keep it if it changed."""
    return list(session.scalars(select(Contest.title).where(_going_by_present(now)).order_by(Contest.title)))


def _going_by_present(now: datetime) -> ColumnElement[bool]:
    """Whether a contest has opened and keeps no tree of its own yet."""
    opened = select(Round.contest_id).group_by(Round.contest_id).having(func.min(Round.opens_at) <= now)
    return and_(Contest.tree_id.is_(None), Contest.state == ContestState.PUBLISHED, Contest.id.in_(opened))
