"""The measured database is a true one: what it keeps follows from its attempts, and people can go on in it."""

import pytest
from sqlalchemy import delete, func, select

from bench.fill import differences, fill
from bench.size import Size
from contest.attempts.models import Attempt
from contest.rounds.models import Entry
from contest.standings.models import Standing

SIZE = Size(attempts=60, people=30, unions=12, visitors=8)


@pytest.fixture
def filled(app):
    return fill(app.extensions["store"], SIZE, say=lambda _text: None)


def test_as_many_attempts_as_asked(filled, session):
    assert session.scalar(select(func.count()).select_from(Attempt)) == SIZE.attempts


def test_standings_and_counters_follow_from_the_attempts(app, filled, session):
    assert differences(app.extensions["store"]) == 0
    session.execute(delete(Standing).where(Standing.round_number == 1))
    session.commit()
    assert differences(app.extensions["store"]) > 0


def test_marks_are_those_the_product_gives(app, filled, session):
    from contest.attempts import papers, rules
    from questions.marking import mark

    for attempt in session.scalars(select(Attempt)):
        items = rules.paper_items(attempt.paper)
        words = papers.wordings(session, {}, [item.version_id for item in items])
        marking = mark(
            items,
            {v: w.key for v, w in words.items()},
            {int(place): letters for place, letters in attempt.answers.items()},
        )
        assert (list(marking.points_by_place), marking.total) == (attempt.marks, attempt.score)


def test_visitors_have_the_running_round_before_them(filled, session):
    last = select(func.max(Attempt.round_id)).scalar_subquery()
    taken = set(session.scalars(select(Entry.person_id).join(Attempt).where(Attempt.round_id == last)))
    assert len(filled.visitors) == SIZE.visitors
    assert taken and taken.isdisjoint(filled.visitors)


@pytest.mark.parametrize(("people", "attempts"), [(10, 61), (8, 1)])
def test_a_size_that_cannot_be_is_refused(people, attempts):
    with pytest.raises(ValueError, match="people"):
        Size(attempts=attempts, people=people, unions=5, visitors=8)
