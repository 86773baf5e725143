"""Kinds of documents and what they are made of; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from questions.messages import N_

#: How long a made file can be fetched.
KEPT_FOR = timedelta(days=30)


class DocumentKind(StrEnum):
    """Documents that the platform writes and a union may have its own template for."""

    REPORT = "report"
    #: Of a union over all contests of a year.
    YEARLY = "yearly"
    NOTICE = "notice"
    DECISION = "decision"
    #: Certificates, named as :class:`CertificateKind` does.
    TAKING_PART = "taking_part"
    PRIZE = "prize"


DOCUMENT_NAMES = {
    DocumentKind.REPORT: N_("Báo cáo kết quả tham gia"),
    DocumentKind.YEARLY: N_("Báo cáo năm"),
    DocumentKind.NOTICE: N_("Thông báo kết quả"),
    DocumentKind.DECISION: N_("Quyết định khen thưởng, trao giải"),
    DocumentKind.TAKING_PART: N_("Giấy chứng nhận tham gia"),
    DocumentKind.PRIZE: N_("Giấy chứng nhận đạt giải"),
}
#: Documents that are sheets for many people, and those that are letters with words of their own.
SHEETS = (DocumentKind.TAKING_PART, DocumentKind.PRIZE)
LETTERS = tuple(kind for kind in DocumentKind if kind not in SHEETS)


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name in tags, what it holds, an example. ``columns``: of a list of rows, name and meaning."""

    name: str
    about: str
    example: Any
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        return isinstance(self.example, list)


class CertificateKind(StrEnum):
    TAKING_PART = "taking_part"
    PRIZE = "prize"


CERTIFICATE_NAMES = {
    CertificateKind.TAKING_PART: N_("Giấy chứng nhận tham gia"),
    CertificateKind.PRIZE: N_("Giấy chứng nhận đạt giải"),
}
