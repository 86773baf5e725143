"""Texts of questions in templates: ``{{ text|shown(markup) }}`` within something of the class ``text-lines``."""

from flask import Flask
from markupsafe import Markup

from questions import markup
from questions.markup import FindPicture, picture_address
from questions.rules import Markup as Kind


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(shown=shown, shown_inline=shown_inline, in_words=in_words)


def shown(text: str, kind: str, picture: FindPicture | None = None) -> Markup:
    """A text as safe HTML, its pictures found by ``picture``."""
    return Markup(markup.to_html(text, Kind(kind), picture or picture_address))  # noqa: S704 -- escaped there


def shown_inline(text: str, kind: str, picture: FindPicture | None = None) -> Markup:
    """The same without a paragraph around it where there is only one."""
    return Markup(markup.to_inline(text, Kind(kind), picture or picture_address))  # noqa: S704 -- escaped there


def in_words(text: str, kind: str) -> str:
    """What a text says without any markup, for titles and lists."""
    return markup.plain(text, Kind(kind))
