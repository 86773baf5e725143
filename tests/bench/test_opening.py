"""Measuring the opening minute: what is counted, and a small one played to its end."""

from contextlib import ExitStack

from bench import opening
from bench.databases import Files


def test_order_is_judged_by_who_went_in_before_their_turn():
    assert opening.order([1, 2, 3, 4], 8.0) == {
        "early_middle": 0,
        "early_most": 0,
        "early_most_s": 0,
        "inversions": 0,
    }
    found = opening.order([4, 1, 2, 3], 8.0)
    assert (found["early_most"], found["early_most_s"], found["inversions"]) == (3, 6.0, 0.5)


def test_a_small_crowd_all_goes_in_and_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "READY_S", 0)
    words = ["--most", "40", "--trial", "24", "--inside", "2", "--quiet", "5", "--connections", "20"]
    options = opening.arguments().parse_args(words)
    with ExitStack() as stack:
        found = opening.measured(Files(tmp_path), tmp_path, stack, options)
    assert found["errors"] == {}
    assert found["started"] == found["people"] > 0
    assert found["saves_quiet"]["count"] > 0
    text = opening.told("SQLite", found)
    assert f"{found['people']:,} in {found['seconds']:.1f} s" in text
    assert "errors                        none" in text
