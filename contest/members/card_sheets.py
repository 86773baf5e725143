"""Cards as a sheet to print and cut: ten an A4 page, each with name, union, QR code and code."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import segno

from contest.members.card_codes import shown
from contest.members.cards import Card
from questions.messages import N_

HEADING = N_("Thẻ dự thi")
HOW = (
    N_("1. Quét mã QR, hoặc mở %(site)s/the rồi gõ mã trên thẻ."),
    N_("2. Thấy đúng tên mình thì bấm nút Vào thi."),
)
WARNING = N_("Giữ kín như mật khẩu: ai cầm thẻ là vào thi được bằng tên bạn.")


def data(cards: Sequence[Card], site: str, say: Callable[[str], str]) -> dict[str, Any]:
    """What the layout ``cards`` prints; ``site`` is the address of the start page without the last slash."""
    short = site.split("://")[-1]
    return {
        "heading": say(HEADING),
        "how": [say(line) % {"site": short} if "%(" in line else say(line) for line in HOW],
        "warning": say(WARNING),
        "cards": [
            {"name": card.name, "union": card.union, "code": shown(card.code), "qr": qr(f"{site}/the/{card.code}")}
            for card in cards
        ],
    }


def qr(address: str) -> str:
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", xmldecl=False, border=1)
    return drawn.getvalue().decode()
