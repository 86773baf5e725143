"""In whose name a union writes, and to whom one writes at the union above."""

from datetime import date

import pytest

from contest.reports.rules import DocumentKind
from contest.reports.wording import head_words, leaders

TODAY = date(2026, 7, 4)
CONFEDERATION = "Tổng Liên đoàn Lao động Việt Nam"
PROVINCE = "Liên đoàn Lao động tỉnh Lai Châu"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (CONFEDERATION, "Đoàn Chủ tịch"),
        (PROVINCE, "Ban Thường vụ"),
        ("Công đoàn ngành Giáo dục tỉnh Lai Châu", "Ban Thường vụ"),
        ("CĐCS Trường Mầm non Chim Én", "Ban Chấp hành"),
    ],
)
def test_every_level_has_its_own_body(name, body):
    assert leaders(name) == body
    assert head_words(DocumentKind.REPORT, name, [], TODAY)["quyen_han"] == f"TM. {body.upper()}"


def test_a_province_writes_to_the_presidium_of_the_confederation():
    told = head_words(DocumentKind.REPORT, PROVINCE, [CONFEDERATION], TODAY)
    assert told["kinh_gui"] == "Đoàn Chủ tịch Tổng LĐLĐ Việt Nam"
