"""The paper's HTML by hand is what the macros write, for every kind, every answer and both languages."""

import random

import pytest
from flask import session as cookie
from support.kinds import QUESTIONS, bank_of_kinds
from support.source import ROOT

from contest.attempts import papers, sheets, showing
from questions import formats
from questions.actions import store_drafts
from questions.draw import PaperItem
from questions.models import Picture, Question, QuestionVersion
from questions.rules import LETTERS, Kind

DEMO = sorted((ROOT / "demo").glob("ngan-hang-*.*"))


@pytest.fixture
def engine_name():
    """What is compared here is no matter of the engine."""
    return "sqlite"


def drawn(session, bank, chance):
    """All questions of a bank as a paper, their choices in some order, and its wordings."""
    versions = session.query(QuestionVersion).join(Question).filter(Question.bank_id == bank.id).all()
    chance.shuffle(versions)
    items = [PaperItem(v.id, tuple(chance.sample(range(len(v.choices)), len(v.choices))), 1) for v in versions]
    return items, papers.wordings(session, {}, [item.version_id for item in items])


def answered(items, words, chance):
    """Some answers as they are kept; now and then none."""
    given = {}
    for place, item in enumerate(items, 1):
        shape = words[item.version_id].shape
        if chance.random() < 0.3:
            continue
        if shape.kind is Kind.STATEMENTS:
            given[str(place)] = "".join(chance.choice("TF-") for _ in range(shape.rows))
        elif shape.rows:
            signs = "123456789" if shape.kind is Kind.ORDER else LETTERS
            given[str(place)] = "".join(chance.choice(signs[: shape.options] + "-") for _ in range(shape.rows))
        elif shape.options:
            count = 1 if shape.kind is not Kind.MULTIPLE else chance.randint(1, shape.options)
            given[str(place)] = "".join(sorted(chance.sample(LETTERS[: shape.options], count)))
        else:
            given[str(place)] = chance.choice(['Hà "Nội" & <b>', "1,5", "Một\n\nhai \\x02"])
    return given


def by_macro(app, session, items, words, answers):
    macros = app.jinja_env.get_template("macros/paper.html").module
    shown = showing.shown(session, {}, items, words)
    return "".join(f"{macros.question(q.place, q, answers.get(str(q.place), ''))}\n" for q in shown)


def banks(session, town):
    yield bank_of_kinds(town)
    for number, file in enumerate(DEMO):
        bank = town.bank(f"demo-{number}", size=0)
        store_drafts(session, bank, formats.read(file).questions, author="test", now=town.now)
        yield bank


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_is_what_the_macro_writes(app, session, town, language):
    chance, memo = random.Random(4), {}
    assert DEMO
    with app.test_request_context():
        cookie["lang"] = language
        for bank in banks(session, town):
            for _ in range(4):
                items, words = drawn(session, bank, chance)
                for answers in ({}, answered(items, words, chance), answered(items, words, chance)):
                    expected = by_macro(app, session, items, words, answers)
                    assert sheets.sheet_html(session, memo, items, words, answers) == expected
    assert {type(found).__name__ for found in memo["sheets"].values()} == {"_Lettered", "str"}
    assert {key[0] for key in memo["sheets"]} == {language}


def test_links_are_what_the_macro_writes(app):
    macros = app.jinja_env.get_template("macros/paper.html").module
    with app.test_request_context():
        for answered_places in (set(), {1, 2, 12, 20}):
            assert sheets.numbers_html(20, answered_places) == macros.numbers(20, answered_places)


def test_what_is_kept_is_bounded(app, session, town, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_KEPT", 5)
    chance, memo = random.Random(1), {}
    with app.test_request_context():
        items, words = drawn(session, bank_of_kinds(town), chance)
        assert len(items) == len(QUESTIONS) > 5
        for _ in range(2):
            expected = by_macro(app, session, items, words, {})
            assert sheets.sheet_html(session, memo, items, words, {}) == expected
            assert 0 < len(memo["sheets"]) <= 5


def test_a_question_that_waits_for_its_picture_is_not_kept(app, session, town):
    items, words = drawn(session, bank_of_kinds(town), random.Random(1))
    session.query(Picture).delete()
    memo = {}
    waiting = [item.version_id for item in items if "hinh:" in words[item.version_id].stem]
    assert waiting
    with app.test_request_context():
        sheets.sheet_html(session, memo, items, words, {})
    assert not {key[1] for key in memo["sheets"]} & set(waiting)
