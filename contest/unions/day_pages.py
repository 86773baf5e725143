"""The organizers' tree as it was on a past day, or as decisions say it will be: one level at a time."""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest.extensions import db
from contest.unions import day_queries, places, queries
from contest.unions.models import TradeUnion
from contest.unions.rules import LEVEL_NAMES
from contest.web.days import day_of
from contest.web.negotiation import page_or_json
from contest.web.paging import paging

PER_PAGE = 50


def view(scopes: frozenset[int] | None, here: TradeUnion | None) -> Response | WerkzeugResponse | str:
    """The page of a day: /to-chuc/don-vi?ngay=2025-06-30&don-vi=LC."""
    day = day_of(request.args.get("ngay", ""))
    if day is None:
        flash(gettext("Không hiểu ngày đã chọn. Hãy ghi dạng ngày/tháng/năm, ví dụ 30/06/2025."), "warning")
        return redirect(url_for("unions.index"), code=303)
    mine = None if scopes is None else queries.subtree_ids(db.session, scopes)
    path = day_queries.trail(db.session, day, here.id, mine) if here else []
    rows = day_queries.lines_on(db.session, day, here.id if here else None, mine)
    asked = paging(len(rows), PER_PAGE)
    shown = asked.cut(rows)
    codes = day_queries.codes_of(db.session, path)
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
