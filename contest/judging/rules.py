"""How answers are marked by hand: under a number instead of a name, each by one person at a time; pure."""

import hmac
from datetime import timedelta
from hashlib import sha256

from questions.messages import N_, Message, message

#: So long an answer belongs to whoever opened it.
LEASE = timedelta(minutes=30)
#: Letters of a ticket: enough that no two answers of a round have the same.
TICKET = 12


class Refused(Exception):
    """A mark that is not taken; ``message`` says why and what to do."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.message = reason


def ticket_of(seed: str, code: str, place: int) -> str:
    """The number under which an answer is marked. Only the round's secret leads from it to an attempt.

    >>> ticket_of("00ff", "ABCDEFGH", 3)
    '4E97A1E17B4A'
    """
    return hmac.new(bytes.fromhex(seed), f"{code}/{place}".encode(), sha256).hexdigest()[:TICKET].upper()


def check_points(points: int, worth: int) -> None:
    """Points of an answer are whole and within what it is worth. Raises Refused."""
    if not 0 <= points <= worth:
        raise Refused(message(N_("Câu này được từ 0 đến %(worth)s điểm. Hãy nhập lại số điểm."), worth=worth))


def word_fault(words: int, least: int | None, most: int | None) -> Message | None:
    """What to say of an answer that is shorter or longer than the question asks for.

    >>> str(word_fault(40, 50, None)), word_fault(60, 50, 100)
    ('Bài viết có 40 từ, ít hơn 50 từ theo yêu cầu.', None)
    """
    if least and words < least:
        return message(N_("Bài viết có %(words)s từ, ít hơn %(least)s từ theo yêu cầu."), words=words, least=least)
    if most and words > most:
        return message(N_("Bài viết có %(words)s từ, nhiều hơn %(most)s từ theo yêu cầu."), words=words, most=most)
    return None
