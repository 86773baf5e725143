"""The contest that is measured: a bank of 300 questions, three weekly rounds of which the third is open."""

from datetime import datetime, timedelta
from functools import cache

import yaml
from sqlalchemy.orm import Session

from bench.places import ROOT_ID
from bench.size import PER_ROUND, ROUNDS
from contest.accounts.rules import PersonKind
from contest.banks.models import BankOwner
from contest.config import ROOT
from contest.rounds.models import BlueprintRow, Contest, Division, Round, Stage
from contest.rounds.settings import ContestState, PredictionTarget
from questions.actions import create_bank, store_drafts
from questions.models import QuestionBank
from questions.rules import Choice, Draft

SLUG = "do-hieu-nang"
TOPICS = ("Điều lệ Công đoàn", "Pháp luật lao động", "Lịch sử địa phương", "An toàn, vệ sinh lao động")
QUESTIONS = 300
PER_TOPIC = 5
WEEK = timedelta(days=7)


def fill_bank(session: Session, now: datetime) -> QuestionBank:
    bank = create_bank(session, code="do", title="Ngân hàng câu hỏi để đo", now=now)
    session.add(BankOwner(bank_id=bank.id, union_id=ROOT_ID))
    store_drafts(session, bank, [draft(n) for n in range(QUESTIONS)], author="bench", now=now)
    return bank


def draft(n: int) -> Draft:
    """A question of the demo, told apart from its likes by its number; the last option of some must stay last."""
    texts = _real_questions()
    stem, options = texts[n % len(texts)]
    if n >= len(texts):
        stem = f"{stem} (lần {n // len(texts) + 1})"
    return Draft(
        stem=stem,
        choices=tuple(Choice(text, place == n % 4, place == 3 and n % 5 == 0) for place, text in enumerate(options)),
        topic=TOPICS[n % len(TOPICS)],
        source=f"Văn bản số {n}/VB-ĐO",
        code=f"DO-{n}",
    )


@cache
def _real_questions() -> list[tuple[str, list[str]]]:
    """Stems with four options of questions as they are really asked: what a page weighs depends on its words."""
    found = []
    for name in ("niem_tin", "lai_chau"):
        content = yaml.safe_load((ROOT / "demo" / "build" / f"{name}.yaml").read_text())
        for part in content.get("parts") or content["topics"]:
            found += [(str(q["stem"]), [str(text) for text in q["options"]]) for q in part["questions"]]
    return [(stem, options) for stem, options in found if len(set(options)) == 4]


def fill_contest(session: Session, bank: QuestionBank, now: datetime) -> Contest:
    """Three rounds of 20 questions, the first two over, the third open for two more days; two divisions."""
    contest = Contest(
        slug=SLUG,
        title="Cuộc thi dùng để đo hiệu năng",
        summary="Dữ liệu hư cấu, chỉ dùng để đo.",
        union_id=ROOT_ID,
        created_at=now - 4 * WEEK,
        published_at=now - 3 * WEEK,
        state=ContestState.PUBLISHED,
        criteria=["score", "prediction", "elapsed", "submitted"],
        prediction_target=PredictionTarget.PEOPLE,
        target_percent=60,
    )
    contest.stages.append(Stage(position=1))
    contest.divisions += [
        Division(code="can-bo", title="Bảng cán bộ công đoàn", position=1, kinds=[PersonKind.OFFICIAL]),
        Division(code="chung", title="Bảng đoàn viên, người lao động", position=2),
    ]
    session.add(contest)
    session.flush()
    session.refresh(bank)
    topic_ids = [topic.id for topic in bank.topics]
    opens_at = now - (ROUNDS - 1) * WEEK - timedelta(days=5)
    for number in range(1, ROUNDS + 1):
        session.add(_round(contest, bank.id, topic_ids, number, opens_at))
        opens_at += WEEK
    session.flush()
    return contest


def _round(contest: Contest, bank_id: int, topic_ids: list[int], number: int, opens_at: datetime) -> Round:
    return Round(
        contest=contest,
        stage_id=contest.stages[0].id,
        number=number,
        opens_at=opens_at,
        closes_at=opens_at + WEEK,
        allowance_s=1200,
        max_attempts=PER_ROUND,
        seed=f"{number:064x}",
        blueprint=[
            BlueprintRow(position=position, bank_id=bank_id, topic_id=topic_id, count=PER_TOPIC, points=1)
            for position, topic_id in enumerate(topic_ids, 1)
        ],
    )
