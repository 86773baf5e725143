"""Loading and dropping the demo from the terminal."""

import json

import click
from flask import Flask
from flask.cli import AppGroup

from contest import migrate
from contest.demo import cast
from contest.demo.drop import drop
from contest.demo.load import Broken, load
from contest.extensions import db

group = AppGroup("demo", help="The demo: contests, people and attempts to look at.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("load")
def load_demo() -> None:
    """Load what is missing of the demo into this database. Run again, it adds nothing."""
    need_tables()
    try:
        load(lambda line: click.echo(line, err=True))
    except Broken as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The demo is loaded. Accounts, all with the password {cast.PASSWORD}:")
    for account in cast.ACCOUNTS:
        click.echo(f"  {account.member.phone}  {account.member.name}: {account.shows}")


@group.command("drop")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
def drop_demo(as_json: bool) -> None:
    """Remove the demo with all attempts in its contests. What real people use stays and is named."""
    need_tables()
    with db.begin() as session:
        found = drop(session)
    numbers = {what: getattr(found, what) for what in ("contests", "banks", "people", "unions")}
    if as_json:
        click.echo(json.dumps(numbers | {"kept": found.kept}, ensure_ascii=False))
        return
    click.echo("Removed: " + ", ".join(f"{number} {what}" for what, number in numbers.items()))
    for what, names in found.kept.items():
        if names:
            click.echo(f"Kept, because others use them: {len(names)} {what} ({', '.join(names[:10])})")


def need_tables() -> None:
    if migrate.current(db.engine) != migrate.head():
        raise click.ClickException("the database is not up to date; run: flask db upgrade")
