r"""Lists in one cell or behind one label: accepted answers, shares of points, tags, statements that are true.

Answers stand apart by ``|``, ``;`` or a line break. An answer is a text, ``/a regular expression/`` (or, with the
escapes below, ``//another one//``), or for numbers
``3,14 ± 0,01`` or ``3..5``; behind it its share in brackets, ``[50%]``. A backslash takes the next sign as it is;
``\n`` is a line break.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from questions.faults import decimal
from questions.formats.fields import short
from questions.formats.wording import parse_letters
from questions.messages import N_, Message, message
from questions.rules import Answer, Choice, Draft, Kind, Scoring, fraction
from questions.text import fold

_PIECE = re.compile(r"\\(?:n|.)|[^\\]|\\\Z", re.DOTALL)
_SHARE = re.compile(r"\[\s*([+-]?\d{1,3}(?:[.,]\d+)?)\s*%\s*\]\s*\Z|\[\s*(\d{1,6}/\d{1,6})\s*\]\s*\Z")
_PATTERN = re.compile(r"\s*/(?!/)[^/\n]+/\s*(?:\[[^\]\n]*\]\s*)?(?=[|;\n]|$)")
_RANGE = re.compile(r"(-?[\d.,]+)\s*(?:\.\.|…)\s*(-?[\d.,]+)")
_OFF = re.compile(r"(.*?)\s*(?:±|\+/-|\+-|sai số)\s*(.*)", re.DOTALL | re.IGNORECASE)
_TRUE = frozenset({"d", "t", "dung", "true", "1", "x"})
_FALSE = frozenset({"s", "f", "sai", "false", "0"})


def split(text: str, signs: str) -> list[str]:
    r"""The parts of a list, each with its escapes still in it.

    >>> split(r"a\;b; c", ";")
    ['a\\;b', ' c']
    """
    parts = [""]
    for piece in _PIECE.findall(text):
        if piece in signs:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def bare(text: str) -> str:
    """A part of a list without its escapes."""
    pieces = (("\n" if p == "\\n" else p[1:]) if p[0] == "\\" and len(p) > 1 else p for p in _PIECE.findall(text))
    return "".join(pieces)


def guarded(text: str, signs: str) -> str:
    """The way back: every sign that means something with a backslash before it."""
    found = "".join("\\" + char if char in signs or char == "\\" else char for char in text)
    return found.replace("\n", "\\n")


def read_tags(text: str) -> tuple[str, ...]:
    r"""
    >>> read_tags(r"Luật; an toàn, 2\,5"), write_tags(["a;b", "c"])
    (('Luật', 'an toàn', '2,5'), 'a\\;b; c')
    """
    tags = (" ".join(bare(part).split()) for part in split(text, ";,\n"))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def write_tags(tags: Iterable[str]) -> str:
    return "; ".join(guarded(tag, ";,") for tag in tags)


def read_answers(text: str, kind: Kind) -> tuple[Answer, ...]:
    """The accepted answers of a short or number question."""
    parts = _parts(text, "|\n")
    if len(parts) == 1:
        parts = _parts(text, ";")
    return tuple(_answer(part, kind) for part in map(str.strip, parts) if part)


def _parts(text: str, signs: str) -> list[str]:
    """As :func:`split`; a regular expression between slashes is one part, whatever it holds."""
    parts, start, at = [], 0, 0
    while at < len(text):
        pattern = _PATTERN.match(text, at) if at == start else None
        if pattern:
            at = pattern.end()
        elif text[at] in signs:
            parts.append(text[start:at])
            start = at = at + 1
        else:
            at += 2 if text[at] == "\\" else 1
    return [*parts, text[start:]]


def _answer(text: str, kind: Kind) -> Answer:
    share = _SHARE.search(text)
    points = Fraction(1)
    if share and text[share.start() - 1 : share.start()] != "\\":
        text = text[: share.start()].rstrip()
        points = _share(share[1], share[2])
    if kind is Kind.NUMBER:
        value, off = _number(bare(text))
        return Answer(value, points, off)
    if len(text) > 4 and text.startswith("//") and text.endswith("//"):
        return Answer(bare(text[2:-2]), points, pattern=True)
    if len(text) > 2 and text[0] == text[-1] == "/":
        return Answer(text[1:-1], points, pattern=True)
    return Answer(bare(text), points)


def _share(percent: str | None, ratio: str | None) -> Fraction:
    if ratio:
        above, below = ratio.split("/")
        return Fraction(int(above), int(below) or 1)
    return fraction((percent or "100").replace(",", "."))


def _number(text: str) -> tuple[str, str]:
    """A number and how far off still counts, as :class:`Answer` wants them; what is no number stays as typed."""
    between = _RANGE.fullmatch(text.strip())
    if between:
        low, high = decimal(plain_number(between[1])), decimal(plain_number(between[2]))
        if low is not None and high is not None and low <= high:
            return _short((low + high) / 2), _short((high - low) / 2)
    off = _OFF.fullmatch(text.strip())
    return (plain_number(off[1]), plain_number(off[2])) if off else (plain_number(text), "0")


def _short(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"


def plain_number(text: str) -> str:
    """A number as people here write it: a comma before the decimals, dots or blanks between thousands.

    >>> [plain_number(t) for t in ("3,14", "1.234,5", "12 000", "0.5", "x")]
    ['3.14', '1234.5', '12000', '0.5', 'x']
    """
    text = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))", "", text.strip()).replace("−", "-")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d+", text):
        text = text.replace(".", "")
    return text.replace(",", ".") if re.fullmatch(r"[+-]?\d*,\d+", text) else text.removeprefix("+")


def write_answers(draft: Draft) -> str:
    """The way back, one answer after the other with bars between them."""
    return " | ".join(_written(answer, draft.kind) for answer in draft.answers)


def _written(answer: Answer, kind: Kind) -> str:
    if kind is Kind.NUMBER:
        text = answer.text + (f" ± {answer.tolerance}" if answer.tolerance != "0" else "")
    elif answer.pattern and re.search(r"[/\n]", answer.text):
        text = f"//{guarded(answer.text, '|;/[')}//"
    elif answer.pattern:
        text = f"/{answer.text}/"
    else:
        text = guarded(answer.text, "|;/[")
    return text + (f" [{write_share(answer.points)}]" if answer.points != 1 else "")


def write_share(points: Fraction) -> str:
    """A share as a percentage, or as a fraction where no short percentage says it.

    >>> [write_share(Fraction(*p)) for p in ((1, 2), (-1, 3), (7, 30), (1, 8))]
    ['50%', '-33.33333%', '7/30', '12.5%']
    """
    percent = f"{float(points * 100):.5f}".rstrip("0").rstrip(".")
    return f"{percent}%" if fraction(percent) == points else f"{points.numerator}/{points.denominator}"


def read_shares(text: str, count: int, faults: list[Message]) -> list[Fraction | None]:
    """Points of the options in their order, apart by ``;``: ``100%; -50; 0``; None where nothing stands."""
    shares: list[Fraction | None] = []
    for part in (part.strip() for part in text.split(";")):
        match = re.fullmatch(r"([+-]?\d{1,3}(?:[.,]\d+)?)\s*%?|([+-]?\d{1,6})/(\d{1,6})", part)
        if part and not match:
            faults.append(
                message(
                    N_("Không hiểu tỉ lệ điểm “%(text)s”. Hãy ghi lần lượt từng phương án, ví dụ 100%%; -50%%; 0%%."),
                    text=short(text),
                )
            )
            return [None] * count
        if match and match[2]:
            shares.append(Fraction(int(match[2]), int(match[3]) or 1))
        else:
            shares.append(fraction(match[1].replace(",", ".")) if match else None)
    if len([share for share in shares if share is not None]) > count:
        faults.append(message(N_("Tỉ lệ điểm ghi cho nhiều phương án hơn số phương án có. Hãy sửa lại.")))
    return (shares + [None] * count)[:count]


def write_shares(draft: Draft) -> str:
    if draft.scoring is not Scoring.WEIGHTS:
        return ""
    return "; ".join("" if c.points is None else write_share(c.points) for c in draft.choices)


def read_truths(text: str) -> tuple[bool, ...] | None:
    """Which statements are true: ``ĐSĐS``, ``TFTT``, ``Đ, S``, ``a) Đúng b) Sai``; None for other texts.

    >>> read_truths("ĐSĐS"), read_truths("a-Đ; b-S"), read_truths("Đúng, sai"), read_truths("AB")
    ((True, False, True, False), (True, False), (True, False), None)
    >>> read_truths("TTST")
    (True, True, False, True)
    """
    plain = fold(re.sub(r"(?<!\w)[a-hA-H]\s*[.):=-]+\s*", " ", text))
    words = [word for word in re.split(r"[\s,;./|-]+", plain) if word]
    if len(words) == 1 and words[0] not in _TRUE | _FALSE:
        words = list(words[0])
    if not words or any(word not in _TRUE | _FALSE for word in words):
        return None
    return tuple(word in _TRUE for word in words)


def write_truths(choices: Sequence[Choice]) -> str:
    return "".join("Đ" if choice.correct else "S" for choice in choices)


def says_truths(text: str, count: int) -> bool:
    """Whether a key speaks of so many statements, and does not name letters of options.

    >>> says_truths("ĐĐĐĐ", 4), says_truths("DD", 4), says_truths("ĐS", 2), says_truths("B", 4)
    (True, False, True, False)
    """
    found = read_truths(text)
    return found is not None and len(found) == count and (bool(re.search("[đĐ]", text)) or parse_letters(text) is None)
