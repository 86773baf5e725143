"""The tree at one look: tiles by colour, letter and figure, for officials and for everybody."""

from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext

from contest.accounts.doors import officials
from contest.extensions import db
from contest.participation import overview, pages, queries
from contest.participation.blueprint import bp, branch_of, followed_or_404, mine_of, published_or_404
from contest.participation.branches import Branch
from contest.participation.comparing import place_names
from contest.rounds.models import Contest
from contest.unions.queries import by_code
from contest.web import kept
from contest.web.doors import public
from contest.web.negotiation import page_or_json
from contest.web.texts import say

#: How tiles are grouped, as it stands in the address (``?nhom=``): by place instead of by manager.
BY_PLACE = "dia-ban"


@bp.get("/theo-doi/<slug>/<code>/ban-do", endpoint="overview")
@officials
def official_overview(slug: str, code: str) -> Response | str:
    """A union and what stands below it as tiles, for those who answer for it."""
    contest = published_or_404(slug)
    union = followed_or_404(code)
    ask = pages.asked(contest)
    branch = branch_of(contest, union.id, ask.round_number, ask.today)
    shown = _overview(branch)
    drawn = [tile.row.node.id for group in shown.groups for tile in group.tiles]
    mine = mine_of([*drawn, *(group.row.node.id for group in shown.groups if group.row)])
    here = {"slug": slug, "dot": ask.round_number or None, "cach": request.args.get("cach")}
    crumbs = [
        (gettext("Theo dõi"), url_for("participation.desk")),
        (branch.root.node.short_name or branch.root.node.name, url_for("participation.follow", code=code, **here)),
        (gettext("Cả cây theo màu"), None),
    ]

    def link(node_id: int, code: str, deeper: bool) -> str | None:
        page = "participation.overview" if deeper else "participation.follow"
        return url_for(page, code=code, **here) if node_id in mine else None

    return _page(contest, ask, branch, shown, crumbs, link)


@bp.get("/cuoc-thi/<slug>/cong-doan/ban-do")
@public
@kept.for_everybody()
def public_overview(slug: str) -> Response | str:
    """The same for everybody."""
    contest = published_or_404(slug)
    ask = pages.asked(contest)
    code = request.args.get("don-vi")
    union = (by_code(db.session, code) or abort(404)) if code else queries.root_of(contest)
    branch = branch_of(contest, union.id, ask.round_number, ask.today)
    here = {"slug": slug, "dot": ask.round_number or None, "cach": request.args.get("cach")}
    crumbs = [
        (contest.title, url_for("attempts.contest", slug=slug)),
        (gettext("Tham gia của các công đoàn"), url_for("participation.unions", **here, **{"don-vi": code})),
        (gettext("Cả cây theo màu"), None),
    ]

    def link(_node_id: int, code: str, deeper: bool) -> str | None:
        if not code:
            return None
        page = "participation.public_overview" if deeper else "participation.unions"
        return url_for(page, **here, **{"don-vi": code})

    return _page(contest, ask, branch, _overview(branch), crumbs, link)


def _overview(branch: Branch) -> overview.Overview:
    if request.args.get("nhom") != BY_PLACE:
        return overview.by_union(branch)
    ids = {row.node.place_id for row in branch.basic() if row.node.place_id}
    return overview.by_place(branch, place_names(db.session, ids), gettext("Chưa ghi địa bàn"))


def _page(
    contest: Contest, ask: pages.Asked, branch: Branch, shown: overview.Overview, crumbs: Any, link: Any
) -> Response | str:
    asked = any(tile.row.wanted for group in shown.groups for tile in group.tiles)
    names = {band: say(words) for band, words in overview.words(asked).items()}
    places = any(node.place_id for node in branch.nodes.values())
    grouping = request.args.get("nhom") == BY_PLACE
    return page_or_json(
        "participation/overview.html",
        lambda: _data(contest, ask, branch, shown),
        contest=contest,
        branch=branch,
        shown=shown,
        names=names,
        letters=overview.BAND_LETTERS,
        rounds=pages.round_tabs(contest, ask),
        readings=pages.reading_tabs(contest, ask),
        groupings=[
            (gettext("Theo đơn vị quản lý"), pages.address(nhom=None), not grouping),
            (gettext("Theo địa bàn"), pages.address(nhom=BY_PLACE), grouping),
        ]
        if places
        else [],
        taken=pages.delay_sentence(branch),
        crumbs=crumbs,
        link=link,
    )


def _data(contest: Contest, ask: pages.Asked, branch: Branch, shown: overview.Overview) -> dict[str, Any]:
    return {
        "contest": contest.slug,
        "round": ask.round_number,
        "union": branch.root.node.code,
        "taken_at": branch.taken_at.isoformat() if branch.taken_at else None,
        "folded": shown.folded,
        "not_drawn": shown.rest,
        "bands": {band.name.lower(): number for band, number in shown.bands.items()},
        "groups": [
            {
                "title": group.title,
                "code": group.row.node.code if group.row else None,
                "tiles": [
                    {
                        "code": tile.row.node.code or None,
                        "name": tile.row.node.name,
                        "band": tile.band.name.lower(),
                        "people": tile.row.counts.people,
                        "headcount": tile.row.headcount,
                        "target_people": tile.row.wanted,
                    }
                    for tile in group.tiles
                ],
            }
            for group in shown.groups
        ],
    }
