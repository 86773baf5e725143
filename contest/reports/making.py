"""Documents as files: Word from the template in force, PDF of that Word file by LibreOffice or in our layout."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from contest.documents.checking import WORD
from contest.documents.filling import fill
from contest.documents.office import OfficeFailed, office_here, pdf_of_word
from contest.documents.typesetting import pdf, pdf_apart
from contest.reports import templates
from contest.reports.columns import TABLES
from contest.reports.drafts import About
from contest.reports.rules import DocumentKind

log = logging.getLogger("contest.reports")

PDF = "application/pdf"
#: Forms that every document is made in, with their media types.
TYPES = {"docx": WORD, "pdf": PDF}
#: Rows of a list up to which a document is made while its visitor waits.
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Way:
    """How a document becomes a file. ``own``: name of the organizers' template in force, "" for ours.

    ``office``: LibreOffice, where the PDF is made of the Word file by it; None: PDF in our layout.
    """

    template: bytes
    own: str
    office: Path | None

    def beside(self, data: Mapping[str, Any], form: str) -> bool:
        """Whether a file takes so long that it is made beside the requests."""
        return is_long(data) or (form == "pdf" and self.office is not None)


def way_of(session: Session, about: About, office: str) -> Way:
    """By which template and program; ``office``: the setting OFFICE."""
    found = templates.in_force(session, about.kind, about.union_id, about.contest_id)
    template = templates.content_of(found, about.kind)
    return Way(template, found.name, office_here(office)) if found else Way(template, "", None)


def is_long(data: Mapping[str, Any]) -> bool:
    """Whether a document has so many rows that it is made beside the requests."""
    return sum(len(value) for value in data.values() if isinstance(value, list)) > AT_ONCE


def made(
    kind: DocumentKind, data: Mapping[str, Any], form: str, way: Way, *, apart: bool = False
) -> tuple[bytes, bool]:
    """A document in a form of ``TYPES``, and whether it is as the template in force says: a PDF that LibreOffice
    cannot make has our layout. ``apart``: a long one, set in a process of its own."""
    if form == "docx":
        return fill(way.template, data), True
    if way.office is not None:
        try:
            return pdf_of_word(way.office, fill(way.template, data)), True
        except OfficeFailed:
            log.exception("a PDF by the template %r is made in our layout", way.own)
    return our_pdf(kind, data, apart=apart), not way.own


def our_pdf(kind: DocumentKind, data: Mapping[str, Any], *, apart: bool = False) -> bytes:
    """A document in our own layout."""
    return (pdf_apart if apart else pdf)(kind.value, {**data, "bang": TABLES[kind]})


def answer(content: bytes, name: str, media_type: str) -> Response:
    """A file to take away; figures change, so nobody keeps it."""
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response
