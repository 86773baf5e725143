"""Kept trees: contests keep theirs, newcomers are hung where they came from, future unions wait."""

from support.decisions import days, decided, merging, moving, opening, row, today, tree

from contest import chores, clock
from contest.unions import queries, trees
from contest.unions.models import KeptTree, UnionSpell
from contest.unions.rules import PRESENT, Level


def kept(town, session):
    assert town.province
    return trees.keep(session, today(), clock.now())


def test_a_newcomer_stands_above_all_it_came_from(town, session):
    tree_id = kept(town, session)
    decided(
        session,
        opening("N1", "LC-TU"),
        opening("N2", "LC-TU"),
        merging("LC-PT-1", "N1"),
        merging("LC-PT-2", "N1"),
        merging("LC-TU-1", "N2"),
        opening("N3", "LC-TU"),
    )
    found = tree(session, tree_id)
    assert (found["N1"], found["N2"], found["N3"]) == (
        ("LC-PT", "newcomer"),
        ("LC-TU", "newcomer"),
        ("LC-TU", "newcomer"),
    )
    assert found["LC-PT-1"] == ("LC-PT", "open")
    assert tree(session)["LC-PT-1"] == ("N1", "absorbed")


def test_a_newcomer_of_two_districts_stands_under_the_province(town, session):
    tree_id = kept(town, session)
    decided(session, opening("N", "LC-TU"), merging("LC-PT-1", "N"), merging("LC-TU-1", "N"))
    assert tree(session, tree_id)["N"] == ("LC", "newcomer")
    assert tree(session)["N"] == ("LC-TU", "open")


def test_paths_and_what_is_below_follow_the_tree_that_is_asked(town, session):
    tree_id = kept(town, session)
    decided(session, moving("LC-PT-1", "LC-TU"))
    mine = town.LC_PT_1.id
    assert [node.name for node in trees.path(session, tree_id, mine)][1] == "LĐLĐ huyện Phong Thổ"
    assert [node.name for node in trees.path(session, PRESENT, mine)][1] == "LĐLĐ huyện Than Uyên"
    assert town.LC_PT.id in trees.ancestors(session, tree_id, mine)
    assert town.LC_PT.id not in trees.ancestors(session, PRESENT, mine)
    assert mine in set(session.scalars(trees.below(tree_id, town.LC_PT.id)))
    assert mine not in set(session.scalars(trees.below(PRESENT, town.LC_PT.id)))


def test_the_tree_is_kept_once_for_contests_that_had_opened_and_not_for_others(town, session):
    opened, coming = town.contest("a"), town.contest("b")
    town.round(opened)
    town.round(coming, opens=60, closes=120)
    session.flush()
    decided(session, merging("LC-PT-1", "LC-PT-2"))
    decided(session, merging("LC-TU-1", "LC-TU-2"), number="16/QĐ")
    session.refresh(opened)
    session.refresh(coming)
    assert (opened.tree_id, coming.tree_id) == (PRESENT + 1, None)
    assert session.query(KeptTree).count() == 2
    assert session.get(KeptTree, opened.tree_id).until == today() - days(1)


def test_a_coming_union_is_nowhere_until_its_day(town, session, app):
    tree_id = kept(town, session)
    day = today() + days(9)
    decided(session, opening("LC-X", "LC", Level.UPPER, "Công đoàn xã Mới"), moving("LC-PT-1", "LC-X"), on=day)
    coming = queries.by_code(session, "LC-X")
    assert not queries.is_open(coming, today())
    assert queries.search(session, "xã mới") == []
    assert "LC-X" not in {union.code for union in queries.children(session, town.province.id)}
    assert "LC-X" not in {union.code for union in queries.tree(session)}
    assert "LC-X" not in tree(session, tree_id)
    assert queries.is_open(coming, day)


def test_the_chore_lets_the_present_follow_when_the_day_has_come(town, session, app, monkeypatch):
    assert town.province
    day = today() + days(3)
    decided(session, row("rename", "LC-PT-1", name="CĐCS Tên mới"), on=day)
    town.commit()
    now = clock.now()
    with app.app_context():
        assert chores.follow_decisions() == 0
        monkeypatch.setattr("contest.unions.work.clock.now", lambda: now + days(3))
        assert chores.follow_decisions() == 1
        assert chores.follow_decisions() == 0
    session.expire_all()
    assert queries.by_code(session, "LC-PT-1").name == "CĐCS Tên mới"


def test_a_list_corrects_the_present_and_leaves_what_is_decided_for_later(town, session):
    """The corrected short name holds on; the name that a decision brings later stays."""
    from contest.accounts.rules import TERMINAL
    from contest.unions import actions
    from contest.unions.list_rules import UnionRow

    assert town.province
    decided(session, row("rename", "LC-PT-1", name="CĐCS Tên mới", short_name="TM"), on=today() + days(3))
    written = UnionRow(2, "LC-PT-1", "CĐCS số Một", Level.GRASSROOTS, "LC-TU")
    actions.store_import(session, TERMINAL, actions.plan_import(session, [written], clock.now()), clock.now())
    spells = session.query(UnionSpell).filter_by(union_id=town.LC_PT_1.id, replaced_at=None)
    assert [(s.name, s.parent_id) for s in spells.order_by(UnionSpell.since)] == [
        ("CĐCS số Một", town.LC_TU.id),
        ("CĐCS Tên mới", town.LC_TU.id),
    ]
