"""The tree at one look: every union a tile with its band against the target, grouped by what stands above; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contest.participation.branches import Branch, Node, UnionRow
from contest.participation.headcounts import Size
from contest.participation.rules import NOTHING
from questions.messages import N_
from questions.text import sort_key

#: Tiles of a page; a group that would go beyond is drawn as one tile for each union of the level above.
MAX_TILES = 2_000
#: Width steps of tiles by headcount: the root of the share decides, so that a large union is not a hundred times wider.
SIZES = 4


class Band(StrEnum):
    """How near a union is to its target, or, where none is set, how high its rate is. The letter stands in the tile."""

    REACHED = "a"
    NEAR = "b"
    HALF = "c"
    LOW = "d"
    NOBODY = "e"
    #: No headcount and no target in people: nothing to measure against.
    UNKNOWN = "x"


BAND_LETTERS = {
    Band.REACHED: "A",
    Band.NEAR: "B",
    Band.HALF: "C",
    Band.LOW: "D",
    Band.NOBODY: "0",
    Band.UNKNOWN: "?",
}
#: In words, against the target.
BAND_NAMES = {
    Band.REACHED: N_("đạt chỉ tiêu"),
    Band.NEAR: N_("từ 75% chỉ tiêu"),
    Band.HALF: N_("từ 50% chỉ tiêu"),
    Band.LOW: N_("dưới 50% chỉ tiêu"),
    Band.NOBODY: N_("chưa có người dự thi"),
    Band.UNKNOWN: N_("chưa có số đoàn viên"),
}
#: The same where the contest has no target: against everybody.
RATE_NAMES = BAND_NAMES | {
    Band.REACHED: N_("tỷ lệ 100% trở lên"),
    Band.NEAR: N_("tỷ lệ từ 75%"),
    Band.HALF: N_("tỷ lệ từ 50%"),
    Band.LOW: N_("tỷ lệ dưới 50%"),
}


def band(people: int, wanted: int | None, headcount: int | None) -> Band:
    """The band of a union; against its headcount where nothing is asked of it.

    >>> [str(band(n, 10, None)) for n in (10, 8, 5, 1, 0)], str(band(3, None, None)), str(band(3, None, 4))
    (['a', 'b', 'c', 'd', 'e'], 'x', 'b')
    """
    against = wanted or headcount
    if not people:
        return Band.NOBODY
    if not against:
        return Band.UNKNOWN
    if people >= against:
        return Band.REACHED
    if people * 4 >= against * 3:
        return Band.NEAR
    return Band.HALF if people * 2 >= against else Band.LOW


@dataclass(frozen=True, slots=True)
class Tile:
    """A union as a tile: ``size`` from 1 to ``SIZES`` by headcount; ``percent`` of what it is measured against."""

    row: UnionRow
    band: Band
    size: int

    @property
    def letter(self) -> str:
        return BAND_LETTERS[self.band]


@dataclass(frozen=True, slots=True)
class Group:
    """Tiles that stand below one union (or in one place); ``row`` None: a place, or what is left over."""

    title: str
    tiles: Sequence[Tile]
    row: UnionRow | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows; ``folded``: a tile stands for all below it; ``rest``: so many small ones are not drawn."""

    groups: Sequence[Group]
    folded: bool = False
    rest: int = 0

    @property
    def bands(self) -> dict[Band, int]:
        """How many tiles each band has."""
        found = dict.fromkeys(Band, 0)
        for group in self.groups:
            for tile in group.tiles:
                found[tile.band] += 1
        return found


def size(headcount: int | None, largest: int | None) -> int:
    """The width step of a tile.

    >>> size(100, 100), size(25, 100), size(None, 100), size(1, 100)
    (4, 2, 1, 1)
    """
    if not headcount or not largest:
        return 1
    return min(SIZES, max(1, -(-int(SIZES * 1000 * (headcount / largest) ** 0.5) // 1000)))


def tiles(rows: Iterable[UnionRow]) -> list[Tile]:
    """Unions as tiles, the largest first; by name where they are equal."""
    known = sorted(rows, key=lambda row: (-(row.headcount or 0), row.node.name_key, row.node.id))
    largest = max((row.headcount or 0 for row in known), default=0)
    return [
        Tile(row, band(row.counts.people, row.wanted, row.headcount), size(row.headcount, largest)) for row in known
    ]


def by_union(branch: Branch, most: int = MAX_TILES) -> Overview:
    """The unions right below the root, each with its own children as tiles as long as all together are few enough.

    Unions without anything below stand together in a first group. Where the children of all are too many, nobody's
    are drawn: the unions right below are tiles themselves, and beyond ``most`` the smallest are only counted.
    """
    rows = branch.children()
    below = {row.node.id: branch.children(row.node.id) for row in rows if row.deeper}
    single = [row for row in rows if not below.get(row.node.id)]
    total = len(single) + sum(map(len, below.values()))
    if not any(below.values()) or total > most:
        drawn = tiles(rows)[:most]
        return Overview([Group("", drawn)] if drawn else [], any(below.values()), len(rows) - len(drawn))
    groups = [Group("", tiles(single))] if single else []
    groups += [Group(row.node.name, tiles(below[row.node.id]), row) for row in rows if below.get(row.node.id)]
    return Overview(groups)


def by_place(branch: Branch, names: Mapping[int, str], elsewhere: str, most: int = MAX_TILES) -> Overview:
    """The basic units of the branch by where they are on the map, whoever manages them.

    ``names`` of places by id; ``elsewhere``: the words for units whose place nobody wrote down. Where the units are
    too many, each place is one tile.
    """
    found: dict[str, list[UnionRow]] = {}
    for row in branch.basic():
        found.setdefault(names.get(row.node.place_id or 0, ""), []).append(row)
    ordered = sorted(found, key=lambda name: (not name, sort_key(name)))
    if sum(map(len, found.values())) > most:
        rows = [_summed(name or elsewhere, found[name]) for name in ordered]
        return Overview([Group("", tiles(rows)[:most])], True, max(0, len(rows) - most))
    return Overview([Group(name or elsewhere, tiles(found[name])) for name in ordered])


def _summed(name: str, rows: Sequence[UnionRow]) -> UnionRow:
    """All units of a place as one row that leads nowhere; measured against those that know their size."""
    known = [row.size for row in rows if row.size]
    wanted = [row.wanted for row in rows if row.wanted is not None]
    return UnionRow(
        node=Node(0, None, "", name, sort_key(name), "", "", None),
        counts=sum((row.counts for row in rows), NOTHING),
        size=Size(sum(one.number for one in known), missing=len(rows) - len(known)) if known else None,
        wanted=sum(wanted) if wanted else None,
        units=len(rows),
        silent=sum(not row.counts.people for row in rows),
        deeper=False,
    )


def words(against_target: bool) -> Mapping[Band, str]:
    """The bands in words."""
    return BAND_NAMES if against_target else RATE_NAMES
