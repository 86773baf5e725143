"""The pages of a document, the same for every kind: as it will be sent, the form of its words, its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.identity import actor_here
from contest.documents.filling import Unfillable
from contest.extensions import db
from contest.reports import drafts, making, report_work
from contest.reports.columns import TABLES
from contest.reports.drafts import About, Stale
from contest.reports.making import Way
from contest.reports.papers import Paper
from contest.reports.report_forms import WordsForm
from contest.reports.wording import WRITTEN, changed, digests
from contest.rounds.models import Contest
from contest.web.negotiation import page_or_json
from contest.web.texts import say


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pages of a document stand, and what they are headed by.

    ``endpoints``: the blueprint, in which every kind has ``show``, ``edit``, ``take`` and ``make``; ``values``: what
    their addresses name; ``above``: the pages above it with their addresses.
    """

    endpoints: str
    values: Mapping[str, Any]
    title: str
    caption: str
    above: Sequence[tuple[str, str]]
    excel_url: str

    def url(self, endpoint: str, **more: Any) -> str:
        return url_for(f"{self.endpoints}.{endpoint}", **self.values, **more)

    def crumbs(self, here: str) -> list[tuple[str, str | None]]:
        return [*self.above, (here, None)]


def part_asked(contest: Contest, default: str = "") -> int:
    """``?dot=<n>``: the number of a round, 0 for the whole contest; what the contest does not have is not found."""
    text = request.args.get("dot") or default
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else abort(404)
    if number and number not in {round_.number for round_ in contest.rounds}:
        abort(404)
    return number


def show_page(paper: Paper[Any], place: Place, tabs: Sequence[tuple[str, str, bool]] = ()) -> Response | str:
    """A document on the screen, with what can be done with it."""
    data, way = paper.data, _way(paper.about)
    return page_or_json(
        "reports/letter.html",
        lambda: data,
        kind=paper.about.kind.value,
        d=data,
        tables=TABLES[paper.about.kind],
        title=place.title,
        caption=place.caption,
        crumbs=place.crumbs(place.title),
        tabs=tabs,
        # Name of each form, the address that gives it at once (None: it is made beside the requests).
        forms=[(form, None if way.beside(data, form) else place.url("take", form=form)) for form in making.TYPES],
        make_url=place.url("make"),
        excel_url=place.excel_url,
        edit_url=place.url("edit"),
        draft=paper.draft,
        own_template=way.own,
        own_pdf=way.office is not None,
    )


def take(paper: Paper[Any], place: Place, form: str) -> Any:
    """A document as a file; one that takes long is made from its page."""
    if form not in making.TYPES:
        abort(404)
    data, way = paper.data, _way(paper.about)
    if way.beside(data, form):
        flash(gettext("Tệp này làm lâu nên được làm riêng. Hãy bấm nút làm tệp ở trang này."), "info")
        return redirect(place.url("show"), code=303)
    try:
        content, _as_asked = making.made(paper.about.kind, data, form, way)
    except Unfillable as refusal:
        flash(" ".join(say(reason) for reason in refusal.reasons), "error")
        return redirect(place.url("show"), code=303)
    return making.answer(content, f"{paper.name}.{form}", making.TYPES[form])


def make(paper: Paper[Any]) -> Response:
    """Have a document made beside the requests."""
    form = request.form.get("form", "")
    if form not in making.TYPES:
        abort(404)
    work = report_work.queue(db.session, actor_here(), paper.about, form)
    db.session.commit()
    return redirect(url_for("jobs.show", code=work), code=303)


def _way(about: About) -> Way:
    return making.way_of(db.session, about, current_app.config.get("OFFICE", "none"))


def edit_page(paper: Paper[Any], place: Place) -> Any:
    """The form of a document's words: 422 with faults of what was typed, 409 where somebody else wrote meanwhile."""
    about, back, draft = paper.about, place.url("show"), paper.draft
    form = WordsForm().only_for(about.kind)
    others: list[tuple[str, str]] = []
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        written = changed(form.words(about.kind), paper.first, form.shown.data or "")
        try:
            drafts.save(db.session, actor_here(), about, written, form.read_revision, clock.now())
        except Stale:
            db.session.rollback()
            draft = drafts.draft_of(db.session, about)
            others, status = _overtaken(form, paper, draft.fields if draft else {}), 409
            form.revision.data = str(draft.revision if draft else 0)
        else:
            db.session.commit()
            flash(gettext("Đã lưu lời văn. Số liệu vẫn được lấy mới mỗi lần mở."), "success")
            return redirect(back, code=303)
    elif not form.is_submitted():
        form.fill(about.kind, paper.words)
        form.revision.data = str(draft.revision if draft else 0)
        form.shown.data = digests({name: paper.first.get(name, "") for name in WRITTEN[about.kind]})
    page = render_template(
        "reports/letter_edit.html",
        form=form,
        kind=about.kind.value,
        title=gettext("Sửa lời văn"),
        caption=f"{place.title} - {place.caption}",
        crumbs=place.crumbs(gettext("Sửa lời văn")),
        others=others,
        draft=draft,
        back=back,
        form_errors=bool(form.errors),
    )
    return page, status


def _overtaken(form: WordsForm, paper: Paper[Any], theirs: Mapping[str, str]) -> list[tuple[str, str]]:
    """Say that somebody else wrote meanwhile; where their words differ from what was typed."""
    form.form_errors = [
        gettext("Người khác vừa sửa văn bản này. Hãy xem bản của họ ở dưới; bấm Lưu lần nữa thì bản của bạn thay.")
    ]
    now = {**paper.first, **theirs}
    typed = form.words(paper.about.kind)
    return [(str(form[name].label.text), now.get(name, "")) for name in typed if typed[name] != now.get(name)]
