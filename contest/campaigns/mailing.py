"""Sending letters through the mail server that the settings name, with the standard library alone."""

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

#: Seconds that connecting and each answer may take.
TIMEOUT_S = 20.0


class NotSent(Exception):
    """The letter was not taken; the text says why, as far as the server did."""


@dataclass(frozen=True, slots=True)
class Postbox:
    """The mail server. ``security``: "starttls", "tls", or "none" for a server on the same machine."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2] or "localhost"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one address. ``name``: the same whenever it is tried again, so that mail programs show it once even
    where a server took it and the line broke before it could say so."""

    name: str
    to: str
    subject: str
    text: str
    html: str
    #: Where the summary is ended: by a person on a page, by the button of a mail program with a POST (RFC 8058).
    unsubscribe: str


def postbox(config: Mapping[str, Any]) -> Postbox | None:
    """The mail server of the settings (``config.mail``); None: none is set up."""
    if not config.get("MAIL_HOST"):
        return None
    return Postbox(
        host=config["MAIL_HOST"],
        port=config["MAIL_PORT"],
        security=config["MAIL_SECURITY"],
        user=config["MAIL_USER"],
        password=config["MAIL_PASSWORD"],
        sender=config["MAIL_FROM"],
    )


def compose(letter: Letter, box: Postbox, now: datetime) -> EmailMessage:
    """The letter as it goes out: plain text, and the same as HTML."""
    made = EmailMessage()
    made["From"] = Address("Hội Thi", addr_spec=box.sender)
    made["To"] = Address(addr_spec=letter.to)
    # A title typed with line breaks must not begin another line of the head.
    made["Subject"] = " ".join(letter.subject.split())
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{letter.name}@{box.domain}>"
    made["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made["Auto-Submitted"] = "auto-generated"
    # Servers need not take bytes beyond ASCII.
    made.set_content(letter.text, cte="base64")
    made.add_alternative(letter.html, subtype="html", cte="base64")
    return made


def send(box: Postbox, made: EmailMessage) -> None:
    """Hand a letter to the mail server. Raises NotSent. Never signs in before the line is encrypted."""
    try:
        server = _connect(box)
    except (OSError, smtplib.SMTPException) as error:
        raise _told(error) from error
    try:
        if box.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if box.user:
            server.login(box.user, box.password)
        server.send_message(made)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise _told(error) from error
    finally:
        # A letter that was taken stays taken, however the goodbye goes.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _told(error: Exception) -> NotSent:
    return NotSent(f"{type(error).__name__}: {error}"[:500])


def _connect(box: Postbox) -> smtplib.SMTP:
    if box.security == "tls":
        return smtplib.SMTP_SSL(box.host, box.port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    return smtplib.SMTP(box.host, box.port, timeout=TIMEOUT_S)
