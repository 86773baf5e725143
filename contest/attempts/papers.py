"""Papers: what a round draws from and what its questions say, read once and remembered by each process.

A frozen pool and a question version never change, so both may be kept as long as the process lives.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.attempts.keys import changed, key_of
from contest.attempts.models import Attempt, KeyChange
from contest.attempts.states import KeyChangeKind
from contest.rounds.models import BlueprintRow, Round, RoundPool
from contest.rounds.settings import PaperMode
from questions.answers import Shape, right_sides
from questions.details import of_details
from questions.draw import Candidate, DrawRow, PaperItem, draw
from questions.marking import Key
from questions.models import QuestionVersion
from questions.rules import LETTERED, LETTERS, Choice, Kind, Markup

#: Versions a process remembers; some 500 bytes each.
MAX_REMEMBERED = 50_000
#: Values of one statement; engines limit them.
MAX_VALUES = 5000


@dataclass(frozen=True, slots=True)
class Wording:
    """A question version as plain values."""

    version_id: int
    question_id: int
    kind: Kind
    stem: str
    choices: tuple[Choice, ...]
    source: str
    explanation: str
    markup: Markup
    passage: str
    min_words: int | None
    max_words: int | None
    #: What the version itself says is right; :func:`keys_for` has it as it stands for a round.
    key: Key
    #: What an answer may look like.
    shape: Shape

    @property
    def keys(self) -> frozenset[int]:
        """Indexes of the right options in the author's order."""
        return self.key.keys


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as the participant sees it: nothing here tells which option is right."""

    place: int
    kind: Kind
    stem: str
    #: Texts in the order shown, under the letters A, B, C ...; for pairs the left sides in their own order.
    choices: tuple[str, ...]
    points: int
    #: Right sides of pairs in the order shown, under the letters A, B, C ...
    sides: tuple[str, ...] = ()
    markup: Markup = Markup.PLAIN
    passage: str = ""
    min_words: int | None = None
    max_words: int | None = None


def wordings(session: Session, memo: dict[str, Any], ids: Iterable[int]) -> dict[int, Wording]:
    """The versions of these ids; a query for each 5,000 that are not remembered yet."""
    known: dict[int, Wording] = memo.setdefault("wordings", {})
    wanted = list(dict.fromkeys(ids))
    missing = [version_id for version_id in wanted if version_id not in known]
    if missing:
        if len(known) + len(missing) > MAX_REMEMBERED:
            known.clear()
            missing = wanted
        for start in range(0, len(missing), MAX_VALUES):
            part = QuestionVersion.id.in_(missing[start : start + MAX_VALUES])
            for version in session.scalars(select(QuestionVersion).where(part)):
                known[version.id] = _wording(version)
    return {version_id: known[version_id] for version_id in wanted}


def _wording(version: QuestionVersion) -> Wording:
    more, key = of_details(version.details), key_of(version)
    return Wording(
        version.id,
        version.question_id,
        Kind(version.kind),
        version.stem,
        version.choices,
        version.source,
        version.explanation,
        more.get("markup", Markup.PLAIN),
        more.get("passage", ""),
        more.get("min_words"),
        more.get("max_words"),
        key,
        key.shape,
    )


def keys_for(session: Session, words: dict[int, Wording], round_id: int, without: int | None = None) -> dict[int, Key]:
    """The keys of these versions as they stand for a round: with every decision that is not undone, in order.

    ``without``: the id of a decision that is left out, to see what taking it back would do.
    """
    keys = {version_id: wording.key for version_id, wording in words.items()}
    wanted = (
        select(KeyChange.version_id, KeyChange.kind, KeyChange.details)
        .where(KeyChange.round_id == round_id, KeyChange.undone_at.is_(None))
        .order_by(KeyChange.id)
    )
    if without is not None:
        wanted = wanted.where(KeyChange.id != without)
    for version_id, kind, details in session.execute(wanted):
        if version_id in keys:
            keys[version_id] = changed(keys[version_id], KeyChangeKind(kind), details)
    return keys


def shapes(items: Sequence[PaperItem], words: dict[int, Wording]) -> list[Shape]:
    """What an answer to each place of a paper may look like."""
    return [words[item.version_id].shape for item in items]


def shown(items: Sequence[PaperItem], words: dict[int, Wording]) -> list[ShownQuestion]:
    """A paper as it is shown: options in their drawn order under the letters A, B, C ..."""
    return [_shown(place, item, words[item.version_id]) for place, item in enumerate(items, 1)]


def _shown(place: int, item: PaperItem, words: Wording) -> ShownQuestion:
    pairs = words.kind is Kind.MATCH
    lefts = tuple(choice.text for choice in words.choices if choice.text)
    return ShownQuestion(
        place=place,
        kind=words.kind,
        stem=words.stem,
        choices=lefts if pairs else tuple(words.choices[index].text for index in item.order),
        points=item.points,
        sides=tuple(right_sides(words.choices, item.order)) if pairs else (),
        markup=words.markup,
        passage=words.passage,
        min_words=words.min_words,
        max_words=words.max_words,
    )


def draw_paper(
    session: Session,
    memo: dict[str, Any],
    round_: Round,
    pool: RoundPool,
    division_id: int | None,
    label: str,
    seen: Iterable[int] = (),
) -> tuple[PaperItem, ...]:
    """The paper of one attempt; ``label`` is the attempt's code, so that anybody with the seed can draw it again.

    ``seen``: questions that the person's earlier papers of the contest held, where the round prefers others.
    """
    rows = draw_rows(session, memo, round_, pool, division_id)
    seed = bytes.fromhex(round_.seed)
    if round_.paper == PaperMode.FIXED:
        rows = fixed_rows(seed, rows)
    questions = frozenset(seen) if round_.prefer_unseen else frozenset()
    known = seen_versions(session, memo, round_, pool, questions) if questions else ()
    return draw(seed, label, rows, round_.shuffle_questions, round_.shuffle_choices, known)


def seen_versions(
    session: Session, memo: dict[str, Any], round_: Round, pool: RoundPool, questions: Collection[int]
) -> list[int]:
    """The versions of a frozen pool that belong to questions already seen, whatever version was seen then.

    Which version a pool holds of a question is worked out once, not at every start.
    """
    remembered: dict[tuple[int, datetime], dict[int, int]] = memo.setdefault("versions_of_questions", {})
    key = (round_.id, pool.frozen_at)
    if key not in remembered:
        words = wordings(session, memo, [version_id for _row, ids in pool.rows for version_id in ids])
        remembered[key] = {wording.question_id: version_id for version_id, wording in words.items()}
    found = remembered[key]
    return sorted(found[question] for question in questions if question in found)


def seen_by(session: Session, memo: dict[str, Any], entry_id: int) -> set[int]:
    """Questions that the papers of an entry held so far."""
    papers = session.scalars(select(Attempt.paper).where(Attempt.entry_id == entry_id)).all()
    words = wordings(session, memo, [row[0] for paper in papers for row in paper])
    return {wording.question_id for wording in words.values()}


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
    last = frozenset(i for i, choice in enumerate(words.choices) if choice.stays_last or words.kind is Kind.TRUEFALSE)
    always = words.kind in (Kind.ORDER, Kind.MATCH)
    passage = hashlib.sha256(words.passage.encode()).hexdigest() if words.passage else ""
    return Candidate(words.version_id, len(words.choices), last, always, passage)


def right_letters(item: PaperItem, key: Key) -> str:
    """The right options under the letters at which the paper shows them; empty for kinds without letters."""
    if key.kind not in LETTERED:
        return ""
    return "".join(letter for letter, index in zip(LETTERS, item.order, strict=False) if index in key.keys)
