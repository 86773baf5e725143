"""Reads: where a question has been used, in which version."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from contest.rounds.models import BlueprintRow, PrintedPaper, Round, RoundPool
from contest.rounds.settings import PaperMode
from contest.statistics.models import QuestionStatistic
from questions.models import Question, QuestionVersion


@dataclass(slots=True)
class Drawn:
    """A round that holds a version of a question: among what it draws from, in attempts, on printed papers."""

    round: Round
    version_number: int
    #: Attempts that had it, as last counted; None where nothing has been counted yet.
    attempts: int | None = None
    #: Numbers of printed papers.
    printed: list[int] = field(default_factory=list)

    @property
    def fixed(self) -> bool:
        """Everybody of the round has the same paper."""
        return self.round.paper == PaperMode.FIXED


def drawn(session: Session, question: Question) -> list[Drawn]:
    """The rounds whose papers hold or may hold a question, by contest, the newest first; four queries."""
    numbers = dict(
        session.execute(
            select(QuestionVersion.id, QuestionVersion.number).where(QuestionVersion.question_id == question.id)
        ).all()
    )
    rounds = {
        row.id: row
        for row in session.scalars(
            select(Round)
            .where(Round.id.in_(select(BlueprintRow.round_id).where(BlueprintRow.bank_id == question.bank_id)))
            .options(joinedload(Round.contest))
        )
    }
    found: dict[tuple[int, int], Drawn] = {}

    def of(round_id: int, version_id: int) -> Drawn:
        key = (round_id, version_id)
        if key not in found:
            found[key] = Drawn(rounds[round_id], numbers[version_id])
        return found[key]

    for pool in session.scalars(select(RoundPool).where(RoundPool.round_id.in_(rounds))):
        held = numbers.keys() & {version_id for _, ids in pool.rows for version_id in ids}
        for version_id in held:
            of(pool.round_id, version_id)
    for paper in session.scalars(select(PrintedPaper).where(PrintedPaper.round_id.in_(rounds))):
        for version_id in numbers.keys() & {item[0] for item in paper.paper}:
            of(paper.round_id, version_id).printed.append(paper.number)
    counted = select(QuestionStatistic.round_id, QuestionStatistic.version_id, QuestionStatistic.drawn)
    for round_id, version_id, attempts in session.execute(
        counted.where(QuestionStatistic.version_id.in_(numbers), QuestionStatistic.round_id.in_(rounds))
    ):
        of(round_id, version_id).attempts = attempts
    return sorted(found.values(), key=lambda one: (-one.round.contest_id, one.round.number, -one.version_number))
