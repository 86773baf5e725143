"""A long list is stored in portions: others write in between, and what was cut off is gone on with."""

from types import SimpleNamespace

import pytest
from sqlalchemy import func, select
from support.lists import text

from contest import clock
from contest.accounts import uploads
from contest.accounts.models import AuditEntry, PendingFile, Person
from contest.accounts.rules import Actor, PersonKind
from contest.members import portions_work, roster_work, rosters
from contest.members.portions_work import Stale, portions
from contest.members.rosters import Wanted
from contest.members.sheets import PersonRow
from contest.unions.queries import by_code

HEADER = ["Họ tên", "Điện thoại", "Ngày sinh"]
NAMES = ["Lò Thị Lan", "Vàng A Páo", "Giàng Thị Mỷ", "Sùng A Dính", "Tẩn Lao Lở"]
ROWS = [[name, f"098765432{n}", ""] for n, name in enumerate(NAMES)]


@pytest.fixture
def desk(app, town, monkeypatch):
    """Hùng before a long list of LC-PT-1: two rows are a portion."""
    monkeypatch.setattr(portions_work, "PORTION", 2)
    monkeypatch.setattr(roster_work, "PORTION", 2)
    monkeypatch.setattr(portions_work, "PAUSE_S", 0)
    actor = Actor(town.hung.id, "Hùng")
    town.commit()
    return SimpleNamespace(app=app, actor=actor, town=town)


def content_of(rows=ROWS):
    return text(rows, HEADER)


def digest_of(desk, content):
    with desk.app.app_context(), roster_work.db.reading() as session:
        union = by_code(session, "LC-PT-1")
        return roster_work.digest(roster_work.plan(session, union, roster_work.read(content, union), clock.now()))


def store(desk, content, seen, **chosen):
    wanted = Wanted(clock.today(), **chosen)
    with desk.app.app_context():
        return roster_work.store(desk.actor, "LC-PT-1", "list", content, wanted, seen)


def people(desk):
    with desk.app.app_context(), roster_work.db.reading() as session:
        return sorted(session.scalars(select(Person.name).where(Person.name.in_(NAMES))))


def test_namesakes_share_a_portion():
    rows = [PersonRow(n, name, f"09{n:08}", "LC", PersonKind.MEMBER) for n, name in enumerate("abcdabca")]
    parts = list(portions(rows, 3))
    assert sorted(row.row for part in parts for row in part) == list(range(8))
    homes = {name: {n for n, part in enumerate(parts) for row in part if row.name == name} for name in "abcd"}
    assert all(len(home) == 1 for home in homes.values())
    assert [len(part) for part in parts] == [3, 2, 3]
    assert list(portions([], 3)) == []


def test_others_write_between_portions(desk, monkeypatch):
    """Somebody else's write, begun between two portions, is not kept waiting and sees what is stored by then."""
    seen = []

    def somebody_writes():
        with roster_work.db.begin() as session:
            rosters.take_turn(session, clock.now())
            seen.append(session.scalar(select(func.count()).where(Person.name.in_(NAMES))))

    monkeypatch.setattr(portions_work, "pause", somebody_writes)
    content = content_of()
    assert store(desk, content, digest_of(desk, content)).new == 5
    assert seen == [2, 4, 5]


def test_a_list_cut_off_is_gone_on_with(desk, monkeypatch):
    content, stored = content_of(), portions_work.store_rows
    seen = digest_of(desk, content)

    def store_and_die(session, order, rows, now):
        done = stored(session, order, rows, now)
        if len(people(desk)) >= 2:
            raise MemoryError
        return done

    monkeypatch.setattr(portions_work, "store_rows", store_and_die)
    with pytest.raises(MemoryError):
        store(desk, content, seen)
    assert len(people(desk)) == 2
    monkeypatch.setattr(portions_work, "store_rows", stored)
    # The numbers told are those of the whole list, though three rows only were left.
    assert store(desk, content, seen).new == 5
    assert people(desk) == sorted(NAMES)
    assert store(desk, content, seen).new == 5
    assert people(desk) == sorted(NAMES)
    with desk.app.app_context(), roster_work.db.reading() as session:
        entries = session.scalars(
            select(AuditEntry.details).where(AuditEntry.action == "person.import").order_by(AuditEntry.id)
        ).all()
        assert [entry["new"] for entry in entries] == [2, 2, 1]


def test_a_list_somebody_else_has_finished_is_stale(desk, monkeypatch):
    content = content_of()
    seen = digest_of(desk, content)

    def finished():
        with roster_work.db.begin() as session:
            roster_work.drop(session, "list")

    monkeypatch.setattr(portions_work, "pause", finished)
    with pytest.raises(Stale):
        store(desk, content, seen)
    with desk.app.app_context(), roster_work.db.reading() as session:
        assert session.scalars(select(PendingFile)).all() == []
        assert uploads.take(session, "list-begun", "roster:LC-PT-1:begun", desk.actor.id) is None


def test_two_of_one_name_and_birth_stay_two_however_the_list_is_cut(desk):
    """A preview shows both as new, with a doubt; the second must not be taken for the first once that is stored."""
    rows = [["Lò Thị Lan", "", "05/09/1990"], *ROWS[1:], ["Lò Thị Lan", "0987654399", "05/09/1990"]]
    content = content_of(rows)
    assert store(desk, content, digest_of(desk, content)).new == 6
    assert people(desk).count("Lò Thị Lan") == 2


def test_who_moved_away_meanwhile_does_not_leave(desk, monkeypatch):
    town = desk.town
    old = [town.person(f"Lù Văn {letter}", union=town.LC_PT_1).id for letter in "ABC"]
    town.commit()
    content = content_of()
    seen = digest_of(desk, content)

    def somebody_moves():
        with roster_work.db.begin() as session:
            session.get_one(Person, old[0]).union_id = by_code(session, "LC-PT-2").id

    monkeypatch.setattr(portions_work, "pause", somebody_moves)
    left = store(desk, content, seen, leave=True).left
    with desk.app.app_context(), roster_work.db.reading() as session:
        kinds = [session.get_one(Person, who).kind for who in old]
        workers = session.scalar(select(func.count()).where(Person.kind == PersonKind.WORKER))
    assert kinds == [PersonKind.MEMBER, PersonKind.WORKER, PersonKind.WORKER]
    assert left == workers
