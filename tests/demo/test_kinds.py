"""The bank of every kind: whole, sourced, and answered rightly by those of the demo's people who know."""

import pytest

from contest.demo.play import right_answer
from demo.build.kinds import kinds_bank
from questions.answers import is_complete
from questions.draw import Candidate, DrawRow, draw
from questions.faults import faults_of
from questions.marking import Key, share
from questions.rules import Draft, Kind

DRAFTS, PICTURES = kinds_bank()


def test_there_is_every_kind():
    assert {draft.kind for draft in DRAFTS} == set(Kind)
    assert len(PICTURES) == 1 and any(draft.passage for draft in DRAFTS)


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.code)
def test_a_question_is_whole_and_sourced(draft: Draft):
    assert faults_of(draft) == []
    assert draft.source and draft.tags


@pytest.mark.parametrize("draft", [d for d in DRAFTS if d.kind is not Kind.ESSAY], ids=lambda draft: draft.code)
def test_who_knows_earns_everything_in_whatever_order_it_is_shown(draft: Draft):
    key = Key(draft.kind, draft.choices, draft.answers, draft.scoring)
    row = DrawRow((Candidate(1, len(draft.choices), always=True),), 1)
    for label in map(str, range(20)):
        (item,) = draw(b"s", label, [row], False, True)
        answer = right_answer(item, key)
        assert is_complete(answer, key.shape)
        assert share(key, item.order, answer) == 1
