"""Entries and closed attempts in bulk, with papers drawn by the product and answers like people's.

A million of them take a minute or two and little memory: what somebody answered on which paper is made some thousand
times a round, encoded once, and then belongs to many; whose it is, when, and the prediction are each attempt's own.
"""

import json
import random
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.bulk import Ready, catch_up, put
from bench.size import PER_ROUND, ROUNDS, Size
from contest.accounts.models import Person
from contest.accounts.rules import PersonKind
from contest.attempts import papers, rules
from contest.attempts.models import Attempt
from contest.attempts.starting import CODE_LETTERS
from contest.attempts.states import AttemptState, ClosedBy
from contest.rounds.actions import frozen_pool
from contest.rounds.models import Contest, Entry, Round
from contest.standings.models import Standing
from contest.standings.records import order_of, rows_of
from contest.standings.rules import Sitting
from contest.standings.steps import rebuild
from questions.draw import draw
from questions.marking import share
from questions.rules import LETTERS

#: Different papers a round; drawing one for every attempt would take longer than all the rest.
PAPERS = 400
#: Different papers with answers a round.
OUTCOMES = 3_000
#: Rows written between two commits, so that no log of the database grows with the whole.
CHUNK = 50_000
#: Of those who take part in a round, so many in a hundred do so twice.
TWICE = 40

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawn paper as stored, with the right and the wrong letters of each place."""

    rows: list[list[Any]]
    right: list[str]
    wrong: list[list[str]]


@dataclass
class Taken:
    """All attempts as columns of numbers, in the order of their ids: some thirty bytes each."""

    person: "array[int]" = field(default_factory=lambda: array("l"))
    round: "array[int]" = field(default_factory=lambda: array("b"))
    number: "array[int]" = field(default_factory=lambda: array("b"))
    outcome: "array[int]" = field(default_factory=lambda: array("l"))
    #: Milliseconds from the opening of the round.
    begun_ms: "array[int]" = field(default_factory=lambda: array("q"))
    prediction: "array[int]" = field(default_factory=lambda: array("l"))


class Filling:
    """Stores the entries of everybody who took part, their attempts, and their standings."""

    def __init__(self, session: Session, contest: Contest, size: Size, now: datetime, chance: random.Random) -> None:
        self.session = session
        self.contest = contest
        self.size = size
        self.chance = chance
        self.outcomes = {
            round_.number: outcomes_of(session, round_, now, chance, min(OUTCOMES, size.attempts))
            for round_ in contest.rounds
        }
        self.taken = self._plan(now)
        self.officials = bytearray(size.people + 1)

    def _plan(self, now: datetime) -> Taken:
        """Who took part in which round how often; exactly so many attempts in all."""
        size, taken = self.size, Taken()
        slots = size.room // PER_ROUND
        first = min(slots, max(-(-size.attempts // PER_ROUND), size.attempts * 100 // (100 + TWICE)))
        first = min(first, size.attempts)
        for place, slot in enumerate(self.chance.sample(range(slots), first)):
            number, person = divmod(slot, size.people)
            if number == ROUNDS - 1:
                person += size.visitors
            self._sit(taken, person + 1, number + 1, 1 + (place < size.attempts - first), now)
        return taken

    def _sit(self, taken: Taken, person_id: int, round_number: int, times: int, now: datetime) -> None:
        round_ = self.contest.rounds[round_number - 1]
        begun_ms = _moment_ms(round_, now, self.chance)
        for number in range(1, times + 1):
            outcome = self.chance.randrange(len(self.outcomes[round_number]))
            taken.person.append(person_id)
            taken.round.append(round_number)
            taken.number.append(number)
            taken.outcome.append(outcome)
            taken.begun_ms.append(begun_ms)
            taken.prediction.append(self.chance.randint(1, 200_000))
            begun_ms += self.outcomes[round_number][outcome]["elapsed_ms"] + 1000 * self.chance.randint(20, 900)

    def entries(self) -> None:
        """An entry for everybody with an attempt, from the opening of the first round they took part in."""
        divisions = {division.code: division.id for division in self.contest.divisions}
        opened = {round_.number: round_.opens_at for round_ in self.contest.rounds}
        first = bytearray(self.size.people + 1)
        for person_id, number in zip(self.taken.person, self.taken.round, strict=True):
            first[person_id] = min(first[person_id] or ROUNDS, number)
        people = select(Person.id, Person.kind, Person.union_id).order_by(Person.id)
        for start in range(1, self.size.people + 1, CHUNK):
            found = self.session.execute(people.where(Person.id.between(start, start + CHUNK - 1))).all()
            rows = [
                {
                    "id": row.id,
                    "contest_id": self.contest.id,
                    "person_id": row.id,
                    "union_id": row.union_id,
                    "kind": row.kind,
                    "division_id": divisions["can-bo" if row.kind == PersonKind.OFFICIAL else "chung"],
                    "unranked": False,
                    "entered_at": opened[first[row.id]],
                }
                for row in found
                if first[row.id]
            ]
            for row in rows:
                self.officials[row["id"]] = row["kind"] == PersonKind.OFFICIAL
            put(self.session, Entry, rows)
            self.session.commit()
        catch_up(self.session, Entry)

    def attempts(self, say: Say) -> None:
        total = len(self.taken.person)
        for start in range(0, total, CHUNK):
            put(self.session, Attempt, map(self._row, range(start, min(start + CHUNK, total))))
            self.session.commit()
            say(f"{min(start + CHUNK, total):,} attempts")
        catch_up(self.session, Attempt)

    def _row(self, place: int) -> dict[str, Any]:
        taken = self.taken
        round_ = self.contest.rounds[taken.round[place] - 1]
        outcome = self.outcomes[round_.number][taken.outcome[place]]
        started_at = round_.opens_at + timedelta(milliseconds=taken.begun_ms[place])
        return {
            "id": place + 1,
            "entry_id": taken.person[place],
            "number": taken.number[place],
            "prediction": taken.prediction[place],
            **outcome,
            **_times(round_, started_at, outcome["elapsed_ms"], self.chance),
        }

    def standings(self) -> None:
        """What the closing of each attempt would have kept, by the same rules, once the true numbers are known."""
        divisions = {division.code: division.id for division in self.contest.divisions}
        order = order_of(self.contest)
        places = sorted(range(len(self.taken.person)), key=self.taken.person.__getitem__)

        def rows() -> Iterator[dict[str, Any]]:
            for person_id, own in groupby(places, key=self.taken.person.__getitem__):
                division_id = divisions["can-bo" if self.officials[person_id] else "chung"]
                yield from rows_of(self.contest, (person_id, division_id, False), map(self._sitting, own), order)

        put(self.session, Standing, rows())
        rebuild(self.session, self.contest, order)
        self.session.commit()

    def _sitting(self, place: int) -> Sitting:
        taken = self.taken
        round_ = self.contest.rounds[taken.round[place] - 1]
        outcome = self.outcomes[round_.number][taken.outcome[place]]
        started_at = round_.opens_at + timedelta(milliseconds=taken.begun_ms[place])
        return Sitting(
            attempt_id=place + 1,
            round_number=round_.number,
            opens_at=round_.opens_at,
            started_at=started_at,
            submitted_at=started_at + timedelta(milliseconds=outcome["elapsed_ms"]),
            elapsed_ms=outcome["elapsed_ms"],
            score=outcome["score"],
            perfect=outcome["perfect"],
            prediction=taken.prediction[place],
            actual=round_.prediction_actual,
        )


def sheets_of(session: Session, round_: Round, now: datetime) -> list[Sheet]:
    """Papers of a round, drawn as the product draws them."""
    memo: dict[str, Any] = {}
    rows = papers.draw_rows(session, memo, round_, frozen_pool(session, round_, now), None)
    words = memo["wordings"]
    sheets = []
    for number in range(PAPERS):
        items = draw(bytes.fromhex(round_.seed), f"bench-{number}", rows, True, True)
        fits = [
            [share(words[i.version_id].key, i.order, letter) == 1 for letter in LETTERS[: len(i.order)]] for i in items
        ]
        letters = [[(LETTERS[place], fit) for place, fit in enumerate(row)] for row in fits]
        sheets.append(
            Sheet(
                rules.paper_rows(items),
                [next(letter for letter, fit in row if fit) for row in letters],
                [[letter for letter, fit in row if not fit] for row in letters],
            )
        )
    return sheets


def outcomes_of(
    session: Session, round_: Round, now: datetime, chance: random.Random, count: int
) -> list[dict[str, Any]]:
    """Sittings of a round as far as they are nobody's, their JSON written already."""
    sheets = sheets_of(session, round_, now)
    found = []
    for _ in range(count):
        outcome = _outcome(round_, chance.choice(sheets), chance)
        found.append(outcome | {name: Ready(json.dumps(outcome[name])) for name in ("paper", "answers", "marks")})
    return found


def _moment_ms(round_: Round, now: datetime, chance: random.Random) -> int:
    """When somebody begins: any time of the round so far that leaves room for two attempts."""
    until = min(now, round_.closes_at) - timedelta(hours=2)
    return int((until - round_.opens_at).total_seconds() * 1000 * chance.random())


def _attempt(round_: Round, started_at: datetime, sheet: Sheet, chance: random.Random) -> dict[str, Any]:
    """One sitting of somebody."""
    outcome = _outcome(round_, sheet, chance)
    times = _times(round_, started_at, outcome["elapsed_ms"], chance)
    return outcome | times | {"prediction": chance.randint(1, 200_000)}


def _times(round_: Round, started_at: datetime, elapsed_ms: int, chance: random.Random) -> dict[str, Any]:
    due_at = started_at + timedelta(seconds=round_.allowance_s)
    submitted_at = started_at + timedelta(milliseconds=elapsed_ms)
    return {
        "code": "".join(chance.choices(CODE_LETTERS, k=16)),
        "started_at": started_at,
        "due_at": due_at,
        "taken_until": due_at,
        "late_until": due_at,
        "saved_at": submitted_at - timedelta(seconds=2),
        "submitted_at": submitted_at,
    }


def _outcome(round_: Round, sheet: Sheet, chance: random.Random) -> dict[str, Any]:
    """What a sitting came to: the better somebody knows the subject, the more letters are right."""
    skill = chance.betavariate(5, 2)
    answers, marks = {}, []
    for place, letter in enumerate(sheet.right, 1):
        luck = chance.random()
        marks.append(int(luck < skill))
        if luck < skill:
            answers[str(place)] = letter
        elif luck < 0.99:
            answers[str(place)] = chance.choice(sheet.wrong[place - 1])
    in_time = chance.random() < 0.97
    return {
        "round_id": round_.id,
        "state": AttemptState.CLOSED,
        "paper": sheet.rows,
        "answers": answers,
        "seq": len(answers),
        "closed_by": ClosedBy.PERSON if in_time else ClosedBy.TIME,
        "elapsed_ms": chance.randint(90_000, 1_190_000) if in_time else round_.allowance_s * 1000,
        "auto_score": sum(marks),
        "score": sum(marks),
        "max_score": len(marks),
        "marks": marks,
        "correct": sum(marks),
        "perfect": all(marks),
        "counted": True,
    }
