"""Papers for workplaces without phones: several numbered ones of a round, each with its key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.attempts import papers, rules
from contest.attempts.papers import ShownQuestion
from contest.rounds.models import PrintedPaper, Round, RoundPool
from contest.rounds.sound import subject
from questions.answers import right_sides
from questions.draw import PaperItem
from questions.marking import Key
from questions.rules import LETTERED, LETTERS, Kind

#: Number of the first sheet, as schools number theirs.
FIRST = 101
MOST = 24


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed paper: its number, its questions as shown, and what is right at each place in words."""

    number: int
    made_at: datetime
    questions: list[ShownQuestion]
    keys: list[str]


def make(
    session: Session,
    memo: dict[str, Any],
    actor: Actor,
    round_: Round,
    pool: RoundPool,
    division_id: int | None,
    count: int,
    now: datetime,
) -> list[int]:
    """Draw ``count`` papers more and keep them; returns their numbers. Raises ShortPool.

    A paper's number is in the label of its draw, so that with the seed anybody can draw it again.
    """
    taken = session.scalars(select(PrintedPaper.number).where(PrintedPaper.round_id == round_.id)).all()
    start = max(taken, default=FIRST - 1) + 1
    numbers = list(range(start, start + min(count, max(0, MOST - len(taken)))))
    for number in numbers:
        items = papers.draw_paper(session, memo, round_, pool, division_id, f"giay-{number}")
        session.add(
            PrintedPaper(
                round_id=round_.id,
                number=number,
                paper=rules.paper_rows(items),
                made_at=now,
                made_by=actor.label,
            )
        )
    record(session, actor, "round.print", subject(round_.contest, round_), now, {"numbers": numbers})
    session.flush()
    return numbers


def remove(session: Session, actor: Actor, round_: Round, now: datetime) -> int:
    """Take all printed papers of a round away; returns how many there were."""
    gone = session.execute(delete(PrintedPaper).where(PrintedPaper.round_id == round_.id)).rowcount
    record(session, actor, "round.print.remove", subject(round_.contest, round_), now, {"papers": gone})
    session.flush()
    return gone


def sheets(session: Session, memo: dict[str, Any], round_: Round) -> list[Sheet]:
    """The printed papers of a round by number, in a constant number of queries."""
    rows = session.scalars(
        select(PrintedPaper).where(PrintedPaper.round_id == round_.id).order_by(PrintedPaper.number)
    ).all()
    items = {row.number: rules.paper_items(row.paper) for row in rows}
    words = papers.wordings(session, memo, [item.version_id for paper in items.values() for item in paper])
    keys = papers.keys_for(session, words, round_.id)
    return [
        Sheet(
            row.number,
            row.made_at,
            papers.shown(items[row.number], words),
            [key_words(item, keys[item.version_id]) for item in items[row.number]],
        )
        for row in rows
    ]


def key_words(item: PaperItem, key: Key) -> str:
    """What is right at a place, as a table of keys says it: "B", "A, C", "Đ S S Đ", "1-C, 2-A", a word, a number."""
    if key.dropped:
        return "–"
    if key.kind in LETTERED:
        return ", ".join(papers.right_letters(item, key))
    if key.kind is Kind.STATEMENTS:
        return " ".join("Đ" if key.choices[index].correct else "S" for index in item.order)
    if key.kind is Kind.ORDER:
        return ", ".join(LETTERS[item.order.index(index)] for index in range(len(item.order)))
    if key.kind is Kind.MATCH:
        return _pairs(item.order, key)
    return " | ".join(
        f"{answer.text} ± {answer.tolerance}" if answer.tolerance != "0" else answer.text for answer in key.answers
    )


def _pairs(order: Sequence[int], key: Key) -> str:
    sides = right_sides(key.choices, order)
    lefts = [choice for choice in key.choices if choice.text]
    return ", ".join(f"{place}-{LETTERS[sides.index(choice.match)]}" for place, choice in enumerate(lefts, 1))
