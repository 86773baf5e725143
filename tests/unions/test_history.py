"""The history of a union reads as sentences, with the names of the day."""

from datetime import date

from support.decisions import decided, merging, moving, opening, row

from contest import clock
from contest.accounts.rules import TERMINAL
from contest.unions import queries, undoing
from contest.unions.history import history
from contest.unions.rules import Level
from contest.web.texts import say

DAY = date(2025, 7, 1)


def told(app, session, code):
    with app.test_request_context():
        return [say(sentence) for sentence in history(session, queries.by_code(session, code).id)]


def test_founding_renaming_moving_and_ending_read_as_sentences(app, town, session):
    assert town.province
    decided(
        session,
        opening("LC-X", "LC-PT", name="CĐCS xã Sin Suối Hồ"),
        merging("LC-PT-1", "LC-X"),
        merging("LC-PT-2", "LC-X"),
        number="1215/QĐ-LĐLĐ",
        on=DAY,
    )
    decided(session, row("rename", "LC-X", name="CĐCS Sin Suối Hồ"), number="20/QĐ", on=date(2025, 9, 1))
    decided(session, moving("LC-X", "LC-TU"), merging("LC-TU-1", "LC-X"), number="31/QĐ", on=date(2026, 1, 5))
    decided(session, row("place", "LC-X", place="03466 - Xã Sin Suối Hồ"), number="", on=date(2026, 2, 1))
    decided(session, row("close", "LC-X"), number="40/QĐ", on=date(2026, 3, 15))
    assert told(app, session, "LC-X") == [
        "Thành lập ngày 01/7/2025 theo Quyết định số 1215/QĐ-LĐLĐ trên cơ sở CĐCS số 1 LĐLĐ huyện Phong Thổ và "
        "CĐCS số 2 LĐLĐ huyện Phong Thổ, trực thuộc LĐLĐ huyện Phong Thổ.",
        "Đổi tên từ ngày 01/9/2025 theo Quyết định số 20/QĐ: CĐCS xã Sin Suối Hồ thành CĐCS Sin Suối Hồ.",
        "Nhận CĐCS số 1 LĐLĐ huyện Than Uyên sáp nhập vào từ ngày 05/01/2026 theo Quyết định số 31/QĐ.",
        "Chuyển từ ngày 05/01/2026 theo Quyết định số 31/QĐ: trước trực thuộc LĐLĐ huyện Phong Thổ, nay trực thuộc "
        "LĐLĐ huyện Than Uyên.",
        "Địa bàn từ ngày 01/02/2026: Xã Sin Suối Hồ.",
        "Kết thúc hoạt động ngày 15/3/2026 theo Quyết định số 40/QĐ.",
    ]
    assert told(app, session, "LC-PT-1") == [
        "Kết thúc hoạt động ngày 01/7/2025 theo Quyết định số 1215/QĐ-LĐLĐ, sáp nhập vào CĐCS xã Sin Suối Hồ."
    ]


def test_splitting_and_undone_decisions(app, town, session):
    assert town.province
    parts = (opening("A", "LC-PT", name="CĐCS A"), opening("B", "LC-PT", name="CĐCS B"))
    splits = (row("split", "LC-PT-1", successors=("A", "B")), row("close", "LC-PT-1"))
    decision = decided(session, *parts, *splits, on=DAY, number="5/QĐ")
    assert told(app, session, "LC-PT-1") == [
        "Chia tách ngày 01/7/2025 theo Quyết định số 5/QĐ thành CĐCS A và CĐCS B.",
        "Kết thúc hoạt động ngày 01/7/2025 theo Quyết định số 5/QĐ; các đơn vị kế thừa: CĐCS A và CĐCS B.",
    ]
    undoing.undo(session, TERMINAL, decision, "nhập nhầm", clock.now())
    assert told(app, session, "LC-PT-1") == []


def test_a_change_of_level_is_told(app, town, session):
    section = town.province and town.union("LC-PT-1-A", "CĐ bộ phận A", town.LC_PT_1, Level.SECTION)
    decided(session, moving("LC-PT-1-A", "LC-PT", level=Level.GRASSROOTS), on=DAY, number="6/QĐ")
    assert "nay trực thuộc LĐLĐ huyện Phong Thổ" in told(app, session, section.code)[0]
