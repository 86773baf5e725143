"""The form of a question, of whatever kind: every field stands in it, and the kind says which of them count."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField, RadioField, SelectField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from contest.banks.forms import LinesField
from contest.banks.rules import MAX_CODE
from contest.banks.search import tags_of
from contest.web.forms import Form, TextField
from questions.rules import (
    DIFFICULTY_NAMES,
    KIND_NAMES,
    LETTERED,
    MAX_ANSWERS,
    MAX_CHOICES,
    ROWED,
    SCORING_NAMES,
    SCORINGS,
    TRUE_FALSE,
    Answer,
    Choice,
    Difficulty,
    Draft,
    Kind,
    Markup,
    Scoring,
    fraction,
)

#: Rows of accepted answers shown beyond those that are filled.
SPARE_ANSWERS = 3


class ShareField(TextField):
    """A share of the question's worth in per cent, such as "50", "33,333" or "-25"; ``share`` is None when empty."""

    def share(self) -> Fraction | None:
        """The share; 2, which no rule takes, for what is not a number."""
        text = (self.data or "").replace("%", "").replace(",", ".").strip()
        if not text:
            return None
        try:
            return fraction(text)
        except (ValueError, ZeroDivisionError, OverflowError):
            return Fraction(2)


def percent_text(share: Fraction | None) -> str:
    """A share as the form has it, exact enough to come back the same.

    >>> percent_text(Fraction(1, 2)), percent_text(Fraction(1, 3)), percent_text(None)
    ('50', '33.33333', '')
    """
    return "" if share is None else f"{float(share * 100):.5f}".rstrip("0").rstrip(".")


class ChoiceForm(PlainForm):
    """One option, statement, item or pair."""

    text = LinesField(_("Nội dung"))
    right = BooleanField(_("Đúng"))
    last = BooleanField(_("Giữ cuối"))
    points = ShareField(_("Tỉ lệ điểm"))
    match = LinesField(_("Vế phải"))
    feedback = LinesField(_("Nhận xét"))


class AnswerForm(PlainForm):
    """One accepted answer."""

    text = TextField(_("Đáp án"))
    points = ShareField(_("Tỉ lệ điểm"))
    tolerance = TextField(_("Sai số"))
    pattern = BooleanField(_("Biểu thức chính quy"))
    feedback = LinesField(_("Nhận xét"))


class QuestionForm(Form):
    """A question typed by hand. ``version`` and ``changed`` say what the editor saw on opening.

    ``asked_last`` names the options, by letter, that the organizer was asked about keeping last.
    """

    version = HiddenField()
    changed = HiddenField()
    asked_last = HiddenField()
    kind = RadioField(_("Loại câu"), choices=[SelectChoice(kind.value, _(name)) for kind, name in KIND_NAMES.items()])
    markdown = BooleanField(_("Dùng Markdown: đậm, bảng, công thức, hình"))
    title = TextField(_("Tên câu"), [Length(max=300)])
    passage = LinesField(_("Đoạn văn chung"))
    whole_passage = BooleanField(_("Đổi đoạn văn cho cả các câu dùng chung"))
    stem = LinesField(_("Câu hỏi"))
    choices = FieldList(FormField(ChoiceForm), min_entries=MAX_CHOICES, max_entries=MAX_CHOICES)
    truth = RadioField(
        _("Đáp án"),
        choices=[SelectChoice("dung", _("Đúng")), SelectChoice("sai", _("Sai"))],
        validators=[Optional()],
    )
    answers = FieldList(FormField(AnswerForm), min_entries=SPARE_ANSWERS, max_entries=MAX_ANSWERS)
    exact = BooleanField(_("Phải đúng dấu tiếng Việt"))
    case = BooleanField(_("Phải đúng chữ hoa, chữ thường"))
    scoring = SelectField(
        _("Cách chấm"),
        choices=[SelectChoice(scoring.value, _(name)) for scoring, name in SCORING_NAMES.items()],
        default=Scoring.ALL.value,
    )
    min_words = IntegerField(_("Số từ ít nhất"), [Optional()])
    max_words = IntegerField(_("Số từ nhiều nhất"), [Optional()])
    guide = LinesField(_("Hướng dẫn chấm"))
    topic = TextField(_("Chủ đề"), [Length(max=300)])
    difficulty = SelectField(
        _("Mức độ"), choices=[SelectChoice(str(d.value), _(name)) for d, name in DIFFICULTY_NAMES.items()]
    )
    tags = TextField(_("Nhãn"), [Length(max=500)])
    source = LinesField(_("Nguồn"))
    explanation = LinesField(_("Lời giải"))
    note = LinesField(_("Lý do sửa"), [Length(max=2000)])
    picture = FileField(_("Hình"))

    @staticmethod
    def values(draft: Draft) -> dict[str, Any]:
        """A question as the form's starting values."""
        truth = "dung" if draft.choices and draft.choices[0].correct else "sai"
        return {
            "stem": draft.stem,
            "kind": draft.kind.value,
            "markdown": draft.markup is Markup.MARKDOWN,
            "title": draft.title,
            "passage": draft.passage,
            "choices": [] if draft.kind is Kind.TRUEFALSE else [_choice_values(choice) for choice in draft.choices],
            "truth": truth if draft.kind is Kind.TRUEFALSE else None,
            "answers": [*map(_answer_values, draft.answers), *({} for _ in range(SPARE_ANSWERS))][:MAX_ANSWERS],
            "exact": draft.exact,
            "case": draft.case,
            "scoring": draft.scoring.value,
            "min_words": draft.min_words,
            "max_words": draft.max_words,
            "guide": draft.guide,
            "topic": draft.topic,
            "difficulty": str(int(draft.difficulty)),
            "tags": ", ".join(draft.tags),
            "source": draft.source,
            "explanation": draft.explanation,
        }

    def draft(self, code: str | None) -> Draft:
        """What was typed, as a question of its kind. Untouched rows are left out."""
        kind = Kind(self.kind.data) if self.kind.data in set(Kind) else Kind.SINGLE
        scoring = Scoring(self.scoring.data) if self.scoring.data in set(Scoring) else Scoring.ALL
        essay = kind is Kind.ESSAY
        return Draft(
            stem=self.stem.data or "",
            choices=self._choices(kind, scoring),
            kind=kind,
            code=code,
            topic=" ".join((self.topic.data or "").split()),
            difficulty=Difficulty(int(self.difficulty.data)) if self.difficulty.data in {"1", "2", "3"} else 2,
            source=self.source.data or "",
            explanation=self.explanation.data or "",
            title=self.title.data or "",
            markup=Markup.MARKDOWN if self.markdown.data else Markup.PLAIN,
            answers=self._answers(kind),
            scoring=scoring if scoring in SCORINGS[kind] else SCORINGS[kind][0],
            exact=bool(self.exact.data) and kind is Kind.SHORT,
            case=bool(self.case.data) and kind is Kind.SHORT,
            min_words=self.min_words.data if essay else None,
            max_words=self.max_words.data if essay else None,
            guide=(self.guide.data or "") if essay else "",
            passage=self.passage.data or "",
            tags=tags_of(self.tags.data or ""),
        )

    def _choices(self, kind: Kind, scoring: Scoring) -> tuple[Choice, ...]:
        if kind is Kind.TRUEFALSE:
            right = {"dung": 0, "sai": 1}.get(self.truth.data or "")
            return tuple(Choice(text, place == right) for place, text in enumerate(TRUE_FALSE))
        if kind not in LETTERED | ROWED:
            return ()
        keyed = kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.STATEMENTS)
        lettered = kind in LETTERED
        return tuple(
            Choice(
                row.text.data or "",
                row.right.data and keyed,
                row.last.data and lettered,
                (row.points.share() or Fraction(0)) if lettered and scoring is Scoring.WEIGHTS else None,
                (row.match.data or "") if kind is Kind.MATCH else "",
                row.feedback.data or "",
            )
            for row in (entry.form for entry in self.choices)
            if _touched(row, kind)
        )

    def _answers(self, kind: Kind) -> tuple[Answer, ...]:
        if kind not in (Kind.SHORT, Kind.NUMBER):
            return ()
        number = kind is Kind.NUMBER
        found = []
        for row in (entry.form for entry in self.answers):
            text = row.text.data or ""
            if not text:
                continue
            share = row.points.share()
            found.append(
                Answer(
                    _decimal(text) if number else text,
                    Fraction(1) if share is None else share,
                    _decimal(row.tolerance.data or "0") if number else "0",
                    row.pattern.data and not number,
                    row.feedback.data or "",
                )
            )
        return tuple(found)

    def seen(self) -> tuple[int, datetime]:
        """Version number and time of change that the editor saw; what no question has when the form does not say."""
        try:
            return int(self.version.data or ""), datetime.fromisoformat(self.changed.data or "")
        except ValueError:
            return 0, datetime.min

    def typed(self) -> list[Any]:
        """The rows of options with anything in them, as they stand in the form."""
        kind = Kind(self.kind.data) if self.kind.data in set(Kind) else Kind.SINGLE
        return [entry.form for entry in self.choices if _touched(entry.form, kind)]


class NewQuestionForm(QuestionForm):
    code = TextField(_("Mã câu"), [Length(max=MAX_CODE)])


def _touched(row: Any, kind: Kind) -> bool:
    marked = kind in LETTERED and (row.right.data or row.last.data)
    return bool(row.text.data or marked or (kind is Kind.MATCH and row.match.data))


def _decimal(text: str) -> str:
    """Numbers as people type them here: "3,14" and blanks between thousands."""
    return text.replace(" ", "").replace(",", ".").replace("−", "-")


def _choice_values(choice: Choice) -> dict[str, Any]:
    return {
        "text": choice.text,
        "right": choice.correct,
        "last": choice.stays_last,
        "points": percent_text(choice.points),
        "match": choice.match,
        "feedback": choice.feedback,
    }


def _answer_values(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "points": "" if answer.points == 1 else percent_text(answer.points),
        "tolerance": "" if answer.tolerance == "0" else answer.tolerance,
        "pattern": answer.pattern,
        "feedback": answer.feedback,
    }


def kinds_of(scoring: str) -> Sequence[str]:
    """The kinds that may be scored so, for the form to offer only what fits."""
    return [kind.value for kind, scorings in SCORINGS.items() if scoring in scorings]
