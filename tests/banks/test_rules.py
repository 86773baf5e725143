"""Codes, searches and figures of banks."""

import pytest

from contest.banks import rules
from contest.banks.rules import Search
from questions.rules import Choice, Count, Draft, Kind


@pytest.mark.parametrize("code", ["lai-chau", "LC20", "a", "bank_2.1", "x" * 60])
def test_codes_for_addresses_and_files(code):
    assert rules.code_fault(code) is None


@pytest.mark.parametrize(
    "code", ["", "Lai Châu", "a/b", "../x", "-a", "a-", "a..b", "x" * 61, "moi", "MAU", "a\n", "câu", "a%2f"]
)
def test_codes_that_would_break_addresses(code):
    assert rules.code_fault(code) is not None


def test_a_suggested_code_is_free_and_can_be_one():
    for title in ("Tìm hiểu 20 năm", "!!!", "Mới", "Mẫu", "x" * 300):
        taken = {rules.suggest_code(title, ())}
        code = rules.suggest_code(title, taken)
        assert code not in taken
        assert rules.code_fault(code) is None


def test_a_search_comes_back_from_its_address_and_drops_nonsense():
    search = Search(
        "thủ đô", "Địa lý / Núi", 2, "ban-moi", "order", "person:1", "Biển", "kho", "nguon", "changed", True, 3
    )
    assert Search.of({name: str(value) for name, value in search.args().items()}) == search
    assert Search().args() == {}
    nonsense = {"muc": "9", "tinh-trang": "x", "xep": "-x", "trang": "-1", "tim": "  "}
    assert Search.of(nonsense) == Search(descending=True)
    assert Search.of({"trang": "9" * 30}).page == 1
    assert Search.of({"trang": "٣"}).page == 1


def test_sorting_again_by_the_same_column_turns_the_order():
    by_level = Search.of(Search(page=4).sorted_by("difficulty"))
    assert (by_level.sort, by_level.descending, by_level.page) == ("difficulty", False, 1)
    assert Search.of(by_level.sorted_by("difficulty")).descending
    assert not Search.of(by_level.sorted_by("code")).descending


def test_pages():
    assert [rules.pages(n) for n in (0, 1, 50, 51, 20_000)] == [1, 1, 1, 2, 400]


def test_topics_hold_what_is_below_them_and_stand_under_their_parents():
    topics = [(1, "Địa lý"), (2, "Lịch sử"), (3, "Địa lý / Núi"), (4, "Địa lý / Núi / Cao")]
    counts = [
        Count(1, 1, "approved", 5),
        Count(4, 3, "approved", 2),
        Count(3, 3, "approved", 1),
        Count(3, 3, "retired", 9),
        Count(None, 2, "approved", 4),
    ]
    lines = rules.topic_lines(topics, counts)
    assert [(line.name, line.depth, line.total) for line in lines] == [
        ("Địa lý", 0, 8),
        ("Núi", 1, 3),
        ("Cao", 2, 2),
        ("Lịch sử", 0, 0),
        ("", 0, 4),
    ]
    assert lines[0].by_difficulty == {1: 5, 3: 3}


def test_a_question_as_data_shares_its_points_among_the_right_options():
    choices = (Choice("a", True), Choice("b"), Choice("c", True, True))
    data = rules.draft_data(Draft("?", choices, Kind.MULTIPLE, code="X1", explanation="vì"))
    assert [(c["points"], c["stays_last"]) for c in data["choices"]] == [(0.5, False), (0, False), (0.5, True)]
    assert (data["kind"], data["title"], data["feedback"]) == ("multiple", "X1", "vì")
    single = rules.draft_data(Draft("?", (Choice("a"), Choice("b", True))))
    assert [c["points"] for c in single["choices"]] == [0, 1]
    assert rules.key_letters(Draft("?", choices)) == "A, C"
