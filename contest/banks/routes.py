"""The organizers' pages about banks: the list, a bank, what is done to many questions at once."""

from typing import Any

from flask import Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from contest import clock
from contest.accounts.doors import organizers
from contest.banks import actions, file_routes, forms, pages, picture_routes, queries, question_routes, rules
from contest.banks.desk import Page, actor, bp, owned, scopes, status_of
from contest.banks.queries import Owned
from contest.banks.rules import Search
from contest.extensions import db
from contest.unions.queries import tops
from contest.web.negotiation import page_or_json
from contest.web.texts import number
from questions import queries as library
from questions.messages import N_, Message, message
from questions.models import Question
from questions.rules import Difficulty

__all__ = ["file_routes", "init_app", "question_routes"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_blueprint(picture_routes.public_bp)


@bp.get("")
@organizers
def index() -> Page:
    """The banks of the visitor's unions."""
    shelf = queries.shelf(db.session, scopes())

    def data() -> dict[str, Any]:
        return {
            "banks": [
                {
                    "code": line.bank.code,
                    "title": line.bank.title,
                    "union": line.owner.code if line.owner else None,
                    "approved": line.approved,
                    "questions": line.total,
                    "rounds": line.rounds,
                }
                for line in shelf
            ]
        }

    return page_or_json("banks/index.html", data, shelf=shelf)


@bp.route("/moi", methods=["GET", "POST"])
@organizers
def create() -> Page:
    """Make a bank; without a code it gets one made from the title."""
    form = forms.NewBankForm()
    unions = tops(db.session, scopes())
    form.union.choices = [SelectChoice(union.code, union.name) for union in unions]
    taken = queries.codes(db.session) if request.method == "POST" else set()
    one_union = len(unions) < 2
    if one_union:
        del form.union
    if form.validate_on_submit():
        code = form.code.data or rules.suggest_code(form.title.data or "", taken)
        fault = rules.code_fault(code) or (code in taken and _taken(code))
        if not fault:
            chosen = unions[0] if len(unions) == 1 else next((u for u in unions if u.code == _chosen(form)), None)
            bank = actions.create(
                db.session,
                actor(),
                code=code,
                title=form.title.data or "",
                description=form.description.data or "",
                union_id=chosen.id if chosen else None,
                now=clock.now(),
            )
            db.session.commit()
            flash(gettext("Đã tạo ngân hàng. Hãy nhập câu hỏi từ tệp hoặc thêm từng câu."), "success")
            return redirect(url_for("banks.bank", code=bank.code), code=303)
        form.refuse("code", fault)
    return render_template("banks/create.html", form=form, unions=unions, one_union=one_union), status_of(form)


def _chosen(form: forms.NewBankForm) -> str:
    return form.union.data if form.union else ""


def _taken(code: str) -> Message:
    return message(N_("Mã “%(code)s” đã dùng cho ngân hàng khác. Hãy chọn mã khác, hoặc để trống."), code=code)


@bp.get("/<code>")
@organizers
def bank(code: str) -> Page:
    """The questions of a bank, searched, filtered, sorted, by pages."""
    found, search = owned(code), Search.of(request.args)
    context = pages.bank_page(db.session, found, search)
    if search.page > context["pages"]:
        return redirect(url_for("banks.bank", code=code, **search.args(page=context["pages"])), code=303)

    def page_url(page: int) -> str:
        return url_for("banks.bank", code=code, **search.args(page=page))

    return page_or_json("banks/bank.html", lambda: pages.bank_data(context), page_url=page_url, **context)


@bp.route("/<code>/thong-tin", methods=["GET", "POST"])
@organizers
def describe(code: str) -> Page:
    """Change a bank's title and description."""
    found = owned(code)
    form = forms.BankForm(data={"title": found.bank.title, "description": found.bank.description})
    if form.validate_on_submit():
        actions.describe(
            db.session,
            actor(),
            found.bank,
            title=form.title.data or "",
            description=form.description.data or "",
            now=clock.now(),
        )
        db.session.commit()
        flash(gettext("Đã lưu thông tin ngân hàng."), "success")
        return redirect(url_for("banks.bank", code=code), code=303)
    return render_template("banks/describe.html", form=form, found=found, bank=found.bank), status_of(form)


@bp.route("/<code>/xoa", methods=["GET", "POST"])
@organizers
def delete(code: str) -> Page:
    """Ask, and then delete a bank that no round draws from."""
    found = owned(code)
    uses = queries.uses(db.session, found.bank.id)
    if request.method == "POST" and not uses:
        actions.delete(db.session, actor(), found.bank, clock.now())
        db.session.commit()
        flash(gettext("Đã xóa ngân hàng “%(title)s”.", title=found.bank.title), "success")
        return redirect(url_for("banks.index"), code=303)
    numbers = sum(count.number for count in library.counts(db.session, found.bank.id))
    page = render_template("banks/delete.html", found=found, bank=found.bank, uses=uses, questions=numbers)
    return page, 409 if request.method == "POST" else 200


@bp.post("/<code>/sap-xep")
@organizers
def arrange(code: str) -> Page:
    """Do one thing to the chosen questions, or to all that the search finds."""
    found, search = owned(code), Search.of(request.form)
    if request.form.get("tu") == "cau-hoi":
        back = url_for("banks.question", code=code, ma=request.form.get("q"))
    else:
        back = url_for("banks.bank", code=code, **search.args())
    if request.form.get("do") not in set(actions.Deed):
        abort(400)
    deed = actions.Deed(request.form["do"])
    topic = " ".join(request.form.get("topic", "").split())[:300]
    chosen = _chosen_questions(found, search)
    refusal = _arrange_refusal(deed, chosen, topic)
    if refusal:
        flash(refusal, "error")
        return redirect(back, code=303)
    level = request.form.get("level", "")
    actions.arrange(
        db.session,
        actor(),
        found.bank,
        chosen,
        deed,
        clock.now(),
        topic="" if topic == rules.NO_TOPIC else topic,
        difficulty=Difficulty(int(level)) if level in {"1", "2", "3"} else Difficulty.MEDIUM,
    )
    db.session.commit()
    flash(gettext("Đã cập nhật %(n)s câu hỏi.", n=number(len(chosen))), "success")
    return redirect(back, code=303)


def _chosen_questions(found: Owned, search: Search) -> list[Question]:
    if request.form.get("tat-ca"):
        terms = pages.search_terms(db.session, found, search)
        return list(library.matching(db.session, found.bank.id, **terms))
    return list(library.selected(db.session, found.bank.id, request.form.getlist("q")))


def _arrange_refusal(deed: actions.Deed, chosen: list[Question], topic: str) -> str:
    if not chosen:
        return gettext("Chưa chọn câu hỏi nào. Hãy đánh dấu các câu cần sửa rồi bấm lại.")
    if deed is actions.Deed.MOVE and not topic:
        return gettext("Hãy nhập tên chủ đề để chuyển tới, hoặc dấu - để bỏ chủ đề.")
    return ""
