"""Pages of a union's list of people: the template, the file, its preview, and the button that stores it."""

import io
from datetime import date
from typing import Any

import xlsxwriter
from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts import uploads
from contest.accounts.doors import officials
from contest.accounts.identity import actor_here
from contest.accounts.rules import KIND_NAMES
from contest.extensions import db
from contest.jobs.actions import queue
from contest.jobs.rules import unpacked
from contest.members import roster_work
from contest.members.blueprint import bp
from contest.members.people_forms import RosterForm, StoreForm
from contest.members.people_pages import Place, known_place_or_404
from contest.members.portions_work import Stale
from contest.members.roster_faulty import SHEET, columns, lines
from contest.members.roster_looks import Look, look_at
from contest.members.roster_plans import FIELD_NAMES
from contest.members.rosters import Wanted
from contest.unions.rules import Fault
from contest.web.limits import whole
from contest.web.texts import say
from contest.web.workbooks import MIME, workbook_response
from questions.messages import N_

#: Columns of the template with their widths, and what each is for.
TEMPLATE = (
    (N_("Họ tên"), 30, N_("Đủ họ và tên. Bắt buộc.")),
    (N_("Điện thoại"), 16, N_("10 chữ số. Để trống nếu người này không có điện thoại; khi đó phải ghi ngày sinh.")),
    (N_("Ngày sinh"), 14, N_("Ngày/tháng/năm, ví dụ 05/09/1990. Nên ghi để phân biệt người trùng tên.")),
    (N_("Đơn vị (mã)"), 18, N_("Mã công đoàn. Để trống là đơn vị đang nhập danh sách.")),
    (N_("Tư cách"), 20, N_("Đoàn viên, Cán bộ công đoàn hoặc Người lao động. Để trống: người mới là Đoàn viên.")),
    (N_("Ngày vào"), 14, N_("Ngày vào đơn vị này. Để trống nếu chưa rõ.")),
)
#: Rows of the template in which the kinds can be picked.
PICKED_ROWS = 5_000


@bp.get("/theo-doi/nguoi/<code>/mau.xlsx")
@officials
def roster_template(code: str) -> Response:
    """An empty list to fill in, with a second sheet that says how."""
    place = known_place_or_404(code)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        head, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        page, how = book.add_worksheet(gettext("Danh sách")), book.add_worksheet(gettext("Cách ghi"))
        for column, (title, width, hint) in enumerate(TEMPLATE):
            page.set_column(column, column, width, text)
            page.write_string(0, column, say(title), head)
            how.write_string(column, 0, say(title), head)
            how.write_string(column, 1, say(hint))
        page.data_validation(
            1, 4, PICKED_ROWS, 4, {"validate": "list", "source": [say(name) for name in KIND_NAMES.values()]}
        )
        page.freeze_panes(1, 0)
        how.set_column(0, 0, 16)
        how.set_column(1, 1, 90)
    response = Response(out.getvalue(), mimetype=MIME)
    response.headers.set("Content-Disposition", "attachment", filename=f"danh-sach-{place.union.code}.xlsx")
    return response


@bp.route("/theo-doi/nguoi/<code>/nhap", methods=["GET", "POST"])
@officials
def roster(code: str) -> Any:
    """Send a list: it leads to its preview; a file that cannot be taken at all is refused at once."""
    place, form = known_place_or_404(code), RosterForm()
    sent = request.files.get("file")
    if not form.validate_on_submit():
        return upload_page(place, form)
    if sent is None or not sent.filename:
        form.refuse("file", gettext("Hãy chọn tệp Excel (.xlsx) hoặc CSV."))
        return upload_page(place, form)
    content, actor, now = sent.read(), actor_here(), clock.now()
    union = place.union.code
    large = len(content) >= roster_work.LARGE_FILE
    if not large:
        listed = roster_work.read(content, place.union)
        if listed.refused:
            found = roster_work.plan(db.reader, place.union, listed, now)
            return upload_page(place, form, look_at(db.reader, found, listed))
    db.reader.rollback()
    token = uploads.keep(db.session, roster_work.purpose(union), sent.filename, content, actor.id or 0, now)
    target = url_for("members.roster_preview", code=union, token=token)
    if large:
        job = queue(db.session, roster_work.READ, {"union": union, "token": token}, actor.id, now)
        target = url_for("jobs.show", code=job.code)
    db.session.commit()
    return redirect(target, code=303)


def upload_page(place: Place, form: RosterForm, look: Look | None = None) -> tuple[str, int]:
    columns = [(say(title), say(hint)) for title, _width, hint in TEMPLATE]
    if not place.workplace:
        columns[3] = (columns[3][0], gettext("Mã công đoàn cơ sở của người này. Bắt buộc."))
    page = render_template(
        "members/roster.html",
        union=place.union,
        ended=place.ended,
        form=form,
        columns=columns,
        left=roster_work.left_before(db.reader, place.union.code, actor_here().id or 0),
        **faults(look),
    )
    return page, 422 if form.errors or look else 200


def faults(look: Look | None) -> dict[str, Any]:
    """What is wrong with a file that is refused, as pages show it."""
    found = look.faults if look and look.refused else ()
    return {
        "faults": [Fault(why, fault["row"]) for fault in found for why in unpacked(fault["why"])],
        "fault_count": look.numbers["faults"] if look else 0,
        "unread": look.unread if look else (),
    }


@bp.get("/theo-doi/nguoi/<code>/nhap/<token>")
@officials
def roster_preview(code: str, token: str) -> WerkzeugResponse | tuple[str, int]:
    """What a list would do, before it does."""
    place = known_place_or_404(code)
    now = clock.now()
    return preview(place, token, StoreForm(formdata=None, data={"on": clock.vietnamese_day(now)}))


def preview(place: Place, token: str, form: StoreForm, *, stale: bool = False) -> Any:
    union, actor = place.union, actor_here()
    file = uploads.take(db.reader, token, roster_work.purpose(union.code), actor.id or 0)
    if file is None:
        return gone(union.code)
    look = None if stale else roster_work.kept_look(db.reader, union.code, token, actor.id or 0)
    if look is None:
        listed = roster_work.read(file.content, union)
        found = roster_work.plan(db.reader, union, listed, clock.now())
        look = look_at(db.reader, found, listed)
    page = render_template(
        "members/roster_preview.html",
        union=union,
        file_name=file.name,
        token=token,
        look=look,
        form=form,
        stale=stale,
        kind_names=KIND_NAMES,
        field_names=FIELD_NAMES,
        doubts=[(row, unpacked([row["why"]])[0]) for row in look.doubts],
        skipped=() if stale else request.form.getlist("bo", type=whole),
        faulty=[(row, unpacked(row["why"])) for row in look.faults],
        **faults(look),
    )
    return page, 409 if stale or look.refused else 422 if form.errors else 200


def gone(code: str) -> WerkzeugResponse:
    flash(say(roster_work.GONE), "warning")
    return redirect(url_for("members.roster", code=code), code=303)


@bp.get("/theo-doi/nguoi/<code>/nhap/<token>/can-sua.xlsx")
@officials
def roster_faulty(code: str, token: str) -> WerkzeugResponse:
    """The rows at fault of a list that waits, or that were left when it was stored, to be mended and sent again."""
    place = known_place_or_404(code)
    found = roster_work.rows_at_fault(db.reader, place.union, token, actor_here().id or 0)
    if found is None:
        return gone(place.union.code)
    return workbook_response(f"can-sua-{place.union.code}.xlsx", SHEET, columns(found), lines(found))


@bp.post("/theo-doi/nguoi/<code>/nhap/<token>")
@officials
def store_roster(code: str, token: str) -> Any:
    """Store what the preview showed, as a whole or the sound rows of it; sent twice it is stored once."""
    place, form, now = known_place_or_404(code), StoreForm(), clock.now()
    union, actor = place.union.code, actor_here()
    file = uploads.take(db.reader, token, roster_work.purpose(union), actor.id or 0)
    if file is None:
        return gone(union)
    form.validate()
    if not form.on.errors:
        settle_day(form, clock.vietnamese_day(now))
    if request.form.get("faulty") and not form.partly.data:
        form.refuse("partly", gettext("Tệp còn dòng sai. Hãy đánh dấu để nhập riêng các dòng đúng, hoặc sửa hết đã."))
    if form.errors or form.on.data is None:
        return preview(place, token, form)
    content = file.content
    db.reader.rollback()
    skipped = request.form.getlist("bo", type=whole)
    seen = request.form.get("digest", "")[:64]
    if len(content) >= roster_work.LARGE_FILE:
        order = {"union": union, "token": token, "digest": seen, "on": form.on.data.isoformat()}
        order |= {"skipped": skipped, "leave": bool(form.leave.data), "partly": bool(form.partly.data)}
        job = queue(db.session, roster_work.STORE, order, actor.id, now)
        db.session.commit()
        return redirect(url_for("jobs.show", code=job.code), code=303)
    wanted = Wanted(form.on.data, frozenset(skipped), bool(form.leave.data), bool(form.partly.data))
    try:
        stored = roster_work.store(actor, union, token, content, wanted, seen)
    except Stale:
        roster_work.look_anew(db.session, token)
        db.session.commit()
        return preview(place, token, form, stale=True)
    roster_work.drop(db.session, token)
    db.session.commit()
    flash(say(roster_work.told(stored)), "success")
    if stored.refused:
        text = gettext(
            "%(n)s người đang có yêu cầu chuyển đơn vị khác chờ trả lời nên chưa gửi yêu cầu mới.", n=stored.refused
        )
        flash(text, "warning")
    # Rows that were left come back mended where lists are sent.
    return redirect(url_for("members.roster" if stored.faulty else "members.people", code=union), code=303)


def settle_day(form: StoreForm, today: date) -> None:
    """Put what is wrong with the day of moves beside its field."""
    if form.on.data is None:
        form.refuse("on", gettext("Hãy ghi ngày, ví dụ %(day)s.", day=today.strftime("%d/%m/%Y")))
    elif form.on.data > today:
        form.refuse("on", gettext("Ngày không được sau hôm nay. Hãy ghi lại."))
