"""Correcting announced results, and everybody's page of what was announced when and why."""

from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.attempts.routes import visible_contest
from contest.extensions import db
from contest.prizes.outlook import unready
from contest.publishing import actions, lines, pages, queries, work
from contest.publishing.forms import ReasonForm, ShownForm
from contest.publishing.routes import act, beside, bp, results_here, round_of_results, shared, tab_of
from contest.publishing.rules import WHOLE, Shown, shown_of
from contest.publishing.winners import changed_now, winners_now
from contest.rounds.desk import done, show_refusal
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.web.doors import public
from contest.web.negotiation import page_or_json

#: People shown of what a correction has changed so far.
SHOWN = 50


@bp.route("/to-chuc/cuoc-thi/<slug>/ket-qua/dinh-chinh", methods=["GET", "POST"])
@organizers
def correction(slug: str) -> Any:
    """Begin a correction with its reason; while it is made: what it has changed so far."""
    contest, number = results_here(slug)
    begun = queries.open_corrections(db.session, contest.id)
    if number in begun:
        return going_on(contest, number)
    form = ReasonForm()
    if form.validate_on_submit():
        round_ = round_of_results(contest, number)
        try:
            actions.begin_correction(db.session, actor_here(), contest, round_, form.reason.data or "", clock.now())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            text = gettext("Đã mở đính chính. Người xem vẫn thấy kết quả cũ đến khi bạn công bố bản mới.")
            return done(slug, text, "publishing.correction", dot=number)
    publication = queries.current(db.session, contest.id, number)
    if publication is None:
        return redirect(url_for("publishing.desk", slug=slug, dot=number), code=303)
    page = render_template("publishing/correction.html", **shared(contest, number), form=form, publication=publication)
    return page, 422 if form.errors or form.form_errors else 200


def going_on(contest: Contest, number: int, form: ShownForm | None = None) -> Any:
    publication = queries.current(db.session, contest.id, number)
    changes = actions.changes_so_far(db.session, contest, number, SHOWN)
    begun = queries.open_corrections(db.session, contest.id)
    shown = shown_of(publication.shown) if publication else actions.default_shown(contest)
    return page_or_json(
        "publishing/correcting.html",
        lambda: {
            "round": number,
            "reason": begun[number].reason,
            "people": changes.people,
            "rows": [row.data() for row in changes.rows],
            "won": list(changes.won),
            "lost": list(changes.lost),
        },
        **shared(contest, number),
        correction=begun[number],
        with_others=[tab_of(contest, n) for n in sorted(begun) if n != number],
        publication=publication,
        changes=changes,
        people=pages.changed_names(db.session, changes.rows),
        unready=unready(db.session, contest, number),
        form=form or ShownForm(formdata=None, data=shown.data()),
        by=pages.who(db.session, begun[number].begun_by),
        changed_text=pages.changed_text,
    )


@bp.post("/to-chuc/cuoc-thi/<slug>/ket-qua/dinh-chinh/cong-bo")
@organizers
def correct(slug: str) -> Any:
    """Announce what a correction has changed, as the next version."""
    contest, number = results_here(slug)
    form = ShownForm()
    if not form.validate():
        if number not in queries.open_corrections(db.session, contest.id):
            # Somebody else has announced it, or called it off, since the page was opened.
            return redirect(url_for("publishing.desk", slug=slug, dot=number), code=303)
        return going_on(contest, number, form), 422
    shown: Shown = form.shown
    if not work.is_small(db.session, contest):
        return beside(work.CORRECT, contest, number, shown=shown.data())
    round_ = round_of_results(contest, number)
    return act(
        slug,
        number,
        lambda: actions.publish_correction(db.session, actor_here(), contest, round_, clock.now(), shown),
        gettext("Đã công bố bản đính chính."),
    )


@bp.post("/to-chuc/cuoc-thi/<slug>/ket-qua/dinh-chinh/huy")
@organizers
def cancel(slug: str) -> Any:
    """Call a correction off while nothing has changed."""
    contest, number = results_here(slug)
    round_ = round_of_results(contest, number)
    return act(
        slug,
        number,
        lambda: actions.cancel_correction(db.session, actor_here(), contest, round_, clock.now()),
        gettext("Đã huỷ đính chính. Kết quả đã công bố giữ nguyên."),
    )


# Everybody's page


@bp.get("/cuoc-thi/<slug>/ket-qua/dinh-chinh")
@public
def versions(slug: str) -> Response | str:
    """Every version of announced results with its date, reason and what changed: ``?dot=<n>&ban=<k>&trang=<p>``."""
    contest = visible_contest(slug)
    number = _announced(contest)
    found = queries.versions(db.session, contest.id, number)
    if not found:
        abort(404)
    chosen = _whole_number("ban")
    ranking = _ranking(contest, number, chosen) if chosen else None
    winners = {version.id: winners_now(db.session, contest, version) for version in found}
    changed = {version.id: changed_now(db.session, contest, version) for version in found}
    return page_or_json(
        "publishing/versions.html",
        lambda: {
            "contest": slug,
            "versions": [
                pages.version_data(version) | {"winners": winners[version.id], "changed": changed[version.id]}
                for version in found
            ],
            "ranking": _ranking_data(contest, ranking) if ranking else None,
        },
        contest=contest,
        number=number,
        title=tab_of(contest, number),
        versions=found,
        winners=winners,
        changed=changed,
        changes={version.id: lines.changes_of(db.session, version)[:SHOWN] for version in found if version.version > 1},
        ranking=ranking,
        points=pages.points,
        changed_text=pages.changed_text,
        page_address=lambda n: url_for("publishing.versions", slug=slug, dot=number, ban=chosen, trang=n),
    )


def _announced(contest: Contest) -> int:
    """Which results the address means: without a number the whole contest's, else the last round's announced."""
    asked = _whole_number("dot")
    if asked is not None:
        return asked
    known = [r.number for r in contest.rounds if r.published_at]
    return WHOLE if contest.results_at or not known else known[-1]


def _ranking(contest: Contest, number: int, chosen: int) -> pages.OldRanking:
    version = queries.version(db.session, contest.id, number, chosen) or abort(404)
    return pages.old_ranking(db.session, version, _whole_number("trang") or 1) or abort(404)


def _ranking_data(contest: Contest, ranking: pages.OldRanking) -> dict[str, Any]:
    rows = [
        {
            "rank": row.line.place,
            "name": ranking.name(contest, row),
            "union": row.union if ranking.shown.unions else "",
            "score": row.line.score,
        }
        for row in ranking.rows
    ]
    return {
        "version": ranking.publication.version,
        "page": ranking.page,
        "pages": ranking.pages,
        "total": ranking.total,
        "rows": rows,
    }


def _whole_number(name: str) -> int | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        abort(404)
    return int(text)
