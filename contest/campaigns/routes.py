"""Pages of a campaign: who has not joined yet, which unions to call; and the desk's part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from flask import Flask, Response, abort
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import officials
from contest.accounts.rules import KIND_NAMES
from contest.campaigns import exports, queries, sharing, surveys, texts
from contest.campaigns.blueprint import (
    asked_round,
    bp,
    campaign_or_404,
    crumbs,
    here,
    names_allowed,
    round_links,
)
from contest.campaigns.rules import REASON_NAMES, SOURCE_NAMES, Missing, MissingSum, Source
from contest.campaigns.surveys import Call, Survey
from contest.extensions import db
from contest.participation.branches import UnionRow
from contest.rounds.models import Contest
from contest.unions.models import TradeUnion
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from contest.web.workbooks import workbook_response

PAGE_SIZE = 100
#: Calls come with a sentence each.
CALLS_PER_PAGE = 25
#: Names on the page to print.
MAX_PRINTED = 3000


def init_app(app: Flask) -> None:
    for part in ("share_routes", "digest_routes"):
        import_module(f"contest.campaigns.{part}")
    app.register_blueprint(bp)


# Who has not joined


@dataclass(frozen=True, slots=True)
class Line:
    """A union of the table of numbers."""

    row: UnionRow
    missing: MissingSum


@bp.get("/theo-doi/<slug>/<code>/chua-tham-gia")
@officials
def absent(slug: str, code: str) -> Response | str:
    """Who has not joined yet: names for whoever answers for the grassroots union itself, numbers for those above."""
    contest, union = campaign_or_404(slug, code)
    number = asked_round(contest)
    found = surveys.survey(db.session, db.memo, contest, union.id, clock.now(), number)
    common = {
        "contest": contest,
        "union": union,
        "rounds": round_links(contest, number),
        "dot": number or None,
        "row": found.branch.root,
        "crumbs": crumbs(contest, union, gettext("Chưa tham gia")),
        "roster": found.whole_rosters[union.id],
        "kind_names": KIND_NAMES,
        "source_names": SOURCE_NAMES,
        "Source": Source,
    }
    if names_allowed(union):
        return names_page(contest, union, number, found, common)
    return numbers_page(contest, union, number, found, common)


def names_page(
    contest: Contest, union: TradeUnion, number: int, found: Survey, common: dict[str, Any]
) -> Response | str:
    total = queries.count_absent(db.session, contest, union.id, number)
    asked = paging(total, PAGE_SIZE)
    people = queries.absent(db.session, contest, union.id, number, PAGE_SIZE, asked.before)
    left = found.missing_in(union.id)
    return page_or_json(
        "campaigns/absent.html",
        lambda: {
            "contest": contest.slug,
            "union": union.code,
            "round": number,
            "total": total,
            "page": asked.page,
            "pages": asked.pages,
            "people": [{"name": p.name, "kind": p.kind, "union": p.union_code} for p in people],
        },
        people=people,
        total=total,
        page=asked.page,
        pages=asked.pages,
        first=asked.before,
        left=left,
        page_address=lambda n: here(trang=n),
        **common,
    )


def numbers_page(
    contest: Contest, union: TradeUnion, number: int, found: Survey, common: dict[str, Any]
) -> Response | str:
    everybody = lines(found)
    asked = paging(len(everybody), PAGE_SIZE)
    shown = asked.cut(everybody)
    return page_or_json(
        "campaigns/absent_numbers.html",
        lambda: {
            "contest": contest.slug,
            "union": union.code,
            "round": number,
            "missing": missing_data(found.missing_in(union.id)),
            "page": asked.page,
            "pages": asked.pages,
            "rows": [line_data(line) for line in shown],
        },
        rows=shown,
        left=found.missing_in(union.id),
        page=asked.page,
        pages=asked.pages,
        page_address=lambda n: here(trang=n),
        **common,
    )


def lines(found: Survey) -> list[Line]:
    """The unions right below, those with the most people to win first."""
    below = [Line(row, found.missing_in(row.node.id)) for row in found.branch.children()]
    return sorted(below, key=lambda line: -line.missing.number)


def line_data(line: Line) -> dict[str, Any]:
    return {
        "code": line.row.node.code,
        "name": line.row.node.name,
        "people": line.row.counts.people,
        "headcount": line.row.headcount,
        "missing": missing_data(line.missing),
    }


def missing_data(left: MissingSum) -> dict[str, int | None]:
    """``people`` None: nothing is known to count from."""
    return {
        "people": left.number if left.by_roster or left.by_headcount else None,
        "units_by_roster": left.by_roster,
        "units_by_headcount": left.by_headcount,
        "units_unknown": left.unknown,
    }


@bp.get("/theo-doi/<slug>/<code>/chua-tham-gia/in")
@officials
def absent_print(slug: str, code: str) -> Response | str:
    """All names on one page for paper; whoever gets numbers has no such page."""
    contest, union = campaign_or_404(slug, code)
    allow_names_or_404(union)
    number = asked_round(contest)
    total = queries.count_absent(db.session, contest, union.id, number)
    people = queries.absent(db.session, contest, union.id, number, MAX_PRINTED)
    return page_or_json(
        "campaigns/absent_print.html",
        lambda: {"total": total, "people": [{"name": p.name, "kind": p.kind, "union": p.union_code} for p in people]},
        contest=contest,
        union=union,
        people=people,
        total=total,
        now=clock.now(),
        kind_names=KIND_NAMES,
        crumbs=crumbs(contest, union, gettext("Chưa tham gia")),
    )


@bp.get("/theo-doi/<slug>/<code>/chua-tham-gia.xlsx")
@officials
def absent_file(slug: str, code: str) -> Response:
    """The same as an Excel file: names or numbers, as on the page."""
    contest, union = campaign_or_404(slug, code)
    number = asked_round(contest)
    name = f"chua-tham-gia-{contest.slug}-{union.code}.xlsx"
    title = gettext("Chưa tham gia")
    if names_allowed(union):
        people = queries.absent(db.session, contest, union.id, number, exports.MAX_NAMES)
        return workbook_response(name, title, exports.name_columns(), exports.name_rows(people))
    found = surveys.survey(db.session, db.memo, contest, union.id, clock.now(), number)
    return workbook_response(name, title, exports.number_columns(), exports.number_rows(found))


def allow_names_or_404(union: TradeUnion) -> None:
    """For addresses that hold nothing but names: they are not there for whoever gets numbers."""
    if not names_allowed(union):
        abort(404)


# Whom to call


@bp.get("/theo-doi/<slug>/<code>/can-nhac")
@officials
def call(slug: str, code: str) -> Response | str:
    """Basic units with nobody yet, far below the target or standing still, those with the most to win first."""
    contest, union = campaign_or_404(slug, code)
    now = clock.now()
    found = surveys.survey(db.session, db.memo, contest, union.id, now)
    calls = surveys.calls(db.session, contest, found, now)
    asked = paging(len(calls), CALLS_PER_PAGE)
    shown = asked.cut(calls)
    responsible = queries.officials(db.session, [one.row.node.id for one in shown], clock.today())
    words = {one.row.node.id: call_text(contest, one, now) for one in shown}
    return page_or_json(
        "campaigns/call.html",
        lambda: {
            "contest": contest.slug,
            "union": union.code,
            "total": len(calls),
            "page": asked.page,
            "pages": asked.pages,
            "units": [call_data(one, responsible.get(one.row.node.id, [])) for one in shown],
        },
        contest=contest,
        union=union,
        calls=shown,
        total=len(calls),
        won=sum(one.missing.number or 0 for one in calls),
        units=len(found.rows.keys() - {union.id}),
        opens_at=surveys.span(contest)[0],
        closes_at=surveys.span(contest)[1],
        now=now,
        first=asked.before,
        responsible=responsible,
        above={one.row.node.id: found.branch.nodes.get(one.row.node.parent_id) for one in shown},
        words=words,
        page=asked.page,
        pages=asked.pages,
        page_address=lambda n: here(trang=n),
        reason_names=REASON_NAMES,
        source_names=SOURCE_NAMES,
        crumbs=crumbs(contest, union, gettext("Cần nhắc")),
    )


def call_text(contest: Contest, one: Call, now: datetime) -> str:
    facts = sharing.facts_of_row(contest, one.row, now)
    return sharing.spoken(texts.to_officials(facts, one.reason))


def call_data(one: Call, names: Sequence[str]) -> dict[str, Any]:
    left: Missing = one.missing
    return {
        "code": one.row.node.code,
        "name": one.row.node.name,
        "reason": str(one.reason),
        "people": one.row.counts.people,
        "target_people": one.row.wanted,
        "could_be_won": left.number,
        "source": left.source and str(left.source),
        "officials": list(names),
    }


@bp.get("/theo-doi/<slug>/<code>/can-nhac.xlsx")
@officials
def call_file(slug: str, code: str) -> Response:
    """All units to call as an Excel file."""
    contest, union = campaign_or_404(slug, code)
    now = clock.now()
    calls = surveys.calls(db.session, contest, surveys.survey(db.session, db.memo, contest, union.id, now), now)
    responsible = queries.officials(db.session, [one.row.node.id for one in calls], clock.today())
    return workbook_response(
        f"can-nhac-{contest.slug}-{union.code}.xlsx",
        gettext("Cần nhắc"),
        exports.call_columns(),
        exports.call_rows(calls, responsible),
    )
