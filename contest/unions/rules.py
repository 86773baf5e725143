"""What a union is and how the tree must look; pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from questions.messages import N_, Message, message
from questions.text import fold


class Level(StrEnum):
    """Levels of the trade-union organisation (``domain.md``, 1)."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    UPPER = "upper"
    GRASSROOTS = "grassroots"
    SECTION = "section"


class ChangeKind(StrEnum):
    """What a decision does to a union."""

    OPEN = "open"
    CLOSE = "close"
    RENAME = "rename"
    MOVE = "move"
    #: It ends and its people go to one successor.
    MERGE = "merge"
    #: Parts of it become unions of their own; it may go on or end.
    SPLIT = "split"
    #: Its place on the map changes, not its manager.
    PLACE = "place"


class NodeState(StrEnum):
    """What a union is in a kept tree."""

    OPEN = "open"
    #: Closed without a single successor: shown only where it has participants, under whoever stands above it.
    CLOSED = "closed"
    #: Merged into the node above it, whose figures hold its own; never shown by itself.
    ABSORBED = "absorbed"
    #: Opened after the tree was kept: hangs where the unions it came from stood, without a headcount of that day.
    NEWCOMER = "newcomer"


class HeadcountSource(StrEnum):
    """Who said a headcount: the union itself, one above it, a list."""

    OWN = "own"
    ABOVE = "above"
    IMPORT = "import"


#: ``UnionSpell.since`` of a union whose opening nobody has said.
FIRST_DAY = date(1900, 1, 1)
#: When figures whose entering nobody noted are taken as entered.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
#: ``KeptTree.id`` of the tree as it is today.
PRESENT = 1

LEVEL_NAMES = {
    Level.NATIONAL: N_("Tổng Liên đoàn"),
    Level.PROVINCIAL: N_("LĐLĐ tỉnh, thành phố; công đoàn ngành trung ương"),
    Level.UPPER: N_("Công đoàn cấp trên trực tiếp cơ sở"),
    Level.GRASSROOTS: N_("Công đoàn cơ sở"),
    Level.SECTION: N_("Công đoàn bộ phận, tổ công đoàn"),
}

#: What to write in the column "Cấp" of a list of unions.
LEVEL_WORDS = {
    Level.NATIONAL: "Tổng LĐLĐ",
    Level.PROVINCIAL: "LĐLĐ tỉnh",
    Level.UPPER: "Cấp trên trực tiếp cơ sở",
    Level.GRASSROOTS: "Cơ sở",
    Level.SECTION: "Bộ phận",
}

_LEVELS = {
    Level.NATIONAL: ("national", "tong ldld", "tong lien doan", "trung uong"),
    Level.PROVINCIAL: ("provincial", "ldld tinh", "tinh", "cap tinh", "ldld tinh thanh pho", "nganh trung uong"),
    Level.UPPER: (
        "upper",
        "cap tren truc tiep co so",
        "cong doan cap tren truc tiep co so",
        "cap tren",
        "cap tren co so",
        "huyen",
        "cap huyen",
        "ldld huyen",
        "nganh",
        "cong doan nganh",
    ),
    Level.GRASSROOTS: ("grassroots", "co so", "cong doan co so", "cdcs"),
    Level.SECTION: ("section", "bo phan", "cong doan bo phan", "to", "to cong doan", "cdbp"),
}
_LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words}

#: Where people belong; the levels above them only hold officials.
BASE_LEVELS = frozenset({Level.GRASSROOTS, Level.SECTION})

MAX_CODE = 40
MAX_NAME = 300
MAX_SHORT = 120
MAX_SEARCH = 700
MAX_NOTE = 1000
#: No single union at a workplace has more people; above it, no country has.
MAX_HEADCOUNT = {True: 300_000, False: 50_000_000}

_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?")
#: Short forms that names are written with and searched by, both ways.
_SHORT_FORMS = {
    "ldld": "lien doan lao dong",
    "cdcs": "cong doan co so",
    "cd": "cong doan",
    "ubnd": "uy ban nhan dan",
    "thcs": "trung hoc co so",
    "thpt": "trung hoc pho thong",
    "ptdt": "pho thong dan toc",
    "tnhh": "trach nhiem huu han",
    "tp": "thanh pho",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row of a file is refused and what to do; ``row`` None: the whole file."""

    message: Message
    row: int | None = None


def normal_code(text: str) -> str:
    """The one way a code is written.

    >>> normal_code(" lc-pt-001 ")
    'LC-PT-001'
    """
    return text.strip().upper()


def is_code(text: str) -> bool:
    """Whether a code is written as codes must be.

    >>> is_code("LC-PT-001"), is_code("đơn vị")
    (True, False)
    """
    return len(text) <= MAX_CODE and _CODE.fullmatch(text) is not None


def parse_level(text: str) -> Level | None:
    """The level a cell names.

    >>> parse_level("Cơ sở"), parse_level("LĐLĐ tỉnh"), parse_level("xóm")
    (<Level.GRASSROOTS: 'grassroots'>, <Level.PROVINCIAL: 'provincial'>, None)
    """
    return _LEVEL_OF.get(" ".join(re.sub(r"[^a-z ]", " ", fold(text)).split()))


def search_text(code: str, name: str, short_name: str = "") -> str:
    """What a search for a union looks in: name, short name and code without marks, short forms spelled out.

    >>> search_text("LC-PT", "LĐLĐ huyện Phong Thổ")
    'ldld huyen phong tho lc-pt lien doan lao dong'
    """
    text = fold(" ".join(part for part in (name, short_name, code) if part))
    words = set(text.split())
    more = [long for short, long in _SHORT_FORMS.items() if short in words and long not in text]
    more += [short for short, long in _SHORT_FORMS.items() if long in text and short not in words]
    return " ".join([text, *more])[:MAX_SEARCH].rstrip()


def may_stand_under(level: Level, parent: Level) -> bool:
    """Whether a union of a level may be managed by one of another: always downwards, two levels may nest.

    >>> may_stand_under(Level.GRASSROOTS, Level.UPPER), may_stand_under(Level.UPPER, Level.GRASSROOTS)
    (True, False)
    """
    order = list(Level)
    if level == parent:
        return level in {Level.UPPER, Level.SECTION}
    return order.index(level) > order.index(parent)


def unknown_level(text: str) -> Message:
    """For a cell that names no level, or none at all."""
    words = ", ".join(LEVEL_WORDS.values())
    if not text:
        return message(N_("Thiếu cấp của đơn vị. Hãy ghi một trong các cấp: %(words)s."), words=words)
    return message(
        N_("Không hiểu cấp “%(level)s”. Hãy ghi một trong các cấp: %(words)s."), level=text[:MAX_SHORT], words=words
    )
