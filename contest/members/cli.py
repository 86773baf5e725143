"""People from the terminal: lists of them, and those with roles."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.passwords import hash_password
from contest.accounts.rules import TERMINAL
from contest.extensions import db
from contest.members import roster_faulty, rosters, sheets, users
from contest.members.portions_work import Note, Order, Stale, store_in_portions
from contest.members.roster_faulty import FaultyRows, faulty_rows
from contest.members.roster_plans import Plan
from contest.members.rosters import Wanted
from contest.members.sheets import PersonRow
from contest.unions.printing import FILE, SHOWN, fail, report
from contest.unions.queries import by_code, subtree_ids
from contest.unions.rules import BASE_LEVELS
from contest.web.texts import say

people = AppGroup("person", help="People: import a list.")


def init_app(app: Flask) -> None:
    app.cli.add_command(people)
    app.cli.add_command(users.group)


@people.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "json_wanted", is_flag=True, help="Print JSON.")
@click.option("--demo", is_flag=True, hidden=True)
@click.option("--union", "code", help="The list is of this union: its code where a row has none, nobody outside it.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day of moves whose row has none; today when left out.")
@click.option("--leave-missing", is_flag=True, help="The list is complete: members it does not name leave on that day.")
@click.option(
    "--skip-faulty",
    "mend",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="XLSX",
    help="Take the sound rows all the same; those at fault are written to this file, to be mended and imported.",
)
def import_file(
    file: Path,
    dry_run: bool,
    json_wanted: bool,
    demo: bool,
    code: str | None,
    on: datetime | None,
    leave_missing: bool,
    mend: Path | None,
) -> None:
    """Import a list of people from FILE (.csv or .xlsx), or nothing of it when a row is at fault.

    Columns: Họ và tên (name), Số điện thoại (phone), Mã đơn vị (union), Đối tượng (kind: member, official, worker),
    Ngày sinh (day of birth), Ngày vào (since), Mật khẩu (password, optional). The same phone and name are the same
    person and are brought up to date; who has no phone needs a day of birth.
    """
    now = clock.now()
    wanted = Wanted(on.date() if on else clock.vietnamese_day(now), leave=leave_missing)
    if on and on.date() > clock.vietnamese_day(now):
        fail("--on must not lie ahead")
    content = file.read_bytes()
    with db.reading() as session:
        within, default = part_of(session, code)
        roster = sheets.read(content, default)
        plan = rosters.plan_import(
            session, roster.rows, now, roster.faults, within, asks=False, complete=not roster.rest, codes=roster.codes
        )
    left = sorted(plan.wrong) if mend and not roster.refused else []
    if leave_missing and (left or roster.rest):
        fail("--leave-missing needs the complete list: mend its rows first")
    if mend and left:
        write_faulty(mend, file, faulty_rows(content, plan.faults, default))
    elif plan.faults:
        plan = Plan(faults=plan.faults)
    if not dry_run and (left or not plan.faults):
        rows = [row for row in roster.rows if row.row not in plan.wrong]
        order = Order(TERMINAL, rows, code, wanted, asks=False, demo=demo, faulty=left)
        store(replace(order, hashes=hashing(plan.passwords, quiet=json_wanted)), plan, quiet=json_wanted)
    numbers = {"new": len(plan.new), "changed": len(plan.changed), "same": plan.same}
    if code:
        numbers |= {"moved": len(plan.moved), "missing": len(plan.missing), "doubts": len(plan.doubts)}
    report(numbers, plan.faults, dry_run=dry_run, json_wanted=json_wanted, left=len(left) if left else None)
    if not json_wanted:
        tell(plan)
        if roster.unread:
            click.echo(f"Các cột không nhập: {', '.join(roster.unread)}.", err=True)


def write_faulty(target: Path, source: Path, found: FaultyRows) -> None:
    """Write the rows at fault as they are to be mended."""
    if target.suffix.lower() != ".xlsx" or target.resolve() == source.resolve():
        fail("--skip-faulty needs a file of its own that ends in .xlsx")
    try:
        with target.open("wb") as out:
            roster_faulty.write(out, found)
    except OSError as error:
        fail(f"cannot write {target}: {error.strerror}")


def part_of(session: Session, code: str | None) -> tuple[frozenset[int] | None, str]:
    """The unions a list may name (None: all), and the code of its rows that name none."""
    if code is None:
        return None, ""
    union = by_code(session, code) or fail(f"there is no union {code}")
    return subtree_ids(session, [union.id]), union.code if union.level in BASE_LEVELS else ""


def tell(plan: Plan) -> None:
    """Print who may be somebody known already, and how many are missing."""
    for doubt in plan.doubts[:SHOWN]:
        click.echo(f"Dòng {doubt.row.row}: {doubt.row.name}: {say(doubt.why)}", err=True)
    if len(plan.doubts) > SHOWN:
        click.echo(f"... còn {len(plan.doubts) - SHOWN} dòng có thể trùng nữa.", err=True)
    if plan.missing:
        click.echo(f"{len(plan.missing)} đoàn viên, cán bộ của các đơn vị này không có trong danh sách.", err=True)


def store(order: Order, plan: Plan, *, quiet: bool) -> None:
    """Store a list with a bar that shows how far it is; cut off in the middle, the same command stores the rest."""
    leaving = plan.missing if order.wanted.leave else ()
    with bar(len(order.rows) + len(leaving), "Lưu", quiet) as progress:
        shown = 0

        def tell(done: int, _total: int) -> None:
            nonlocal shown
            progress(done - shown)
            shown = done

        try:
            store_in_portions(order, plan, tell, Note())
        except Stale:
            fail("the list or its unions changed meanwhile: import it again to see what is left")


def hashing(rows: Sequence[PersonRow], *, quiet: bool) -> Callable[[Sequence[PersonRow]], Mapping[int, str]]:
    """Hash passwords now, beside any transaction; what is returned gives them by the number of their rows."""
    known = hashes_of(rows, quiet=quiet)

    def hashes(wanted: Sequence[PersonRow]) -> Mapping[int, str]:
        known.update(hashes_of([row for row in wanted if row.row not in known], quiet=True))
        return known

    return hashes


def hashes_of(rows: Sequence[PersonRow], *, quiet: bool) -> dict[int, str]:
    """The hash of each row's password, by the number of the row."""
    hashes = {}
    with bar(len(rows), "Mã hoá mật khẩu", quiet) as progress, ThreadPoolExecutor(2) as pool:
        for row, hashed in zip(rows, pool.map(hash_password, [row.password for row in rows]), strict=True):
            hashes[row.row] = hashed
            progress(1)
    return hashes


@contextmanager
def bar(length: int, label: str, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar on the error stream, as a function that is told how many steps more are done."""
    if quiet or not length:
        yield lambda _steps: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as progress:
        yield progress.update
