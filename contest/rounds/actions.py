"""Writes about contests and rounds. Nothing here commits."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from contest.rounds import queries
from contest.rounds.models import BlueprintRow, Round, RoundPool


def frozen_pool(session: Session, round_row: Round, now: datetime) -> RoundPool:
    """The question versions a round draws from, frozen at its first start; any number of starts may race for it."""
    held = session.get(RoundPool, round_row.id)
    if held is not None:
        return held
    rows = session.scalars(
        select(BlueprintRow).where(BlueprintRow.round_id == round_row.id).order_by(BlueprintRow.position)
    ).all()
    pools = queries.pools(session, [queries.slot_of(row) for row in rows])
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(RoundPool)
        .values(round_id=round_row.id, frozen_at=now, rows=[[row.id, pools[queries.slot_of(row)]] for row in rows])
        .on_conflict_do_nothing(index_elements=["round_id"])
    )
    return session.get_one(RoundPool, round_row.id)
