"""Taking the demo's attempts through the same verbs as everybody: start, save, submit, time out."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.accounts.models import Person
from contest.accounts.rules import TERMINAL
from contest.attempts import actions, papers, queries, rules, starting
from contest.attempts.models import Attempt
from contest.attempts.states import ClosedBy
from contest.demo.sittings import Performer, RoundWindow, Sitting, guess, performers, sittings
from contest.proof import actions as proof
from contest.rounds.actions import frozen_pool, publish_round
from contest.rounds.models import Contest, Entry, Round
from contest.rounds.rules import Phase, phase, sitting_end
from contest.rounds.windows import window_of
from contest.standings.actions import settle_round
from questions.answers import right_sides, row_signs
from questions.draw import PaperItem
from questions.marking import Key
from questions.rules import LETTERED, LETTERS, Kind

#: Zeal of somebody who takes part whatever the chance of others.
EAGER = 1000.0
#: How many people are at work while one looks on.
WORKING = 4
#: So long before a round opens its questions are frozen.
BEFORE = timedelta(seconds=40)


class Stage:
    """A contest while the demo plays in it."""

    def __init__(self, session: Session, contest: Contest, now: datetime, dice: random.Random) -> None:
        self.session = session
        self.contest = contest
        self.now = now
        self.dice = dice
        #: Its own memory: what a rolled-back load drew is never taken for real.
        self.memo: dict = {}
        self.rounds = {row.number: row for row in contest.rounds if row.opens_at < now}
        self.expected = 100

    def promise(self) -> None:
        """Freeze and promise the questions of each round shortly before it opened, as a running server does."""
        for row in self.rounds.values():
            before = row.opens_at - BEFORE
            frozen_pool(self.session, row, before)
            if not self.contest.practice:
                proof.promise(self.session, row, before)

    def play(self, crowd: Sequence[Performer], part: float, progress: Callable[[int, int], None]) -> int:
        """Take all attempts planned for the crowd; returns how many there are now."""
        windows = [
            RoundWindow(row.number, window_of(row), row.allowance_s, row.max_attempts or 3)
            for row in self.rounds.values()
        ]
        planned = sittings(crowd, windows, self.now, part, self.dice)
        self.expected = len({sitting.performer.person_id for sitting in planned}) or 1
        for done, sitting in enumerate(planned, 1):
            self.sit(sitting)
            if done % 100 == 0 or done == len(planned):
                progress(done, len(planned))
        return len(planned) + self.leave_some_working(crowd)

    def sit(self, sitting: Sitting) -> None:
        """One attempt from its start to its end."""
        attempt = self.start(sitting.performer, self.rounds[sitting.round_number], sitting.started_at)
        ends_at = sitting.ends_at or attempt.due_at
        saved_at = ends_at - timedelta(seconds=self.dice.uniform(2, 20))
        self.answer(attempt, sitting.performer, max(saved_at, sitting.started_at), complete=sitting.ends_at is not None)
        closed_by = ClosedBy.PERSON if sitting.ends_at else ClosedBy.TIME
        actions.close(self.session, self.memo, attempt.id, closed_by, ends_at)

    def start(self, performer: Performer, round_: Round, at: datetime) -> Attempt:
        person = self.session.get_one(Person, performer.person_id)
        return starting.start(self.session, self.memo, round_, person, at)

    def answer(self, attempt: Attempt, performer: Performer, at: datetime, *, complete: bool) -> None:
        """Save what the person knows, and guesses for the rest."""
        items = rules.paper_items(attempt.paper)
        words = papers.wordings(self.session, self.memo, [item.version_id for item in items])
        reached = len(items) if complete else self.dice.randrange(len(items) // 2, len(items))
        answers = {
            str(place): self.reply(item, words[item.version_id].key, performer.skill)
            for place, item in enumerate(items[:reached], 1)
            if self.dice.random() > 0.01
        }
        answers = {place: answer for place, answer in answers.items() if answer}
        held = queries.held(self.session, attempt.code, performer.person_id)
        prediction = guess(self.expected, self.dice) if self.contest.prediction_target else None
        actions.save(self.session, held, seq=self.dice.randrange(4, 25), answers=answers, prediction=prediction, now=at)

    def reply(self, item: PaperItem, key: Key, skill: float) -> str:
        """The right answer as it is kept, or with the person's likelihood a wrong one."""
        if self.dice.random() < skill:
            return right_answer(item, key)
        if key.kind in LETTERED:
            wrong = [LETTERS[place] for place, choice in enumerate(item.order) if choice not in key.keys]
            return self.dice.choice(wrong or [LETTERS[0]])
        shape = key.shape
        if shape.rows:
            return "".join(self.dice.choice(row_signs(shape)) for _ in range(shape.rows))
        return "7" if key.kind is Kind.NUMBER else ""

    def leave_some_working(self, crowd: Sequence[Performer]) -> int:
        """A few attempts that run this very moment, in the first round that is open."""
        running = [row for row in self.rounds.values() if sitting_end(window_of(row), self.now)]
        if not running or self.contest.practice:
            return 0
        busy = set(
            self.session.scalars(
                select(Entry.person_id)
                .join(Attempt, Attempt.entry_id == Entry.id)
                .where(Attempt.round_id == running[0].id)
            )
        )
        free = [performer for performer in crowd if performer.person_id not in busy][:WORKING]
        for minutes, performer in enumerate(free, 1):
            since = timedelta(minutes=2 * minutes, seconds=self.dice.randrange(60))
            attempt = self.start(performer, running[0], max(self.now - since, running[0].opens_at))
            self.answer(attempt, performer, self.now - timedelta(seconds=20), complete=False)
        return len(free)

    def announce(self) -> list[int]:
        """Settle and publish what is over; returns the numbers of those rounds."""
        over = [row for row in self.rounds.values() if phase(window_of(row), self.now) is Phase.CLOSED]
        for row in over:
            settled = self.contest.prediction_scope == "round" or len(over) == len(self.contest.rounds)
            if settled:
                settle_round(self.session, self.contest, row, self.now)
            publish_round(self.session, TERMINAL, self.contest, row, self.now)
        return [row.number for row in over]


def crowd_of(session: Session, dice: random.Random, eager: str, besides: Collection[str]) -> list[Performer]:
    """The demo's people with their characters: one who surely takes part, and without those of ``besides``."""
    people = session.execute(
        select(Person.id, Person.phone).where(Person.demo, Person.phone.not_in(besides)).order_by(Person.phone)
    ).all()
    crowd = performers([person.id for person in people], dice)
    return [
        replace(performer, zeal=EAGER, skill=0.8) if person.phone == eager else performer
        for performer, person in zip(crowd, people, strict=True)
    ]


def has_attempts(session: Session, contest: Contest) -> bool:
    wanted = select(func.count()).select_from(Entry).where(Entry.contest_id == contest.id)
    return session.scalars(wanted).one() > 0


def right_answer(item: PaperItem, key: Key) -> str:
    """The right answer to a question as a paper shows it, in the form in which answers are kept; "" for an essay."""
    if key.kind in LETTERED:
        return "".join(LETTERS[place] for place, choice in enumerate(item.order) if choice in key.keys)
    if key.kind is Kind.STATEMENTS:
        return "".join("T" if key.choices[index].correct else "F" for index in item.order)
    if key.kind is Kind.ORDER:
        return "".join(str(index + 1) for index in item.order)
    if key.kind is Kind.MATCH:
        sides = right_sides(key.choices, item.order)
        return "".join(LETTERS[sides.index(choice.match)] for choice in key.choices if choice.text)
    return key.answers[0].text if key.answers else ""
