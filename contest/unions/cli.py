"""Unions from the terminal."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from contest import clock
from contest.accounts.rules import TERMINAL, PersonKind
from contest.extensions import db
from contest.unions import actions, queries, sheets
from contest.unions.models import TradeUnion
from contest.unions.printing import FILE, as_json, fail, report
from contest.unions.rules import Level

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

    Columns: Mã, Tên công đoàn, Tên viết tắt, Cấp, Mã cấp trên, Đoàn viên, NLĐ, Cán bộ, Ngày số liệu, Ghi chú.
    Unions are matched by code; those the file does not name stay as they are.
    """
    listed = sheets.read(file.read_bytes())
    now = clock.now()
    if dry_run:
        with db.reading() as session:
            plan = actions.plan_import(session, listed.rows, now, listed.faults)
    else:
        with db.begin() as session:
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
