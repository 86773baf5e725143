"""Announcing and correcting results from the terminal: the same steps, acts and refusals as on the pages."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.extensions import db
from contest.publishing import actions, pages, queries, work
from contest.publishing.models import Publication
from contest.publishing.rules import WHOLE, Shown
from contest.rounds import queries as rounds
from contest.rounds.locks import Refused
from contest.rounds.models import Contest
from contest.rounds.settings import NameDisplay
from contest.standings.cli import progress, the_contest
from contest.web.texts import say

group = AppGroup("results", help="Results: what stands before announcing, announce, correct, list versions.")

_round = click.option("--round", "number", type=int, default=WHOLE, help="Of this round; without it the whole contest.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


def found(session: Session, slug: str, number: int) -> Contest:
    contest = the_contest(session, slug)
    if number != WHOLE and rounds.round_of(contest, number) is None:
        raise click.ClickException(f"{slug} has no round {number}.")
    return contest


@contextmanager
def refusals() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise click.ClickException("\n".join(say(reason) for reason in refusal.reasons)) from None


@group.command("status")
@click.argument("slug")
@_round
@_json
def status(slug: str, number: int, as_json: bool) -> None:
    """What stands between here and announcing, step by step."""
    with db.reading() as session:
        data = pages.desk_data(pages.desk(session, found(session, slug, number), number, clock.now()))
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    for step in data["steps"]:
        click.echo(f"{step['key']:9} {step['state']:6} {step['text']}")


@group.command("check")
@click.argument("slug")
@_round
@_json
def check(slug: str, number: int, as_json: bool) -> None:
    """Compare a ranking with its attempts and put it right; an announced one is only compared."""
    with db.begin() as session:
        row = work.check(session, TERMINAL, found(session, slug, number), number, clock.now(), progress())
        data = {"contest": slug, "round": number, "wrong": row.wrong, "mended": row.mended, "alike": row.alike}
        text = say(work.checked_text(row))
    click.echo(json.dumps(data, ensure_ascii=False) if as_json else text)


@group.command("publish")
@click.argument("slug")
@_round
@click.option("--names", type=click.Choice([n.value for n in NameDisplay]), help="How winners are named.")
@click.option("--no-unions", is_flag=True, help="Leave out where winners work.")
@click.option("--places", type=click.IntRange(min=1), help="Show only so many people from the top.")
@_json
def publish(slug: str, number: int, names: str | None, no_unions: bool, places: int | None, as_json: bool) -> None:
    """Announce results as version 1; announced already, they stay as they are."""
    with db.begin() as session, refusals():
        contest = found(session, slug, number)
        shown = Shown(NameDisplay(names or contest.name_display), not no_unions, places)
        made = actions.publish(session, TERMINAL, contest, number, shown, clock.now(), progress=progress())
        tell(made, as_json)


@group.command("correct")
@click.argument("slug")
@_round
@click.option("--begin", "reason", metavar="REASON", help="Open announced results for changes.")
@click.option("--publish", "announce", is_flag=True, help="Announce what has changed as the next version.")
@click.option("--cancel", is_flag=True, help="Call the correction off; only while nothing has changed.")
@_json
def correct(slug: str, number: int, reason: str | None, announce: bool, cancel: bool, as_json: bool) -> None:
    """Begin a correction of announced results, announce it, or call it off; without any of these: what has changed."""
    if sum((reason is not None, announce, cancel)) > 1:
        raise click.UsageError("Give one of --begin, --publish and --cancel.")
    with db.begin() if reason is not None or announce or cancel else db.reading() as session, refusals():
        contest = found(session, slug, number)
        round_ = rounds.round_of(contest, number) if number else None
        if reason is not None:
            begun = actions.begin_correction(session, TERMINAL, contest, round_, reason.strip(), clock.now())
            click.echo(
                json.dumps({"round": number, "reason": begun.reason}, ensure_ascii=False) if as_json else "Begun."
            )
        elif announce:
            made = actions.publish_correction(session, TERMINAL, contest, round_, clock.now(), progress=progress())
            tell(made, as_json)
        elif cancel:
            ended = actions.cancel_correction(session, TERMINAL, contest, round_, clock.now())
            click.echo(json.dumps({"ended": len(ended)}) if as_json else f"{len(ended)} corrections called off.")
        else:
            tell_changes(session, contest, number, as_json)


def tell_changes(session: Session, contest: Contest, number: int, as_json: bool) -> None:
    begun = queries.open_corrections(session, contest.id).get(number)
    changes = actions.changes_so_far(session, contest, number, actions.MAX_CHANGES)
    data: dict[str, Any] = {
        "round": number,
        "reason": begun.reason if begun else None,
        "people": changes.people,
        "won": list(changes.won),
        "lost": list(changes.lost),
    }
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    click.echo(f"Being corrected: {begun.reason}" if begun else "Not being corrected.")
    for row in changes.rows:
        click.echo(f"entry {row.entry_id}: {pages.changed_text(contest, number, row)}")
    for word, rows in (("gets", changes.won), ("loses", changes.lost)):
        for prize in rows:
            click.echo(f"{word} {prize['prize']}: {prize['name']}")


@group.command("versions")
@click.argument("slug")
@_round
@_json
def versions(slug: str, number: int, as_json: bool) -> None:
    """What was announced when, the newest first."""
    with db.reading() as session:
        contest = found(session, slug, number)
        rows = [pages.version_data(row) for row in queries.versions(session, contest.id, number)]
    if as_json:
        click.echo(json.dumps({"contest": slug, "round": number, "versions": rows}, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['version']:>3}  {row['published_at']}  {row['digest']}  {row['reason']}")


def tell(made: Publication, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(pages.version_data(made), ensure_ascii=False))
        return
    of = f"round {made.round_number}" if made.round_number else "the whole contest"
    click.echo(f"Version {made.version} of {of}: {made.figures['ranked']} places, {made.digest}")
