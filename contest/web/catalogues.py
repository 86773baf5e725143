"""Catalogues of translations: every Vietnamese text of code and templates, with its English.

``flask translations update`` brings ``translations/<language>/LC_MESSAGES/messages.po`` up to date; what is compiled
from it is made by the app itself (``contest.web.texts``).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from contest.config import ROOT
from contest.web.texts import CATALOGUES

SOURCES = ("contest", "questions", "templates")
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS: Mapping[str, Any] = {
    "N_": None,
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}}
#: Languages besides Vietnamese, which is the language of the message ids.
LANGUAGES = ("en",)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")

group = AppGroup("translations", help="Catalogues of translations: bring up to date, check.")


def template() -> Catalog:
    """Every text of the product that people read, with the files it stands in."""
    found = Catalog(project="Hội Thi", charset="utf-8")
    for folder in SOURCES:
        for name, _line, text, _comments, context in extract_from_dir(
            ROOT / folder, METHODS, OPTIONS, KEYWORDS, strip_comment_tags=True
        ):
            if text:
                found.add(text, locations=[(f"{folder}/{name}", 0)], context=context)
    return found


def path_of(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def stored(language: str) -> Catalog:
    """A language's catalogue; an empty one where there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Hội Thi", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> Catalog:
    """Add new texts to a language's catalogue and take out those that stand nowhere any more."""
    catalogue = stored(language)
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = f"# Hội Thi: {language}. Made by: flask translations update"
    catalogue.fuzzy = False
    # Nothing in the file changes by itself: no dates, no line numbers.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 11, 1).astimezone()
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, include_lineno=False, sort_output=True)
    return catalogue


def faults(language: str) -> Iterator[str]:
    """What a catalogue lacks: texts without translation, doubtful ones, placeholders that differ, leftovers."""
    catalogue = stored(language)
    wanted = {message.id for message in template() if message.id}
    for message_id in sorted(wanted, key=str):
        message = catalogue.get(message_id)
        if message is None:
            yield f"missing: {message_id}"
        else:
            yield from _faults_of(message)
    for message in catalogue:
        if message.id and message.id not in wanted:
            yield f"stands nowhere any more: {message.id}"


def _faults_of(message: Message) -> Iterator[str]:
    texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    if not all(texts):
        yield f"not translated: {message.id}"
    elif message.fuzzy:
        yield f"fuzzy: {message.id}"
    else:
        ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
        wanted = {name for one in ids for name in PLACEHOLDER.findall(one)}
        if any(set(PLACEHOLDER.findall(text)) - wanted for text in texts) or not wanted <= _all_names(texts):
            yield f"placeholders differ: {message.id}"


def _all_names(texts: list[str]) -> set[str]:
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


@group.command("update")
def update_all() -> None:
    """Bring the catalogues up to date with the texts of code and templates."""
    for language in LANGUAGES:
        catalogue = update(language)
        empty = sum(1 for message in catalogue if message.id and not message.string)
        click.echo(f"{path_of(language).relative_to(ROOT)}: {len(catalogue)} texts, {empty} not translated")


@group.command("check")
def check_all() -> None:
    """List what the catalogues lack; ends with status 1 when there is anything."""
    found = [f"{language}: {fault}" for language in LANGUAGES for fault in faults(language)]
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
