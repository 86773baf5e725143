"""Words that mean something: options about other options, keys, levels, code pages."""

import doctest

import pytest

from questions.formats import charset, numbering, sheet, wording, worksheet, xlsx
from questions.formats.grammar import SPLIT, key_pairs, needs_mark
from questions.formats.wording import names_letters, stays_last_by_wording


@pytest.mark.parametrize("module", [charset, numbering, sheet, wording, worksheet, xlsx])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "text",
    [
        "Tất cả các phương án trên",
        "Cả ba phương án trên",
        "Cả 3 phương án trên.",
        "Cả A, B và C đều đúng",
        "Cả A, B, C",
        "Tất cả đều đúng",
        "Tất cả các đáp án trên đều đúng",
        "Cả hai đều sai",
        "Cả ba ý trên",
        "Không có đáp án nào đúng",
        "Không phương án nào",
        "Đáp án khác",
        "Cả hai phương án A và B",
        "Chỉ A và B đúng",
        "Không có trường hợp nào nêu trên",
        "Tất cả các trường hợp nêu trên",
        "A và B đều sai",
        "Cả a và b",
    ],
)
def test_options_that_speak_of_the_others(text):
    assert stays_last_by_wording(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cả nước",
        "Tất cả đoàn viên công đoàn",
        "Không quy định",
        "A",
        "Không có trường hợp nào được miễn",
        "Nhóm máu A và B",
        "C. Mác",
        "Khối A và khối B",
        "Tất cả người lao động",
        "",
    ],
)
def test_options_that_speak_of_the_world(text):
    assert not stays_last_by_wording(text)


def test_letters_that_an_option_names():
    assert names_letters("Cả A, B và D đều đúng") == {0, 1, 3}
    assert names_letters("Tất cả đều đúng") == frozenset()


@pytest.mark.parametrize(
    "text", ["1" * 9000, "1A " * 3000 + "!", "A" * 9000, " " * 9000 + "x", "\t" * 9000, "chọn " * 2000]
)
def test_long_lines_take_no_longer_than_their_length(text):
    """Patterns that try again from every place would not come back within the test run."""
    assert needs_mark(text) in (True, False)
    assert "".join(SPLIT.split(text)) == text
    assert key_pairs(text) is None


@pytest.mark.parametrize(
    "text", ["«Từ điển» của A", "5 µm và 3 µm", "Piñata", "Luật số 50/2024/QH15 § 3", "a?b", "Ưu tiên"]
)
def test_signs_and_foreign_names_are_not_taken_for_wrong_code_pages(text):
    assert charset.garbled(text) is None
