"""What a bundle tells of a contest and its rounds: settings, promises, questions, prizes. Reads only.

The format is described in ``static/verify/README.txt``, which lies in every bundle. People are known by their owner
tokens (:func:`contest.proof.rules.owner_of`); names, phones and numbers of rows are never written.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.attempts.models import KeyChange
from contest.prizes.models import Award
from contest.prizes.rules import AwardState
from contest.proof import queries, rules
from contest.rounds import queries as rounds
from contest.rounds.criteria import CRITERIA
from contest.rounds.models import BlueprintRow, Contest, Round, RoundPool
from contest.rounds.settings import ContestState, KeyShown, NameDisplay, Total
from contest.standings.models import LotDraw
from contest.unions.models import TradeUnion
from questions.models import QuestionVersion
from questions.rules import Kind

FORMAT = "hoithi-bundle"
VERSION = 1
#: The ranking of the whole contest, where a round's number stands.
WHOLE = 0

#: How results were announced, told by the room that announces: ``(session, contest id) -> rows of the manifest``.
#: ``contest/wiring.py`` fills the list.
announcements: list[Callable[[Session, int], list[dict[str, Any]]]] = []
#: When results were last announced, by contest, told by the same room.
last_announced: list[Callable[[Session], dict[int, datetime]]] = []


@dataclass(frozen=True, slots=True)
class Outline:
    """Why answers and keys of an announced round are not in the bundle yet: ``key_never``, ``key_later``, ``shared``
    with the numbers of rounds that are not announced and may ask the same questions, or ``elsewhere``: a round of
    another contest that is not over may."""

    why: str
    rounds: tuple[int, ...] = ()


def outline_of(
    key_shown: KeyShown,
    mine: frozenset[int],
    others: Iterable[tuple[int, frozenset[int]]],
    elsewhere: frozenset[int] = frozenset(),
) -> Outline | None:
    """Why a round is told in outline only; None: in full.

    ``mine``: questions the round draws from; ``others``: of each round of the contest that is not announced, its
    number and the questions it draws from or may draw from; ``elsewhere``: those of other contests' rounds. What
    would help in a round to come is never published.

    >>> outline_of(KeyShown.AFTER_ROUND, frozenset({1, 2}), [(2, frozenset({2, 3})), (3, frozenset({4}))])
    Outline(why='shared', rounds=(2,))
    >>> outline_of(KeyShown.AFTER_ROUND, frozenset({1}), [(2, frozenset({2}))]) is None
    True
    """
    others = list(others)
    if key_shown is KeyShown.NEVER:
        return Outline("key_never")
    if key_shown is KeyShown.AFTER_CONTEST and others:
        return Outline("key_later", tuple(number for number, _ in others))
    shared = tuple(number for number, questions in others if mine & questions)
    if shared:
        return Outline("shared", shared)
    return Outline("elsewhere") if mine & elsewhere else None


@dataclass(frozen=True, slots=True)
class Told:
    """A round that is in the bundle; ``outline`` None: with answers and keys."""

    round: Round
    pool: RoundPool | None
    outline: Outline | None


def told_rounds(session: Session, contest: Contest, now: datetime) -> list[Told]:
    """The announced rounds of a contest, and how much may be told of each."""
    announced = [round_ for round_ in contest.rounds if round_.published_at is not None]
    coming = [round_ for round_ in contest.rounds if round_.published_at is None]
    others = [(round_.number, _questions(session, round_)) for round_ in coming]
    elsewhere = frozenset[int]().union(*(_questions(session, row) for row in _elsewhere(session, contest, now)))
    shown = KeyShown(contest.key_shown)
    return [
        Told(
            round_, session.get(RoundPool, round_.id), outline_of(shown, _questions(session, round_), others, elsewhere)
        )
        for round_ in announced
    ]


def _elsewhere(session: Session, contest: Contest, now: datetime) -> list[Round]:
    """Rounds of other public contests that are not over and draw from a bank of this one."""
    banks = select(BlueprintRow.bank_id).join(Round).where(Round.contest_id == contest.id)
    drawing = select(BlueprintRow.round_id).where(BlueprintRow.bank_id.in_(banks))
    wanted = (
        select(Round)
        .join(Contest)
        .where(
            Contest.id != contest.id,
            Contest.state == ContestState.PUBLISHED,
            Contest.practice.is_(False),
            Round.closes_at > now,
            Round.id.in_(drawing),
        )
    )
    return list(session.scalars(wanted))


def _questions(session: Session, round_: Round) -> frozenset[int]:
    """Questions a round draws from; before they are frozen, those it would draw from now."""
    pool = session.get(RoundPool, round_.id)
    if pool is None:
        wanted = select(BlueprintRow).where(BlueprintRow.round_id == round_.id)
        slots = [rounds.slot_of(row) for row in session.scalars(wanted)]
        versions = {version for ids in rounds.pools(session, slots).values() for version in ids}
    else:
        versions = {version for _row, ids in pool.rows for version in ids}
    return frozenset(_questions_of(session, sorted(versions)).values())


def _questions_of(session: Session, versions: Sequence[int]) -> dict[int, int]:
    """Numbers of questions by version."""
    found: dict[int, int] = {}
    for start in range(0, len(versions), queries.MAX_VALUES):
        part = QuestionVersion.id.in_(versions[start : start + queries.MAX_VALUES])
        found |= dict(session.execute(select(QuestionVersion.id, QuestionVersion.question_id).where(part)).all())
    return found


def whole_told(contest: Contest, told: Sequence[Told]) -> bool:
    """Whether the ranking of the whole contest is in the bundle: it was announced, and so was every round."""
    announced = contest.results_at is not None
    return announced and contest.total != Total.NONE and len(told) == len(contest.rounds)


# The manifest


def contest_data(session: Session, contest: Contest) -> dict[str, Any]:
    """Settings of a contest that drawing, marking and ranking depend on."""
    prediction = None
    if contest.prediction_target:
        prediction = {
            "target": contest.prediction_target,
            "scope": contest.prediction_scope,
            "rule": contest.prediction_rule,
        }
    return {
        "slug": contest.slug,
        "title": contest.title,
        "criteria": list(contest.criteria),
        "sentences": {key: CRITERIA[key].sentence for key in contest.criteria if key in CRITERIA},
        "total": contest.total,
        "missed_rounds": contest.missed_rounds,
        "all_answers_required": contest.all_answers_required,
        "prediction": prediction,
        "one_prize": contest.one_prize,
        "tie_rule": contest.tie_rule,
        "key_shown": contest.key_shown,
        "rounds": [round_.number for round_ in contest.rounds],
        "lot": lot_data(session, contest.id, WHOLE, contest.lot_seed),
    }


def round_data(session: Session, told: Told) -> dict[str, Any]:
    """A round with its seed, what it drew from, its promises and the changes of its keys."""
    round_ = told.round
    promised = queries.questions_of(session, round_, told.pool) if told.pool else {}
    return {
        "number": round_.number,
        "title": round_.title,
        "detail": "outline" if told.outline else "full",
        "outline": {"why": told.outline.why, "rounds": list(told.outline.rounds)} if told.outline else None,
        "opens_at": rules.instant(round_.opens_at),
        "closes_at": rules.instant(round_.closes_at),
        "weekdays": round_.weekdays,
        "day_from": round_.day_from,
        "day_until": round_.day_until,
        "allowance_s": round_.allowance_s,
        "grace_s": round_.grace_s,
        "late_minutes": round_.late_minutes,
        "max_attempts": round_.max_attempts,
        "seed": round_.seed,
        "promised": promised,
        "prediction_actual": round_.prediction_actual,
        "lot": lot_data(session, round_.contest_id, round_.number, round_.lot_seed),
        "commitments": _commitments(session, round_),
        "key_changes": [] if told.outline else _key_changes(session, round_),
    }


def lot_data(session: Session, contest_id: int, number: int, seed: str | None) -> dict[str, Any] | None:
    """A draw by lot: its seed, and what that was made from; None: not drawn."""
    if seed is None:
        return None
    drawn = session.get(LotDraw, (contest_id, number))
    at = rules.instant(drawn.drawn_at) if drawn else None
    return {"seed": seed, "sources": dict(drawn.sources) if drawn else {}, "drawn_at": at}


def _commitments(session: Session, round_: Round) -> list[dict[str, Any]]:
    """Promises of a round, the one in force first."""
    found = [row for row in queries.promises(session, round_.contest_id) if row.round_id == round_.id]
    return [
        {
            "digest": row.digest,
            "seed_digest": row.seed_digest,
            "questions_digest": row.questions_digest,
            "made_at": rules.instant(row.made_at),
            "replaced_at": rules.instant(row.replaced_at) if row.replaced_at else None,
        }
        for row in found
    ]


def _key_changes(session: Session, round_: Round) -> list[dict[str, Any]]:
    """Decisions about keys in the order in which they were made, those taken back too."""
    wanted = select(KeyChange).where(KeyChange.round_id == round_.id).order_by(KeyChange.id)
    return [
        {
            "version": row.version_id,
            "kind": row.kind,
            "details": row.details,
            "reason": row.reason,
            "decided_at": rules.instant(row.decided_at),
            "undone": row.undone_at is not None,
        }
        for row in session.scalars(wanted)
    ]


def prizes_data(session: Session, contest: Contest, numbers: Sequence[int]) -> dict[str, Any]:
    """The table of prizes, and what was announced of it for these rounds (0: whole contest)."""
    divisions = {division.id: division.code for division in contest.divisions}
    lines = [
        {
            "line": place,
            "scope": line.scope,
            "title": line.title,
            "quantity": line.quantity,
            "value": line.value,
            "division": divisions.get(line.division_id),
        }
        for place, line in enumerate(contest.prizes, 1)
    ]
    places = {line.id: place for place, line in enumerate(contest.prizes, 1)}
    wanted = (
        select(Award, TradeUnion.code)
        .outerjoin(TradeUnion, TradeUnion.id == Award.union_id)
        .where(
            Award.contest_id == contest.id,
            Award.round_number.in_(numbers),
            Award.state.in_([AwardState.ANNOUNCED, AwardState.CLAIMED, AwardState.REFUSED]),
            Award.announced_at.is_not(None),
        )
        .order_by(Award.round_number, Award.prize_line_id, Award.rank, Award.id)
    )
    awards = [
        {
            "round": award.round_number,
            "line": places.get(award.prize_line_id),
            "owner": rules.owner_of(contest.owner_salt, award.entry_id) if award.entry_id else None,
            "union": code,
            "place": award.rank,
            "refused": award.state == AwardState.REFUSED,
            "chosen": bool(award.chosen_by),
        }
        for award, code in session.execute(wanted)
    ]
    return {"lines": lines, "awards": awards}


def shows_unions(contest: Contest, announced: Sequence[dict[str, Any]]) -> bool:
    """Whether people's unions are told: not where the contest, or an announcement, keeps them back."""
    return contest.name_display != NameDisplay.HIDDEN and all(row["unions"] for row in announced)


# Questions


def question_lines(session: Session, told: Sequence[Told]) -> Iterable[dict[str, Any]]:
    """Every version that announced rounds draw from; of rounds in outline only how it is drawn."""
    full = {version for one in told if not one.outline for version in _pool_versions(one)}
    every = sorted({version for one in told for version in _pool_versions(one)})
    for start in range(0, len(every), 200):
        part = every[start : start + 200]
        contents, questions = queries.version_contents(session, part), _questions_of(session, part)
        for version in part:
            content = contents[version]
            line = {"version": version, "question": questions[version], "digest": rules.digest_of(content)}
            yield line | ({"content": content} if version in full else {"shape": shape_of(content)})


def _pool_versions(told: Told) -> set[int]:
    return {version for _row, ids in (told.pool.rows if told.pool else ()) for version in ids}


def shape_of(content: dict[str, Any]) -> dict[str, Any]:
    """What the draw of a paper asks of a version, without a word of it.

    >>> shape_of({"kind": "truefalse", "choices": [{"last": False}, {"last": False}], "details": {}})
    {'choices': 2, 'last': [0, 1], 'always': False, 'passage': ''}
    """
    kind, choices = content["kind"], content["choices"]
    passage = content["details"].get("passage", "")
    return {
        "choices": len(choices),
        "last": [i for i, choice in enumerate(choices) if choice["last"] or kind == Kind.TRUEFALSE],
        "always": kind in (Kind.ORDER, Kind.MATCH),
        "passage": rules.digest_of(passage)[:16] if passage else "",
    }
