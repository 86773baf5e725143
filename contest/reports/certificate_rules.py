"""What is printed on a certificate, and what its verifying page says; pure."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from contest.documents.rules import vietnamese
from contest.reports.rules import CertificateKind
from questions.messages import N_, Message, message

#: Certificates in one PDF at most; more come as a zip of several.
IN_ONE = 500
MAX_LINE = 300
#: What certificates are headed, in Vietnamese: the paper does not follow the reader's language.
HEADING = "GIẤY CHỨNG NHẬN"
MAX_WORDS = 600


@dataclass(frozen=True, slots=True)
class Part:
    """What a certificate is of: a contest, or a round of it."""

    contest: str
    round: str = ""

    @property
    def title(self) -> str:
        """
        >>> Part("Gửi niềm tin", "Đợt 1").title, Part("Gửi niềm tin").title
        ('Đợt 1 - Gửi niềm tin', 'Gửi niềm tin')
        """
        return f"{self.round} - {self.contest}" if self.round else self.contest


@dataclass(frozen=True, slots=True)
class Printed:
    """The words around the name: the issuing body with the one above it, what for, place and day, who signs.

    ``number`` holds ``{n}`` where the running number goes. Of one certificate also ``rank`` and ``result``: place and
    points of its holder, which only Word templates may name.
    """

    above: str = ""
    issuer: str = ""
    heading: str = ""
    words: str = ""
    number: str = ""
    first: int = 1
    basis: str = ""
    place: str = ""
    dated: str = ""
    on_behalf: str = ""
    signer_title: str = ""
    signer: str = ""
    rank: str = ""
    result: str = ""

    @property
    def place_and_day(self) -> str:
        return ", ".join(part for part in (self.place, self.dated) if part)

    def data(self) -> dict[str, Any]:
        return asdict(self)


class Validity(StrEnum):
    """What the verifying page answers."""

    VALID = "valid"
    REVOKED = "revoked"
    #: The prize was taken away or changed by an announced correction.
    CORRECTED = "corrected"
    #: Having taken part counts no more; why is not told to strangers.
    WITHDRAWN = "withdrawn"


def numbered(pattern: str, number: int) -> str:
    """The number as printed.

    >>> numbered("{n}/GCN-LĐLĐ", 7), numbered("", 7)
    ('07/GCN-LĐLĐ', '')
    """
    return pattern.replace("{n}", f"{number:02d}")


def points_words(points: int | Decimal) -> str:
    """
    >>> points_words(29), points_words(Decimal("28.500"))
    ('29 điểm', '28,5 điểm')
    """
    text = vietnamese(float(points), 3) if isinstance(points, Decimal) else vietnamese(points)
    return f"{text.rstrip('0').rstrip(',') if ',' in text else text} điểm"


def faults(printed: Printed) -> list[tuple[str, Message]]:
    """What is wrong with the words of a certificate, by field."""
    found = []
    if printed.number and "{n}" not in printed.number:
        text = N_("Số giấy chứng nhận phải có {n} ở chỗ ghi số thứ tự, ví dụ {n}/GCN-LĐLĐ.")
        found.append(("number", message(text)))
    if printed.first < 1:
        found.append(("first", message(N_("Số bắt đầu phải từ 1 trở lên."))))
    return found


def first_words(kind: CertificateKind) -> Message:
    """What a certificate says below the name when nobody wrote anything else."""
    if kind is CertificateKind.PRIZE:
        return message(N_("Đã đạt"))
    return message(N_("Đã tham gia cuộc thi"))


def batches(count: int) -> list[tuple[int, int]]:
    """Which certificates go into which PDF: (from, until), until not included.

    >>> batches(1200)
    [(0, 500), (500, 1000), (1000, 1200)]
    """
    return [(start, min(start + IN_ONE, count)) for start in range(0, count, IN_ONE)]
