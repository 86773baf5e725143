"""Pages of printed papers: making them, the sheets for the printer, the table of keys, a Word file."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from contest import clock
from contest.accounts.doors import organizers
from contest.accounts.identity import current_actor
from contest.accounts.permissions import covers
from contest.accounts.rules import Role
from contest.attempts import print_word, printing
from contest.attempts.routes import bp
from contest.attempts.trial_routes import present_pool
from contest.extensions import db
from contest.rounds import queries as rounds
from contest.rounds.models import Contest, Round
from contest.unions.queries import ancestor_ids
from contest.web.forms import Form
from questions.draw import ShortPool

BASE = "/to-chuc/cuoc-thi/<slug>/dot/<int:number>/de-giay"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class PrintForm(Form):
    count = IntegerField("", default=4, validators=[InputRequired(), NumberRange(1, printing.MOST)])
    division = SelectField("", validate_choice=True)

    def fill(self, contest: Contest) -> None:
        self.count.label.text = gettext("Số mã đề")
        self.division.label.text = gettext("Dành cho")
        self.division.choices = [
            SelectChoice("", gettext("Mọi bảng")),
            *(SelectChoice(str(d.id), d.title) for d in contest.divisions),
        ]


def organized(slug: str, number: int) -> tuple[Contest, Round]:
    """A round that the signed-in organizer manages, else 404."""
    contest = rounds.contest_by_slug(db.session, slug) or abort(404)
    if not covers(current_actor(), Role.ORGANIZER, ancestor_ids(db.session, contest.union_id)):
        abort(404)
    return contest, rounds.round_of(contest, number) or abort(404)


@bp.route(BASE, methods=["GET", "POST"])
@organizers
def printed(slug: str, number: int) -> Any:
    """The printed papers of a round, and a form to draw more of them."""
    contest, round_ = organized(slug, number)
    form = PrintForm(data={"division": ""} if request.method == "GET" else None)
    form.fill(contest)
    if form.validate_on_submit():
        division = int(form.division.data) if form.division.data else None
        pool = present_pool(round_)
        try:
            made = printing.make(db.session, {}, current_actor(), round_, pool, division, form.count.data, clock.now())
        except ShortPool:
            db.session.rollback()
            form.count.errors = [gettext("Ngân hàng không đủ câu hỏi cho đề này. Hãy sửa đề thi hoặc nhập thêm câu.")]
        else:
            db.session.commit()
            if made:
                flash(gettext("Đã tạo mã đề %(codes)s.", codes=", ".join(map(str, made))), "success")
            else:
                flash(gettext("Đợt này đã có đủ %(n)s mã đề. Xoá bớt trước khi tạo thêm.", n=printing.MOST), "warning")
            return redirect(url_for("attempts.printed", slug=slug, number=number), code=303)
    return page("attempts/printed.html", contest, round_, form=form), 422 if form.errors else 200


def page(template: str, contest: Contest, round_: Round, **more: Any) -> str:
    return render_template(
        template, contest=contest, round=round_, sheets=printing.sheets(db.session, {}, round_), **more
    )


@bp.get(f"{BASE}/in")
@organizers
def print_papers(slug: str, number: int) -> str:
    """All sheets, each on pages of its own, A4; with ``ma`` only that number."""
    contest, round_ = organized(slug, number)
    return page("attempts/print_papers.html", contest, round_, only=request.args.get("ma", type=int))


@bp.get(f"{BASE}/dap-an")
@organizers
def print_keys(slug: str, number: int) -> str:
    """The table of keys: a row a question, a column a number."""
    contest, round_ = organized(slug, number)
    return page("attempts/print_keys.html", contest, round_)


@bp.get(f"{BASE}/word")
@organizers
def print_word_file(slug: str, number: int) -> Response:
    """All sheets and the table of keys as a Word file, to be changed and printed by whoever lives in Word."""
    contest, round_ = organized(slug, number)
    sheets = printing.sheets(db.session, {}, round_)
    if not sheets:
        abort(404)
    pictures = print_word.pictures_of(db.session, sheets)
    response = Response(print_word.document(contest, round_, sheets, pictures), mimetype=WORD)
    response.headers.set("Content-Disposition", "attachment", filename=f"de-giay-{contest.slug}-dot-{number}.docx")
    return response


@bp.post(f"{BASE}/xoa")
@organizers
def remove_printed(slug: str, number: int) -> Any:
    """Take the printed papers away, for instance after questions were mended."""
    _contest, round_ = organized(slug, number)
    gone = printing.remove(db.session, current_actor(), round_, clock.now())
    db.session.commit()
    flash(gettext("Đã xoá %(n)s mã đề. Giấy đã in ra không dùng được nữa.", n=gone), "success")
    return redirect(url_for("attempts.printed", slug=slug, number=number), code=303)
