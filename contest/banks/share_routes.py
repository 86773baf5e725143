"""Sharing a bank with other unions, its topics, and its options that stay last."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.banks import actions, finding, last_actions, queries, rules, topic_actions
from contest.banks.desk import Page, actor, bp, owned
from contest.banks.forms import ShareForm
from contest.extensions import db
from contest.unions.queries import by_code, search
from contest.web.texts import number, say
from questions import queries as library
from questions.models import Topic


@bp.route("/<code>/chia-se", methods=["GET", "POST"])
@organizers
def sharing(code: str) -> Page:
    """Who may read the bank; let another union read it, or take it back."""
    found = owned(code)
    form = ShareForm()
    results, query = None, request.form.get("union_tu_khoa", "")
    if "tim_union" in request.form:
        results = search(db.session, query, limit=20)
    elif request.method == "POST":
        done = _unshare(code) if "bo" in request.form else _share(code, form)
        if done:
            return redirect(url_for("banks.sharing", code=code), code=303)
    shares = queries.shares(db.session, found.bank.id)
    names = queries.author_names(db.session, [share.shared_by for share, _ in shares])
    page = render_template(
        "banks/sharing.html",
        found=found,
        bank=found.bank,
        form=form,
        results=results,
        query=query,
        shares=shares,
        names=names,
    )
    return page, 422 if form.errors else 200


def _share(code: str, form: ShareForm) -> bool:
    found = owned(code)
    union = by_code(db.session, form.union.data or "") if form.validate() else None
    if union is None or (found.owner and union.id == found.owner.id):
        form.refuse("union", gettext("Hãy chọn một đơn vị khác trong danh sách tìm được."))
        return False
    if actions.share(db.session, actor(), found.bank, union, clock.now()):
        flash(gettext("Đã chia sẻ với %(union)s. Ban tổ chức đơn vị đó chỉ xem được.", union=union.name), "success")
    else:
        flash(gettext("Đã chia sẻ với %(union)s từ trước.", union=union.name), "info")
    db.session.commit()
    return True


def _unshare(code: str) -> bool:
    found = owned(code)
    union = by_code(db.session, request.form["bo"]) or abort(404)
    actions.unshare(db.session, actor(), found.bank, union, clock.now())
    db.session.commit()
    flash(gettext("Đã thôi chia sẻ với %(union)s.", union=union.name), "success")
    return True


@bp.get("/don-vi-chia-se")
@organizers
def share_unions() -> Page:
    """Unions to share with, found while typing."""
    found = search(db.session, request.args.get("q", ""), limit=12)
    return jsonify([{"code": union.code, "name": union.name, "path": union.path} for union in found])


@bp.route("/<code>/chu-de", methods=["GET", "POST"])
@organizers
def topics(code: str) -> Page:
    """The topics of a bank: give them other names and places, merge them, delete empty ones."""
    found = owned(code)
    if request.method == "POST":
        _change_topic(code)
        return redirect(url_for("banks.topics", code=code), code=303)
    rows = [(topic.id, topic.path) for topic, _ in library.topics(db.session, found.bank.id)]
    held = finding.held_by_topic(db.session, found.bank.id)
    ids = {path: id_ for id_, path in rows}
    return render_template(
        "banks/topics.html",
        found=found,
        bank=found.bank,
        lines=[line for line in rules.topic_lines(rows, library.counts(db.session, found.bank.id)) if line.path],
        held={path: held.get(id_, 0) for path, id_ in ids.items()},
        parents={path.rpartition(" / ")[0] for path in ids},
    )


def _change_topic(code: str) -> None:
    found = owned(code)
    topic = _topic(found.bank.id, request.form.get("chu-de", ""))
    do, to, now = request.form.get("do"), request.form.get("sang", ""), clock.now()
    try:
        if do == "place":
            topic_actions.place(db.session, actor(), found.bank, topic, to, now)
        elif do == "merge":
            topic_actions.merge(db.session, actor(), found.bank, topic, _topic(found.bank.id, to), now)
        elif do == "delete":
            topic_actions.delete(db.session, actor(), found.bank, topic, now)
        else:
            abort(400)
    except topic_actions.Refused as refused:
        db.session.rollback()
        flash(say(refused.reason), "error")
        return
    db.session.commit()
    flash(gettext("Đã cập nhật chủ đề."), "success")


def _topic(bank_id: int, path: str) -> Topic:
    found: Any = finding.topic(db.session, bank_id, path)
    return found or abort(404)


@bp.route("/<code>/giu-cuoi", methods=["GET", "POST"])
@organizers
def lasts(code: str) -> Page:
    """Options that speak about the others, to be confirmed: which stay last, and which name letters."""
    found = owned(code)
    if request.method == "POST":
        codes = request.form.getlist("q")
        keep = set(request.form.getlist("giu"))
        questions = library.selected(db.session, found.bank.id, codes)
        changed = last_actions.confirm(db.session, actor(), found.bank, questions, keep, clock.now())
        db.session.commit()
        n, new = number(len(questions)), number(changed)
        flash(gettext("Đã xác nhận %(n)s câu, trong đó %(new)s câu được sửa thành bản mới.", n=n, new=new), "success")
        return redirect(url_for("banks.lasts", code=code), code=303)
    everything = last_actions.unconfirmed(db.session, found.bank.id)
    return render_template(
        "banks/lasts.html",
        found=found,
        bank=found.bank,
        total=len(everything),
        rows=last_actions.waiting(db.session, everything[: rules.PAGE_SIZE]),
    )
