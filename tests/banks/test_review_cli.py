"""Review, shares and copies from the terminal."""

import pytest

from contest.banks.models import BankShare
from questions import actions as library
from questions import queries
from questions.rules import Choice, Draft, ReviewRule, State


@pytest.fixture
def run(app):
    """Runs a command of ``flask review`` and returns its result."""
    runner = app.test_cli_runner()
    return lambda *args: runner.invoke(args=["review", *args])


@pytest.fixture
def bank(town):
    bank = town.bank(size=0)
    bank.review = ReviewRule.TWO
    for number in (1, 2):
        draft = Draft(f"Câu {number}?", (Choice("a", True), Choice("b")), code=f"C{number}", source="Luật")
        library.add_question(town.session, bank, draft, author="terminal", now=town.now)
    assert town.mai
    town.commit()
    return bank


def states(look, bank):
    rows, _ = look(queries.questions, bank.id)
    return [State(question.state) for question, _ in rows]


def test_steps_follow_the_rules_of_the_pages(run, bank, town, look):
    assert run("step", "submit", "--bank", "bank").exit_code == 0
    own = run("step", "approve", "--bank", "bank", "--question", "C1")
    assert own.exit_code == 1 and "cần người khác" in own.output
    assert states(look, bank) == [State.REVIEW] * 2
    done = run("step", "approve", "--bank", "bank", "--question", "C1", "--as", town.mai.phone)
    assert (done.exit_code, done.output) == (0, "approve: 1 taken, 0 refused.\n")
    back = run("step", "return", "--bank", "bank", "--question", "C2", "--as", town.mai.phone, "--text", "Sai năm")
    assert back.exit_code == 0
    assert states(look, bank) == [State.APPROVED, State.DRAFT]


def test_the_rule_of_a_bank_shares_and_copies(run, bank, town, look, rows):
    assert run("rule", "bank", "one").exit_code == 0
    assert look(queries.bank, "bank").review == "one"
    assert run("share", "bank", "LC-TU").exit_code == 0 and len(rows(BankShare)) == 1
    assert run("share", "bank", "LC-TU", "--back").exit_code == 0 and rows(BankShare) == []
    town.bank("khac", size=0)
    town.commit()
    assert "Copied 2, 0 under new codes; 0 were there." in run("copy", "bank", "khac").output
    assert "Copied 0, 0 under new codes; 1 were there." in run("copy", "bank", "khac", "--question", "C1").output


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("rule", "khong-co", "one"), "There is no bank khong-co"),
        (("share", "bank", "khong-co"), "There is no union"),
        (("copy", "bank", "bank"), "two different banks"),
        (("step", "submit", "--bank", "bank", "--question", "C9"), "no question C9"),
        (("step", "submit", "--bank", "bank", "--as", "0999"), "0 people have the phone"),
    ],
)
def test_what_is_not_there_is_said(run, bank, args, words):
    result = run(*args)
    assert result.exit_code == 1 and words in result.output
