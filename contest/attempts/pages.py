"""What the contest pages show, gathered as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.attempts import queries, rules
from contest.attempts.actions import candidate_of
from contest.attempts.models import Attempt
from contest.attempts.receipts import spaced
from contest.rounds.allowances import extra_for
from contest.rounds.models import Contest, Round
from contest.rounds.queries import Listing
from contest.rounds.rules import Phase, lacks_birth, person_refusals, phase, round_refusals
from contest.rounds.settings import PREDICTION_SCOPE_NAMES, PREDICTION_TARGET_NAMES
from contest.rounds.windows import admission_of, window_of
from contest.web.texts import say
from questions.answers import NONE, Shape, as_sent
from questions.messages import Message


@dataclass(frozen=True, slots=True)
class RoundCard:
    """A round as its contest's page shows it to one visitor."""

    round: Round
    phase: Phase
    left: rules.Left
    open_attempt: Attempt | None
    reasons: list[Message]

    @property
    def may_start(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class ContestView:
    """A contest's page for one visitor; ``person`` None: a stranger, who sees rounds but no reasons of their own."""

    contest: Contest
    person: Person | None
    person_reasons: list[Message]
    rounds: list[RoundCard]
    attempts: list[Attempt]
    #: Seconds the person gets beyond what the regulations allow.
    extra_s: int = 0
    #: They must still tell their day of birth.
    birth_missing: bool = False

    @property
    def current(self) -> RoundCard | None:
        """The round to put first: open, else the next to come, else the last."""
        for wanted in (Phase.OPEN, Phase.PAUSED, Phase.COMING):
            for card in self.rounds:
                if card.phase is wanted:
                    return card
        return self.rounds[-1] if self.rounds else None


def contest_view(session: Session, contest: Contest, person: Person | None, now: datetime) -> ContestView:
    """Gather a contest's page in a number of queries that does not depend on rounds or attempts."""
    attempts = list(queries.attempts_of_person(session, person.id, contest.id)) if person else []
    reasons: list[Message] = []
    extra_s, birth_missing = 0, False
    if person:
        candidate = candidate_of(session, person, contest.tree_id)
        admission = admission_of(contest)
        reasons, birth_missing = person_refusals(candidate, admission), lacks_birth(candidate, admission)
        extra_s = extra_for(session, contest.id, person.id, candidate.unions)
    cards = []
    for round_ in contest.rounds:
        mine = [attempt for attempt in attempts if attempt.round_id == round_.id]
        window = window_of(round_)
        cards.append(
            RoundCard(
                round=round_,
                phase=phase(window, now),
                left=rules.Left(len(mine), round_.max_attempts),
                open_attempt=next((a for a in mine if a.submitted_at is None and now < a.late_until), None),
                reasons=reasons + round_refusals(window, now, len(mine), round_.max_attempts),
            )
        )
    return ContestView(contest, person, reasons, cards, attempts, extra_s, birth_missing)


def prediction_label(contest: Contest) -> str | None:
    """What the participant is asked to predict; None when the contest has no prediction."""
    if not contest.prediction_target:
        return None
    return gettext(
        "Dự đoán %(what)s %(where)s",
        what=say(PREDICTION_TARGET_NAMES[contest.prediction_target]),
        where=say(PREDICTION_SCOPE_NAMES[contest.prediction_scope]),
    )


# The same pages as data


def home_data(listed: Listing) -> dict[str, Any]:
    return {
        name: [_contest_row(contest) for contest in getattr(listed, name)] for name in ("running", "coming", "past")
    }


def _contest_row(contest: Contest) -> dict[str, Any]:
    return {
        "slug": contest.slug,
        "title": contest.title,
        "practice": contest.practice,
        "opens_at": contest.rounds[0].opens_at.isoformat() if contest.rounds else None,
        "closes_at": contest.rounds[-1].closes_at.isoformat() if contest.rounds else None,
    }


def contest_data(view: ContestView) -> dict[str, Any]:
    return {
        **_contest_row(view.contest),
        "extra_minutes": view.extra_s // 60,
        "rounds": [
            {
                "number": card.round.number,
                "title": card.round.title,
                "phase": str(card.phase),
                "opens_at": card.round.opens_at.isoformat(),
                "closes_at": card.round.closes_at.isoformat(),
                "used": card.left.used,
                "allowed": card.left.allowed,
                "open_attempt": card.open_attempt.code if card.open_attempt else None,
                "reasons": [say(reason) for reason in card.reasons],
            }
            for card in view.rounds
        ],
    }


def attempt_data(attempt: Attempt) -> dict[str, Any]:
    """An attempt in a list; its score is on the result's page, where the contest's rules decide who sees it."""
    return {
        "code": attempt.code,
        "contest": attempt.round.contest.slug,
        "round": attempt.round.number,
        "number": attempt.number,
        "state": attempt.state,
        "started_at": attempt.started_at.isoformat(),
        "submitted_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
        "receipt": attempt.receipt and spaced(attempt.receipt),
    }


def sent_answers(answers: Mapping[str, str], shapes: Sequence[Shape]) -> dict[str, list[str]]:
    """Kept answers in the form in which programs send them."""
    return {place: as_sent(answer, shapes[int(place) - 1]) for place, answer in answers.items()}


def retyped(given: Mapping[str, Sequence[str]], shapes: Sequence[Shape]) -> dict[str, str]:
    """What was typed, as far as a paper can show it again: for a page that could not be saved."""
    shown = {}
    for place, values in given.items():
        if not place.isascii() or not place.isdigit() or not 1 <= int(place[:4]) <= len(shapes):
            continue
        shape = shapes[int(place[:4]) - 1]
        signs = [value[:1] or NONE for value in values]
        shown[place] = "".join(signs) if shape.options else "\n".join(values)
    return shown


def state_data(held: queries.Held, shapes: Sequence[Shape], now: datetime) -> dict[str, Any]:
    """Where an attempt stands, for its own phone."""
    return {
        "state": str(held.state),
        "seq": held.seq,
        "answers": sent_answers(held.answers, shapes),
        "prediction": held.prediction,
        "saved_at": held.saved_at.isoformat() if held.saved_at else None,
        "due_at": held.due_at.isoformat(),
        "taken_until": held.taken_until.isoformat(),
        "late_until": held.late_until.isoformat(),
        "remaining_ms": rules.remaining_ms(held.due_at, now) if held.is_open else 0,
        "grace_ms": rules.remaining_ms(held.taken_until, held.due_at),
        "late_ms": rules.remaining_ms(held.late_until, held.due_at),
        "holder": held.holder,
        "receipt": held.receipt and spaced(held.receipt),
        "now": now.isoformat(),
    }


def ended_data(attempt: Attempt) -> dict[str, Any]:
    """How an attempt ended."""
    return {
        "state": str(attempt.state),
        "receipt": attempt.receipt and spaced(attempt.receipt),
        "submitted_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
        "closed_by": attempt.closed_by,
    }
