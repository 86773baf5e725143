"""What a person can show for an attempt: a receipt, which is a hash of all that was received; pure.

Whoever holds the record of an attempt can compute its receipt again, with any tool, as follows.

1. Take an object of six members: ``answers`` (the set as stored: by place, written as a string, what was answered, as
   :mod:`questions.answers` writes it), ``code`` (the attempt's), ``paper`` (``[[version id, [choice indexes in the
   order shown], points], ...]``), ``prediction`` (a whole number or null), ``started_at`` and ``submitted_at`` (UTC,
   always with six digits of microseconds, ``2026-03-01T01:00:00.000000Z``).
2. Write it as JSON: the keys of every object sorted by code points (so "10" comes before "2"), no spaces, no escapes
   but those that JSON demands, encoded in UTF-8 (half a surrogate pair, which UTF-8 cannot write, counts as "?").
3. Take SHA-256 of these bytes, and of it the first 80 bits.
4. Write them in base 32, five bits a sign, the highest first, by Crockford's signs (:data:`SIGNS`): 16 signs.

No score is in it: a corrected key may change the score and must not make a receipt false. Nor does a receipt tell what
was answered: the code has some 80 bits of chance and is known to its person and the committee only.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

#: Digits and letters without I, L, O and U (Douglas Crockford, "Base 32").
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_BITS = 5 * LENGTH

#: What people type for what they read.
_LOOK_ALIKES = str.maketrans("OIL", "011")


def receipt_of(
    code: str,
    paper: Sequence[Sequence[Any]],
    answers: Mapping[str, str],
    prediction: int | None,
    started_at: datetime,
    submitted_at: datetime,
) -> str:
    """The receipt of an attempt as it is stored, without dashes; instants are aware.

    >>> from datetime import timedelta
    >>> start = datetime(2026, 3, 1, 8, tzinfo=UTC)
    >>> receipt_of("K7M29QXCK7M29QXC", [[7, [1, 0], 10]], {"1": "B"}, None, start, start + timedelta(minutes=9))
    'QSXT0MXG593RYM43'
    """
    whole = {
        "answers": dict(answers),
        "code": code,
        "paper": paper,
        "prediction": prediction,
        "started_at": _instant(started_at),
        "submitted_at": _instant(submitted_at),
    }
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    bits = int.from_bytes(digest[: _BITS // 8])
    return "".join(SIGNS[bits >> shift & 31] for shift in range(_BITS - 5, -1, -5))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def spaced(receipt: str) -> str:
    """A receipt as people read it.

    >>> spaced("K7M29QXC0123ABCD")
    'K7M2-9QXC-0123-ABCD'
    """
    return "-".join(receipt[place : place + 4] for place in range(0, len(receipt), 4))


def tidy(typed: str) -> str | None:
    """A receipt as it is stored from what somebody typed, in any case, with dashes, spaces and look-alikes; else None.

    >>> tidy(" k7m2 9qxc-oi23–abcd "), tidy("K7M2-9QXC"), tidy("")
    ('K7M29QXC0123ABCD', None, None)
    """
    if len(typed) > 100:
        return None
    signs = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_LOOK_ALIKES)
    return signs if len(signs) == LENGTH and set(signs) <= set(SIGNS) else None
