"""Corrections of announced results: what is opened, what the public goes on seeing, the next version, calling off."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from prizes import podium
from sqlalchemy import select

from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL
from contest.prizes import actions as prizes
from contest.prizes import queries as awards
from contest.publishing import actions, lines, queries
from contest.publishing.models import Correction, Publication
from contest.publishing.rules import WHOLE, Outcome
from contest.rounds.locks import Refused
from contest.rounds.models import Entry
from contest.rounds.queries import contest_by_slug
from contest.rulings import actions as rulings
from contest.rulings.rules import RulingKind
from contest.standings import actions as standings
from contest.standings import boards, freezing
from contest.standings.boards import Board

WHY = "Phát hiện thi hộ"


@pytest.fixture
def contest(session, town):
    made = podium.contest_of(town, lines=(("Giải Nhất", 1),))
    podium.people(town, made, 3, 9, 7, 5)
    actions.publish(session, TERMINAL, made, 1, None, town.now)
    return made


def begin(session, town, contest, round_=..., reason=WHY):
    round_ = contest.rounds[0] if round_ is ... else round_
    return actions.begin_correction(session, TERMINAL, contest, round_, reason, town.now)


def disqualify(session, town, contest, score=9):
    entry = session.scalars(select(Entry).order_by(Entry.id)).all()[1]
    rulings.decide(session, {}, TERMINAL, contest, RulingKind.DISQUALIFIED, entry, None, "Nhờ người thi hộ", town.now)
    return entry


def correct(session, town, contest, round_=..., **more):
    round_ = contest.rounds[0] if round_ is ... else round_
    return actions.publish_correction(session, TERMINAL, contest, round_, town.now, **more)


def test_a_correction_opens_what_is_locked_and_the_public_sees_what_was_announced(session, town, contest):
    begun = begin(session, town, contest)
    assert contest.rounds[0].correcting_since == town.now
    assert (begun.reason, begun.version, freezing.is_frozen(contest, 1)) == (WHY, None, True)
    entry = disqualify(session, town, contest)
    key = boards.standing_on(session, Board(contest.id, 1, frozen=True), entry.id).sort_key
    assert boards.places(session, Board(contest.id, 1, frozen=True), [key]) == [1]


def test_what_has_changed_so_far_is_told(session, town, contest):
    begin(session, town, contest)
    assert not actions.changes_so_far(session, contest, 1, 10)
    entry = disqualify(session, town, contest)
    prizes.propose(session, TERMINAL, contest, 1, town.now)
    changes = actions.changes_so_far(session, contest, 1, 10)
    assert [(row.entry_id, row.before) for row in changes.rows] == [(entry.id, Outcome(1, 9))]
    assert changes.rows[0].after is None or changes.rows[0].after.place is None
    assert [(row["prize"], row["rank"]) for row in changes.lost] == [("Giải Nhất", 1)]
    assert [(row["prize"], row["rank"]) for row in changes.won] == [("Giải Nhất", 1)]
    assert changes.won[0]["owner"] != changes.lost[0]["owner"]


def test_the_next_version_has_the_reason_what_changed_and_both_rankings_stay(session, town, contest):
    begin(session, town, contest)
    entry = disqualify(session, town, contest)
    prizes.propose(session, TERMINAL, contest, 1, town.now)
    made = correct(session, town, contest)
    assert (made.version, made.reason) == (2, WHY)
    assert made.figures["changed"]["people"] == 1
    assert [row.entry_id for row in lines.changes_of(session, made)] == [entry.id]
    assert [line.score for line, _ in lines.page_of(session, made, 0, 10)] == [7, 5, 3]
    first = queries.version(session, contest.id, 1, 1)
    assert [line.score for line, _ in lines.page_of(session, first, 0, 10)] == [9, 7, 5, 3]
    assert [row["rank"] for row in made.winners] == [1]
    assert contest.rounds[0].correcting_since is None
    assert not freezing.is_frozen(contest, 1)
    ended = session.scalars(select(Correction)).one()
    assert (ended.version, ended.ended_by) == (2, TERMINAL.label)
    assert correct(session, town, contest) is made
    with pytest.raises(Refused, match="đã khoá"):
        prizes.propose(session, TERMINAL, contest, 1, town.now)


def test_a_winner_who_declines_after_the_announcement_gives_way_to_the_next(session, town, contest):
    begin(session, town, contest)
    first = awards.awards(session, contest.id, 1)[0]
    prizes.refuse(session, TERMINAL, first, "Từ chối nhận giải", town.now)
    made = correct(session, town, contest)
    assert [row["rank"] for row in made.winners] == [2]
    assert made.figures["changed"]["people"] == 0
    assert made.winners[0]["owner"] != queries.version(session, contest.id, 1, 1).winners[0]["owner"]


def test_nothing_changed_nothing_to_announce(session, town, contest):
    begin(session, town, contest)
    with pytest.raises(Refused, match="Chưa có gì thay đổi"):
        correct(session, town, contest)


def test_a_correction_is_called_off_only_while_nothing_has_changed(session, town, contest):
    begin(session, town, contest)
    entry = disqualify(session, town, contest)
    with pytest.raises(Refused, match="Đã có thay đổi nên không huỷ được"):
        actions.cancel_correction(session, TERMINAL, contest, contest.rounds[0], town.now)
    ruling = rulings.queries.of_entry(session, entry.id)[0]
    rulings.undo(session, {}, TERMINAL, ruling, "Nhầm người", town.now)
    actions.cancel_correction(session, TERMINAL, contest, contest.rounds[0], town.now)
    assert contest.rounds[0].correcting_since is None
    assert not freezing.is_frozen(contest, 1)
    assert [made.version for made in queries.versions(session, contest.id, 1)] == [1]
    assert actions.cancel_correction(session, TERMINAL, contest, contest.rounds[0], town.now) == []


@pytest.mark.parametrize(("reason", "words"), [(" ", "Hãy ghi lý do"), ("a" * 2001, "dài quá")])
def test_a_correction_has_a_reason(session, town, contest, reason, words):
    with pytest.raises(Refused, match=words):
        begin(session, town, contest, reason=reason)


def test_what_is_not_announced_needs_no_correction(session, town):
    contest = podium.contest_of(town)
    for round_ in (contest.rounds[0], None):
        with pytest.raises(Refused, match="chưa cần đính chính"):
            begin(session, town, contest, round_)
    with pytest.raises(Refused, match="chưa công bố"):
        correct(session, town, contest)


def test_begun_twice_it_goes_on_as_it_was(session, town, contest):
    first = begin(session, town, contest)
    assert begin(session, town, contest, reason="Lý do khác") is first
    assert first.reason == WHY
    acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "results.correct")).all()
    assert len(acts) == 1


# The whole contest with its rounds


@pytest.fixture
def announced(session, town):
    """Two rounds and the whole contest, all announced."""
    contest = podium.contest_of(town, rounds=2, scope="contest")
    entries = podium.people(town, contest, 3, 9, 7)
    podium.people(town, contest, 3, 8, None, number=2, entries=entries)
    for number in (1, 2, WHOLE):
        actions.publish(session, TERMINAL, contest, number, None, town.now)
    return contest


def test_the_whole_contest_is_opened_with_a_round_and_announced_again_with_it(session, town, announced):
    begin(session, town, announced)
    assert announced.correcting_since and announced.rounds[0].correcting_since
    assert announced.rounds[1].correcting_since is None
    entry = session.scalars(select(Entry).order_by(Entry.id)).all()[2]
    rulings.decide(session, {}, TERMINAL, announced, RulingKind.DISQUALIFIED, entry, None, WHY, town.now)
    prizes.propose(session, TERMINAL, announced, WHOLE, town.now)
    correct(session, town, announced)
    versions = {n: [made.version for made in queries.versions(session, announced.id, n)] for n in (0, 1, 2)}
    assert versions == {0: [2, 1], 1: [2, 1], 2: [1]}
    assert queries.current(session, announced.id, WHOLE).reason == WHY
    assert announced.correcting_since is None


def test_all_rounds_are_opened_at_once_and_only_those_that_changed_get_a_version(session, town, announced):
    begin(session, town, announced, None)
    assert set(queries.open_corrections(session, announced.id)) == {0, 1, 2}
    entry = session.scalars(select(Entry).order_by(Entry.id)).all()[2]
    rulings.decide(session, {}, TERMINAL, announced, RulingKind.DISQUALIFIED, entry, None, WHY, town.now)
    prizes.propose(session, TERMINAL, announced, WHOLE, town.now)
    made = correct(session, town, announced, None)
    assert (made.round_number, made.version) == (WHOLE, 2)
    versions = {n: [made.version for made in queries.versions(session, announced.id, n)] for n in (0, 1, 2)}
    assert versions == {0: [2, 1], 1: [2, 1], 2: [1]}
    assert queries.open_corrections(session, announced.id) == {}
    assert standings.verify(session, announced) == []


def test_the_whole_contest_waits_for_the_last_round_being_corrected(session, town, announced):
    begin(session, town, announced, None)
    disqualify(session, town, announced)
    correct(session, town, announced, announced.rounds[0])
    assert set(queries.open_corrections(session, announced.id)) == {0, 2}
    prizes.propose(session, TERMINAL, announced, WHOLE, town.now)
    correct(session, town, announced, announced.rounds[1])
    assert queries.open_corrections(session, announced.id) == {}
    assert [made.version for made in queries.versions(session, announced.id, WHOLE)] == [2, 1]


def test_calling_off_takes_the_whole_contest_with_it(session, town, announced):
    begin(session, town, announced)
    actions.cancel_correction(session, TERMINAL, announced, announced.rounds[0], town.now)
    assert queries.open_corrections(session, announced.id) == {}
    assert announced.correcting_since is None


# At once


def test_of_several_who_announce_a_correction_at_once_one_does(app, session, town, contest):
    begin(session, town, contest)
    disqualify(session, town, contest)
    prizes.propose(session, TERMINAL, contest, 1, town.now)
    town.commit()
    barrier = Barrier(3)

    def go(_number):
        with app.app_context(), app.extensions["store"].session(readonly=False) as other:
            barrier.wait()
            with other.begin():
                found = contest_by_slug(other, "cuoc-thi")
                return actions.publish_correction(other, TERMINAL, found, found.rounds[0], town.now).version

    with ThreadPoolExecutor(3) as threads:
        assert set(threads.map(go, range(3))) == {2}
    session.expire_all()
    assert sorted(session.scalars(select(Publication.version))) == [1, 2]
