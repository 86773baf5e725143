"""What pages of documents share: the document as it will be sent, and the form of its words."""

from typing import Any

from flask import Response, flash, redirect, render_template
from flask_babel import gettext

from contest import clock
from contest.extensions import db
from contest.reports import drafts, report_files
from contest.reports.drafts import About, Stale
from contest.reports.models import Draft
from contest.reports.report_forms import WordsForm
from contest.reports.rules import DocumentKind
from contest.reports.wording import WRITTEN, changed, digests
from contest.rounds.desk import actor_here
from contest.web.negotiation import page_or_json


def letter_page(kind: DocumentKind, data: dict[str, Any], **context: Any) -> Response | str:
    """A document on the screen, with what can be done with it."""
    return page_or_json(
        "reports/letter.html",
        lambda: data,
        kind=kind.value,
        d=data,
        long=report_files.is_long(data),
        **context,
    )


def edit_page(
    about: About, first: dict[str, str], words: dict[str, str], draft: Draft | None, back: str, **context: Any
) -> Any:
    """The form of a document's words; ``first``: ours, ``words``: those that hold now."""
    form = WordsForm().only_for(about.kind)
    others: list[tuple[str, str]] = []
    if form.validate_on_submit():
        written = changed(form.words(about.kind), first, form.shown.data or "")
        try:
            drafts.save(db.session, actor_here(), about, written, form.read_revision, clock.now())
        except Stale as stale:
            db.session.rollback()
            theirs = drafts.draft_of(db.session, about)
            now = {**first, **(theirs.fields if theirs else {})}
            typed = form.words(about.kind)
            others = [(str(form[name].label.text), now.get(name, "")) for name in typed if typed[name] != now.get(name)]
            form.revision.data = str(theirs.revision if theirs else 0)
            form.form_errors = [
                gettext(
                    "Người khác vừa sửa văn bản này. Hãy xem bản của họ ở dưới; bấm Lưu lần nữa thì bản của bạn thay."
                )
            ]
            draft = theirs or stale.draft
        else:
            db.session.commit()
            flash(gettext("Đã lưu lời văn. Số liệu vẫn được lấy mới mỗi lần mở."), "success")
            return redirect(back, code=303)
    elif not form.is_submitted():
        form.fill(about.kind, words)
        form.revision.data = str(draft.revision if draft else 0)
        form.shown.data = digests({name: first.get(name, "") for name in WRITTEN[about.kind]})
    return render_template(
        "reports/letter_edit.html",
        form=form,
        kind=about.kind.value,
        others=others,
        draft=draft,
        back=back,
        form_errors=bool(form.errors),
        **context,
    )
