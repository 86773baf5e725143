"""The base of every form: CSRF, plain Vietnamese messages, and fields the house needs."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError

from contest.clock import VIETNAM
from contest.web.days import day_of
from questions.messages import N_, Message
from questions.rules import clean

#: WTForms' own sentences in our words (the keys are its message ids).
MESSAGES = {
    "This field is required.": N_("Hãy điền mục này."),
    "Not a valid integer value.": N_("Hãy nhập một số nguyên."),
    "Not a valid decimal value.": N_("Hãy nhập một số."),
    "Not a valid choice.": N_("Hãy chọn một mục trong danh sách."),
    "Invalid Choice: could not coerce.": N_("Hãy chọn một mục trong danh sách."),
    "Invalid choice(s): one or more data inputs could not be coerced.": N_("Hãy chọn các mục trong danh sách."),
    "'%(value)s' is not a valid choice for this field.": N_("Hãy chọn các mục trong danh sách."),
    "'%(value)s' are not valid choices for this field.": N_("Hãy chọn các mục trong danh sách."),
    "Not a valid date value.": N_("Hãy nhập ngày theo dạng ngày/tháng/năm."),
    "Not a valid datetime value.": N_("Hãy nhập ngày và giờ."),
    "Not a valid time value.": N_("Hãy nhập giờ theo dạng giờ:phút."),
    "Invalid input.": N_("Hãy kiểm tra lại mục này."),
    "Number must be at least %(min)s.": N_("Hãy nhập số từ %(min)s trở lên."),
    "Number must be at most %(max)s.": N_("Hãy nhập số không quá %(max)s."),
    "Number must be between %(min)s and %(max)s.": N_("Hãy nhập số từ %(min)s đến %(max)s."),
    "Field must be at least %(min)d character long.": N_("Hãy nhập ít nhất %(min)d ký tự."),
    "Field must be at least %(min)d characters long.": N_("Hãy nhập ít nhất %(min)d ký tự."),
    "Field cannot be longer than %(max)d character.": N_("Hãy nhập không quá %(max)d ký tự."),
    "Field cannot be longer than %(max)d characters.": N_("Hãy nhập không quá %(max)d ký tự."),
    "Field must be between %(min)d and %(max)d characters long.": N_("Hãy nhập từ %(min)d đến %(max)d ký tự."),
    "Field must be exactly %(max)d characters long.": N_("Hãy nhập đúng %(max)d ký tự."),
    "Field must be equal to %(other_name)s.": N_("Hai mục này phải giống nhau."),
}


class Sentences:
    """WTForms' messages in the reader's language."""

    def gettext(self, text: str) -> str:
        return gettext(MESSAGES.get(text, text))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class Form(FlaskForm):
    """A form of a page. It checks shape only; rules answer with reasons, not with field errors."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Sentences:
            return Sentences()

    def refuse(self, field: str, reason: Message | str) -> None:
        """Put a reason that was found later beside a field."""
        text = reason if isinstance(reason, str) else gettext(reason.text) % dict(reason.params)
        target = self[field]
        target.errors = [*target.errors, text]


class TextField(StringField):
    """Typed text in normal form: NFC, no control characters, single blanks."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if isinstance(self.data, str):
            self.data = clean(self.data)


class DayField(TextField):
    """A day typed as day/month/year; ``data`` is a date, None for nothing typed."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%d/%m/%Y") if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        typed, self.data = self.data or "", None
        if typed:
            self.data = day_of(typed)
            if self.data is None:
                raise ValidationError(gettext("Hãy nhập ngày theo dạng ngày/tháng/năm, ví dụ 05/09/1990."))


class InstantField(StringField):
    """A ``datetime-local`` field: Vietnamese wall time in the form, an aware UTC instant in ``data``."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text:
            try:
                local = datetime.fromisoformat(text)
            except ValueError:
                raise ValidationError(gettext("Hãy nhập ngày và giờ, ví dụ 08:00 ngày 13/11/2023.")) from None
            if not 2000 <= local.year <= 2100:
                raise ValidationError(gettext("Hãy nhập năm từ 2000 đến 2100."))
            self.data = (local if local.tzinfo else local.replace(tzinfo=VIETNAM)).astimezone(UTC)
