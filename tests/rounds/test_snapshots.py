"""Settings remembered by a process: one question when nothing changed, read anew after any change, on both engines."""

import ast
from datetime import timedelta

import pytest
from support.queries import counted
from support.source import dotted, nodes

from contest.accounts.rules import TERMINAL
from contest.demo.drop import drop
from contest.rounds import actions, events, part_actions, queries, revisions, snapshots
from contest.rounds.actions import Line
from contest.rounds.models import TimeAllowance
from contest.rounds.plans import RoundPlan
from contest.rounds.settings import ExclusionMode, PrizeScope
from contest.rounds.windows import admission_of, division_rules, window_of
from contest.unions.actions import plan_import, store_import
from contest.unions.list_rules import UnionRow
from contest.unions.rules import Level

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """No room above listens."""
    monkeypatch.setattr(events, "changed", [])
    monkeypatch.setattr(events, "announcing", [])


@pytest.fixture
def held(session, town):
    """A contest of Lan's district with a division, a bar, a prize and a round yet to open."""
    contest = town.contest(scope_union_id=town.province and town.LC_PT.id)
    town.division(contest, "A", ["official"])
    town.round(contest, bank=town.bank(), opens=30, closes=90)
    bar = {"mode": ExclusionMode.BARRED, "reason": "Ban tổ chức", "phone": "0912000999"}
    part_actions.add_exclusion(session, TERMINAL, contest, bar, town.now)
    prize = {"scope": PrizeScope.ROUND, "title": "Nhất", "quantity": 1}
    part_actions.save_prize(session, TERMINAL, contest, None, prize, town.now)
    town.commit()
    return contest


def whole(app, memo, slug="cuoc-thi"):
    """The settings as another request of the process sees them."""
    with app.extensions["store"].session(readonly=True) as reading:
        return snapshots.of_contest(reading, memo, slug)


def one(app, memo, number=1, slug="cuoc-thi"):
    with app.extensions["store"].session(readonly=True) as reading:
        return snapshots.of_round(reading, memo, slug, number)


# what it holds


def test_a_snapshot_says_what_the_rows_say(app, session, town, held):
    row = held.rounds[0]
    found = one(app, {})
    assert found.window == window_of(row)
    assert found.contest.admission == admission_of(held)
    assert found.contest.admission.scope_union_name == town.LC_PT.name
    assert list(found.contest.divisions) == division_rules(held)
    assert (found.id, found.seed, found.max_attempts, found.pool) == (row.id, row.seed, 2, None)
    assert [(line.id, line.count) for line in found.blueprint] == [(row.blueprint[0].id, 5)]
    assert (found.contest.slug, found.contest.published) == (held.slug, True)


def test_nothing_is_found_where_nothing_is(app, held):
    assert one(app, {}, slug="khac") is None
    assert one(app, {}, number=2) is None


def test_a_round_is_found_by_its_id_too(app, held):
    memo = {}
    with app.extensions["store"].session(readonly=True) as reading:
        assert snapshots.of_round_id(reading, memo, held.rounds[0].id) == one(app, memo)
        assert snapshots.of_round_id(reading, memo, held.rounds[0].id + 1) is None


def test_the_longest_time_granted_counts_and_ended_ones_do_not(app, session, town, held):
    def grant(extra_s, ended=None, **whom):
        given = {"extra_s": extra_s, "granted_at": town.now, "granted_by": "x", "reason": "mắt kém"}
        session.add(TimeAllowance(contest_id=held.id, ended_at=ended, ended_by=ended and "x", **given, **whom))

    grant(600, person_id=town.lan.id)
    grant(900, union_id=town.LC_PT.id)
    grant(300, union_id=town.LC_PT.id)
    grant(1800, person_id=town.lan.id, ended=town.now)
    town.commit()
    contest = whole(app, {}).contest
    assert contest.extra_s(town.lan.id, {town.province.id}) == 600
    assert contest.extra_s(town.lan.id, {town.LC_PT.id, town.province.id}) == 900
    assert contest.extra_s(town.son.id, {town.LC_TU.id}) == 0


# what it costs


def test_what_is_remembered_costs_one_narrow_question(app, held):
    memo = {}
    first = one(app, memo)
    with counted(app) as asked:
        again = one(app, memo)
    assert again is first
    assert len(asked) == 1
    assert "contest.revision" in asked[0]
    assert "title" not in asked[0]


def test_a_process_remembers_only_so_many_contests(app, town, held, monkeypatch):
    monkeypatch.setattr(snapshots, "MAX_REMEMBERED", 2)
    for number in range(3):
        town.contest(f"khac-{number}")
    town.commit()
    memo = {}
    for number in range(3):
        whole(app, memo, f"khac-{number}")
        assert len(memo["snapshots"]) <= 2


# every verb counts as a change


def settings(**changes):
    return lambda s, t, c: actions.update_settings(s, TERMINAL, c, changes, t.now)


def of_round(**changes):
    return lambda s, t, c: actions.update_round(s, TERMINAL, c, c.rounds[0], changes, t.now)


def second_round(s, t, c):
    plan = RoundPlan(0, t.now + 2 * HOUR, t.now + 3 * HOUR)
    actions.add_round(s, TERMINAL, c, plan, t.now)


def new_paper(s, t, c):
    lines = [Line(c.rounds[0].blueprint[0].bank_id, 3, 2)]
    actions.set_blueprint(s, TERMINAL, c, c.rounds[:1], lines, t.now)


def another_division(s, t, c):
    part_actions.save_division(s, TERMINAL, c, None, {"code": "B", "title": "Khác", "kinds": ["member"]}, t.now)
    part_actions.move_division(s, TERMINAL, c, c.divisions[-1], t.now)


def renamed_prize(s, t, c):
    part_actions.save_prize(s, TERMINAL, c, c.prizes[0], {"quantity": 3}, t.now)


def more_time(s, t, c):
    values = {"contest_id": c.id, "person_id": t.lan.id, "reason": "mắt kém", "granted_by": "x"}
    s.add(TimeAllowance(**values, extra_s=600, granted_at=t.now))
    s.flush()


def renamed_union(s, t, c):
    row = UnionRow(2, t.LC_PT.code, "LĐLĐ huyện Phong Thổ mới", Level.UPPER, "LC")
    plan = plan_import(s, [row], t.now)
    assert [change.fields for change in plan.changed]
    store_import(s, TERMINAL, plan, t.now)


VERBS = {
    "title": settings(title="Tên khác"),
    "shown": settings(ranking_shown="after_round"),
    "allowance": of_round(allowance_s=600),
    "opening": lambda s, t, c: actions.open_round(s, TERMINAL, c, c.rounds[0], t.now),
    "extension": lambda s, t, c: actions.extend_round(s, TERMINAL, c, c.rounds[0], t.now + 9 * HOUR, t.now),
    "close": lambda s, t, c: actions.close_round(s, TERMINAL, c, c.rounds[0], t.now + HOUR),
    "result": lambda s, t, c: actions.publish_round(s, TERMINAL, c, c.rounds[0], t.now + 48 * HOUR),
    "draft": lambda s, t, c: actions.unpublish_contest(s, TERMINAL, c, t.now),
    "another round": second_round,
    "no round": lambda s, t, c: actions.remove_round(s, TERMINAL, c, c.rounds[0], t.now),
    "paper": new_paper,
    "pool": lambda s, t, c: actions.frozen_pool(s, c.rounds[0], t.now),
    "division": another_division,
    "no division": lambda s, t, c: part_actions.remove_division(s, TERMINAL, c, c.divisions[0], t.now),
    "no bar": lambda s, t, c: part_actions.remove_exclusion(s, TERMINAL, c, c.exclusions[0], t.now),
    "prize": renamed_prize,
    "no prize": lambda s, t, c: part_actions.remove_prize(s, TERMINAL, c, c.prizes[0], t.now),
    "more time": more_time,
    "union": renamed_union,
}


@pytest.mark.parametrize("name", VERBS)
def test_after_every_verb_the_settings_are_read_anew(app, session, town, held, name):
    if name == "no round":
        second_round(session, town, held)
        town.commit()
    memo = {}
    before = whole(app, memo)
    VERBS[name](session, town, queries.contest_by_slug(session, "cuoc-thi"))
    town.commit()
    after = whole(app, memo)
    assert after.contest.revision > before.contest.revision
    assert after == whole(app, {})
    if "prize" not in name:  # what nobody who takes part is asked by
        assert strip(after) != strip(before)


def strip(found):
    """Settings without their revision, as text."""
    return repr(found).replace(f"revision={found.contest.revision}", "")


def test_what_becomes_public_is_seen_at_once(app, session, town, held):
    memo = {}
    actions.unpublish_contest(session, TERMINAL, held, town.now)
    town.commit()
    assert not whole(app, memo).contest.published
    actions.publish_contest(session, TERMINAL, queries.contest_by_slug(session, held.slug), town.now)
    town.commit()
    assert whole(app, memo).contest.published


def test_a_deleted_contest_is_gone_though_remembered(app, session, town, held):
    memo = {}
    whole(app, memo)
    held.demo = True
    session.flush()
    drop(session)
    town.commit()
    assert whole(app, memo) is None


def test_an_act_that_changes_nothing_leaves_what_is_remembered(app, session, town, held):
    before = whole(app, {})
    actions.update_settings(session, TERMINAL, held, {"title": held.title}, town.now)
    held.title = "x"
    held.title = before.contest.title
    town.commit()
    assert whole(app, {}).contest.revision == before.contest.revision


# what is not committed


def test_what_is_rolled_back_is_never_remembered(app, session, town, held):
    """Otherwise the number it had would one day stand for something else."""
    memo = {}
    held.title = "Nháp"
    session.flush()
    assert snapshots.of_contest(session, memo, held.slug).contest.title == "Nháp"
    session.rollback()
    held.title = "Thật"
    town.commit()
    assert whole(app, memo).contest.title == "Thật"
    assert snapshots.of_contest(session, memo, held.slug).contest.title == "Thật"


def test_a_session_that_has_committed_remembers_again(app, session, town, held):
    memo = {}
    held.title = "Mới"
    town.commit()
    assert revisions.CHANGED not in session.info
    found = snapshots.of_contest(session, memo, held.slug)
    assert snapshots.of_contest(session, memo, held.slug) is found


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_settings_that_change_while_they_are_read_are_not_remembered(app, town, held, monkeypatch):
    """Each statement sees what is committed by then: the contest as it was, its rounds as they are."""
    real, memo = snapshots._rounds, {}

    def after_a_change(reading, contest):
        monkeypatch.setattr(snapshots, "_rounds", real)
        held.rounds[0].allowance_s = 60
        town.commit()
        return real(reading, contest)

    monkeypatch.setattr(snapshots, "_rounds", after_a_change)
    whole(app, memo)
    assert memo["snapshots"] == {}
    assert one(app, memo).allowance_s == 60


# nobody writes past the session


def test_no_statement_changes_settings_unseen():
    tables = {model.__name__ for model in revisions.SETTINGS}
    seen = {
        (path, dotted(node.args[0]).removesuffix(".__table__"))
        for path, node in nodes(ast.Call)
        if dotted(node.func).split(".")[-1] in ("update", "delete", "insert") and node.args
    }
    assert ("contest/attempts/starting.py", "Entry") in seen, "the search finds nothing at all"
    found = {(path, name) for path, name in seen if name in tables}
    # Freezing a pool says itself that the settings grew; so does giving contests the tree they opened with.
    assert found == {("contest/rounds/actions.py", "RoundPool"), ("contest/rounds/keeping.py", "Contest")}
