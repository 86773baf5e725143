"""Generated trees and decisions: nobody is lost or counted twice, every day stays as it was, undoing restores.

The tree of each day is held against a plain model that knows nothing of spells: a dictionary changed row by row.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from support.decisions import day_tree, today

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.unions import actions, following, planning, reorganising, undoing
from contest.unions.changes import ChangeRow, play
from contest.unions.hanging import intervals
from contest.unions.list_rules import UnionRow
from contest.unions.models import Succession, TradeUnion, TreeNode
from contest.unions.planning import Heading
from contest.unions.rules import PRESENT, ChangeKind, Level
from contest.unions.standing import Shape, Stretch, shape_on, standing_faults, state_on

#: Few examples on a database, many of the pure rules.
ON_DATABASE = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
PURE = settings(max_examples=150, deadline=None)

DISTRICTS = ("D0", "D1", "D2")


def starting_rows():
    """A province of three districts with three grassroots unions each."""
    yield UnionRow(2, "P", "LĐLĐ tỉnh P", Level.PROVINCIAL)
    for district in DISTRICTS:
        yield UnionRow(3, district, f"LĐLĐ huyện {district}", Level.UPPER, "P")
        for number in range(3):
            code = f"{district}-{number}"
            yield UnionRow(4, code, f"CĐCS {code}", Level.GRASSROOTS, district)


ORDERS = st.lists(
    st.tuples(st.sampled_from(("merge", "move", "rename", "open", "close", "district")), st.integers(0, 99)),
    min_size=1,
    max_size=4,
)
SEQUENCES = st.lists(ORDERS, min_size=1, max_size=4)


def rows_of(orders, tree, number):
    """Rows that fit a tree {code: (name, parent)}: which unions they take follows from the drawn numbers."""
    taken, rows = set(), []
    for place, (kind, drawn) in enumerate(orders):
        uppers = sorted(code for code, (_, parent) in tree.items() if parent == "P" and code not in taken)
        bases = sorted(code for code, (_, parent) in tree.items() if parent not in ("P", None) and code not in taken)
        if len(bases) < 2 or len(uppers) < 2:
            break
        base, other = bases[drawn % len(bases)], bases[(drawn + 1) % len(bases)]
        upper = next((code for code in uppers if code != tree[base][1]), None)
        more = {"row": place + 2, "code": base}
        if kind == "merge" and tree[other][1] not in taken:
            rows.append(ChangeRow(kind=ChangeKind.MERGE, successors=(other,), **more))
            taken |= {base, other}
        elif kind == "close":
            rows.append(ChangeRow(kind=ChangeKind.CLOSE, **more))
            taken.add(base)
        elif kind == "rename":
            rows.append(ChangeRow(kind=ChangeKind.RENAME, name=f"Tên {number}.{place}", **more))
            taken.add(base)
        elif kind == "move" and upper:
            rows.append(ChangeRow(kind=ChangeKind.MOVE, parent=upper, **more))
            taken |= {base, upper}
        elif kind == "open":
            more["code"] = f"N{number}-{place}"
            rows.append(
                ChangeRow(kind=ChangeKind.OPEN, name=more["code"], level=Level.GRASSROOTS, parent=uppers[0], **more)
            )
            taken.add(uppers[0])
        elif kind == "district" and not any(tree[code][1] == uppers[0] for code in taken if code in tree):
            more["code"] = uppers[0]
            rows.append(ChangeRow(kind=ChangeKind.MERGE, successors=(uppers[1],), **more))
            taken |= {uppers[0], uppers[1], *(code for code, (_, parent) in tree.items() if parent == uppers[0])}
    return rows


def plainly(tree, rows):
    """The same done to a plain dictionary, row by row."""
    after = dict(tree)
    for one in rows:
        if one.kind == ChangeKind.OPEN:
            after[one.code] = (one.name, one.parent)
        elif one.kind == ChangeKind.RENAME:
            after[one.code] = (one.name, after[one.code][1])
        elif one.kind == ChangeKind.MOVE:
            after[one.code] = (after[one.code][0], one.parent)
        else:
            del after[one.code]
            for code, (name, parent) in list(after.items()):
                if parent == one.code:
                    after[code] = (name, one.successors[0])
    return after


def start_lines():
    day = today() - timedelta(days=400)
    return {row.code: (Stretch(day, None, Shape(row.name, "", row.level, row.parent)),) for row in starting_rows()}


@PURE
@given(SEQUENCES)
def test_every_day_is_as_a_plain_model_has_it(sequence):
    lines, model = start_lines(), {row.code: (row.name, row.parent) for row in starting_rows()}
    model["P"] = ("LĐLĐ tỉnh P", None)
    of_day = {}
    for number, orders in enumerate(sequence):
        day = today() - timedelta(days=300 - number)
        rows = rows_of(orders, model, number)
        outcome = play(rows, lines, day, {})
        assert not outcome.faults, [str(fault.message) for fault in outcome.faults]
        lines, model = outcome.lines, plainly(model, rows)
        of_day[day] = model
    for day, wanted in of_day.items():
        state = {code: (shape.name, shape.parent or None) for code, shape in state_on(lines, day).items()}
        assert state == wanted
        intervals({code: parent for code, (_, parent) in state.items()}, lambda code: code)
    assert not list(standing_faults(lines, set(lines), today() - timedelta(days=400)))


@PURE
@given(SEQUENCES, st.integers(0, 8), st.integers(0, 8))
def test_a_tree_that_could_not_stand_is_always_refused(sequence, one, other):
    """Whatever is ordered, blindly: either it is refused or every union still has exactly one open one above it."""
    lines = start_lines()
    codes = sorted(lines)
    rows = [
        ChangeRow(2, ChangeKind.MOVE, codes[one], parent=codes[other]),
        ChangeRow(3, ChangeKind.CLOSE, codes[other]),
        *(
            ChangeRow(4 + place, ChangeKind.MERGE, codes[drawn % len(codes)], successors=(codes[(drawn + 3) % 9],))
            for place, (_, drawn) in enumerate(sequence[0])
        ),
    ]
    outcome = play(rows, lines, today(), {})
    if not outcome.faults:
        state = state_on(outcome.lines, today())
        intervals({code: shape.parent or None for code, shape in state.items()}, lambda code: code)
        for line in outcome.lines.values():
            assert all(a.until is not None and a.until <= b.since for a, b in zip(line, line[1:], strict=False))
            assert all(s.until is None or s.since < s.until for s in line)
            assert shape_on(line, today() - timedelta(days=1)) is not None


def made(session):
    """The starting tree in the database, with people as numbers: three to each grassroots union."""
    plan = actions.plan_import(session, list(starting_rows()), clock.now())
    assert not plan.faults
    actions.store_import(session, TERMINAL, plan, clock.now())


def nodes(session, tree_id=PRESENT):
    return session.scalars(select(TreeNode).where(TreeNode.tree_id == tree_id)).all()


def sums(found, people):
    """How many people each node has with everything below it, by its interval."""
    return {
        top.union_id: sum(people.get(node.union_id, 0) for node in found if top.first <= node.first <= top.last)
        for top in found
    }


def check_totals(session, tree_id, people):
    """Nobody is lost at the root, nobody twice on any level, everybody has exactly one place."""
    found = nodes(session, tree_id)
    assert len({node.union_id for node in found}) == len(found)
    assert set(people) <= {node.union_id for node in found}
    total = sums(found, people)
    roots = [node for node in found if node.parent_id is None]
    assert sum(total[root.union_id] for root in roots) == sum(people.values())
    for node in found:
        below = sum(total[child.union_id] for child in found if child.parent_id == node.union_id)
        assert total[node.union_id] == people.get(node.union_id, 0) + below


@ON_DATABASE
@given(sequence=SEQUENCES)
def test_totals_conserve_days_stay_and_undoing_restores(app, sequence):
    with app.extensions["store"].session(readonly=False) as session:
        made(session)
        people = {union.id: 3 for union in session.scalars(select(TradeUnion)) if union.level == Level.GRASSROOTS}
        kept = following.trees.keep(session, today(), clock.now())
        seen, stored = [], []
        for number, orders in enumerate(sequence):
            day = today() - timedelta(days=300 - number)
            before = day_tree(session, today())
            plan = planning.plan(
                session, rows_of(orders, before, number), clock.now(), None, Heading(f"{number}/QĐ", day)
            )
            assert not plan.faults, [str(fault.message) for fault in plan.faults]
            if not plan.steps:
                continue
            decision = reorganising.store(session, TERMINAL, plan, clock.now())
            for tree_id in (PRESENT, kept):
                check_totals(session, tree_id, people)
            stored.append((decision, before))
            seen.append((day, decision.entered_at, day_tree(session, day)))
        for day, known_at, then in seen:
            assert day_tree(session, day) == then
            assert day_tree(session, day, known_at) == then
        for decision, before in reversed(stored):
            undoing.undo(session, TERMINAL, decision, "thử", clock.now())
            assert day_tree(session, today()) == before
            check_totals(session, PRESENT, people)
        assert not session.scalars(select(Succession)).all()
        for day, known_at, then in seen:
            assert day_tree(session, day, known_at) == then
        session.rollback()


@pytest.mark.parametrize("count", [40])
def test_thousands_of_changes_take_no_more_statements_than_a_few(app, session, count):
    """Statements grow with hundreds of rows, not with each."""
    from support.queries import counted

    numbers = []
    for size in (count, 2 * count):
        mark = f"S{size}"
        rows = [
            UnionRow(2, mark, f"Tỉnh {mark}", Level.PROVINCIAL),
            UnionRow(3, f"{mark}D", "Huyện", Level.UPPER, mark),
        ]
        rows += [UnionRow(4, f"{mark}-{n}", f"CĐCS {n}", Level.GRASSROOTS, f"{mark}D") for n in range(2 * size)]
        actions.store_import(session, TERMINAL, actions.plan_import(session, rows, clock.now()), clock.now())
        changes = [
            ChangeRow(n + 2, ChangeKind.MERGE, f"{mark}-{2 * n}", successors=(f"{mark}-{2 * n + 1}",))
            for n in range(size)
        ]
        with counted(app) as statements:
            plan = planning.plan(session, changes, clock.now())
            reorganising.store(session, TERMINAL, plan, clock.now())
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
