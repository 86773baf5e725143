"""Figures of a round are made from its attempts, beside the requests."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from participation import crowd
from support.sittings import right, sit, versions, wrong

from contest.attempts.models import KeyChange
from contest.statistics import actions, queries, work
from contest.statistics.models import QuestionStatistic, RoundStatistic
from questions import analysis


@pytest.fixture
def played(town, app):
    """Eight people at a round of three questions drawn from five, two options shown in another order."""
    contest = town.contest()
    bank = town.bank("thong-ke", size=5)
    round_ = town.round(contest, bank=bank, count=3)
    asked = versions(town.session, bank)
    rng = np.random.default_rng(3)
    rows = []
    for number in range(8):
        entry = crowd.enter(town.session, contest, town.person(f"Người {number}"))
        drawn = sorted(rng.permutation(5)[:3].tolist())
        hits = rng.random(3) < 0.2 + 0.1 * number
        chosen = [right(asked[q]) if hit else wrong(asked[q]) for q, hit in zip(drawn, hits, strict=True)]
        sit(town.session, entry, round_, [asked[q] for q in drawn], chosen, order=[3, 1, 0, 2], minutes=number)
        rows.append({f"thong-ke-{q}": float(hit) for q, hit in zip(drawn, hits, strict=True)})
    town.commit()
    frame = pd.DataFrame(rows, columns=[f"thong-ke-{q}" for q in range(5)])
    return town, round_, asked, frame


def compute(round_):
    told = []
    result = work.compute(round_.id, lambda done, total: told.append((done, total)))
    return result, told


def kept(session, round_):
    session.rollback()
    return {m.question.code: m.statistic for m in queries.questions_of_round(session, round_.id)}


def test_kept_figures_are_those_of_the_library(played, app):
    town, round_, _asked, frame = played
    with app.app_context():
        compute(round_)
    expected = analysis.item_statistics(frame, pd.Series(1.0, index=frame.columns))
    found = kept(town.session, round_)
    assert set(found) == set(frame.columns[frame.notna().any()])
    for code, statistic in found.items():
        assert statistic.drawn == statistic.figures["attempts"] == frame[code].count()
        for name in analysis.ITEM_FIGURES:
            value = expected.loc[code, name]
            assert statistic.figures[name] == (None if np.isnan(value) else pytest.approx(value, abs=1e-8)), name
    whole = queries.of_round(town.session, round_.id)
    assert whole.attempts == 8
    for name, value in analysis.test_statistics(frame, pd.Series(1.0, index=frame.columns)).items():
        assert whole.figures["all"][name] == pytest.approx(value, abs=1e-8)


def test_options_are_told_in_the_authors_order(played, app):
    town, round_, asked, frame = played
    with app.app_context():
        compute(round_)
    for code, statistic in kept(town.session, round_).items():
        version = asked[int(code[-1])]
        counts = {row["option"]: row["count"] for row in statistic.figures["options"]}
        assert counts[right(version)] == frame[code].sum()
        assert counts[wrong(version)] == frame[code].count() - frame[code].sum()
        assert sum(counts.values()) == frame[code].count()


def test_reading_in_batches_gives_the_same(played, app, monkeypatch):
    town, round_, _asked, _frame = played
    with app.app_context():
        whole, told = compute(round_)
        monkeypatch.setattr(work, "BATCH", 3)
        parts, steps = compute(round_)
    assert whole == parts
    assert told == [(8, 8)] and steps == [(3, 8), (6, 8), (8, 8)]


def test_first_attempts_are_measured_apart_and_others_only_counted_as_drawn(played, app):
    town, round_, asked, _frame = played
    entry = crowd.enter(town.session, round_.contest, town.person("Người làm lại"))
    picked = asked[:3]
    sit(town.session, entry, round_, picked, [wrong(v) for v in picked], minutes=20)
    sit(town.session, entry, round_, picked, [right(v) for v in picked], minutes=30)
    sit(town.session, entry, round_, picked, [right(v) for v in picked], minutes=40, counted=False)
    busy = crowd.open_one(town.session, entry, round_, town.now)
    busy.paper = [[v.id, [0, 1, 2, 3], 1] for v in picked]
    town.commit()
    with app.app_context():
        compute(round_)
    whole = queries.of_round(town.session, round_.id).figures
    assert (whole["all"]["attempts"], whole["first"]["attempts"]) == (10, 9)
    one = kept(town.session, round_)["thong-ke-0"]
    assert one.drawn == one.figures["attempts"] + 2 == one.figures["first"]["attempts"] + 3


def test_a_dropped_question_leaves_the_papers_and_a_credited_one_is_not_suspected(played, app):
    town, round_, asked, frame = played
    for version, kind in ((asked[0], "drop"), (asked[1], "credit")):
        town.session.add(
            KeyChange(
                round_id=round_.id,
                version_id=version.id,
                kind=kind,
                reason="Sai đề",
                decided_at=town.now,
                decided_by="test",
            )
        )
    town.commit()
    with app.app_context():
        compute(round_)
    found = kept(town.session, round_)
    nothing = dict.fromkeys(analysis.ITEM_FIGURES) | {"attempts": 0, "guess": 25, "dropped": True}
    assert found["thong-ke-0"].figures == nothing
    assert found["thong-ke-0"].drawn == frame["thong-ke-0"].count()
    assert found["thong-ke-1"].figures["credit"] is True and not found["thong-ke-1"].suspect
    rest = frame.drop(columns="thong-ke-0")
    mean = analysis.test_statistics(rest, pd.Series(1.0, index=rest.columns))["mean"]
    assert queries.of_round(town.session, round_.id).figures["all"]["mean"] == pytest.approx(mean)


def test_a_wrong_key_is_found(town, app):
    """Forty people; whoever is good at the other questions chooses an option that is not the key."""
    contest = town.contest()
    bank = town.bank("sai-dap-an", size=6)
    round_ = town.round(contest, bank=bank, count=6)
    asked = versions(town.session, bank)
    for number in range(40):
        entry = crowd.enter(town.session, contest, town.person(f"Người {number}"))
        good = number >= 20
        chosen = [right(v) if good or (number + k) % 3 == 0 else wrong(v) for k, v in enumerate(asked[:5])]
        chosen.append(wrong(asked[5]) if good else right(asked[5]))
        sit(town.session, entry, round_, asked, chosen, minutes=number % 30)
    town.commit()
    with app.app_context():
        compute(round_)
    found = kept(town.session, round_)
    assert [code for code, statistic in found.items() if statistic.suspect] == ["sai-dap-an-5"]
    reasons = [reason["reason"] for reason in found["sai-dap-an-5"].figures["reasons"]]
    assert reasons == ["distractor", "negative"]
    assert queries.suspects(town.session, round_.id) == 1


# When figures are made


def due(app):
    with app.app_context():
        return work.compute_due(lambda: None)


def test_a_round_is_measured_once_and_again_when_there_is_something_new(played, app, monkeypatch):
    town, round_, asked, _frame = played
    assert due(app) == [round_.id]
    assert due(app) == []
    at = town.now
    monkeypatch.setattr(work.clock, "now", lambda: at + timedelta(minutes=10))
    assert due(app) == []
    entry = crowd.enter(town.session, round_.contest, town.person("Người đến sau"))
    sit(town.session, entry, round_, asked[:3], [None, None, None])
    town.commit()
    assert due(app) == [round_.id]
    assert queries.of_round(town.session, round_.id).attempts == 9


def test_new_attempts_wait_until_the_figures_have_stood_for_minutes(played, app):
    town, round_, asked, _frame = played
    assert due(app) == [round_.id]
    entry = crowd.enter(town.session, round_.contest, town.person("Người đến sau"))
    sit(town.session, entry, round_, asked[:3], [None, None, None])
    town.commit()
    assert due(app) == []


def test_a_decided_key_makes_figures_due_long_after_the_round(played, app, monkeypatch):
    town, round_, asked, _frame = played
    assert due(app) == [round_.id]
    later = town.now + timedelta(days=30)
    monkeypatch.setattr(work.clock, "now", lambda: later)
    assert due(app) == []
    town.session.add(
        KeyChange(
            round_id=round_.id,
            version_id=asked[0].id,
            kind="credit",
            reason="Sai đề",
            decided_at=later - timedelta(minutes=1),
            decided_by="test",
        )
    )
    town.commit()
    assert due(app) == [round_.id]
    assert due(app) == []


def test_work_that_was_taken_on_and_not_finished_is_taken_on_again(played, app, monkeypatch):
    town, round_, _asked, _frame = played
    assert due(app) == [round_.id]
    with app.app_context():
        monkeypatch.setattr(work, "measure", lambda *_: 1 / 0)
        later = town.now + timedelta(days=30)
        monkeypatch.setattr(work.clock, "now", lambda: later)
        town.session.rollback()
        seen_at = queries.of_round(town.session, round_.id).computed_at
        assert actions.claim(town.session, round_.id, seen_at, later - timedelta(minutes=4))
        assert not actions.claim(town.session, round_.id, seen_at, later)
        town.commit()
        assert work.compute_due(lambda: None) == []
        monkeypatch.undo()
        monkeypatch.setattr(work.clock, "now", lambda: later + timedelta(minutes=4))
        assert work.compute_due(lambda: None) == [round_.id]


def test_two_that_measure_for_the_first_time_do_not_both(played, app):
    town, round_, _asked, _frame = played
    assert actions.claim(town.session, round_.id, None, town.now)
    town.commit()
    assert not actions.claim(town.session, round_.id, None, town.now)


def test_marks_changed_while_figures_are_made_make_them_due_again(played, app, monkeypatch):
    town, round_, _asked, _frame = played
    measure = work.measure

    def interrupted(round_id, progress):
        result = measure(round_id, progress)
        with app.extensions["store"].session(readonly=False) as session, session.begin():
            actions.outdate(session, round_id, town.now + timedelta(seconds=1))
        return result

    monkeypatch.setattr(work, "measure", interrupted)
    assert due(app) == [round_.id]
    monkeypatch.setattr(work, "measure", measure)
    town.session.rollback()
    kept = queries.of_round(town.session, round_.id)
    assert kept.figures["all"]["attempts"] == 8 and kept.last_attempt_at is None
    town.session.rollback()
    monkeypatch.setattr(work.clock, "now", lambda: town.now + timedelta(minutes=4))
    assert due(app) == [round_.id]
    assert due(app) == []


def test_nothing_is_made_of_a_round_without_attempts(town, app):
    town.round()
    town.commit()
    assert due(app) == []
    assert town.session.query(RoundStatistic).count() == town.session.query(QuestionStatistic).count() == 0


def test_the_chores_of_a_server_measure_what_is_due(played, app):
    from contest.chores import measure

    town, round_, _asked, _frame = played
    with app.app_context():
        measure()
    town.session.rollback()
    assert queries.of_round(town.session, round_.id).attempts == 8
