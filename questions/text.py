"""Vietnamese text: sorting, searching and comparing, equal on every engine because it is stored.

The sort key follows the Vietnamese alphabet (a ă â b c d đ e ê ...), then tones in the order level, huyền, hỏi,
ngã, sắc, nặng, then case, as ICU's root collation tailored for ``vi`` does; ASCII code points only, so that a
plain byte comparison (SQLite BINARY, PostgreSQL "C") sorts right.
"""

import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PRIMARY = {letter: chr(0x61 + place) for place, letter in enumerate(_LETTERS)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SHAPES = {
    "\u0306": {"a": "ă"},
    "\u0302": {"a": "â", "e": "ê", "o": "ô"},
    "\u031b": {"o": "ơ", "u": "ư"},
}
_LETTER_OF = {primary: letter for letter, primary in _PRIMARY.items()}


def fold(text: str) -> str:
    """What a search compares: lower case without any mark, single blanks.

    >>> fold("  LĐLĐ tỉnh  Đường Trường ")
    'ldld tinh duong truong'
    """
    plain = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def sort_key(text: str) -> str:
    """Key whose byte order is Vietnamese dictionary order.

    >>> sorted(["Đức", "Dũng", "Ân", "An", "Ánh", "ăn"], key=sort_key)
    ['An', 'Ánh', 'ăn', 'Ân', 'Dũng', 'Đức']
    """
    primary: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    for char in unicodedata.normalize("NFD", text):
        low = char.lower()
        if unicodedata.combining(char):
            _apply_mark(char, primary, tones)
            continue
        primary.append(_weight(low))
        tones.append("0")
        cases.append("1" if char != low else "0")
    return "\x01".join(["".join(primary), "".join(tones).rstrip("0"), "".join(cases).rstrip("0")])


def name_key(full_name: str) -> str:
    """Sort key of a person's name: given name (last word), then family and middle names.

    >>> sorted(["Vừ A Dính", "Lò Văn An", "Giàng Thị Dê"], key=name_key)
    ['Lò Văn An', 'Giàng Thị Dê', 'Vừ A Dính']
    """
    words = full_name.split()
    return sort_key(" ".join([*words[-1:], *words[:-1]]))


def _weight(low: str) -> str:
    if low in _PRIMARY:
        return _PRIMARY[low]
    if low.isdecimal():
        return str(unicodedata.decimal(low))
    return " " if low.isspace() else "!"


def _apply_mark(mark: str, primary: list[str], tones: list[str]) -> None:
    if not primary:
        return
    if mark in _TONES:
        tones[-1] = _TONES[mark]
        return
    shaped = _SHAPES.get(mark, {}).get(_LETTER_OF.get(primary[-1], ""))
    if shaped:
        primary[-1] = _PRIMARY[shaped]
