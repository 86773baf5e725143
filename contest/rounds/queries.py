"""Reads of contests. Every function asks a number of questions that does not grow with the contest."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from contest.rounds.facts import Facts, PaperQuestion
from contest.rounds.locks import Progress
from contest.rounds.models import BlueprintRow, Contest, Division, Entry, Exclusion, PrizeLine, Round, RoundPool
from contest.rounds.settings import ContestState
from contest.unions.models import Headcount, TradeUnion, UnionAncestry
from questions import picture_store
from questions.details import choices_of, of_details
from questions.marking import Key, parts
from questions.models import Question, QuestionBank, QuestionVersion, Topic
from questions.queries import tagged, with_approved_version
from questions.rules import BY_HAND, Kind, State

#: Everything that belongs to a contest, in one query a table.
WHOLE = (
    joinedload(Contest.union),
    joinedload(Contest.scope_union),
    selectinload(Contest.stages),
    selectinload(Contest.rounds).selectinload(Round.blueprint).joinedload(BlueprintRow.bank),
    selectinload(Contest.rounds).selectinload(Round.blueprint).joinedload(BlueprintRow.topic),
    selectinload(Contest.rounds).selectinload(Round.blueprint).joinedload(BlueprintRow.division),
    selectinload(Contest.divisions).joinedload(Division.union),
    selectinload(Contest.exclusions).joinedload(Exclusion.union),
    selectinload(Contest.prizes).joinedload(PrizeLine.division),
    selectinload(Contest.prizes).joinedload(PrizeLine.league_union),
)

#: Past contests named on the home page.
MAX_PAST = 30
MAX_VALUES = 10_000


def contest_by_slug(session: Session, slug: str) -> Contest | None:
    """A contest with its stages, rounds, papers, divisions, exclusions and prizes."""
    return session.scalar(select(Contest).where(Contest.slug == slug).options(*WHOLE))


def asks_birth(session: Session, address: str) -> bool:
    """Whether a page of this site belongs to a published contest with divisions by age."""
    found = re.match(r"/cuoc-thi/([a-z0-9-]+)", address)
    if not found:
        return False
    by_age = Division.born_from.is_not(None) | Division.born_until.is_not(None)
    wanted = select(Division.id).join(Contest, Contest.id == Division.contest_id)
    wanted = wanted.where(Contest.slug == found[1], Contest.state == ContestState.PUBLISHED, by_age)
    return session.scalar(wanted.limit(1)) is not None


#: Made once: every visitor's page begins with it.
_SHOWN = (
    select(Contest)
    .where(Contest.slug == bindparam("slug"))
    .options(
        joinedload(Contest.union),
        joinedload(Contest.scope_union),
        selectinload(Contest.rounds).selectinload(Round.blueprint),
        selectinload(Contest.divisions),
        selectinload(Contest.exclusions),
    )
)


def shown_contest(session: Session, slug: str) -> Contest | None:
    """A contest as its visitors' pages need it: rounds and their number of questions, divisions, who is kept out."""
    return session.scalar(_SHOWN, {"slug": slug})


def slug_is_free(session: Session, slug: str) -> bool:
    return session.scalar(select(Contest.id).where(Contest.slug == slug)) is None


def round_of(contest: Contest, number: int) -> Round | None:
    """A round of a loaded contest by its number."""
    return next((row for row in contest.rounds if row.number == number), None)


# lists


@dataclass(frozen=True, slots=True)
class Listing:
    """Published contests as the home page shows them."""

    running: list[Contest] = field(default_factory=list)
    coming: list[Contest] = field(default_factory=list)
    past: list[Contest] = field(default_factory=list)


def listed(session: Session, now: datetime) -> Listing:
    """Published contests with their rounds: running (soonest to close first), coming (soonest to open first), past.

    A contest runs from the opening of its first round to the close of its last, pauses included.
    """
    spans = (
        select(Round.contest_id, func.min(Round.opens_at).label("begins"), func.max(Round.closes_at).label("ends"))
        .group_by(Round.contest_id)
        .subquery()
    )
    wanted = (
        select(Contest, spans.c.begins, spans.c.ends)
        .join(spans, spans.c.contest_id == Contest.id)
        .where(Contest.state == ContestState.PUBLISHED)
        .options(joinedload(Contest.union), selectinload(Contest.rounds))
    )
    alive = session.execute(wanted.where(spans.c.ends > now).order_by(spans.c.ends, Contest.id)).all()
    over = session.execute(
        wanted.where(spans.c.ends <= now).order_by(spans.c.ends.desc(), Contest.id).limit(MAX_PAST)
    ).all()
    coming = sorted((row for row in alive if row.begins > now), key=lambda row: row.begins)
    return Listing(
        running=[row.Contest for row in alive if row.begins <= now],
        coming=[row.Contest for row in coming],
        past=[row.Contest for row in over],
    )


def desk(session: Session, scopes: Collection[int] | None) -> Sequence[Contest]:
    """Contests organized by unions within these subtrees (None: all), the newest first, with their rounds."""
    wanted: Select[tuple[Contest]] = (
        select(Contest)
        .options(joinedload(Contest.union), selectinload(Contest.rounds))
        .order_by(Contest.created_at.desc(), Contest.id.desc())
    )
    if scopes is not None:
        wanted = wanted.where(Contest.union_id.in_(_below(scopes)))
    return session.scalars(wanted).all()


def _below(scopes: Collection[int]) -> Select[tuple[int]]:
    return select(UnionAncestry.union_id).where(UnionAncestry.ancestor_id.in_(scopes))


def unions_below(session: Session, scopes: Collection[int] | None, limit: int = 500) -> Sequence[TradeUnion]:
    """Unions that may organize: within these subtrees (None: all), grassroots unions last."""
    wanted = (
        select(TradeUnion)
        .where(TradeUnion.closed_on.is_(None), TradeUnion.id.in_(select(UnionAncestry.union_id)))
        .order_by(TradeUnion.parent_id.isnot(None), TradeUnion.parent_id, TradeUnion.name_key)
        .limit(limit)
    )
    if scopes is not None:
        wanted = wanted.where(TradeUnion.id.in_(_below(scopes)))
    return session.scalars(wanted).all()


# what locks


def has_entries(session: Session, contest_id: int) -> bool:
    """Whether anybody has started an attempt in the contest."""
    return session.scalar(select(Entry.id).where(Entry.contest_id == contest_id).limit(1)) is not None


def started_rounds(session: Session, contest_id: int) -> frozenset[int]:
    """Numbers of the rounds in which an attempt was started: their pools are frozen."""
    return frozenset(
        session.scalars(
            select(Round.number).join(RoundPool, RoundPool.round_id == Round.id).where(Round.contest_id == contest_id)
        )
    )


def progress_of(session: Session, contest: Contest) -> Progress:
    """How far a loaded contest has come: what the locks ask for."""
    return Progress(
        published=contest.state == ContestState.PUBLISHED,
        entered=has_entries(session, contest.id),
        started=started_rounds(session, contest.id),
        announced=frozenset(row.number for row in contest.rounds if row.published_at),
    )


def has_headcounts(session: Session, union_id: int | None) -> bool:
    """Whether any union below this one (None: any at all) has a headcount."""
    wanted = select(Headcount.id).where(Headcount.replaced_at.is_(None)).limit(1)
    if union_id is not None:
        wanted = wanted.join(UnionAncestry, UnionAncestry.union_id == Headcount.union_id).where(
            UnionAncestry.ancestor_id == union_id
        )
    return session.scalar(wanted) is not None


# questions


class Slot(NamedTuple):
    """What a blueprint row draws from."""

    bank_id: int
    topic_id: int | None = None
    difficulty: int | None = None
    tags: tuple[str, ...] = ()


def slot_of(row: BlueprintRow) -> Slot:
    return Slot(row.bank_id, row.topic_id, row.difficulty, tuple(row.tags))


def pools(session: Session, slots: Iterable[Slot]) -> dict[Slot, list[int]]:
    """Ids of the approved versions, ascending, for each slot; a topic with its subtree."""
    wanted = set(slots)
    banks = {slot.bank_id for slot in wanted}
    rows = session.execute(
        with_approved_version()
        .with_only_columns(Question.bank_id, Question.topic_id, Question.difficulty, QuestionVersion.id, Question.id)
        .where(Question.bank_id.in_(banks))
        .order_by(QuestionVersion.id)
    ).all()
    return _by_slot(session, wanted, rows)


def unapproved(session: Session, slots: Iterable[Slot]) -> dict[Slot, list[int]]:
    """For each slot the ids of its questions whose newest version is a draft or waits for review."""
    wanted = set(slots)
    rows = session.execute(
        select(Question.bank_id, Question.topic_id, Question.difficulty, Question.id, Question.id).where(
            Question.bank_id.in_({slot.bank_id for slot in wanted}),
            Question.state.in_([State.DRAFT, State.REVIEW]),
        )
    ).all()
    return _by_slot(session, wanted, rows) if rows else {}


def _by_slot(session: Session, wanted: Collection[Slot], rows: Sequence[Row[Any]]) -> dict[Slot, list[int]]:
    """The fourth column of rows (bank, topic, difficulty, what is wanted, question) under each slot that takes it."""
    banks = {slot.bank_id for slot in wanted}
    within = _subtrees(session, banks)
    carry = {tag: set(session.scalars(_carriers(tag, banks))) for slot in wanted for tag in slot.tags}
    return {
        slot: [
            found
            for bank_id, topic_id, difficulty, found, question_id in rows
            if bank_id == slot.bank_id
            and (slot.topic_id is None or topic_id in within.get(slot.topic_id, ()))
            and slot.difficulty in (None, difficulty)
            and all(question_id in carry[tag] for tag in slot.tags)
        ]
        for slot in wanted
    }


def _carriers(tag: str, banks: Collection[int]) -> Select[tuple[int]]:
    """Ids of the questions of these banks that carry a tag."""
    return select(Question.id).where(Question.bank_id.in_(banks), tagged(tag))


def _subtrees(session: Session, banks: Collection[int]) -> dict[int, frozenset[int]]:
    """For each topic of these banks the ids of it and all below it."""
    topics = session.execute(select(Topic.id, Topic.bank_id, Topic.path).where(Topic.bank_id.in_(banks))).all()
    return {
        top.id: frozenset(
            t.id for t in topics if t.bank_id == top.bank_id and (t.id == top.id or t.path.startswith(top.path + " / "))
        )
        for top in topics
    }


def paper_questions(session: Session, ids: Collection[int]) -> dict[int, PaperQuestion]:
    """Codes, sources and options of versions, by version id; engines limit the values of one statement."""
    found = {}
    wanted = sorted(ids)
    pictures = picture_store.shown_by(session, wanted)
    for start in range(0, len(wanted), MAX_VALUES):
        rows = session.execute(
            select(
                QuestionVersion.id,
                Question.code,
                (QuestionVersion.source != "").label("sourced"),
                QuestionVersion.kind,
                QuestionVersion.choice_rows,
                QuestionVersion.details,
            )
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(QuestionVersion.id.in_(wanted[start : start + MAX_VALUES]))
        )
        for row in rows:
            found[row.id] = _paper_question(row, pictures.get(row.id, ()))
    return found


def _paper_question(row: Row[Any], pictures: tuple[tuple[str, int], ...]) -> PaperQuestion:
    key = Key(Kind(row.kind), choices_of(row.choice_rows), **_key_details(row.details))
    lettered = key.kind in (Kind.SINGLE, Kind.MULTIPLE)
    return PaperQuestion(
        row.id,
        row.code,
        bool(row.sourced),
        tuple(choice.text for choice in key.choices) if lettered else (),
        all(choice.stays_last for choice in key.choices),
        parts(key),
        key.kind in BY_HAND,
        pictures,
    )


def _key_details(kept: dict[str, Any]) -> dict[str, Any]:
    found = of_details(kept)
    return {name: found[name] for name in ("answers", "scoring") if name in found}


def banks_with_topics(session: Session, ids: Collection[int] | None = None) -> Sequence[QuestionBank]:
    """Banks by title with their topics; only of these ids when given."""
    wanted = select(QuestionBank).options(selectinload(QuestionBank.topics)).order_by(QuestionBank.title)
    if ids is not None:
        wanted = wanted.where(QuestionBank.id.in_(ids))
    return session.scalars(wanted).all()


def facts_of(session: Session, contest: Contest, now: datetime) -> Facts:
    """What the checks have to know about a loaded contest."""
    slots = {(row.number, place): slot_of(line) for row in contest.rounds for place, line in enumerate(row.blueprint)}
    found = pools(session, slots.values())
    ids = {version_id for ids in found.values() for version_id in ids}
    waiting = unapproved(session, slots.values())
    return Facts(
        now=now,
        published=contest.state == ContestState.PUBLISHED,
        started=started_rounds(session, contest.id),
        pools={key: tuple(found[slot]) for key, slot in slots.items()},
        questions=paper_questions(session, ids),
        waiting={key: tuple(waiting[slot]) for key, slot in slots.items() if waiting.get(slot)},
        has_headcounts=has_headcounts(session, contest.scope_union_id or contest.union_id),
    )
