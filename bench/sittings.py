"""Entries and closed attempts in bulk, with papers drawn by the product and answers like people's."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.bulk import catch_up, put
from bench.size import PER_ROUND, ROUNDS, Size
from contest.accounts.models import Person
from contest.accounts.rules import PersonKind
from contest.attempts import papers, rules
from contest.attempts.actions import CODE_LETTERS
from contest.attempts.models import Attempt
from contest.attempts.states import AttemptState, ClosedBy
from contest.rounds.actions import frozen_pool
from contest.rounds.models import Contest, Entry, Round
from questions.draw import draw
from questions.marking import share
from questions.rules import LETTERS

#: Different papers a round; drawing one for every attempt would take longer than all the rest.
PAPERS = 400
#: Of those who take part in a round, so many in a hundred do so twice.
TWICE = 40

Say = Callable[[str], None]
Slot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawn paper as stored, with the right and the wrong letters of each place."""

    rows: list[list[Any]]
    right: list[str]
    wrong: list[list[str]]


def fill_attempts(
    session: Session, contest: Contest, size: Size, now: datetime, chance: random.Random, say: Say
) -> None:
    """Store the entries of everybody who took part, and their attempts."""
    taken = plan(size, chance)
    people = {row.id: row for row in session.execute(select(Person.id, Person.kind, Person.union_id))}
    divisions = {division.code: division.id for division in contest.divisions}
    entered_at = {slot[0]: contest.rounds[slot[1] - 1].opens_at for slot in sorted(taken, reverse=True)}
    put(
        session,
        Entry,
        (
            {
                "id": person_id,
                "contest_id": contest.id,
                "person_id": person_id,
                "union_id": people[person_id].union_id,
                "kind": people[person_id].kind,
                "division_id": divisions["can-bo" if people[person_id].kind == PersonKind.OFFICIAL else "chung"],
                "unranked": False,
                "entered_at": entered_at[person_id],
            }
            for person_id in sorted(entered_at)
        ),
    )
    sheets = {round_.number: sheets_of(session, round_, now) for round_ in contest.rounds}
    put(session, Attempt, _attempts(contest, taken, sheets, now, chance, say))
    catch_up(session, Entry, Attempt)


def plan(size: Size, chance: random.Random) -> dict[Slot, int]:
    """Who took part in which round how often, by (person id, round number); exactly so many attempts in all."""
    slots = [
        (person_id, number)
        for person_id in range(1, size.people + 1)
        for number in range(1, ROUNDS + 1)
        if number < ROUNDS or person_id > size.visitors
    ]
    chance.shuffle(slots)
    first = min(len(slots), max(-(-size.attempts // PER_ROUND), size.attempts * 100 // (100 + TWICE)))
    first = min(first, size.attempts)
    return {slot: 1 + (place < size.attempts - first) for place, slot in enumerate(slots[:first])}


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


def _attempts(
    contest: Contest,
    taken: dict[Slot, int],
    sheets: dict[int, list[Sheet]],
    now: datetime,
    chance: random.Random,
    say: Say,
) -> Iterator[dict[str, Any]]:
    attempt_id = 0
    for (person_id, round_number), times in taken.items():
        round_ = contest.rounds[round_number - 1]
        begun_at = _moment(round_, now, chance)
        for number in range(1, times + 1):
            attempt_id += 1
            row = _attempt(round_, begun_at, chance.choice(sheets[round_number]), chance)
            yield {"id": attempt_id, "entry_id": person_id, "number": number, **row}
            begun_at = row["submitted_at"] + timedelta(seconds=chance.randint(20, 900))
            if attempt_id % 50_000 == 0:
                say(f"{attempt_id:,} attempts")


def _moment(round_: Round, now: datetime, chance: random.Random) -> datetime:
    """When somebody begins: any time of the round so far that leaves room for two attempts."""
    until = min(now, round_.closes_at) - timedelta(hours=2)
    return round_.opens_at + (until - round_.opens_at) * chance.random()


def _attempt(round_: Round, started_at: datetime, sheet: Sheet, chance: random.Random) -> dict[str, Any]:
    """One sitting: the better somebody knows the subject, the more letters are right."""
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
    elapsed_ms = chance.randint(90_000, 1_190_000) if in_time else round_.allowance_s * 1000
    submitted_at = started_at + timedelta(milliseconds=elapsed_ms)
    return {
        "code": "".join(chance.choices(CODE_LETTERS, k=16)),
        "round_id": round_.id,
        "state": AttemptState.CLOSED,
        "started_at": started_at,
        "due_at": started_at + timedelta(seconds=round_.allowance_s),
        "paper": sheet.rows,
        "answers": answers,
        "prediction": chance.randint(1, 200_000),
        "seq": len(answers),
        "saved_at": submitted_at - timedelta(seconds=2),
        "submitted_at": submitted_at,
        "closed_by": ClosedBy.PERSON if in_time else ClosedBy.TIME,
        "elapsed_ms": elapsed_ms,
        "auto_score": sum(marks),
        "score": sum(marks),
        "max_score": len(marks),
        "marks": marks,
        "correct": sum(marks),
        "perfect": all(marks),
        "counted": True,
    }
