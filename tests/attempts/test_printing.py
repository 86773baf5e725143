"""Printed papers through their doors, and draws that follow the round's settings."""

import io

import pytest
from docx import Document
from sqlalchemy import select

from contest.attempts import actions as attempts
from contest.attempts import starting
from contest.attempts.models import Attempt
from contest.attempts.printing import key_words
from contest.rounds.models import PrintedPaper
from questions import actions as questions
from questions.draw import PaperItem
from questions.marking import Key
from questions.models import Question, QuestionVersion
from questions.rules import Answer, Choice, Kind, Verb

BASE = "/to-chuc/cuoc-thi/cuoc-thi/dot/1/de-giay"


@pytest.fixture
def round_(town):
    made = town.round(town.contest(), bank=town.bank("de", size=30), count=5)
    assert town.mai
    town.commit()
    return made


def numbers(session):
    found = session.scalars(select(PrintedPaper.number).order_by(PrintedPaper.number)).all()
    session.rollback()
    return found


def test_papers_are_made_shown_printed_and_taken_away(client, town, round_, session):
    client.sign_in(town.mai)
    assert "Chưa có mã đề" in client.get(BASE).get_data(as_text=True)
    assert client.send(BASE, {"count": "3", "division": ""}).status_code == 303
    assert client.send(BASE, {"count": "1", "division": ""}).status_code == 303
    assert numbers(session) == [101, 102, 103, 104]
    sheets = client.page(f"{BASE}/in")
    assert len(sheets.xpath("//article")) == 4
    assert len(sheets.xpath("//section[contains(@class, 'sheet-q')]")) == 20
    assert len(client.page(f"{BASE}/in?ma=103").xpath("//article")) == 1
    keys = client.page(f"{BASE}/dap-an")
    assert len(keys.xpath("//tbody/tr")) == 5
    assert {cell.text for cell in keys.xpath("//tbody//td")} <= set("ABCD")
    assert client.send(f"{BASE}/xoa").status_code == 303
    assert numbers(session) == []


def test_the_keys_on_paper_are_those_of_the_versions(client, town, round_, session):
    client.sign_in(town.mai)
    client.send(BASE, {"count": "1", "division": ""})
    paper = session.scalars(select(PrintedPaper)).one().paper
    right = ["ABCD"[order.index(next(iter(session.get(QuestionVersion, version).keys)))] for version, order, _ in paper]
    session.rollback()
    assert [cell.text for cell in client.page(f"{BASE}/dap-an").xpath("//tbody//td")] == right


def test_the_word_file_holds_every_number_and_the_table_of_keys(client, town, round_):
    client.sign_in(town.mai)
    assert client.get(f"{BASE}/word").status_code == 404
    client.send(BASE, {"count": "2", "division": ""})
    book = Document(io.BytesIO(client.get(f"{BASE}/word").data))
    texts = [paragraph.text for paragraph in book.paragraphs]
    assert sum("Mã đề 10" in text for text in texts) == 2
    assert sum(text.startswith("Câu ") for text in texts) == 10
    assert len(book.tables[0].rows) == 6 and len(book.tables[0].columns) == 3


@pytest.mark.parametrize("count", ["0", "25", "x", ""])
def test_a_number_that_cannot_be_makes_nothing(client, town, round_, session, count):
    client.sign_in(town.mai)
    assert client.send(BASE, {"count": count, "division": ""}).status_code == 422
    assert numbers(session) == []


def test_no_more_than_fit_on_a_table_of_keys(client, town, round_, session):
    client.sign_in(town.mai)
    for _ in range(3):
        client.send(BASE, {"count": "20", "division": ""})
    assert len(numbers(session)) == 24


def test_too_few_questions_are_said_and_nothing_is_made(client, town, round_, session):
    questions.set_state(session, session.scalars(select(Question)).all()[:27], Verb.RETIRE, town.now)
    session.commit()
    client.sign_in(town.mai)
    response = client.send(BASE, {"count": "2", "division": ""})
    assert response.status_code == 422
    assert "không đủ câu hỏi" in response.get_data(as_text=True)
    assert numbers(session) == []


def test_strangers_find_no_sheets(client, town, round_):
    assert town.lan
    town.commit()
    client.sign_in(town.lan)
    for page in ("", "/in", "/dap-an", "/word"):
        assert client.get(BASE + page).status_code == 403


@pytest.mark.parametrize(
    ("key", "order", "words"),
    [
        (Key(Kind.MULTIPLE, (Choice("a", True), Choice("b"), Choice("c", True))), (2, 1, 0), "A, C"),
        (Key(Kind.STATEMENTS, (Choice("a", True), Choice("b"))), (1, 0), "S Đ"),
        (Key(Kind.ORDER, (Choice("một"), Choice("hai"), Choice("ba"))), (2, 0, 1), "B, C, A"),
        (Key(Kind.MATCH, (Choice("1", match="x"), Choice("2", match="y"))), (1, 0), "1-B, 2-A"),
        (Key(Kind.NUMBER, answers=(Answer("3.14", tolerance="0.01"), Answer("3"))), (), "3.14 ± 0.01 | 3"),
        (Key(Kind.ESSAY), (), ""),
    ],
)
def test_keys_in_words(key, order, words):
    assert key_words(PaperItem(1, order), key) == words


def test_a_round_prefers_what_a_person_has_not_seen(town, session):
    row = town.round(town.contest(), bank=town.bank("de", size=10), count=5, max_attempts=3, prefer_unseen=True)
    first = starting.start(session, {}, row, town.lan, town.now)
    attempts.close(session, {}, first.id, "person", town.now)
    second = starting.start(session, {}, row, town.lan, town.now)
    assert {item[0] for item in first.paper}.isdisjoint(item[0] for item in second.paper)
    attempts.close(session, {}, second.id, "person", town.now)
    third = starting.start(session, {}, row, town.lan, town.now)
    assert len({item[0] for item in third.paper}) == 5


def test_a_row_draws_only_what_carries_its_tags(town, session):
    bank = town.bank("de", size=12)
    tagged = session.scalars(select(Question).where(Question.bank_id == bank.id)).all()[:6]
    questions.tag(session, tagged, ["vòng 1"], [], town.now)
    row = town.round(town.contest(), bank=bank, count=5)
    row.blueprint[0].tags = ["vòng 1"]
    session.flush()
    attempt = starting.start(session, {}, row, town.lan, town.now)
    versions = session.scalars(
        select(QuestionVersion.id).where(QuestionVersion.question_id.in_([question.id for question in tagged]))
    ).all()
    assert {item[0] for item in attempt.paper} <= set(versions)
    assert session.get(Attempt, attempt.id).paper
