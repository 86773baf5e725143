"""What keeps a question from being stored, in the organizer's words; pure."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import re2

from questions.messages import N_, Message, message
from questions.rules import (
    MAX_ANSWERS,
    MAX_CHOICES,
    MAX_PASSAGE,
    MAX_TAG,
    MAX_TAGS,
    MAX_TEXT,
    MAX_TITLE,
    MIN_CHOICES,
    ROWED,
    SCORINGS,
    TRUE_FALSE,
    Choice,
    Draft,
    Kind,
    Scoring,
)

#: An accepted answer or pattern is at most so long; members type no more than that either.
MAX_ANSWER = 200
#: Nobody writes more words than that on a phone.
MAX_WORDS = 3000
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,10})?")


def faults_of(draft: Draft) -> list[Message]:
    """Everything that keeps a question from being stored; empty when it is fine."""
    return list(_faults(draft))


def _faults(draft: Draft) -> Iterator[Message]:
    if not draft.stem:
        yield message(N_("Câu hỏi chưa có nội dung. Hãy nhập nội dung câu hỏi."))
    if draft.kind in (Kind.SINGLE, Kind.MULTIPLE):
        yield from _choice_faults(draft.choices)
        yield from _key_faults(draft)
    elif draft.kind is Kind.TRUEFALSE:
        yield from _truefalse_faults(draft)
    elif draft.kind in ROWED:
        yield from _row_faults(draft)
    else:
        yield from _typed_faults(draft)
    if draft.scoring not in SCORINGS[draft.kind]:
        yield message(N_("Cách chấm này không dùng được cho loại câu đã chọn. Hãy chọn cách chấm khác."))
    yield from _size_faults(draft)


def _choice_faults(choices: tuple[Choice, ...]) -> Iterator[Message]:
    if len(choices) < MIN_CHOICES:
        yield message(N_("Câu hỏi cần ít nhất %(n)s phương án trả lời."), n=MIN_CHOICES)
    if len(choices) > MAX_CHOICES:
        yield message(N_("Câu hỏi có quá %(n)s phương án trả lời. Hãy bớt đi."), n=MAX_CHOICES)
    if any(not choice.text for choice in choices):
        yield message(N_("Có phương án trả lời bị trống. Hãy nhập nội dung hoặc xoá phương án đó."))
    if _doubled([choice.text for choice in choices]):
        yield message(N_("Có hai phương án trả lời giống nhau. Hãy sửa một phương án."))


def _doubled(texts: list[str]) -> bool:
    squeezed = [" ".join(text.lower().split()) for text in texts if text]
    return len(set(squeezed)) < len(squeezed)


def _key_faults(draft: Draft) -> Iterator[Message]:
    keys = sum(choice.correct for choice in draft.choices)
    if draft.choices and not keys:
        yield message(N_("Câu hỏi chưa có đáp án đúng. Hãy đánh dấu phương án đúng."))
    if draft.kind is Kind.SINGLE and keys > 1:
        yield message(N_("Câu hỏi một đáp án nhưng có %(count)s đáp án đúng. Hãy để lại một đáp án."), count=keys)
    if draft.scoring is Scoring.WEIGHTS and keys:
        yield from _weight_faults(draft)


def _weight_faults(draft: Draft) -> Iterator[Message]:
    """Right options bring points, wrong ones none in full, and the right answer brings everything."""
    points = [choice.points or 0 for choice in draft.choices]
    if any(not -1 <= share <= 1 for share in points):
        yield message(N_("Tỉ lệ điểm của mỗi phương án phải từ -100%% đến 100%%."))
    right = [share for share, choice in zip(points, draft.choices, strict=True) if choice.correct]
    best = max(right) if draft.kind is Kind.SINGLE else sum(right)
    if best != 1 or any(share <= 0 for share in right):
        yield message(N_("Các phương án đúng phải có tỉ lệ điểm cộng lại bằng 100%%. Hãy sửa tỉ lệ điểm."))
    if draft.kind is Kind.MULTIPLE and any(s > 0 and not c.correct for s, c in zip(points, draft.choices, strict=True)):
        yield message(N_("Phương án sai không được có tỉ lệ điểm dương. Hãy sửa tỉ lệ điểm."))


def _truefalse_faults(draft: Draft) -> Iterator[Message]:
    if tuple(choice.text for choice in draft.choices) != TRUE_FALSE or sum(c.correct for c in draft.choices) != 1:
        yield message(N_("Câu đúng hay sai cần một đáp án: Đúng hoặc Sai. Hãy chọn đáp án."))


def _row_faults(draft: Draft) -> Iterator[Message]:
    rows = [choice for choice in draft.choices if choice.text]
    if len(rows) < MIN_CHOICES:
        yield message(N_("Câu hỏi cần ít nhất %(n)s ý. Hãy nhập thêm."), n=MIN_CHOICES)
    if len(draft.choices) > MAX_CHOICES:
        yield message(N_("Câu hỏi có quá %(n)s ý. Hãy bớt đi."), n=MAX_CHOICES)
    if _doubled([choice.text for choice in rows]):
        yield message(N_("Có hai ý giống nhau. Hãy sửa một ý."))
    if draft.kind is Kind.MATCH:
        if any(not choice.match for choice in draft.choices):
            yield message(N_("Mỗi ý ở vế trái cần một ý ở vế phải. Hãy nhập đủ từng cặp."))
        if len({" ".join(choice.match.lower().split()) for choice in draft.choices}) < MIN_CHOICES:
            yield message(N_("Vế phải cần ít nhất %(n)s ý khác nhau."), n=MIN_CHOICES)
    elif len(rows) < len(draft.choices):
        yield message(N_("Có ý bị trống. Hãy nhập nội dung hoặc xoá ý đó."))
    if draft.scoring is Scoring.STEPS and len(draft.choices) != 4:
        yield message(N_("Cách chấm 10%%, 25%%, 50%%, 100%% chỉ dùng cho nhóm có 4 mệnh đề. Hãy chọn cách chấm khác."))


def _typed_faults(draft: Draft) -> Iterator[Message]:
    if draft.kind is Kind.ESSAY:
        yield from _limit_faults(draft)
        return
    if not draft.answers:
        yield message(N_("Câu hỏi chưa có đáp án. Hãy nhập ít nhất một đáp án được chấp nhận."))
        return
    if len(draft.answers) > MAX_ANSWERS:
        yield message(N_("Câu hỏi có quá %(n)s đáp án được chấp nhận. Hãy bớt đi."), n=MAX_ANSWERS)
    if any(not answer.text or len(answer.text) > MAX_ANSWER for answer in draft.answers):
        yield message(N_("Mỗi đáp án phải có từ 1 đến %(n)s ký tự."), n=MAX_ANSWER)
    if any(not 0 <= answer.points <= 1 for answer in draft.answers) or not any(a.points == 1 for a in draft.answers):
        yield message(N_("Phải có một đáp án được trọn điểm, các đáp án khác từ 0%% đến 100%%."))
    check = _number_faults if draft.kind is Kind.NUMBER else _pattern_faults
    yield from check(draft)


def _limit_faults(draft: Draft) -> Iterator[Message]:
    limits = [limit for limit in (draft.min_words, draft.max_words) if limit is not None]
    if any(not 1 <= limit <= MAX_WORDS for limit in limits) or limits != sorted(limits):
        yield message(N_("Giới hạn số từ phải từ 1 đến %(n)s và số ít nhất không lớn hơn số nhiều nhất."), n=MAX_WORDS)


def decimal(text: str) -> Decimal | None:
    """A number as accepted answers write it, or None.

    >>> decimal("-3.50"), decimal("1e5"), decimal("3,5")
    (Decimal('-3.50'), None, None)
    """
    if not _NUMBER.fullmatch(text) or not text.isascii():
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _number_faults(draft: Draft) -> Iterator[Message]:
    for answer in draft.answers:
        off = decimal(answer.tolerance)
        if decimal(answer.text) is None or off is None or off < 0:
            yield message(
                N_("“%(text)s” không phải là số. Hãy ghi đáp án và sai số bằng chữ số, ví dụ 3.14 và 0.01."),
                text=f"{answer.text} ± {answer.tolerance}" if answer.tolerance != "0" else answer.text,
            )


def _pattern_faults(draft: Draft) -> Iterator[Message]:
    for answer in draft.answers:
        if answer.pattern and not is_pattern(answer.text):
            yield message(
                N_("“%(text)s” không phải là biểu thức chính quy đúng. Hãy sửa, hoặc chọn so theo chữ."),
                text=answer.text,
            )


def is_pattern(text: str) -> bool:
    """Whether a text is a regular expression that RE2 takes, which answers in time linear in what is matched."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text, options)
    except re2.error:
        return False
    return True


def _size_faults(draft: Draft) -> Iterator[Message]:
    texts = (*draft.texts[1:], draft.source)
    if any(len(text) > MAX_TEXT for text in texts):
        yield message(N_("Nội dung dài quá %(limit)s ký tự. Hãy rút gọn."), limit=MAX_TEXT)
    if len(draft.passage) > MAX_PASSAGE:
        yield message(N_("Đoạn văn chung dài quá %(limit)s ký tự. Hãy rút gọn."), limit=MAX_PASSAGE)
    if len(draft.title) > MAX_TITLE:
        yield message(N_("Tên câu hỏi dài quá %(limit)s ký tự. Hãy rút gọn."), limit=MAX_TITLE)
    if len(draft.tags) > MAX_TAGS or any(not tag or len(tag) > MAX_TAG for tag in draft.tags):
        yield message(N_("Câu hỏi có tối đa %(n)s nhãn, mỗi nhãn từ 1 đến %(long)s ký tự."), n=MAX_TAGS, long=MAX_TAG)
