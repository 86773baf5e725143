"""Kinds of documents and what they are made of; pure."""

from datetime import timedelta
from enum import StrEnum

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


DOCUMENT_NAMES = {
    DocumentKind.REPORT: N_("Báo cáo kết quả tham gia"),
    DocumentKind.YEARLY: N_("Báo cáo năm"),
    DocumentKind.NOTICE: N_("Thông báo kết quả"),
    DocumentKind.DECISION: N_("Quyết định khen thưởng, trao giải"),
}


class CertificateKind(StrEnum):
    TAKING_PART = "taking_part"
    PRIZE = "prize"


CERTIFICATE_NAMES = {
    CertificateKind.TAKING_PART: N_("Giấy chứng nhận tham gia"),
    CertificateKind.PRIZE: N_("Giấy chứng nhận đạt giải"),
}
