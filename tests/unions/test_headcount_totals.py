"""What a union has with all below it: the same people that rates are measured against."""

from datetime import date

import pytest

from contest.accounts.rules import PersonKind
from contest.participation.queries import branch
from contest.unions import queries
from contest.unions.models import Headcount

DESK = "/theo-doi/so-lieu"


@pytest.fixture
def told(town, session):
    """Headcounts of members, before any contest opened: (union, number, day, whether confirmed)."""

    def tell(union, number, on=date(2022, 9, 30), confirmed=True):
        since = town.now if confirmed else None
        session.add(Headcount(union_id=union.id, kind="member", counted_on=on, number=number, confirmed_at=since))
        session.flush()

    return tell


def members(session, union):
    (line,) = queries.lines(session, [union])
    return line.counts.get(PersonKind.MEMBER)


@pytest.fixture
def hill(town, told):
    """A district that has a figure of its own beside those of its unions."""
    top = town.union("LC-NX", "LĐLĐ huyện Nậm Xe", parent=town.province, level="upper")
    first = town.union("LC-NX-1", "CĐCS Trường Nậm Xe", parent=top)
    second = town.union("LC-NX-2", "CĐCS Xã Nậm Xe", parent=top)
    told(top, 500)
    return top, first, second


def test_a_figure_that_waits_counts_only_where_no_confirmed_one_is_known(session, hill, told):
    top, first, second = hill
    told(first, 40)
    told(first, 90, on=date(2022, 12, 31), confirmed=False)
    told(second, 7, confirmed=False)
    assert members(session, top) == 47
    assert members(session, first) == 40


def test_a_figure_of_its_own_stands_in_only_where_nothing_below_has_one(town, session, hill, told):
    top, first, _second = hill
    contest = town.contest()
    town.round(contest)
    assert members(session, top) == 500 == branch(session, contest, top.id).root.headcount
    told(first, 40)
    assert members(session, top) == 40 == branch(session, contest, top.id).root.headcount


def test_an_upper_union_is_told_when_its_own_figure_counts(town, client, hill, told):
    told(hill[1], 40)
    mai = town.mai
    town.commit()
    client.sign_in(mai)
    page = client.page(f"{DESK}/LC-NX").text_content()
    assert "Số của đơn vị này là số cộng của các đơn vị cấp dưới" in page
    assert "Số của đơn vị này là số cộng" not in client.page(f"{DESK}/LC-NX-1").text_content()
