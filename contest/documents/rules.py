"""The wording of official letters: places and days, numbers, who issues and who signs; pure.

The layout is that of Decision 933/QĐ-TLĐ (14/5/2024), close to Decree 30/2020. Documents are Vietnamese whatever
language their reader has chosen for the screen.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from contest.rounding import half_up

#: A4 and its margins in millimetres: top and bottom 20-25, left 30-35, right 15-20.
PAGE_MM = (210, 297)
MARGINS_MM = {"top": 20, "bottom": 20, "left": 30, "right": 15}
#: How much of the page's width a text has.
WIDTH_MM = PAGE_MM[0] - MARGINS_MM["left"] - MARGINS_MM["right"]
FONT = "Times New Roman"
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
#: Ends the last sentence of a letter.
END = "./."

_PLACE = re.compile(
    r"(?:^|\s)(?:tỉnh|thành phố|tp\.?|quận|huyện|thị xã|thị trấn|phường|xã|đặc khu)\s+"
    r"((?:[A-ZĐÀ-ỸƠƯ0-9][\w'’-]*)(?:\s+(?:[A-ZĐÀ-ỸƠƯ0-9][\w'’-]*|-))*)",
    re.IGNORECASE,
)
_SHORT = (
    (re.compile(r"^Tổng Liên đoàn Lao động", re.IGNORECASE), "Tổng LĐLĐ"),
    (re.compile(r"^Liên đoàn Lao động", re.IGNORECASE), "LĐLĐ"),
    (re.compile(r"^Công đoàn cơ sở", re.IGNORECASE), "CĐCS"),
)


def day_words(day: date) -> str:
    """A day as letters have it: a zero before days 1 to 9 and months 1 and 2 only.

    >>> day_words(date(2022, 7, 4)), day_words(date(2023, 2, 15)), day_words(date(2023, 12, 25))
    ('ngày 04 tháng 7 năm 2022', 'ngày 15 tháng 02 năm 2023', 'ngày 25 tháng 12 năm 2023')
    """
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def place_and_day(place: str, day: date | None) -> str:
    """Where and when a letter is written; without a day a gap to be filled by hand.

    >>> place_and_day("Lai Châu", date(2022, 7, 4))
    'Lai Châu, ngày 04 tháng 7 năm 2022'
    >>> place_and_day("", None)
    'ngày      tháng      năm'
    """
    words = day_words(day) if day else "ngày      tháng      năm"
    return f"{place}, {words}" if place else words


def number_words(number: str, symbol: str) -> str:
    """
    >>> number_words("51", "LĐLĐ"), number_words("", "BC-LĐLĐ")
    ('Số: 51/LĐLĐ', 'Số:      /BC-LĐLĐ')
    """
    return f"Số: {number or '     '}/{symbol}" if symbol else f"Số: {number or '     '}"


def short_name(name: str) -> str:
    """A union's name as letters shorten it.

    >>> short_name("Liên đoàn Lao động tỉnh Lai Châu"), short_name("Công đoàn Viên chức tỉnh")
    ('LĐLĐ tỉnh Lai Châu', 'Công đoàn Viên chức tỉnh')
    """
    for pattern, short in _SHORT:
        if pattern.match(name):
            return pattern.sub(short, name, count=1)
    return name


def symbol_of(kind: str, name: str) -> str:
    """The symbol of a union's letters: kind of document ("" for an official letter) and issuing body.

    >>> symbol_of("BC", "Liên đoàn Lao động huyện Phong Thổ"), symbol_of("", "LĐLĐ tỉnh Lai Châu")
    ('BC-LĐLĐ', 'LĐLĐ')
    >>> symbol_of("BC", "Công đoàn cơ sở Trường Tiểu học Sin Suối Hồ"), symbol_of("QĐ", "Công đoàn ngành Giáo dục")
    ('BC-CĐCS', 'QĐ-CĐN')
    """
    short = short_name(name).lower()
    bodies = (
        ("tổng lđlđ", "TLĐ"),
        ("lđlđ", "LĐLĐ"),
        ("cđcs", "CĐCS"),
        ("công đoàn ngành", "CĐN"),
        ("công đoàn viên chức", "CĐVC"),
    )
    body = next((symbol for start, symbol in bodies if short.startswith(start)), "CĐ")
    return f"{kind}-{body}" if kind else body


def place_of(names: Iterable[str]) -> str:
    """The place that letters are dated from: the first that the names, nearest first, speak of; "" for none.

    The confederation, which names no place, sits in Hà Nội.

    >>> place_of(["CĐCS Trường Mầm non", "LĐLĐ huyện Phong Thổ", "LĐLĐ tỉnh Lai Châu"])
    'Phong Thổ'
    """
    for name in names:
        found = _PLACE.search(unicodedata.normalize("NFC", name))
        words = _capitalised(found.group(1)) if found else ""
        if words:
            return words
        if short_name(name).startswith("Tổng LĐLĐ"):
            return "Hà Nội"
    return ""


def _capitalised(text: str) -> str:
    """The words from the beginning that are written with a capital or are a number."""
    words: list[str] = []
    for word in text.split():
        if not (word[0].isupper() or word[0].isdigit()):
            break
        words.append(word)
    return " ".join(words)


def ended(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs of a letter's end, the last one ending in ``./.``.

    >>> ended(["Trên đây là báo cáo."]), ended(["Xong./."]), ended([])
    (['Trên đây là báo cáo./.'], ['Xong./.'], [])
    """
    if not paragraphs:
        return []
    *before, last = paragraphs
    return [*before, last if last.endswith(END) else last.rstrip(" .;") + END]


def recipients(lines: Iterable[str]) -> list[str]:
    """Lines of ``Nơi nhận``: each begins with a dash; all end in a semicolon but the last, which ends in a stop.

    >>> recipients(["Như kính gửi", "- Lưu: VT"])
    ['- Như kính gửi;', '- Lưu: VT.']
    """
    bare = [line.strip().lstrip("-–+• ").rstrip(" ;.,") for line in lines]
    found = [line for line in bare if line]
    return [f"- {line}{'.' if place == len(found) else ';'}" for place, line in enumerate(found, 1)]


def addressees(lines: Iterable[str]) -> list[str]:
    """Lines of ``Kính gửi``: one without a dash, several each with one; a semicolon between them, a stop at the end.

    >>> addressees(["Các Công đoàn cơ sở"]), addressees(["LĐLĐ các huyện", "Công đoàn ngành"])
    (['Các Công đoàn cơ sở.'], ['- LĐLĐ các huyện;', '- Công đoàn ngành.'])
    """
    found = recipients(lines)
    return [found[0].removeprefix("- ")] if len(found) == 1 else found


def vietnamese(number: float | Decimal | None, decimals: int = 0) -> str:
    """A number in Vietnamese signs, rounded as on pages; a dash for none.

    >>> vietnamese(1234567), vietnamese(62.45, 1), vietnamese(None)
    ('1.234.567', '62,5', '–')
    """
    if number is None:
        return "–"
    return f"{half_up(number, decimals):,}".translate(str.maketrans(",.", ".,"))
