"""Papers: what a round draws from and what its questions say, read once and remembered by each process.

A frozen pool and a question version never change, so both may be kept as long as the process lives.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.rounds.models import BlueprintRow, Round, RoundPool
from contest.rounds.settings import PaperMode
from questions.draw import Candidate, DrawRow, PaperItem, draw
from questions.models import QuestionVersion
from questions.rules import LETTERS, Choice, Kind

#: Versions a process remembers; some 500 bytes each.
MAX_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Wording:
    """A question version as plain values."""

    version_id: int
    kind: Kind
    stem: str
    choices: tuple[Choice, ...]
    source: str
    explanation: str
    keys: frozenset[int]


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as the participant sees it: nothing here tells which option is right."""

    place: int
    kind: Kind
    stem: str
    #: Texts in the order shown, under the letters A, B, C ...
    choices: tuple[str, ...]
    points: int


def wordings(session: Session, memo: dict[str, Any], ids: Iterable[int]) -> dict[int, Wording]:
    """The versions of these ids; at most one query, none when all are remembered."""
    known: dict[int, Wording] = memo.setdefault("wordings", {})
    wanted = list(dict.fromkeys(ids))
    missing = [version_id for version_id in wanted if version_id not in known]
    if missing:
        if len(known) + len(missing) > MAX_REMEMBERED:
            known.clear()
            missing = wanted
        for version in session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(missing))):
            known[version.id] = Wording(
                version.id,
                Kind(version.kind),
                version.stem,
                version.choices,
                version.source,
                version.explanation,
                version.keys,
            )
    return {version_id: known[version_id] for version_id in wanted}


def shown(items: Sequence[PaperItem], words: dict[int, Wording]) -> list[ShownQuestion]:
    """A paper as it is shown: options in their drawn order under the letters A, B, C ..."""
    return [
        ShownQuestion(
            place=place,
            kind=words[item.version_id].kind,
            stem=words[item.version_id].stem,
            choices=tuple(words[item.version_id].choices[index].text for index in item.order),
            points=item.points,
        )
        for place, item in enumerate(items, 1)
    ]


def draw_paper(
    session: Session,
    memo: dict[str, Any],
    round_: Round,
    pool: RoundPool,
    division_id: int | None,
    label: str,
) -> tuple[PaperItem, ...]:
    """The paper of one attempt; ``label`` is the attempt's code, so that anybody with the seed can draw it again."""
    rows = draw_rows(session, memo, round_, pool, division_id)
    seed = bytes.fromhex(round_.seed)
    if round_.paper == PaperMode.FIXED:
        rows = fixed_rows(seed, rows)
    return draw(seed, label, rows, round_.shuffle_questions, round_.shuffle_choices)


def fixed_rows(seed: bytes, rows: Sequence[DrawRow]) -> list[DrawRow]:
    """The rows cut down to the questions that everybody gets, drawn once under the label ``fixed``."""
    chosen = [item.version_id for item in draw(seed, "fixed", rows, False, False)]
    cut, start = [], 0
    for row in rows:
        mine = set(chosen[start : start + row.count])
        start += row.count
        cut.append(DrawRow(tuple(c for c in row.pool if c.version_id in mine), row.count, row.points))
    return cut


def draw_rows(
    session: Session, memo: dict[str, Any], round_: Round, pool: RoundPool, division_id: int | None
) -> list[DrawRow]:
    """The blueprint of a round with its frozen pools, for participants of a division."""
    remembered: dict[tuple[int, datetime, int | None], list[DrawRow]] = memo.setdefault("draw_rows", {})
    # The instant of freezing is part of the key: a pool whose transaction was rolled back is never taken for the real.
    key = (round_.id, pool.frozen_at, division_id)
    if key not in remembered:
        rows = session.scalars(
            select(BlueprintRow).where(BlueprintRow.round_id == round_.id).order_by(BlueprintRow.position)
        ).all()
        pools = dict(pool.rows)
        words = wordings(session, memo, [version_id for ids in pools.values() for version_id in ids])
        remembered[key] = [
            DrawRow(tuple(_candidate(words[version_id]) for version_id in pools[row.id]), row.count, row.points)
            for row in rows
            if row.division_id is None or row.division_id == division_id
        ]
    return remembered[key]


def _candidate(words: Wording) -> Candidate:
    last = frozenset(i for i, choice in enumerate(words.choices) if choice.stays_last)
    return Candidate(words.version_id, len(words.choices), last)


def sizes(items: Sequence[PaperItem]) -> list[int]:
    """Number of options by place."""
    return [len(item.order) for item in items]


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """A question after the fact: the letters that were right, why, and where it is written."""

    place: int
    keys: str
    source: str
    explanation: str


def reviewed(items: Sequence[PaperItem], words: dict[int, Wording]) -> list[ReviewedQuestion]:
    """Keys of a paper under the letters it showed; only for when the regulations allow it."""
    return [
        ReviewedQuestion(
            place=place,
            keys="".join(
                letter
                for letter, index in zip(LETTERS, item.order, strict=False)
                if index in words[item.version_id].keys
            ),
            source=words[item.version_id].source,
            explanation=words[item.version_id].explanation,
        )
        for place, item in enumerate(items, 1)
    ]
