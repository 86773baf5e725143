"""Making and sending daily summaries beside the requests: each made once a day, each letter sent once.

Several processes may do this at the same time: the database says who made a summary and who took on a letter.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.campaigns import actions, digests, mailing, subscriptions
from contest.campaigns.digest_rules import lines, told_day
from contest.campaigns.mailing import Letter, Postbox
from contest.campaigns.models import Digest, Subscription
from contest.extensions import db
from contest.unions.models import TradeUnion
from contest.web.texts import day as day_text
from contest.web.texts import say

log = logging.getLogger("contest.campaigns")

#: Summaries made, and letters sent, in one turn.
BATCH = 2000


def do_due() -> None:
    """One turn: make what is due, then send what waits."""
    make_due(clock.now())
    send_due(clock.now())


def make_due(now: datetime) -> int:
    """Make every summary whose hour has come; how many. One that fails never holds up the others."""
    with db.reading() as session:
        due = subscriptions.due(session, now, BATCH)
    known: dict[tuple[int, date], dict[str, Any]] = {}
    by_mail, made = mailing.postbox(current_app.config) is not None, 0
    for subscription, union in due:
        try:
            made += _make(subscription, union, known, by_mail, now)
        except Exception:
            log.exception("a daily summary could not be made")
    return made


def _make(
    subscription: Subscription,
    union: TradeUnion,
    known: dict[tuple[int, date], dict[str, Any]],
    by_mail: bool,
    now: datetime,
) -> bool:
    day = told_day(subscription.hour, now)
    if day is None:
        return False
    with db.reading() as session:
        answers = subscriptions.answers_for(session, subscription.person_id, union.id, clock.vietnamese_day(now))
        if answers and (union.id, day) not in known:
            known[union.id, day] = _content(session, union, day, now)
    with db.begin() as session:
        if not answers:
            actions.end(session, TERMINAL, subscription, union.code, now)
            return False
        return actions.make(
            session, subscription.id, day, known[union.id, day], now, by_mail and bool(subscription.email)
        )


def _content(session: Session, union: TradeUnion, day: date, now: datetime) -> dict[str, Any]:
    contests = digests.contests_of(session, union, digests.told_contests(session, day, now))
    return digests.content(session, db.memo, union, contests, day, now)


def send_due(now: datetime) -> int:
    """Send every letter that waits; how many were taken. Without a mail server they wait for nothing."""
    box = mailing.postbox(current_app.config)
    if box is None:
        return 0
    with db.reading() as session:
        waiting: Sequence[tuple[Digest, Subscription]] = subscriptions.waiting(session, now, BATCH)
    taken = 0
    for digest, subscription in waiting:
        with db.begin() as session:
            mine = actions.claim(session, digest, now)
        if mine:
            taken += _send(box, digest, subscription)
    return taken


def _send(box: Postbox, digest: Digest, subscription: Subscription) -> bool:
    try:
        mailing.send(box, mailing.compose(letter(digest, subscription), box, clock.now()))
    except Exception as reason:
        # Whatever it was must not hold up the letters of others.
        if isinstance(reason, mailing.NotSent):
            log.warning("a daily summary was not sent: %s", reason)
        else:
            log.exception("a daily summary could not be made a letter")
        with db.begin() as session:
            actions.not_sent(session, digest.id, str(reason))
        return False
    with db.begin() as session:
        actions.sent(session, digest.id, clock.now())
    return True


def letter(digest: Digest, subscription: Subscription) -> Letter:
    """A summary as a letter: figures and units, no people's names."""
    content = digest.content
    parts = [
        {
            "title": part["title"],
            "lines": [say(line) for line in lines(part, digest.day)],
            "calls": [one["name"] for one in part["call_first"]],
            "follow": link("participation.follow", slug=part["slug"], code=content["union"]),
            "call": link("campaigns.call", slug=part["slug"], code=content["union"]),
        }
        for part in content["contests"]
    ]
    told = {
        "name": content["name"],
        "parts": parts,
        "subject": gettext("Bản tin %(day)s: %(union)s", day=day_text(digest.day), union=content["name"]),
        "end": link("campaigns.leave", code=subscription.code),
    }
    return Letter(
        name=f"digest.{digest.day.isoformat()}.{digest.id}",
        to=subscription.email,
        subject=told["subject"],
        text=_rendered("campaigns/digest_mail.txt", told),
        html=_rendered("campaigns/digest_mail.html", told),
        unsubscribe=told["end"],
    )


def _rendered(template: str, told: dict[str, Any]) -> str:
    """A template without what pages have on top: a letter has no visitor and no menu."""
    return current_app.jinja_env.get_template(template).render(**told)


def link(endpoint: str, **values: str) -> str:
    """A whole address outside of a request, under PUBLIC_URL."""
    public = urlsplit(current_app.config["PUBLIC_URL"])
    adapter = current_app.url_map.bind(public.netloc, script_name=public.path or "/", url_scheme=public.scheme)
    return adapter.build(endpoint, values, force_external=True)
