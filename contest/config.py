"""Settings from the environment, checked before anything starts."""

import os
import re
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent

#: Seconds for which a process keeps pages that everybody sees alike (contest/web/kept.py).
FRESH_S = 3
#: Largest request body; question files and member lists of a province fit.
MAX_UPLOAD = 20 * 1024 * 1024


class BadSetting(ValueError):
    """A setting that cannot work; the text says which, and what to write instead."""


def settings(environ: Mapping[str, str] | None = None, instance: Path | None = None) -> dict[str, Any]:
    """Configuration for ``create_app``: ``DATABASE_URL``, ``SECRET_KEY``, ``PORT`` and the few others.

    Raises BadSetting for a value that cannot work.
    """
    env = os.environ if environ is None else environ
    folder = instance or ROOT / "instance"
    url = database_url(env.get("DATABASE_URL"), folder)
    return {
        "DATABASE_URL": url,
        "SECRET_KEY": secret_key(env.get("SECRET_KEY"), folder),
        "PORT": port(env.get("PORT")),
        "MAX_CONTENT_LENGTH": MAX_UPLOAD,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "PROXIES": whole_number("PROXIES", env.get("PROXIES"), 0, 5, 0),
        # SQLite has one writer at a time, and one process keeps what it remembers of papers once.
        "PROCESSES": whole_number(
            "WEB_CONCURRENCY", env.get("WEB_CONCURRENCY"), 1, 64, 1 if url.startswith("sqlite") else 2
        ),
        "THREADS": whole_number("THREADS", env.get("THREADS"), 1, 64, 8),
        "KEPT_SECONDS": FRESH_S,
        # How old figures of participation may be; 0: every page reads them anew.
        "PARTICIPATION_DELAY_S": whole_number("PARTICIPATION_DELAY_S", env.get("PARTICIPATION_DELAY_S"), 0, 60, 15),
        "START_RATE": start_rate(env.get("START_RATE")),
        **mail(env),
        "OFFICE": office(env.get("OFFICE")),
        "SESSION_COOKIE_NAME": "hoithi",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": env.get("HTTPS_ONLY", "") == "1",
        "PERMANENT_SESSION_LIFETIME": 60 * 60 * 24 * 30,
        "WTF_CSRF_TIME_LIMIT": None,
        "INSTANCE": folder,
    }


def database_url(value: str | None, folder: Path) -> str:
    """The database to use: the embedded default in ``instance/``, or any SQLite or PostgreSQL address."""
    if not value:
        folder.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{folder / 'hoi-thi.db'}"
    if value.startswith("postgres://"):
        value = "postgresql://" + value.removeprefix("postgres://")
    try:
        url = make_url(value)
    except ArgumentError:
        raise BadSetting(
            "DATABASE_URL is not an address of a database. Write for example "
            "postgresql://user:password@host:5432/name or sqlite:////path/to/file.db"
        ) from None
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if backend == "sqlite" and url.database:
        return value
    raise BadSetting("DATABASE_URL must begin with postgresql:// or sqlite:/// and name a database.")


def secret_key(value: str | None, folder: Path) -> str:
    """The key that signs cookies: from ``SECRET_KEY``, else made once and kept in ``instance/secret-key``."""
    if value is not None:
        if len(value) < 24:
            raise BadSetting(
                "SECRET_KEY must have at least 24 characters. Make one with: "
                "python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
        return value
    path = folder / "secret-key"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"secret-key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def port(value: str | None) -> int:
    return whole_number("PORT", value, 1, 65535, 8000)


def start_rate(value: str | None) -> int | None:
    """Starts of attempts a second that each process lets in; None: as many as it can serve; 0: nobody ever waits."""
    return whole_number("START_RATE", value, 0, 10_000, 0) if value else None


#: How the line to the mail server is protected, and its usual port.
MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def mail(env: Mapping[str, str]) -> dict[str, Any]:
    """The mail server for daily summaries; without MAIL_HOST nothing is sent."""
    host = env.get("MAIL_HOST", "").strip()
    security = env.get("MAIL_SECURITY") or "starttls"
    if security not in MAIL_PORTS:
        raise BadSetting(f"MAIL_SECURITY must be starttls, tls or none, not {security!r}.")
    sender, public = env.get("MAIL_FROM", ""), env.get("PUBLIC_URL", "").rstrip("/")
    if public and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", public):
        raise BadSetting("PUBLIC_URL must be an address such as https://hoithi.example.vn.")
    if host and not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", sender):
        raise BadSetting("MAIL_HOST needs MAIL_FROM, the address that letters come from, such as hoithi@example.vn.")
    if host and not public:
        raise BadSetting("MAIL_HOST needs PUBLIC_URL, the address that links in letters begin with.")
    if security == "none" and env.get("MAIL_USER"):
        raise BadSetting("MAIL_USER needs an encrypted line: set MAIL_SECURITY to starttls or tls.")
    return {
        "MAIL_HOST": host,
        "MAIL_PORT": whole_number("MAIL_PORT", env.get("MAIL_PORT"), 1, 65535, MAIL_PORTS[security]),
        "MAIL_SECURITY": security,
        "MAIL_USER": env.get("MAIL_USER", ""),
        "MAIL_PASSWORD": env.get("MAIL_PASSWORD", ""),
        "MAIL_FROM": sender,
        "PUBLIC_URL": public,
    }


def office(value: str | None) -> str:
    """LibreOffice, which makes PDF of organizers' own Word templates: "" (looked for when needed), a path, ``none``."""
    if value and value != "none" and shutil.which(value) is None:
        raise BadSetting(f"OFFICE must be the path of LibreOffice's soffice, or none; {value!r} is no program.")
    return value or ""


def whole_number(name: str, value: str | None, low: int, high: int, default: int) -> int:
    """A whole number from the environment; BadSetting when it is none or out of range."""
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise BadSetting(f"{name} must be a whole number from {low} to {high}, not {value!r}.")
    return int(value)
