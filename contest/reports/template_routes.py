"""Word templates that organizers use in place of ours: what may stand in them, taking ours away, giving another."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import actor_here
from contest.accounts.permissions import covers
from contest.accounts.rules import Role
from contest.documents.checking import MAX_FILE, WORD
from contest.extensions import db
from contest.reports import making, templates
from contest.reports.fields import FIELDS
from contest.reports.models import DocumentTemplate
from contest.reports.rules import DOCUMENT_NAMES, SHEETS, DocumentKind
from contest.reports.word import our_template
from contest.rounds import queries as rounds
from contest.rounds.models import Contest
from contest.unions import queries as unions
from contest.unions.models import TradeUnion
from contest.unions.permissions import managed
from contest.web.forms import Form
from contest.web.negotiation import page_or_json
from contest.web.texts import say
from questions.rules import clean

bp = Blueprint("document_templates", __name__)


class TemplateForm(Form):
    """A Word file, the kind of document it is for, and whose: a union's or one contest's."""

    kind = SelectField(_("Loại văn bản"), choices=[])
    place = SelectField(_("Dùng cho"), choices=[])
    file = FileField(_("Tệp Word (.docx)"))


def _places() -> tuple[Sequence[TradeUnion], Sequence[Contest]]:
    """Unions of the visitor's roles, and the contests they organize."""
    scopes = managed(actor_here())
    return unions.tops(db.session, scopes), rounds.desk(db.session, scopes)


def _form(places: tuple[Sequence[TradeUnion], Sequence[Contest]]) -> TemplateForm:
    form = TemplateForm()
    form.kind.choices = [SelectChoice(kind.value, gettext(name)) for kind, name in DOCUMENT_NAMES.items()]
    form.place.choices = [
        *(SelectChoice(f"u:{u.code}", gettext("%(union)s và các đơn vị bên dưới", union=u.name)) for u in places[0]),
        *(SelectChoice(f"c:{c.slug}", gettext("Riêng một cuộc thi: %(contest)s", contest=c.title)) for c in places[1]),
    ]
    return form


def _page(form: TemplateForm, places: tuple[Sequence[TradeUnion], Sequence[Contest]]) -> str:
    everything = actor_here().is_administrator
    rows = templates.versions(
        db.session,
        None if everything else [union.id for union in places[0]],
        None if everything else [contest.id for contest in places[1]],
    )
    names = {row.code: _where(row) for row in rows}
    return render_template(
        "reports/templates.html",
        form=form,
        kinds=DOCUMENT_NAMES,
        standing=[row for row in rows if row.replaced_at is None],
        replaced=[row for row in rows if row.replaced_at is not None],
        names=names,
        form_errors=bool(form.errors),
    )


def _where(row: DocumentTemplate) -> str:
    if row.contest_id is not None:
        contest = db.session.get_one(Contest, row.contest_id)
        return gettext("Riêng một cuộc thi: %(contest)s", contest=contest.title)
    union = db.session.get_one(TradeUnion, row.union_id)
    return gettext("%(union)s và các đơn vị bên dưới", union=union.name)


@bp.get("/to-chuc/mau-van-ban")
@organizers
def index() -> str:
    """Templates in force, those replaced, and the form for another."""
    places = _places()
    return _page(_form(places), places)


@bp.post("/to-chuc/mau-van-ban")
@organizers
def put() -> Any:
    """Check a Word file and use it from now on."""
    places = _places()
    form = _form(places)
    if not form.validate():
        return _page(form, places), 422
    kind, (union, contest) = DocumentKind(form.kind.data), _chosen(form.place.data, places)
    content = form.file.data.read(MAX_FILE + 1) if form.file.data else b""
    if not content:
        form.refuse("file", gettext("Hãy chọn tệp Word."))
    elif contest is not None and kind is DocumentKind.YEARLY:
        form.refuse("place", gettext("Báo cáo năm nói về mọi cuộc thi trong năm: hãy chọn dùng cho công đoàn."))
    else:
        for problem in templates.problems(content, kind):
            form.refuse("file", say(problem))
    if form.errors:
        return _page(form, places), 422
    # Some programs send names with signs that no header of an answer may hold.
    name = " ".join(clean(form.file.data.filename or "").split()) or f"{kind.value}.docx"
    templates.put(db.session, actor_here(), kind, union, contest, name, content, clock.now())
    db.session.commit()
    flash(gettext("Đã nhận tệp mẫu. Văn bản Word làm từ giờ dùng tệp này."), "success")
    return redirect(url_for("document_templates.index"), code=303)


def _chosen(text: str, places: tuple[Sequence[TradeUnion], Sequence[Contest]]) -> tuple[TradeUnion, Contest | None]:
    """The union, and the contest if one was chosen."""
    kind, _sep, code = text.partition(":")
    if kind == "c":
        contest = next(contest for contest in places[1] if contest.slug == code)
        return contest.union, contest
    return next(union for union in places[0] if union.code == code), None


@bp.get("/to-chuc/mau-van-ban/truong/<kind>")
@organizers
def fields(kind: str) -> Response | str:
    """Every field that a template of a kind may name, with an example."""
    known = _kind(kind)
    return page_or_json(
        "reports/fields.html",
        lambda: {one.name: {"example": one.example, "columns": list(one.columns)} for one in FIELDS[known]},
        kind=known.value,
        kinds=DOCUMENT_NAMES,
        name=DOCUMENT_NAMES[known],
        fields=FIELDS[known],
        for_many=known in SHEETS,
        tabs=[
            (gettext(text), url_for("document_templates.fields", kind=other.value), other is known)
            for other, text in DOCUMENT_NAMES.items()
        ],
    )


@bp.get("/to-chuc/mau-van-ban/co-san/<kind>.docx")
@organizers
def ours(kind: str) -> Response:
    """Our own template: what to begin with."""
    known = _kind(kind)
    return making.answer(our_template(known), f"mau-{known.value}.docx", WORD)


@bp.get("/to-chuc/mau-van-ban/<code>.docx")
@organizers
def download(code: str) -> Response:
    """A template as it was given."""
    row = _own(code)
    return making.answer(row.content, row.name, WORD)


@bp.get("/to-chuc/mau-van-ban/<code>/thu.docx")
@organizers
def trial(code: str) -> Response:
    """A template filled with the example."""
    row = _own(code)
    return making.answer(templates.tried(row.content, DocumentKind(row.kind)), f"thu-{row.name}", WORD)


@bp.post("/to-chuc/mau-van-ban/<code>/bo")
@organizers
def withdraw(code: str) -> Any:
    """Go back to what held without a template."""
    if templates.withdraw(db.session, actor_here(), _own(code), clock.now()):
        db.session.commit()
        flash(gettext("Đã bỏ tệp mẫu này. Tệp vẫn được giữ lại ở danh sách bên dưới."), "success")
    else:
        flash(gettext("Tệp mẫu này đã được bỏ từ trước."), "info")
    return redirect(url_for("document_templates.index"), code=303)


def _kind(text: str) -> DocumentKind:
    return DocumentKind(text) if text in list(DocumentKind) else abort(404)


def _own(code: str) -> DocumentTemplate:
    """A template of the visitor's unions; any other does not exist for them."""
    row = templates.by_code(db.session, code) or abort(404)
    if not covers(actor_here(), Role.ORGANIZER, unions.ancestor_ids(db.session, row.union_id)):
        abort(404)
    return row
