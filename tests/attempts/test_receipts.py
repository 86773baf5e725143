"""A receipt can be computed again by a stranger, changes with everything that was received, and survives typing."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from contest.attempts.receipts import LENGTH, SIGNS, receipt_of, spaced, tidy

START = datetime(2026, 3, 1, 1, 0, 0, 250_000, tzinfo=UTC)
END = datetime(2026, 3, 1, 1, 19, 4, tzinfo=UTC)
SENT = {
    "code": "ABCDEFGHJKLMNPQR",
    "paper": [[7, [1, 0, 2], 10], [12, [], 20]],
    "answers": {"2": 'Tôn Đức Thắng "Bác Tôn"\nsố 2', "10": "T-F", "1": "AC"},
    "prediction": 1234,
    "started_at": START,
    "submitted_at": END,
}


def test_a_stranger_gets_the_same_receipt_by_the_description_alone():
    text = (
        r'{"answers":{"1":"AC","10":"T-F","2":"Tôn Đức Thắng \"Bác Tôn\"\nsố 2"},"code":"ABCDEFGHJKLMNPQR",'
        r'"paper":[[7,[1,0,2],10],[12,[],20]],"prediction":1234,'
        r'"started_at":"2026-03-01T01:00:00.250000Z","submitted_at":"2026-03-01T01:19:04.000000Z"}'
    )
    plain = base64.b32encode(hashlib.sha256(text.encode()).digest()[:10]).decode()
    crockford = plain.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
    assert receipt_of(**SENT) == crockford


@pytest.mark.parametrize(
    "change",
    [
        {"code": "ABCDEFGHJKLMNPQS"},
        {"paper": [[7, [0, 1, 2], 10], [12, [], 20]]},
        {"answers": SENT["answers"] | {"1": "A"}},
        {"answers": {}},
        {"prediction": 1235},
        {"prediction": None},
        {"started_at": START + timedelta(microseconds=1)},
        {"submitted_at": END - timedelta(microseconds=1)},
    ],
)
def test_anything_else_received_gives_another_receipt(change):
    assert receipt_of(**SENT | change) != receipt_of(**SENT)


def test_neither_time_zone_nor_order_of_keys_nor_kind_of_row_changes_it():
    vietnam = timezone(timedelta(hours=7))
    same = {
        "answers": dict(sorted(SENT["answers"].items())),
        "paper": [(7, (1, 0, 2), 10), (12, (), 20)],
        "started_at": START.astimezone(vietnam),
    }
    assert receipt_of(**SENT | same) == receipt_of(**SENT)


def test_an_answer_that_utf8_cannot_write_stops_nothing():
    assert len(receipt_of(**SENT | {"answers": {"1": "\ud83d"}})) == LENGTH


def test_leading_zeros_stay():
    receipts = [receipt_of(**SENT | {"prediction": number}) for number in range(200)]
    assert {len(receipt) for receipt in receipts} == {LENGTH}
    assert any(receipt.startswith("0") for receipt in receipts)
    assert set("".join(receipts)) == set(SIGNS)


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{0}\n", "số {0}"])
def test_what_people_type_is_understood(typed):
    receipt = "01K7M29QXCABCD10"
    assert spaced(receipt) == "01K7-M29Q-XCAB-CD10"
    for written in (receipt, spaced(receipt), spaced(receipt).lower(), "OlK7 M29Q XCAB CDIo"):
        assert tidy(typed.format(written)) == (receipt if "số" not in typed else None)


@pytest.mark.parametrize("typed", ["", "K7M2", "U" * 16, "0" * 17, "Đ" * 16, "0-" * 16 + "-" * 90])
def test_what_cannot_be_a_receipt_is_none(typed):
    assert tidy(typed) is None
