"""The order of organizers' codes: numbers within them by value."""

import re

from questions.text import fold

#: Digits a number is filled up to; longer ones keep their own.
_WIDTH = 8
#: Characters of a key: every number of a code of sixty characters may grow.
MAX_KEY = 280


def code_key(code: str) -> str:
    """Key whose byte order puts C2 before C10, whatever the case.

    >>> sorted(["C10", "c2", "C1", "B7"], key=code_key)
    ['B7', 'C1', 'c2', 'C10']
    """
    return re.sub("[0-9]+", lambda found: found[0].zfill(_WIDTH), fold(code))[:MAX_KEY]
