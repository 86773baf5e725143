"""Unions from the terminal."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from contest import clock
from contest.accounts.rules import TERMINAL, PersonKind
from contest.extensions import db
from contest.unions import actions, planning, queries, reorganisation_sheets, reorganising, sheets, trees
from contest.unions.models import TradeUnion
from contest.unions.printing import FILE, SHOWN, as_json, fail, report, told
from contest.unions.reorganisation_sheets import KIND_WORDS
from contest.unions.rules import ChangeKind, Level
from contest.web.days import day_of
from contest.web.texts import say

group = AppGroup("union", help="Unions: import a list, list them, show one.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "json_wanted", is_flag=True, help="Print JSON.")
@click.option("--demo", is_flag=True, hidden=True)
def import_file(file: Path, dry_run: bool, json_wanted: bool, demo: bool) -> None:
    """Import a list of unions from FILE (.xlsx or .csv): all of it or nothing.

    Columns: Mã, Tên công đoàn, Tên viết tắt, Cấp, Mã cấp trên, Đoàn viên, NLĐ, Cán bộ, Ngày số liệu, Ghi chú, Địa bàn.
    Unions are matched by code; those the file does not name stay as they are.
    """
    listed = sheets.read(file.read_bytes())
    now = clock.now()
    if dry_run:
        with db.reading() as session:
            plan = actions.plan_import(session, listed.rows, now, listed.faults)
    else:
        with db.begin() as session:
            trees.lock(session)
            plan = actions.plan_import(session, listed.rows, now, listed.faults)
            if not plan.faults:
                actions.store_import(session, TERMINAL, plan, now, demo=demo)
    numbers = {"new": len(plan.new), "changed": len(plan.changed), "same": len(plan.same)}
    report(numbers, plan.faults, dry_run=dry_run, json_wanted=json_wanted)


@group.command("list")
@click.option("--below", metavar="CODE", help="Only this union and those below it.")
@click.option("--json", "json_wanted", is_flag=True, help="Print JSON.")
def list_unions(below: str | None, json_wanted: bool) -> None:
    """All unions, by name."""
    with db.reading() as session:
        scopes = [found(queries.by_code(session, below), below).id] if below else None
        unions = queries.tree(session, scopes)
        codes = queries.codes(session)
    rows = [{"code": u.code, "name": u.name, "level": u.level, "parent": codes.get(u.parent_id or 0)} for u in unions]
    if json_wanted:
        as_json(rows)
        return
    for row in rows:
        click.echo(f"{row['code']}\t{row['level']}\t{row['parent'] or '-'}\t{row['name']}")


@group.command("show")
@click.argument("code")
@click.option("--json", "json_wanted", is_flag=True, help="Print JSON.")
def show(code: str, json_wanted: bool) -> None:
    """One union: where it stands, its newest headcounts, how many unions are below it."""
    with db.reading() as session:
        union = found(queries.by_code(session, code), code)
        path = [above.code for above in queries.path_of(session, union.id)]
        counts = queries.headcounts(session, [union.id]).get(union.id, {})
        (line,) = queries.lines(session, [union])
    data = {
        "code": union.code,
        "name": union.name,
        "short_name": union.short_name,
        "level": union.level,
        "path": path,
        "note": union.note,
        "unions_below": line.unions,
        "headcounts": {
            str(kind): {"number": counts[kind].number, "counted_on": counts[kind].counted_on.isoformat()}
            for kind in PersonKind
            if kind in counts
        },
        "people_below": {str(kind): number for kind, number in line.counts.items()},
    }
    if json_wanted:
        as_json(data)
        return
    click.echo(f"{union.code}  {union.name}  ({Level(union.level)})")
    click.echo("path: " + " > ".join(path))
    for kind, count in data["headcounts"].items():
        click.echo(f"{kind}: {count['number']} ({count['counted_on']})")
    click.echo(f"unions below: {line.unions}")


def found(union: TradeUnion | None, code: str) -> TradeUnion:
    return union or fail(f"there is no union {code}")


@group.command("reorganise")
@click.argument("file", type=FILE)
@click.option("--number", required=True, help="Number of the decision, as its document has it.")
@click.option("--decided-on", required=True, metavar="DAY", help="Day of the decision, e.g. 2025-06-20.")
@click.option("--issued-by", default="", help="Who issued it.")
@click.option("--title", default="", help="What it is about.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "json_wanted", is_flag=True, help="Print JSON.")
def reorganise(
    file: Path, number: str, decided_on: str, issued_by: str, title: str, dry_run: bool, json_wanted: bool
) -> None:
    """Enter a decision that changes the tree, from FILE (.xlsx or .csv): all of it or nothing.

    Columns: Việc, Mã, Tên, Tên viết tắt, Cấp, Mã cấp trên mới, Mã nhận, Ngày hiệu lực, Địa bàn, Ghi chú, Mã nhận người.
    """
    day = day_of(decided_on) or fail(f"{decided_on} is no day; write it like 2025-06-20")
    heading = planning.Heading(number, day, issued_by, title, file.name)
    click.echo("reading ...", err=True)
    listed = reorganisation_sheets.read(file.read_bytes())
    click.echo(f"planning {len(listed.rows)} rows ...", err=True)
    now = clock.now()
    stored = None
    if dry_run:
        with db.reading() as session:
            plan = planning.plan(session, listed.rows, now, None, heading, listed.faults)
    else:
        with db.begin() as session:
            trees.lock(session)
            plan = planning.plan(session, listed.rows, now, None, heading, listed.faults)
            if not plan.faults:
                click.echo(f"storing {len(plan.steps)} changes ...", err=True)
                stored = reorganising.store(session, TERMINAL, plan, now, say_part).code
    say_plan(plan, stored, json_wanted=json_wanted)


def say_part(part: int) -> None:
    click.echo(f"stored part {part} of {reorganising.PARTS}", err=True)


def say_plan(plan: planning.Plan, stored: str | None, *, json_wanted: bool) -> None:
    """Print what a decision did or would do; ends with status 1 when there are faults."""
    counts = {str(kind): plan.count(kind) for kind in ChangeKind if plan.count(kind)}
    if json_wanted:
        faults = [{"row": fault.row, "message": say(fault.message)} for fault in plan.faults]
        warned = [{"row": fault.row, "message": say(fault.message)} for fault in plan.warnings]
        as_json({"stored": stored, "changes": counts, "keepers": plan.keepers, "warnings": warned, "faults": faults})
    elif plan.faults:
        report({"new": 0, "changed": 0, "same": 0}, plan.faults, dry_run=False, json_wanted=False)
    else:
        for fault in plan.warnings[:SHOWN]:
            click.echo(told(fault), err=True)
        numbers = ", ".join(f"{KIND_WORDS[ChangeKind(kind)].lower()} {number}" for kind, number in counts.items())
        click.echo(f"{'Đã lưu' if stored else 'Sẽ lưu'}: {numbers}.")
    if plan.faults:
        raise SystemExit(1)
