"""Faults of a file: one sentence for all its rows."""

from contest.unions.rules import Fault
from contest.web.faults import MOST_RUNS, by_sentence, told_rows
from questions.messages import message


def test_rows_are_named_in_runs_and_the_rest_is_counted(app):
    with app.test_request_context():
        assert told_rows([7]) == "7"
        assert told_rows([4, 2, 3, 7, 7, 9]) == "2–4, 7, 9"
        many = told_rows(range(2, 2 * MOST_RUNS + 12, 2))
        assert many.endswith(f"{2 * MOST_RUNS} và 5 dòng nữa")


def test_a_sentence_is_said_once_where_it_came_first(app):
    missing, twice, whole = message("Thiếu mã."), message("Trùng %(row)s.", row=2), message("Tệp trống.")
    told = [Fault(whole), Fault(missing, 3), Fault(twice, 4), Fault(missing, 5), Fault(missing, 4)]
    with app.test_request_context():
        assert by_sentence(told) == [("–", "Tệp trống."), ("3–5", "Thiếu mã."), ("4", "Trùng 2.")]
