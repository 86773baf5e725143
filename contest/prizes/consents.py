"""What a winner is asked before more than the regulations say is published about them; pure (Law 91/2025/QH15)."""

from questions.messages import N_

#: In front of the contest's id: a consent holds for the prizes of one contest only.
WINNER = "winner"
#: Grows with every change of the wording.
TEXT_VERSION = "2026-11"

CONSENT_TEXT = (
    N_("Ban tổ chức công bố đầy đủ họ tên và nơi công tác của bạn trong danh sách đoạt giải của cuộc thi này."),
    N_("Danh sách có thể được in, đăng trên trang thông tin của công đoàn và gửi báo chí."),
    N_(
        "Nếu bạn không đồng ý, bạn vẫn được nhận giải; danh sách công khai chỉ hiện tên bạn theo cách thể lệ quy định. "
        "Số điện thoại và giấy tờ của bạn không bao giờ công khai."
    ),
    N_("Bạn rút lại đồng ý bất cứ lúc nào ở trang này hoặc trang Tài khoản; bản đã in hoặc đã đăng thì vẫn còn."),
)


def purpose_of(contest_id: int) -> str:
    """The purpose that a winner's consent is kept under.

    >>> purpose_of(12)
    'winner:12'
    """
    return f"{WINNER}:{contest_id}"
