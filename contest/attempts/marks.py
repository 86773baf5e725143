"""What a paper page carries besides the questions: its mark, and the key by which it may write."""

import hashlib
import hmac
import secrets
from datetime import datetime


def new_mark(now: datetime) -> str:
    """A mark greater than all made at earlier milliseconds: 13 digits of milliseconds, 8 hexadecimal ones of chance.

    Of one length and without punctuation, so that every database and every language compares them alike.
    """
    return f"{int(now.timestamp() * 1000):013d}{secrets.token_hex(4)}"


def writing_key(secret: str, token: str, code: str) -> str:
    """What shows that a save comes from a page of the product: known to the pages of one sign-in and attempt only."""
    text = f"writing {token} {code}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
