"""The organizers' tree as it was on a past day, or as decisions say it will be: one level at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased
from werkzeug import Response as WerkzeugResponse

from contest.extensions import db
from contest.unions import places, queries
from contest.unions.models import TradeUnion, UnionSpell
from contest.unions.rules import LEVEL_NAMES
from contest.unions.spells import holding, known
from contest.web.days import day_of
from contest.web.negotiation import page_or_json
from contest.web.paging import paging
from questions.text import sort_key

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class DayLine:
    """A union on a day; ``unions`` how many stood right below it then."""

    id: int
    code: str
    name: str
    level: str
    parent_id: int | None
    place_id: int | None
    unions: int


def lines_on(session: Session, day: date, parent_id: int | None, mine: Collection[int] | None) -> list[DayLine]:
    """The unions right below one on a day, by name; without one, those on top.

    ``mine`` are the unions the organizer manages today (None: all): others are left out, and of these the topmost
    stand on top.
    """
    below = aliased(UnionSpell)
    count = (
        select(func.count(below.id))
        .where(
            below.parent_id == UnionSpell.union_id,
            below.replaced_at.is_(None),
            below.since <= day,
            (below.until.is_(None)) | (below.until > day),
        )
        .scalar_subquery()
    )
    wanted = (
        select(
            UnionSpell.union_id,
            TradeUnion.code,
            UnionSpell.name,
            UnionSpell.level,
            UnionSpell.parent_id,
            UnionSpell.place_id,
            count,
        )
        .join(TradeUnion, TradeUnion.id == UnionSpell.union_id)
        .where(holding(day), known(None))
    )
    if parent_id is not None:
        wanted = wanted.where(UnionSpell.parent_id == parent_id)
    elif mine is None:
        wanted = wanted.where(UnionSpell.parent_id.is_(None))
    rows = [DayLine(*row) for row in session.execute(wanted)]
    if mine is not None:
        rows = [row for row in rows if row.id in mine and (parent_id is not None or row.parent_id not in mine)]
    return sorted(rows, key=lambda row: (sort_key(row.name), row.id))


def trail(session: Session, day: date, union_id: int, mine: Collection[int] | None) -> Sequence[UnionSpell]:
    """The spells of a day from the top, as far as the organizer manages it, down to a union."""
    found: list[UnionSpell] = []
    wanted: int | None = union_id
    while wanted is not None and (mine is None or wanted in mine) and len(found) < 20:
        spell = session.scalar(select(UnionSpell).where(UnionSpell.union_id == wanted, holding(day), known(None)))
        if spell is None:
            break
        found.insert(0, spell)
        wanted = spell.parent_id
    return found


def view(scopes: frozenset[int] | None, here: TradeUnion | None) -> Response | WerkzeugResponse | str:
    """The page of a day: /to-chuc/don-vi?ngay=2025-06-30&don-vi=LC."""
    day = day_of(request.args.get("ngay", ""))
    if day is None:
        flash(gettext("Không hiểu ngày đã chọn. Hãy ghi dạng ngày/tháng/năm, ví dụ 30/06/2025."), "warning")
        return redirect(url_for("unions.index"), code=303)
    mine = None if scopes is None else queries.subtree_ids(db.session, scopes)
    path = trail(db.session, day, here.id, mine) if here else []
    if here and not path and mine is not None and here.id not in mine:
        abort(404)
    rows = lines_on(db.session, day, here.id if here else None, mine)
    asked = paging(len(rows), PER_PAGE)
    shown = rows[asked.before : asked.before + PER_PAGE]
    codes = {spell.union_id: code for spell, code in _coded(path)}
    place_names = places.told(db.session)

    def address(number: int = 1, code: str | None = None) -> str:
        union = code if code is not None else here.code if here else None
        more = {"don-vi": union or None, "trang": number if number > 1 else None}
        return url_for("unions.index", ngay=day.isoformat(), **more)

    return page_or_json(
        "unions/on_day.html",
        lambda: {
            "day": day.isoformat(),
            "page": asked.page,
            "pages": asked.pages,
            "path": [{"code": codes[spell.union_id], "name": spell.name} for spell in path],
            "rows": [
                {
                    "code": row.code,
                    "name": row.name,
                    "level": row.level,
                    "unions": row.unions,
                    "place": place_names.get(row.place_id or 0),
                }
                for row in shown
            ],
        },
        day=day,
        here=here,
        path=[(spell.name, codes[spell.union_id]) for spell in path],
        lines=shown,
        page=asked.page,
        pages=asked.pages,
        place_names=place_names,
        level_names=LEVEL_NAMES,
        address=address,
    )


def _coded(path: Sequence[UnionSpell]) -> list[tuple[UnionSpell, str]]:
    ids = [spell.union_id for spell in path]
    codes: dict[int, str] = dict(
        db.session.execute(select(TradeUnion.id, TradeUnion.code).where(TradeUnion.id.in_(ids))).all()
    )
    return [(spell, codes[spell.union_id]) for spell in path]
