"""Certificates from the terminal: for thousands, with progress, by the same templates as on the pages."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.documents.filling import Unfillable
from contest.documents.rules import day_words
from contest.extensions import db
from contest.reports import certificate_work, certificates, making
from contest.reports.certificate_rules import Printed, faults, first_words
from contest.reports.rules import CertificateKind
from contest.rounds.cli import find
from contest.rounds.locks import Refused
from contest.web.texts import say

group = AppGroup("certificate", help="Certificates: issue them and write them as PDF or Word.")
KINDS = {"part": CertificateKind.TAKING_PART, "prize": CertificateKind.PRIZE}


@group.command("issue")
@click.argument("slug")
@click.option("--kind", type=click.Choice(list(KINDS)), default="prize", help="For a prize, or for having taken part.")
@click.option("--round", "number", type=click.IntRange(min=0), default=0, help="Round; by default the whole contest.")
@click.option("--address", help="Public address of the site, such as https://thi.congdoan.vn; by default PUBLIC_URL.")
@click.option("--issuer", help="Who issues; by default the contest's union.")
@click.option("--pattern", default="{n}/GCN", help="Number on the paper; {n} is the running number.")
@click.option("--first", type=click.IntRange(min=1), default=1, help="First running number.")
@click.option("--form", type=click.Choice(list(making.TYPES)), default="pdf", help="Word, or PDF.")
@click.option("-o", "--output", type=click.Path(file_okay=False, writable=True, path_type=Path), default=Path("."))
def issue(
    slug: str,
    kind: str,
    number: int,
    address: str | None,
    issuer: str | None,
    pattern: str,
    first: int,
    form: str,
    output: Path,
) -> None:
    """Issue what is missing, and write everybody's into a file, or a zip of files of 500."""
    address = address or current_app.config.get("PUBLIC_URL")
    if not address:
        raise click.UsageError("Give --address, where the verifying page is, or set PUBLIC_URL.")
    wanted, now = certificates.Wanted(KINDS[kind], number), clock.now()
    with db.begin() as session:
        contest = find(session, slug)
        printed = Printed(
            issuer=issuer or contest.union.name,
            words=first_words(wanted.kind).text,
            number=pattern,
            first=first,
            dated=day_words(clock.vietnamese_day(now)),
        )
        wrong = [say(why) for _field, why in faults(printed)]
        if wrong:
            raise click.ClickException("\n".join(wrong))
        try:
            found = certificates.issue(session, TERMINAL, contest, wanted, printed, now)
        except Refused as refused:
            raise click.ClickException("\n".join(say(reason) for reason in refused.reasons)) from refused
        part, way = certificates.part_of(contest, number), certificate_work.way_of(session, contest, wanted.kind)
    if not found:
        raise click.ClickException(f"Nobody in {slug} is to have a certificate of this kind.")
    with click.progressbar(length=len(found), label="Setting", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        verify = f"{address.rstrip('/')}/chung-nhan/"
        try:
            (name, _type, content), as_asked = certificate_work.files_of(
                found, part, slug, verify, form, way, lambda done, _total: bar.update(done - bar.pos)
            )
        except Unfillable as refusal:
            raise click.ClickException("\n".join(say(reason) for reason in refusal.reasons)) from refusal
    if not as_asked:
        click.echo(f"The PDF has our layout, not that of {way.own}: LibreOffice is missing or failed.", err=True)
    output.mkdir(parents=True, exist_ok=True)
    (output / name).write_bytes(content)
    click.echo(f"{len(found)} certificates written to {output / name}.")
