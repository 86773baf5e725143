"""Pictures to share, posters and the table for workshops, set by Typst; texts go in as data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from contest.campaigns.facts import Facts
from contest.campaigns.queries import Absent
from contest.documents import typesetting
from contest.rounds.models import Contest
from contest.web.pictures import qr_drawing
from contest.web.texts import instant, number

#: Pixels of the pictures: square for Zalo and Facebook, wide for links.
SQUARE, WIDE = (1080, 1080), (1200, 630)
#: Rows of a table at least, and empty ones below the names at least: a short list leaves room on the paper.
BLANK_ROWS, MORE_ROWS = 40, 8
#: Names that one table takes, more than any grassroots union puts on a wall; from how many on it is set apart, so that
#: other requests do not wait.
MAX_ROWS, MANY_ROWS = 2000, 200


@dataclass(frozen=True, slots=True)
class Handout:
    """A file as it stands in the address, and how it is set."""

    name: str
    mimetype: str
    make: Callable[[Contest, Facts, Sequence[Absent]], bytes]
    #: Whether it holds names where the visitor may see them.
    named: bool = False
    #: Whether it says how to take part, which ends with the contest.
    inviting: bool = False


def steps(facts: Facts) -> list[str]:
    """How to take part, in four steps."""
    minutes = gettext("Bấm Bắt đầu làm bài, trả lời các câu hỏi rồi bấm Nộp bài.")
    if facts.minutes:
        minutes = gettext("Bấm Bắt đầu làm bài, trả lời trong %(minutes)s phút rồi bấm Nộp bài.", minutes=facts.minutes)
    return [
        gettext("Mở máy ảnh hoặc Zalo trên điện thoại, quét mã QR."),
        gettext("Đăng ký bằng họ tên, số điện thoại, công đoàn của mình; đã đăng ký thì đăng nhập."),
        minutes,
        gettext("Thi xong, báo cho tổ trưởng công đoàn và rủ thêm người bên cạnh."),
    ]


def _common(contest: Contest, facts: Facts) -> dict[str, Any]:
    return {
        "inviting": _inviting(facts),
        "contest": contest.title,
        "union": facts.union,
        "when": _when(facts),
        "how": _how(facts),
        "qr": qr_drawing(facts.address),
        "scan": gettext("Quét mã để xem kết quả") if facts.is_over else gettext("Quét mã để vào thi"),
        "address": facts.address.removeprefix("https://").removeprefix("http://"),
    }


def _inviting(facts: Facts) -> str:
    if facts.is_over:
        return gettext("Cảm ơn đoàn viên, người lao động đã dự thi")
    return gettext("Mời đoàn viên, người lao động dự thi")


def _when(facts: Facts) -> str:
    if facts.opens_at is None:
        return gettext("Lịch thi sẽ được thông báo")
    if facts.is_over:
        return gettext("Cuộc thi đã kết thúc lúc %(closes)s", closes=instant(facts.closes_at))
    return gettext("Từ %(from)s đến %(until)s", **{"from": instant(facts.opens_at)}, until=instant(facts.closes_at))


def _how(facts: Facts) -> str:
    """What to expect; once it is over, how many came."""
    if facts.is_over:
        if not facts.people:
            return ""
        told = {"people": number(facts.people), "attempts": number(facts.attempts)}
        return gettext("%(people)s người dự thi, %(attempts)s lượt thi", **told)
    if facts.minutes:
        return gettext("Thi trực tuyến trên điện thoại, mỗi lượt %(minutes)s phút", minutes=facts.minutes)
    return gettext("Thi trực tuyến trên điện thoại")


def _picture(size: tuple[int, int]) -> Callable[[Contest, Facts, Sequence[Absent]], bytes]:
    def make(contest: Contest, facts: Facts, _people: Sequence[Absent]) -> bytes:
        # At 72 dots an inch a point is a pixel.
        data = _common(contest, facts) | {"width": size[0], "height": size[1]}
        return typesetting.picture("share", data, 72)

    return make


def _poster(paper: str) -> Callable[[Contest, Facts, Sequence[Absent]], bytes]:
    def make(contest: Contest, facts: Facts, _people: Sequence[Absent]) -> bytes:
        contact = " ".join(contest.contact.split())
        data = _common(contest, facts) | {
            "paper": paper,
            "steps": steps(facts),
            "contact": gettext("Hỏi đáp: %(contact)s", contact=contact) if contact else "",
        }
        return typesetting.pdf("poster", data)

    return make


def table(contest: Contest, facts: Facts, people: Sequence[Absent]) -> bytes:
    """The table for a workshop: names from the roster where they may be seen, else empty rows."""
    data = _common(contest, facts) | {
        "title": gettext("Bảng theo dõi tham gia"),
        "how_title": gettext("Cách tham gia"),
        "steps": steps(facts),
        "heads": [
            gettext("STT"),
            gettext("Họ và tên"),
            gettext("Tổ, bộ phận"),
            gettext("Ngày đã thi"),
            gettext("Ký tên hoặc ghi chú"),
        ],
        "rows": [[person.name, "" if person.union == facts.union else person.union] for person in people],
        "blank": max(MORE_ROWS, BLANK_ROWS - len(people)),
        "foot": gettext("Danh sách dùng trong đơn vị, không đăng công khai"),
    }
    setting = typesetting.pdf_apart if len(people) > MANY_ROWS else typesetting.pdf
    return setting("paper_table", data)


PNG, PDF = "image/png", "application/pdf"
HANDOUTS = {
    handout.name: handout
    for handout in (
        Handout("vuong.png", PNG, _picture(SQUARE)),
        Handout("ngang.png", PNG, _picture(WIDE)),
        Handout("ap-phich-a3.pdf", PDF, _poster("a3"), inviting=True),
        Handout("ap-phich-a4.pdf", PDF, _poster("a4"), inviting=True),
        Handout("bang-ghi.pdf", PDF, table, named=True, inviting=True),
    )
}


def offered(facts: Facts) -> dict[str, Handout]:
    """The files that make sense now, by name: none that invites once the contest is over."""
    return {name: one for name, one in HANDOUTS.items() if not (one.inviting and facts.is_over)}
