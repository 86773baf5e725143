"""A union's list of people from file to store: read, looked at, stored; long ones beside the requests.

What the preview showed is named by a digest: a list is only stored while it would still do just that.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from contest import clock
from contest.accounts import uploads
from contest.accounts.models import PendingFile
from contest.accounts.rules import TERMINAL, Actor
from contest.extensions import db
from contest.jobs import actions as jobs
from contest.jobs.rules import JobRefused, packed
from contest.members import roster_faulty, rosters, sheets
from contest.members.portions_work import PORTION, Note, Order, Stale, store_in_portions
from contest.members.roster_faulty import FaultyRows, faulty_rows
from contest.members.roster_looks import Look, digest, look_at, seen_in
from contest.members.roster_plans import Plan
from contest.members.rosters import Stored, Wanted
from contest.members.sheets import Roster
from contest.unions.models import TradeUnion
from contest.unions.queries import by_code, subtree_ids
from contest.unions.rules import BASE_LEVELS, Fault
from questions.messages import N_, Message, message

READ, STORE = "members.roster.read", "members.roster.store"
READ_TITLE, STORE_TITLE = N_("Đọc danh sách đoàn viên"), N_("Nhập danh sách đoàn viên")
#: Files of this many bytes are read and stored beside the requests: some two thousand rows.
LARGE_FILE = 120_000
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


def register_works() -> None:
    """Make the long works known."""
    jobs.register(READ, read_file, READ_TITLE)
    jobs.register(STORE, store_file, STORE_TITLE)


def purpose(union: str) -> str:
    """What a waiting file of a union is kept as."""
    return f"roster:{union}"


def read(content: bytes, union: Named) -> Roster:
    """The rows of a file as an official may send them; a row that names no union means this one where people work."""
    roster = sheets.read(content, default_of(union))
    with_password = [Fault(_PASSWORD, row.row) for row in roster.rows if row.password]
    if with_password:
        return replace(roster, rows=(), faults=(*roster.faults, with_password[0]), refused=True)
    return roster


def default_of(union: Named) -> str:
    """The code of rows that name no union: this one's where people work there."""
    return union.code if union.level in BASE_LEVELS else ""


def plan(session: Session, union: Named, roster: Roster, now: datetime) -> Plan:
    """What a list would do within the part of the tree below a union."""
    within = subtree_ids(session, [union.id])
    return rosters.plan_import(
        session, roster.rows, now, roster.faults, within, complete=not roster.rest, codes=roster.codes
    )


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
        roster, default = read(content, row), default_of(row)
        begun = note.read(session)
        found = Plan() if begun else plan(session, row, roster, clock.now())
    wrong = frozenset(begun.faulty) if begun else found.wrong
    order = Order(actor, [row for row in roster.rows if row.row not in wrong], union, wanted, faulty=sorted(wrong))
    if begun:
        return store_in_portions(order, found, progress, note)
    _as_seen(found, roster, wanted, seen)
    left = faulty_rows(content, found.faults, default) if wrong else None
    if len(order.rows) + len(found.missing) > PORTION:
        with db.begin() as session:
            _give_back(session, order, token, left, roster)
        return store_in_portions(order, found, progress, note)
    with db.begin() as session:
        now = clock.now()
        rosters.take_turn(session, now)
        found = plan(session, _union(session, union), roster, now)
        _as_seen(found, roster, wanted, seen)
        _give_back(session, order, token, left, roster)
        return rosters.store_import(session, actor, found.sound, {}, now, wanted=wanted)


def _as_seen(found: Plan, roster: Roster, wanted: Wanted, seen: str) -> None:
    """Raises Stale where a list would not do what its preview showed, or leave rows that nobody chose to leave."""
    if roster.refused or digest(found) != seen or (found.faults and not wanted.partly):
        raise Stale


def _give_back(session: Session, order: Order, token: str, left: FaultyRows | None, roster: Roster) -> None:
    """Keep the rows that are left for who sent the list; once they have come back mended, throw them away."""
    union, person_id = order.union or "", order.actor.id or 0
    if left:
        file = uploads.take(session, token, purpose(union), person_id)
        roster_faulty.keep(session, f"{purpose(union)}:left", _left(token), file.name if file else "", left, person_id)
    elif roster.rest and (waiting := uploads.waiting(session, f"{purpose(union)}:left", person_id)):
        uploads.drop(session, waiting.token)


def told(stored: Stored) -> Message:
    """What an import did, as a sentence; which rows were left, where any was."""
    text = N_(
        "Đã nhập: %(new)s người mới, %(changed)s người thay đổi (trong đó %(moved)s người chuyển đơn vị), "
        "%(asked)s yêu cầu chuyển đơn vị đã gửi, %(left)s người thôi là đoàn viên."
    )
    if stored.faulty:
        text = N_(
            "Đã nhập %(taken)s dòng đúng, để lại %(faulty)s dòng sai: %(new)s người mới, %(changed)s người thay đổi "
            "(trong đó %(moved)s người chuyển đơn vị), %(asked)s yêu cầu chuyển đơn vị đã gửi."
        )
    numbers = {name: getattr(stored, name) for name in ("new", "changed", "moved", "asked", "left", "taken", "faulty")}
    return message(text, **numbers)


# As long works


def read_file(work: jobs.Order) -> dict[str, Any]:
    """Read a long list for its preview."""
    said = work.arguments
    with db.reading() as session:
        union, file = _waiting(session, work)
        content, code, file_name = file.content, union.code, file.name
        roster = read(content, union)
        found = plan(session, union, roster, clock.now())
        seen = look_at(session, found, roster)
        faulty = None
        if found.faults and not roster.refused:
            faulty = faulty_rows(content, found.faults, default_of(union))
    with db.begin() as session:
        keep_look(session, code, said["token"], seen, work.person_id or 0)
        if faulty:
            place = f"{purpose(code)}:faulty", _faulty(said["token"])
            roster_faulty.keep(session, *place, file_name, faulty, work.person_id or 0)
    return {"url": f"/theo-doi/nguoi/{code}/nhap/{said['token']}", "message": packed([seen_in(seen)])[0]}


def store_file(work: jobs.Order) -> dict[str, Any]:
    """Store a long list that was looked at."""
    said = work.arguments
    with db.reading() as session:
        union, file = _waiting(session, work)
        content, code = file.content, union.code
    wanted = Wanted(date.fromisoformat(said["on"]), frozenset(said["skipped"]), said["leave"], said["partly"])
    actor = Actor(work.person_id, "") if work.person_id else TERMINAL
    try:
        stored = store(actor, code, said["token"], content, wanted, said["digest"], work.progress)
    except Stale:
        with db.begin() as session:
            look_anew(session, said["token"])
        raise JobRefused(STALE) from None
    with db.begin() as session:
        drop(session, said["token"])
    url = f"/theo-doi/nguoi/{code}/nhap" if stored.faulty else f"/theo-doi/nguoi/{code}"
    return {"url": url, "message": packed([told(stored)])[0], "new": stored.new, "faulty": stored.faulty}


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
    """Throw a waiting list away, with what was seen of it; rows of it that are left stay."""
    for one in (token, _beside(token), _begun(token), _faulty(token)):
        uploads.drop(session, one)


def look_anew(session: Session, token: str) -> None:
    """Throw away what was seen of a list, what was given back of it and how far it was stored; the list stays."""
    for one in (_beside(token), _begun(token), _faulty(token), _left(token)):
        uploads.drop(session, one)


def left_before(session: Session, union: str, person_id: int) -> uploads.Waiting | None:
    """The rows that somebody left of a union's list, under the token of that list."""
    found = uploads.waiting(session, f"{purpose(union)}:left", person_id)
    return replace(found, token=found.token.removesuffix(_left(""))) if found else None


def rows_at_fault(session: Session, union: Named, token: str, person_id: int) -> FaultyRows | None:
    """The rows at fault of a list that waits or of one whose sound rows are stored; None when there are none."""
    for kind, name in (("left", _left(token)), ("faulty", _faulty(token))):
        if kept := uploads.take(session, name, f"{purpose(union.code)}:{kind}", person_id):
            return roster_faulty.kept(kept)
    file = uploads.take(session, token, purpose(union.code), person_id)
    if file is None:
        return None
    roster = read(file.content, union)
    found = plan(session, union, roster, clock.now())
    if roster.refused or not found.faults:
        return None
    return faulty_rows(file.content, found.faults, default_of(union))


def _beside(token: str) -> str:
    return f"{token}-seen"


def _begun(token: str) -> str:
    return f"{token}-begun"


def _faulty(token: str) -> str:
    return f"{token}-faulty"


def _left(token: str) -> str:
    return f"{token}-left"
