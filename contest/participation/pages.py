"""What the pages about participation show: the question in the address, the table that answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext

from contest.participation import leagues
from contest.participation.branches import Branch, Measured, UnionRow
from contest.participation.comparing import Difference, Earlier, differences
from contest.participation.whole import delay
from contest.rounds.models import Contest
from contest.rounds.settings import HEADCOUNT_BASIS_NAMES, HeadcountBasis
from contest.unions.rules import LEVEL_NAMES, Level
from contest.web.paging import paging
from contest.web.texts import clock_time, day, number, percent, say

PAGE_SIZE = 100

#: Levels as they stand in the address (``?cap=``).
LEVELS = {
    "tinh": Level.PROVINCIAL,
    "cap-tren": Level.UPPER,
    "co-so": Level.GRASSROOTS,
    "bo-phan": Level.SECTION,
}
DOWN, UP = "giam", "tang"


#: How figures are read, as it stands in the address (``?cach=``): today's tree and headcounts.
TODAY = "hien-nay"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. ``level`` None: the unions right below; ``today``: read as the tree is today;
    ``size``: only unions of one size class, from 0."""

    round_number: int
    level: Level | None
    key: str
    descending: bool
    today: bool = False
    size: int | None = None

    @property
    def direction(self) -> str:
        return "desc" if self.descending else "asc"

    @property
    def league(self) -> str:
        """What places are given by."""
        return leagues.BY_PEOPLE if self.key == leagues.BY_PEOPLE else leagues.BY_RATE


@dataclass(frozen=True, slots=True)
class Table:
    """A page of a table of unions. By union id: ``places`` in the league shown, ``moves`` since yesterday,
    ``differences`` to the round or the contest before, ``classes`` of size."""

    rows: Sequence[UnionRow]
    places: dict[int, int]
    league: str
    page: int
    pages: int
    total: int
    moves: Mapping[int, leagues.Move] = field(default_factory=dict)
    differences: Mapping[int, Difference] = field(default_factory=dict)
    classes: Mapping[int, int | None] = field(default_factory=dict)


def asked(contest: Contest, key: str = leagues.BY_RATE, descending: bool = True) -> Asked:
    """Read the address; a round that the contest does not have is not found, other odd values fall back."""
    chosen = whole("dot", 0)
    if chosen and chosen not in {round_.number for round_ in contest.rounds}:
        abort(404)
    wanted = request.args.get("sap-xep", "")
    if wanted in leagues.SORTS:
        key, descending = wanted, first_descending(wanted)
    direction = request.args.get("chieu")
    size = whole("co", 0)
    return Asked(
        round_number=chosen,
        level=LEVELS.get(request.args.get("cap", "")),
        key=key,
        descending=direction != UP if direction in (UP, DOWN) else descending,
        today=request.args.get("cach") == TODAY and contest.tree_id is not None,
        size=size - 1 if 0 < size <= len(contest.size_classes) + 1 and contest.size_classes else None,
    )


def whole(name: str, default: int) -> int:
    """A whole number of the address; the default for anything else."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def first_descending(key: str) -> bool:
    """Which way a column is sorted when it is first asked for: names from A, figures from the largest."""
    return key != "ten"


def table(
    branch: Branch,
    contest: Contest,
    ask: Asked,
    joined: Mapping[int, int] | None = None,
    then: Earlier | None = None,
) -> Table:
    """The unions asked for, sorted, with their places in the league by people or by rate.

    ``joined``: who joined today, by union id, so that places can be set beside yesterday's; ``then``: what to
    compare with.
    """
    rows = branch.at_level(ask.level) if ask.level else branch.children()
    bounds, least = contest.size_classes, minimum(contest)
    classes = {row.node.id: leagues.size_class(row.headcount, bounds) for row in rows}
    if ask.size is not None:
        rows = [row for row in rows if classes[row.node.id] == ask.size]
    places = leagues.places(rows, ask.league, least, bounds)
    moves: Mapping[int, leagues.Move] = {}
    if joined is not None:
        before = leagues.yesterday_rows(rows, joined)
        moves = leagues.moves(places, leagues.places(before, ask.league, least, bounds))
    ordered = leagues.sort_rows(rows, ask.key, ask.descending)
    part = paging(len(ordered), PAGE_SIZE)
    shown = part.cut(ordered)
    compared = differences(shown, then)
    return Table(shown, places, ask.league, part.page, part.pages, len(ordered), moves, compared, classes)


def minimum(contest: Contest) -> leagues.Minimum:
    return leagues.Minimum(contest.collective_min_headcount, contest.collective_min_percent)


def rows_data(shown: Table, scores: bool = False) -> list[dict[str, Any]]:
    """The rows of a table for programs; ``scores``: with how well people did."""
    return [_row_data(shown, row) | (row.scores_data() if scores else {}) for row in shown.rows]


def _row_data(shown: Table, row: UnionRow) -> dict[str, Any]:
    union = row.node.id
    move, difference = shown.moves.get(union), shown.differences.get(union)
    return row.data() | {
        "place": shown.places.get(union),
        "size_class": shown.classes.get(union),
        "place_change": None if move is None or move.new else move.steps,
        "place_new": move is not None and move.new,
        "people_before": difference.before if difference else None,
        "people_difference": difference.people if difference else None,
        "rate_difference": None if difference is None or difference.rate is None else round(difference.rate, 4),
    }


def address(**changes: Any) -> str:
    """This page with some of its question changed; None drops a part. What only builds addresses is none of it."""
    kept = {
        name: value
        for name, value in request.args.items()
        if name not in ("trang", "endpoint") and not name.startswith("_")
    }
    return url_for(request.endpoint or "", **(kept | (request.view_args or {}) | changes))


def sort_address(ask: Asked, key: str) -> str:
    """The address that sorts by a column; a second time turns the direction."""
    descending = not ask.descending if key == ask.key else first_descending(key)
    return address(**{"sap-xep": key, "chieu": DOWN if descending else UP})


def level_tabs(branch: Branch, ask: Asked) -> list[tuple[str, str, bool]]:
    """Links to the unions right below and to each level that occurs deeper down; nothing where there is one view."""
    present = set(branch.levels())
    direct = {row.node.level for row in branch.children()}
    deeper = [slug for slug, level in LEVELS.items() if level in present and {level} != direct]
    if not deeper:
        return []
    tabs = [(gettext("Cấp dưới trực tiếp"), address(cap=None), ask.level is None)]
    return tabs + [(gettext(LEVEL_NAMES[LEVELS[s]]), address(cap=s), ask.level is LEVELS[s]) for s in deeper]


def round_tabs(contest: Contest, ask: Asked) -> list[tuple[str, str, bool]]:
    """Links to the whole contest and to each round."""
    tabs = [(gettext("Cả cuộc thi"), address(dot=None), ask.round_number == 0)]
    return tabs + [
        (round_label(contest, r.number), address(dot=r.number), ask.round_number == r.number) for r in contest.rounds
    ]


def reading_tabs(contest: Contest, ask: Asked) -> list[tuple[str, str, bool]]:
    """Links to the two readings, where the tree has changed since the contest opened."""
    if contest.tree_id is None:
        return []
    return [
        (gettext("Theo cây tổ chức khi mở cuộc thi"), address(cach=None), not ask.today),
        (gettext("Theo tổ chức hiện nay"), address(cach=TODAY), ask.today),
    ]


def league_tabs(ask: Asked) -> list[tuple[str, str, bool]]:
    """Links to the leagues by rate and by people."""
    names = {leagues.BY_RATE: gettext("Thi đua theo tỷ lệ"), leagues.BY_PEOPLE: gettext("Thi đua theo số người")}
    return [(name, address(**{"sap-xep": key, "chieu": None}), ask.league == key) for key, name in names.items()]


def size_tabs(contest: Contest, ask: Asked) -> list[tuple[str, str, bool]]:
    """Links to each size class."""
    if not contest.size_classes:
        return []
    tabs = [(gettext("Mọi cỡ đơn vị"), address(co=None), ask.size is None)]
    return tabs + [
        (name, address(co=number + 1), ask.size == number) for number, name in enumerate(class_names(contest))
    ]


def class_names(contest: Contest) -> list[str]:
    """The size classes in words, by number."""
    bounds = contest.size_classes
    return [say(leagues.class_name(number, bounds)) for number in range(len(bounds) + 1)] if bounds else []


def delay_sentence(branch: Branch) -> str:
    """When the figures were taken and how soon they are taken again."""
    seconds = int(delay().total_seconds())
    at = clock_time(branch.taken_at)
    if not seconds:
        return gettext("Số liệu lúc %(at)s.", at=at)
    return gettext("Số liệu lúc %(at)s, làm mới mỗi %(seconds)s giây.", at=at, seconds=seconds)


def against(then: Earlier, contest: Contest) -> str:
    """What the figures are compared with."""
    if then.contest.id == contest.id:
        return gettext("So với %(round)s", round=round_label(contest, then.round_number))
    return gettext("So với %(contest)s", contest=then.contest.title)


def against_short(then: Earlier, contest: Contest) -> str:
    """The same for the head of a column, where the name of a contest has no room."""
    return against(then, contest) if then.contest.id == contest.id else gettext("So với cuộc thi trước")


def bars(branch: Branch, rows: Sequence[UnionRow]) -> list[tuple[str, float | None, str]]:
    """Bars of a chart: rates, or people where the whole has no headcount."""
    if branch.root.rate is None:
        return [(row.node.name, row.counts.people, number(row.counts.people)) for row in rows]
    return [(row.node.name, row.rate, percent(row.rate)) for row in rows]


def headcount_days(row: Measured, label: str) -> str:
    """Of which days the figures of a headcount (``label``) are, in a sentence; nothing where no day is known."""
    size = row.size
    if not row.headcount or size is None or size.since is None:
        return ""
    if size.since == size.until:
        return gettext("%(headcount)s lấy theo số liệu ngày %(day)s.", headcount=label, day=day(size.since))
    return gettext(
        "%(headcount)s lấy theo số liệu từ ngày %(since)s đến ngày %(until)s.",
        headcount=label,
        since=day(size.since),
        until=day(size.until),
    )


def headcount_label(contest: Contest) -> str:
    if contest.headcount_basis == HeadcountBasis.MEMBERS:
        return gettext("Số đoàn viên")
    return gettext("Số đoàn viên, người lao động")


def headcount_short(contest: Contest) -> str:
    """The same for the head of a column."""
    return gettext("Đoàn viên") if contest.headcount_basis == HeadcountBasis.MEMBERS else gettext("Đoàn viên, NLĐ")


def basis_sentence(contest: Contest) -> str:
    return gettext(HEADCOUNT_BASIS_NAMES[HeadcountBasis(contest.headcount_basis)])


def round_label(contest: Contest, chosen: int) -> str:
    """The round as titles name it; empty for the whole contest."""
    found = next((round_ for round_ in contest.rounds if round_.number == chosen), None)
    if found is None:
        return ""
    return found.title or gettext("Đợt %(number)s", number=chosen)
