"""Reads of the question bank: search, filters, order, pages, and what a blueprint row draws from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.queries import counted

from questions import actions, queries
from questions.rules import Choice, Difficulty, Draft, State, Verb

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def draft(code, stem, topic="", difficulty=Difficulty.MEDIUM, source=""):
    choices = (Choice("Đúng rồi", correct=True), Choice("Sai rồi"))
    return Draft(stem, choices, code=code, topic=topic, difficulty=difficulty, source=source)


DRAFTS = (
    draft("A1", "Thủ đô của Việt Nam là thành phố nào?", "Địa lý", Difficulty.EASY),
    draft("A2", "Đỉnh núi cao nhất nước ta?", "Địa lý / Núi", Difficulty.HARD, "Atlat địa lý 50%"),
    draft("A3", "Ngày thành lập tỉnh Lai Châu?", "Lịch sử"),
    draft("A4", "Ai ký Nghị quyết 22/2003/QH11?", "", Difficulty.HARD),
)


@pytest.fixture
def bank(session):
    bank = actions.create_bank(session, code="dia-ly", title="Địa lý", now=NOW)
    actions.store_drafts(session, bank, DRAFTS, author="test", now=NOW)
    other = actions.create_bank(session, code="khac", title="Khác", now=NOW)
    actions.store_drafts(session, other, [draft("B1", "Thủ đô nước Lào?", "Địa lý")], author="test", now=NOW)
    return bank


def codes(session, bank, **wanted):
    rows, total = queries.questions(session, bank.id, **wanted)
    if not wanted.get("limit"):
        assert total == len(rows)
    return [question.code for question, _ in rows]


def topic(session, bank, path):
    return next(topic for topic, _ in queries.topics(session, bank.id) if topic.path == path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("thu do", ["A1"]),
        ("THỦ ĐÔ", ["A1"]),
        ("do thu", ["A1"]),
        ("lai chau", ["A3"]),
        ("a4", ["A4"]),
        ("atlat", ["A2"]),
        ("dung", ["A1", "A2", "A3", "A4"]),
        ("50%", ["A2"]),
        ("%", ["A2"]),
        ("_", []),
        ("không có câu nào như thế", []),
        ("  ", ["A1", "A2", "A3", "A4"]),
    ],
)
def test_search_without_diacritics_finds_every_word_anywhere(session, bank, text, found):
    assert codes(session, bank, text=text) == found


def test_a_topic_stands_for_all_below_it(session, bank):
    assert codes(session, bank, topic_id=topic(session, bank, "Địa lý").id) == ["A1", "A2"]
    assert codes(session, bank, topic_id=topic(session, bank, "Địa lý / Núi").id) == ["A2"]
    assert codes(session, bank, without_topic=True) == ["A4"]
    assert codes(session, bank, topic_id=10**6) == []


def test_filters_hold_together(session, bank):
    assert codes(session, bank, difficulty=Difficulty.HARD) == ["A2", "A4"]
    assert codes(session, bank, difficulty=Difficulty.HARD, text="nui") == ["A2"]
    actions.set_state(session, queries.selected(session, bank.id, ["A4"]), Verb.RETIRE, NOW)
    assert codes(session, bank, difficulty=Difficulty.HARD, state=State.APPROVED) == ["A2"]
    assert codes(session, bank, state=State.RETIRED) == ["A4"]


@pytest.mark.parametrize(
    ("sort", "descending", "order"),
    [
        ("code", False, ["A1", "A2", "A3", "A4"]),
        ("code", True, ["A4", "A3", "A2", "A1"]),
        ("difficulty", False, ["A1", "A3", "A2", "A4"]),
        ("topic", False, ["A1", "A2", "A3", "A4"]),
        ("topic", True, ["A3", "A2", "A1", "A4"]),
        ("state", True, ["A2", "A1", "A3", "A4"]),
        ("changed", True, ["A3", "A1", "A2", "A4"]),
        ("no such", False, ["A1", "A2", "A3", "A4"]),
    ],
)
def test_orders_are_the_same_on_every_engine(session, bank, sort, descending, order):
    later = NOW + timedelta(minutes=1)
    actions.set_state(session, queries.selected(session, bank.id, ["A2"]), Verb.RETIRE, NOW)
    actions.set_difficulty(session, queries.selected(session, bank.id, ["A3"]), Difficulty.MEDIUM, later)
    assert codes(session, bank, sort=sort, descending=descending) == order


def test_pages_follow_each_other_and_know_the_whole_number(session, bank):
    pages = [queries.questions(session, bank.id, sort="difficulty", offset=at, limit=3) for at in (0, 3, 6)]
    assert [[question.code for question, _ in rows] for rows, _ in pages] == [["A1", "A3", "A2"], ["A4"], []]
    assert {total for _, total in pages} == {4}


def test_rows_come_with_the_version_in_force_their_topic_and_their_tags_in_one_reading(app, session, bank):
    actions.store_drafts(session, bank, [replace(DRAFTS[0], stem="Mới?")], author="test", now=NOW)
    session.commit()
    session.expire_all()
    session.refresh(bank)
    with counted(app) as statements:
        rows, _ = queries.questions(session, bank.id, limit=50)
        drafts = [queries.as_draft(*row) for row in rows]
    assert [one.stem for one in drafts] == ["Mới?", *(one.stem for one in DRAFTS[1:])]
    assert drafts[1].topic == "Địa lý / Núi"
    assert len(statements) == 3


def test_a_pool_holds_the_approved_versions_in_force(session, bank):
    actions.store_drafts(session, bank, [replace(DRAFTS[0], stem="Mới?")], author="test", now=NOW)
    actions.set_state(session, queries.selected(session, bank.id, ["A3"]), Verb.RETIRE, NOW)
    stems = {v.stem for v in queries.versions(session, queries.pool(session, bank.id))}
    assert stems == {"Mới?", DRAFTS[1].stem, DRAFTS[3].stem}
    geography = topic(session, bank, "Địa lý").id
    hard = queries.versions(session, queries.pool(session, bank.id, geography, Difficulty.HARD))
    assert [version.stem for version in hard] == [DRAFTS[1].stem]


def test_counts_say_what_a_bank_holds(session, bank):
    actions.set_state(session, queries.selected(session, bank.id, ["A4"]), Verb.RETIRE, NOW)
    found = {(c.topic_id, c.difficulty, c.state): c.number for c in queries.counts(session, bank.id)}
    assert found == {
        (topic(session, bank, "Địa lý").id, 1, "approved"): 1,
        (topic(session, bank, "Địa lý / Núi").id, 3, "approved"): 1,
        (topic(session, bank, "Lịch sử").id, 2, "approved"): 1,
        (None, 3, "retired"): 1,
    }
    assert {t.path: n for t, n in queries.topics(session, bank.id)} == {"Địa lý": 1, "Địa lý / Núi": 1, "Lịch sử": 1}
    assert [(b.code, n) for b, n in queries.banks(session)] == [("khac", 1), ("dia-ly", 3)]
