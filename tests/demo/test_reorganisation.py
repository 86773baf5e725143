"""The worked example of 2025: true where it says so, taken by the import without a fault, and each change is there."""

import sys
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.demo import load
from contest.unions import planning, reorganisation_sheets, reorganising, trees
from contest.unions.models import Place, TradeUnion, TreeNode
from contest.unions.queries import by_code
from contest.unions.rules import PRESENT, ChangeKind, Level, NodeState

sys.path.append(str(load.FOLDER / "build"))
from reorganisation import Reorganisation

FIRST_OF_JULY = date(2025, 7, 1)


@pytest.fixture(scope="module")
def example():
    return Reorganisation()


def test_106_communes_of_eight_districts_became_38(example):
    old = [(d, name) for row in example.raw["communes"].values() for d, names in row["from"].items() for name in names]
    assert len(example.communes) == 38
    assert len(old) == len(set(old)) == 106
    assert Counter(name.split()[0] for name in example.communes.values()) == {"Xã": 36, "Phường": 2}
    assert {district for district, _ in old} == set(example.raw["seats"])
    alone = [
        example.communes[c] for c, row in example.raw["communes"].items() if sum(map(len, row["from"].values())) == 1
    ]
    assert sorted(alone) == ["Xã Mù Cả", "Xã Tà Tổng"]


def test_every_commune_is_managed_once_and_some_by_a_neighbour(example):
    managed = [code for first, others in example.raw["unions"].items() for code in (first, *others)]
    assert sorted(managed) == sorted(example.communes)
    assert any(others for others in example.raw["unions"].values())


@pytest.fixture
def stored(session):
    """The demo's unions after the decision of the file, with its plan."""
    now = clock.now()
    load.load_unions(session, now)
    found = reorganisation_sheets.read((load.FOLDER / "to-chuc-lai-2025.xlsx").read_bytes())
    plan = planning.plan(session, found.rows, now, faults=found.faults)
    assert [str(fault.message) for fault in plan.faults] == []
    reorganising.store(session, TERMINAL, plan, now)
    return plan


def test_the_file_is_taken_without_a_fault_and_shows_every_change(stored):
    assert {kind for kind in ChangeKind if stored.count(kind)} == set(ChangeKind)
    assert {step.on for step in stored.steps} == {FIRST_OF_JULY}


def test_today_communes_manage_what_districts_did(session, stored, example):
    open_ = select(TradeUnion).where(TradeUnion.closed_on.is_(None))
    upper = session.scalars(open_.where(TradeUnion.level == Level.UPPER, TradeUnion.code.like("LC-0%"))).all()
    assert len(upper) == len(example.raw["unions"])
    for district in example.raw["seats"]:
        union = by_code(session, district)
        assert union.closed_on == FIRST_OF_JULY
        waiting = open_.where(TradeUnion.parent_id == union.id)
        assert session.scalars(waiting).all() == []
    assert session.scalar(select(func.count()).select_from(Place)) <= 38


def test_one_commune_union_manages_a_neighbours(session, stored):
    """Geography and management are apart: the school lies in Sì Lở Lầu and answers to the union of Dào San."""
    union = by_code(session, "LC-PT-007")
    assert session.get(Place, union.place_id).name == "Xã Sì Lở Lầu"
    assert union.parent.name == "Công đoàn xã Dào San"


def test_nothing_is_deleted_and_merged_workplaces_hang_under_who_took_them(session, stored):
    assert session.scalar(select(func.count()).select_from(TradeUnion)) == 165 + 12 + 2
    merged = by_code(session, "LC-TP-011")
    node = session.get(TreeNode, (PRESENT, merged.id))
    assert node.state == NodeState.ABSORBED
    assert [above.name for above in trees.path(session, PRESENT, merged.id)][-2] == "CĐCS Cơ quan phường Đoàn Kết"
