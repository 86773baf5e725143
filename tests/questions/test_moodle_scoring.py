"""What Moodle would count otherwise than we do, for both of its formats."""

from dataclasses import replace

import pytest

from questions.formats import gift, moodle_xml
from questions.rules import Answer, Choice, Draft, Kind, Scoring


@pytest.mark.parametrize("format", [gift, moodle_xml])
def test_what_moodle_counts_otherwise_is_said_though_it_comes_back_here(format):
    pair = (Choice("a", True), Choice("b", True), Choice("c"))
    rows = tuple(Choice(str(n), n == 1) for n in range(4))
    words = Draft("Ai?", kind=Kind.SHORT, answers=(Answer("Bác Hồ"),))
    said = (
        (Draft("x", pair, Kind.MULTIPLE), "cho điểm từng phần"),
        (Draft("x", rows, Kind.STATEMENTS, scoring=Scoring.STEPS), "cho điểm từng phần"),
        (words, "đúng dấu"),
        (replace(words, answers=(Answer("a|b", pattern=True),)), "biểu thức"),
    )
    for draft, word in said:
        (fault,) = format.losses([draft])
        assert word in str(fault.message)
        (back,) = format.read(format.write([draft])).questions
        assert replace(back, row=None) == draft
    for draft in (
        Draft("x", pair, Kind.MULTIPLE, scoring=Scoring.PARTIAL),
        Draft("x", (Choice("a", True), Choice("b")), Kind.MULTIPLE),
        Draft("x", rows, Kind.STATEMENTS, scoring=Scoring.PARTIAL),
        replace(words, exact=True),
        replace(words, answers=(Answer("37"),)),
    ):
        assert format.losses([draft]) == []
