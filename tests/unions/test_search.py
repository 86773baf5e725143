"""Finding a union by part of its name, with or without diacritics."""

import pytest
from support.queries import counted

from contest.unions import queries
from contest.unions.rules import Level, search_text


@pytest.fixture
def named(town, session):
    """A few unions named as real ones are."""
    tld = town.union("TLD", "Tổng Liên đoàn Lao động Việt Nam", level=Level.NATIONAL)
    province = town.union("LC", "Liên đoàn Lao động tỉnh Lai Châu", tld, Level.PROVINCIAL)
    district = town.union("LC-PT", "Liên đoàn Lao động huyện Phong Thổ", province, Level.UPPER)
    other = town.union("LC-TU", "Liên đoàn Lao động huyện Than Uyên", province, Level.UPPER)
    town.union("LC-PT-1", "CĐCS Trường Mầm non Hoa Đào", district)
    town.union("LC-PT-2", "CĐCS Trường Tiểu học Phong Thổ", district)
    town.union("LC-TU-1", "CĐCS Trường Mầm non Hoa Ban", other)
    for union in queries.tree(session):
        union.short_name = union.name.replace("Liên đoàn Lao động", "LĐLĐ") if "Liên đoàn" in union.name else ""
        union.name_fold = search_text(union.code, union.name, union.short_name)
    town.commit()
    return town


def codes(session, text, **more):
    return [found.code for found in queries.search(session, text, **more)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("phong tho", ["LC-PT-2", "LC-PT"]),
        ("PHONG THỔ", ["LC-PT-2", "LC-PT"]),
        ("ldld phong tho", ["LC-PT", "LC-PT-2"]),
        ("liên đoàn lao động huyện than", ["LC-TU", "LC-TU-1"]),
        ("mam non phong tho", ["LC-PT-1"]),
        ("cong doan co so hoa", ["LC-TU-1", "LC-PT-1"]),
        ("lc-tu-1", ["LC-TU-1"]),
        ("lc-tu", ["LC-TU", "LC-TU-1"]),
        ("hoa mai", []),
        ("%", []),
        ("_", []),
        ("  ", []),
    ],
)
def test_every_word_must_occur_in_the_name_or_right_above(named, session, text, expected):
    assert codes(session, text) == expected


def test_names_that_begin_so_come_first(named, session):
    named.union("Z", "Hoa Sen Trắng")
    assert codes(session, "hoa")[0] == "Z"


def test_the_path_is_read_from_the_nearest_up_without_the_national_level(named, session):
    (found,) = queries.search(session, "hoa dao")
    assert found.path == "LĐLĐ huyện Phong Thổ › LĐLĐ tỉnh Lai Châu"


def test_a_search_can_be_kept_to_levels_and_subtrees(named, session):
    assert codes(session, "phong tho", levels={Level.GRASSROOTS}) == ["LC-PT-2"]
    assert codes(session, "hoa", below=queries.by_code(session, "LC-TU").id) == ["LC-TU-1"]


def test_closed_unions_are_left_out_from_their_last_day(named, session):
    union = queries.by_code(session, "LC-TU-1")
    union.closed_on = named.now.date()
    session.flush()
    assert codes(session, "hoa ban") == []
    assert codes(session, "hoa ban", on=union.closed_on.replace(year=2000)) == ["LC-TU-1"]
    assert codes(session, "hoa ban", on=union.closed_on) == []


def test_a_search_takes_two_queries_however_many_are_found(app, named, session):
    named.commit()
    for text in ("hoa dao", "truong"):
        with counted(app) as statements:
            assert queries.search(session, text)
        assert len(statements) == 2


def test_anybody_gets_at_most_twenty_as_data(named, client):
    for n in range(30):
        named.union(f"M{n}", f"CĐCS Mường {n}")
    named.commit()
    rows = client.data("/don-vi/tim?q=muong")
    assert len(rows) == 20
    assert client.data("/don-vi/tim?q=hoa+%C4%91%C3%A0o") == [
        {
            "code": "LC-PT-1",
            "name": "CĐCS Trường Mầm non Hoa Đào",
            "path": "LĐLĐ huyện Phong Thổ › LĐLĐ tỉnh Lai Châu",
            "note": "",
        }
    ]
    assert client.data("/don-vi/tim") == []


def test_names_are_sorted_as_vietnamese_dictionaries_do(town, session):
    root = town.union("R", "LĐLĐ tỉnh", level=Level.PROVINCIAL)
    for n, name in enumerate(["Đức", "Dũng", "Ân", "An", "Ánh", "ăn"]):
        town.union(f"U{n}", name, root)
    assert [union.name for union in queries.children(session, root.id)] == ["An", "Ánh", "ăn", "Ân", "Dũng", "Đức"]
