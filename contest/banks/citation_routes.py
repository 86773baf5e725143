"""Pages about the documents that questions cite: the list, one document with what a change of it touches."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.banks import citation_actions, citation_forms, citation_pages, near, queries, rules
from contest.banks.desk import Page, actor, bp, scopes
from contest.banks.search import Search
from contest.extensions import db
from contest.web.negotiation import page_or_json
from contest.web.texts import number, say
from contest.web.workbooks import Column, workbook_response
from questions import citing
from questions.messages import N_
from questions.models import LegalDocument, Question
from questions.rules import Verb, clean

MAX_REASON = 1000
#: Said in the timeline of a question that is sent back without words.
REASON = N_("Văn bản làm căn cứ đã thay đổi: %(title)s")


@bp.get("/van-ban")
@organizers
def citations() -> Page:
    """The documents cited in the banks one may see, the most cited first."""
    text = request.args.get("tim", "").strip()[:200]
    only = citation_pages.CHANGED if request.args.get("loc") == citation_pages.CHANGED else ""
    context = citation_pages.list_page(db.session, _readable(), text, only, Search.of(request.args).page)

    def page_url(page: int) -> str:
        return url_for("banks.citations", tim=text or None, loc=only or None, trang=page if page > 1 else None)

    return page_or_json(
        "banks/citations.html",
        lambda: {
            "documents": [citation_pages.line_data(line) for line in context["lines"]],
            "total": context["total"],
            "page": context["page"],
            "pages": context["pages"],
        },
        page_url=page_url,
        **context,
    )


@bp.get("/van-ban/xem")
@organizers
def citations_document() -> Page:
    """A document with the questions that cite it, those in open rounds first."""
    return _document_page(_document(), citation_forms.ChangeForm())


@bp.post("/van-ban/thay-doi")
@organizers
def citations_change() -> Page:
    """Note that a document was amended, replaced or has expired, or take that back."""
    document = _changeable(_document())
    form = citation_forms.ChangeForm()
    if request.form.get("do") == "clear":
        citation_actions.clear_change(db.session, actor(), document, clock.now())
        flash(gettext("Đã bỏ ghi nhận thay đổi của văn bản."), "success")
    elif form.validate_on_submit():
        day = form.changed_on.data
        citation_actions.note_change(db.session, actor(), document, day, form.sentence(), clock.now())
        flash(gettext("Đã ghi nhận. Các câu trích văn bản này được đánh dấu cần xem lại."), "success")
    else:
        return _document_page(document, form)
    db.session.commit()
    return redirect(_address(document), code=303)


@bp.post("/van-ban/ten-khac")
@organizers
def citations_name() -> Page:
    """Make another document a name of this one, or let a name stand for itself again."""
    document = _changeable(_document())
    other = citing.named(db.session, request.form.get("khac", ""))
    if other is None or other.id == document.id:
        abort(404)
    now = clock.now()
    if request.form.get("do") == "part":
        if other.same_as_id != document.id:
            abort(404)
        citation_actions.part(db.session, actor(), other, now)
        flash(gettext("Đã tách “%(title)s” thành văn bản riêng.", title=other.title), "success")
    else:
        _visible(other)
        citation_actions.join(db.session, actor(), other, document, now)
        flash(gettext("Đã gộp “%(title)s” vào văn bản này.", title=other.title), "success")
    db.session.commit()
    return redirect(_address(document), code=303)


@bp.post("/van-ban/xem-lai")
@organizers
def citations_review() -> Page:
    """Send the ticked questions back to review, or retire them, with the reason."""
    document = _document()
    verb = {"review": Verb.SUBMIT, "retire": Verb.RETIRE}.get(request.form.get("do", ""))
    if verb is None:
        abort(400)
    chosen = _chosen(document)
    if not chosen:
        flash(gettext("Chưa chọn câu hỏi nào. Hãy đánh dấu vào ô trước câu cần xem lại."), "warning")
        return redirect(_address(document), code=303)
    reason = clean(request.form.get("ly-do", ""))[:MAX_REASON] or REASON % {"title": document.title}
    done = citation_actions.send_to_review(db.session, actor(), chosen, verb, reason, clock.now())
    db.session.commit()
    if verb is Verb.SUBMIT:
        flash(gettext("Đã gửi xem lại %(n)s câu.", n=number(done)), "success")
    else:
        flash(gettext("Đã ngừng dùng %(n)s câu.", n=number(done)), "success")
    if done < len(chosen):
        flash(gettext("%(n)s câu đã ở tình trạng đó từ trước nên giữ nguyên.", n=number(len(chosen) - done)), "info")
    return redirect(_address(document), code=303)


@bp.get("/van-ban/xuat")
@organizers
def citations_export() -> Page:
    """The questions that cite a document, as an Excel file."""
    document = _document()
    context = citation_pages.document_page(db.session, document, _readable(), _writable(), clock.now())
    columns = [Column(say(title), width=width) for title, width in citation_pages.COLUMNS]
    rows = (
        (
            "; ".join(filter(None, row.places)),
            row.question.bank.title,
            row.question.code,
            row.version.stem,
            row.version.source,
            say(rules.STATE_NAMES[row.question.state]),
            "; ".join(row.rounds),
            gettext("Có") if row.touched else "",
        )
        for row in context["rows"]
    )
    name = rules.suggest_code(document.title, ())
    return workbook_response(f"{name}.xlsx", gettext("Câu hỏi"), columns, rows)


def _readable() -> Sequence[int]:
    """Ids of the banks the visitor may see."""
    return near.visible(db.session, scopes())


def _writable() -> set[int]:
    """Ids of the banks the visitor may change."""
    return set(db.session.scalars(queries.owned_ids(scopes())))


def _document() -> LegalDocument:
    """The document of ``?khoa=``; one that no visible bank cites is not found."""
    found = citing.document(db.session, request.args.get("khoa", ""))
    if found is None:
        abort(404)
    return _visible(found)


def _visible(document: LegalDocument) -> LegalDocument:
    if not citing.is_cited(db.session, document, _readable()):
        abort(404)
    return document


def _changeable(document: LegalDocument) -> LegalDocument:
    """What is said of a document holds for every bank, so only who keeps questions that cite it may say it."""
    if not _may_note(document):
        abort(403)
    return document


def _may_note(document: LegalDocument) -> bool:
    return citing.is_cited(db.session, document, sorted(_writable()))


def _address(document: LegalDocument) -> str:
    return url_for("banks.citations_document") + "?" + urlencode({"khoa": document.key})


def _document_page(document: LegalDocument, form: citation_forms.ChangeForm) -> Page:
    place = request.args.get("noi", "")
    context = citation_pages.document_page(db.session, document, _readable(), _writable(), clock.now(), place)
    search = Search.of(request.args)
    pages = rules.pages(len(context["rows"]))
    page = min(search.page, pages)
    shown = context["rows"][(page - 1) * rules.PAGE_SIZE : page * rules.PAGE_SIZE]

    def page_url(number_: int) -> str:
        args = {"khoa": document.key, "noi": place or None, "trang": number_ if number_ > 1 else None}
        return url_for("banks.citations_document", **args)

    answer = page_or_json(
        "banks/citations_document.html",
        lambda: {
            **citation_pages.document_data(document),
            "names": [name.title for name in context["names"]],
            "questions": [citation_pages.row_data(row) for row in context["rows"]],
        },
        form=form,
        shown=shown,
        page=page,
        pages=pages,
        page_url=page_url,
        whole=citation_pages.WHOLE,
        may_note=_may_note(document),
        reason=say(REASON) % {"title": document.title},
        **context,
    )
    return (answer, 422) if form.errors else answer


def _chosen(document: LegalDocument) -> list[Question]:
    """The ticked questions (``q``: the bank's code, a slash, the question's code), or all with ``tat-ca``."""
    ticked = set(request.form.getlist("q"))
    every = request.form.get("tat-ca") == "1"
    quotes = citing.quotes(db.session, document, _writable())
    return [
        quote.question for quote in quotes if every or f"{quote.question.bank.code}/{quote.question.code}" in ticked
    ]
