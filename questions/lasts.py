"""Options that speak about the others: which have to stay last, and how to say them without letters; pure."""

from collections.abc import Sequence

from questions.formats.wording import names_letters, stays_last_by_wording
from questions.rules import LETTERS, Choice
from questions.text import fold

#: An option that quotes others is at most so long.
MAX_QUOTED = 300
_NUMBERS = {2: "hai", 3: "ba", 4: "bốn", 5: "năm", 6: "sáu", 7: "bảy"}


def keeps_order(choices: Sequence[Choice]) -> bool:
    """Whether a question's options are never shuffled: all of them stay where they are."""
    return bool(choices) and all(choice.stays_last for choice in choices)


def unkept(choices: Sequence[Choice]) -> list[int]:
    """Indexes of the options whose wording asks for the last place and that may still be shuffled forward."""
    return [
        place for place, choice in enumerate(choices) if not choice.stays_last and stays_last_by_wording(choice.text)
    ]


def lettered(choices: Sequence[Choice]) -> list[int]:
    """Indexes of the options that name others by letter, which comes out wrong once options are shuffled."""
    if keeps_order(choices):
        return []
    return [place for place, choice in enumerate(choices) if names_letters(choice.text)]


def rewritten(choices: Sequence[Choice], place: int) -> str | None:
    """An option that names letters, said without them; None where no short way is found.

    >>> four = [Choice("Huế"), Choice("Vinh"), Choice("Cả A và B đều đúng"), Choice("Cả A, B")]
    >>> rewritten(four, 2), rewritten([*four[:2], Choice("Hà Nội"), Choice("Cả A và C")], 3)
    ('Cả hai phương án trên đều đúng', 'Cả “Huế” và “Hà Nội”')
    """
    text = choices[place].text
    named = sorted(names_letters(text))
    if len(named) < 2 or place in named or named[-1] >= len(choices) or "khong" in fold(text):
        return _denied(choices, place, named)
    ending = _ending(text)
    plain = [n for n, choice in enumerate(choices[:place]) if not stays_last_by_wording(choice.text)]
    if named == plain and named == list(range(len(named))):
        return f"Cả {_NUMBERS[len(named)]} phương án trên{ending}"
    return _short(f"Cả {_quoted(choices, named)}{ending}")


def _denied(choices: Sequence[Choice], place: int, named: Sequence[int]) -> str | None:
    """For options such as "Không có A, B nào đúng" there is no safe way; "A đúng" alone is quoted."""
    if len(named) != 1 or place in named or named[0] >= len(choices):
        return None
    text = choices[place].text
    return _short(f"Chỉ “{choices[named[0]].text}”{_ending(text)}") if "chi" in fold(text).split() else None


def _quoted(choices: Sequence[Choice], named: Sequence[int]) -> str:
    quotes = [f"“{choices[n].text.rstrip('. ;')}”" for n in named]
    return f"{', '.join(quotes[:-1])} và {quotes[-1]}"


def _ending(text: str) -> str:
    """What an option says of those it names."""
    plain = fold(text)
    if "deu dung" in plain:
        return " đều đúng"
    return " đều sai" if "deu sai" in plain else ""


def _short(text: str) -> str | None:
    return text if len(text) <= MAX_QUOTED else None


def letters_of(places: Sequence[int]) -> str:
    """Letters of options, as people write them: "A, C"."""
    return ", ".join(LETTERS[place] for place in places)
