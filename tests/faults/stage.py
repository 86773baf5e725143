"""What faults happen to: people, a contest and its rounds, made by the product's own rooms before the server starts.

Every right answer is B and options are not shuffled, so that a score is the number of B among the answers: whoever
judges from outside needs neither the paper nor the database. Names, phone numbers and explanations carry marks that
must never reach a reply they are not meant for.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask import session as cookie_session
from flask_wtf.csrf import generate_csrf
from support.people import Town
from support.server import SECRET

from contest import clock, create_app
from contest.accounts import actions
from contest.accounts.models import Person
from contest.accounts.passwords import hash_password
from contest.banks.models import BankOwner
from contest.rounds.models import Contest
from contest.rounds.settings import KeyShown
from questions.actions import create_bank, store_drafts
from questions.models import QuestionBank
from questions.rules import Choice, Draft

SLUG = "thu-loi"
QUESTIONS = 8
LETTERS = "ABCD"
RIGHT = "B"
#: Stands in explanations only, which nobody may see while a round runs.
KEY_MARK = "DAP-AN-KIN"
NAME_MARK = "Ca Na Ri"
PASSWORD = "mat khau cua canary"

#: Rounds by number: a long one for storms, a short one for deadlines, one for visits after faults, one for starts.
STORM, SHORT, VISITS, STARTS = 1, 2, 3, 4
ATTEMPTS = {STORM: 5000, SHORT: 40, VISITS: None, STARTS: 3}
ALLOWANCE_S = {STORM: 6 * 3600, SHORT: 4, VISITS: 600, STARTS: 600}
GRACE_S = 1


@dataclass(frozen=True, slots=True)
class Pass:
    """What a person's phone knows: who they are, their cookie and the token their pages carry."""

    number: int
    name: str
    phone: str
    cookie: str
    token: str


@dataclass(frozen=True, slots=True)
class Stage:
    """``members`` storm; ``visitor`` signs in with :data:`PASSWORD`; ``organizer`` may look at counts."""

    members: list[Pass]
    visitor: Pass
    organizer: Pass


def build(url: str, folder: Path, members: int) -> Stage:
    """Fill a migrated database."""
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": SECRET, "WTF_CSRF_TIME_LIMIT": None, "INSTANCE": folder})
    store = app.extensions["store"]
    with store.session(readonly=False) as session:
        town = Town(session)
        _contest(town)
        people = [town.person(f"{NAME_MARK} {number:04d}") for number in range(members)]
        visitor = town.person(f"{NAME_MARK} {members:04d}", password_hash=hash_password(PASSWORD))
        organizer = town.mai
        session.commit()
        passes = [_pass(app, session, number, person) for number, person in enumerate([*people, visitor, organizer])]
        session.commit()
    store.engine.dispose()
    return Stage(passes[:members], passes[members], passes[members + 1])


def _pass(app: Flask, session: object, number: int, person: Person) -> Pass:
    """Signed in as the door does it once a password fits."""
    token = actions.sign_in(session, person.id, clock.now())
    with app.test_request_context():
        cookie_session["csrf_token"] = secrets.token_hex(20)
        form_token = generate_csrf()
        content = {"_user_id": token, "_fresh": True, "_permanent": True, "csrf_token": cookie_session["csrf_token"]}
    value = app.session_interface.get_signing_serializer(app).dumps(content)
    return Pass(number, person.name, person.phone, f"hoithi={value}", form_token)


def _contest(town: Town) -> Contest:
    bank = _bank(town)
    contest = town.contest(slug=SLUG, title="Cuộc thi thử lỗi", key_shown=KeyShown.AFTER_CONTEST)
    for number, allowed in ATTEMPTS.items():
        town.round(
            contest,
            number,
            bank=bank,
            count=QUESTIONS,
            closes=24 * 60,
            max_attempts=allowed,
            allowance_s=ALLOWANCE_S[number],
            grace_s=GRACE_S,
            shuffle_choices=False,
        )
    return contest


def _bank(town: Town) -> QuestionBank:
    bank = create_bank(town.session, code="loi", title="Ngân hàng thử lỗi", now=town.now)
    town.session.add(BankOwner(bank_id=bank.id, union_id=town.province.id))
    drafts = [
        Draft(
            stem=f"Câu hỏi số {number} có bốn phương án nào?",
            choices=tuple(Choice(f"Phương án {letter} của câu {number}", letter == RIGHT) for letter in LETTERS),
            explanation=f"{KEY_MARK} {number}",
            code=f"L{number}",
        )
        for number in range(2 * QUESTIONS)
    ]
    store_drafts(town.session, bank, drafts, author="faults", now=town.now - timedelta(days=1))
    return bank
