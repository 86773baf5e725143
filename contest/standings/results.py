"""What the result of an attempt shows to the person whose it is, gathered as plain values."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.attempts import papers
from contest.attempts.checked import Checked, checked
from contest.attempts.late import Late, last_of_each, late_of
from contest.attempts.models import Attempt, HandMark
from contest.attempts.receipts import spaced
from contest.attempts.rules import Left, complete, paper_items
from contest.attempts.states import ClosedBy
from contest.rounds.models import Contest, Round
from contest.rounds.rules import Phase, phase, round_refusals
from contest.rounds.settings import KeyShown, ScoreShown
from contest.rounds.windows import window_of
from contest.standings import events, queries, rules
from contest.standings.events import Correction, Ruled
from contest.standings.pages import has_whole, is_public, phases_of, public_place
from contest.standings.queries import OwnPlace, Taken
from questions.messages import Message


@dataclass(frozen=True, slots=True)
class ResultView:
    """A closed attempt of one's own. ``questions`` None: right answers are not shown (yet, or ever)."""

    attempt: Attempt
    round: Round
    contest: Contest
    phase: Phase
    score_shown: bool
    left: Left
    open_attempt: Taken | None
    refusals: list[Message]
    #: The attempt that stands for the person in the round; None when nothing counts.
    stands: Taken | None
    round_place: OwnPlace | None
    whole_place: OwnPlace | None
    ranking_shown: bool
    unranked: bool
    questions: list[Checked] | None
    #: Questions that are not answered in full.
    unanswered: int
    #: Keys of the paper that were changed after the fact.
    corrections: list[Correction]
    #: Decisions about the attempt or its person that hold.
    rulings: list[Ruled]
    #: What markers wrote, by place; empty while right answers are not shown.
    remarks: dict[int, str]
    #: Answers that came when time was up: the last that counts and the last that does not.
    late: list[Late]

    @property
    def timed_out(self) -> bool:
        """Whether it ended at its deadline: by itself, or because its page ended it within the grace."""
        return self.attempt.closed_by == ClosedBy.TIME or self.attempt.submitted_at == self.attempt.due_at

    @property
    def stands_itself(self) -> bool:
        """Whether this is the attempt that the ranking takes."""
        return self.stands is not None and self.stands.id == self.attempt.id

    @property
    def receipt(self) -> str | None:
        """As people read it; None for attempts that ended before there were receipts."""
        return spaced(self.attempt.receipt) if self.attempt.receipt else None

    @property
    def is_over(self) -> bool:
        return rules.over([self.phase])

    @property
    def gap(self) -> int | None:
        """How far the prediction of this attempt was off; None while it is not known or when there was none."""
        actual, predicted = self.round.prediction_actual, self.attempt.prediction
        return None if actual is None or predicted is None else abs(predicted - actual)


def result_view(session: Session, memo: dict[str, Any], attempt: Attempt, now: datetime) -> ResultView:
    """Gather the result of a closed attempt; ``memo`` remembers wordings of questions."""
    round_, contest, entry = attempt.round, attempt.round.contest, attempt.entry
    window = window_of(round_)
    state = phase(window, now)
    taken = queries.taken_in_round(session, entry.id, round_.id)
    score_shown = rules.score_visible(ScoreShown(contest.score_shown), state)
    own = queries.standing(session, contest.id, round_.number, entry.id)
    key_shown = rules.key_visible(KeyShown(contest.key_shown), state, phases_of(contest.rounds, now))
    hand = remarks(session, attempt) if key_shown else {}
    return ResultView(
        attempt=attempt,
        round=round_,
        contest=contest,
        phase=state,
        score_shown=score_shown,
        left=Left(len(taken), round_.max_attempts),
        open_attempt=next((t for t in taken if t.is_open), None),
        refusals=round_refusals(window, now, len(taken), round_.max_attempts),
        stands=next((t for t in taken if own and t.id == own.attempt_id), None),
        round_place=public_place(session, contest, round_.number, entry.id, now) if own else None,
        whole_place=public_place(session, contest, rules.WHOLE, entry.id, now) if own and has_whole(contest) else None,
        ranking_shown=is_public(contest, round_.number, now),
        unranked=entry.unranked,
        unanswered=unanswered(session, memo, attempt),
        questions=key_questions(session, memo, attempt, hand) if key_shown else None,
        corrections=[found for ask in events.corrections for found in ask(session, attempt)],
        rulings=[found for ask in events.rulings for found in ask(session, attempt)],
        remarks={place: comment for place, comment in hand.items() if comment} if key_shown else {},
        late=last_of_each(late_of(session, attempt)),
    )


def unanswered(session: Session, memo: dict[str, Any], attempt: Attempt) -> int:
    """How many questions of an attempt are not answered in full."""
    items = paper_items(attempt.paper)
    words = papers.wordings(session, memo, [item.version_id for item in items])
    return len(items) - len(complete(attempt.answers, papers.shapes(items, words)))


def remarks(session: Session, attempt: Attempt) -> dict[int, str]:
    """What markers wrote about the answers of an attempt that they marked, by place; mostly nothing."""
    given = select(HandMark.place, HandMark.comment).where(HandMark.attempt_id == attempt.id)
    return dict(session.execute(given).all())


def key_questions(
    session: Session, memo: dict[str, Any], attempt: Attempt, marked: Collection[int] = ()
) -> list[Checked]:
    """The paper as it was drawn and answered, with its keys as they stand for the round; ``marked`` by people."""
    items = paper_items(attempt.paper)
    words = papers.wordings(session, memo, [item.version_id for item in items])
    keys = papers.keys_for(session, words, attempt.round_id)
    marks = attempt.marks or [0] * len(items)
    return checked(session, memo, items, words, keys, attempt.answers, marks, marked)


# The same page as data


def result_data(view: ResultView) -> dict[str, Any]:
    """A result as data; what the regulations hide is None."""
    attempt = view.attempt
    places = {"rank": view.round_place, "rank_contest": view.whole_place}
    return {
        "code": attempt.code,
        "contest": view.contest.slug,
        "round": view.round.number,
        "number": attempt.number,
        "state": attempt.state,
        "score": attempt.score if view.score_shown else None,
        "correct": attempt.correct if view.score_shown else None,
        "max_score": attempt.max_score,
        "pending": attempt.pending,
        "corrections": [correction_data(found, view.score_shown) for found in view.corrections],
        "rulings": [
            {"reason": found.reason, "at": found.at.isoformat(), "about": "attempt" if found.annulled else "person"}
            for found in view.rulings
        ],
        "annulled": attempt.annulled,
        "questions_total": len(attempt.paper),
        "elapsed_ms": attempt.elapsed_ms,
        "submitted_at": attempt.submitted_at.isoformat(),
        "closed_by": attempt.closed_by,
        "receipt": attempt.receipt and spaced(attempt.receipt),
        "late": [{"received_at": late.received_at.isoformat(), "counted": late.counted} for late in view.late],
        "prediction": attempt.prediction,
        "counted": attempt.counted,
        "stands": view.stands_itself if view.score_shown else None,
        "attempts_left": view.left.left,
        "may_start": not view.refusals,
        **{name: place.rank if place else None for name, place in places.items()},
        "questions": None if view.questions is None else [question_data(q) for q in view.questions],
    }


def correction_data(found: Correction, score_shown: bool) -> dict[str, Any]:
    return {
        "place": found.place,
        "reason": found.reason,
        "at": found.at.isoformat(),
        "undone": found.undone,
        "old_score": found.old_score if score_shown else None,
        "new_score": found.new_score if score_shown else None,
    }


def question_data(question: Checked) -> dict[str, Any]:
    return {
        "place": question.place,
        "kind": question.shown.kind,
        "stem": question.shown.stem.striptags(),
        "choices": {option.letter: option.html.striptags() for option in question.options},
        "rows": [row.html.striptags() for row in question.rows],
        "given": list(question.given),
        "right": list(question.right),
        "points": question.points,
        "earned": question.earned,
        "dropped": question.dropped,
        "pending": question.pending,
        "explanation": question.explanation.striptags(),
        "source": question.source,
    }
