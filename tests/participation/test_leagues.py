"""Places in size classes and their movement; how the tree is drawn. Pure."""

import pytest

from contest.participation import leagues, overview
from contest.participation.branches import Branch
from contest.participation.forests import Forest, Node
from contest.participation.frames import Frame
from contest.participation.headcounts import Size
from contest.participation.leagues import BY_PEOPLE, BY_RATE, Minimum, Move
from contest.participation.overview import Band, band
from contest.participation.rolling import Rolled
from contest.unions.rules import Level


def node(number, parent=None, level=Level.GRASSROOTS, place=None):
    return Node(number, parent, f"C{number}", f"Đơn vị {number:04}", f"{number:04}", level, "", None, place_id=place)


def branch(people, sizes=None, parents=None, places=None):
    """A root 1 with unions below it; ``people`` and ``sizes`` by union."""
    parents, places = parents or {}, places or {}
    unions = [u for u in people if u != 1]
    above = {parents.get(u, 1) for u in unions}

    def under(one):
        found = [
            node(
                one,
                None if one == 1 else parents.get(one, 1),
                Level.UPPER if one in above else Level.GRASSROOTS,
                places.get(one),
            )
        ]
        for union in unions:
            if parents.get(union, 1) == one:
                found += under(union)
        return found

    own = {u: (n, n, 0, 0, 0) for u, n in people.items()}
    known = {u: Size(n) for u, n in (sizes or {}).items()}
    return Branch(Rolled(Frame(Forest(under(1)), known), own), 1)


def test_each_size_class_has_places_of_its_own():
    rows = branch({1: 0, 2: 5, 3: 4, 4: 30, 5: 40, 6: 9}, {2: 10, 3: 10, 4: 100, 5: 100}).children()
    assert leagues.places(rows, BY_RATE, Minimum(), [50]) == {2: 1, 3: 2, 5: 1, 4: 2}
    assert leagues.places(rows, BY_PEOPLE, Minimum(), [50]) == {2: 1, 3: 2, 5: 1, 4: 2}
    assert leagues.places(rows, BY_PEOPLE, Minimum()) == {5: 1, 4: 2, 6: 3, 2: 4, 3: 5}


def test_equal_unions_share_a_place_within_their_class():
    rows = branch({1: 0, 2: 5, 3: 5, 4: 1, 5: 50}, {2: 10, 3: 10, 4: 10, 5: 100}).children()
    assert leagues.places(rows, BY_RATE, Minimum(), [50]) == {2: 1, 3: 1, 4: 3, 5: 1}


def test_places_move_against_yesterday():
    rows = branch({1: 0, 2: 5, 3: 4, 4: 1}, {2: 10, 3: 10, 4: 10}).children()
    now = leagues.places(rows, BY_PEOPLE, Minimum())
    before = leagues.places(leagues.yesterday_rows(rows, {2: 4, 4: 1}), BY_PEOPLE, Minimum())
    assert (now, before) == ({2: 1, 3: 2, 4: 3}, {3: 1, 2: 2})
    assert leagues.moves(now, before) == {2: Move(1), 3: Move(-1), 4: Move(new=True)}
    assert leagues.moves(now, {}) == {}


@pytest.mark.parametrize(
    ("people", "wanted", "headcount", "expected"),
    [
        (0, 10, 20, Band.NOBODY),
        (0, None, None, Band.NOBODY),
        (4, 10, 20, Band.LOW),
        (5, 10, 20, Band.HALF),
        (7, 10, 20, Band.HALF),
        (8, 10, 20, Band.NEAR),
        (9, 10, 20, Band.NEAR),
        (10, 10, 20, Band.REACHED),
        (10, None, 20, Band.HALF),
        (3, None, None, Band.UNKNOWN),
    ],
)
def test_bands_against_the_target(people, wanted, headcount, expected):
    assert band(people, wanted, headcount) is expected


def test_grandchildren_are_grouped_by_what_stands_above():
    tree = branch({1: 0, 2: 0, 3: 1, 4: 2, 5: 3}, {3: 10, 4: 20, 5: 5}, parents={3: 2, 4: 2})
    shown = overview.by_union(tree)
    assert [(group.title, [tile.row.node.id for tile in group.tiles]) for group in shown.groups] == [
        ("", [5]),
        ("Đơn vị 0002", [4, 3]),
    ]
    assert not shown.folded
    assert sum(shown.bands.values()) == 3


def test_too_many_tiles_are_folded_and_the_rest_is_counted():
    deep = branch({1: 0, 2: 0, 3: 0, **dict.fromkeys(range(10, 20), 1)}, parents={n: 2 + n % 2 for n in range(10, 20)})
    folded = overview.by_union(deep, most=5)
    assert folded.folded
    assert [tile.row.counts.people for tile in folded.groups[0].tiles] == [5, 5]
    flat = overview.by_union(branch(dict.fromkeys(range(1, 12), 1)), most=4)
    assert (len(flat.groups[0].tiles), flat.rest, flat.folded) == (4, 6, False)
    assert overview.by_union(branch({1: 3})).groups == []


def test_by_place_whoever_manages():
    places = {3: 7, 4: 8, 5: 7}
    tree = branch({1: 0, 2: 0, 3: 1, 4: 2, 5: 3, 6: 4}, {3: 10, 5: 10}, parents={3: 2, 4: 2}, places=places)
    names = {7: "Xã Đoàn Kết", 8: "Xã Bản Lang"}
    shown = overview.by_place(tree, names, "Chưa ghi")
    assert [(g.title, sorted(t.row.node.id for t in g.tiles)) for g in shown.groups] == [
        ("Xã Bản Lang", [4]),
        ("Xã Đoàn Kết", [3, 5]),
        ("Chưa ghi", [6]),
    ]
    folded = overview.by_place(tree, names, "Chưa ghi", most=3)
    tile = next(tile for tile in folded.groups[0].tiles if tile.row.node.name == "Xã Đoàn Kết")
    assert (tile.row.counts.people, tile.row.headcount, tile.row.units, tile.row.node.code) == (4, 20, 2, "")
    assert folded.folded
