"""What a paper page carries besides the questions: its mark, and the key by which it may write."""

import hashlib
import hmac
import secrets
from datetime import datetime

#: Digits of a mark's milliseconds, enough until the year 2286.
DIGITS = 13


def new_mark(now: datetime, holder: str = "") -> str:
    """A mark greater than all made at earlier milliseconds: 13 digits of milliseconds, 8 hexadecimal ones of chance.

    Of one length and without punctuation, so that every database and every language compares them alike. It is greater
    than ``holder``'s even when the server's clock was set back a little since.

    >>> new_mark(datetime(2026, 3, 1), "9000000000000aaaaaaaa") > "9000000000000ffffffff"
    True
    """
    milliseconds = int(now.timestamp() * 1000)
    if holder[:DIGITS].isdigit():
        milliseconds = max(milliseconds, int(holder[:DIGITS]) + 1)
    return f"{milliseconds:0{DIGITS}d}{secrets.token_hex(4)}"


def writing_key(secret: str, token: str, code: str) -> str:
    """What shows that a save comes from a page of the product: known to the pages of one sign-in and attempt only."""
    text = f"writing {token} {code}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
