"""Which text format a file is in, told by its lines: only what leaves no doubt, so that a table stays a table."""

import csv
import io
import re

from questions.files import Refused
from questions.formats import sheet
from questions.formats.charset import decode

#: So much of a file is looked at.
_LOOKED_AT = 400_000

_AIKEN_KEY = re.compile(r"^[ \t]*ANSWER:[ \t]*[A-Z]?[ \t]*$", re.MULTILINE)
_AIKEN_OPTION = re.compile(r"^[ \t]*A[.)]", re.MULTILINE)
_GIFT_LINE = re.compile(r"^[ \t]*(?:::[^:\n]+::|\$CATEGORY:)", re.MULTILINE)
_GIFT_ANSWERS = re.compile(r"(?<!\\)\{\s*(?:[=~}]|#|>\s*\d|(?:T|F|TRUE|FALSE)\s*[}#])")


def text_format(data: bytes, suffix: str = "") -> str | None:
    """The key of Aiken or GIFT; None for a table and for any other text.

    >>> text_format(b"2 + 2?{=4 ~5}"), text_format(b"2 + 2?\\nA. 4\\nB. 5\\nANSWER: A"), text_format(b"a,b\\n1,2")
    ('gift', 'aiken', None)
    """
    try:
        text = decode(data)[:_LOOKED_AT].replace("\r\n", "\n").replace("\r", "\n")
    except Refused:
        return None
    if _is_table(text):
        return None
    if suffix == ".gift" or _GIFT_LINE.search(text):
        return "gift"
    keys = len(_AIKEN_KEY.findall(text)) if _AIKEN_OPTION.search(text) else 0
    answers = len(_GIFT_ANSWERS.findall(text))
    if not keys and not answers:
        return None
    return "aiken" if keys >= answers else "gift"


def _is_table(text: str) -> bool:
    """Whether a text begins as a table of questions does, in CSV."""
    top = "\n".join(text.split("\n", 40)[:40])
    for delimiter in ",;\t":
        try:
            rows = [sheet.Row(n, cells) for n, cells in enumerate(csv.reader(io.StringIO(top), delimiter=delimiter))]
            if sheet.find_header(rows):
                return True
        except csv.Error:
            continue
        except Refused:
            return True
    return False
