"""What the pages about participation show: the question in the address, the table that answers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext

from contest.participation import leagues
from contest.participation.branches import Branch, UnionRow
from contest.rounds.models import Contest
from contest.rounds.settings import HEADCOUNT_BASIS_NAMES, HeadcountBasis
from contest.unions.rules import LEVEL_NAMES, Level
from contest.web.texts import number, percent

PAGE_SIZE = 100

#: Levels as they stand in the address (``?cap=``).
LEVELS = {
    "tinh": Level.PROVINCIAL,
    "cap-tren": Level.UPPER,
    "co-so": Level.GRASSROOTS,
    "bo-phan": Level.SECTION,
}
DOWN, UP = "giam", "tang"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. ``level`` None: the unions right below."""

    round_number: int
    level: Level | None
    key: str
    descending: bool
    page: int

    @property
    def direction(self) -> str:
        return "desc" if self.descending else "asc"


@dataclass(frozen=True, slots=True)
class Table:
    """A page of a table of unions. ``places``: competition places by union id in the league shown."""

    rows: Sequence[UnionRow]
    places: dict[int, int]
    league: str
    page: int
    pages: int
    total: int


def asked(contest: Contest, key: str = leagues.BY_RATE, descending: bool = True) -> Asked:
    """Read the address; a round that the contest does not have is not found, other odd values fall back."""
    chosen = whole("dot", 0)
    if chosen and chosen not in {round_.number for round_ in contest.rounds}:
        abort(404)
    wanted = request.args.get("sap-xep", "")
    if wanted in leagues.SORTS:
        key, descending = wanted, first_descending(wanted)
    direction = request.args.get("chieu")
    return Asked(
        round_number=chosen,
        level=LEVELS.get(request.args.get("cap", "")),
        key=key,
        descending=direction != UP if direction in (UP, DOWN) else descending,
        page=max(1, whole("trang", 1)),
    )


def whole(name: str, default: int) -> int:
    """A whole number of the address; the default for anything else."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def first_descending(key: str) -> bool:
    """Which way a column is sorted when it is first asked for: names from A, figures from the largest."""
    return key != "ten"


def table(branch: Branch, contest: Contest, ask: Asked) -> Table:
    """The unions asked for, sorted, with their places in the league by people or by rate."""
    rows = branch.at_level(ask.level) if ask.level else branch.children()
    league = leagues.BY_PEOPLE if ask.key == leagues.BY_PEOPLE else leagues.BY_RATE
    places = leagues.places(rows, league, minimum(contest))
    ordered = leagues.sort_rows(rows, ask.key, ask.descending)
    pages = max(1, -(-len(ordered) // PAGE_SIZE))
    page = min(ask.page, pages)
    return Table(ordered[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], places, league, page, pages, len(ordered))


def minimum(contest: Contest) -> leagues.Minimum:
    return leagues.Minimum(contest.collective_min_headcount, contest.collective_min_percent)


def rows_data(shown: Table) -> list[dict[str, Any]]:
    """The rows of a table for programs."""
    return [row.data() | {"place": shown.places.get(row.node.id)} for row in shown.rows]


def address(**changes: Any) -> str:
    """This page with some of its question changed; None drops a part."""
    kept = {name: value for name, value in request.args.items() if name != "trang"}
    return url_for(request.endpoint or "", **((request.view_args or {}) | kept | changes))


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


def bars(branch: Branch, rows: Sequence[UnionRow]) -> list[tuple[str, float | None, str]]:
    """Bars of a chart: rates, or people where the whole has no headcount."""
    if branch.root.rate is None:
        return [(row.node.name, row.counts.people, number(row.counts.people)) for row in rows]
    return [(row.node.name, row.rate, percent(row.rate)) for row in rows]


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
