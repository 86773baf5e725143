"""Decisions about unions for tests: rows in short, planned and stored at once."""

from datetime import timedelta

from sqlalchemy import select

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.unions import planning, reorganising, spells
from contest.unions.changes import ChangeRow
from contest.unions.models import TradeUnion, TreeNode, UnionSpell
from contest.unions.planning import Heading
from contest.unions.rules import PRESENT, ChangeKind, Level

today = clock.today


def row(kind, code, number=2, **values):
    return ChangeRow(number, ChangeKind(kind), code, **values)


def opening(code, parent, level=Level.GRASSROOTS, name=None, **values):
    return row("open", code, name=name or f"Công đoàn {code}", parent=parent, level=level, **values)


def merging(code, successor, **values):
    return row("merge", code, successors=(successor,), **values)


def moving(code, parent, **values):
    return row("move", code, parent=parent, **values)


def planned(session, *rows, number="15/QĐ-LĐLĐ", on=None, scopes=None, now=None):
    return planning.plan(session, rows, now or clock.now(), scopes, Heading(number, on or today()))


def decided(session, *rows, number="15/QĐ-LĐLĐ", on=None, now=None):
    """A stored decision; fails with what the plan says against it."""
    now = now or clock.now()
    plan = planned(session, *rows, number=number, on=on, now=now)
    assert not plan.faults, [str(fault.message) for fault in plan.faults]
    return reorganising.store(session, TERMINAL, plan, now)


def faults(session, *rows, **values):
    """What is against a decision: (row, sentence)."""
    return [(fault.row, str(fault.message)) for fault in planned(session, *rows, **values).faults]


def tree(session, tree_id=PRESENT):
    """A kept tree as {code: (code of the node above, state)}."""
    codes = dict(session.execute(select(TradeUnion.id, TradeUnion.code)).all())
    nodes = session.scalars(select(TreeNode).where(TreeNode.tree_id == tree_id))
    return {codes[node.union_id]: (codes.get(node.parent_id), str(node.state)) for node in nodes}


def day_tree(session, day, known_at=None):
    """The tree of a day as {code: (name, code of the manager)}."""
    codes = dict(session.execute(select(TradeUnion.id, TradeUnion.code)).all())
    wanted = select(UnionSpell).where(spells.holding(day), spells.known(known_at))
    return {codes[spell.union_id]: (spell.name, codes.get(spell.parent_id)) for spell in session.scalars(wanted)}


def days(number):
    return timedelta(days=number)
