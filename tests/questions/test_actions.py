"""Writes of the question bank: versions, imports that store all or nothing, and editors who meet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from questions import actions, queries
from questions.actions import Change
from questions.messages import message
from questions.models import Question, QuestionBank, QuestionVersion, Topic
from questions.rules import Choice, Difficulty, Draft, Fault, Kind, State, Verb

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CHOICES = (Choice("Hà Nội", correct=True), Choice("Huế"), Choice("Đà Nẵng"))
CAPITAL = Draft("Thủ đô của nước ta?", CHOICES, code="TD", topic="Địa lý", source="Hiến pháp 2013, Điều 13")


@pytest.fixture
def bank(session):
    return actions.create_bank(session, code="dia-ly", title="Địa lý", now=NOW)


def store(session, bank, *drafts, now=NOW, faults=()):
    return actions.store_drafts(session, bank, drafts, author="person:1", now=now, faults=faults)


def changes(plan):
    return [item.change for item in plan.planned]


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def the(session, bank, code="TD"):
    question = queries.question(session, bank.id, code)
    return question, queries.newest_version(session, question)


def test_an_import_stores_every_part_of_a_question(session, bank):
    draft = replace(
        CAPITAL,
        choices=(*CHOICES, Choice("Cả ba phương án trên", stays_last=True)),
        difficulty=Difficulty.HARD,
        explanation="Điều 13.",
    )
    assert changes(store(session, bank, draft)) == [Change.NEW]
    question, version = the(session, bank)
    assert queries.as_draft(question, version) == draft
    assert (version.number, version.author, question.state) == (1, "person:1", State.APPROVED)
    assert version.keys == {0}


def test_importing_the_same_again_changes_nothing(session, bank):
    store(session, bank, CAPITAL)
    before = count(session, QuestionVersion)
    assert changes(store(session, bank, CAPITAL, now=LATER)) == [Change.SAME]
    assert count(session, QuestionVersion) == before
    assert the(session, bank)[0].changed_at == NOW


def test_new_words_under_a_known_code_make_a_version_and_keep_the_old(session, bank):
    store(session, bank, CAPITAL)
    plan = store(session, bank, replace(CAPITAL, stem="Thủ đô nước Việt Nam?"), now=LATER)
    assert changes(plan) == [Change.CHANGED]
    assert plan.planned[0].parts == ("stem",)
    question, version = the(session, bank)
    assert [v.stem for v in queries.history(session, question)] == ["Thủ đô nước Việt Nam?", CAPITAL.stem]
    assert (version.number, question.changed_at) == (2, LATER)


@pytest.mark.parametrize(
    ("other", "parts"),
    [
        ({"topic": "Lịch sử"}, ("topic",)),
        ({"difficulty": Difficulty.EASY}, ("difficulty",)),
    ],
)
def test_another_topic_or_level_makes_no_version(session, bank, other, parts):
    store(session, bank, CAPITAL)
    plan = store(session, bank, replace(CAPITAL, **other))
    assert plan.planned[0].parts == parts
    question, version = the(session, bank)
    assert version.number == 1
    assert queries.as_draft(question, version) == replace(CAPITAL, **other)


@pytest.mark.parametrize(
    ("other", "parts"),
    [
        ({"choices": (CHOICES[0], CHOICES[1], Choice("Cần Thơ"))}, ("choices",)),
        ({"choices": (Choice("Hà Nội"), Choice("Huế", correct=True), Choice("Đà Nẵng"))}, ("key",)),
        ({"kind": Kind.MULTIPLE}, ("kind",)),
        ({"source": "Luật Thủ đô"}, ("source",)),
        ({"explanation": "Vì thế."}, ("explanation",)),
    ],
)
def test_the_plan_names_the_parts_that_differ(session, bank, other, parts):
    store(session, bank, CAPITAL)
    assert store(session, bank, replace(CAPITAL, **other)).planned[0].parts == parts
    assert the(session, bank)[1].number == 2


def test_questions_without_code_get_one_and_are_known_again_by_their_words(session, bank):
    bare = replace(CAPITAL, code=None)
    other = replace(bare, stem="Thành phố lớn nhất?")
    named = replace(bare, stem="Cố đô?", code="C0001")
    plan = store(session, bank, bare, other, named)
    assert [item.draft.code for item in plan.planned] == ["C0002", "C0003", "C0001"]
    again = store(session, bank, replace(bare, stem="THỦ ĐÔ của nước ta"), other)
    assert [(item.draft.code, item.change) for item in again.planned] == [
        ("C0002", Change.CHANGED),
        ("C0003", Change.SAME),
    ]


def test_one_fault_stores_nothing(session, bank):
    wrong = Draft("Không có đáp án?", (Choice("Có"), Choice("Không")), row=7)
    plan = store(session, bank, CAPITAL, wrong)
    assert [(fault.row, "đáp án" in str(fault.message)) for fault in plan.faults] == [(7, True)]
    assert count(session, Question) == count(session, Topic) == 0


def test_faults_of_the_reader_count_and_stand_in_order_of_rows(session, bank):
    wrong = Draft("Không có đáp án?", (Choice("Có"), Choice("Không")), row=7)
    plan = store(
        session,
        bank,
        wrong,
        faults=[Fault(message("Sau"), row=9), Fault(message("Cả tệp")), Fault(message("Trước"), 2)],
    )
    assert [fault.row for fault in plan.faults] == [2, 7, 9, None]
    assert count(session, Question) == 0


def test_the_same_words_under_another_code_are_refused(session, bank):
    store(session, bank, CAPITAL)
    plan = store(session, bank, replace(CAPITAL, code="TD2", row=3))
    assert "TD" in str(plan.faults[0].message) and plan.faults[0].row == 3
    assert count(session, Question) == 1


def test_two_questions_of_a_file_may_exchange_their_words(session, bank):
    other = replace(CAPITAL, code="CD", stem="Cố đô của nước ta?")
    store(session, bank, CAPITAL, other)
    plan = store(session, bank, replace(CAPITAL, code="CD"), replace(other, code="TD"))
    assert changes(plan) == [Change.CHANGED, Change.CHANGED]
    assert the(session, bank, "CD")[1].stem == CAPITAL.stem


@pytest.mark.parametrize(
    "second",
    [
        replace(CAPITAL, stem="Câu khác?", row=5),
        replace(CAPITAL, code="TD2", row=5),
        replace(CAPITAL, code=None, row=5),
    ],
    ids=["code", "words", "words without code"],
)
def test_a_question_twice_in_one_file_is_refused(session, bank, second):
    plan = store(session, bank, replace(CAPITAL, row=4), second)
    assert [(fault.row, "4" in str(fault.message)) for fault in plan.faults] == [(5, True)]
    assert count(session, Question) == 0


def test_topics_are_made_with_those_above_them(session, bank):
    store(session, bank, replace(CAPITAL, topic="Địa lý / Việt Nam / Thủ đô"))
    found = [(topic.path, topic.position) for topic, _ in queries.topics(session, bank.id)]
    assert found == [("Địa lý", 1), ("Địa lý / Việt Nam", 2), ("Địa lý / Việt Nam / Thủ đô", 3)]


def test_a_version_is_never_altered(session, bank):
    store(session, bank, CAPITAL)
    session.commit()
    with pytest.raises(DatabaseError, match="written once"):
        session.execute(update(QuestionVersion).values(stem="Khác"))


def test_adding_by_hand_gives_a_free_code_and_refuses_doubles(session, bank):
    store(session, bank, replace(CAPITAL, code="C0001"))
    fresh = replace(CAPITAL, code=None, stem="Cố đô?")
    added = actions.add_question(session, bank, fresh, author="person:2", now=NOW)
    assert added.code == "C0002"
    with pytest.raises(actions.Unfit) as twice:
        actions.add_question(session, bank, replace(fresh, stem="cố đô"), author="person:2", now=NOW)
    assert "C0002" in str(twice.value)
    with pytest.raises(actions.Unfit) as taken:
        actions.add_question(session, bank, replace(fresh, stem="Khác?", code="C0001"), author="person:2", now=NOW)
    assert "C0001" in str(taken.value)
    assert count(session, Question) == 2


def test_an_editor_who_opened_an_older_state_overwrites_nothing(session, bank):
    store(session, bank, CAPITAL)
    session.commit()
    question = the(session, bank)[0]
    seen = (question.version_number, question.changed_at)
    first = replace(CAPITAL, stem="Bản của Mai?")
    assert actions.revise(session, question, first, author="person:1", now=LATER, seen=seen).number == 2
    with pytest.raises(actions.Stale):
        actions.revise(
            session, question, replace(CAPITAL, stem="Bản của Hùng?"), author="person:2", now=LATER, seen=seen
        )
    assert the(session, bank)[1].stem == "Bản của Mai?"


def test_a_changed_topic_alone_makes_an_open_editor_stale(session, bank):
    store(session, bank, CAPITAL)
    question = the(session, bank)[0]
    seen = (question.version_number, question.changed_at)
    actions.move(session, bank, [question], "Thủ đô", LATER)
    with pytest.raises(actions.Stale):
        actions.revise(session, question, CAPITAL, author="person:2", now=LATER, seen=seen)


def test_revising_checks_the_question_and_its_twins(session, bank):
    store(session, bank, CAPITAL, replace(CAPITAL, code="CD", stem="Cố đô?"))
    question = the(session, bank)[0]
    with pytest.raises(actions.Unfit):
        actions.revise(session, question, replace(CAPITAL, choices=()), author="person:1", now=LATER)
    with pytest.raises(actions.Unfit, match="CD"):
        actions.revise(session, question, replace(CAPITAL, stem="Cố đô"), author="person:1", now=LATER)
    assert actions.revise(session, question, replace(CAPITAL, topic="Khác"), author="person:1", now=LATER) is None
    assert the(session, bank)[0].version_number == 1


def test_many_at_once_state_level_and_topic(session, bank):
    store(session, bank, CAPITAL, replace(CAPITAL, code="CD", stem="Cố đô?"))
    both = queries.selected(session, bank.id, ["TD", "CD", "không có"])
    actions.set_state(session, both, Verb.RETIRE, LATER)
    actions.set_difficulty(session, both, Difficulty.EASY, LATER)
    actions.move(session, bank, both, "", LATER)
    session.commit()
    rows, _ = queries.questions(session, bank.id)
    assert {(q.state, q.difficulty, q.topic_id, q.changed_at) for q, _ in rows} == {("retired", 1, None, LATER)}
    assert queries.pool(session, bank.id) == []


def test_a_deleted_bank_leaves_nothing_of_itself_and_all_of_the_others(session, bank):
    store(session, bank, CAPITAL)
    other = actions.create_bank(session, code="khac", title="Khác", now=NOW)
    store(session, other, CAPITAL)
    actions.delete_bank(session, bank)
    session.commit()
    assert [b.code for b in session.scalars(select(QuestionBank))] == ["khac"]
    assert count(session, Question) == count(session, QuestionVersion) == count(session, Topic) == 1


def test_an_import_waits_for_the_one_before_it(app, session, bank, engine_name):
    """On PostgreSQL the bank is locked; on SQLite the whole database is. The second gives up at once here."""
    session.commit()
    store(session, bank, CAPITAL)
    hurry = {"postgresql": "SET lock_timeout = '20ms'", "sqlite": "PRAGMA busy_timeout = 20"}[engine_name]
    with app.extensions["store"].engine.connect() as connection:
        connection.connection.dbapi_connection.execute(hurry)
        with Session(connection) as other, pytest.raises(OperationalError):
            store(other, other.get_one(QuestionBank, bank.id), replace(CAPITAL, code="TD2"))
        connection.invalidate()
