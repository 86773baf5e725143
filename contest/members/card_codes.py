"""The codes on personal cards: letters that cannot be confused, in groups, the last one a check; pure."""

import hashlib
import re
from collections.abc import Callable

#: 27 signs; of each pair that looks alike in print or handwriting only one: no 0 O, 1 I, 2, 5, 6, 8, U.
ALPHABET = "ABCDEFGHJKLMNPQRSTVWXYZ3479"
#: Signs that are drawn by lot: 52 bits.
DRAWN = 11
GROUP = 4
#: What people type instead of the letter printed.
_MISREAD = str.maketrans("1I2568U", "LLZSGBV")
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}


def new_code(choose: Callable[[str], str]) -> str:
    """A code in normal form; ``choose`` draws one sign, e.g. ``secrets.choice``."""
    drawn = "".join(choose(ALPHABET) for _ in range(DRAWN))
    return drawn + check_sign(drawn)


def check_sign(drawn: str) -> str:
    """The last sign of a code: shows any one sign mistyped and any two neighbours swapped.

    The signs, each times two to the power of its place, add up to a multiple of 27: these weights and the differences
    of neighbouring ones have no divisor in common with it.
    """
    total = sum(_VALUE[sign] << place for place, sign in enumerate(drawn, 1))
    return ALPHABET[-total * pow(2, -(DRAWN + 1), len(ALPHABET)) % len(ALPHABET)]


def normal_code(text: str) -> str | None:
    """A code as it is stored, from what somebody typed; None when it cannot be one: too short, or mistyped.

    >>> code = "ABCDEFGHJKL" + check_sign("ABCDEFGHJKL")
    >>> normal_code(shown(code).lower().replace("-", " ")) == code
    True
    >>> normal_code("ABCD") is None
    True
    """
    signs = re.sub(r"[\s.\-–]", "", text[:60]).upper().translate(_MISREAD)
    if len(signs) != DRAWN + 1 or any(sign not in _VALUE for sign in signs):
        return None
    return signs if check_sign(signs[:DRAWN]) == signs[DRAWN] else None


def shown(code: str) -> str:
    """A code as a card prints it.

    >>> shown("ABCDEFGHJKLM")
    'ABCD-EFGH-JKLM'
    """
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def hash_of(code: str) -> str:
    """What is stored of a code in normal form. A plain hash is enough: 52 random bits cannot be gone through.

    >>> len(hash_of("ABCDEFGHJKLM"))
    64
    """
    return hashlib.sha256(code.encode()).hexdigest()
