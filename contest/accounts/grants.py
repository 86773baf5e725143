"""Which roles hold on a day: granted, not ended, within their days, and delegated ones while their source holds."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, column, or_, select, table

from contest.accounts.models import Person, RoleGrant

#: Parameter of :data:`IN_FORCE`.
TODAY = bindparam("today", type_=RoleGrant.from_on.type)

#: The present tree by its name: its room stands above this one, as ``trade_union`` in the models does.
_ANCESTRY = table("union_ancestry", column("ancestor_id"), column("union_id"))


def _within(grant: Any, today: Any) -> ColumnElement[bool]:
    return and_(
        grant.ended_at.is_(None),
        or_(grant.from_on.is_(None), grant.from_on <= today),
        or_(grant.until_on.is_(None), grant.until_on >= today),
    )


def in_force(today: date | Any) -> ColumnElement[bool]:
    """Whether a row of ``role_grant`` holds on a Vietnamese day.

    What was delegated holds while the role behind it does, its holder has an account, and the union still stands
    below theirs. The source is looked up by its key, and only for delegated roles.
    """
    # Plain tables: this is built before the rooms above have named theirs.
    source, giver = RoleGrant.__table__.alias("source").c, Person.__table__.alias("giver").c
    alive = (
        select(source.id)
        .join(giver.id.table, giver.id == source.person_id)
        .join(
            _ANCESTRY,
            and_(_ANCESTRY.c.ancestor_id == source.union_id, _ANCESTRY.c.union_id == RoleGrant.union_id),
        )
        .where(
            source.id == RoleGrant.source_id,
            source.source_id.is_(None),
            _within(source, today),
            giver.disabled_at.is_(None),
        )
        .correlate(RoleGrant)
        .exists()
    )
    return and_(_within(RoleGrant, today), or_(RoleGrant.source_id.is_(None), alive))


#: The same with the day as a parameter, for statements that are made once.
IN_FORCE = in_force(TODAY)

#: The role behind a delegated one, to be joined outside on its id; nothing for a role of one's own.
SOURCE = RoleGrant.__table__.alias("handed_on").c
