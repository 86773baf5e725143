"""Pages of personal cards: an official makes and revokes them; who holds one enters."""

from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug import Response as WerkzeugResponse

from contest import clock
from contest.accounts import actions as accounts
from contest.accounts import uploads
from contest.accounts.doors import officials
from contest.accounts.identity import actor_here
from contest.accounts.models import Person
from contest.accounts.queries import tries
from contest.accounts.routes import open_door
from contest.accounts.rules import masked_name
from contest.extensions import db
from contest.jobs.rules import JobRefused
from contest.members import actions, card_work, cards
from contest.members.blueprint import bp
from contest.members.card_codes import normal_code, shown
from contest.members.people_forms import CardForm, EnterForm
from contest.members.people_pages import known_place_or_404, person_or_404
from contest.members.person_codes import person_id_of
from contest.members.queries import asked_for_consent
from contest.members.rules import CONSENT_TEXT
from contest.web import traces
from contest.web.doors import public
from contest.web.routes import local_address
from contest.web.texts import number, say
from questions.messages import N_

#: Codes that no card has, from one network in a quarter of an hour: a whole factory may sit behind one, but a code
#: mistyped is known by its last letter and not counted.
MAX_WRONG = 60
WINDOW_S = 15 * 60
ALL, ANEW = "all", "anew"

REVOKED = N_(
    "Thẻ này không còn dùng được: đã có thẻ mới, hoặc công đoàn đã thu hồi. Hãy xin công đoàn của bạn thẻ mới."
)
UNKNOWN = N_("Không có thẻ nào mang mã này. Hãy quét lại, hoặc gõ mã trên thẻ ở trang Vào thi bằng thẻ.")
TOO_MANY = N_("Có quá nhiều mã sai. Hãy đợi 15 phút rồi thử lại.")


# Making and revoking


@bp.post("/theo-doi/nguoi/<code>/the")
@officials
def make_cards(code: str) -> WerkzeugResponse:
    """Make cards of the people ticked, of everybody without one, or of everybody anew."""
    place = known_place_or_404(code)
    back = redirect(url_for("members.people", code=place.union.code), code=303)
    do = request.form.get("do", "")
    ticked = [person_id_of(text) for text in request.form.getlist("nguoi")]
    chosen = None if do in (ALL, ANEW) else [person_id for person_id in ticked if person_id is not None]
    if not place.workplace or chosen == []:
        flash(gettext("Hãy đánh dấu những người cần làm thẻ, hoặc chọn làm thẻ cho tất cả."), "warning")
        return back
    people = card_work.people_of(db.reader, place.ids, chosen, anew=do == ANEW)
    db.reader.rollback()
    if len(people) > card_work.MOST:
        if do == ANEW:
            flash(
                gettext("Đơn vị có quá nhiều người để làm lại thẻ một lần. Hãy đánh dấu từng người cần thẻ mới."),
                "warning",
            )
            return back
        text = gettext(
            "Mỗi lần làm được %(most)s thẻ. In xong, hãy bấm lại cho người còn lại.", most=number(card_work.MOST)
        )
        flash(text, "info")
    people = people[: card_work.MOST]
    union, site = place.union.code, request.url_root.rstrip("/")
    if len(people) > card_work.AT_ONCE:
        job = card_work.queue(db.session, actor_here(), union, people, site)
        db.session.commit()
        return redirect(url_for("jobs.show", code=job), code=303)
    try:
        token, _count = card_work.make(actor_here(), union, people, site)
    except JobRefused as refused:
        flash(say(refused.reasons[0]), "warning")
        return back
    return redirect(url_for("members.made_cards", code=union, token=token), code=303)


@bp.get("/theo-doi/nguoi/<code>/the/<token>")
@officials
def made_cards(code: str, token: str) -> WerkzeugResponse | str:
    """Where a sheet of cards is fetched from, for who made it and for a day."""
    place = known_place_or_404(code)
    file = uploads.take(db.session, token, card_work.purpose(place.union.code, token), actor_here().id or 0)
    if file is None:
        flash(gettext("Tệp thẻ không còn. Nếu chưa in, hãy làm thẻ lại; thẻ cũ khi đó hết hiệu lực."), "warning")
        return redirect(url_for("members.people", code=place.union.code), code=303)
    return render_template(
        "members/made_cards.html", union=place.union, token=token, until=file.uploaded_at + uploads.KEPT_FOR
    )


@bp.get("/theo-doi/nguoi/<code>/the/<token>.pdf")
@officials
def card_sheet(code: str, token: str) -> Response:
    """The sheet itself."""
    place = known_place_or_404(code)
    file = uploads.take(db.session, token, card_work.purpose(place.union.code, token), actor_here().id or 0) or abort(
        404
    )
    response = make_response(file.content)
    response.mimetype = "application/pdf"
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/theo-doi/nguoi/<code>/the/<token>/xoa")
@officials
def drop_cards(code: str, token: str) -> WerkzeugResponse:
    """Throw a sheet away once it is printed; its cards go on holding."""
    place = known_place_or_404(code)
    file = uploads.take(db.session, token, card_work.purpose(place.union.code, token), actor_here().id or 0) or abort(
        404
    )
    uploads.drop(db.session, file.token)
    db.session.commit()
    flash(gettext("Đã xoá tệp thẻ khỏi máy chủ. Thẻ đã in vẫn dùng được."), "success")
    return redirect(url_for("members.people", code=place.union.code), code=303)


@bp.post("/theo-doi/nguoi/<code>/<person>/thu-hoi-the")
@officials
def revoke_card(code: str, person: str) -> WerkzeugResponse:
    """End somebody's card, and sign them out everywhere: the card may be in other hands."""
    place = known_place_or_404(code)
    found = person_or_404(place, person)
    person_id = found.id
    if cards.revoke(db.session, actor_here(), [person_id], clock.now()):
        accounts.sign_out_everywhere(db.session, person_id)
        db.session.commit()
        flash(gettext("Đã thu hồi thẻ và đăng xuất mọi thiết bị của người này."), "success")
    else:
        flash(gettext("Người này không có thẻ nào đang dùng."), "warning")
    return redirect(url_for("members.person", code=code, person=person), code=303)


# Entering


@bp.route("/the", methods=["GET", "POST"])
@public
def card() -> WerkzeugResponse | str | tuple[str, int]:
    """Type the code of a card; its own page then shows whose it is."""
    form = CardForm()
    target = request.values.get("next")
    if request.method == "POST" and form.validate():
        code = normal_code(form.code.data or "")
        if code is None:
            form.refuse("code", gettext("Mã này gõ chưa đúng. Mã có 12 chữ, chia ba nhóm; hãy nhìn thẻ rồi gõ lại."))
        elif not may_try():
            form.refuse("code", say(TOO_MANY))
            return render_template("members/card.html", form=form, target=target), 429
        elif (held := cards.held(db.reader, code)) is None:
            count_wrong()
            form.refuse("code", gettext("Không có thẻ nào mang mã này. Hãy nhìn thẻ rồi gõ lại từng chữ."))
        elif held.revoked:
            form.refuse("code", say(REVOKED))
        else:
            return redirect(url_for("members.enter", code=code, next=target), code=303)
    return (render_template("members/card.html", form=form, target=target), 422 if form.errors else 200)


@bp.get("/the/<code>")
@public
def enter(code: str) -> Response | tuple[Response, int]:
    """Whose card it is, half-masked, and the button that enters; looking signs nobody in."""
    return card_page(normal_code(code), EnterForm(formdata=None))


@bp.post("/the/<code>")
@public
def enter_with_card(code: str) -> Any:
    """Sign in with a card. Who has never agreed to the use of their data agrees here, by an act of their own."""
    known, form, now = normal_code(code), EnterForm(), clock.now()
    if known and not may_try():
        return card_page(known, form, limited=True)
    held = cards.held(db.reader, known) if known else None
    if known and held is None:
        count_wrong()
    if held is None or held.revoked:
        return card_page(known, form)
    asked = asked_for_consent(db.reader, held.person_id)
    db.reader.rollback()
    form.validate()
    if not asked and not form.consent.data:
        form.refuse("consent", gettext("Hãy đọc và đánh dấu đồng ý. Không có đồng ý thì chưa vào thi được."))
        return card_page(known, form)
    if not cards.used(db.session, held, now):
        db.session.rollback()
        return card_page(known, form)
    if not asked:
        actions.give_consent(db.session, held.person_id, now)
    open_door(db.session.get_one(Person, held.person_id), now)
    return redirect(local_address(request.values.get("next")), code=303)


def card_page(code: str | None, form: EnterForm, *, limited: bool = False) -> Any:
    """The page of a card: of one in force, or what to do with one that is not. Kept nowhere, and leads nobody here."""
    held = cards.held(db.reader, code) if code and not limited else None
    good = held is not None and not held.revoked
    asked = asked_for_consent(db.reader, held.person_id) if held and good else True
    page = render_template(
        "members/enter.html",
        form=form,
        held=held if good else None,
        name=masked_name(held.name) if held and good else "",
        code=shown(code) if code else "",
        address=url_for("members.enter_with_card", code=code or "x"),
        reason=TOO_MANY if limited else REVOKED if held else UNKNOWN,
        asked=asked,
        consent_text=CONSENT_TEXT,
        target=request.values.get("next"),
    )
    status = 429 if limited else 404 if held is None else 410 if held.revoked else 422 if form.errors else 200
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def network_key() -> str:
    """What wrong codes are counted under: there is no phone number to count by."""
    return f"card:{traces.of_request()[1] or 'unknown'}"


def may_try() -> bool:
    """Whether one more code from this network is judged."""
    tried = tries(db.reader, network_key(), WINDOW_S, int(clock.now().timestamp()))
    return tried < MAX_WRONG


def count_wrong() -> None:
    db.reader.rollback()
    accounts.count_try(db.session, network_key(), WINDOW_S, clock.now())
    db.session.commit()
