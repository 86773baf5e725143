"""Daily summaries from the terminal."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from contest import clock
from contest.campaigns import mailing, work
from contest.campaigns.digest_rules import email_fault
from contest.campaigns.mailing import Letter, NotSent

group = AppGroup("digest", help="Daily summaries: make what is due, try the mail server.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("run")
def run() -> None:
    """Make and send what is due now, as a server does by itself every minute."""
    now = clock.now()
    made, sent = work.make_due(now), work.send_due(now)
    click.echo(f"Made {made}, sent {sent}.")


@group.command("try")
@click.argument("address")
def try_out(address: str) -> None:
    """Send a letter to ADDRESS, to see whether the mail server of the settings works."""
    box = mailing.postbox(current_app.config)
    if box is None:
        raise click.ClickException("No mail server is set up: set MAIL_HOST, MAIL_FROM and PUBLIC_URL (README.md).")
    if not address or email_fault(address):
        raise click.ClickException(f"{address!r} is not an address to send to.")
    words = "Thư thử của phần mềm Hội Thi: máy chủ thư hoạt động."
    now, home = clock.now(), current_app.config["PUBLIC_URL"]
    letter = Letter(f"try.{now:%Y%m%d%H%M%S}", address, "Hội Thi: thư thử", words, f"<p>{words}</p>", home)
    try:
        mailing.send(box, mailing.compose(letter, box, now))
    except NotSent as reason:
        raise click.ClickException(f"The mail server did not take it: {reason}") from reason
    click.echo(f"Sent to {address}.")
