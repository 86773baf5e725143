"""What GIFT and Moodle XML share: texts of several formats, shares, wildcards, numbers and category paths.

Sources: https://docs.moodle.org/en/GIFT_format, https://docs.moodle.org/en/Moodle_XML_format, and how Moodle itself
matches short answers (``*`` stands for any characters, ``\\*`` for an asterisk).
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from questions.dialect import tidy
from questions.faults import decimal
from questions.formats.wording import stays_last_by_wording
from questions.html_reader import FindSource, from_html, no_picture
from questions.markup import escape, plain
from questions.messages import N_, Message, message
from questions.rules import MAX_TITLE, Answer, Choice, Draft, Kind, Markup, Scoring, clean, fraction
from questions.text import fold

#: Category of questions without topic that follow questions with one; Moodle has no way back to "none".
NO_TOPIC = "Chưa phân chủ đề"

#: What makes a difference to text: elements, entities, formulas.
_TAGGED = re.compile(r"<[a-zA-Z/!]|&#?\w+;|\\[(\[]|\$\$")
_CONTEXT = re.compile(r"\$(course|cat|module|system|coursecat)\d*\$")
_SHARE = re.compile(r"-?\d{1,4}(\.\d{0,15})?")
_DECIMAL = re.compile(r"[+-]?(\d{1,15}\.?\d{0,15}|\.\d{1,15})([eE][+-]?\d{1,2})?")
#: Questions with more answers (and lines between them) are not read.
MAX_PARTS = 500
#: Percentages are written and rounded by hand: 33 + 33 + 33 means thirds.
_ROUNDED = Fraction(2, 100)


class Marked(str):
    """A text that is Markdown already, among others of the same question that may be plain."""

    __slots__ = ()


def read_text(text: str, format: str, picture: FindSource = no_picture) -> str:
    """A text in one of Moodle's formats: plain, or :class:`Marked`.

    ``format``: html, markdown, plain (plain_text in XML) or moodle (moodle_auto_format: HTML whose line breaks count).
    """
    if format.startswith("plain"):
        return clean(text)
    if format == "markdown":
        text = tidy(text)
        return Marked(text) if text else ""
    if not _TAGGED.search(text):
        return clean(text if format.startswith("moodle") else " ".join(text.split()))
    if format.startswith("moodle"):
        text = text.strip().replace("\n", "<br>\n")
    found, markup = from_html(text, picture)
    return Marked(found) if markup is Markup.MARKDOWN and found else found


def settled(draft: Draft) -> Draft:
    """The question with all its texts in one markup: Markdown where one of them needs it."""
    if not any(isinstance(text, Marked) for text in draft.texts):
        return replace(draft, markup=Markup.PLAIN)

    def whole(text: str) -> str:
        return str(text) if isinstance(text, Marked) else escape(text)

    return replace(
        draft,
        markup=Markup.MARKDOWN,
        stem=whole(draft.stem),
        explanation=whole(draft.explanation),
        guide=whole(draft.guide),
        choices=tuple(
            Choice(whole(c.text), c.correct, c.stays_last, c.points, whole(c.match), whole(c.feedback))
            for c in draft.choices
        ),
        answers=tuple(replace(answer, feedback=whole(answer.feedback)) for answer in draft.answers),
    )


@functools.lru_cache(1000)
def share(percent: str) -> Fraction | None:
    """An option's share from its percentage; None for what is no percentage.

    >>> share("33.33333"), share("-50"), share("1e999999999")
    (Fraction(1, 3), Fraction(-1, 2), None)
    """
    percent = percent.strip()
    return fraction(percent) if _SHARE.fullmatch(percent) else None


def percent(part: Fraction) -> str:
    """The way back, with five decimals as Moodle writes them.

    >>> percent(Fraction(1, 3)), percent(Fraction(-1, 2)), percent(Fraction(1))
    ('33.33333', '-50', '100')
    """
    return f"{float(part * 100):.5f}".rstrip("0").rstrip(".")


def fitting_title(title: str) -> tuple[str, list[Message]]:
    """A name that we can hold, with what to say when it was cut; some programs put the whole question there."""
    if len(title) <= MAX_TITLE:
        return title, []
    return title[: MAX_TITLE - 1].rstrip() + "…", [message(N_("Tên câu hỏi quá dài nên được cắt bớt."))]


def with_shares(draft: Draft, single: bool) -> Draft:
    """Kind, key and scoring of a multiple choice question from the shares in its choices' ``points``.

    With one answer to choose the option of 100% is the key, and shares are kept where others than 0 and 100 stand;
    with several Moodle adds up the shares of what is chosen, which is what WEIGHTS does.
    """
    given = draft.choices if single else _evened(draft.choices)
    kind = Kind.SINGLE if single else Kind.MULTIPLE
    scoring = natural_scoring(kind, given)
    choices = []
    for one in given:
        correct = one.points == 1 if single else (one.points or 0) > 0
        points = one.points if scoring is Scoring.WEIGHTS else None
        last = one.stays_last or stays_last_by_wording(one.text)
        choices.append(Choice(one.text, correct, last, points, one.match, one.feedback))
    return replace(draft, kind=kind, choices=tuple(choices), scoring=scoring)


def natural_scoring(kind: Kind, choices: Sequence[Choice]) -> Scoring:
    """How Moodle counts a question of this kind and these shares."""
    if kind is Kind.MULTIPLE:
        return Scoring.WEIGHTS
    if kind is Kind.SINGLE:
        return Scoring.WEIGHTS if any(c.points not in (None, 0, 1) for c in choices) else Scoring.ALL
    return Scoring.PARTIAL if kind in (Kind.MATCH, Kind.STATEMENTS) else Scoring.ALL


def written_shares(draft: Draft) -> list[Fraction]:
    """What to write beside each option so that Moodle counts as near to us as it can.

    PARTIAL is told exactly (a wrong option takes everything), RIGHT_MINUS_WRONG too; ALL has no counterpart and is
    written like PARTIAL.
    """
    if draft.scoring is Scoring.WEIGHTS:
        return [choice.points or Fraction(0) for choice in draft.choices]
    right = sum(choice.correct for choice in draft.choices) or 1
    if draft.kind is Kind.SINGLE:
        return [Fraction(choice.correct) for choice in draft.choices]
    wrong = Fraction(-1, right) if draft.scoring is Scoring.RIGHT_MINUS_WRONG else Fraction(-1)
    return [Fraction(1, right) if choice.correct else wrong for choice in draft.choices]


def _evened(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Equal shares that miss 100% by no more than rounding, made to reach it."""
    right = [choice.points for choice in choices if choice.points and choice.points > 0]
    if not right or len(set(right)) > 1 or abs(sum(right) - 1) > _ROUNDED:
        return choices
    each = Fraction(1, len(right))
    exact = {right[0]: each, -right[0]: -each}
    return tuple(replace(choice, points=exact.get(choice.points or 0, choice.points)) for choice in choices)


def short_answer(text: str, points: Fraction, feedback: str) -> Answer:
    r"""An accepted answer as Moodle compares it: ``*`` for any characters makes a pattern of it.

    >>> short_answer("Hà*", Fraction(1), "").text, short_answer(r"2\*3", Fraction(1), "").text
    ('Hà.*', '2*3')
    """
    parts = [part.replace("\\*", "*") for part in re.split(r"(?<!\\)\*", clean(text))]
    if len(parts) == 1:
        return Answer(parts[0], points, feedback=feedback)
    return Answer(".*".join(_quoted(part) for part in parts), points, pattern=True, feedback=feedback)


def written_answer(answer: Answer) -> str:
    """The way back; a pattern that asterisks cannot say stays a regular expression (see :func:`is_wildcard`)."""
    if not answer.pattern:
        return answer.text.replace("*", "\\*")
    return _wildcard(answer.text) if is_wildcard(answer) else answer.text


def is_wildcard(answer: Answer) -> bool:
    """Whether a pattern is one that Moodle's asterisks can say."""
    return answer.pattern and short_answer(_wildcard(answer.text), answer.points, answer.feedback) == answer


def _wildcard(pattern: str) -> str:
    parts = pattern.split(".*")
    return "*".join(re.sub(r"\\([^\w\s])", r"\1", part).replace("*", "\\*") for part in parts)


def _quoted(text: str) -> str:
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)


def number(text: str) -> str | None:
    """A number as files write it in the form of accepted answers; None for what is none.

    >>> number("3.50"), number(".5"), number("1e3"), number("3,14"), number("-2.")
    ('3.50', '0.5', '1000', None, '-2')
    """
    text = text.strip()
    if decimal(text) is not None:
        return text
    return plain_number(Decimal(text)) if text.isascii() and _DECIMAL.fullmatch(text) else None


def plain_number(value: Decimal) -> str:
    """Without exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def middle(low: str, high: str) -> tuple[str, str] | None:
    """Answer and tolerance of a range.

    >>> middle("1", "5"), middle("3.141", "3.142"), middle("a", "b")
    (('3', '2'), ('3.1415', '0.0005'), None)
    """
    ends = number(low), number(high)
    if ends[0] is None or ends[1] is None:
        return None
    first, last = Decimal(ends[0]), Decimal(ends[1])
    return plain_number((first + last) / 2), plain_number((last - first) / 2)


def topic_of(path: str) -> str:
    """Our topic from a category's path; the context and "top" before it are Moodle's own.

    >>> topic_of("$course$/top/Luật/Điều 1//2"), topic_of("top"), topic_of("Luật")
    ('Luật / Điều 1/2', '', 'Luật')
    """
    names = [name.strip().replace("//", "/") for name in re.split(r"(?<!/)/(?!/)", path.strip())]
    if names and _CONTEXT.fullmatch(names[0]):
        names = names[1:]
    if names and names[0] == "top":
        names = names[1:]
    topic = " / ".join(" ".join(name.split()) for name in names if name)
    return "" if topic == NO_TOPIC else clean(topic)


def category_of(topic: str) -> str:
    """The way back."""
    names = topic.split(" / ") if topic else [NO_TOPIC]
    return "/".join(["$course$", "top", *(name.replace("/", "//") for name in names)])


class Unread(Exception):
    """One question of a file that cannot be taken; the others can."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.message = why


def too_many_parts() -> Unread:
    """For a question of so many answers that no person wrote it."""
    return Unread(message(N_("Câu hỏi có quá nhiều đáp án. Hãy bớt đi.")))


def rounded_shares(draft: Draft) -> bool:
    """Whether a share cannot be told from its percentage with five decimals."""
    parts = [*written_shares(draft), *(answer.points for answer in draft.answers)]
    return any(share(percent(part)) != part for part in parts)


def otherwise_in_moodle(draft: Draft) -> Iterator[Message]:
    """What Moodle makes of a question otherwise than we do, though our own tags bring it back unchanged here."""
    several = sum(choice.correct for choice in draft.choices) > 1
    if (draft.kind is Kind.MULTIPLE and draft.scoring is Scoring.ALL and several) or (
        draft.kind in (Kind.MATCH, Kind.STATEMENTS) and draft.scoring is not Scoring.PARTIAL
    ):
        yield message(N_("Moodle cho điểm từng phần đúng ở câu này; chỉ khi nhập lại vào đây cách chấm mới như cũ."))
    if any(answer.pattern and not is_wildcard(answer) for answer in draft.answers):
        yield message(N_("Moodle không hiểu biểu thức chính quy: chỉ khi nhập lại vào đây đáp án mới như cũ."))
    if draft.kind is Kind.SHORT and not draft.exact and any(fold(a.text) != a.text.lower() for a in draft.answers):
        yield message(N_("Moodle đòi đúng dấu ở câu trả lời ngắn; chỉ khi nhập lại vào đây mới không cần dấu."))


def plain_side(draft: Draft, text: str) -> str:
    """The right side of a pair, which Moodle keeps without any markup."""
    return plain(text, draft.markup)


def sides_lose_markup(draft: Draft) -> bool:
    """Whether right sides say less without their markup."""
    return draft.markup is Markup.MARKDOWN and any(
        escape(plain(choice.match, draft.markup)) != choice.match for choice in draft.choices
    )
