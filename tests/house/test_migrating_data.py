"""Migrations run forwards and back on a database full of data and keep every row, on both engines."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from contest import migrate
from contest.db import Store
from questions import citing

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
#: Rows of the first version's tables, in an order in which they can be put.
ROWS = {
    "trade_union": {"code": "LC", "name": "LĐLĐ", "short_name": "", "name_fold": "ldld", "name_key": "ldld"},
    "person": {
        "phone": "0900000099",
        "name": "Người thử",
        "name_fold": "nguoi thu",
        "name_key": "thu",
        "kind": "member",
    },
    "question_bank": {"code": "b", "title": "Ngân hàng", "description": "", "created_at": NOW, "demo": False},
    "question_topic": {"bank_id": 1, "name": "Chủ đề", "path": "Chủ đề", "position": 1},
    "contest": {"slug": "c", "title": "Cuộc thi", "union_id": 1, "created_at": NOW},
    "stage": {"contest_id": 1, "position": 1, "kind": "quiz", "title": ""},
    "round": {"contest_id": 1, "stage_id": 1, "number": 1, "opens_at": NOW, "closes_at": NOW.replace(hour=9)},
    "blueprint_row": {"round_id": 1, "position": 1, "bank_id": 1, "topic_id": 1, "count": 1, "points": 1},
    "entry": {"contest_id": 1, "person_id": 1, "kind": "member", "unranked": False, "entered_at": NOW},
    "attempt": {"code": "A1", "entry_id": 1, "round_id": 1, "number": 1, "state": "open", "started_at": NOW},
}
QUESTIONS = [("Q1", "approved", 2), ("Q2", "draft", 1), ("Q3", "retired", 1)]


@pytest.fixture
def old(databases, engine_name) -> Iterator[Store]:
    """A database as the first version left it, with a row in each table that the next ones change."""
    store = Store(databases.empty(engine_name))
    migrate.upgrade(store.engine, "0001")
    with store.engine.begin() as connection:
        tables = sa.MetaData()
        tables.reflect(connection)
        for name, row in ROWS.items():
            connection.execute(tables.tables[name].insert(), {**filled(tables.tables[name]), **row, "id": 1})
        for number, (code, state, versions) in enumerate(QUESTIONS, 1):
            own = {"id": number, "bank_id": 1, "topic_id": 1, "code": code, "state": state, "difficulty": 2}
            table = tables.tables["question"]
            connection.execute(table.insert(), {**filled(table), **own, "version_number": versions})
            for version in range(1, versions + 1):
                words = {"question_id": number, "number": version, "kind": "single", "choices": "[]"}
                table = tables.tables["question_version"]
                connection.execute(table.insert(), {**filled(table), **words, "id": number * 10 + version})
    yield store
    store.engine.dispose()


def test_what_older_questions_cite_is_listed_after_the_upgrade(old):
    """Their sources are the "x" of :func:`filled`."""
    migrate.upgrade(old.engine)
    with old.session(readonly=True) as session:
        found = [(line.document.title, line.questions) for line in citing.documents(session, None)]
    assert found == [("x", 3)]


def filled(table: sa.Table) -> dict[str, object]:
    """A value for every column that must have one."""
    values = {}
    for column in table.columns:
        if column.nullable or column.name == "id":
            continue
        kind = column.type
        if isinstance(kind, sa.Boolean):
            values[column.name] = False
        elif isinstance(kind, sa.Integer):
            values[column.name] = 1
        elif isinstance(kind, sa.DateTime | sa.TIMESTAMP):
            values[column.name] = NOW
        elif isinstance(kind, sa.JSON):
            values[column.name] = []
        else:
            values[column.name] = "x"
    return values | KNOWN.get(table.name, {})


#: Values that a constraint of the table asks for.
KNOWN = {
    "contest": {
        "state": "published",
        "total": "sum",
        "name_display": "masked",
        "score_shown": "at_once",
        "key_shown": "after_round",
        "ranking_shown": "live",
    },
    "round": {"paper": "random"},
    "trade_union": {"level": "provincial"},
}


def numbers(store: Store) -> dict[str, int]:
    with store.engine.connect() as connection:
        names = [*ROWS, "question", "question_version"]
        return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.text(name))) for name in names}


def test_every_row_is_kept_forwards_and_back(old):
    before = numbers(old)
    assert before["question_version"] == 4 and before["attempt"] == 1
    migrate.upgrade(old.engine)
    assert numbers(old) == before
    migrate.downgrade(old.engine, "0001")
    assert numbers(old) == before
    migrate.upgrade(old.engine)
    assert numbers(old) == before


def test_what_was_in_use_is_drawn_on(old):
    migrate.upgrade(old.engine)
    with old.engine.connect() as connection:
        found = connection.execute(sa.text("SELECT code, approved_number FROM question ORDER BY code")).all()
    assert [tuple(row) for row in found] == [("Q1", 2), ("Q2", None), ("Q3", 1)]


def test_the_database_refuses_afterwards_what_it_refused_before(old):
    migrate.upgrade(old.engine)
    for statement, error in (
        ("UPDATE question_version SET stem = 'x'", DBAPIError),
        ("UPDATE question SET state = 'gone'", IntegrityError),
        ("DELETE FROM question_bank", IntegrityError),
    ):
        with pytest.raises(error), old.engine.begin() as connection:
            connection.execute(sa.text(statement))
