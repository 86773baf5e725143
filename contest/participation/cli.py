"""Participation from the terminal."""

import json
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.actions import record
from contest.accounts.rules import TERMINAL
from contest.extensions import db
from contest.participation import queries, recounting
from contest.participation.branches import Branch
from contest.rounds.models import Contest
from contest.rounds.queries import contest_by_slug
from contest.unions.models import TradeUnion
from contest.unions.queries import by_code

group = AppGroup("participation", help="How many of each union take part.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


def contest_or_fail(session: Session, slug: str) -> Contest:
    found = contest_by_slug(session, slug)
    if found is None:
        raise click.ClickException(f"There is no contest {slug!r}.")
    return found


def union_or_fail(session: Session, code: str) -> TradeUnion:
    found = by_code(session, code)
    if found is None:
        raise click.ClickException(f"There is no union with the code {code!r}.")
    return found


def branch_or_fail(session: Session, contest: Contest, union: TradeUnion, number: int) -> Branch:
    found = queries.branch(session, contest, union.id, number)
    if union.id not in found.rolled.forest.places:
        raise click.ClickException(f"{union.code} is not part of the tree that {contest.slug} goes by.")
    return found


@group.command("show")
@click.argument("slug")
@click.option("--union", "code", help="Code of the union to look at; by default where the contest is open.")
@click.option("--round", "number", type=click.IntRange(min=0), default=0, help="Round; by default the whole contest.")
@click.option("--json", "as_json", is_flag=True, help="Print data.")
def show(slug: str, code: str | None, number: int, as_json: bool) -> None:
    """Print the participation of a union and of the unions right below it."""
    with db.reading() as session:
        contest = contest_or_fail(session, slug)
        if number and number not in {round_.number for round_ in contest.rounds}:
            raise click.ClickException(f"{slug} has no round {number}.")
        union = union_or_fail(session, code) if code else queries.root_of(contest)
        branch = branch_or_fail(session, contest, union, number)
        everybody = queries.totals(session, contest, number)
        data = {
            "contest": slug,
            "round": number,
            "target_percent": contest.target_percent,
            "union": branch.root.data() | branch.root.scores_data(),
            "direct": {"people": branch.direct.people, "attempts": branch.direct.attempts},
            "rows": [row.data() | row.scores_data() for row in branch.children()],
            "everybody": {"people": everybody.people, "attempts": everybody.attempts},
        }
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        _print(branch)


def _print(branch: Branch) -> None:
    click.echo(f"{'people':>9} {'attempts':>9} {'of':>9} {'rate':>8}  union")
    for row in [*branch.children(), branch.root]:
        of = "-" if row.headcount is None else str(row.headcount)
        rate = "-" if row.rate is None else f"{row.rate:.1f}%"
        last = "= " if row.node.id == branch.root_id else ""
        click.echo(
            f"{row.counts.people:>9} {row.counts.attempts:>9} {of:>9} {rate:>8}  {last}{row.node.code} {row.node.name}"
        )


@group.command("recount")
@click.argument("slug")
def recount(slug: str) -> None:
    """Make the kept counters of a contest again from its attempts."""
    with db.begin() as session:
        contest = contest_or_fail(session, slug)
        rows = recounting.recount(session, contest, _progress)
        record(session, TERMINAL, "participation.recount", f"contest:{slug}", clock.now(), {"rows": rows})
    click.echo(f"{slug}: {rows} counters made again.")


def _progress(done: int, steps: int) -> None:
    click.echo(f"step {done} of {steps}", err=True)


@group.command("verify")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print data.")
def verify(slug: str, as_json: bool) -> None:
    """Compare the kept counters of a contest with its attempts; exit status 1 when they differ."""
    with db.reading() as session:
        found = recounting.verify(session, contest_or_fail(session, slug))
    if as_json:
        click.echo(json.dumps([_difference(d) for d in found], ensure_ascii=False, default=str))
    for difference in [] if as_json else found:
        click.echo(f"{difference.table} {difference.key}: kept {difference.stored}, should be {difference.right}")
    if found:
        raise click.ClickException(f"{len(found)} counters differ. Mend them with: participation recount {slug}")
    if not as_json:
        click.echo("Every counter agrees with the attempts.")


def _difference(found: recounting.Difference) -> dict[str, Any]:
    return {"table": found.table, "key": list(found.key), "stored": found.stored, "right": found.right}
