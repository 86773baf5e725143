"""Bundles from the terminal; a part of the commands of ``proof``."""

import json

import click
from flask.cli import with_appcontext

from contest.accounts.rules import TERMINAL
from contest.extensions import db
from contest.jobs.rules import JobRefused
from contest.proof import bundle_work
from contest.standings.cli import progress, the_contest
from contest.web.texts import say


@click.command("bundle")
@with_appcontext
@click.argument("slug")
@click.option("--out", "-o", required=True, type=click.Path(dir_okay=False, writable=True), help="File to write.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bundle(slug: str, out: str, as_json: bool) -> None:
    """Make the bundle of a contest's announced results, offer it on its page, and write it into a file."""
    with db.reading() as session:
        contest_id = the_contest(session, slug).id
    try:
        made = bundle_work.make(contest_id, TERMINAL, progress())
    except JobRefused as refused:
        raise click.ClickException(" ".join(say(reason) for reason in refused.reasons)) from None
    with open(out, "wb") as file:
        for part in bundle_work.content(made.id):
            file.write(part)
    if as_json:
        told = {"contest": slug, "number": made.number, "size": made.size, "sha256": made.digest}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"Bundle {made.number}, {made.size} bytes, SHA-256 {made.digest}, written to {out}.")
