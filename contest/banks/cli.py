"""Question banks from the terminal."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.banks import actions, imports, queries, rules
from contest.extensions import db
from contest.unions.models import TradeUnion
from contest.unions.queries import by_code
from questions import actions as questions
from questions import citing, formats, picture_store
from questions import queries as library
from questions.files import MAX_FILE_BYTES
from questions.formats import columns
from questions.formats.losses import by_message
from questions.imports import plan_import
from questions.models import QuestionBank
from questions.pictures import Fitted, pictures_of
from questions.plans import Change, Plan
from questions.rules import Fault, ReadResult, State, Verb

#: Formats whose places are lines of a text.
LINED = frozenset({"aiken", "gift", "moodle-xml"})

group = AppGroup("bank", help="Question banks: create, list, import and export.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


class Refused(Exception):
    """An import with faults: rolls everything back on its way out."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan


@group.command("create")
@click.argument("code")
@click.option("--title", required=True, help="Name of the bank as people read it.")
@click.option("--union", "union_code", help="Code of the union it belongs to; not needed when there is one root union.")
@click.option("--description", default="", help="A few words about it.")
def create(code: str, title: str, union_code: str | None, description: str) -> None:
    """Make an empty bank with the code CODE."""
    with db.begin() as session:
        new_bank(session, code, title, union_code, description)
    click.echo(f"Created bank {code}.")


def new_bank(session: Session, code: str, title: str, union_code: str | None, description: str = "") -> QuestionBank:
    """A new bank, or a ClickException that says why not."""
    fault = rules.code_fault(code)
    if fault:
        raise click.ClickException(str(fault))
    if library.bank(session, code):
        raise click.ClickException(f"There is a bank {code} already.")
    if not title.strip():
        raise click.ClickException("Give the bank a title: --title TEXT")
    owner = owner_of(session, union_code)
    return actions.create(
        session,
        TERMINAL,
        code=code,
        title=title.strip(),
        description=description,
        union_id=owner.id if owner else None,
        now=clock.now(),
    )


def owner_of(session: Session, union_code: str | None) -> TradeUnion | None:
    """The union that a new bank belongs to: the one named, else the only root of the tree, else none."""
    if union_code:
        union = by_code(session, union_code)
        if union is None:
            raise click.ClickException(f"There is no union {union_code}.")
        return union
    roots = queries.root_unions(session)
    if len(roots) > 1:
        known = ", ".join(union.code for union in roots[:5])
        raise click.ClickException(f"Say which union the bank belongs to: --union CODE (for example {known})")
    return roots[0] if roots else None


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show_list(as_json: bool) -> None:
    """All banks with the number of their questions."""
    with db.reading() as session:
        shelf = queries.shelf(session, None)
    if as_json:
        print_json([_line_data(line) for line in shelf])
        return
    for line in shelf:
        owner = line.owner.code if line.owner else "-"
        click.echo(f"{line.bank.code}\t{line.approved} in use of {line.total}\t{owner}\t{line.bank.title}")


def _line_data(line: queries.Line) -> dict[str, Any]:
    return {
        "code": line.bank.code,
        "title": line.bank.title,
        "union": line.owner.code if line.owner else None,
        "approved": line.approved,
        "questions": line.total,
        "rounds": line.rounds,
    }


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--bank", "code", required=True, help="Code of the bank.")
@click.option(
    "--format",
    "format_",
    default=formats.AUTO,
    show_default=True,
    type=click.Choice([formats.AUTO, *formats.FORMATS]),
    help="What the file is; auto looks at its content.",
)
@click.option("--create", "make", is_flag=True, help="Make the bank when there is none of this code.")
@click.option("--title", default="", help="With --create: title of the new bank (else its code).")
@click.option("--union", "union_code", help="With --create: code of the union it belongs to.")
@click.option(
    "--columns",
    "said",
    default="",
    metavar="B=stem,C=A,D=B,G=key",
    help="What the columns of a sheet or CSV mean, where its header does not say; remembered for the bank.",
)
@click.option("--approved", is_flag=True, help="In a bank with two-person review: store as approved, not as drafts.")
@click.option("--dry-run", is_flag=True, help="Read and compare only; store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print faults and questions as JSON.")
def import_file(
    file: Path,
    code: str,
    format_: str,
    make: bool,
    title: str,
    union_code: str | None,
    said: str,
    approved: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Store the questions of FILE in a bank: all of them, or none when the file has any fault.

    Ends with status 0 when imported (or, with --dry-run, importable), with 1 and every fault listed when refused.
    A question whose code the bank knows becomes a new version of it; the same file again changes nothing. In a bank
    with two-person review what is stored waits as drafts, unless --approved.
    """
    result, fitted, format_ = read_file(file, format_, code, said)
    try:
        new_title = title or code if make else None
        plan = compare(result, code) if dry_run else store(result, fitted, code, new_title, union_code, approved)
    except Refused as refused:
        plan = refused.plan
    stored = 0 if dry_run or plan.faults else len(plan.planned) - plan.count(Change.SAME)
    if as_json:
        print_json(rules.import_data(plan, stored, result.notes, format_ in LINED))
    else:
        tell(plan, result, code, dry_run)
    if plan.faults:
        raise SystemExit(1)


def read_file(file: Path, format_: str, code: str, said: str) -> tuple[ReadResult, tuple[Fitted, ...], str]:
    """The questions and pictures of a file, and the format it was read as; large ones say how far they are."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_FILE_BYTES + 1)
    except OSError:
        return formats.read(file), (), ""
    chosen = imports.format_of(content, file.name, format_)
    with db.reading() as session:
        bank = library.bank(session, code)
        known = imports.columns_in(session, bank.id) if bank else {}
    if said:
        known = known | explain(content, file.name, format_, code if bank else None, said)
    return *imports.read(known, content, file.name, format_, progress), chosen


def explain(content: bytes, name: str, format_: str, code: str | None, said: str) -> dict[str, dict[str, str]]:
    """The columns of a table as the command line says them, kept for the bank where there is one."""
    named, faults = columns.parse(said)
    look = imports.look(content, name, format_)
    if look is None:
        raise click.ClickException("--columns is for sheets and CSV files.")
    if faults:
        raise click.ClickException("\n".join(map(str, faults)))
    named = {**named, columns.HEADER_ROW: str(look.header_row)}
    if code:
        with db.begin() as session:
            bank = library.bank(session, code)
            if bank:
                imports.remember(session, bank, look.digest, named, clock.now())
    return {look.digest: named}


def progress(count: int) -> None:
    if count % 1000 == 0:
        click.echo(f"{count} questions read ...", err=True)


def tell(plan: Plan, result: ReadResult, code: str, dry_run: bool) -> None:
    """The outcome for people: notes and faults on stderr, the figures on stdout."""
    for note in result.notes:
        click.echo(f"Note: {fault_line(note)}", err=True)
    for fault in plan.faults:
        click.echo(fault_line(fault), err=True)
    if plan.faults:
        click.echo(f"Refused: {len(plan.faults)} fault(s), nothing stored.", err=True)
        return
    what = ", ".join(f"{plan.count(change)} {change.value}" for change in Change)
    click.echo(f"{'Would import' if dry_run else 'Imported'} into {code}: {what}.")


def compare(result: ReadResult, code: str) -> Plan:
    """What an import would do; a bank that does not exist yet counts as empty."""
    with db.reading() as session:
        bank = library.bank(session, code) or QuestionBank(code=code, title=code)
        return plan_import(session, bank, result.questions, result.faults)


def store(
    result: ReadResult,
    fitted: Sequence[Fitted],
    code: str,
    new_title: str | None,
    union_code: str | None,
    approved: bool,
) -> Plan:
    """Import for good. ``new_title`` is that of a bank to be made when there is none. Raises Refused."""
    with db.begin() as session:
        bank = library.bank(session, code)
        if bank is None and new_title is None:
            raise click.ClickException(f"There is no bank {code}. Add --create, or first: flask bank create {code}")
        bank = bank or new_bank(session, code, new_title or code, union_code)
        plan = actions.import_questions(session, TERMINAL, bank, result, clock.now(), fitted)
        if plan.faults:
            raise Refused(plan)
        if approved:
            codes = [item.draft.code or "" for item in plan.planned if item.change is not Change.SAME]
            waiting = [q for q in library.selected(session, bank.id, codes) if q.state == State.DRAFT]
            questions.set_state(session, waiting, Verb.APPROVE, clock.now(), actor=TERMINAL.label)
    return plan


def fault_line(fault: Fault) -> str:
    """``row 12 (Câu 3): ...`` as far as known; also ``bank-3`` for a loss, which has no row."""
    row = f"row {fault.row}" if fault.row else ""
    question = f"({fault.question})" if fault.question else ""
    place = " ".join(filter(None, (row, question)))
    return f"{place}: {fault.message}" if place else str(fault.message)


@group.group("citations")
def citations() -> None:
    """Documents that the sources of questions cite."""


@citations.command("rebuild")
def rebuild_citations() -> None:
    """Read the sources of all questions anew; what was noted about documents stays."""
    with db.begin() as session:
        cited = citing.rebuild(session)
        documents = len(citing.documents(session, None))
    click.echo(f"{cited} citations of {documents} documents.")


@group.command("export")
@click.argument("code")
@click.option("--format", "format_", required=True, type=click.Choice(list(formats.WRITTEN)), help="Kind of file.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; standard output when missing.")
def export(code: str, format_: str, output: Path | None) -> None:
    """Write all questions of the bank CODE as a file that can be imported again.

    What the format cannot hold is listed on stderr, by question.
    """
    with db.reading() as session:
        bank = library.bank(session, code)
        if bank is None:
            raise click.ClickException(f"There is no bank {code}.")
        rows, _ = library.questions(session, bank.id)
        drafts = [library.as_draft(*row) for row in rows]
        shown = dict.fromkeys(sha for draft in drafts for sha in pictures_of(draft))
        loaded = ((sha, picture_store.load(session, sha)) for sha in shown)
        pictures = {sha: picture.data for sha, picture in loaded if picture is not None}
    content = formats.write(drafts, format_, pictures)
    for why, codes in by_message(formats.losses(drafts, format_)):
        named = ", ".join(codes[:10]) + (" ..." if len(codes) > 10 else "")
        click.echo(f"Lost in {format_}: {why} ({len(codes)}: {named})", err=True)
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"Cannot write {output}: {error.strerror}.") from None
    click.echo(f"Wrote {output} from the {len(rows)} questions of the bank.", err=True)


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))
