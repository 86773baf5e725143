"""Targets of a contest go by its own tree and headcounts, also after unions were reorganised in its middle."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import update
from support.lists import workbook

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.participation import targets, targets_import
from contest.participation.asking import Ask
from contest.participation.models import UnionTarget
from contest.rounds.locks import Refused
from contest.unions import trees
from contest.unions.models import Headcount, TradeUnion

DISTRICT, LEAF = "/theo-doi/cuoc-thi/LC-PT/chi-tieu", "/theo-doi/cuoc-thi/LC-PT-1/chi-tieu"


@pytest.fixture
def moved(fair):
    """LC-PT-1 goes to Than Uyên in the middle of the contest, and says then that it has fifty members, not ten."""
    town, session = fair.town, fair.town.session
    fair.first.opens_at = town.now - timedelta(days=5)
    session.execute(update(Headcount).values(counted_on=(town.now - timedelta(days=30)).date()))
    fair.contest.tree_id = trees.keep(session, town.now.date(), town.now)
    session.execute(update(TradeUnion).where(TradeUnion.id == town.LC_PT_1.id).values(parent_id=town.LC_TU.id))
    session.expire_all()
    trees.rebuild(session, town.now)
    told = {"union_id": town.LC_PT_1.id, "kind": "member", "confirmed_at": town.now}
    session.add(Headcount(counted_on=(town.now - timedelta(days=1)).date(), number=50, **told))
    session.flush()
    return fair


@pytest.fixture
def official(moved, district_official, client):
    return client.sign_in(district_official)


def codes(rows):
    return [row["code"] for row in rows]


def test_the_district_hands_down_to_the_unions_it_had(official, session):
    data = official.data(DISTRICT)
    assert (data["asked_people"], codes(data["rows"])) == (12, ["LC-PT-1", "LC-PT-2"])
    assert [(row["headcount"], row["target_people"]) for row in data["rows"]] == [(10, 6), (10, 6)]
    assert "khi mở cuộc thi" in official.page(DISTRICT).text_content()
    assert official.send(DISTRICT, {"ct-LC-PT-1": "80%", "ct-LC-PT-2": ""}).status_code == 303
    assert [row["target_people"] for row in official.data(DISTRICT)["rows"]] == [8, 6]


def test_excel_goes_by_the_same_tree(official, session):
    rows = list(openpyxl.load_workbook(BytesIO(official.get(f"{DISTRICT}.xlsx").data)).active.values)
    assert [(row[0], row[2]) for row in rows[1:]] == [("LC-PT-1", 10), ("LC-PT-2", 10)]
    header = ["Mã", "Tên", "Chỉ tiêu theo tỷ lệ (%)", "Chỉ tiêu theo số người"]
    file = {"file": (BytesIO(workbook([["LC-PT-1", "", "", 7]], header=header)), "chi-tieu.xlsx")}
    answer = official.send(f"{DISTRICT}/nhap", file, content_type="multipart/form-data")
    official.send(answer.location)
    assert [(row.union_id, row.people) for row in session.query(UnionTarget)] == [(row_id(session, "LC-PT-1"), 7)]


def row_id(session, code):
    return session.query(TradeUnion.id).filter_by(code=code).scalar()


def test_who_manages_it_today_hands_nothing_down_in_this_contest(moved):
    town, session, contest = moved.town, moved.town.session, moved.contest
    with pytest.raises(Refused, match="không phải cấp trên"):
        targets.hand_down(session, TERMINAL, contest, town.LC_PT_1, Ask(percent=90), town.LC_TU, town.now)
    row = targets_import.TargetRow(2, "LC-PT-1", 90)
    assert targets_import.plan_targets(session, contest, town.LC_TU, [row]).faults
    targets.hand_down(session, TERMINAL, contest, town.LC_PT_1, Ask(percent=90), town.LC_PT, town.now)


def test_a_union_takes_on_more_than_asked_by_the_headcount_of_the_opening(moved, client):
    town = moved.town
    person = town.person("Hoàng Thị Xuân", union=town.LC_PT_1, kind="official")
    grant_role(town.session, TERMINAL, person, Role.OFFICIAL, town.LC_PT_1.id, town.now)
    town.commit()
    client.sign_in(person)
    taken = {"viec": "tu-dang-ky", "own": "7"}
    assert client.send(LEAF, taken).status_code == 303  # of ten members six are asked, of fifty it would be thirty
    assert client.send(LEAF, taken | {"own": "6"}).status_code == 422
