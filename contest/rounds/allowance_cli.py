"""Extra time from the terminal."""

import json

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.models import Person
from contest.accounts.rules import TERMINAL, masked_name, normal_phone
from contest.extensions import db
from contest.rounds import allowances
from contest.rounds.cli import find, json_option, local, refusals
from contest.rounds.models import Contest
from contest.rounds.settings import MAX_EXTRA_MINUTES, MAX_REASON
from contest.unions.models import TradeUnion
from contest.unions.queries import by_code

extra_time = AppGroup("extra-time", help="Extra time of a person or a union's people: list, add, end.")


@extra_time.command("list")
@click.argument("slug")
@json_option
def list_(slug: str, as_json: bool) -> None:
    """List the extra time granted in contest SLUG, what is in force first."""
    with db.reading() as session:
        rows = [allowances.data_of(row) for row in allowances.listed(session, find(session, slug).id)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        whom = row["union"] or f"{row['phone']} {row['person']}"
        state = "ended" if row["ended_at"] else "in force"
        click.echo(f"{row['id']:5}  {row['minutes']:3} min  {state:8}  {whom}  {row['reason']}")


@extra_time.command("add")
@click.argument("slug")
@click.argument("minutes", type=click.IntRange(1, MAX_EXTRA_MINUTES))
@click.option("--phone", help="The person's phone.")
@click.option("--person", type=int, help="Which one of several people who share the phone.")
@click.option("--union", help="Code of a union: everybody below it.")
@click.option("--reason", required=True, help="Why; only organizers see it.")
def add(slug: str, minutes: int, phone: str | None, person: int | None, union: str | None, reason: str) -> None:
    """Give a person or a union's people MINUTES more in every attempt of contest SLUG, open attempts included."""
    if bool(phone) == bool(union):
        raise click.ClickException("Name either --phone or --union.")
    if not reason.strip() or len(reason) > MAX_REASON:
        raise click.ClickException(f"A reason has 1 to {MAX_REASON} characters.")
    with db.begin() as session, refusals():
        contest = find(session, slug)
        whom = _union(session, union) if union else _person(session, contest, phone or "", person)
        row, moved = allowances.grant(session, TERMINAL, contest, whom, minutes, reason.strip(), clock.now())
        number = row.id
    click.echo(f"Granted {minutes} minutes more (number {number}); attempts in progress that got them: {moved}.")


def _union(session: Session, code: str) -> TradeUnion:
    found = by_code(session, code)
    if found is None:
        raise click.ClickException(f"There is no union {code}.")
    return found


def _person(session: Session, contest: Contest, phone: str, wanted: int | None) -> Person:
    found = allowances.people_of(session, contest, normal_phone(phone) or phone)
    if not found:
        raise click.ClickException(f"Nobody with phone {phone} is of {contest.union.code} or takes part.")
    chosen = [one for one in found if wanted is None or one.id == wanted]
    if len(chosen) != 1:
        lines = "\n".join(f"  --person {one.id}: {masked_name(one.name)}" for one in found)
        raise click.ClickException(f"Several people share this phone. Say which one:\n{lines}")
    return chosen[0]


@extra_time.command("end")
@click.argument("slug")
@click.argument("number", type=int)
def end(slug: str, number: int) -> None:
    """End the extra time NUMBER of contest SLUG; attempts in progress keep it."""
    now = clock.now()
    with db.begin() as session:
        contest = find(session, slug)
        row = allowances.of_contest(session, contest, number)
        if row is None:
            raise click.ClickException(f"Contest {slug} has no extra time {number}.")
        allowances.end(session, TERMINAL, contest, row, now)
        ended = local(row.ended_at)
    click.echo(f"Extra time {number} of {slug} ended at {ended}.")
