"""What to hand out: ready texts, pictures with a QR code, posters, the table for workshops."""

from flask import Response, abort
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import officials
from contest.campaigns import handouts, queries, sharing, surveys, texts
from contest.campaigns.blueprint import bp, campaign_or_404, crumbs, names_allowed
from contest.campaigns.texts import TONE_NAMES, Tone
from contest.extensions import db
from contest.web.negotiation import page_or_json


@bp.get("/theo-doi/<slug>/<code>/tuyen-truyen")
@officials
def share(slug: str, code: str) -> Response | str:
    """Texts in several tones with today's figures, and files to download."""
    contest, union = campaign_or_404(slug, code)
    now = clock.now()
    facts = sharing.facts(contest, surveys.figures_of(db.session, db.memo, contest, union.id, now), now)
    fits = texts.fitting(facts)
    tones = sorted(Tone, key=lambda tone: tone is not fits)
    words = {tone: sharing.spoken(texts.text(facts, tone)) for tone in tones}
    return page_or_json(
        "campaigns/share.html",
        lambda: {
            "contest": contest.slug,
            "union": union.code,
            "address": facts.address,
            "fitting": str(fits),
            "texts": {str(tone): text for tone, text in words.items()},
            "files": list(handouts.offered(facts)),
        },
        contest=contest,
        union=union,
        facts=facts,
        words=words,
        fits=fits,
        tone_names=TONE_NAMES,
        files=handouts.offered(facts),
        named=names_allowed(union),
        crumbs=crumbs(contest, union, gettext("Tuyên truyền")),
    )


@bp.get("/theo-doi/<slug>/<code>/tuyen-truyen/<name>")
@officials
def handout(slug: str, code: str, name: str) -> Response:
    """One file. Names stand only in the table of a grassroots union, for whoever answers for it; nobody keeps them."""
    contest, union = campaign_or_404(slug, code)
    now = clock.now()
    facts = sharing.facts(contest, surveys.figures_of(db.session, db.memo, contest, union.id, now), now)
    wanted = handouts.offered(facts).get(name) or abort(404)
    people: list[queries.Absent] = []
    if wanted.named and names_allowed(union):
        people = queries.on_roster(db.session, contest, union.id, handouts.MAX_ROWS)
    response = Response(wanted.make(contest, facts, people), mimetype=wanted.mimetype)
    shown = "inline" if wanted.mimetype == handouts.PNG else "attachment"
    response.headers.set("Content-Disposition", shown, filename=f"{contest.slug}-{union.code}-{name}")
    response.headers["Cache-Control"] = "no-store" if wanted.named else "private, max-age=300"
    return response
