"""Questions as pages show them, and what an answered paper says afterwards, for every kind."""

import pytest
from sqlalchemy import event
from support.kinds import PICTURE, QUESTIONS, bank_of_kinds

from contest.attempts import checked, papers, showing
from questions import picture_store
from questions.draw import PaperItem
from questions.models import Picture, Question, QuestionVersion
from questions.rules import Choice, Draft, Kind, Markup

PLACES = {draft.kind: place for place, draft in enumerate(QUESTIONS, 1)}


def reversed_order(version: QuestionVersion) -> tuple[int, ...]:
    return tuple(reversed(range(len(version.choices))))


@pytest.fixture
def paper(session, town):
    """The bank of kinds as a paper whose choices stand the other way round, with its wordings."""
    bank = bank_of_kinds(town)
    versions = (
        session.query(QuestionVersion).join(Question).filter(Question.bank_id == bank.id).order_by(QuestionVersion.id)
    ).all()
    items = tuple(PaperItem(version.id, reversed_order(version), 20) for version in versions)
    return items, papers.wordings(session, {}, [version.id for version in versions])


def queries(session, work):
    """How many statements something sends."""
    sent = []

    def note(connection, cursor, statement, *rest):
        sent.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    work()
    event.remove(session.get_bind(), "before_cursor_execute", note)
    return len(sent)


def test_the_html_of_a_version_is_made_once(session, paper):
    items, words = paper
    memo = {}
    shown = showing.shown(session, memo, items, words)
    assert [question.kind for question in shown] == [draft.kind for draft in QUESTIONS]
    assert '<img src="/hinh/' in shown[0].stem
    # With its place kept free, and fetched with the paper: the network may be gone when somebody scrolls there.
    assert "width=480 height=240 decoding" in shown[0].stem
    assert "lazy" not in shown[0].stem
    assert shown[0].block
    assert not shown[1].block
    assert shown[1].choices == ("HCl", "NaOH", "H<sub>2</sub>SO<sub>4</sub>")
    again = []
    assert queries(session, lambda: again.extend(showing.shown(session, memo, items, words))) == 0
    assert again[0].stem is shown[0].stem


def test_a_question_that_waits_for_its_picture_is_looked_at_again(session, paper, town):
    from support.kinds import drawing

    items, words = paper
    session.query(Picture).delete()
    memo = {}
    assert "chưa có tệp hình" in showing.shown(session, memo, items, words)[0].stem
    picture_store.store(session, {PICTURE: drawing()}, town.now)
    assert "<img" in showing.shown(session, memo, items, words)[0].stem


def test_a_passage_stands_before_the_first_of_its_questions(session, paper):
    items, words = paper
    shown = showing.shown(session, {}, items, words)
    first, second = shown[PLACES[Kind.SHORT] - 1], shown[PLACES[Kind.NUMBER] - 1]
    assert "<strong>nhiều dân tộc</strong>" in first.passage
    assert first.until == second.place
    assert second.passage is None
    alone = showing.shown(session, {}, items[PLACES[Kind.NUMBER] - 1 :], words)[0]
    assert alone.passage
    assert alone.until == 1


def test_pairs_keep_their_left_sides_and_show_the_right_ones_as_drawn(session, paper):
    items, words = paper
    pairs = showing.shown(session, {}, items, words)[PLACES[Kind.MATCH] - 1]
    assert pairs.choices == ("Sơn La", "Điện Biên")
    assert [side.words for side in pairs.sides] == ["thị xã Mường Lay", "thành phố Điện Biên Phủ", "thành phố Sơn La"]


def test_a_draft_is_shown_before_it_is_stored():
    long = "rất dài " * 20
    draft = Draft("a < b\nc", (Choice("x", match=long), Choice("y", match="*z*")), Kind.MATCH)
    item = showing.shown_draft(draft)
    assert item.stem == "a &lt; b\nc"
    assert item.sides[0].words.endswith("…")
    assert len(item.sides[0].words) <= showing.MAX_SIDE
    assert item.sides[1].html == "*z*"


#: By kind: a kept answer (choices the other way round), what it is as sent, and what is right.
ANSWERS = {
    Kind.SINGLE: ("A", ("A",), ("B",)),
    Kind.MULTIPLE: ("AC", ("A", "C"), ("A", "C")),
    Kind.TRUEFALSE: ("A", ("A",), ("B",)),
    Kind.STATEMENTS: ("FT-T", ("F", "T", "", "T"), ("F", "T", "F", "T")),
    Kind.SHORT: ("ha noi", ("ha noi",), ("Hà Nội",)),
    Kind.NUMBER: ("2", ("2",), ("3.14 ± 0.01",)),
    Kind.ORDER: ("321", ("3", "2", "1"), ("3", "2", "1")),
    Kind.MATCH: ("-B", ("", "B"), ("C", "B")),
    Kind.ESSAY: ("Một hai ba", ("Một hai ba",), ()),
}


@pytest.mark.parametrize("kind", list(ANSWERS))
def test_what_was_answered_and_what_was_right(session, paper, kind):
    items, words = paper
    answer, given, right = ANSWERS[kind]
    place = PLACES[kind]
    keys = {version_id: wording.key for version_id, wording in words.items()}
    found = checked.checked(session, {}, items, words, keys, {str(place): answer}, [7] * len(items))
    one = found[place - 1]
    assert (one.given, one.right) == (given, right)
    assert one.answered
    assert one.full is (given == right or kind is Kind.SHORT)
    assert one.by_hand is one.pending is (kind is Kind.ESSAY)
    assert one.earned == 7
    again = checked.checked(session, {}, items, words, keys, {str(place): answer}, [7] * len(items), {place})
    assert not again[place - 1].pending
    other = found[place % len(found)]
    assert not other.answered
    assert other.given == ()
    assert not any(option.chosen for option in other.options)


def test_an_answer_accepted_later_is_shown_as_right(session, paper):
    from dataclasses import replace

    items, words = paper
    first = items[0].version_id
    keys = {version_id: wording.key for version_id, wording in words.items()}
    keys[first] = replace(keys[first], alternatives=(frozenset({1}),))
    one = checked.checked(session, {}, items, words, keys, {"1": "A"}, [20] * len(items))[0]
    assert one.right == ("A", "B")
    assert one.full
    keys[first] = replace(keys[first], dropped=True)
    assert checked.checked(session, {}, items, words, keys, {}, [0] * len(items))[0].dropped


def test_patterns_are_kept_from_participants():
    from questions.marking import Key
    from questions.rules import Answer

    key = Key(Kind.SHORT, answers=(Answer("h[aà]", pattern=True), Answer("Huế"), Answer("Vinh", points=0)))
    assert checked._accepted(key) == ["Huế"]


def test_plain_texts_stay_as_typed():
    item = showing.shown_draft(Draft("**a**", (Choice("$x$", True), Choice("b")), markup=Markup.PLAIN))
    assert (item.stem, item.choices[0], item.block) == ("**a**", "$x$", False)
