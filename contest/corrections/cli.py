"""Keys found wrong, from the terminal: the same trial, decision and way back as on the pages."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.attempts.states import KeyChangeKind
from contest.corrections import actions, pages, queries, remark, trial, work
from contest.corrections.desk import read_proposal
from contest.corrections.queries import Decision, Item
from contest.corrections.rules import Filter, Proposal, Refused, Trial, check, what
from contest.corrections.trial import Case
from contest.corrections.trial_desk import decision_data
from contest.extensions import db
from contest.rounds.cli import find_round
from contest.rounds.models import Contest, Round
from contest.web.texts import say

group = AppGroup("corrections", help="Keys found wrong: try what a decision would do, decide, take back.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """Which question of which round, and what is to hold instead."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("--answer", "answers", multiple=True, help='Short or number: a text, "12,5 ± 0,1"; repeatable.'),
        click.option("--keys", default="", help="Options in the author's order, such as A or AC; true statements."),
        click.option("--kind", type=click.Choice([k.value for k in KeyChangeKind]), required=True),
        click.option("--version", type=int, help="Version of the question; usually the round has one only."),
        click.option("--question", required=True, metavar="BANK/CODE"),
        click.option("--round", "number", type=int, required=True),
        click.argument("contest"),
    ):
        command = option(command)
    return command


@group.command("list")
@click.argument("contest")
@click.option("--round", "number", type=int, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_decisions(contest: str, number: int, as_json: bool) -> None:
    """Decisions of a round, the ones taken back too."""
    with db.reading() as session:
        _contest, round_ = find_round(session, contest, number)
        rows = [decision_data(found) for found in queries.decisions(session, round_.id)]
    if as_json:
        click.echo(json.dumps({"contest": contest, "round": number, "decisions": rows}, ensure_ascii=False))
        return
    for row in rows:
        state = "taken back" if row["undone_at"] else "in force"
        click.echo(f"{row['number']:>3}  {row['kind']:7} {row['bank']}/{row['code']}  {state}: {row['reason']}")


@group.command("propose")
@_common
def propose(contest: str, number: int, as_json: bool, **given: Any) -> None:
    """What a decision would do to scores, places and prizes; stores nothing."""
    with db.reading() as session:
        found, round_ = find_round(session, contest, number)
        _item, proposal = proposal_of(session, round_, given)
        try:
            made = trial.run(session, db.memo, case_of(session, found, round_, proposal), progress())
        except Refused as refusal:
            raise click.ClickException(say(refusal.message)) from None
        show(session, found, round_, made, as_json)


@group.command("apply")
@click.option("--reason", required=True, help="Why; participants read it.")
@click.option("--seen", help="What `propose` printed; without it the trial is made now.")
@_common
def apply(contest: str, number: int, as_json: bool, reason: str, seen: str | None, **given: Any) -> None:
    """Decide, and mark the attempts of the past again."""
    if seen is None:
        with db.reading() as session:
            found, round_ = find_round(session, contest, number)
            proposal = proposal_of(session, round_, given)[1]
            try:
                seen = trial.run(session, db.memo, case_of(session, found, round_, proposal), progress()).seen
            except Refused:
                # Said below, or it stands already.
                seen = ""
    with db.begin() as session:
        found, round_ = find_round(session, contest, number)
        proposal = proposal_of(session, round_, given)[1]
        with refusals():
            change = actions.decide(
                session, db.memo, TERMINAL, found, round_, proposal, reason.strip(), seen, clock.now()
            )
        change_id = change.id
    finish(contest, number, change_id, False, as_json)


@group.command("undo")
@click.argument("contest")
@click.option("--round", "number", type=int, required=True)
@click.option("--decision", "which", type=int, required=True, help="Its number in `list`.")
@click.option("--reason", required=True, help="Why; participants read it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def undo(contest: str, number: int, which: int, reason: str, as_json: bool) -> None:
    """Take a decision back, and mark the attempts of the past again."""
    with db.begin() as session:
        found, round_ = find_round(session, contest, number)
        change = decision_of(session, round_, which).change
        key = remark.key_without(session, db.memo, change)
        case = Case(found, round_, change.version_id, key, actions.withdrawal(change))
        seen = trial.run(session, db.memo, case).seen
        with refusals():
            actions.withdraw(session, TERMINAL, found, round_, change, reason.strip(), seen, clock.now())
        change_id = change.id
    finish(contest, number, change_id, True, as_json)


@group.command("resume")
@click.argument("contest")
@click.option("--round", "number", type=int, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def resume(contest: str, number: int, as_json: bool) -> None:
    """Take up a recount that was cut off; safe to run again."""
    with db.reading() as session:
        _contest, round_ = find_round(session, contest, number)
        going_on = queries.going_on(session, round_.id)
    if going_on is None:
        raise click.ClickException(f"Nothing is left to recount in round {number} of {contest}.")
    finish(contest, number, going_on.key_change_id, going_on.undo, as_json)


@contextmanager
def refusals() -> Iterator[None]:
    """Reasons of a refusal as plain lines on the terminal."""
    try:
        yield
    except Refused as refusal:
        raise click.ClickException(say(refusal.message)) from None
    except actions.Stale:
        raise click.ClickException("The round has changed since the trial. Run `corrections propose` again.") from None


def proposal_of(session: Session, round_: Round, given: dict[str, Any]) -> tuple[Item, Proposal]:
    bank, _, code = given["question"].partition("/")
    item = queries.item(session, db.memo, round_, bank, code, given["version"])
    if item is None:
        raise click.ClickException(f"Round {round_.number} has no question {given['question']}.")
    sent = MultiDict(
        [("kieu", given["kind"]), ("dap_an", "\n".join(given["answers"]))]
        + [("chon", letter) for letter in given["keys"] if letter.isalpha()]
    )
    with refusals():
        return item, read_proposal(item, sent)


def case_of(session: Session, contest: Contest, round_: Round, proposal: Proposal) -> Case:
    key = actions.key_now(session, db.memo, round_.id, proposal.version_id)
    check(proposal, key)
    return Case(contest, round_, proposal.version_id, proposal.applied(key), actions.proposed(proposal))


def decision_of(session: Session, round_: Round, which: int) -> Decision:
    found = queries.decision(session, round_.id, which)
    if found is None:
        raise click.ClickException(f"Round {round_.number} has no decision {which}. See: corrections list")
    return found


def show(session: Session, contest: Contest, round_: Round, made: Trial, as_json: bool) -> None:
    """A trial in words, or whole as JSON."""
    if as_json:
        names = queries.named(session, [move.entry_id for move in made.moves])
        rows = [pages.move_data(move, names[move.entry_id]) for move in made.moves]
        data = {"contest": contest.slug, "round": round_.number, **pages.summary_data(made), "rows": rows}
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    for name, value in pages.summary_data(made).items():
        click.echo(f"{name:18} {value}")
    for move in pages.kept(made.moves, Filter.PRIZE):
        name = queries.named(session, [move.entry_id])[move.entry_id].name
        click.echo(f"prize: {name}: {', '.join(move.turns)}")


def finish(contest: str, number: int, change_id: int, undo: bool, as_json: bool) -> None:
    """Mark the attempts of the past again, and say what came of it."""
    work.recount(change_id, undo, TERMINAL, progress())
    with db.reading() as session:
        _contest, round_ = find_round(session, contest, number)
        found = next(d for d in queries.decisions(session, round_.id) if d.change.id == change_id)
        scores, up, down = queries.counts(session, change_id).get(undo, (0, 0, 0))
        row = decision_data(found) | {"scores": scores, "up": up, "down": down}
        said = what(found.kind, found.change.details)
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False))
    else:
        click.echo(f"decision {row['number']} ({row['kind']} {said}): {scores} scores changed, {up} up, {down} down")


def progress() -> Callable[[int, int], None]:
    """Says on the error stream how far a long command has come, every tenth."""
    last = [0]

    def note(done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth > last[0] and total > 10_000:
            last[0] = tenth
            click.echo(f"{done}/{total} attempts", err=True)

    return note
