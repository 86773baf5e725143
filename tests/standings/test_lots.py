"""Draws by lot: once, after closing, by what nobody chose; the same for whoever draws them again."""

import hashlib
import json
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from standings import arena

from contest.accounts.models import AuditEntry
from contest.accounts.rules import TERMINAL
from contest.rounds.locks import Refused
from contest.standings import actions, lots, queries
from contest.standings.models import LotDraw, Standing
from contest.standings.queries import Board

HEAD = "ab" * 32


@pytest.fixture
def tied(town, session):
    """Two rounds, the first over, in which six people are equal; one of them took it twice and is unequal once."""
    contest = town.contest(criteria=["score", "lot"])
    rounds = [town.round(contest, 1, opens=-120, closes=-60), town.round(contest, 2, opens=-50, closes=60)]
    played = arena.Played(contest, rounds, [arena.enter(town, contest) for _ in range(6)], town.now)
    for place, entry in enumerate(played.entries):
        receipt = f"{place:X}" * 16
        played.attempts.append(arena.closed_attempt(session, entry, rounds[0], score=2, receipt=receipt))
    played.attempts.append(
        arena.closed_attempt(session, played.entries[5], rounds[0], number=2, score=1, receipt="4" + "Z" * 15)
    )
    for attempt in played.attempts:
        actions.attempt_closed(session, attempt)
    town.commit()
    return played


def draw(session, played, number=1, text="12 34 56"):
    return lots.draw_lots(session, TERMINAL, played.contest, number, HEAD, text, played.now)


def ranks(session, played, number=1):
    page = queries.ranking_page(session, Board(played.contest.id, number), 1)
    return {line.entry_id: line.rank for line in page.lines}


def lot_again(seeds, text, receipt):
    """As the documentation says, without a line of the product."""
    whole = json.dumps({"head": HEAD, "public_text": text, "round_seeds": seeds}, separators=(",", ":"))
    seed = hashlib.sha256(whole.encode()).hexdigest()
    return seed, hashlib.sha256(f"{seed}:{receipt}".encode()).hexdigest()[:12]


def test_people_are_equal_until_lots_are_drawn_and_then_in_the_order_of_their_lots(session, played_ids, tied):
    assert set(ranks(session, tied).values()) == {1}
    drawn = draw(session, tied)
    receipts = dict(zip(played_ids, [c * 16 for c in "01234"] + ["4" + "Z" * 15], strict=True))
    again = {entry: lot_again([tied.rounds[0].seed], "12 34 56", receipt) for entry, receipt in receipts.items()}
    assert {drawn.seed, tied.rounds[0].lot_seed} == {seed for seed, _lot in again.values()}
    in_order = sorted(again, key=lambda entry: again[entry][1])
    assert ranks(session, tied) == {entry: place for place, entry in enumerate(in_order, 1)}
    assert lots.lots_of(session, tied.contest, 1, played_ids) == {entry: lot for entry, (_s, lot) in again.items()}
    assert actions.verify(session, tied.contest) == []


@pytest.fixture
def played_ids(tied):
    return [entry.id for entry in tied.entries]


def test_a_draw_is_recorded_with_what_it_was_made_from(session, tied):
    draw(session, tied)
    kept = session.get_one(LotDraw, (tied.contest.id, 1))
    assert kept.sources == {"round_seeds": [tied.rounds[0].seed], "head": HEAD, "public_text": "12 34 56"}
    assert kept.drawn_at == tied.now
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "lots.draw")).one()
    assert (entry.subject, entry.details) == ("round:cuoc-thi:1", {"head": HEAD, "public_text": True})


def test_lots_are_drawn_once(session, tied):
    draw(session, tied)
    with pytest.raises(Refused, match="chỉ bốc thăm một lần"):
        draw(session, tied, text="khác")


def test_nothing_is_drawn_before_the_round_is_over_and_collected(session, tied):
    with pytest.raises(Refused, match="Đợt 2 chưa kết thúc"):
        draw(session, tied, 2)
    with pytest.raises(Refused, match="Đợt 2 chưa kết thúc"):
        draw(session, tied, 0)
    arena.open_attempt(session, tied.entries[0], tied.rounds[0], number=2)
    with pytest.raises(Refused, match="1 lượt thi chưa được thu bài"):
        draw(session, tied)


def test_nothing_is_drawn_while_essays_wait_for_their_marks(session, tied):
    tied.attempts[0].pending = 1
    session.flush()
    with pytest.raises(Refused, match="bài tự luận chưa chấm"):
        draw(session, tied)


def test_announced_results_are_not_drawn_anew_outside_a_correction(session, tied):
    tied.rounds[0].published_at = tied.now
    session.flush()
    with pytest.raises(Refused, match="đã công bố nên đã khoá"):
        draw(session, tied)
    tied.rounds[0].correcting_since = tied.now
    session.flush()
    assert draw(session, tied).round_number == 1


def test_a_contest_that_draws_no_lots_has_none_to_draw(session, town):
    contest = town.contest()
    round_ = town.round(contest, closes=-1)
    assert not lots.needs_lots(session, contest, round_.number)
    with pytest.raises(Refused, match="không có bốc thăm"):
        lots.draw_lots(session, TERMINAL, contest, 1, "", "", town.now)
    with pytest.raises(Refused, match="Không có bảng xếp hạng này"):
        lots.draw_lots(session, TERMINAL, contest, 7, "", "", town.now)


def test_prizes_by_lot_need_a_draw_that_leaves_places_as_they_are(session, town):
    contest = town.contest(criteria=["score"], tie_rule="lot")
    round_ = town.round(contest, opens=-60, closes=-1)
    entry = arena.enter(town, contest)
    actions.attempt_closed(session, arena.closed_attempt(session, entry, round_, receipt="0" * 16))
    before = session.scalars(select(Standing.sort_key)).all()
    assert lots.needs_lots(session, contest, 1)
    lots.draw_lots(session, TERMINAL, contest, 1, "", "", town.now)
    assert session.scalars(select(Standing.sort_key)).all() == before
    assert list(lots.lots_of(session, contest, 1, [entry.id])) == [entry.id]


def test_lots_are_missing_until_they_are_drawn(session, tied):
    contest = tied.contest
    assert lots.needs_lots(session, contest, 1, tied.now)
    assert not lots.needs_lots(session, contest, 2, tied.now)
    assert lots.needs_lots(session, contest, 2)
    draw(session, tied)
    assert not lots.needs_lots(session, contest, 1)


def test_the_whole_contest_draws_its_own_lots_from_all_its_rounds(session, tied):
    tied.now += timedelta(hours=2)
    draw(session, tied)
    drawn = draw(session, tied, 0)
    assert drawn.sources["round_seeds"] == [round_.seed for round_ in tied.rounds]
    assert tied.contest.lot_seed == drawn.seed != tied.rounds[0].lot_seed
    assert sorted(ranks(session, tied, 0).values()) == [1, 2, 3, 4, 5, 6]
    assert actions.verify(session, tied.contest) == []


def test_attempts_that_are_closed_later_rank_by_the_lots_that_were_drawn(session, tied, town):
    draw(session, tied)
    tied.rounds[0].published_at, tied.rounds[0].correcting_since = town.now, town.now
    entry = arena.enter(town, tied.contest)
    late = arena.closed_attempt(session, entry, tied.rounds[0], score=2, receipt="0" * 15 + "9")
    actions.attempt_closed(session, late)
    assert actions.verify(session, tied.contest) == []
    keys = session.scalars(select(Standing.sort_key).where(Standing.round_number == 1).order_by(Standing.sort_key))
    assert all(one < other for one, other in pairwise(keys))


def test_lots_are_drawn_from_the_terminal(app, town, session, tied):
    result = app.test_cli_runner().invoke(
        args=["standings", "draw-lots", "cuoc-thi", "--round", "1", "--public-text", "12 34", "--json"]
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert (told["round"], told["public_text"], len(told["seed"])) == (1, "12 34", 64)
    again = app.test_cli_runner().invoke(args=["standings", "draw-lots", "cuoc-thi", "--round", "1"])
    assert again.exit_code == 1
    assert "chỉ bốc thăm một lần" in again.output
