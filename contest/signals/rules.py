"""What looks odd, when it is looked for, how long it is kept, and the words for it; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from questions.messages import N_, Message, message

#: Traces and signals are erased so long after a round closed: complaints about results are long settled by then, and
#: personal data is kept no longer than its purpose asks (Law 91/2025/QH15). The consent text states the same number.
KEPT = timedelta(days=90)
#: A running round is looked at again after this at the earliest,
PAUSE = timedelta(minutes=5)
#: and a second later for every so many attempts, so that large rounds are not read again and again.
ATTEMPTS_PER_SECOND = 200
#: Rounds that closed longer ago are only looked at when somebody asks for it.
AFTERMATH = timedelta(days=2)
#: Letters of the note beside a verdict.
MAX_NOTE = 1000


class SignalKind(StrEnum):
    #: One browser for the attempts of many people.
    ONE_DEVICE = "one_device"
    #: Answered faster than the questions can be read, and right.
    TOO_FAST = "too_fast"
    #: The same rare wrong answers on the same questions.
    SAME_WRONG = "same_wrong"
    #: Many registrations from one browser or network within minutes.
    REGISTRATIONS = "registrations"


class Verdict(StrEnum):
    """What the committee made of a signal."""

    EXPLAINED = "explained"
    CONFIRMED = "confirmed"


KIND_NAMES = {
    SignalKind.ONE_DEVICE: N_("Nhiều người thi trên một máy"),
    SignalKind.TOO_FAST: N_("Làm nhanh hơn mức đọc kịp mà vẫn đúng"),
    SignalKind.SAME_WRONG: N_("Cùng chọn những đáp án sai hiếm gặp"),
    SignalKind.REGISTRATIONS: N_("Nhiều tài khoản đăng ký dồn dập"),
}

VERDICT_NAMES = {
    Verdict.EXPLAINED: N_("Đã giải thích được"),
    Verdict.CONFIRMED: N_("Xác nhận có vi phạm"),
}

#: A kind as the filter of the list names it.
SHORT_NAMES = {
    SignalKind.ONE_DEVICE: N_("Chung máy"),
    SignalKind.TOO_FAST: N_("Quá nhanh"),
    SignalKind.SAME_WRONG: N_("Sai giống nhau"),
    SignalKind.REGISTRATIONS: N_("Đăng ký dồn dập"),
}

#: What may lie behind a kind of signal without any fault: said on its page before anybody is judged.
INNOCENT = {
    SignalKind.ONE_DEVICE: N_(
        "Máy tính chung của phân xưởng, nhà văn hoá hay điện thoại của cán bộ công đoàn cho mượn đều bình thường. "
        "Hãy hỏi công đoàn cơ sở xem có tổ chức thi tập trung không."
    ),
    SignalKind.TOO_FAST: N_(
        "Người đã ôn rất kỹ, hoặc đã thi cùng bộ câu hỏi nhiều lượt, có thể làm rất nhanh. "
        "Hãy xem các lượt khác của họ."
    ),
    SignalKind.SAME_WRONG: N_(
        "Những người cùng học một tài liệu có lỗi có thể sai giống nhau. Hãy xem câu hỏi và hỏi nơi tổ chức ôn tập."
    ),
    SignalKind.REGISTRATIONS: N_(
        "Công đoàn có thể phát động đăng ký cùng lúc ở hội trường, hoặc cử một người đăng ký giúp. "
        "Nhiều người chung một mạng là bình thường."
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """Something odd: what it is about (``subject``, the same when it is found again), how strong, whose attempts."""

    kind: SignalKind
    subject: str
    strength: int
    people: int
    attempts: tuple[int, ...]
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Looked:
    """Over how many closed attempts a round was last looked at, and when."""

    attempts: int
    at: datetime
    erased_at: datetime | None = None


def is_due(looked: Looked | None, closed: int, now: datetime) -> bool:
    """Whether a round should be looked at now: attempts were closed since, and the last look is long enough ago."""
    if looked is None:
        return closed > 0
    if looked.erased_at is not None or closed == looked.attempts:
        return False
    return now >= looked.at + PAUSE + timedelta(seconds=closed // ATTEMPTS_PER_SECOND)


class Refused(ValueError):
    """A decision that cannot be taken; ``message`` says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.message = reason


def check_note(verdict: Verdict | None, note: str) -> None:
    """A verdict is about people, so it says what it rests on. Raises Refused."""
    if verdict and len(note) < 5:
        raise Refused(message(N_("Hãy ghi căn cứ của kết luận: đã hỏi ai, xem gì.")))


def reasons(kind: SignalKind, details: Mapping[str, Any]) -> list[Message]:
    """Why a signal was raised, in sentences made from its figures."""
    return _REASONS[kind](details)


def _one_device(d: Mapping[str, Any]) -> list[Message]:
    said = [
        message(
            N_("%(people)s người làm %(attempts)s lượt thi trên cùng một trình duyệt, trong %(span)s."),
            people=d["people"],
            attempts=d["attempts"],
            span=span(d["span_s"]),
        )
    ]
    if d["overlapping"]:
        said.append(
            message(
                N_("%(count)s lượt bắt đầu khi lượt của người khác trên máy đó còn đang làm."), count=d["overlapping"]
            )
        )
    if d["hasty"]:
        said.append(
            message(
                N_("%(count)s lượt bắt đầu chưa đầy %(seconds)s giây sau khi người trước nộp bài."),
                count=d["hasty"],
                seconds=d["hasty_s"],
            )
        )
    if d["quick"]:
        said.append(
            message(
                N_("%(count)s lượt làm xong chưa đến một phần ba thời gian thường thấy mà điểm từ mức giữa trở lên."),
                count=d["quick"],
            )
        )
    if len(said) == 1:
        said.append(message(N_("Các lượt nối nhau với khoảng nghỉ bình thường, như ở một máy dùng chung.")))
    if d["unions"] > 1:
        said.append(message(N_("Những người này thuộc %(count)s công đoàn khác nhau."), count=d["unions"]))
    return said


def _too_fast(d: Mapping[str, Any]) -> list[Message]:
    said = [
        message(
            N_("Làm %(questions)s câu trong %(time)s, mỗi câu %(each)s, được %(score)s/%(most)s điểm."),
            questions=d["questions"],
            time=seconds(d["elapsed_ms"]),
            each=seconds(d["elapsed_ms"] / d["questions"]),
            score=d["score"],
            most=d["most"],
        ),
        message(
            N_("Đề dài %(words)s chữ; chỉ đọc lướt cho hết đã cần chừng %(time)s."),
            words=d["words"],
            time=seconds(d["reading_ms"]),
        ),
    ]
    if d["median_ms"]:
        said.append(
            message(N_("Một nửa số lượt của đợt này làm từ %(time)s trở lên."), time=seconds(d["median_ms"])),
        )
    if d["attempts"] > 1:
        said.append(message(N_("%(count)s lượt của người này đều nhanh như vậy."), count=d["attempts"]))
    return said


def _same_wrong(d: Mapping[str, Any]) -> list[Message]:
    said = [
        message(
            N_(
                "Nhóm này có %(people)s người. Hai bài giống nhau nhất cùng sai %(both)s câu, "
                "trong đó %(matches)s câu chọn cùng một đáp án sai."
            ),
            people=d["people"],
            matches=d["matches"],
            both=d["both"],
        ),
        message(
            N_("Các đáp án sai ấy hiếm: trung bình cứ %(hundred)s người gặp câu đó thì chừng %(count)s người chọn."),
            hundred=100,
            count=max(1, round(100 * d["share"])),
        ),
        message(N_("Khả năng hai bài làm độc lập trùng như vậy chưa đến 1 phần %(odds)s."), odds=odds(d["ln_p"])),
    ]
    if d["apart_s"] is not None and d["apart_s"] <= 1800:
        said.append(message(N_("Các lượt bắt đầu cách nhau không quá %(span)s."), span=span(d["apart_s"])))
    if d["one_union"]:
        said.append(message(N_("Những người này cùng một công đoàn.")))
    if d["one_device"]:
        said.append(message(N_("Có người trong số này thi trên cùng một trình duyệt.")))
    return said


def _registrations(d: Mapping[str, Any]) -> list[Message]:
    place = N_("từ cùng một trình duyệt") if d["by"] == "device" else N_("từ cùng một địa chỉ mạng")
    said = [
        message(
            N_(
                "%(people)s người dự thi đăng ký %(place)s trong %(span)s; "
                "lúc dồn nhất %(peak)s người trong %(window)s."
            ),
            people=d["people"],
            place=message(place),
            span=span(d["span_s"]),
            peak=d["peak"],
            window=span(d["window_s"]),
        )
    ]
    if d["by"] == "network":
        said.append(message(N_("Chỉ chung mạng thì chưa nói lên gì; tín hiệu này yếu, chỉ để lưu ý.")))
    return said


_REASONS = {
    SignalKind.ONE_DEVICE: _one_device,
    SignalKind.TOO_FAST: _too_fast,
    SignalKind.SAME_WRONG: _same_wrong,
    SignalKind.REGISTRATIONS: _registrations,
}


def span(length_s: float) -> Message:
    """How long something took, in the largest unit that is not coarse.

    >>> str(span(40)), str(span(1500)), str(span(7200)), str(span(260_000))
    ('40 giây', '25 phút', '2 giờ', '3 ngày')
    """
    whole = max(1, round(length_s))
    if whole < 120:
        return message(N_("%(n)s giây"), n=whole)
    if whole < 2 * 3600:
        return message(N_("%(n)s phút"), n=round(whole / 60))
    if whole < 2 * 86400:
        return message(N_("%(n)s giờ"), n=round(whole / 3600))
    return message(N_("%(n)s ngày"), n=round(whole / 86400))


def seconds(milliseconds: float) -> Message:
    """Seconds with one decimal below ten, minutes from two on.

    >>> str(seconds(2400)), str(seconds(48_000)), str(seconds(600_000))
    ('2,4 giây', '48 giây', '10 phút')
    """
    if milliseconds < 10_000:
        tenths = round(milliseconds / 100)
        return message(N_("%(whole)s,%(tenth)s giây"), whole=tenths // 10, tenth=tenths % 10)
    return span(milliseconds / 1000)


def odds(ln_p: float) -> int:
    """One in how many, from the logarithm of a probability; rounded down to a power of ten, at most a billion.

    >>> odds(-10.0), odds(-100.0)
    (10000, 1000000000)
    """
    return 10 ** max(1, min(9, int(-ln_p / 2.302585)))
