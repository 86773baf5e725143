"""Work on a tree of unions, each once: lists imported, a part of it reorganised, certificates set."""

import io
import time
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import apart, places
from bench.databases import Place
from contest import clock
from contest.accounts.rules import TERMINAL
from contest.db import Store
from contest.members import rosters
from contest.members import sheets as people_sheets
from contest.reports.certificate_rules import Printed
from contest.reports.certificate_work import bundle
from contest.reports.models import Certificate
from contest.unions import actions, planning, reorganising, sheets
from contest.unions.changes import ChangeRow
from contest.unions.models import TradeUnion
from contest.unions.planning import Heading
from contest.unions.rules import ChangeKind, Fault, Level

#: Of the people who took part, so many are in the imported list and get a certificate; of the unions, so many end.
LISTED, CERTIFIED, ENDING = 10, 200, 5
BREADTH = 25


def done(place: Place, store: Store, people: int) -> dict[str, float]:
    """Seconds by what was done; the lists are imported into a database of their own."""
    found: dict[str, float] = {}
    other = place.fresh(f"lists_{people}")
    unions = max(30, people // 100)
    with other.session(readonly=False) as session, session.begin():
        _imports(session, unions, max(30, people // LISTED), found)
    other.engine.dispose()
    with store.session(readonly=False) as session, session.begin():
        _reorganisation(session, found)
    count = max(3, people // CERTIFIED)
    begun = time.perf_counter()
    bundle(certificates(count), "Cuộc thi dùng để đo", "do", "https://example.vn/chung-nhan/")
    found[f"1/{CERTIFIED} of the people: certificates as PDF, s"] = time.perf_counter() - begun
    apart.say(f"work of {people:,} people done")
    return found


def _imports(session: Session, unions: int, people: int, found: dict[str, float]) -> None:
    now = clock.now()
    data = workbook(unions_list(unions))
    begun = time.perf_counter()
    told = sheets.read(data)
    plan = actions.plan_import(session, told.rows, now, told.faults)
    _without(plan.faults)
    actions.store_import(session, TERMINAL, plan, now)
    session.flush()
    found["import of as many unions, s"] = time.perf_counter() - begun
    data = workbook(people_list(people, unions))
    begun = time.perf_counter()
    roster = people_sheets.read(data)
    people_plan = rosters.plan_import(session, roster.rows, now, roster.faults)
    _without(people_plan.faults)
    rosters.store_import(session, TERMINAL, people_plan, {}, now)
    session.flush()
    found[f"import of 1/{LISTED} of the people, s"] = time.perf_counter() - begun


def _reorganisation(session: Session, found: dict[str, float]) -> None:
    rows = list(merges(session))
    now = clock.now()
    begun = time.perf_counter()
    plan = planning.plan(session, rows, now, None, Heading("1/QĐ-ĐO", now.date()))
    planned = time.perf_counter()
    _without(plan.faults)
    reorganising.store(session, TERMINAL, plan, now)
    session.flush()
    found[f"reorganisation of 1/{ENDING} of the unions, planning, s"] = planned - begun
    found[f"reorganisation of 1/{ENDING} of the unions, storing, s"] = time.perf_counter() - planned


def _without(faults: Sequence[Fault]) -> None:
    if faults:
        raise RuntimeError(f"{len(faults)} faults, the first: {faults[0]}")


def merges(session: Session) -> Iterator[ChangeRow]:
    """Every fifth grassroots union ends and goes to its neighbour below the same upper union."""
    wanted = select(TradeUnion.code, TradeUnion.parent_id).where(TradeUnion.level == Level.GRASSROOTS)
    by_parent: dict[int | None, list[str]] = {}
    for code, parent in session.execute(wanted.order_by(TradeUnion.id)):
        by_parent.setdefault(parent, []).append(code)
    number = 1
    for codes in by_parent.values():
        for place in range(0, len(codes) - 1, ENDING):
            number += 1
            yield ChangeRow(number, ChangeKind.MERGE, codes[place], successors=(codes[place + 1],))


def unions_list(count: int) -> Iterator[Sequence[Any]]:
    """A province, upper unions and grassroots unions with members, as a list is sent in."""
    yield [column.title for column in sheets.COLUMNS[:6]]
    yield ["DO", "Liên đoàn Lao động tỉnh (dữ liệu đo)", "", "LĐLĐ tỉnh", "", ""]
    uppers = max(1, (count - 1) // (BREADTH + 1))
    for number in range(uppers):
        yield [f"DO-{number}", f"Công đoàn xã số {number}", "", "Cấp trên trực tiếp cơ sở", "DO", ""]
    for number in range(count - 1 - uppers):
        name = f"CĐCS Trường Tiểu học và Trung học cơ sở số {number}"
        yield [f"DO-{number % uppers}-{number}", name, "", "Cơ sở", f"DO-{number % uppers}", 20 + number % 300]


def people_list(count: int, unions: int) -> Iterator[Sequence[Any]]:
    yield ["Họ và tên", "Số điện thoại", "Mã đơn vị"]
    codes = [row[0] for row in unions_list(unions) if row[3] == "Cơ sở"]
    for number in range(count):
        yield [places.name(number), f"09{number:08}", codes[number % len(codes)]]


def workbook(rows: Iterator[Sequence[Any]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return file.getvalue()


def certificates(count: int) -> list[Certificate]:
    """Certificates that stand in no database."""
    printed = Printed(issuer="Liên đoàn Lao động tỉnh", place="Lai Châu", dated="ngày 02 tháng 3 năm 2026").data()
    return [
        Certificate(
            code=f"ma{number:014}",
            name=places.name(number),
            unit="CĐCS Trường Tiểu học và Trung học cơ sở",
            title="Giải khuyến khích",
            number=f"{number}/GCN",
            basis="",
            printed=printed,
        )
        for number in range(count)
    ]
