"""A union's list of people from file to store: read, looked at, stored; long ones beside the requests.

What the preview showed is named by a digest: a list is only stored while it would still do just that.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from contest import clock
from contest.accounts import uploads
from contest.accounts.models import PendingFile
from contest.accounts.rules import TERMINAL, Actor, masked_phone
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.rules import JobRefused, packed
from contest.members import roster_queries, rosters, sheets
from contest.members.portions_work import PORTION, Note, Order, Stale, store_in_portions
from contest.members.roster_plans import Change, Plan
from contest.members.rosters import Stored, Wanted
from contest.members.sheets import PersonRow, Roster
from contest.unions.models import TradeUnion
from contest.unions.queries import by_code, subtree_ids
from contest.unions.rules import BASE_LEVELS, Fault
from questions.messages import N_, Message, message

READ, STORE = "members.roster.read", "members.roster.store"
READ_TITLE, STORE_TITLE = N_("Đọc danh sách đoàn viên"), N_("Nhập danh sách đoàn viên")
#: Files of this many bytes are read and stored beside the requests: some two thousand rows.
LARGE_FILE = 120_000
#: Rows of each sort that the preview shows; the rest is counted.
SHOWN = 200

GONE = message(
    N_(
        "Tệp chờ nhập không còn: danh sách có thể đã được nhập. "
        "Hãy xem danh sách người của đơn vị; chưa thấy thì chọn lại tệp."
    )
)
STALE = message(N_("Dữ liệu vừa thay đổi nên bản xem trước không còn đúng. Hãy xem lại rồi bấm nhập."))
_PASSWORD = message(
    N_("Danh sách nhập ở trang này không nhận mật khẩu. Hãy bỏ cột Mật khẩu; người chưa có tài khoản thì phát thẻ.")
)


class Named(Protocol):
    """The union a list is of: its row, or plain values of it."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def level(self) -> str: ...


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
    faults: Sequence[Mapping[str, Any]] = ()
    #: Headings of columns that are not read.
    unread: Sequence[str] = ()


def register_works() -> None:
    """Make the long works known."""
    jobs.register(READ, read_file, READ_TITLE)
    jobs.register(STORE, store_file, STORE_TITLE)


def purpose(union: str) -> str:
    """What a waiting file of a union is kept as."""
    return f"roster:{union}"


def read(content: bytes, union: Named) -> Roster:
    """The rows of a file as an official may send them; a row that names no union means this one where people work."""
    roster = sheets.read(content, union.code if union.level in BASE_LEVELS else "")
    with_password = [Fault(_PASSWORD, row.row) for row in roster.rows if row.password]
    return replace(roster, faults=(*roster.faults, *with_password[:1]))


def plan(session: Session, union: Named, roster: Roster, now: datetime) -> Plan:
    """What a list would do within the part of the tree below a union."""
    within = subtree_ids(session, [union.id])
    return rosters.plan_import(session, roster.rows, now, roster.faults, within)


def look(session: Session, found: Plan, unread: Sequence[str] = ()) -> Look:
    """A plan as its preview shows it; ``unread``: headings of columns of the file that are not read."""
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
        },
        new=[_row(row) for row in found.new[:SHOWN]],
        moved=[_moved(change, titles) for change in found.moved[:SHOWN]],
        corrected=[_row(c.row) | {"fields": list(c.fields)} for c in found.corrected[:SHOWN]],
        asked=[_row(change.row) for change in found.asked[:SHOWN]],
        doubts=[_row(doubt.row) | {"why": _packed(doubt.why)} for doubt in found.doubts[:SHOWN]],
        missing=[
            {
                "name": who.name,
                "phone": masked_phone(who.phone) if who.phone else "",
                "kind": who.kind,
                "union": titles.get(who.union_id or 0, "–"),
            }
            for who in found.missing[:SHOWN]
        ],
        faults=[{"row": fault.row, "why": _packed(fault.message)} for fault in found.faults[:SHOWN]],
        unread=list(unread),
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


def _packed(said: Message) -> dict[str, Any]:
    """A sentence as data, its days as people write them."""
    params = {
        name: value.strftime("%d/%m/%Y") if isinstance(value, date) else value for name, value in said.params.items()
    }
    return packed([Message(said.text, params)])[0]


def digest(found: Plan) -> str:
    """Names what a plan does: the same digest, the same outcome."""
    parts: Iterable[Any] = (
        [row.row for row in found.new],
        [(change.id, change.row.row, change.fields) for change in found.changed],
        [(change.id, change.row.row) for change in found.asked],
        [who.id for who in found.missing],
    )
    return hashlib.sha256(repr(tuple(parts)).encode()).hexdigest()[:32]


def store(
    actor: Actor,
    union: str,
    token: str,
    content: bytes,
    wanted: Wanted,
    seen: str,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Stored:
    """Store a list that was looked at, or go on storing it. Raises Stale when it would do something else by now."""
    note = Note((_begun(token), f"{purpose(union)}:begun", actor.id or 0))
    with db.reading() as session:
        row = _union(session, union)
        roster = read(content, row)
        begun = note.read(session) is not None
        found = Plan() if begun else plan(session, row, roster, clock.now())
    order = Order(actor, roster.rows, union, wanted)
    if begun:
        return store_in_portions(order, found, progress, note)
    if found.faults or digest(found) != seen:
        raise Stale
    if len(roster.rows) + len(found.missing) > PORTION:
        return store_in_portions(order, found, progress, note)
    with db.begin() as session:
        now = clock.now()
        rosters.take_turn(session, now)
        found = plan(session, _union(session, union), roster, now)
        if found.faults or digest(found) != seen:
            raise Stale
        return rosters.store_import(session, actor, found, {}, now, wanted=wanted)


def told(stored: Stored) -> Message:
    """What an import did, as a sentence."""
    text = N_(
        "Đã nhập: %(new)s người mới, %(changed)s người thay đổi (trong đó %(moved)s người chuyển đơn vị), "
        "%(asked)s yêu cầu chuyển đơn vị đã gửi, %(left)s người thôi là đoàn viên."
    )
    numbers = {name: getattr(stored, name) for name in ("new", "changed", "moved", "asked", "left")}
    return message(text, **numbers)


# As long works


def read_file(work: jobs.Order) -> dict[str, Any]:
    """Read a long list for its preview."""
    said = work.arguments
    with db.reading() as session:
        union, file = _waiting(session, work)
        content, code = file.content, union.code
        roster = read(content, union)
        found = plan(session, union, roster, clock.now())
        seen = look(session, found, roster.unread)
    with db.begin() as session:
        keep_look(session, code, said["token"], seen, work.person_id or 0)
    text = N_("Đã đọc %(n)s dòng. Hãy xem trước rồi nhập.")
    if found.faults:
        text = N_("Đã đọc tệp và thấy %(n)s chỗ cần sửa.")
    count = len(found.faults) or len(roster.rows)
    return {"url": f"/theo-doi/nguoi/{code}/nhap/{said['token']}", "message": packed([message(text, n=count)])[0]}


def store_file(work: jobs.Order) -> dict[str, Any]:
    """Store a long list that was looked at."""
    said = work.arguments
    with db.reading() as session:
        union, file = _waiting(session, work)
        content, code = file.content, union.code
    wanted = Wanted(date.fromisoformat(said["on"]), frozenset(said["skipped"]), said["leave"])
    actor = Actor(work.person_id, "") if work.person_id else TERMINAL
    try:
        stored = store(actor, code, said["token"], content, wanted, said["digest"], work.progress)
    except Stale:
        with db.begin() as session:
            forget(session, said["token"])
        raise JobRefused(STALE) from None
    with db.begin() as session:
        drop(session, said["token"])
    return {"url": f"/theo-doi/nguoi/{code}", "message": packed([told(stored)])[0], "new": stored.new}


def _union(session: Session, code: str) -> TradeUnion:
    union = by_code(session, code)
    if union is None:
        raise JobRefused(GONE)
    return union


def _waiting(session: Session, work: jobs.Order) -> tuple[TradeUnion, PendingFile]:
    union = _union(session, work.arguments["union"])
    file = uploads.take(session, work.arguments["token"], purpose(union.code), work.person_id or 0)
    if file is None:
        raise JobRefused(GONE)
    return union, file


# What was seen of a long list, beside its file


def keep_look(session: Session, union: str, token: str, seen: Look, person_id: int) -> None:
    content = json.dumps(asdict(seen), ensure_ascii=False).encode()
    uploads.keep(session, f"{purpose(union)}:seen", "", content, person_id, clock.now(), _beside(token))


def kept_look(session: Session, union: str, token: str, person_id: int) -> Look | None:
    """What a long work saw in a list; None for a list that is looked at anew each time."""
    file = uploads.take(session, _beside(token), f"{purpose(union)}:seen", person_id)
    return Look(**json.loads(file.content)) if file else None


def drop(session: Session, token: str) -> None:
    """Throw a waiting list away, with what was seen of it."""
    uploads.drop(session, token)
    forget(session, token)


def forget(session: Session, token: str) -> None:
    """Throw away what was seen of a list and how far it was stored, so that it is looked at anew."""
    uploads.drop(session, _beside(token))
    uploads.drop(session, _begun(token))


def _beside(token: str) -> str:
    return f"{token}-seen"


def _begun(token: str) -> str:
    return f"{token}-begun"
