"""A round with one attempt of each of so many people, its standings and its ladders, invented."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import places, sittings, stage
from bench.bulk import catch_up, put
from bench.size import Size
from contest.accounts.models import Person
from contest.attempts.models import Attempt
from contest.rounds.models import BlueprintRow, Contest, Entry, Round, Stage
from contest.rounds.settings import ContestState, PredictionTarget
from contest.standings.models import Standing
from contest.standings.records import order_of, rows_of
from contest.standings.rules import Sitting
from contest.standings.steps import rebuild
from questions.actions import create_bank, store_drafts

BANK, PAPER = 100, 20
UNIONS = 500
#: People with an entry and no attempt yet, who submit while it is measured.
COMING = 2_000
_LONG_AGO = timedelta(days=5)


def fill(session: Session, people: int, now: datetime, unions: int = UNIONS) -> int:
    """Fill an empty, migrated database; returns the contest's id. People 1 to ``people`` have an attempt each."""
    chance = random.Random(1)
    size = Size(people, people + COMING, unions)
    places.fill_people(session, size, places.fill_unions(session, size, now), now, chance)
    round_ = _round(session, now)
    everybody = people + COMING
    put(session, Entry, _entries(session, round_, everybody))
    outcomes = sittings.outcomes_of(session, round_, now, chance, min(sittings.OUTCOMES, people))
    chosen = [chance.randrange(len(outcomes)) for _ in range(people)]
    begun = [chance.random() for _ in range(people)]
    put(session, Attempt, _attempts(round_, outcomes, chosen, begun, chance))
    put(session, Standing, _standings(round_, outcomes, chosen, begun))
    catch_up(session, Entry, Attempt)
    rebuild(session, round_.contest, order_of(round_.contest))
    return round_.contest.id


def _round(session: Session, now: datetime) -> Round:
    bank = create_bank(session, code="do", title="Ngân hàng câu hỏi để đo", now=now)
    store_drafts(session, bank, [stage.draft(n) for n in range(BANK)], author="bench", now=now)
    contest = Contest(
        slug=stage.SLUG,
        title="Cuộc thi dùng để đo xếp hạng",
        union_id=places.ROOT_ID,
        created_at=now,
        published_at=now,
        state=ContestState.PUBLISHED,
        criteria=["score", "prediction", "elapsed", "submitted"],
        prediction_target=PredictionTarget.PEOPLE,
    )
    contest.stages.append(Stage(position=1))
    session.add(contest)
    session.flush()
    round_ = Round(
        contest=contest,
        stage_id=contest.stages[0].id,
        number=1,
        opens_at=now - _LONG_AGO,
        closes_at=now + timedelta(days=1),
        seed=f"{1:064x}",
        blueprint=[BlueprintRow(position=1, bank_id=bank.id, count=PAPER, points=1)],
    )
    session.add(round_)
    session.flush()
    return round_


def _entries(session: Session, round_: Round, people: int) -> Iterator[dict[str, Any]]:
    union_of = dict(session.execute(select(Person.id, Person.union_id)).all())
    for person_id in range(1, people + 1):
        yield {
            "id": person_id,
            "contest_id": round_.contest_id,
            "person_id": person_id,
            "union_id": union_of[person_id],
            "kind": "member",
            "unranked": False,
            "entered_at": round_.opens_at,
        }


def _started(round_: Round, part: float) -> datetime:
    """When somebody began: so far into the five days that have passed, to the millisecond."""
    return round_.opens_at + timedelta(milliseconds=int(part * (_LONG_AGO - timedelta(hours=1)).total_seconds() * 1000))


def _attempts(
    round_: Round, outcomes: list[dict[str, Any]], chosen: list[int], begun: list[float], chance: random.Random
) -> Iterator[dict[str, Any]]:
    for place, (which, part) in enumerate(zip(chosen, begun, strict=True), 1):
        outcome = outcomes[which]
        times = sittings._times(round_, _started(round_, part), outcome["elapsed_ms"], chance)
        yield {"id": place, "entry_id": place, "number": 1, "prediction": 1 + place * 7919 % 99_991, **outcome, **times}


def _standings(
    round_: Round, outcomes: list[dict[str, Any]], chosen: list[int], begun: list[float]
) -> Iterator[dict[str, Any]]:
    order = order_of(round_.contest)
    for place, (which, part) in enumerate(zip(chosen, begun, strict=True), 1):
        outcome, started_at = outcomes[which], _started(round_, part)
        sitting = Sitting(
            attempt_id=place,
            round_number=1,
            opens_at=round_.opens_at,
            started_at=started_at,
            submitted_at=started_at + timedelta(milliseconds=outcome["elapsed_ms"]),
            elapsed_ms=outcome["elapsed_ms"],
            score=outcome["score"],
            perfect=outcome["perfect"],
            prediction=1 + place * 7919 % 99_991,
            actual=None,
        )
        yield from rows_of(round_.contest, (place, None, False), [sitting], order)
