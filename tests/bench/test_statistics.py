"""The measured round is a true one: the product reads it as it reads its own."""

from bench import statistics
from contest.statistics import queries
from contest.statistics.work import compute


def test_a_round_of_so_many_attempts_is_measured(app, session):
    round_id = statistics.fill(session, 30)
    session.commit()
    with app.app_context():
        result = compute(round_id, lambda _done, _total: None)
    assert result.figures["all"]["attempts"] == 30
    assert sum(line.drawn for line in result.lines) == 30 * statistics.PAPER
    assert queries.of_round(session, round_id).attempts == 30


def test_figures_become_a_table_with_their_growth():
    small = {"attempts": 20_000, "seconds": 2.0, "cpu": 1.0, "peak_mb": 200.0, "before_mb": 100.0}
    large = small | {"attempts": 200_000, "seconds": 30.0, "cpu": 11.0, "peak_mb": 300.0}
    lines = statistics.table([small, large]).splitlines()
    assert lines[2].split("|")[1].strip() == "20,000 attempts"
    assert [cell.strip() for cell in lines[-1].split("|")[1:-1]] == [
        "× 10 attempts",
        "× 15.0",
        "× 11.0",
        "× 1.5",
        "× 1.0",
    ]
