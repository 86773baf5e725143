"""Things done to many questions at once, from the desk and from the queue of review."""

from collections.abc import Callable

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext

from contest import clock
from contest.accounts.doors import organizers
from contest.banks import actions, copy_actions, finding, review_actions, rules, telling
from contest.banks.actions import Deed
from contest.banks.desk import Page, actor, bp, owned, readable
from contest.banks.queries import Owned
from contest.banks.search import Search, tags_of
from contest.extensions import db
from contest.web.texts import number
from questions import queries as library
from questions.models import Question
from questions.rules import MAX_TAG, MAX_TAGS, Difficulty, Verb

#: Steps offered for many questions at once.
STEPS = (Verb.SUBMIT, Verb.WITHDRAW, Verb.APPROVE, Verb.RETURN, Verb.RETIRE, Verb.RESTORE)


@bp.post("/<code>/sap-xep")
@organizers
def arrange(code: str) -> Page:
    """Do one thing to the chosen questions, or to all that the search finds."""
    found, search = owned(code), Search.of(request.form)
    if request.form.get("tu") == "cau-hoi":
        back = url_for("banks.question", code=code, ma=request.form.get("q"))
    else:
        back = url_for("banks.bank", code=code, **search.args())
    do = request.form.get("do", "")
    doing = _doing(do)
    chosen = _chosen(found, search)
    if chosen:
        doing(found, chosen)
        db.session.commit()
    else:
        flash(gettext("Chưa chọn câu hỏi nào. Hãy đánh dấu các câu cần sửa rồi bấm lại."), "error")
    return redirect(back, code=303)


def _doing(do: str) -> Callable[[Owned, list[Question]], None]:
    if do in set(Deed):
        return lambda found, chosen: _arrange(found, chosen, Deed(do))
    if do in STEPS:
        return lambda found, chosen: _step(found, chosen, Verb(do))
    if do == "discard":
        return _discard
    abort(400)


def _chosen(found: Owned, search: Search) -> list[Question]:
    if request.form.get("tat-ca"):
        terms = finding.terms(db.session, found.bank.id, search)
        return list(library.matching(db.session, found.bank.id, **terms))
    return list(library.selected(db.session, found.bank.id, request.form.getlist("q")))


def _arrange(found: Owned, chosen: list[Question], deed: Deed) -> None:
    topic = " ".join(request.form.get("topic", "").split())[:300]
    tags = tags_of(request.form.get("tags", ""))
    level = request.form.get("level", "")
    if deed is Deed.MOVE and not topic:
        flash(gettext("Hãy nhập tên chủ đề để chuyển tới, hoặc dấu - để bỏ chủ đề."), "error")
        return
    if deed in (Deed.TAG, Deed.UNTAG) and not tags:
        flash(gettext("Hãy nhập nhãn, các nhãn cách nhau bằng dấu phẩy."), "error")
        return
    if deed is Deed.TAG and any(len({*question.tags, *tags}) > MAX_TAGS for question in chosen):
        flash(
            gettext("Câu hỏi có tối đa %(n)s nhãn, mỗi nhãn tối đa %(long)s ký tự.", n=MAX_TAGS, long=MAX_TAG), "error"
        )
        return
    actions.arrange(
        db.session,
        actor(),
        found.bank,
        chosen,
        deed,
        clock.now(),
        topic="" if topic == rules.NO_TOPIC else topic,
        difficulty=Difficulty(int(level)) if level in {"1", "2", "3"} else Difficulty.MEDIUM,
        tags=tags,
    )
    flash(gettext("Đã cập nhật %(n)s câu hỏi.", n=number(len(chosen))), "success")


def _step(found: Owned, chosen: list[Question], verb: Verb) -> None:
    """A step of review; what is approved has been looked at, so it is ticked one by one."""
    if verb is Verb.APPROVE and request.form.get("tat-ca"):
        flash(gettext("Mỗi câu phải được xem trước khi duyệt: hãy đánh dấu từng câu rồi bấm Duyệt."), "error")
        return
    text = request.form.get("y-kien", "").strip()
    seen = seen_versions() if verb is Verb.APPROVE else None
    outcome = review_actions.take(db.session, actor(), found.bank, chosen, verb, clock.now(), text=text, seen=seen)
    telling.tell_outcome(verb, outcome)


def seen_versions() -> dict[str, int]:
    """Version numbers by code as the page showed them: fields "v" of the form "<number> <code>"."""
    seen = {}
    for value in request.form.getlist("v"):
        shown, _, code = value.partition(" ")
        if shown.isascii() and shown.isdigit():
            seen[code] = int(shown[:9])
    return seen


def _discard(found: Owned, chosen: list[Question]) -> None:
    gone = actions.discard(db.session, actor(), found.bank, chosen, clock.now())
    if gone:
        flash(gettext("Đã xoá %(n)s bản nháp chưa từng được duyệt.", n=number(gone)), "success")
    if gone < len(chosen):
        left = number(len(chosen) - gone)
        flash(gettext("%(n)s câu đã từng được duyệt nên không xoá; hãy ngừng dùng.", n=left), "warning")


@bp.post("/<code>/chep")
@organizers
def copy(code: str) -> Page:
    """Copy the chosen questions, of an own bank or a shared one, into another bank of the visitor."""
    found, search = readable(code), Search.of(request.form)
    back = url_for("banks.bank", code=code, **search.args())
    target = owned(request.form.get("sang", ""))
    chosen = _chosen(found, search)
    if not chosen or target.bank.id == found.bank.id:
        flash(gettext("Hãy đánh dấu các câu cần chép và chọn một ngân hàng khác."), "error")
        return redirect(back, code=303)
    copied = copy_actions.copy(
        db.session,
        actor(),
        found.bank,
        target.bank,
        chosen,
        clock.now(),
        approved_only=not found.writable,
        note=gettext("Chép từ ngân hàng %(code)s", code=found.bank.code),
    )
    db.session.commit()
    telling.tell_copied(copied, target.bank.title)
    return redirect(back, code=303)
