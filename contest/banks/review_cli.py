"""Review, shares and copies of question banks from the terminal."""

from collections.abc import Sequence

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.models import Person
from contest.accounts.rules import TERMINAL, Actor
from contest.banks import actions, copy_actions, review_actions
from contest.extensions import db
from contest.unions.queries import by_code
from questions import queries as library
from questions.models import Question, QuestionBank
from questions.rules import ReviewRule, Verb

group = AppGroup("review", help="Review of question banks: steps, the rule of a bank, shares and copies.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("step")
@click.argument("verb", type=click.Choice([verb.value for verb in Verb]))
@click.option("--bank", "code", required=True, help="Code of the bank.")
@click.option("--question", "codes", multiple=True, help="Code of a question; again for more. None: all of the bank.")
@click.option("--as", "phone", help="Phone of the person who takes the step; the terminal itself when missing.")
@click.option("--text", default="", help="What is said with it: required to return a question.")
def step(verb: str, code: str, codes: tuple[str, ...], phone: str | None, text: str) -> None:
    """Take the step VERB with questions: submit, approve, return, withdraw, retire, restore or comment.

    The same rules as on the pages: whoever wrote the newest version neither approves nor returns it in a bank with
    two persons. Ends with status 1 when any question did not take the step; the others did.
    """
    with db.begin() as session:
        bank = _bank(session, code)
        questions = _questions(session, bank, codes)
        seen = {question.code: question.version_number for question in questions}
        outcome = review_actions.take(
            session, _actor(session, phone), bank, questions, Verb(verb), clock.now(), text=text, seen=seen
        )
    for question_code, reason in outcome.refused.items():
        click.echo(f"{question_code}: {reason}", err=True)
    click.echo(f"{verb}: {len(outcome.taken)} taken, {len(outcome.refused)} refused.")
    if outcome.refused:
        raise SystemExit(1)


@group.command("rule")
@click.argument("code")
@click.argument("rule", type=click.Choice([rule.value for rule in ReviewRule]))
def rule(code: str, rule: str) -> None:
    """Let the questions of the bank CODE be approved by whoever writes them (one) or by a second person (two)."""
    with db.begin() as session:
        bank = _bank(session, code)
        title, description = bank.title, bank.description
        actions.describe(
            session,
            TERMINAL,
            bank,
            title=title,
            description=description,
            now=clock.now(),
            review=ReviewRule(rule),
        )
    click.echo(f"Bank {code}: {rule}.")


@group.command("share")
@click.argument("code")
@click.argument("union_code")
@click.option("--back", is_flag=True, help="Take the bank back instead.")
def share(code: str, union_code: str, back: bool) -> None:
    """Let the organizers of the union UNION_CODE read the bank CODE, copy from it and draw from it."""
    with db.begin() as session:
        bank, union = _bank(session, code), by_code(session, union_code)
        if union is None:
            raise click.ClickException(f"There is no union {union_code}.")
        act = actions.unshare if back else actions.share
        act(session, TERMINAL, bank, union, clock.now())
    click.echo(f"Bank {code} is {'no longer ' if back else ''}shared with {union_code}.")


@group.command("copy")
@click.argument("source")
@click.argument("target")
@click.option("--question", "codes", multiple=True, help="Code of a question; again for more. None: all of the bank.")
def copy(source: str, target: str, codes: tuple[str, ...]) -> None:
    """Copy questions of the bank SOURCE into the bank TARGET, under new codes where theirs are taken."""
    with db.begin() as session:
        one, other = _bank(session, source), _bank(session, target)
        if one.id == other.id:
            raise click.ClickException("Name two different banks.")
        questions = _questions(session, one, codes)
        copied = copy_actions.copy(session, TERMINAL, one, other, questions, clock.now())
    for here, there in copied.same.items():
        click.echo(f"{here}: stands there already as {there}", err=True)
    click.echo(f"Copied {len(copied.added)}, {copied.renamed} under new codes; {len(copied.same)} were there.")


def _bank(session: Session, code: str) -> QuestionBank:
    bank = library.bank(session, code)
    if bank is None:
        raise click.ClickException(f"There is no bank {code}.")
    return bank


def _questions(session: Session, bank: QuestionBank, codes: Sequence[str]) -> Sequence[Question]:
    """The questions named, or all of a bank; a ClickException names those that are not there."""
    if not codes:
        return library.matching(session, bank.id)
    found = library.selected(session, bank.id, codes)
    missing = set(codes) - {question.code for question in found}
    if missing:
        raise click.ClickException(f"The bank {bank.code} has no question {', '.join(sorted(missing))}.")
    return found


def _actor(session: Session, phone: str | None) -> Actor:
    """Who takes the step, named by phone; the terminal when nobody is."""
    if phone is None:
        return TERMINAL
    people = session.scalars(select(Person).where(Person.phone == phone)).all()
    if len(people) != 1:
        raise click.ClickException(f"{len(people)} people have the phone {phone}; one is needed.")
    return Actor(people[0].id, people[0].name)
