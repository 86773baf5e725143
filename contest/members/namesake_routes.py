"""The page of namesakes whom nothing tells apart, and the button that says they are different people."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts.doors import officials
from contest.accounts.identity import actor_here
from contest.accounts.models import Person
from contest.accounts.rules import KIND_NAMES, masked_phone
from contest.extensions import db
from contest.members import merge_queries, merging, namesakes
from contest.members.blueprint import bp
from contest.members.namesakes import MOST_TOGETHER, PER_PAGE, SHOWN, Group
from contest.members.person_codes import code_of, person_id_of
from contest.web.negotiation import page_or_json
from contest.web.paging import paging


@bp.get("/theo-doi/trung-lap/cung-ten")
@officials
def namesake_list() -> Response | str:
    """Namesakes of one union without a phone or a day of birth that tells them apart, a group for each name."""
    everything = namesakes.groups(db.session, merge_queries.known_scopes(db.session, actor_here()))
    asked = paging(len(everything), PER_PAGE)
    found = asked.cut(everything)
    people = namesakes.people_of(db.session, found)
    return page_or_json(
        "members/namesakes.html",
        lambda: {"groups": [group_data(group, people) for group in found], "page": asked.page, "pages": asked.pages},
        found=found,
        people=people,
        total=len(everything),
        page=asked.page,
        pages=asked.pages,
        shown=SHOWN,
        together=MOST_TOGETHER,
        code_of=code_of,
        codes_of=lambda group: " ".join(map(code_of, group.ids)),
        kind_names=KIND_NAMES,
        masked_phone=masked_phone,
        address=lambda n: url_for("members.namesake_list", trang=n),
    )


def group_data(group: Group, people: dict[int, Person]) -> dict[str, Any]:
    first = people[group.ids[0]]
    return {
        "name": first.name,
        "union": first.union.code,
        "count": len(group.ids),
        "people": [
            {
                "code": code_of(known),
                "phone": masked_phone(people[known].phone),
                "birth_on": people[known].birth_on.isoformat() if people[known].birth_on else None,
                "kind": people[known].kind,
            }
            for known in group.ids[:MOST_TOGETHER]
        ],
        "pairs": [[code_of(one), code_of(other)] for one, other in group.pairs[:SHOWN]],
    }


@bp.post("/theo-doi/trung-lap/cung-ten")
@officials
def namesakes_differ() -> WerkzeugResponse:
    """Remember that all of a group (``nguoi``: their codes) are different people. Sent twice it is done once."""
    people = _named(request.form.get("nguoi", "").split())
    if namesakes.alike(people):
        merging.all_different(db.session, actor_here(), people, clock.now())
        db.session.commit()
        flash(gettext("Đã ghi nhận đây là những người khác nhau."), "success")
    else:
        flash(gettext("Danh sách vừa thay đổi nên chưa ghi nhận. Hãy xem lại nhóm này."), "warning")
    return redirect(url_for("members.namesake_list"), code=303)


def _named(codes: list[str]) -> list[Person]:
    """The people of some codes; 404 unless the official knows each of them by name."""
    ids = {person_id_of(code) for code in codes}
    if None in ids or not 1 < len(ids) <= MOST_TOGETHER:
        abort(404)
    scopes = merge_queries.known_scopes(db.session, actor_here())
    people = [db.session.get(Person, known) or abort(404) for known in sorted(ids)]
    if not all(merge_queries.may_know_person(db.session, scopes, person) for person in people):
        abort(404)
    return people
