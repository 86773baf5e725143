"""The database's shape from the terminal."""

import logging

import click
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask
from flask.cli import AppGroup

from contest import migrate
from contest.extensions import db
from contest.web import catalogues

group = AppGroup("db", help="The database's shape: upgrade, current, check, history.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)
    app.cli.add_command(catalogues.group)


@group.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to the newest revision (or to REVISION). Several processes may do it at once."""
    before = migrate.current(db.engine)
    try:
        migrate.upgrade(db.engine, revision)
    except CommandError as error:
        raise click.ClickException(str(error)) from error
    after = migrate.current(db.engine)
    if before == after:
        click.echo(f"Cơ sở dữ liệu đã ở phiên bản {after}, không có gì phải làm.")
    else:
        click.echo(f"Đã nâng cơ sở dữ liệu: {before or 'trống'} -> {after}.")


@group.command("current")
def current() -> None:
    """The revision the database stands at."""
    revision = migrate.current(db.engine)
    click.echo(f"{revision or 'trống'}" + (" (mới nhất)" if revision == migrate.head() else ""))


@group.command("check")
def check() -> None:
    """Whether the database is up to date and has exactly the tables the program needs; status 1 when not."""
    revision, newest = migrate.current(db.engine), migrate.head()
    if revision != newest:
        raise click.ClickException(f"database at {revision or 'nothing'}, program at {newest}; run: flask db upgrade")
    quiet = logging.getLogger("alembic")
    quiet.setLevel(logging.WARNING)
    try:
        with db.engine.connect() as connection:
            command.check(migrate.alembic_config(connection))
    except CommandError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Cơ sở dữ liệu đúng phiên bản {revision}.")


@group.command("history")
def history() -> None:
    """All revisions, the newest first."""
    for script in ScriptDirectory.from_config(migrate.alembic_config()).walk_revisions():
        click.echo(f"{script.revision}  {script.doc}")
