"""What everybody may know of keys that were changed: how many, when, why; the question once its key may be shown."""

from dataclasses import dataclass
from typing import Any

from flask import Response

from contest import clock
from contest.attempts.papers import wordings
from contest.attempts.routes import visible_contest
from contest.corrections import queries
from contest.corrections.desk import bp
from contest.corrections.rules import KIND_NAMES
from contest.extensions import db
from contest.rounds.models import Contest, Round
from contest.rounds.rules import phase
from contest.rounds.settings import KeyShown
from contest.rounds.windows import window_of
from contest.standings.pages import phases_of
from contest.standings.rules import key_visible
from contest.web import kept
from contest.web.doors import public
from contest.web.negotiation import page_or_json
from questions.markup import plain


@dataclass(frozen=True, slots=True)
class Told:
    """A decision as everybody sees it. ``answers``: texts of what is right (or right as well), empty while the key of
    the round is not shown."""

    round: Round
    found: queries.Decision
    open_key: bool
    answers: tuple[str, ...] = ()


@bp.get("/cuoc-thi/<slug>/dieu-chinh-dap-an")
@public
@kept.for_everybody()
def told(slug: str) -> Response | str:
    """Keys that were changed in a contest, round by round."""
    contest = visible_contest(slug)
    rounds = told_of(contest)
    return page_or_json(
        "corrections/told.html",
        lambda: {"contest": slug, "decisions": [told_data(line) for _round, lines in rounds for line in lines]},
        contest=contest,
        rounds=rounds,
        kinds=KIND_NAMES,
    )


def told_of(contest: Contest) -> list[tuple[Round, list[Told]]]:
    """Decisions that stand, by round; rounds without any are left out."""
    now = clock.now()
    phases = phases_of(contest.rounds, now)
    rounds = []
    for round_ in contest.rounds:
        shown = key_visible(KeyShown(contest.key_shown), phase(window_of(round_), now), phases)
        standing = [d for d in queries.decisions(db.session, round_.id) if d.change.undone_at is None]
        if standing:
            rounds.append((round_, [Told(round_, d, shown, texts_of(d) if shown else ()) for d in standing]))
    return rounds


def texts_of(found: queries.Decision) -> tuple[str, ...]:
    """What a decision takes as right, in words: papers show options under letters of their own."""
    change = found.change
    words = wordings(db.session, db.memo, [change.version_id])[change.version_id]
    options = tuple(plain(words.choices[index].text, words.markup) for index in change.details.get("keys", ()))
    return options + tuple(row["text"] for row in change.details.get("answers", ()))


def told_data(line: Told) -> dict[str, Any]:
    change = line.found.change
    return {
        "round": line.round.number,
        "kind": change.kind,
        "reason": change.reason,
        "decided_at": change.decided_at.isoformat(),
        "question": line.found.stem if line.open_key else None,
        "answers": list(line.answers) if line.open_key else None,
    }


def has_decisions(contest: Contest) -> bool:
    """Whether the contest's page leads to them."""
    return bool(queries.of_rounds(db.session, [round_.id for round_ in contest.rounds]))
