"""Values that stand in a column of a sheet or behind a label in a Word file: key, kind, level, what stays last.

Each takes the text and a list to which it adds a fault when the text cannot be understood.
"""

import re
from collections.abc import Sequence

from questions.formats.wording import (
    parse_difficulty,
    parse_kind,
    parse_last,
    parse_letters,
    parse_scoring,
    stays_last_by_wording,
)
from questions.messages import N_, Message, message
from questions.rules import KIND_NAMES, LETTERS, SCORING_NAMES, SCORINGS, Difficulty, Kind, Scoring
from questions.text import fold


def read_key(text: str, count: int, faults: list[Message]) -> frozenset[int] | None:
    """The right ones among ``count`` options; None, with a fault, when the text names none or one that is not there."""
    found = parse_letters(text)
    if found is None:
        faults.append(
            message(
                N_("Không hiểu đáp án “%(key)s”. Hãy ghi chữ cái của phương án đúng, ví dụ: B hoặc A, C."),
                key=short(text),
            )
        )
        return None
    outside = [LETTERS[index] for index in found if index >= count]
    if outside:
        faults.append(
            message(N_("Đáp án %(letters)s không có trong các phương án. Hãy sửa đáp án."), letters=", ".join(outside))
        )
        return None
    return frozenset(found)


def read_kind(text: str, otherwise: Kind, faults: list[Message]) -> Kind:
    """The kind as written, else the one given."""
    kind = parse_kind(text) if text else otherwise
    if kind is None:
        faults.append(
            message(
                N_("Không hiểu loại câu hỏi “%(kind)s”. Hãy ghi một trong các loại: %(known)s."),
                kind=short(text),
                known=", ".join(KIND_NAMES.values()),
            )
        )
    return kind or otherwise


def read_scoring(text: str, kind: Kind, otherwise: Scoring, faults: list[Message]) -> Scoring:
    """How partly right answers count as written, else what is usual for the kind."""
    scoring = parse_scoring(text) if text else otherwise
    if scoring is None or scoring not in SCORINGS[kind]:
        faults.append(
            message(
                N_("Không dùng được cách chấm “%(text)s” cho loại câu này. Hãy ghi một trong: %(known)s."),
                text=short(text),
                known="; ".join(SCORING_NAMES[one] for one in SCORINGS[kind]),
            )
        )
        return otherwise
    return scoring


def read_compare(text: str, faults: list[Message]) -> tuple[bool, bool]:
    """Whether diacritics, and whether upper and lower case, must be right in a short answer."""
    words = [fold(word) for word in re.split(r"[,;+]", text) if word.strip()]
    known = {"dung dau": 0, "phan biet dau": 0, "dung chu hoa": 1, "phan biet chu hoa": 1, "khong": 2}
    if any(word not in known for word in words):
        faults.append(
            message(
                N_("Không hiểu “So đáp án: %(text)s”. Hãy ghi: Đúng dấu, Đúng chữ hoa, hoặc để trống."),
                text=short(text),
            )
        )
    said = {known.get(word) for word in words}
    return 0 in said, 1 in said


def read_words(text: str, faults: list[Message]) -> tuple[int | None, int | None]:
    """Least and most words of an essay: ``50-300``, ``50-``, ``-300``, ``300``."""
    match = re.fullmatch(r"(\d{1,5})?\s*[-–]\s*(\d{1,5})?|(\d{1,5})", text)
    if text and not match:
        faults.append(
            message(N_("Không hiểu số từ “%(text)s”. Hãy ghi ít nhất và nhiều nhất, ví dụ 50-300."), text=short(text))
        )
    if not text or not match:
        return None, None
    if match[3]:
        return None, int(match[3])
    return int(match[1]) if match[1] else None, int(match[2]) if match[2] else None


def read_difficulty(text: str, otherwise: Difficulty, faults: list[Message]) -> Difficulty:
    """The level as written, else the one given."""
    level = parse_difficulty(text) if text else otherwise
    if level is None:
        faults.append(
            message(N_("Không hiểu mức độ “%(level)s”. Hãy ghi: Dễ, Trung bình hoặc Khó."), level=short(text))
        )
    return level or otherwise


def read_last(text: str, choices: Sequence[str], faults: list[Message]) -> frozenset[int]:
    """Options that stay last: as written ("D", "Không"), or by their wording where nothing is written."""
    if not text:
        return frozenset(index for index, choice in enumerate(choices) if stays_last_by_wording(choice))
    found = parse_last(text)
    if found is None or any(index >= len(choices) for index in found):
        faults.append(
            message(
                N_("Không hiểu “Giữ cuối: %(last)s”. Hãy ghi chữ cái của phương án, ví dụ: D, hoặc Không."),
                last=short(text),
            )
        )
    return frozenset(found or ())


def short(text: str) -> str:
    """A text as it is quoted in a message."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
