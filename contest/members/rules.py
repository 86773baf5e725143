"""What a registration must look like, and what a participant consents to; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contest.accounts.rules import MAX_PASSWORD, MIN_PASSWORD, PersonKind
from contest.unions.rules import BASE_LEVELS, Level
from questions.messages import N_, Message, message
from questions.text import fold

MAX_NAME = 120
#: Accounts that may share one phone: signing in tries the password of each.
MAX_ACCOUNTS = 10

PARTICIPATION = "participation"

#: What a participant agrees to, in the wording of ``accounts.rules.CONSENT_VERSION`` (Law 91/2025/QH15).
CONSENT_TEXT = (
    N_("Ban tổ chức dùng họ tên, số điện thoại, công đoàn, tư cách dự thi, bài làm và kết quả của bạn để tổ chức thi."),
    N_("Thông tin này dùng để xếp hạng, trao giải và thống kê tham gia; không bán, không dùng để quảng cáo."),
    N_("Công đoàn quản lý bạn và công đoàn cấp trên được xem việc tham gia của bạn để tổng hợp, báo cáo."),
    N_(
        "Để giữ công bằng, máy chủ lưu mã băm của trình duyệt và địa chỉ mạng khi bạn đăng ký và bắt đầu lượt thi, "
        "không lưu địa chỉ; mã và các dấu hiệu bất thường suy ra từ đó bị xoá 90 ngày sau khi đợt thi đóng."
    ),
    N_("Danh sách công khai chỉ hiện tên theo cách thể lệ cuộc thi quy định; số điện thoại không bao giờ công khai."),
    N_("Bạn xem, tải về thông tin của mình và rút lại đồng ý bất cứ lúc nào ở trang Tài khoản."),
    N_("Khi bạn rút lại, Ban tổ chức ngừng xử lý thông tin trong vòng 15 ngày; việc đã làm trước đó vẫn có hiệu lực."),
)

#: Purposes of consents by what stands before a colon; "winner:<contest id>" is asked for by :mod:`contest.prizes`.
PURPOSE_NAMES = {
    PARTICIPATION: N_("Xử lý thông tin cá nhân để tham gia cuộc thi"),
    "winner": N_("Công bố họ tên và nơi công tác khi đạt giải"),
}

_EASY = frozenset({"123456", "1234567", "12345678", "123456789", "1234567890", "654321", "abcdef", "qwerty", "matkhau"})


class RequestState(StrEnum):
    """What became of a request to correct somebody's union."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class MoveCause(StrEnum):
    """Why somebody no longer belongs where they belonged."""

    ROSTER = "roster"
    CORRECTION = "correction"
    REORGANISATION = "reorganisation"
    LEAVING = "leaving"
    MERGE = "merge"
    #: Changed by the person before their first attempt.
    OWN = "own"


#: Why a membership ended, as a part of a sentence.
CAUSE_SENTENCES = {
    MoveCause.ROSTER: N_("chuyển theo danh sách của công đoàn"),
    MoveCause.CORRECTION: N_("sửa vì chọn nhầm công đoàn"),
    MoveCause.REORGANISATION: N_("chuyển theo quyết định sắp xếp tổ chức công đoàn"),
    MoveCause.LEAVING: N_("thôi là đoàn viên"),
    MoveCause.MERGE: N_("gộp hai hồ sơ trùng nhau"),
    MoveCause.OWN: N_("tự đổi trước khi dự thi"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """What registration must know of somebody with the same phone; ``privileged``: holds a role."""

    id: int
    name_fold: str
    union_id: int | None
    password_hash: str | None
    privileged: bool = False


@dataclass(frozen=True, slots=True)
class Registration:
    """Somebody who registers; ``phone`` in normal form, ``trace`` as :mod:`contest.web.traces` makes it.

    ``birth_on`` None: not asked for.
    """

    name: str
    phone: str
    union_id: int
    kind: PersonKind
    password_hash: str
    trace: tuple[str | None, str | None] = (None, None)
    birth_on: date | None = None


def tidy_name(text: str) -> str:
    """A name in usual letters when it was typed all small or all big.

    >>> tidy_name("NGUYỄN THỊ LAN"), tidy_name("vừ a dính"), tidy_name("H'Hen Niê")
    ('Nguyễn Thị Lan', 'Vừ A Dính', "H'Hen Niê")
    """
    return text.title() if text in (text.lower(), text.upper()) else text


def name_fault(name: str) -> Message | None:
    """What is wrong with a person's name, if anything."""
    letters = sum(char.isalpha() for char in name)
    if not name:
        return message(N_("Hãy nhập họ và tên."))
    if len(name) > MAX_NAME:
        return message(N_("Họ và tên dài quá %(limit)s ký tự. Hãy nhập ngắn hơn."), limit=MAX_NAME)
    if any(char.isdigit() for char in name):
        return message(N_("Họ và tên không có chữ số. Hãy nhập đúng họ và tên."))
    if letters < 2 or any(not (char.isalpha() or char in " '’.-") for char in name):
        return message(N_("Họ và tên chỉ gồm chữ cái, ít nhất 2 chữ cái. Hãy nhập đúng họ và tên."))
    return None


def password_fault(password: str, phone: str | None) -> Message | None:
    """What is wrong with a new password, if anything."""
    if len(password) < MIN_PASSWORD:
        return message(N_("Mật khẩu phải có ít nhất %(least)s ký tự. Hãy đặt mật khẩu dài hơn."), least=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        return message(N_("Mật khẩu dài quá %(limit)s ký tự. Hãy đặt mật khẩu ngắn hơn."), limit=MAX_PASSWORD)
    if password.lower() in _EASY or password == phone or len(set(password)) == 1:
        return message(N_("Mật khẩu này quá dễ đoán. Hãy đặt mật khẩu khác."))
    return None


#: Ages in years that a participant may have.
AGES = range(10, 111)


def birth_fault(birth_on: date | None, today: date) -> Message | None:
    """What is wrong with a day of birth that was asked for, if anything."""
    if birth_on is None:
        return message(N_("Hãy nhập ngày sinh, ví dụ 05/09/1990."))
    age = today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))
    if age not in AGES:
        return message(N_("Ngày sinh %(day)s chưa đúng. Hãy kiểm tra lại năm sinh."), day=birth_on)
    return None


def union_fault(kind: PersonKind | None, level: Level) -> Message | None:
    """Members and workers belong to a workplace; only officials may belong to a level above."""
    if kind is PersonKind.OFFICIAL or level in BASE_LEVELS:
        return None
    return message(
        N_("Đoàn viên và người lao động chọn công đoàn cơ sở nơi mình làm việc, không chọn công đoàn cấp trên.")
    )


def account_to_claim(accounts: Sequence[Account], name: str, union_id: int) -> Account | None:
    """The imported person who registers now: same phone, name and union, no password yet and no role."""
    return next(
        (
            account
            for account in accounts
            if account.password_hash is None
            and not account.privileged
            and account.name_fold == fold(name)
            and account.union_id == union_id
        ),
        None,
    )


def registration_fault(
    accounts: Sequence[Account], fits: Mapping[int, bool], name: str, union_id: int
) -> Message | None:
    """Why somebody with this phone cannot register, given all accounts of the phone and whose password fits."""
    if any(fits.values()):
        return message(N_("Số điện thoại và mật khẩu này đã có tài khoản. Bạn đã đăng ký rồi, hãy đăng nhập."))
    if any(a.password_hash and a.name_fold == fold(name) and a.union_id == union_id for a in accounts):
        return message(
            N_(
                "Bạn đã có tài khoản với số điện thoại, họ tên và công đoàn này. Hãy đăng nhập; "
                "nếu quên mật khẩu, hãy nhờ Ban tổ chức đặt lại."
            )
        )
    if sum(account.password_hash is not None for account in accounts) >= MAX_ACCOUNTS:
        return message(
            N_("Số điện thoại này đã có %(limit)s tài khoản. Hãy dùng số khác hoặc liên hệ Ban tổ chức."),
            limit=MAX_ACCOUNTS,
        )
    return None
