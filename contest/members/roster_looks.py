"""What the preview of a union's list of people shows, as data; named by a digest."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from contest.accounts.rules import masked_phone
from contest.members import roster_queries
from contest.members.roster_faulty import as_data, by_row
from contest.members.roster_plans import Change, Plan
from contest.members.sheets import PersonRow, Roster
from questions.messages import N_, Message, message

#: Rows of each sort that the preview shows; the rest is counted.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Look:
    """What a preview shows, as data: lists cut to what fits a page, numbers of the whole."""

    digest: str
    numbers: Mapping[str, int]
    new: Sequence[Mapping[str, Any]] = ()
    moved: Sequence[Mapping[str, Any]] = ()
    corrected: Sequence[Mapping[str, Any]] = ()
    asked: Sequence[Mapping[str, Any]] = ()
    doubts: Sequence[Mapping[str, Any]] = ()
    missing: Sequence[Mapping[str, Any]] = ()
    #: Each row at fault with what stands for a name there; one of the whole file has no row.
    faults: Sequence[Mapping[str, Any]] = ()
    #: Whether the faults are of the whole file.
    refused: bool = False
    #: Whether the file holds rows that were given back to be mended.
    rest: bool = False
    #: Headings of columns that are not read.
    unread: Sequence[str] = ()


def look_at(session: Session, found: Plan, roster: Roster) -> Look:
    """The plan of a list as its preview shows it."""
    faulty = by_row(found.faults)
    called = roster.names | {row.row: row.name for row in roster.rows if row.row in faulty}
    named = {change.from_union for change in found.moved[:SHOWN]} | {who.union_id for who in found.missing[:SHOWN]}
    titles = roster_queries.titles(session, {union_id for union_id in named if union_id})
    return Look(
        digest=digest(found),
        numbers={
            "new": len(found.new),
            "moved": len(found.moved),
            "corrected": len(found.corrected),
            "same": found.same,
            "asked": len(found.asked),
            "doubts": len(found.doubts),
            "missing": len(found.missing),
            "faults": len(found.faults),
            "faulty": len(found.wrong),
            "sound": sum(row.row not in faulty for row in roster.rows),
        },
        new=[_row(row) for row in found.new[:SHOWN]],
        moved=[_moved(change, titles) for change in found.moved[:SHOWN]],
        corrected=[_row(c.row) | {"fields": list(c.fields)} for c in found.corrected[:SHOWN]],
        asked=[_row(change.row) for change in found.asked[:SHOWN]],
        doubts=[_row(doubt.row) | {"why": as_data(doubt.why)} for doubt in found.doubts[:SHOWN]],
        missing=[
            {
                "name": who.name,
                "phone": masked_phone(who.phone) if who.phone else "",
                "kind": who.kind,
                "union": titles.get(who.union_id or 0, "–"),
            }
            for who in found.missing[:SHOWN]
        ],
        faults=[
            {"row": row or None, "name": called.get(row, ""), "why": [as_data(one) for one in why]}
            for row, why in islice(faulty.items(), SHOWN)
        ],
        refused=roster.refused,
        rest=roster.rest,
        unread=list(roster.unread),
    )


def _row(row: PersonRow) -> dict[str, Any]:
    return {
        "row": row.row,
        "name": row.name,
        "phone": row.phone,
        "union": row.union,
        "kind": str(row.kind),
        "birth_on": row.birth_on.strftime("%d/%m/%Y") if row.birth_on else None,
        "since": row.since.strftime("%d/%m/%Y") if row.since else None,
    }


def _moved(change: Change, titles: Mapping[int, str]) -> dict[str, Any]:
    return _row(change.row) | {"from": titles.get(change.from_union or 0)}


def digest(found: Plan) -> str:
    """Names what a plan does and leaves: the same digest, the same outcome."""
    parts: Iterable[Any] = (
        [row.row for row in found.new],
        [(change.id, change.row.row, change.fields) for change in found.changed],
        [(change.id, change.row.row) for change in found.asked],
        [who.id for who in found.missing],
        [(fault.row, fault.message.text) for fault in found.faults],
    )
    return hashlib.sha256(repr(tuple(parts)).encode()).hexdigest()[:32]


def seen_in(look: Look) -> Message:
    """What was seen in a long list, as a sentence."""
    numbers = look.numbers
    if look.refused:
        return message(N_("Đã đọc tệp và thấy %(n)s chỗ cần sửa."), n=numbers["faults"])
    if numbers["faulty"]:
        text = N_("Đã đọc tệp: %(sound)s dòng đúng, %(faulty)s dòng cần sửa. Hãy xem trước.")
        return message(text, sound=numbers["sound"], faulty=numbers["faulty"])
    return message(N_("Đã đọc %(n)s dòng. Hãy xem trước rồi nhập."), n=numbers["sound"])
