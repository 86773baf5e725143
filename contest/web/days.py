"""Days as people in Vietnam type them; pure."""

import re
from datetime import date

#: Years that a day in a form or a file may have.
YEARS = range(1900, 2101)


def day_of(text: str) -> date | None:
    """A day typed as day, month and year in four digits, or as ISO writes it; None for anything else.

    >>> day_of("5/9/1990"), day_of("05-09-1990"), day_of("1990-09-05"), day_of("31/02/1990"), day_of("5/9/90")
    (datetime.date(1990, 9, 5), datetime.date(1990, 9, 5), datetime.date(1990, 9, 5), None, None)
    """
    text = "".join(text.split())
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text, re.ASCII)
    if found:
        parts = found[3], found[2], found[1]
    elif iso := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text, re.ASCII):
        parts = iso[1], iso[2], iso[3]
    else:
        return None
    try:
        day = date(*map(int, parts))
    except ValueError:
        return None
    return day if day.year in YEARS else None
