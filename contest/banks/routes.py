"""The organizers' pages about banks: the list, a bank, what is done to many questions at once."""

from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from contest import clock
from contest.accounts.doors import organizers
from contest.banks import (
    actions,
    bulk_routes,
    citation_routes,
    editor_routes,
    export_routes,
    file_routes,
    forms,
    near_routes,
    pages,
    picture_routes,
    queries,
    question_routes,
    review_cli,
    review_routes,
    rules,
    share_routes,
)
from contest.banks.desk import Page, actor, bp, owned, readable, scopes, status_of
from contest.banks.rules import Search
from contest.extensions import db
from contest.unions.queries import tops
from contest.web.negotiation import page_or_json
from questions import queries as library
from questions.messages import N_, Message, message
from questions.rules import ReviewRule

__all__ = [
    "bulk_routes",
    "citation_routes",
    "editor_routes",
    "export_routes",
    "file_routes",
    "init_app",
    "near_routes",
    "picture_routes",
    "question_routes",
    "share_routes",
]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    review_routes.init_app(app)
    review_cli.init_app(app)
    app.register_blueprint(picture_routes.public_bp)


@bp.get("")
@organizers
def index() -> Page:
    """The banks of the visitor's unions, and those shared with them."""
    own = scopes()
    shelf = queries.shelf(db.session, own)
    shared = queries.shelf(db.session, own, queries.shared_ids(db.session, own) if own is not None else ())

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
                    **({"shared": True} if line in shared else {}),
                }
                for line in [*shelf, *shared]
            ]
        }

    return page_or_json("banks/index.html", data, shelf=shelf, shared=shared)


@bp.route("/moi", methods=["GET", "POST"])
@organizers
def create() -> Page:
    """Make a bank; without a code it gets one made from the title."""
    unions = tops(db.session, scopes())
    today = clock.today()
    form = forms.NewBankForm(data={"review": pages.usual_review(db.session, unions, today)})
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
                review=ReviewRule(form.review.data),
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
    found, search = readable(code), Search.of(request.args)
    context = pages.bank_page(db.session, found, search, scopes())
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
    bank = found.bank
    form = forms.BankForm(data={"title": bank.title, "description": bank.description, "review": bank.review})
    if form.validate_on_submit():
        actions.describe(
            db.session,
            actor(),
            bank,
            title=form.title.data or "",
            description=form.description.data or "",
            now=clock.now(),
            review=ReviewRule(form.review.data),
        )
        db.session.commit()
        flash(gettext("Đã lưu thông tin ngân hàng."), "success")
        return redirect(url_for("banks.bank", code=code), code=303)
    return render_template("banks/describe.html", form=form, found=found, bank=bank), status_of(form)


@bp.route("/<code>/xoa", methods=["GET", "POST"])
@organizers
def delete(code: str) -> Page:
    """Ask, and then delete a bank that no round draws from."""
    found = owned(code)
    uses = queries.uses(db.session, found.bank.id)
    if request.method == "POST" and not uses:
        actions.delete(db.session, actor(), found.bank, clock.now())
        db.session.commit()
        flash(gettext("Đã xoá ngân hàng “%(title)s”.", title=found.bank.title), "success")
        return redirect(url_for("banks.index"), code=303)
    numbers = sum(count.number for count in library.counts(db.session, found.bank.id))
    page = render_template("banks/delete.html", found=found, bank=found.bank, uses=uses, questions=numbers)
    return page, 409 if request.method == "POST" else 200
