"""Documents from the terminal: made by the same templates as on the pages, into a folder, with progress.

Whoever has the terminal has the database too, so there is nobody to be kept outside, as with the other commands.
"""

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest import clock
from contest.documents.filling import Unfillable
from contest.documents.typesetting import TooLong
from contest.extensions import db
from contest.participation.cli import contest_or_fail, union_or_fail
from contest.publishing import notice_files
from contest.publishing.notice import Notice
from contest.reports import certificate_cli, making, report_files, yearly_files
from contest.reports.papers import Paper, report_paper, result_paper, yearly_paper
from contest.reports.report_figures import Report
from contest.reports.rules import DocumentKind
from contest.reports.yearly_figures import Yearly
from contest.rounds.models import Contest
from contest.rounds.queries import round_of
from contest.unions.models import TradeUnion
from contest.unions.queries import children
from contest.web.texts import say
from contest.web.workbooks import Table, write_tables

group = AppGroup("make", help="Write documents into a folder: reports, notices, decisions, certificates.")
group.add_command(certificate_cli.issue, "certificates")

EXCEL = "xlsx"
FORMS = (*making.TYPES, EXCEL)
form_option = click.option(
    "--form", "forms", type=click.Choice(FORMS), multiple=True, default=("docx",), help="May be given several times."
)
output_option = click.option(
    "-o", "--output", type=click.Path(file_okay=False, writable=True, path_type=Path), default=Path(".")
)
union_option = click.option("--union", "codes", multiple=True, required=True, help="Code; may be given several times.")
below_option = click.option("--below", is_flag=True, help="One for each union right below instead.")
round_option = click.option(
    "--round", "number", type=click.IntRange(min=0), default=0, help="Round; by default the whole contest."
)


@group.command("report")
@click.argument("slug")
@union_option
@below_option
@round_option
@form_option
@output_option
def report(slug: str, codes: Sequence[str], below: bool, number: int, forms: Sequence[str], output: Path) -> None:
    """Reports of unions on a contest."""

    def paper(session: Session, code: str) -> Paper[Report]:
        contest, union = _contest(session, slug, number), union_or_fail(session, code)
        return report_paper(session, db.memo, contest, union, number, clock.now())

    with db.reading() as session:
        _contest(session, slug, number)
        wanted = _unions(session, codes, below)
    _write(wanted, paper, forms, output)


@group.command("yearly")
@click.argument("year", type=click.IntRange(min=2000))
@union_option
@below_option
@form_option
@output_option
def yearly(year: int, codes: Sequence[str], below: bool, forms: Sequence[str], output: Path) -> None:
    """Reports of unions on all contests of a year."""
    if year > clock.today().year:
        raise click.ClickException(f"{year} has not begun.")

    def paper(session: Session, code: str) -> Paper[Yearly]:
        return yearly_paper(session, union_or_fail(session, code), year, clock.now())

    with db.reading() as session:
        wanted = _unions(session, codes, below)
    _write(wanted, paper, forms, output)


@group.command("notice")
@click.argument("slug")
@round_option
@form_option
@output_option
def notice(slug: str, number: int, forms: Sequence[str], output: Path) -> None:
    """The notice of announced results."""
    _write([slug], _result(DocumentKind.NOTICE, number), forms, output)


@group.command("decision")
@click.argument("slug")
@round_option
@form_option
@output_option
def decision(slug: str, number: int, forms: Sequence[str], output: Path) -> None:
    """The decision on the prizes of announced results, with its list."""
    _write([slug], _result(DocumentKind.DECISION, number), forms, output)


def _result(kind: DocumentKind, number: int) -> Callable[[Session, str], Paper[Notice]]:
    def paper(session: Session, slug: str) -> Paper[Notice]:
        made = result_paper(session, kind, _contest(session, slug, number), number, clock.now())
        if made is None:
            what = "results" if kind is DocumentKind.NOTICE else "prizes"
            raise click.ClickException(f"No {what} of this part of {slug} are announced.")
        return made

    return paper


def _contest(session: Session, slug: str, number: int) -> Contest:
    contest = contest_or_fail(session, slug)
    if number and round_of(contest, number) is None:
        raise click.ClickException(f"{slug} has no round {number}.")
    return contest


def _unions(session: Session, codes: Sequence[str], below: bool) -> list[str]:
    """Codes of the unions that documents are made of."""
    named: list[TradeUnion] = [union_or_fail(session, code) for code in codes]
    if not below:
        return [union.code for union in named]
    found = [union.code for one in named for union in children(session, one.id)]
    if not found:
        raise click.ClickException("There is no union below.")
    return found


def _write(
    wanted: Sequence[str], paper_of: Callable[[Session, str], Paper[Any]], forms: Sequence[str], output: Path
) -> None:
    """A document for each of ``wanted`` in every form, each from the figures of its moment."""
    output.mkdir(parents=True, exist_ok=True)
    count = 0
    hidden = not sys.stderr.isatty()
    with click.progressbar(wanted, label="Writing", file=sys.stderr, hidden=hidden) as shown:
        for one in shown:
            # Titles of columns are texts of the screens, which need a language.
            with current_app.test_request_context():
                for path in _files(one, paper_of, dict.fromkeys(forms), output):
                    count += 1
                    click.echo(path)
    click.echo(f"{count} files written to {output}.")


def _files(
    one: str, paper_of: Callable[[Session, str], Paper[Any]], forms: Collection[str], output: Path
) -> Iterator[Path]:
    with db.reading() as session:
        paper = paper_of(session, one)
        data, tables = paper.data, _tables(paper.figures) if EXCEL in forms else []
        way = making.way_of(session, paper.about, current_app.config.get("OFFICE", "none"))
    for form in forms:
        path = output / f"{paper.name}.{form}"
        if form == EXCEL:
            with path.open("wb") as file:
                write_tables(file, tables)
        else:
            path.write_bytes(_made(paper.about.kind, data, form, way))
        yield path


def _made(kind: DocumentKind, data: dict[str, Any], form: str, way: making.Way) -> bytes:
    try:
        content, as_asked = making.made(kind, data, form, way, apart=making.is_long(data))
    except Unfillable as refusal:
        raise click.ClickException("\n".join(say(reason) for reason in refusal.reasons)) from refusal
    except TooLong as wrong:
        raise click.ClickException(str(wrong)) from wrong
    if not as_asked:
        click.echo(f"The PDF has our layout, not that of {way.own}: LibreOffice is missing or failed.", err=True)
    return content


def _tables(figures: Report | Yearly | Notice) -> list[Table]:
    if isinstance(figures, Report):
        return report_files.sheets(figures)
    if isinstance(figures, Yearly):
        return yearly_files.sheets(figures)
    return notice_files.sheets(figures)
