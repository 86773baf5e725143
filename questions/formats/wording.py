"""What organizers' words mean: keys, levels, kinds, and options that speak about the other options."""

import re

from questions.rules import LETTERS, Choice, Difficulty, Kind, Scoring
from questions.text import fold

_DIFFICULTIES = {
    **dict.fromkeys(("1", "de", "nhan biet", "nb"), Difficulty.EASY),
    **dict.fromkeys(("2", "trung binh", "tb", "vua", "thong hieu", "th"), Difficulty.MEDIUM),
    **dict.fromkeys(("3", "4", "kho", "van dung", "vd", "van dung cao", "vdc"), Difficulty.HARD),
}
_KINDS = {
    **dict.fromkeys(("mot dap an", "1 dap an", "mot lua chon", "trac nghiem", "single"), Kind.SINGLE),
    **dict.fromkeys(("nhieu dap an", "nhieu lua chon", "multiple"), Kind.MULTIPLE),
    **dict.fromkeys(("dung hay sai", "dung sai", "dung/sai", "truefalse", "true/false"), Kind.TRUEFALSE),
    **dict.fromkeys(
        ("nhom menh de dung sai", "nhom menh de", "menh de dung sai", "nhieu menh de", "statements"), Kind.STATEMENTS
    ),
    **dict.fromkeys(("tra loi ngan", "dien tu", "dien khuyet", "short", "short answer"), Kind.SHORT),
    **dict.fromkeys(("dien so", "tra loi bang so", "so", "number"), Kind.NUMBER),
    **dict.fromkeys(("sap thu tu", "sap xep", "sap xep thu tu", "order"), Kind.ORDER),
    **dict.fromkeys(("ghep doi", "ghep cap", "noi cot", "ghep cot", "match", "matching"), Kind.MATCH),
    **dict.fromkeys(("tu luan", "essay"), Kind.ESSAY),
}
_SCORINGS = {
    **dict.fromkeys(("dung het moi co diem", "dung het", "all"), Scoring.ALL),
    **dict.fromkeys(("dung phan nao duoc diem phan do", "tung phan", "partial"), Scoring.PARTIAL),
    **dict.fromkeys(("lay so dung tru so sai", "dung tru sai", "right-minus-wrong"), Scoring.RIGHT_MINUS_WRONG),
    **dict.fromkeys(("moi phuong an co ti le diem rieng", "ti le diem", "ti le rieng", "weights"), Scoring.WEIGHTS),
    **dict.fromkeys(
        ("dung 1, 2, 3, 4 y duoc 10%, 25%, 50%, 100%", "bac thang", "10-25-50-100", "steps"), Scoring.STEPS
    ),
}
_NOTHING = {"khong", "khong co", "0", "-"}

#: Words that may stand around letters in an option such as "Cả A, B và C đều đúng".
_AROUND_LETTERS = frozenset(
    ("ca", "chi", "co", "cac", "cau", "dap", "an", "phuong", "y", "hai", "ba", "bon", "va", "hoac", "hay", "voi")
    + ("deu", "dung", "sai", "khong", "duoc", "o", "tren", "la", "lua", "chon")
)
_ALL = r"(?:tat ca|toan bo|ca)"
_ANSWERS = r"(?:phuong an|dap an|cau tra loi|lua chon|y kien|cau|y)"
_OTHERS = rf"(?:{_ANSWERS}|noi dung|truong hop|dieu|muc|yeu to)"
_LAST = re.compile(
    "|".join(
        (
            rf"{_ALL} (?:\w+ ){{0,3}}{_OTHERS}(?: (?:o|neu|ke|noi|da))* tren(?: deu (?:dung|sai))?",
            rf"(?:tat ca|ca(?: \w+){{1,2}})(?: (?:cac|nhung))?(?: {_OTHERS})? deu (?:dung|sai)",
            rf"(?:tat ca|ca(?: \w+)?) (?:cac )?{_OTHERS}(?: (?:o )?tren)?(?: (?:dung|sai))?",
            rf"khong (?:co )?{_ANSWERS} nao(?: .*)?",
            rf"khong (?:co )?{_OTHERS} nao (?:.* )?(?:tren|dung|sai)",
            rf"(?:mot |cac )?{_ANSWERS} khac",
        )
    )
)


def names_letters(text: str) -> frozenset[int]:
    """Indexes of the options that an option's text names by letter; such an option breaks when they are shuffled.

    >>> sorted(names_letters("Cả A, B và C đều đúng")), sorted(names_letters("A và C"))
    ([0, 1, 2], [0, 2])
    >>> names_letters("Vitamin A và B"), names_letters("A"), names_letters("Cả ba phương án trên")
    (frozenset(), frozenset(), frozenset())
    """
    typed = re.findall(r"\w+", text)
    if not any(len(word) == 1 and word.upper() in LETTERS for word in typed):
        return frozenset()
    words = [fold(word) for word in typed]
    letters = LETTERS + LETTERS.lower() if words and words[0] == "ca" else LETTERS
    named = [word for word in typed if len(word) == 1 and word in letters]
    rest = [word for word, raw in zip(words, typed, strict=True) if not (len(raw) == 1 and raw in letters)]
    if not named or not rest or not _AROUND_LETTERS.issuperset(rest):
        return frozenset()
    return frozenset(LETTERS.index(letter.upper()) for letter in named)


def stays_last_by_wording(text: str) -> bool:
    """Whether an option speaks about the others and so has to stay behind them when they are shuffled.

    >>> [stays_last_by_wording(t) for t in ("Tất cả các phương án trên", "Cả A và B", "Không có phương án nào đúng")]
    [True, True, True]
    >>> [stays_last_by_wording(t) for t in ("Cả nước", "Tất cả đoàn viên", "Không quy định")]
    [False, False, False]
    """
    plain = " ".join(re.findall(r"\w+", fold(text)))
    return bool(_LAST.fullmatch(plain)) or bool(names_letters(text))


def parse_letters(text: str) -> tuple[int, ...] | None:
    """Indexes named by "B", "A, C", "AC", "a và c", "2" or "1;3", in the order written; None for other texts.

    >>> [parse_letters(text) for text in ("A, C", "bd", "1.3", "Đáp án B.", "Hà Nội")]
    [(0, 2), (1, 3), (0, 2), (1,), None]
    """
    plain = re.sub(r"^(?:(?:dap an|phuong an|cau|y|chon)\b[\s:]*)+", "", fold(text))
    plain = re.sub(r"\bva\b", " ", plain)
    if not re.fullmatch(r"[\s,;.&/+()\-]*(?:(?:[a-h]+|[1-8])(?:[\s,;.&/+()\-]+|$))+", plain):
        return None
    found = [LETTERS.index(c.upper()) if c.isalpha() else int(c) - 1 for c in plain if c.isalnum()]
    return tuple(dict.fromkeys(found))


def parse_difficulty(text: str) -> Difficulty | None:
    """A level in the three usual ways of naming it (easy to hard, the four of recognition, a number).

    >>> parse_difficulty("Thông hiểu").name, parse_difficulty("VDC").name, parse_difficulty("?")
    ('MEDIUM', 'HARD', None)
    """
    return _DIFFICULTIES.get(fold(text).strip(" .()[]"))


def parse_kind(text: str) -> Kind | None:
    """The kind of a question as written in the column or line "Loại"."""
    return _KINDS.get(fold(text).strip(" ."))


def parse_scoring(text: str) -> Scoring | None:
    """How partly right answers count, as written in the column or line "Cách chấm".

    >>> parse_scoring("Đúng trừ sai").name
    'RIGHT_MINUS_WRONG'
    """
    return _SCORINGS.get(fold(text).strip(" ."))


def parse_last(text: str) -> tuple[int, ...] | None:
    """Letters of the options that stay last, () for "Không", None when it cannot be understood."""
    return () if fold(text) in _NOTHING else parse_letters(text)


def write_letters(indexes: list[int]) -> str:
    """The way back: ``write_letters([0, 2]) == "A, C"``."""
    return ", ".join(LETTERS[index] for index in sorted(indexes))


def keys_of(choices: tuple[Choice, ...]) -> str:
    """The key of a question as letters."""
    return write_letters([index for index, choice in enumerate(choices) if choice.correct])


def last_of(choices: tuple[Choice, ...]) -> str:
    """What to write under "Giữ cuối": nothing when the wording already says it, else letters or "Không"."""
    if all(choice.stays_last == stays_last_by_wording(choice.text) for choice in choices):
        return ""
    return write_letters([index for index, choice in enumerate(choices) if choice.stays_last]) or "Không"
