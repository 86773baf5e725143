"""Contests and rounds from the terminal."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.extensions import db
from contest.rounds import actions, queries
from contest.rounds.checks import checks
from contest.rounds.facts import Check
from contest.rounds.locks import Refused
from contest.rounds.models import Contest, Round
from contest.rounds.plans import slug_fault
from contest.rounds.rules import phase
from contest.rounds.setup import read_setup
from contest.rounds.setup_writer import write_setup
from contest.rounds.storing import missing, references
from contest.rounds.windows import plan_of, window_of
from contest.web.texts import say

contests = AppGroup("contest", help="Contests: set up from a file, check, publish, copy.")
rounds = AppGroup("round", help="Rounds of a contest: list, open, extend, close, publish results.")

json_option = click.option("--json", "as_json", is_flag=True, help="Print data as JSON.")


def init_app(app: Flask) -> None:
    # Only here: it shares the helpers above.
    contests.add_command(import_module("contest.rounds.allowance_cli").extra_time)
    app.cli.add_command(contests)
    app.cli.add_command(rounds)


class _DryRun(Exception):
    """Rolls back what was only tried."""


@contextmanager
def refusals() -> Iterator[None]:
    """Reasons of a refusal as plain lines on the terminal; the transaction around is rolled back."""
    try:
        yield
    except Refused as refused:
        raise click.ClickException("\n".join(say(reason) for reason in refused.reasons)) from None


def find(session: Session, slug: str) -> Contest:
    contest = queries.contest_by_slug(session, slug)
    if contest is None:
        raise click.ClickException(f"There is no contest {slug}. See: flask --app wsgi contest list")
    return contest


def find_round(session: Session, slug: str, number: int) -> tuple[Contest, Round]:
    contest = find(session, slug)
    row = queries.round_of(contest, number)
    if row is None:
        numbers = ", ".join(str(row.number) for row in contest.rounds) or "none"
        raise click.ClickException(f"Contest {slug} has no round {number}. Its rounds: {numbers}.")
    return contest, row


class Moment(click.ParamType):
    """A moment as "2023-11-13 08:00", Vietnamese time unless it names a zone."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            if not re.match(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d", value):
                raise ValueError(value)
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f'{value!r} is no time. Write it like "2023-11-13 08:00" (Vietnamese time).', param, ctx)
        return (found if found.tzinfo else found.replace(tzinfo=clock.VIETNAM)).astimezone(UTC)


def local(at: datetime | None) -> str | None:
    """A moment for the terminal and for data: Vietnamese time with its offset."""
    return at.astimezone(clock.VIETNAM).isoformat(timespec="minutes") if at else None


def told(found: Iterable[Check]) -> list[dict[str, Any]]:
    return [{"level": str(c.level), "where": str(c.where), "round": c.number, "message": say(c.message)} for c in found]


def round_row(row: Round, now: datetime) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "state": str(phase(window_of(row), now)),
        "opens_at": local(row.opens_at),
        "closes_at": local(row.closes_at),
        "minutes": row.allowance_s / 60 if row.allowance_s % 60 else row.allowance_s // 60,
        "grace_seconds": row.grace_s,
        "late_minutes": row.late_minutes,
        "freeze_minutes": row.freeze_minutes,
        "attempts": row.max_attempts,
    }


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def check_now(session: Session, contest: Contest, now: datetime) -> list[Check]:
    return checks(plan_of(contest), queries.facts_of(session, contest, now))


# contests


@contests.command("create")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and check only; store nothing.")
@json_option
def create(file: Path, dry_run: bool, as_json: bool) -> None:
    """Set up the contest that FILE describes (TOML or YAML, see docs/contest-file.md), all of it or nothing.

    The contest is a draft unless the file says "publish: true".
    """
    now = clock.now()
    setup, faults = read_setup(file.read_bytes(), file.name, clock.vietnamese_day(now))
    lines = [{"path": fault.path, "message": say(fault.message)} for fault in faults]
    found: list[dict[str, Any]] = []
    try:
        if setup:
            with db.begin() as session, refusals():
                unknown = missing(setup.plan, references(session, setup.plan))
                lines = [{"path": path, "message": say(text)} for path, text in unknown]
                if lines:
                    raise _DryRun
                contest = actions.create_contest(session, TERMINAL, setup.plan, now)
                found = told(check_now(session, contest, now))
                if setup.publish and not dry_run:
                    actions.publish_contest(session, TERMINAL, contest, now)
                if dry_run:
                    raise _DryRun
    except _DryRun:
        created = False
    else:
        created = setup is not None
    slug = setup.plan.slug if setup else None
    if as_json:
        print_json({"created": created, "slug": slug, "faults": lines, "checks": found})
    else:
        _print_created(file, created, slug, lines, found)
    if lines:
        sys.exit(1)


def _print_created(
    file: Path, created: bool, slug: str | None, lines: list[dict[str, Any]], found: list[dict[str, Any]]
) -> None:
    for line in lines:
        click.echo(f"{line['path'] or file.name}: {line['message']}", err=True)
    if lines:
        click.echo(f"{file.name} has {len(lines)} fault(s); nothing was stored.", err=True)
        return
    for check in found:
        click.echo(f"{check['level']}: {check['message']}")
    click.echo(f"Created contest {slug}." if created else f"{file.name} can be stored as contest {slug}.")


@contests.command("list")
@json_option
def list_contests(as_json: bool) -> None:
    """List all contests, the newest first."""
    with db.reading() as session:
        rows = [
            {
                "slug": contest.slug,
                "title": contest.title,
                "union": contest.union.code,
                "state": contest.state,
                "practice": contest.practice,
                "rounds": len(contest.rounds),
            }
            for contest in queries.desk(session, None)
        ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['slug']:30} {row['state']:10} {row['rounds']:3} round(s)  {row['title']}")


@contests.command("show")
@click.argument("slug")
@json_option
def show(slug: str, as_json: bool) -> None:
    """Show the settings of contest SLUG as a settings file, or its state and rounds as JSON."""
    now = clock.now()
    with db.reading() as session:
        contest = find(session, slug)
        settings = write_setup(plan_of(contest), contest.published_at is not None)
        data = {
            "slug": contest.slug,
            "title": contest.title,
            "union": contest.union.code,
            "state": contest.state,
            "practice": contest.practice,
            "criteria": contest.criteria,
            "total": contest.total,
            "missed_rounds": contest.missed_rounds,
            "tie_rule": contest.tie_rule,
            "published_at": local(contest.published_at),
            "rounds": [round_row(row, now) for row in contest.rounds],
            "divisions": [{"code": d.code, "title": d.title} for d in contest.divisions],
        }
    if as_json:
        print_json(data)
    else:
        click.echo(settings, nl=False)


@contests.command("export")
@click.argument("slug")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else printed.")
def export(slug: str, output: Path | None) -> None:
    """Write contest SLUG as a settings file that "contest create" reads."""
    with db.reading() as session:
        text = write_setup(plan_of(find(session, slug)))
    if output:
        output.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {output}.")
    else:
        click.echo(text, nl=False)


@contests.command("check")
@click.argument("slug")
@json_option
def check(slug: str, as_json: bool) -> None:
    """Tell what is missing or contradictory in contest SLUG. Ends with 1 when there are errors."""
    with db.reading() as session:
        found = check_now(session, find(session, slug), clock.now())
        lines = told(found)
    if as_json:
        print_json(lines)
    else:
        for line in lines:
            click.echo(f"{line['level']}: {line['message']}")
        if not lines:
            click.echo("Nothing to mend.")
    if any(one.is_error for one in found):
        sys.exit(1)


@contests.command("publish")
@click.argument("slug")
def publish(slug: str) -> None:
    """Make contest SLUG public; refused while "contest check" finds errors."""
    with db.begin() as session, refusals():
        actions.publish_contest(session, TERMINAL, find(session, slug), clock.now())
    click.echo(f"Published contest {slug}.")


@contests.command("unpublish")
@click.argument("slug")
def unpublish(slug: str) -> None:
    """Take contest SLUG back to a draft while nobody has taken part."""
    with db.begin() as session, refusals():
        actions.unpublish_contest(session, TERMINAL, find(session, slug), clock.now())
    click.echo(f"Contest {slug} is a draft again.")


@contests.command("copy")
@click.argument("slug")
@click.argument("new_slug")
@click.option("--title", help="Title of the copy; else the same.")
@click.option("--opens", type=Moment(), required=True, help='When its first round opens, e.g. "2024-11-13 08:00".')
def copy(slug: str, new_slug: str, title: str | None, opens: datetime) -> None:
    """Copy contest SLUG with all its settings to a draft NEW_SLUG; its rounds keep their distances."""
    wrong = slug_fault(new_slug)
    if wrong:
        raise click.ClickException(say(wrong))
    with db.begin() as session, refusals():
        source = find(session, slug)
        actions.copy_contest(session, TERMINAL, source, new_slug, title or source.title, opens, clock.now())
    click.echo(f"Created contest {new_slug}.")


@contests.command("delete")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(slug: str, yes: bool) -> None:
    """Delete the draft SLUG. A contest in which somebody took part is never deleted."""
    with db.reading() as session:
        title = find(session, slug).title
    if not yes:
        click.confirm(f"Delete contest {slug} ({title})?", abort=True)
    with db.begin() as session, refusals():
        actions.delete_contest(session, TERMINAL, find(session, slug), clock.now())
    click.echo(f"Deleted contest {slug}.")


# rounds


@rounds.command("list")
@click.argument("slug")
@json_option
def list_rounds(slug: str, as_json: bool) -> None:
    """List the rounds of contest SLUG with their state, in Vietnamese time."""
    now = clock.now()
    with db.reading() as session:
        rows = [round_row(row, now) for row in find(session, slug).rounds]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        tries = "unlimited" if row["attempts"] is None else f"{row['attempts']} attempt(s)"
        times = f"{row['opens_at']} - {row['closes_at']}"
        click.echo(f"{row['number']:3}  {row['state']:9}  {times}  {row['minutes']} min  {tries}  {row['title']}")


@rounds.command("open")
@click.argument("slug")
@click.argument("number", type=int)
def open_(slug: str, number: int) -> None:
    """Open round NUMBER of contest SLUG now instead of at its time."""
    with db.begin() as session, refusals():
        contest, row = find_round(session, slug, number)
        actions.open_round(session, TERMINAL, contest, row, clock.now())
    click.echo(f"Round {number} of {slug} is open.")


@rounds.command("extend")
@click.argument("slug")
@click.argument("number", type=int)
@click.argument("closes_at", type=Moment())
def extend(slug: str, number: int, closes_at: datetime) -> None:
    """Let round NUMBER of contest SLUG close later, at CLOSES_AT ("2023-11-20 09:00", Vietnamese time)."""
    with db.begin() as session, refusals():
        contest, row = find_round(session, slug, number)
        actions.extend_round(session, TERMINAL, contest, row, closes_at, clock.now())
    click.echo(f"Round {number} of {slug} closes at {local(closes_at)}.")


@rounds.command("close")
@click.argument("slug")
@click.argument("number", type=int)
def close(slug: str, number: int) -> None:
    """Close round NUMBER of contest SLUG now; open attempts end with what was saved."""
    with db.begin() as session, refusals():
        contest, row = find_round(session, slug, number)
        actions.close_round(session, TERMINAL, contest, row, clock.now())
    click.echo(f"Round {number} of {slug} is closed.")


@rounds.command("publish")
@click.argument("slug")
@click.argument("number", type=int)
def publish_results(slug: str, number: int) -> None:
    """Announce the results of the closed round NUMBER of contest SLUG; it is locked from then on."""
    with db.begin() as session, refusals():
        contest, row = find_round(session, slug, number)
        actions.publish_round(session, TERMINAL, contest, row, clock.now())
    click.echo(f"Results of round {number} of {slug} are announced.")
