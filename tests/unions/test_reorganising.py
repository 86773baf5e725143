"""Decisions change the tree on a day: as a whole, with everything that hangs below, and can be taken back."""

import pytest
from sqlalchemy import func, select
from support.decisions import day_tree, days, decided, faults, merging, moving, opening, planned, row, today, tree

from contest import clock
from contest.accounts.models import AuditEntry, Person
from contest.accounts.rules import TERMINAL, PersonKind
from contest.members.models import PastMembership
from contest.unions import actions, following, queries, reorganising, undoing
from contest.unions.list_rules import UnionRow
from contest.unions.models import Succession, TradeUnion, UnionChange, UnionSpell
from contest.unions.rules import Level
from contest.unions.undoing import Refused


@pytest.fixture
def lc(town, session):
    """The town's province, ready for decisions."""
    assert town.province
    session.flush()
    return town


def union(session, code):
    return queries.by_code(session, code)


def commune_unions(*extra, on=None):
    """The 2025 pattern: both districts end, one commune union takes over from each."""
    return (
        opening("LC-X1", "LC", Level.UPPER, "Công đoàn xã Sin Suối Hồ"),
        opening("LC-X2", "LC", Level.UPPER, "Công đoàn xã Than Uyên"),
        merging("LC-PT", "LC-X1", number=3),
        merging("LC-TU", "LC-X2", number=4),
        *extra,
    )


def test_a_merge_takes_people_and_unions_along(lc, session):
    lan = lc.lan
    decided(session, merging("LC-PT-1", "LC-PT-2"))
    assert tree(session)["LC-PT-1"] == ("LC-PT-2", "absorbed")
    gone = union(session, "LC-PT-1")
    assert (gone.closed_on, gone.name) == (today(), "CĐCS số 1 LĐLĐ huyện Phong Thổ")
    session.refresh(lan)
    assert (lan.union_id, lan.union_since, lan.kind) == (lc.LC_PT_2.id, today(), PersonKind.MEMBER)
    past = session.scalars(select(PastMembership)).one()
    assert (past.person_id, past.union_id, past.until, past.cause) == (lan.id, gone.id, today(), "reorganisation")


def test_districts_end_and_commune_unions_begin(lc, session):
    decided(session, *commune_unions(moving("LC-PT-1", "LC-X2", number=5)))
    now = tree(session)
    assert now["LC-PT"] == ("LC-X1", "absorbed")
    assert now["LC-PT-1"] == ("LC-X2", "open")
    assert now["LC-PT-2"] == ("LC-X1", "open")
    assert now["LC-TU-2"] == ("LC-X2", "open")
    assert len(day_tree(session, today() - days(1))) == 7
    assert set(day_tree(session, today())) == {"LC", "LC-X1", "LC-X2", "LC-PT-1", "LC-PT-2", "LC-TU-1", "LC-TU-2"}
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "union.decision")).one()
    assert entry.details == {"number": "15/QĐ-LĐLĐ", "open": 2, "merge": 2, "move": 1}


def test_a_union_that_ends_without_successor_leaves_workers_without_a_union(lc, session):
    hung = lc.hung
    decided(session, row("close", "LC-PT-1"))
    session.refresh(hung)
    assert (hung.union_id, hung.kind) == (None, PersonKind.WORKER)
    assert tree(session)["LC-PT-1"] == ("LC-PT", "closed")


def test_a_split_that_ends_the_old_union_keeps_its_people_there(lc, session):
    lan = lc.lan
    decided(
        session,
        opening("LC-PT-1A", "LC-PT"),
        opening("LC-PT-1B", "LC-PT"),
        row("split", "LC-PT-1", successors=("LC-PT-1A", "LC-PT-1B")),
        row("close", "LC-PT-1"),
    )
    session.refresh(lan)
    assert lan.union_id == lc.LC_PT_1.id
    assert tree(session)["LC-PT-1"] == ("LC-PT", "closed")
    assert session.scalar(select(func.count()).select_from(Succession)) == 2


def test_a_split_off_part_takes_nothing_from_a_union_that_goes_on(lc, session):
    decided(session, opening("LC-PT-1A", "LC-PT"), row("split", "LC-PT-1", successors=("LC-PT-1A",)))
    assert tree(session)["LC-PT-1"] == ("LC-PT", "open")
    decided(session, merging("LC-PT-1", "LC-PT-2"), on=today() + days(0), number="16/QĐ")
    assert tree(session)["LC-PT-1"] == ("LC-PT-2", "absorbed")


def test_a_decision_ahead_waits_for_its_day(lc, session):
    day = today() + days(20)
    lan = lc.lan
    decided(session, opening("LC-PT-9", "LC-PT"), merging("LC-PT-1", "LC-PT-9"), on=day)
    assert "LC-PT-9" not in tree(session)
    assert [found.code for found in queries.search(session, "LC-PT-9", on=today())] == []
    assert session.scalar(select(func.count()).where(UnionChange.applied_at.is_(None))) == 2
    assert following.catch_up(session, day - days(1), clock.now()) == 0
    assert following.catch_up(session, day, clock.now() + days(20)) == 2
    assert tree(session)["LC-PT-1"] == ("LC-PT-9", "absorbed")
    session.refresh(lan)
    assert (lan.union_id, lan.union_since) == (union(session, "LC-PT-9").id, day)
    assert following.catch_up(session, day, clock.now() + days(20)) == 0


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row("close", "LC-PT")], "còn 2 đơn vị trực thuộc: LC-PT-1, LC-PT-2"),
        ([opening("LC-PT-1", "LC-PT")], "đã dùng cho CĐCS số 1"),
        ([opening("LC-PT-9", "KHONG-CO")], "Không có đơn vị mã “KHONG-CO”"),
        ([opening("LC-PT-9", "LC-PT-1", Level.UPPER)], "không thể trực thuộc"),
        ([moving("LC-PT-1", "LC-PT")], "đã trực thuộc"),
        ([moving("LC-PT", "LC-PT")], "thành vòng"),
        ([merging("LC-PT-1", "LC-PT-1")], "nhận chính mình"),
        ([merging("LC-PT-1", "LC-PT-2"), merging("LC-PT-2", "LC-PT-1")], "không hoạt động vào ngày"),
        ([merging("LC-PT-1", "LC-TU")], "khác loại"),
        ([row("merge", "LC-PT-1")], "đúng một đơn vị nhận"),
        ([row("split", "LC-PT-1")], "chia thành các đơn vị nào"),
        ([row("rename", "LC-PT-1")], "Thiếu tên công đoàn"),
        ([row("rename", "XYZ", name="Tên")], "Chưa có đơn vị mã “XYZ”"),
        ([row("rename", "LC-PT-1", name="A"), row("rename", "LC-PT-1", 3, name="B")], "đã có ở dòng 2"),
        ([row("close", "LC-PT-1", effective_on=today() + days(900))], "quá xa"),
        ([row("place", "LC-PT-1")], "Thiếu địa bàn mới"),
    ],
)
def test_faults_say_what_to_do(lc, session, rows, words):
    found = faults(session, *rows)
    assert any(words in text for _, text in found), found
    assert all(number for number, _ in found)


def test_a_change_before_a_later_one_is_refused_and_says_which(lc, session):
    decided(session, row("rename", "LC-PT-1", name="CĐCS Mới"), on=today() + days(10), number="88/QĐ")
    ((number, text),) = faults(session, moving("LC-PT-1", "LC-TU"))
    assert number == 2
    assert "88/QĐ" in text


def test_a_later_end_of_the_new_parent_is_seen(lc, session):
    decided(session, *commune_unions(), on=today() + days(30))
    ((_, text),) = faults(session, moving("LC-PT-1", "LC-TU"))
    assert "15/QĐ" in text
    found = faults(session, opening("LC-PT-7", "LC-PT"), number="16/QĐ")
    assert "Cấp trên mới “LC-PT” không hoạt động vào ngày" in found[0][1]


def test_undo_puts_unions_people_and_successors_back(lc, session):
    lan, before, spelled = lc.lan, tree(session), day_tree(session, today())
    decision = decided(session, *commune_unions(merging("LC-PT-1", "LC-PT-2", number=9)))
    session.refresh(lan)
    assert lan.union_id == lc.LC_PT_2.id
    undoing.undo(session, TERMINAL, decision, "nhập nhầm tệp", clock.now())
    after = tree(session)
    assert {code: node for code, node in after.items() if code in before} == before
    assert day_tree(session, today()) == spelled
    session.refresh(lan)
    assert (lan.union_id, lan.union_since) == (lc.LC_PT_1.id, None)
    assert session.scalar(select(func.count()).select_from(Succession)) == 0
    assert session.scalar(select(func.count()).select_from(PastMembership)) == 0
    with pytest.raises(Refused, match="đã được huỷ"):
        undoing.undo(session, TERMINAL, decision, "lại", clock.now())


def test_the_codes_of_an_undone_decision_are_free_again(lc, session):
    decision = decided(session, *commune_unions())
    undoing.undo(session, TERMINAL, decision, "sai cấp trên", clock.now())
    decided(session, *commune_unions(), number="15b/QĐ-LĐLĐ")
    assert tree(session)["LC-X1"] == ("LC", "open")
    assert session.scalar(select(func.count()).where(TradeUnion.code == "LC-X1")) == 1


def test_undo_is_refused_where_something_builds_on_it(lc, session):
    first = decided(session, *commune_unions())
    decided(session, moving("LC-PT-1", "LC-X2"), number="20/QĐ")
    with pytest.raises(Refused, match="20/QĐ"):
        undoing.undo(session, TERMINAL, first, "thử", clock.now())
    with pytest.raises(Refused, match="Thiếu lý do"):
        undoing.undo(session, TERMINAL, first, " ", clock.now())


def test_undo_is_refused_while_a_new_union_stands_below_what_it_opened(lc, session):
    first = decided(session, *commune_unions())
    decided(session, opening("LC-NEW", "LC-X1"), number="20/QĐ")
    with pytest.raises(Refused, match="LC-X1"):
        undoing.undo(session, TERMINAL, first, "thử", clock.now())


def test_who_moved_on_stays_where_they_went(lc, session):
    lan = lc.lan
    decision = decided(session, merging("LC-PT-1", "LC-PT-2"))
    session.refresh(lan)
    lan.union_id = lc.LC_TU_1.id
    session.flush()
    undoing.undo(session, TERMINAL, decision, "thử", clock.now())
    session.refresh(lan)
    assert lan.union_id == lc.LC_TU_1.id


def test_a_plan_made_before_another_decision_is_stale(lc, session):
    plan = planned(session, merging("LC-PT-1", "LC-PT-2"))
    decided(session, merging("LC-TU-1", "LC-TU-2"))
    with pytest.raises(reorganising.Stale):
        reorganising.store(session, TERMINAL, plan, clock.now())
    with pytest.raises(ValueError, match="never stored"):
        reorganising.store(session, TERMINAL, planned(session, row("close", "LC-PT")), clock.now())


def test_an_organizer_decides_only_below_their_own_unions(lc, session):
    mine = {lc.LC_PT.id}
    assert not faults(session, merging("LC-PT-1", "LC-PT-2"), scopes=mine)
    for one in (merging("LC-PT-1", "LC-TU-1"), moving("LC-PT-1", "LC-TU"), row("close", "LC-TU-1")):
        assert any("phạm vi bạn quản lý" in text for _, text in faults(session, one, scopes=mine))


def test_an_open_contest_keeps_its_tree_and_learns_newcomers(lc, session):
    contest = lc.contest()
    lc.round(contest, opens=-60)
    session.flush()
    assert planned(session, *commune_unions()).keepers == ("Cuộc thi thử",)
    decided(session, *commune_unions())
    session.refresh(contest)
    kept = tree(session, contest.tree_id)
    assert kept["LC-PT-1"] == ("LC-PT", "open")
    assert kept["LC-X1"] == ("LC", "newcomer")
    assert set(kept) == set(tree(session))


def test_old_days_and_people_without_union_are_warned_of(lc, session):
    assert lc.lan
    session.flush()
    plan = planned(session, row("close", "LC-PT-1", effective_on=today() - days(500)))
    assert "hơn một năm" in str(plan.warnings[0].message)
    assert "1 người của “LC-PT-1”" in str(plan.warnings[1].message)


def test_days_before_the_decision_are_warned_of_once(lc, session):
    early = today() - days(9)
    rows = [row("rename", f"LC-PT-{n}", name=f"CĐCS {n}", effective_on=early) for n in (1, 2)]
    plan = planned(session, *rows)
    assert ["trước ngày quyết định" in str(one.message) for one in plan.warnings] == [True]
    assert planned(session, row("rename", "LC-PT-1", name="CĐCS Một", effective_on=today())).warnings == ()


def test_what_was_known_stays_known(lc, session):
    before = clock.now()
    first = day_tree(session, today())
    decided(session, row("rename", "LC-PT-1", name="CĐCS Đổi tên"), on=today() - days(3))
    assert day_tree(session, today())["LC-PT-1"][0] == "CĐCS Đổi tên"
    assert day_tree(session, today(), before) == first
    assert session.scalar(select(func.count()).where(UnionSpell.replaced_at.is_not(None))) == 1
    assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_decision_entered_before_is_told(session, town):
    assert town.province
    decided(session, row("rename", "LC-PT-1", name="CĐCS Một"), number="7/QĐ")
    again = planned(session, row("rename", "LC-PT-2", name="CĐCS Hai"), number="7/QĐ")
    assert ["7/QĐ cùng ngày đã được nhập" in str(one.message) for one in again.warnings] == [True]
    assert planned(session, row("rename", "LC-PT-2", name="CĐCS Hai"), number="8/QĐ").warnings == ()


def test_storing_tells_each_part_it_has_done(session, town):
    assert town.province
    plan = planned(session, row("rename", "LC-PT-1", name="CĐCS Một"))
    told = []
    reorganising.store(session, TERMINAL, plan, town.now, told.append)
    assert told == list(range(1, reorganising.PARTS + 1))


def test_an_ending_takes_the_parts_of_an_earlier_split_of_its_day_and_gives_them_back(session, town):
    assert town.province
    split = decided(
        session,
        opening("A", "LC-PT"),
        opening("B", "LC-PT"),
        row("split", "LC-PT-1", successors=("A", "B")),
        number="1/QĐ",
    )
    ended = decided(session, row("close", "LC-PT-1", successors=("A", "B")), number="2/QĐ")

    def decisions():
        of = select(UnionChange.decision_id).join(Succession, Succession.change_id == UnionChange.id)
        return session.scalars(of.order_by(Succession.successor_id)).all()

    assert decisions() == [ended.id] * 2
    undoing.undo(session, TERMINAL, ended, "nhập nhầm", town.now)
    assert decisions() == [split.id] * 2


def test_a_list_of_the_day_of_a_change_corrects_what_that_day_began(session, town):
    assert town.province
    decided(session, row("rename", "LC-PT-1", name="CĐCS Tên mới"))
    before = day_tree(session, today() - days(1))
    changed = UnionRow(2, "LC-PT-1", "CĐCS Tên đúng", Level.GRASSROOTS, "LC-PT")
    actions.store_import(session, TERMINAL, actions.plan_import(session, [changed], clock.now()), clock.now())
    assert day_tree(session, today())["LC-PT-1"][0] == "CĐCS Tên đúng"
    assert day_tree(session, today() - days(1)) == before
