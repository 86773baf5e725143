"""Writes of a bank's topics: renaming, moving, merging and deleting them, with all that hangs on them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contest.accounts.actions import record
from contest.accounts.rules import Actor
from contest.banks.review_actions import lock
from contest.rounds.models import BlueprintRow
from questions.actions import ensure_topics
from questions.messages import N_, Message, message
from questions.models import Question, QuestionBank, Topic

MARK = " / "
MAX_PATH = 300


class Refused(Exception):
    """A change of topics that cannot be made; ``reason`` says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def place(session: Session, actor: Actor, bank: QuestionBank, topic: Topic, path: str, now: datetime) -> None:
    """Give a topic another name or place: ``path`` from the top, whose upper part is made when it is new.

    Raises Refused when the place is taken (merge instead), or lies within the topic itself.
    """
    lock(session, bank)
    names = [" ".join(name.split()) for name in path.split("/")]
    path = MARK.join(names)
    if not all(names) or len(path) > MAX_PATH:
        raise Refused(
            message(N_("Tên chủ đề phải có từ 1 đến %(n)s ký tự; chủ đề con viết: Địa lý / Núi."), n=MAX_PATH)
        )
    topics = {row.path: row for row in session.scalars(select(Topic).where(Topic.bank_id == bank.id))}
    if path == topic.path:
        return
    if path in topics:
        raise Refused(message(N_("Đã có chủ đề “%(topic)s”. Hãy dùng “Gộp” để nhập hai chủ đề làm một."), topic=path))
    if path.startswith(topic.path + MARK):
        raise Refused(Message(N_("Không thể đưa một chủ đề vào bên trong chính nó.")))
    old = topic.path
    above = MARK.join(names[:-1])
    topic.parent_id = ensure_topics(session, bank, [above])[above].id if above else None
    _rename(topic, path, [row for row in topics.values() if row.path.startswith(old + MARK)])
    record(session, actor, "bank.topic.place", f"bank:{bank.code}", now, {"from": old, "to": path})
    session.flush()


def _rename(topic: Topic, path: str, below: Sequence[Topic]) -> None:
    old = topic.path
    topic.path, topic.name = path, path.split(MARK)[-1]
    for row in below:
        row.path = path + row.path[len(old) :]


def merge(session: Session, actor: Actor, bank: QuestionBank, topic: Topic, into: Topic, now: datetime) -> None:
    """Put all of a topic into another, which the rounds that drew from it draw from then; topics below go along."""
    lock(session, bank)
    if into.id == topic.id or into.path.startswith(topic.path + MARK):
        raise Refused(Message(N_("Hãy chọn một chủ đề khác, không nằm bên trong chủ đề này.")))
    gone, target = topic.path, into.path
    _merge(session, bank, topic, into)
    record(session, actor, "bank.topic.merge", f"bank:{bank.code}", now, {"from": gone, "to": target})
    session.flush()
    session.expire_all()


def _merge(session: Session, bank: QuestionBank, topic: Topic, into: Topic) -> None:
    """One level: what stands in both is merged, what stands only here moves over."""
    for table in (Question, BlueprintRow):
        session.execute(update(table).where(table.topic_id == topic.id).values(topic_id=into.id))
    children = session.scalars(select(Topic).where(Topic.parent_id == topic.id).order_by(Topic.position)).all()
    taken = {row.name: row for row in session.scalars(select(Topic).where(Topic.parent_id == into.id))}
    for child in children:
        if child.name in taken:
            _merge(session, bank, child, taken[child.name])
            continue
        below = session.scalars(
            select(Topic).where(Topic.bank_id == bank.id, Topic.path.startswith(child.path + MARK, autoescape=True))
        ).all()
        child.parent_id = into.id
        _rename(child, into.path + MARK + child.name, below)
        session.flush()
    session.delete(topic)
    session.flush()


def delete(session: Session, actor: Actor, bank: QuestionBank, topic: Topic, now: datetime) -> None:
    """Remove a topic that nothing stands in. Raises Refused when questions, topics or rounds still name it."""
    lock(session, bank)
    for reason, table, column in (
        (N_("Chủ đề còn câu hỏi. Hãy chuyển hoặc gộp chủ đề trước khi xoá."), Question, Question.topic_id),
        (N_("Chủ đề còn chủ đề con. Hãy chuyển, gộp hoặc xoá chủ đề con trước."), Topic, Topic.parent_id),
        (
            N_("Còn đợt thi rút đề từ chủ đề này. Hãy sửa đề của đợt thi trước."),
            BlueprintRow,
            BlueprintRow.topic_id,
        ),
    ):
        if session.scalar(select(func.count()).select_from(table).where(column == topic.id)):
            raise Refused(Message(reason))
    record(session, actor, "bank.topic.delete", f"bank:{bank.code}", now, {"topic": topic.path})
    session.delete(topic)
    session.flush()
