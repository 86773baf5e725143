"""Organizers watch a running round."""

from datetime import timedelta

import pytest
import time_machine
from participation import crowd
from support.queries import counted

from contest.reports.queries import spread

ADDRESS = "/to-chuc/cuoc-thi/cuoc-thi/dot/1/dien-bien"


@pytest.fixture
def organizer(town):
    return town.mai


@pytest.fixture
def contest(town, organizer):
    contest = town.contest()
    town.round(contest)
    return contest


def play(town, contest):
    """Two people with three counted attempts and one that does not count; one more at work."""
    round_ = contest.rounds[0]
    lan = crowd.enter(town.session, contest, town.lan)
    crowd.sit(town.session, lan, round_, score=1, minutes=10)
    crowd.sit(town.session, lan, round_, score=3, minutes=50)
    son = crowd.enter(town.session, contest, town.son)
    crowd.sit(town.session, son, round_, score=3, minutes=50)
    crowd.sit(town.session, son, round_, score=0, minutes=51, counted=False)
    busy = crowd.enter(town.session, contest, town.hung)
    crowd.open_one(town.session, busy, round_, town.now)


def test_a_running_round_at_a_glance(town, contest, organizer, client):
    play(town, contest)
    town.commit()
    with time_machine.travel(town.now, tick=False):
        data = client.sign_in(organizer).data(ADDRESS)
        page = client.page(ADDRESS)
    assert {key: data[key] for key in ("people", "attempts", "perfect_attempts", "in_progress", "finished")} == {
        "people": 2,
        "attempts": 3,
        "perfect_attempts": 2,
        "in_progress": 1,
        "finished": 4,
    }
    assert data["average_score"] == 2.3333
    assert data["scores"] == [
        {"score": "0", "attempts": 0},
        {"score": "1", "attempts": 1},
        {"score": "2", "attempts": 0},
        {"score": "3", "attempts": 2},
    ]
    assert len(data["minutes"]) == 30
    # The first attempt ended 45 minutes ago, the others within the last half hour.
    assert sum(minute["attempts"] for minute in data["minutes"]) == 3
    assert [(row["code"], row["people"]) for row in data["unions"]] == [("LC-PT", 1), ("LC-TU", 1)]
    part = page.xpath("//*[@data-module='refresh' and @id]")[0]
    assert "Đang làm bài" in part.text_content()


def test_figures_stand_for_seconds_only(town, contest, organizer, client):
    town.commit()
    with time_machine.travel(town.now, tick=False) as clock:
        # Within the journey: a cookie signed in the future opens nothing.
        client.sign_in(organizer)
        assert client.data(ADDRESS)["people"] == 0
        play(town, contest)
        town.commit()
        assert client.data(ADDRESS)["people"] == 0
        clock.shift(timedelta(seconds=4))
        assert client.data(ADDRESS)["people"] == 2
        clock.shift(timedelta(seconds=12))
        assert client.data(ADDRESS)["average_score"] == 2.3333


def test_practice_shows_its_scores_though_nothing_counts(town, organizer, client):
    practice = town.contest(slug="luyen-tap", practice=True)
    round_ = town.round(practice)
    crowd.sit(town.session, crowd.enter(town.session, practice, town.lan), round_, score=2, counted=False)
    town.commit()
    data = client.sign_in(organizer).data("/to-chuc/cuoc-thi/luyen-tap/dot/1/dien-bien")
    assert (data["people"], data["finished"], data["average_score"]) == (0, 1, 2.0)


def test_an_empty_round_and_one_that_is_not_there(town, contest, organizer, client):
    town.commit()
    client.sign_in(organizer).page(ADDRESS)
    client.page("/to-chuc/cuoc-thi/cuoc-thi/dot/9/dien-bien", status=404)


def test_only_its_organizers_watch(town, contest, organizer, client):
    from contest.accounts.actions import grant_role
    from contest.accounts.rules import TERMINAL, Role

    other = town.person("Chảo Thị Xa", union=town.LC_TU)
    grant_role(town.session, TERMINAL, other, Role.ORGANIZER, town.LC_TU.id, town.now)
    hung = town.hung
    town.commit()
    assert client.sign_in(other).get(ADDRESS).status_code == 404
    assert client.sign_in(hung).get(ADDRESS).status_code == 403


def test_as_many_questions_for_a_larger_round(town, contest, organizer, client, app):
    play(town, contest)
    town.commit()
    client.sign_in(organizer)
    with counted(app) as before:
        client.page(ADDRESS)
    for number in range(10):
        entry = crowd.enter(town.session, contest, town.person(f"Người {number}", union=town.LC_PT_2))
        crowd.sit(town.session, entry, contest.rounds[0])
    town.commit()
    app.extensions["store"].memo.clear()
    with counted(app) as after:
        client.page(ADDRESS)
    assert len(after) == len(before)


@pytest.mark.parametrize(
    ("known", "most", "rows"),
    [
        ({0: 1, 2: 5}, 2, [("0", 1), ("1", 0), ("2", 5)]),
        ({29: 1}, 29, [(str(n), int(n == 29)) for n in range(30)]),
        ({0: 1, 30: 2}, 30, [("0-1", 1), *((f"{n}-{n + 1}", 0) for n in range(2, 30, 2)), ("30-30", 2)]),
        ({}, 0, []),
    ],
)
def test_many_scores_are_put_into_classes(known, most, rows):
    assert spread(known, most) == rows


def test_questions_that_look_wrong_are_shown_while_the_round_runs(town, contest, organizer, client):
    from contest.statistics.models import QuestionStatistic
    from questions.models import QuestionVersion

    link = "/to-chuc/cuoc-thi/cuoc-thi/dot/1/thong-ke-cau-hoi?loc=xem-lai"
    town.commit()
    with time_machine.travel(town.now, tick=False):
        page = client.sign_in(organizer).page(ADDRESS)
        assert not page.xpath(f"//a[@href='{link}']")
        for version in town.session.query(QuestionVersion).limit(2):
            row = QuestionStatistic(
                round_id=contest.rounds[0].id,
                version_id=version.id,
                drawn=40,
                figures={"attempts": 40},
                suspect=True,
                computed_at=town.now,
            )
            town.session.add(row)
        town.commit()
        part = client.page(ADDRESS).xpath("//*[@id='dien-bien']")[0]
    assert "2 câu hỏi cần xem lại" in part.text_content()
    assert part.xpath(f".//a[@href='{link}']")
