"""The start of an attempt: who asks and what the settings are is read beforehand, the rest is one short transaction."""

from typing import Any

from flask import abort, redirect, render_template, session
from flask_babel import gettext

from contest import clock, direct
from contest.accounts.identity import ask_to_sign_in, token_hash
from contest.attempts import starting
from contest.attempts.routes import bp, visible_contest
from contest.extensions import db
from contest.members.rules import PARTICIPATION
from contest.rounds import queries as rounds
from contest.rounds import snapshots
from contest.rounds.snapshots import RoundSnapshot, Settings
from contest.web import traces
from contest.web.doors import mark
from contest.web.errors import error_page
from contest.web.negotiation import wants_json
from contest.web.texts import say

_WHO = """
SELECT person.id, person.union_id, person.kind, person.phone,
    EXISTS (SELECT 1 FROM consent WHERE consent.person_id = person.id AND consent.purpose = :purpose)
    AND NOT EXISTS (
        SELECT 1 FROM consent
        WHERE consent.person_id = person.id AND consent.purpose = :purpose AND consent.withdrawn_at IS NULL
    ),
    person.birth_on, contest.id, contest.revision
FROM sign_in
JOIN person ON person.id = sign_in.person_id
LEFT JOIN contest ON contest.slug = :slug
WHERE sign_in.token_hash = :token AND sign_in.expires_at > :at AND person.disabled_at IS NULL
"""


@bp.post("/cuoc-thi/<slug>/dot/<int:number>/bat-dau")
def start(slug: str, number: int) -> Any:
    """Start an attempt, or go on with the one that is open. 409 with every reason when it may not be."""
    now = clock.now()
    token = session.get("_user_id")
    row = who_asks(token, slug, now) if token else None
    if row is None:
        return ask_to_sign_in()
    *person, birth_on, contest_id, revision = row
    settings = settings_of(slug, contest_id, revision) or abort(404)
    if not settings.contest.published:
        # Its organizers may look at it, and are told that nobody can start yet.
        visible_contest(slug, rounds.contest_by_slug)
    round_ = settings.by_number(number) or abort(404)
    who = starting.Starter(*person, direct.day(birth_on))
    try:
        with db.direct.turn():
            code = starting.begin(db.session, db.memo, round_, who, now, traces.of_request())
            db.session.commit()
    except starting.Refused as refusal:
        # An overdue attempt that was closed on the way stays closed.
        db.session.commit()
        return refuse_start(round_, refusal, who)
    return redirect(f"/bai-thi/{code}", code=303)


mark(start, "signed in")


def who_asks(token: str, slug: str, now: clock.datetime) -> Any:
    """The person of a sign-in with their consent, and the contest's id and revision; None when signed out."""
    statement = db.memo.get("who_asks") or db.memo.setdefault("who_asks", db.direct.text(_WHO))
    values = {"token": token_hash(token), "slug": slug, "purpose": PARTICIPATION, "at": db.direct.instant(now)}
    return db.direct.first(statement, values)


def settings_of(slug: str, contest_id: int | None, revision: int | None) -> Settings | None:
    """A contest's settings as they stand at this revision."""
    if contest_id is None or revision is None:
        return None
    known = snapshots.remembered(db.memo, contest_id, revision)
    if known is not None:
        return known
    with db.reading() as reader:
        return snapshots.of_contest(reader, db.memo, slug)


def refuse_start(round_: RoundSnapshot, refusal: starting.Refused, who: starting.Starter) -> Any:
    reasons = [say(reason) for reason in refusal.reasons]
    if wants_json():
        return error_page(409, gettext("Chưa thể bắt đầu"), " ".join(reasons), reasons=reasons)
    page = render_template(
        "attempts/refused.html",
        contest=round_.contest,
        round=round_,
        reasons=reasons,
        birth_missing=round_.contest.admission.asks_birth and who.birth_on is None,
    )
    return page, 409
