"""Contests with attempts made directly, as rows, for tests that need many of them."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pandas as pd
from support import plain_standings as plain

from contest.attempts.models import Attempt
from contest.rounds.models import Entry
from contest.standings import actions
from contest.standings.actions import NotOver

_codes = count(1)


def closed_attempt(session, entry, round_, *, number=1, score=0, start_ms=0, elapsed_ms=60_000, **values):
    """A closed, counted attempt that began so many milliseconds after the round opened; nobody is told of it."""
    started_at = round_.opens_at + timedelta(milliseconds=start_ms)
    submitted_at = started_at + timedelta(milliseconds=elapsed_ms)
    defaults = {
        "paper": [],
        "answers": {},
        "max_score": 3,
        "state": "closed",
        "closed_by": "person",
        "submitted_at": submitted_at,
        "elapsed_ms": elapsed_ms,
        "auto_score": score,
        "score": score,
        "marks": [],
        "correct": score,
        "perfect": score == 3,
        "counted": True,
        "due_at": started_at + timedelta(minutes=20),
    }
    attempt = Attempt(
        code=f"A{next(_codes):07}",
        entry=entry,
        round=round_,
        number=number,
        started_at=started_at,
        **(defaults | values),
    )
    session.add(attempt)
    session.flush()
    return attempt


def open_attempt(session, entry, round_, number=1):
    attempt = Attempt(
        code=f"O{next(_codes):07}",
        entry=entry,
        round=round_,
        number=number,
        started_at=round_.opens_at,
        due_at=round_.closes_at,
        paper=[],
        answers={},
        max_score=3,
    )
    session.add(attempt)
    session.flush()
    return attempt


def enter(town, contest, person=None, division=None, unranked=False):
    person = person or town.person(f"Người Dự Thi {next(_codes)}")
    entry = Entry(
        contest=contest,
        person_id=person.id,
        union_id=person.union_id,
        kind=person.kind,
        division=division,
        unranked=unranked,
        entered_at=town.now,
    )
    town.session.add(entry)
    town.session.flush()
    return entry


@dataclass
class Played:
    """A contest that has been played up to a moment, with what the plain computation needs of it."""

    contest: object
    rounds: list
    entries: list
    now: object
    attempts: list = field(default_factory=list)

    def frame(self):
        columns = [
            "state",
            "counted",
            "score",
            "perfect",
            "number",
            "prediction",
            "elapsed_ms",
            "started_at",
            "submitted_at",
        ]
        rows = [
            {column: getattr(attempt, column) for column in columns}
            | {
                "id": attempt.id,
                "entry": attempt.entry_id,
                "round": attempt.round.number,
                "opens_at": attempt.round.opens_at,
            }
            for attempt in self.attempts
        ]
        frame = pd.DataFrame(rows, columns=["id", "entry", "round", "opens_at", *columns])
        frame["prediction"] = frame["prediction"].astype(object)
        return frame

    def actual(self):
        """True numbers by round as they should be known at the moment."""
        contest, frame = self.contest, self.frame()
        over = {round_.number: round_.closes_at <= self.now for round_ in self.rounds}
        if not contest.prediction_target:
            return dict.fromkeys(over)
        if contest.prediction_scope == "contest":
            number = plain.true_number(frame, contest.prediction_target) if all(over.values()) else None
            return dict.fromkeys(over, number)
        return {
            number: plain.true_number(frame[frame["round"] == number], contest.prediction_target) if done else None
            for number, done in over.items()
        }

    def plain_rows(self):
        """Plain rows by board: round number (0: the whole contest) to (rows, criteria)."""
        contest, actual = self.contest, self.actual()
        found = plain.with_compared_columns(self.frame(), contest.prediction_rule, actual)
        if found.empty:
            return {}
        best = plain.best_of_round(found, contest.criteria)
        boards = {number: (rows, list(contest.criteria)) for number, rows in best.groupby("round")}
        if contest.total != "none":
            boards[0] = plain.whole_contest(best, contest.criteria, contest.total, actual)
        return boards

    def play(self, session):
        """Let every attempt close in its order, and every round be settled when it is over, as in real life."""
        for round_ in self.rounds:
            for attempt in sorted(
                (a for a in self.attempts if a.round is round_ and a.submitted_at and a.counted),
                key=lambda a: (a.submitted_at, a.id),
            ):
                actions.attempt_closed(session, attempt)
            if round_.closes_at <= self.now:
                self.settle(session, round_)

    def settle(self, session, round_):
        try:
            actions.settle_round(session, self.contest, round_, self.now)
        except NotOver:
            assert self.contest.prediction_scope == "contest"


def enter_like(session, entry):
    """Another person's entry in the same contest, without any attempt."""
    from contest.accounts.actions import new_person

    person = new_person(session, name="Người Đến Sau", phone="0987654321", now=entry.entered_at)
    late = Entry(contest_id=entry.contest_id, person_id=person.id, kind=entry.kind, entered_at=entry.entered_at)
    session.add(late)
    session.flush()
    return late
