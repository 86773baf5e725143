"""People from the terminal: lists of them, and those with roles."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from contest import clock
from contest.accounts.passwords import hash_password
from contest.accounts.rules import TERMINAL
from contest.extensions import db
from contest.members import rosters, sheets, users
from contest.members.sheets import PersonRow
from contest.unions.printing import FILE, report

people = AppGroup("person", help="People: import a list.")


def init_app(app: Flask) -> None:
    app.cli.add_command(people)
    app.cli.add_command(users.group)


@people.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "json_wanted", is_flag=True, help="Print JSON.")
@click.option("--demo", is_flag=True, hidden=True)
def import_file(file: Path, dry_run: bool, json_wanted: bool, demo: bool) -> None:
    """Import a list of people from FILE (.csv or .xlsx): all of it or nothing.

    Columns: Họ và tên (name), Số điện thoại (phone), Mã đơn vị (union), Đối tượng (kind: member, official, worker),
    Mật khẩu (password, optional). The same phone and name are the same person and are brought up to date.
    """
    now = clock.now()
    roster = sheets.read(file.read_bytes())
    with db.reading() as session:
        plan = rosters.plan_import(session, roster.rows, now, roster.faults)
    if not dry_run and not plan.faults:
        hashes = hashes_of(plan.passwords, quiet=json_wanted)
        with db.begin() as session:
            plan = rosters.plan_import(session, roster.rows, now)
            missing = [row for row in plan.passwords if row.row not in hashes]
            hashes |= hashes_of(missing, quiet=True)
            with bar(len(plan.new) + len(plan.changed), "Lưu", json_wanted) as progress:
                rosters.store_import(session, TERMINAL, plan, hashes, now, progress, demo=demo)
    numbers = {"new": len(plan.new), "changed": len(plan.changed), "same": plan.same}
    report(numbers, plan.faults, dry_run=dry_run, json_wanted=json_wanted)


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
