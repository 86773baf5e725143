"""Pictures of a paper that are too heavy for phones in a valley."""

from contest.rounds.checks import checks

from .plans import facts, sound


def found(**known):
    plan = sound()
    return [(str(check.level), str(check.where), check.number) for check in checks(plan, facts(plan, **known))]


def with_pictures(*numbers, size=70_000):
    """Sound questions, some of which show a picture of their own."""
    known = dict(facts(sound()).questions)
    for n in numbers:
        known[n] = known[n]._replace(pictures=((f"{n:064x}", size),))
    return {"questions": known}


def test_pictures_that_phones_in_a_valley_cannot_load():
    assert found(**with_pictures(1, 2, 3, 4)) == []
    assert found(**with_pictures(1, 2, 3, 4, 5)) == [("warning", "paper", 1)]
    # Only so many are drawn: six small ones of which five come.
    assert found(**with_pictures(1, 2, 3, 4, 5, 6, size=60_000)) == []
    plan = sound()
    [check] = checks(plan, facts(plan, **with_pictures(1, 2, 3, 4, 5)))
    told = str(check.message)
    assert "350 KB" in told and "C1, C2, C3, C4, C5" in told


def test_one_picture_of_several_questions_is_loaded_once():
    known = dict(facts(sound()).questions)
    shared = {n: known[n]._replace(pictures=(("a" * 64, 100_000),)) for n in (1, 2, 3, 4, 5)}
    assert found(questions=known | shared) == []
