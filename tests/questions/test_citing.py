"""Citations kept beside the questions: what a document touches, other names of it, and changes noted of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from questions import actions, citing, queries
from questions.models import Citation, LegalDocument, Question
from questions.rules import Choice, Draft, Verb

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LAW = "Luật Công đoàn số 50/2024/QH15"
BY_NAME = "Luật Công đoàn năm 2024"


def draft(code, source):
    return Draft(
        f"Câu {code} hỏi điều gì?", (Choice(f"Điều {code}", True), Choice("Không rõ")), code=code, source=source
    )


@pytest.fixture
def bank(session):
    return actions.create_bank(session, code="luat", title="Luật", now=NOW)


@pytest.fixture
def store(session, bank):
    def put(*pairs, into=None, now=NOW):
        drafts = [draft(code, source) for code, source in pairs]
        actions.store_drafts(session, into or bank, drafts, author="person:1", now=now)

    return put


def lines(session, *banks):
    found = citing.documents(session, [bank.id for bank in banks] if banks else None)
    return [(line.document.title, line.questions, line.drawn, line.places) for line in found]


def places(session, key, *banks):
    found = citing.quotes(session, citing.document(session, key), [bank.id for bank in banks] if banks else None)
    return {quote.question.code: quote.places for quote in found}


def touched(session):
    return list(session.scalars(select(Question.code).where(citing.touched()).order_by(Question.code)))


def test_storing_questions_keeps_what_they_cite(session, bank, store):
    store(("a", f"{LAW}, Điều 5"), ("b", f"{LAW}, Điều 5 và Điều 6; Nghị quyết 43-NQ/TW"), ("c", ""))
    assert lines(session) == [(LAW, 2, 2, 2), ("Nghị quyết số 43-NQ/TW", 1, 1, 0)]
    assert places(session, "50/2024/QH15") == {"a": ("Điều 5",), "b": ("Điều 5", "Điều 6")}


def test_a_new_version_cites_anew(session, bank, store):
    store(("a", f"{LAW}, Điều 5"), ("b", LAW))
    question = queries.question(session, bank.id, "a")
    actions.revise(session, question, draft("a", "Hiến pháp năm 2013, Điều 10"), author="x", now=NOW + HOUR)
    assert places(session, "hien phap 2013") == {"a": ("Điều 10",)}
    assert places(session, "50/2024/QH15") == {"b": ("",)}
    store(("a", LAW), now=NOW + 2 * HOUR)
    assert places(session, "50/2024/QH15") == {"a": ("",), "b": ("",)}
    added = actions.add_question(session, bank, draft("d", LAW), author="x", now=NOW)
    assert added.code in places(session, "50/2024/QH15")


def test_only_the_banks_asked_for_are_counted_and_shown(session, bank, store):
    other = actions.create_bank(session, code="khac", title="Khác", now=NOW)
    store(("a", LAW))
    store(("x", LAW), ("y", LAW), into=other)
    retired = queries.question(session, other.id, "y")
    actions.set_state(session, [retired], Verb.RETIRE, NOW)
    assert lines(session, bank) == [(LAW, 1, 1, 0)]
    assert lines(session, other) == [(LAW, 2, 1, 0)]
    assert lines(session) == [(LAW, 3, 2, 0)]
    assert places(session, "50/2024/QH15", bank) == {"a": ("",)}


def test_a_title_with_the_name_of_the_law_takes_the_place_of_one_without(session, store):
    store(("a", "Luật số 50/2024/QH15"))
    assert lines(session) == [("Luật số 50/2024/QH15", 1, 1, 0)]
    store(("b", LAW))
    store(("c", "Luật số 50/2024/QH15"))
    assert lines(session) == [(LAW, 3, 3, 0)]


def test_two_names_are_joined_and_parted_again(session, store):
    store(("a", f"{LAW}, Điều 5"), ("b", f"{BY_NAME}, Điều 6"))
    law, name = citing.document(session, "50/2024/QH15"), citing.document(session, "luat cong doan 2024")
    assert citing.alike(session, law, [law, name]) == [name]
    citing.join(session, name, law)
    assert lines(session) == [(LAW, 2, 2, 2)]
    assert citing.document(session, "luat cong doan 2024") is law
    assert list(citing.names(session, law)) == [name]
    citing.part(session, name)
    assert len(lines(session)) == 2


def test_joining_keeps_names_joined_before_and_what_was_noted(session, store):
    store(("a", "Luật A năm 2024"), ("b", "Luật B năm 2024"), ("c", "Luật C năm 2024"))
    a, b, c = (citing.document(session, f"luat {letter} 2024") for letter in "abc")
    citing.join(session, a, b)
    citing.note_change(b, date(2026, 1, 1), "thay bằng luật mới", NOW)
    citing.join(session, b, c)
    assert {row.key for row in citing.names(session, c)} == {a.key, b.key}
    assert (c.changed_on, c.change_note, b.noted_at) == (date(2026, 1, 1), "thay bằng luật mới", None)
    with pytest.raises(ValueError, match="stands for itself"):
        citing.join(session, c, a)


def test_a_noted_change_touches_what_was_written_before(session, bank, store):
    store(("a", f"{LAW}, Điều 5"), ("b", f"{BY_NAME}, Điều 6"), ("c", "Hiến pháp năm 2013"))
    law, name = citing.document(session, "50/2024/QH15"), citing.document(session, "luat cong doan 2024")
    citing.join(session, name, law)
    assert touched(session) == []
    citing.note_change(law, date(2026, 7, 1), "sửa đổi bởi Luật số 97/2025/QH15", NOW + HOUR)
    session.flush()
    assert touched(session) == ["a", "b"]
    b = queries.question(session, bank.id, "b")
    assert [row.key for row in citing.changes(session, b)] == [law.key]
    store(("d", LAW), now=NOW + 2 * HOUR)
    assert touched(session) == ["a", "b"]
    citing.clear_change(law)
    session.flush()
    assert touched(session) == []


def test_writing_or_approving_again_answers_the_change(session, bank, store):
    store(("a", LAW), ("b", LAW))
    law = citing.document(session, "50/2024/QH15")
    citing.note_change(law, date(2026, 7, 1), "", NOW + HOUR)
    a, b = (queries.question(session, bank.id, code) for code in "ab")
    actions.revise(session, a, replace(draft("a", LAW), explanation="Nay là Điều 9."), author="x", now=NOW + 2 * HOUR)
    assert touched(session) == ["b"]
    actions.set_state(session, [b], Verb.SUBMIT, NOW + 2 * HOUR)
    assert touched(session) == ["b"]
    actions.set_state(session, [b], Verb.APPROVE, NOW + 3 * HOUR)
    assert touched(session) == []
    assert list(citing.changes(session, b)) == []


def test_rebuilding_gives_the_same_and_forgets_what_nobody_cites(session, bank, store):
    store(("a", f"{LAW}, Điều 5"), ("b", BY_NAME))
    before = lines(session)
    session.execute(delete(Citation))
    session.add_all([LegalDocument(key="x", title="Không ai trích"), LegalDocument(key="y", title="Y", noted_at=NOW)])
    session.flush()
    assert citing.rebuild(session) == 2
    assert lines(session) == before
    assert set(session.scalars(select(LegalDocument.key))) == {"50/2024/QH15", "luat cong doan 2024", "y"}


def test_deleting_a_bank_takes_its_citations_along(session, bank, store):
    store(("a", LAW))
    actions.delete_bank(session, bank)
    assert lines(session) == []
