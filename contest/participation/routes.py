"""Pages of participation: the public tables, and the officials' desk."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from flask import Flask, Response, abort, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import officials
from contest.accounts.permissions import followed_scopes, may_follow
from contest.accounts.rules import KIND_NAMES
from contest.extensions import db
from contest.members.tasks import tasks
from contest.participation import events, exports, pages, queries, views
from contest.participation.blueprint import (
    actor_here,
    bp,
    branch_of,
    followed_or_404,
    mine_of,
    published_or_404,
)
from contest.participation.forests import Node
from contest.participation.rules import NOTHING
from contest.rounds.models import Contest
from contest.rounds.queries import listed
from contest.unions.models import TradeUnion
from contest.unions.queries import by_code, tops
from contest.unions.rules import PRESENT
from contest.web import kept, navigation
from contest.web.doors import public
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from contest.web.texts import day
from contest.web.workbooks import Table, sheets_response
from questions.messages import N_

NAMES_PER_PAGE = 100
#: Further pages of the same blueprint.
PARTS = ("contest.participation.overview_routes", "contest.participation.target_routes")
#: Silent units named on the page; the Excel file has all.
MAX_SILENT = 200
#: Bars of a chart.
MAX_BARS = 15


def init_app(app: Flask) -> None:
    for module in PARTS:
        import_module(module)
    app.register_blueprint(bp)
    navigation.add(app, N_("Theo dõi"), "participation.desk", may_follow)


@bp.get("/cuoc-thi/<slug>/cong-doan")
@public
@kept.for_everybody()
def unions(slug: str) -> Response | str:
    """How many of each union take part, open to everybody: figures only, no names."""
    contest = published_or_404(slug)
    ask = pages.asked(contest)
    root, code = queries.root_of(contest), request.args.get("don-vi")
    union = (by_code(db.session, code) or abort(404)) if code else root
    branch, now = branch_of(contest, union.id, ask.round_number, ask.today), clock.now()
    scores = views.may_know_scores(contest, ask.round_number)
    board = views.board(db.session, db.memo, contest, branch, ask, now, scores)
    outside = None
    if union.id == root.id:
        asked = (contest.id, contest.revision, ask.round_number)
        everybody = kept.value(("totals", *asked), lambda: queries.totals(db.session, contest, ask.round_number))
        outside = everybody - branch.root.counts
        # Both figures are a few seconds old, not the same few seconds.
        outside = outside if outside.people > 0 else NOTHING
    course = views.course(db.session, db.memo, board, now)
    return page_or_json(
        "participation/unions.html",
        lambda: views.data(board) | course.data(scores) | {"outside": outside.people if outside else None},
        **views.context(board),
        **_course(course),
        outside=outside,
        crumbs=_public_crumbs(contest, _below(views.path_of(branch), root.id)),
        link=lambda node: pages.address(**{"don-vi": node.code, "cap": None}),
        leads=None,
    )


@bp.get("/theo-doi")
@officials
def desk() -> Response | str:
    """An official's unions and the contests that run, with today's figures."""
    now, actor = clock.now(), actor_here()
    mine = tops(db.session, followed_scopes(actor))
    found = listed(db.session, now)
    contests = [c for c in [*found.running, *found.coming, *found.past] if not c.practice]
    scopes = [c.scope_union_id for c in contests if c.scope_union_id]
    near = queries.related(db.session, [u.id for u in mine], scopes)
    figures = queries.now_and_today(db.session, [c.id for c in contests], [u.id for u in mine], clock.today())

    def rows(chosen: Sequence[Contest]) -> list[tuple[TradeUnion, Contest, queries.Today]]:
        return [
            (union, c, figures.get((c.id, union.id), queries.Today()))
            for union in mine
            for c in chosen
            if not c.practice and (not c.scope_union_id or (union.id, c.scope_union_id) in near)
        ]

    running, others = rows(found.running), rows([*found.coming, *found.past])
    waiting = tasks(db.session, actor, clock.today())
    added: dict[str, Any] = {}
    for part in events.desk:
        added |= part(db.session, db.memo, running, now)
    return page_or_json(
        "participation/desk.html",
        lambda: {
            "tasks": waiting.data(),
            "running": [_desk_data(row) for row in running],
            "others": [_desk_data(row) for row in others],
        },
        tasks=waiting,
        unions=mine,
        running=running,
        others=others,
        now=now,
        **added,
    )


@bp.get("/theo-doi/<slug>/<code>")
@officials
def follow(slug: str, code: str) -> Response | str:
    """A union with everything below it in one contest, for those who answer for it."""
    contest = published_or_404(slug)
    union = followed_or_404(code)
    ask, now = pages.asked(contest), clock.now()
    branch = branch_of(contest, union.id, ask.round_number, ask.today)
    board = views.board(db.session, db.memo, contest, branch, ask, now, scores=True)
    course = views.course(db.session, db.memo, board, now)
    silent, path = branch.silent(), views.path_of(branch)
    shown = [*path, *(row.node for row in board.table.rows), *silent[:MAX_SILENT]]
    mine = mine_of([node.id for node in shown])
    return page_or_json(
        "participation/follow.html",
        lambda: views.data(board) | course.data(scores=True) | {"without_participants": _named(silent)},
        **views.context(board),
        **_course(course),
        today=next((d for d in course.days if d.day == clock.today()), None),
        silent=silent[:MAX_SILENT],
        silent_more=max(0, len(silent) - MAX_SILENT),
        bars=pages.bars(branch, board.table.rows[:MAX_BARS]),
        now=now,
        crumbs=_desk_crumbs(contest, ask, [node for node in path if node.id in mine]),
        link=lambda node: pages.address(code=node.code, cap=None),
        leads=mine,
    )


@bp.get("/theo-doi/<slug>/<code>/nguoi-du-thi")
@officials
def names(slug: str, code: str) -> Response | str:
    """Who of a union and those below it took part: only for those who answer for it, and so for all named, today."""
    contest = published_or_404(slug)
    union = followed_or_404(code)
    ask = pages.asked(contest)
    total = queries.people(db.session, contest, union.id, ask.round_number, PRESENT)
    asked = paging(total, NAMES_PER_PAGE)
    people = queries.participants(
        db.session, contest, union.id, ask.round_number, NAMES_PER_PAGE, asked.before, PRESENT
    )
    return page_or_json(
        "participation/names.html",
        lambda: {
            "contest": contest.slug,
            "union": union.code,
            "people": [{"name": p.name, "kind": p.kind, "union": p.union_code, "attempts": p.attempts} for p in people],
            "page": asked.page,
            "pages": asked.pages,
            "total": total,
        },
        contest=contest,
        union=union,
        people=people,
        kind_names=KIND_NAMES,
        total=total,
        page=asked.page,
        pages=asked.pages,
        first=asked.before,
        rounds=pages.round_tabs(contest, ask),
        page_address=lambda n: pages.address(trang=n),
        follow_address=url_for("participation.follow", slug=slug, code=union.code, dot=ask.round_number or None),
    )


@bp.get("/theo-doi/<slug>/<code>/tham-gia.xlsx")
@officials
def export(slug: str, code: str) -> Response:
    """The whole branch of a union as an Excel file: figures, no names; its days, hours and kinds on further sheets."""
    contest = published_or_404(slug)
    union = followed_or_404(code)
    ask, now = pages.asked(contest), clock.now()
    branch = branch_of(contest, union.id, ask.round_number, ask.today)
    board = views.board(db.session, db.memo, contest, branch, ask, now, scores=True)
    rows = list(exports.rows(branch, board.then, contest.size_classes))
    columns = exports.columns(pages.headcount_label(contest), compared=board.then is not None)
    if contest.size_classes:
        columns.append(exports.class_column())
    first = Table(gettext("Tham gia"), columns, rows)
    course = views.course(db.session, db.memo, board, now)
    return sheets_response(f"tham-gia-{contest.slug}-{union.code}.xlsx", [first, *course.sheets()])


def _course(course: views.Course) -> dict[str, Any]:
    return {
        "kinds": course.kinds,
        "parts": course.parts,
        "days": course.days,
        "hours": list(enumerate(course.hours)),
        "points": [(day(d.day), d.attempts) for d in course.days],
        "kind_names": KIND_NAMES,
    }


def _named(nodes: Sequence[Node]) -> list[dict[str, str]]:
    return [{"code": node.code, "name": node.name} for node in nodes]


def _desk_data(row: tuple[TradeUnion, Contest, queries.Today]) -> dict[str, Any]:
    union, contest, figures = row
    return {
        "union": union.code,
        "contest": contest.slug,
        "people": figures.people,
        "attempts": figures.attempts,
        "people_today": figures.joined,
        "attempts_today": figures.attempts_today,
    }


def _public_crumbs(contest: Contest, path: Sequence[Node]) -> list[tuple[str, str | None]]:
    addresses = [pages.address(**{"don-vi": node.code}) for node in path[:-1]]
    unions = [(node.short_name or node.name, url) for node, url in zip(path, [*addresses, None], strict=True)]
    return [(contest.title, url_for("attempts.contest", slug=contest.slug)), *unions]


def _desk_crumbs(contest: Contest, ask: pages.Asked, path: Sequence[Node]) -> list[tuple[str, str | None]]:
    here = {"slug": contest.slug, "dot": ask.round_number or None, "cach": pages.TODAY if ask.today else None}
    addresses = [url_for("participation.follow", code=node.code, **here) for node in path[:-1]]
    unions = [(node.short_name or node.name, url) for node, url in zip(path, [*addresses, None], strict=True)]
    return [(gettext("Theo dõi"), url_for("participation.desk")), *unions]


def _below(path: Sequence[Node], root_id: int) -> list[Node]:
    """The part of a path from the root of the table on; the union alone where it stands elsewhere."""
    start = next((place for place, node in enumerate(path) if node.id == root_id), len(path) - 1)
    return list(path[start:])
