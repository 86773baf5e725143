"""Pages of participation: the public tables, and the officials' desk."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Flask, Response, abort, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import officials
from contest.accounts.identity import current_actor
from contest.accounts.permissions import may_follow
from contest.accounts.rules import KIND_NAMES
from contest.clock import VIETNAM
from contest.extensions import db
from contest.participation import events, exports, pages, queries
from contest.participation.branches import Branch
from contest.participation.permissions import followed, may_follow_union
from contest.rounds.models import Contest
from contest.rounds.queries import listed
from contest.unions.models import TradeUnion
from contest.unions.queries import ancestor_ids, by_code, path_of, tops
from contest.web import kept, navigation
from contest.web.doors import public
from contest.web.negotiation import page_or_json
from contest.web.texts import day
from contest.web.workbooks import workbook_response
from questions.messages import N_

bp = Blueprint("participation", __name__)

NAMES_PER_PAGE = 100
#: Silent units named on the page; the Excel file has all.
MAX_SILENT = 200
#: Bars of a chart.
MAX_BARS = 15


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    navigation.add(app, N_("Theo dõi"), "participation.desk", may_follow)


def published_or_404(slug: str) -> Contest:
    return queries.published_contest(db.session, slug) or abort(404)


def followed_or_404(code: str) -> TradeUnion:
    """A union the visitor answers for; one of others looks as if it were not there."""
    union = by_code(db.session, code) or abort(404)
    if not may_follow_union(current_actor(), ancestor_ids(db.session, union.id)):
        abort(404)
    return union


def today() -> date:
    return clock.now().astimezone(VIETNAM).date()


@bp.get("/cuoc-thi/<slug>/cong-doan")
@public
@kept.for_everybody()
def unions(slug: str) -> Response | str:
    """How many of each union take part, open to everybody: figures only, no names."""
    contest = published_or_404(slug)
    ask = pages.asked(contest)
    root, code = queries.root_of(contest), request.args.get("don-vi")
    union = (by_code(db.session, code) or abort(404)) if code else root
    asked = (contest.id, contest.revision, ask.round_number)
    branch = kept.value(
        ("branch", union.id, *asked), lambda: queries.branch(db.session, contest, union.id, ask.round_number)
    )
    shown = pages.table(branch, contest, ask)
    everybody = kept.value(("totals", *asked), lambda: queries.totals(db.session, contest, ask.round_number))
    outside = everybody - branch.root.counts if union.id == root.id else None
    return page_or_json(
        "participation/unions.html",
        lambda: _data(contest, ask, branch, shown) | {"outside": outside.people if outside else None},
        **_context(contest, ask, branch, shown),
        outside=outside,
        crumbs=_public_crumbs(contest, _below(path_of(db.session, union.id), root.id)),
        link=lambda node: pages.address(**{"don-vi": node.code, "cap": None}),
    )


@bp.get("/theo-doi")
@officials
def desk() -> Response | str:
    """An official's unions and the contests that run, with today's figures."""
    now, actor = clock.now(), current_actor()
    mine = tops(db.session, None if actor.is_administrator else followed(actor))
    found = listed(db.session, now)
    contests = [c for c in [*found.running, *found.coming, *found.past] if not c.practice]
    scopes = [c.scope_union_id for c in contests if c.scope_union_id]
    near = queries.related(db.session, [u.id for u in mine], scopes)
    figures = queries.now_and_today(db.session, [c.id for c in contests], [u.id for u in mine], today())

    def rows(chosen: Sequence[Contest]) -> list[tuple[TradeUnion, Contest, queries.Today]]:
        return [
            (union, c, figures.get((c.id, union.id), queries.Today()))
            for union in mine
            for c in chosen
            if not c.practice and (not c.scope_union_id or (union.id, c.scope_union_id) in near)
        ]

    running, others = rows(found.running), rows([*found.coming, *found.past])
    added: dict[str, Any] = {}
    for part in events.desk:
        added |= part(db.session, [(union, contest) for union, contest, _ in running], now)
    return page_or_json(
        "participation/desk.html",
        lambda: {"running": [_desk_data(row) for row in running], "others": [_desk_data(row) for row in others]},
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
    ask = pages.asked(contest)
    branch = queries.branch(db.session, contest, union.id, ask.round_number)
    shown = pages.table(branch, contest, ask)
    parts = queries.parts(db.session, contest, union.id, ask.round_number)
    days = queries.by_day(db.session, contest, union.id, today())
    silent = branch.silent()
    return page_or_json(
        "participation/follow.html",
        lambda: _data(contest, ask, branch, shown) | _follow_data(branch, parts, days),
        **_context(contest, ask, branch, shown),
        parts=parts,
        days=days,
        today=next((d for d in days if d.day == today()), None),
        silent=silent[:MAX_SILENT],
        silent_more=max(0, len(silent) - MAX_SILENT),
        bars=pages.bars(branch, shown.rows[:MAX_BARS]),
        points=[(day(d.day), d.attempts) for d in days],
        now=clock.now(),
        kind_names=KIND_NAMES,
        crumbs=_desk_crumbs(contest, ask, _followed_path(path_of(db.session, union.id))),
        link=lambda node: pages.address(code=node.code, cap=None),
    )


@bp.get("/theo-doi/<slug>/<code>/nguoi-du-thi")
@officials
def names(slug: str, code: str) -> Response | str:
    """Who of a union and those below it took part: only for those who answer for it."""
    contest = published_or_404(slug)
    union = followed_or_404(code)
    ask = pages.asked(contest)
    total = queries.people(db.session, contest, union.id, ask.round_number)
    last = max(1, -(-total // NAMES_PER_PAGE))
    page = min(ask.page, last)
    people = queries.participants(
        db.session, contest, union.id, ask.round_number, NAMES_PER_PAGE, (page - 1) * NAMES_PER_PAGE
    )
    return page_or_json(
        "participation/names.html",
        lambda: {
            "contest": contest.slug,
            "union": union.code,
            "people": [{"name": p.name, "kind": p.kind, "union": p.union_code, "attempts": p.attempts} for p in people],
            "page": page,
            "pages": last,
            "total": total,
        },
        contest=contest,
        union=union,
        people=people,
        kind_names=KIND_NAMES,
        total=total,
        page=page,
        pages=last,
        first=(page - 1) * NAMES_PER_PAGE,
        rounds=pages.round_tabs(contest, ask),
        page_address=lambda n: pages.address(trang=n),
        follow_address=url_for("participation.follow", slug=slug, code=union.code, dot=ask.round_number or None),
    )


@bp.get("/theo-doi/<slug>/<code>/tham-gia.xlsx")
@officials
def export(slug: str, code: str) -> Response:
    """The whole branch of a union as an Excel file: figures, no names."""
    contest = published_or_404(slug)
    union = followed_or_404(code)
    ask = pages.asked(contest)
    branch = queries.branch(db.session, contest, union.id, ask.round_number)
    return workbook_response(
        f"tham-gia-{contest.slug}-{union.code}.xlsx",
        gettext("Tham gia"),
        exports.columns(pages.headcount_label(contest)),
        exports.rows(branch),
    )


def _context(contest: Contest, ask: pages.Asked, branch: Branch, shown: pages.Table) -> dict[str, Any]:
    """What every table of unions needs."""
    return {
        "contest": contest,
        "ask": ask,
        "branch": branch,
        "table": shown,
        "rounds": pages.round_tabs(contest, ask),
        "round_label": pages.round_label(contest, ask.round_number),
        "levels": pages.level_tabs(branch, ask),
        "headcount_short": pages.headcount_short(contest),
        "headcount_label": pages.headcount_label(contest),
        "basis": pages.basis_sentence(contest),
        "sort_address": lambda key: pages.sort_address(ask, key),
        "page_address": lambda n: pages.address(trang=n),
        "minimum": pages.minimum(contest),
    }


def _data(contest: Contest, ask: pages.Asked, branch: Branch, shown: pages.Table) -> dict[str, Any]:
    return {
        "contest": contest.slug,
        "round": ask.round_number,
        "target_percent": contest.target_percent,
        "union": branch.root.data(),
        "direct": {"people": branch.direct.people, "attempts": branch.direct.attempts},
        "rows": pages.rows_data(shown),
        "page": shown.page,
        "pages": shown.pages,
        "total": shown.total,
    }


def _follow_data(branch: Branch, parts: Sequence[queries.Part], days: Sequence[queries.Day]) -> dict[str, Any]:
    return {
        "without_participants": [{"code": node.code, "name": node.name} for node in branch.silent()],
        "parts": [
            {"kind": p.kind, "division": p.division, "people": p.counts.people, "attempts": p.counts.attempts}
            for p in parts
        ],
        "days": [{"day": d.day.isoformat(), "people": d.people, "attempts": d.attempts} for d in days],
    }


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


def _public_crumbs(contest: Contest, path: Sequence[TradeUnion]) -> list[tuple[str, str | None]]:
    addresses = [pages.address(**{"don-vi": union.code}) for union in path[:-1]]
    unions = [(u.short_name or u.name, url) for u, url in zip(path, [*addresses, None], strict=True)]
    return [(contest.title, url_for("attempts.contest", slug=contest.slug)), *unions]


def _desk_crumbs(contest: Contest, ask: pages.Asked, path: Sequence[TradeUnion]) -> list[tuple[str, str | None]]:
    here = {"slug": contest.slug, "dot": ask.round_number or None}
    addresses = [url_for("participation.follow", code=union.code, **here) for union in path[:-1]]
    unions = [(u.short_name or u.name, url) for u, url in zip(path, [*addresses, None], strict=True)]
    return [(gettext("Theo dõi"), url_for("participation.desk")), *unions]


def _below(path: Sequence[TradeUnion], root_id: int) -> list[TradeUnion]:
    """The part of a path from the root of the table on; the union alone where it stands elsewhere."""
    start = next((place for place, union in enumerate(path) if union.id == root_id), len(path) - 1)
    return list(path[start:])


def _followed_path(path: Sequence[TradeUnion]) -> list[TradeUnion]:
    """The part of a path that the visitor answers for."""
    actor = current_actor()
    above = {union.id for union in path}
    if actor.is_administrator:
        return list(path)
    start = next(place for place, union in enumerate(path) if union.id in followed(actor) & above)
    return list(path[start:])
