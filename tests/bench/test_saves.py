"""Storing saves without a web server: all three ways store, and what they took becomes rates and times."""

from bench import saves


def test_all_three_ways_store_their_saves():
    found = saves.measured(rounds=1, seconds=0.05, waiting=3, fighting=2)
    assert all(found[name]["rate"][0] > 0 for name in ("together", "one", "fighting"))
    assert found["rate_ratio"][0] == found["together"]["rate"][0] / found["one"]["rate"][0]
    assert "rate × one commit" in saves.table(found)


def test_runs_side_by_side_count_together():
    assert saves.summed([[2.0, *([0.001] * 100)], [1.0, *([0.003] * 100)]]) == {
        "rate": 150.0,
        "p50_ms": 3.0,
        "p99_ms": 3.0,
        "most_ms": 3.0,
    }
