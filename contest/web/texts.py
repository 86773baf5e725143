"""Languages, and Vietnamese forms of dates, numbers and durations."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, session
from flask_babel import format_decimal, get_locale, get_translations, gettext
from markupsafe import Markup, escape

from contest.clock import VIETNAM
from contest.config import ROOT
from contest.extensions import babel
from contest.rounding import half_up
from questions.messages import Message

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
CATALOGUES = ROOT / "translations"


def init_app(app: Flask) -> None:
    for catalogue in CATALOGUES.glob("*/LC_MESSAGES/messages.po"):
        compile_catalogue(catalogue)
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    babel.init_app(app, default_translation_directories=str(CATALOGUES), locale_selector=chosen_language)
    app.jinja_env.install_gettext_callables(translated, translated_count, newstyle=True)
    filters = [instant, clock_time, day, number, percent, duration, say, local_input, lines, in_local_signs]
    app.jinja_env.filters.update({f.__name__: f for f in filters})
    app.jinja_env.globals.update(get_locale=get_locale, LANGUAGES=LANGUAGES)


def compile_catalogue(source: Path) -> None:
    """Make the ``.mo`` of a ``.po`` when it is missing or older; safe when several processes do it at once."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    draft = target.with_suffix(f".{id(catalogue)}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)


def chosen_language() -> str:
    chosen = session.get("lang") if has_request_context() else None
    return chosen if chosen in LANGUAGES else "vi"


def readers_catalogue() -> Any:
    """The reader's catalogue, looked for once a request: a page asks for it with each of its hundreds of texts."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def translated(text: str) -> str:
    """A text of a template in the reader's language."""
    return readers_catalogue().ugettext(text)


def translated_count(one: str, many: str, number: int) -> str:
    return readers_catalogue().ungettext(one, many, number)


def instant(at: datetime | None) -> str:
    """Vietnamese time, e.g. ``08:00 ngày 13/11/2023``."""
    if at is None:
        return ""
    local = at.astimezone(VIETNAM)
    return gettext("%(time)s ngày %(day)s", time=local.strftime("%H:%M"), day=local.strftime("%d/%m/%Y"))


def clock_time(at: datetime | None) -> str:
    """``08:14:05``, Vietnamese time."""
    return at.astimezone(VIETNAM).strftime("%H:%M:%S") if at else ""


def day(value: date | datetime | None) -> str:
    """``13/11/2023``."""
    if value is None:
        return ""
    return (value.astimezone(VIETNAM) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def local_input(at: datetime | None) -> str:
    """The value of a ``datetime-local`` field, Vietnamese time."""
    return at.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M") if at else ""


def number(value: float | Decimal | None) -> str:
    """``1.234.567`` in Vietnamese; a dash for no number."""
    if value is None:
        return "–"
    # A page of a ranking has hundreds of whole numbers: these are written here, ten times faster.
    return in_local_signs(f"{value:,}") if isinstance(value, int) else format_decimal(value)


def in_local_signs(text: str) -> str:
    """A number written with comma and point in the signs of the reader's language."""
    return text.translate(_signs(str(get_locale())))


@cache
def _signs(locale: str) -> dict[int, str]:
    symbols = Locale.parse(locale).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"]})


def percent(value: float | None) -> str:
    """A rate given in per cent, with one decimal: ``62,5%``; a dash for none."""
    return "–" if value is None else in_local_signs(f"{half_up(value, 1):,}") + "%"


def duration(milliseconds: int | None) -> str:
    """``12 phút 05 giây``; hundredths only where they decide: below ten minutes."""
    if milliseconds is None:
        return "–"
    seconds, rest = divmod(int(milliseconds), 1000)
    minutes, seconds = divmod(seconds, 60)
    small = in_local_signs(f"{seconds:02}.{rest // 10:02}")
    if minutes:
        return gettext("%(minutes)s phút %(seconds)s giây", minutes=minutes, seconds=small)
    return gettext("%(seconds)s giây", seconds=small)


def say(message: Message | str) -> str:
    """A message of the rules in the reader's language, its instants and numbers in their forms."""
    if isinstance(message, str):
        return gettext(message)
    return gettext(message.text) % {key: _shown(value) for key, value in message.params.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return number(value)
    return value


def lines(text: str) -> Markup:
    """Typed text with its line breaks, escaped."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
