"""The history of a union as sentences, made of the changes that decisions brought; names as they were on the day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.unions.models import Succession, UnionChange, UnionDecision
from contest.unions.rules import LEVEL_NAMES, ChangeKind, Level
from questions.messages import N_, Message, message

_SENTENCES = {
    ChangeKind.OPEN: N_("Thành lập ngày %(day)s%(by)s, trực thuộc %(parent)s."),
    ChangeKind.RENAME: N_("Đổi tên từ ngày %(day)s%(by)s: %(old)s thành %(new)s."),
    ChangeKind.MOVE: N_("Chuyển từ ngày %(day)s%(by)s: trước trực thuộc %(old)s, nay trực thuộc %(parent)s."),
    ChangeKind.MERGE: N_("Kết thúc hoạt động ngày %(day)s%(by)s, sáp nhập vào %(others)s."),
    ChangeKind.SPLIT: N_("Chia tách ngày %(day)s%(by)s thành %(others)s."),
    ChangeKind.PLACE: N_("Địa bàn từ ngày %(day)s%(by)s: %(place)s."),
}
_FOUNDED = N_("Thành lập ngày %(day)s%(by)s trên cơ sở %(others)s, trực thuộc %(parent)s.")
_PLAIN_END = N_("Kết thúc hoạt động ngày %(day)s%(by)s.")
_END_IN_PARTS = N_("Kết thúc hoạt động ngày %(day)s%(by)s; các đơn vị kế thừa: %(others)s.")
_PEOPLE_GO = N_("Kết thúc hoạt động ngày %(day)s%(by)s; các đơn vị kế thừa: %(others)s; người chuyển về %(people)s.")
_TOOK_OVER = N_("Nhận %(others)s sáp nhập vào từ ngày %(day)s%(by)s.")
_OTHER_LEVEL = N_("Chuyển cấp từ ngày %(day)s%(by)s: %(level)s.")


def history(session: Session, union_id: int) -> list[Message]:
    """What happened to a union, oldest first; changes that were undone are not told. Two queries."""
    told = _changes(session, UnionChange.union_id == union_id)
    mine = [(change.effective_on, change.id, change_sentence(change, number)) for change, number in told]
    opened = {change.effective_on for change, _ in told if change.kind == ChangeKind.OPEN}
    took = [(on, 0, sentence) for on, sentence in _took_over(session, union_id, opened)]
    return [sentence for _, _, sentence in sorted([*mine, *took], key=lambda entry: entry[:2])]


def _changes(session: Session, which: Any) -> Sequence[Any]:
    return session.execute(
        select(UnionChange, UnionDecision.number)
        .join(UnionDecision, UnionDecision.id == UnionChange.decision_id)
        .where(which, UnionDecision.undone_at.is_(None))
        .order_by(UnionChange.effective_on, UnionChange.id)
    ).all()


def _took_over(session: Session, union_id: int, opened: set[date]) -> Iterator[tuple[date, Message]]:
    """Unions merged into this one, by day and decision; those of its founding are told there."""
    merged = UnionChange.id.in_(select(Succession.change_id).where(Succession.successor_id == union_id))
    of_day: dict[tuple[date, str], list[str]] = {}
    for change, number in _changes(session, merged):
        if change.kind == ChangeKind.MERGE and change.effective_on not in opened:
            of_day.setdefault((change.effective_on, number), []).append(change.details["from"]["name"])
    for (on, number), names in of_day.items():
        yield on, message(_TOOK_OVER, others=_listed(names), day=_day(on), by=_by(number))


def change_sentence(change: UnionChange, number: str) -> Message:
    """One change as a sentence; ``number`` of the decision, "" where the reader knows it."""
    said: Mapping[str, Any] = change.details
    before, after = said.get("from", {}), said.get("to", {})
    kind = ChangeKind(change.kind)
    others = [one["name"] for one in said.get("successors") or said.get("predecessors") or ()]
    words = {"day": _day(change.effective_on), "by": _by(number)}
    if kind == ChangeKind.OPEN:
        text = _FOUNDED if others else _SENTENCES[kind]
        words["parent"] = _name(after.get("parent"))
        if others:
            words["others"] = _listed(others)
        return message(text, **words)
    if kind == ChangeKind.RENAME:
        return message(_SENTENCES[kind], old=before["name"], new=after["name"], **words)
    if kind == ChangeKind.MOVE:
        if before.get("parent") == after.get("parent"):
            return message(_OTHER_LEVEL, level=message(LEVEL_NAMES[Level(after["level"])]), **words)
        return message(_SENTENCES[kind], old=_name(before.get("parent")), parent=_name(after.get("parent")), **words)
    if kind == ChangeKind.PLACE:
        return message(_SENTENCES[kind], place=_name(after.get("place")), **words)
    if kind == ChangeKind.CLOSE and "people_to" in said:
        return message(_PEOPLE_GO, others=_listed(others), people=_name(said["people_to"]), **words)
    if kind == ChangeKind.CLOSE:
        return message(_END_IN_PARTS, others=_listed(others), **words) if others else message(_PLAIN_END, **words)
    return message(_SENTENCES[kind], others=_listed(others), **words)


def _name(one: Mapping[str, str] | None) -> str:
    return one["name"] if one else "–"


def _day(day: date) -> str:
    """A day as decisions write it: a zero before days 1 to 9 and months 1 and 2 only.

    >>> _day(date(2025, 7, 1)), _day(date(2026, 2, 15))
    ('01/7/2025', '15/02/2026')
    """
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"{day.day:02}/{month}/{day.year}"


def _by(number: str) -> str | Message:
    return message(N_(" theo Quyết định số %(number)s"), number=number) if number else ""


def _listed(names: Sequence[str]) -> str | Message:
    """Names as a sentence lists them."""
    if len(names) < 2:
        return names[0] if names else "–"
    return message(N_("%(first)s và %(last)s"), first=", ".join(names[:-1]), last=names[-1])
