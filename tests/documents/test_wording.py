"""Words of official letters, on both sides of every rule."""

from datetime import date

import pytest

from contest.documents import rules


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2022, 7, 4), "ngày 04 tháng 7 năm 2022"),
        (date(2023, 1, 9), "ngày 09 tháng 01 năm 2023"),
        (date(2023, 2, 10), "ngày 10 tháng 02 năm 2023"),
        (date(2023, 3, 31), "ngày 31 tháng 3 năm 2023"),
        (date(2025, 12, 1), "ngày 01 tháng 12 năm 2025"),
    ],
)
def test_a_zero_stands_before_small_days_and_the_first_two_months(day, words):
    assert rules.day_words(day) == words


def test_number_and_place_as_the_letters_have_them():
    assert rules.place_and_day("Lai Châu", date(2022, 7, 4)) == "Lai Châu, ngày 04 tháng 7 năm 2022"
    assert rules.number_words("963", "LĐLĐ") == "Số: 963/LĐLĐ"
    assert rules.number_words("09", "KH-LĐLĐ") == "Số: 09/KH-LĐLĐ"


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (["LĐLĐ huyện Phong Thổ", "LĐLĐ tỉnh Lai Châu"], "Phong Thổ"),
        (["CĐCS Trường Tiểu học số 1 xã Mường Than, huyện Than Uyên"], "Mường Than"),
        (["Công đoàn thị xã Mường Lay"], "Mường Lay"),
        (["Liên đoàn Lao động Thành phố Hồ Chí Minh"], "Hồ Chí Minh"),
        (["Công đoàn phường 12"], "12"),
        (["CĐCS Sở Tư pháp", "Công đoàn Viên chức tỉnh Lai Châu"], "Lai Châu"),
        (["Tổng Liên đoàn Lao động Việt Nam"], "Hà Nội"),
        (["CĐCS Sở Y tế tỉnh Lai Châu", "Tổng Liên đoàn Lao động Việt Nam"], "Lai Châu"),
        (["Công đoàn các xã vùng cao"], ""),
    ],
)
def test_where_a_letter_is_dated_from(names, place):
    assert rules.place_of(names) == place


@pytest.mark.parametrize(
    ("kind", "name", "symbol"),
    [
        ("BC", "Liên đoàn Lao động tỉnh Lai Châu", "BC-LĐLĐ"),
        ("", "LĐLĐ tỉnh Lai Châu", "LĐLĐ"),
        ("KH", "Tổng Liên đoàn Lao động Việt Nam", "KH-TLĐ"),
        ("BC", "CĐCS Trường Mầm non", "BC-CĐCS"),
        ("BC", "Công đoàn Viên chức tỉnh Lai Châu", "BC-CĐVC"),
        ("QĐ", "Công đoàn xã Sin Suối Hồ", "QĐ-CĐ"),
    ],
)
def test_symbols(kind, name, symbol):
    assert rules.symbol_of(kind, name) == symbol


def test_addressees_and_recipients_end_as_they_must():
    assert rules.addressees(["Các Công đoàn cơ sở trực thuộc"]) == ["Các Công đoàn cơ sở trực thuộc."]
    assert rules.recipients(["- Như kính gửi;", "UBND tỉnh", "Lưu: VT, TgNc."]) == [
        "- Như kính gửi;",
        "- UBND tỉnh;",
        "- Lưu: VT, TgNc.",
    ]
    assert rules.recipients(["", " - "]) == [] and rules.addressees([]) == []


def test_only_the_last_sentence_gets_the_end_sign():
    assert rules.ended(["Một.", "Hai."]) == ["Một.", "Hai./."]
