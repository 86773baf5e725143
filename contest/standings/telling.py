"""What everybody is told of an announced ranking: so many from the top, unions or not, names no more openly; pure."""

from dataclasses import replace

from contest.rounds.settings import NameDisplay, less_open
from contest.standings.events import Told
from contest.standings.queries import PAGE_SIZE, Line, OwnPlace, RankingPage
from contest.standings.union_boards import UnionPage
from contest.standings.view import Near, RankingView


def as_told(view: RankingView, told: Told, rows: int | None) -> RankingView:
    """A ranking as its announcement lets everybody see it, ``rows`` of it (None: all); one's own row and place are
    always told."""
    names = less_open(view.names, told.names)
    nameless = names is NameDisplay.HIDDEN
    cut = replace(
        view,
        names=names,
        hides_unions=not told.unions,
        page=_page(view.page, rows),
        part=_part(view.part, told.places) if view.part else None,
        own=_own(view.own, rows),
        found=None if nameless or view.found is None else _lines(view, view.found, told),
        near=_near(view, view.near, told),
        near_found=None if nameless else _near(view, view.near_found, told),
    )
    return cut if told.unions else _without_unions(cut)


def _page(page: RankingPage, most: int | None, size: int = PAGE_SIZE) -> RankingPage:
    if most is None:
        return page
    left = max(0, most - (page.page - 1) * size)
    return replace(page, lines=page.lines[:left], pages=min(page.pages, -(-most // size)))


def _own(own: OwnPlace | None, most: int | None, size: int = PAGE_SIZE) -> OwnPlace | None:
    """One's own place, without the page where that is not told."""
    if own is None or own.page is None or most is None or own.page <= -(-most // size):
        return own
    return replace(own, page=None)


def _part(part: UnionPage, most: int | None) -> UnionPage:
    """Of a union's people those whose place in the whole is told."""
    kept = [n for n, line in enumerate(part.lines) if most is None or line.rank <= most]
    if len(kept) == len(part.lines):
        return part
    return replace(
        part, lines=[part.lines[n] for n in kept], ranks=[part.ranks[n] for n in kept], pages=part.page, total=len(kept)
    )


def _is_told(view: RankingView, line: Line, told: Told) -> bool:
    return told.places is None or line.rank <= told.places or view.is_own(line)


def _lines(view: RankingView, lines: list[Line], told: Told) -> list[Line]:
    return [line for line in lines if _is_told(view, line, told)]


def _near(view: RankingView, near: Near | None, told: Told) -> Near | None:
    if near is None:
        return None
    kept = [n for n, line in enumerate(near.lines) if _is_told(view, line, told)]
    return Near([near.lines[n] for n in kept], [near.ahead[n] for n in kept])


def _without_unions(view: RankingView) -> RankingView:
    def bare(lines: list[Line]) -> list[Line]:
        return [line if view.is_own(line) else replace(line, union="", union_note="", union_code="") for line in lines]

    return replace(
        view,
        page=replace(view.page, lines=bare(view.page.lines)),
        found=bare(view.found) if view.found is not None else None,
        near=replace(view.near, lines=bare(view.near.lines)) if view.near else None,
        near_found=replace(view.near_found, lines=bare(view.near_found.lines)) if view.near_found else None,
        apart=[replace(each, union="") for each in view.apart],
    )
