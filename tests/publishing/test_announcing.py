"""Announcing: one version with its ranking, figures and winners; twice, at once, refused, in the middle of a crash."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier

import pytest
from prizes import podium
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL
from contest.jobs import runner
from contest.prizes import actions as prizes
from contest.proof.rules import owner_of
from contest.publishing import actions, lines, queries, work
from contest.publishing.models import Publication, PublicationPart
from contest.publishing.rules import WHOLE, Shown, read_line
from contest.rounds import actions as rounds
from contest.rounds.locks import Refused
from contest.rounds.queries import contest_by_slug
from contest.rounds.settings import NameDisplay
from contest.standings import freezing

FULL = Shown(NameDisplay.FULL)


@pytest.fixture
def contest(town):
    made = podium.contest_of(town)
    podium.people(town, made, 3, 9, 9, 5, names=["Lò Thị An", "Hà Văn Bình", "Mùa A Cơ", "Vàng Thị Dung"])
    return made


def announce(session, contest, town, number=1, shown=None, **more):
    return actions.publish(session, TERMINAL, contest, number, shown, town.now, **more)


def test_an_announcement_keeps_ranking_winners_figures_and_is_never_changed(session, town, contest):
    made = announce(session, contest, town, shown=FULL)
    assert (made.version, made.reason, made.round_number, made.published_by) == (1, "", 1, TERMINAL.label)
    assert contest.rounds[0].published_at == town.now
    assert [(row["prize"], row["rank"]) for row in made.winners] == [
        ("Giải Nhất", 1),
        ("Giải Nhất", 1),
        ("Giải Nhì", 3),
    ]
    whole = b"".join(lines.ranking_file(session, made))
    assert sha256(whole).hexdigest() == made.digest
    read = [read_line(line) for line in whole.decode().splitlines()]
    assert [(line.place, line.score) for line in read] == [(1, 9), (1, 9), (3, 5), (4, 3)]
    owners = [
        owner_of(contest.owner_salt, named.entry_id) for named in queries.ranking_lines(session, made, 1, 50, None)
    ]
    assert [line.owner for line in read] == owners
    assert made.figures["ranked"] == 4
    session.commit()
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(update(Publication).values(reason="khác"))


def test_who_did_not_consent_is_never_named_more_openly_than_the_regulations_told(session, town, contest):
    assert announce(session, contest, town, shown=FULL).winners[0]["name"] == "H*** V*** Bình"


def test_names_and_unions_are_left_out_where_they_are_not_shown(session, town, contest):
    made = announce(session, contest, town, shown=Shown(NameDisplay.HIDDEN, unions=False))
    assert {(row["name"], row["union"]) for row in made.winners} == {("", "")}


def test_announced_twice_it_stands_once(session, town, contest):
    first = announce(session, contest, town)
    assert announce(session, contest, town, shown=FULL) is first
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.action == "results.announce")).all()
    assert len(acts) == 1


def test_every_way_of_announcing_a_round_writes_the_version_down(session, town, contest):
    rounds.publish_round(session, TERMINAL, contest, contest.rounds[0], town.now)
    assert queries.current(session, contest.id, 1).shown == actions.default_shown(contest).data()


def test_prizes_that_nobody_proposed_are_proposed_and_those_looked_at_must_hold(session, town, contest):
    prizes.propose(session, TERMINAL, contest, 1, town.now)
    podium.people(town, contest, 10)
    with pytest.raises(Refused, match="Hãy đề nghị lại"):
        announce(session, contest, town)
    prizes.propose(session, TERMINAL, contest, 1, town.now)
    assert announce(session, contest, town).winners[0]["rank"] == 1


def test_a_frozen_board_moves_again(session, town, contest):
    freezing.freeze(session, contest, 1, town.now)
    announce(session, contest, town)
    assert not freezing.is_frozen(contest, 1)


def test_points_left_and_how_it_is_shown_are_on_the_log(session, town, contest):
    announce(session, contest, town, left=3)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "results.announce")).one()
    assert (entry.details["left"], entry.details["version"], entry.details["shown"]["names"]) == (3, 1, "masked")


@pytest.mark.parametrize("places", [0, 2_000_000])
def test_so_few_or_so_many_places_cannot_be_shown(session, town, contest, places):
    with pytest.raises(Refused, match="phải từ 1 đến"):
        announce(session, contest, town, shown=Shown(places=places))


def test_a_round_there_is_not(session, town, contest):
    with pytest.raises(Refused, match="không có đợt 7"):
        announce(session, contest, town, number=7)


# The whole contest


def test_the_whole_contest_comes_after_its_rounds(session, town):
    contest = podium.contest_of(town, rounds=2, scope="contest")
    entries = podium.people(town, contest, 3, 5)
    podium.people(town, contest, 9, 1, number=2, entries=entries)
    announce(session, contest, town, 1)
    with pytest.raises(Refused, match="chưa công bố hoặc đang đính chính: 2"):
        announce(session, contest, town, WHOLE)
    announce(session, contest, town, 2)
    assert contest.results_at is None
    made = announce(session, contest, town, WHOLE)
    assert contest.results_at == town.now
    assert [(line.place, line.score) for line, _ in lines.page_of(session, made, 0, 10)] == [(1, 12), (2, 6)]
    assert [row["prize"] for row in made.winners] == ["Giải Nhất", "Giải Nhì"]
    assert announce(session, contest, town, WHOLE) is made


def test_a_contest_ranked_by_rounds_alone_has_no_results_of_its_own(session, town):
    contest = podium.contest_of(town, total="none", lines=())
    announce(session, contest, town)
    with pytest.raises(Refused, match="chỉ xếp hạng từng đợt"):
        announce(session, contest, town, WHOLE)


# Pieces


def test_a_ranking_is_kept_in_pieces_and_read_across_their_ends(session, town, monkeypatch):
    contest = podium.contest_of(town, lines=())
    podium.people(town, contest, *(range(9, 2, -1)))
    monkeypatch.setattr(lines, "PIECE", 3)
    seen = []
    made = announce(session, contest, town, progress=lambda done, total: seen.append((done, total)))
    part = PublicationPart.kind, PublicationPart.number
    kinds = session.execute(select(*part).order_by(*part)).all()
    assert [tuple(row) for row in kinds] == [(kind, n) for kind in ("people", "ranking") for n in (1, 2, 3)]
    assert [line.score for line, _ in lines.page_of(session, made, 0, 20)] == list(range(9, 2, -1))
    assert [line.score for line, _ in lines.page_of(session, made, 2, 3)] == [7, 6, 5]
    assert [line.place for line, _ in lines.page_of(session, made, 6, 5)] == [7]
    assert lines.page_of(session, made, 7, 5) == []
    assert seen[-1] == (7, 7)


def test_nobody_took_part(session, town):
    contest = podium.contest_of(town, lines=())
    made = announce(session, contest, town)
    assert (made.digest, made.figures["ranked"]) == (sha256(b"").hexdigest(), 0)
    assert lines.page_of(session, made, 0, 10) == []


# At once, and cut off


def test_of_several_who_announce_at_once_one_does(app, session, town, contest):
    town.commit()
    barrier = Barrier(3)

    def go(number):
        with app.app_context(), app.extensions["store"].session(readonly=False) as other:
            barrier.wait()
            with other.begin():
                found = contest_by_slug(other, "cuoc-thi")
                return actions.publish(other, TERMINAL, found, 1, FULL, town.now).id

    with ThreadPoolExecutor(3) as threads:
        assert len(set(threads.map(go, range(3)))) == 1
    session.expire_all()
    assert len(session.scalars(select(Publication)).all()) == 1


def test_the_long_work_cut_off_and_begun_again_gives_one_version(app, session, town, contest, monkeypatch):
    town.commit()
    with app.app_context():
        with app.extensions["store"].session(readonly=False) as other, other.begin():
            found = contest_by_slug(other, "cuoc-thi")
            work.queue(other, work.PUBLISH, TERMINAL, found, 1, shown=FULL.data(), left=2)
        monkeypatch.setattr(lines.Pieces, "store", broken)
        runner.run_waiting()
        session.expire_all()
        assert session.scalars(select(Publication)).all() == []
        assert contest.rounds[0].published_at is None
        session.rollback()
        monkeypatch.undo()
        with app.extensions["store"].session(readonly=False) as other, other.begin():
            found = contest_by_slug(other, "cuoc-thi")
            for _ in range(2):
                work.queue(other, work.PUBLISH, TERMINAL, found, 1, shown=FULL.data(), left=2)
        runner.run_waiting()
    session.expire_all()
    assert [made.version for made in session.scalars(select(Publication))] == [1]


def broken(*_args):
    raise RuntimeError("the machine stops here")
