"""Making cards: few at once, many beside the requests. The sheet is kept a day for who asked, codes nowhere else."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts import uploads
from contest.accounts.models import PendingFile
from contest.accounts.rules import TERMINAL, Actor
from contest.documents.typesetting import pdf, pdf_apart
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.rules import JobRefused, packed
from contest.members import card_sheets, cards
from questions.messages import N_, message

JOB = "members.cards"
TITLE = N_("Làm thẻ dự thi")
#: More cards than this are made beside the requests.
AT_ONCE = 100
#: One sheet holds no more: a union with more people makes them in turns, which gives those without a card theirs.
MOST = 3_000

JUST_MADE = message(
    N_("Người khác vừa làm thẻ cho những người này. Hãy hỏi người đó lấy tệp in, hoặc làm lại thẻ sau ít phút.")
)
NOBODY = message(N_("Không có ai để làm thẻ: mọi người đều đã có thẻ, hoặc giữ quyền nên phải dùng mật khẩu."))


def register() -> None:
    jobs.register(JOB, run_job, TITLE)


def purpose(union: str, token: str) -> str:
    """What a sheet of a union's cards is kept as: each by itself, so that making another one throws none away."""
    return f"cards:{union}:{token}"


def people_of(
    session: Session, union_ids: Collection[int], chosen: Sequence[int] | None, *, anew: bool
) -> list[tuple[int, int | None]]:
    """Who gets a card, by union and name; one more than a sheet holds where there are more.

    Each is a person's id with the id of the card that holds now, as :func:`make` and :func:`queue` ask for it.
    """
    wanted = cards.people_for(union_ids, chosen=chosen, anew=anew).limit(MOST + 1)
    return [(person_id, holding) for person_id, holding in session.execute(wanted)]


def make(actor: Actor, union: str, people: Sequence[tuple[int, int | None]], site: str) -> tuple[str, int]:
    """Make the cards of people and their sheet; returns the token that names the sheet, and how many there are.

    The sheet is set between reading and writing, so that nobody waits for it; what it shows holds from then on. Whoever
    asks twice at the same moment is led to the one sheet: a second one would make the first worthless. Raises
    JobRefused when somebody else has just made cards of the same people.
    """
    with db.reading() as session:
        drawn = cards.draw(session, [person_id for person_id, _holding in people])
    if not drawn:
        raise JobRefused(NOBODY)
    setting = pdf_apart if len(drawn) > AT_ONCE else pdf
    content = setting("cards", card_sheets.data(drawn, site, gettext))
    with db.begin() as session:
        now, ids = clock.now(), [card.person_id for card in drawn]
        cards.take_turns(session, ids)
        made_at = cards.newer(session, dict(people))
        if made_at is not None:
            return _sheet_made(session, union, actor, made_at), len(drawn)
        cards.keep(session, actor, drawn, now)
        name, token = f"the-du-thi-{union}.pdf", secrets.token_urlsafe(24)
        uploads.keep(session, purpose(union, token), name, content, actor.id or 0, now, token)
    return token, len(drawn)


def _sheet_made(session: Session, union: str, actor: Actor, made_at: datetime) -> str:
    """The token of the sheet that the same person made at an instant."""
    token = session.scalar(
        select(PendingFile.token).where(
            PendingFile.person_id == (actor.id or 0),
            PendingFile.purpose.startswith(purpose(union, ""), autoescape=True),
            PendingFile.uploaded_at == made_at,
        )
    )
    if token is None:
        raise JobRefused(JUST_MADE)
    return token


def queue(session: Session, actor: Actor, union: str, people: Sequence[tuple[int, int | None]], site: str) -> str:
    """Ask for many cards; the code of the work's page."""
    order = {"union": union, "people": list(people), "site": site}
    return jobs.queue(session, JOB, order, actor.id, clock.now()).code


def run_job(order: jobs.Order) -> dict[str, Any]:
    """Many cards as a long work. Run again after a crash, it makes those not made, or finds their sheet."""
    told = order.arguments
    actor = Actor(order.person_id, "") if order.person_id else TERMINAL
    order.progress(0, len(told["people"]))
    token, count = make(actor, told["union"], told["people"], told["site"])
    order.progress(count, count)
    said = message(N_("Đã làm %(count)s thẻ. Hãy tải tệp để in trong 24 giờ; sau đó tệp bị xoá."), count=count)
    return {"url": f"/theo-doi/nguoi/{told['union']}/the/{token}", "message": packed([said])[0], "cards": count}
