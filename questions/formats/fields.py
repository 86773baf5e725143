"""Values that stand in a column of a sheet or behind a label in a Word file: key, kind, level, what stays last.

Each takes the text and a list to which it adds a fault when the text cannot be understood.
"""

from collections.abc import Sequence

from questions.formats.wording import parse_difficulty, parse_kind, parse_last, parse_letters, stays_last_by_wording
from questions.messages import N_, Message, message
from questions.rules import LETTERS, Difficulty, Kind


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
            message(N_("Không hiểu loại câu hỏi “%(kind)s”. Hãy ghi: Một đáp án, hoặc Nhiều đáp án."), kind=short(text))
        )
    return kind or otherwise


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
