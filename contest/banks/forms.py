"""Forms of the organizers' desk for question banks."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextArea

from contest.banks.rules import MAX_CODE
from contest.web.forms import Form, TextField
from questions.formats.wording import stays_last_by_wording
from questions.rules import DIFFICULTY_NAMES, KIND_NAMES, MAX_CHOICES, Choice, Difficulty, Draft, Kind


class LinesField(TextField):
    """Typed text of several lines, in normal form."""

    widget = TextArea()


class BankForm(Form):
    title = TextField(_("Tên ngân hàng"), [InputRequired(_("Hãy nhập tên ngân hàng.")), Length(max=300)])
    description = LinesField(_("Mô tả"), [Length(max=4000)])


class NewBankForm(BankForm):
    code = TextField(_("Mã"), [Length(max=MAX_CODE)])
    union = SelectField(_("Đơn vị quản lý"), validate_choice=True)


class ChoiceForm(PlainForm):
    """One option in the form of a question."""

    text = LinesField(_("Nội dung"))
    right = BooleanField(_("Đúng"))
    last = BooleanField(_("Giữ cuối"))


class QuestionForm(Form):
    """A question typed by hand. ``version`` and ``changed`` say what the editor saw on opening."""

    version = HiddenField()
    changed = HiddenField()
    stem = LinesField(_("Câu hỏi"))
    kind = RadioField(_("Loại câu"), choices=[SelectChoice(kind.value, _(name)) for kind, name in KIND_NAMES.items()])
    choices = FieldList(FormField(ChoiceForm), min_entries=MAX_CHOICES, max_entries=MAX_CHOICES)
    topic = TextField(_("Chủ đề"), [Length(max=300)])
    difficulty = SelectField(
        _("Mức độ"), choices=[SelectChoice(str(d.value), _(name)) for d, name in DIFFICULTY_NAMES.items()]
    )
    source = LinesField(_("Nguồn"))
    explanation = LinesField(_("Lời giải"))

    @staticmethod
    def values(draft: Draft) -> dict[str, object]:
        """A question as the form's starting values."""
        return {
            "stem": draft.stem,
            "kind": draft.kind.value,
            "choices": [{"text": c.text, "right": c.correct, "last": c.stays_last} for c in draft.choices],
            "topic": draft.topic,
            "difficulty": str(int(draft.difficulty)),
            "source": draft.source,
            "explanation": draft.explanation,
        }

    def draft(self, code: str | None, find_last: bool = False) -> Draft:
        """What was typed, as a question. Untouched rows of options are left out.

        ``find_last`` also keeps those options last whose wording asks for it.
        """
        rows = [(row.form.text.data or "", row.form.right.data, row.form.last.data) for row in self.choices]
        return Draft(
            stem=self.stem.data or "",
            choices=tuple(
                Choice(text, right, last or (find_last and stays_last_by_wording(text)))
                for text, right, last in rows
                if text or right or last
            ),
            kind=Kind(self.kind.data),
            code=code,
            topic=" ".join((self.topic.data or "").split()),
            difficulty=Difficulty(int(self.difficulty.data)),
            source=self.source.data or "",
            explanation=self.explanation.data or "",
        )

    def seen(self) -> tuple[int, datetime]:
        """Version number and time of change that the editor saw; what no question has when the form does not say."""
        try:
            return int(self.version.data or ""), datetime.fromisoformat(self.changed.data or "")
        except ValueError:
            return 0, datetime.min


class NewQuestionForm(QuestionForm):
    code = TextField(_("Mã câu"), [Length(max=MAX_CODE)])


class UploadForm(Form):
    file = FileField(_("Tệp câu hỏi"))
