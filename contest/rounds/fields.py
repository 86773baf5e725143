"""Fields that forms of the organizers' desk share, and the form whose lists are the settings' own words."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from contest.rounds.plans import is_rising
from contest.web.forms import Form, TextField
from contest.web.texts import say


def choices(names: Any, first: str | None = None) -> list[SelectChoice]:
    """Options of a list of settings, in their words; ``first`` is the words of an empty option."""
    options = [SelectChoice(str(value), say(text)) for value, text in names.items()]
    return [SelectChoice("", first), *options] if first is not None else options


class AreaField(TextField):
    """Typed paragraphs in normal form."""

    widget = TextArea()


class BoxesField(SelectMultipleField):
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MinutesField(StringField):
    """A time of day as ``15:30``; ``data`` is minutes since midnight, 24:00 allowed."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data // 60:02d}:{self.data % 60:02d}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text:
            found = re.fullmatch(r"(\d{1,2})[:hg.](\d{2})?", text.lower()) or re.fullmatch(r"(\d{1,2})()", text)
            minutes = int(found[1]) * 60 + int(found[2] or 0) if found else 9999
            if minutes > 1440 or (found and int(found[2] or 0) > 59):
                raise ValidationError(_("Hãy nhập giờ theo dạng giờ:phút, ví dụ 07:30."))
            self.data = minutes


class RisingField(TextField):
    """Rising whole numbers as ``50, 200``; ``data`` is their list."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ", ".join(map(str, self.data or ()))

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        words = re.split(r"[\s,;]+", valuelist[0].strip())
        numbers = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 9]
        if len(numbers) != len(words) - words.count("") or not is_rising(numbers):
            self.data = []
            raise ValidationError(_("Hãy ghi các số nguyên tăng dần, cách nhau bằng dấu phẩy, ví dụ: 50, 200."))
        self.data = numbers


class Named(Form):
    """A form whose lists of settings are filled when it is made, in the reader's language."""

    OPTIONS: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, names in self.OPTIONS.items():
            self[name].choices = choices(names)
