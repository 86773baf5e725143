"""What a source cites: documents by number or name, and the places in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.citations import MAX_CITED, MAX_KEY, MAX_PLACE, MAX_TITLE, cited, name_and_year, place_key

UNION_LAW = "luat cong doan 2024"


def found(source):
    return [(item.key, item.place) for item in cited(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Luật số 50/2024/QH15", [("50/2024/QH15", "")]),
        ("Luật Công đoàn số 50/2024/QH15, Điều 21", [("50/2024/QH15", "Điều 21")]),
        ("Luật An toàn, vệ sinh lao động số 84/2015/QH13, Điều 21 khoản 1", [("84/2015/QH13", "Điều 21 khoản 1")]),
        ("Nghị quyết 43-NQ/TW", [("43-NQ/TW", "")]),
        ("Công văn số 51/LĐLĐ, mục 1", [("51/LĐLĐ", "mục 1")]),
        ("Nghị định số 191/2013/NĐ-CP, Điều 4 và Điều 6", [("191/2013/NĐ-CP", "Điều 4"), ("191/2013/NĐ-CP", "Điều 6")]),
        ("Nghị định 191/2013/nđ-cp", [("191/2013/NĐ-CP", "")]),
        ("Quyết định số 505/QĐ-TTg ngày 22/4/2022 của Thủ tướng", [("505/QĐ-TTG@2022", "")]),
        ("Kế hoạch 457 /KH - LĐLĐ ngày 06/6/2023, mục II.4", [("457/KH-LĐLĐ@2023", "mục II.4")]),
        ("Thông tư liên tịch 119/2004/TTLT-BTC-TLĐ", [("119/2004/TTLT-BTC-TLĐ", "")]),
        ("Nghị quyết số 432-NQ/UBTVQH11", [("432-NQ/UBTVQH11", "")]),
        ("phần căn cứ của Quyết định số 45/2020/QĐ-UBND", [("45/2020/QĐ-UBND", "phần căn cứ")]),
        (
            "Luật Công đoàn số 50/2024/QH15, Điều 8 khoản 1 (sửa đổi bởi Luật số 97/2025/QH15)",
            [("50/2024/QH15", "Điều 8 khoản 1"), ("97/2025/QH15", "")],
        ),
    ],
)
def test_documents_known_by_their_number(source, expected):
    assert found(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Luật Công đoàn năm 2024", [(UNION_LAW, "")]),
        ("luật Công đoàn 2024", [(UNION_LAW, "")]),
        ("Luật Công đoàn (sửa đổi) năm 2024", [(UNION_LAW, "")]),
        ("Hiến pháp năm 2013, Điều 10", [("hien phap 2013", "Điều 10")]),
        ("Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam năm 2013", [("hien phap 2013", "")]),
        ("Bộ luật Lao động 2019", [("bo luat lao dong 2019", "")]),
        ("Điều 5 BLLĐ 2019", [("bo luat lao dong 2019", "Điều 5")]),
        ("Điều lệ Công đoàn Việt Nam (khóa XIII), Điều 3", [("dieu le cong doan viet nam khoa xiii", "Điều 3")]),
        ("Điều lệ Công đoàn Việt Nam (khoá XIII), Điều 3", [("dieu le cong doan viet nam khoa xiii", "Điều 3")]),
        ("Điều lệ Công đoàn Việt Nam khóa XIII", [("dieu le cong doan viet nam khoa xiii", "")]),
        ("Luật An toàn, vệ sinh lao động năm 2015, Điều 21", [("luat an toan ve sinh lao dong 2015", "Điều 21")]),
        ("Kỷ luật lao động theo Bộ luật Lao động", [("bo luat lao dong", "")]),
        ("Pháp luật Việt Nam", [("phap luat viet nam", "")]),
    ],
)
def test_laws_known_by_their_name_and_year(source, expected):
    assert found(source) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("khoản 2 Điều 5", ["Điều 5 khoản 2"]),
        ("điểm a khoản 1 Điều 11", ["Điều 11 khoản 1 điểm a"]),
        ("điểm a, b và đ khoản 1 Điều 11", [f"Điều 11 khoản 1 điểm {letter}" for letter in "abđ"]),
        ("khoản 1, 2 Điều 5", ["Điều 5 khoản 1", "Điều 5 khoản 2"]),
        ("khoản 1 Điều 5 và khoản 3 Điều 7", ["Điều 5 khoản 1", "Điều 7 khoản 3"]),
        ("Điều 5, Điều 6", ["Điều 5", "Điều 6"]),
        ("Điều 5 đến Điều 7", ["Điều 5", "Điều 6", "Điều 7"]),
        ("Điều 5-7", ["Điều 5", "Điều 6", "Điều 7"]),
        ("Điều 217a", ["Điều 217a"]),
        ("Chương II", ["chương II"]),
    ],
)
def test_places_stand_before_or_behind_their_document(place, expected):
    wanted = [(UNION_LAW, text) for text in expected]
    assert found(f"{place} Luật Công đoàn năm 2024") == wanted
    assert found(f"Theo {place} của Luật Công đoàn năm 2024") == wanted
    assert found(f"Luật Công đoàn năm 2024, {place}") == wanted
    assert found(f"Luật Công đoàn năm 2024 ({place})") == wanted
    assert found(f"Luật Công đoàn năm 2024; {place}") == wanted


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Điều 63 khoản 2 điểm a", ["Điều 63 khoản 2 điểm a"]),
        ("Điều 17 khoản 1 và khoản 2", ["Điều 17 khoản 1", "Điều 17 khoản 2"]),
        ("Điều 1 và Điều 6 khoản 1", ["Điều 1", "Điều 6 khoản 1"]),
        ("Điều 4, khoản 3 Điều 7", ["Điều 4", "Điều 7 khoản 3"]),
    ],
)
def test_places_written_from_the_article_down(source, expected):
    assert [place for _, place in found(f"Luật Công đoàn năm 2024, {source}")] == expected


def test_each_place_goes_to_its_own_document():
    two = [(UNION_LAW, "Điều 5"), ("bo luat lao dong 2019", "Điều 7")]
    assert found("Điều 5 Luật Công đoàn năm 2024 và Điều 7 Bộ luật Lao động năm 2019") == two
    assert found("Luật Công đoàn năm 2024, Điều 5; Bộ luật Lao động năm 2019, Điều 7") == two
    assert found("Luật Công đoàn năm 2024, Điều 5, Bộ luật Lao động năm 2019, Điều 7") == two
    assert found("Luật Công đoàn năm 2024, Điều 5\nĐiều 6") == [(UNION_LAW, "Điều 5"), (UNION_LAW, "Điều 6")]


@pytest.mark.parametrize(
    ("source", "title", "place"),
    [
        ("Giáo trình Lịch sử Đảng, trang 15", "Giáo trình Lịch sử Đảng", "trang 15"),
        ("Văn kiện Đại hội XIII, tập 1, trang 25", "Văn kiện Đại hội XIII", "tập 1, trang 25"),
        ("Hướng dẫn dự thi, mục “Làm bài”", "Hướng dẫn dự thi", "mục “Làm bài”"),
        ("Báo Lao Động, bài “Luật Công đoàn năm 2024 có gì mới”", None, ""),
        ("Trang congdoan.vn, tin ngày 26/11/2003", None, ""),
        ("https://congdoan.vn/tin-tuc/123", None, ""),
    ],
)
def test_what_is_no_law_is_cited_under_its_own_words(source, title, place):
    (item,) = cited(source)
    assert (item.title, item.place) == (title or source, place)


def test_one_place_is_cited_once_under_whatever_title():
    assert found("Luật Công đoàn 2024; Luật Công đoàn năm 2024") == [(UNION_LAW, "")]
    assert found("Luật Công đoàn 2024, Điều 5; Điều 5 Luật Công đoàn năm 2024") == [(UNION_LAW, "Điều 5")]


def test_titles_tell_papers_of_different_years_apart():
    titles = [cited(f"Kế hoạch số 9/KH-LĐLĐ ngày {day}")[0].title for day in ("15/12/2023", "2/2/2024")]
    assert titles == ["Kế hoạch số 9/KH-LĐLĐ ngày 15/12/2023", "Kế hoạch số 9/KH-LĐLĐ ngày 2/2/2024"]


def test_a_name_and_a_number_may_mean_one_law():
    assert name_and_year("Luật Công đoàn số 50/2024/QH15") == name_and_year("Luật Công đoàn năm 2024")
    assert name_and_year("Luật Công đoàn số 12/2012/QH13") != name_and_year("Luật Công đoàn năm 2024")
    assert name_and_year("Luật số 50/2024/QH15") is name_and_year("Luật Công đoàn") is None


def test_places_come_in_the_order_of_the_document():
    places = ["Điều 10", "chương II", "Điều 2 khoản 10", "", "Điều 2 khoản 9", "Điều 2"]
    assert sorted(places, key=place_key) == [
        "",
        "chương II",
        "Điều 2",
        "Điều 2 khoản 9",
        "Điều 2 khoản 10",
        "Điều 10",
    ]


@pytest.mark.parametrize("source", ["", "  ;\n ; ", "...", "“”"])
def test_nothing_cites_nothing(source):
    assert cited(source) == ()


PIECES = (
    "Luật ",
    "Điều 5",
    "khoản 1",
    "điểm a",
    " số ",
    "50/2024/QH15",
    ", ",
    " và ",
    "năm 2024",
    "“",
    "”",
    "(",
    ")",
    ";",
)


@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)))
def test_any_text_is_read_and_fits_its_columns(source):
    items = cited(source)
    assert len(items) <= MAX_CITED
    for item in items:
        assert 0 < len(item.key) <= MAX_KEY and 0 < len(item.title) <= MAX_TITLE and len(item.place) <= MAX_PLACE
        place_key(item.place)
        name_and_year(item.title)
    assert len({(item.key, item.place) for item in items}) == len(items)
