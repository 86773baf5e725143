"""Forms about unions."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, FileField
from wtforms.validators import InputRequired, ValidationError

from contest.unions.tables import whole_number
from contest.web.forms import Form, TextField

#: Digits of a number of people beyond which only that it is far too large can be said.
_DIGITS = 12


class PeopleField(TextField):
    """A number of people as it is written, 1.234 for more than a thousand; ``data`` is whole, None for nothing typed.

    Bounds are a rule of their own: ``headcount_rules.number_fault``.
    """

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        typed, self.data = self.data or "", None
        if typed.isdecimal() and len(typed) > _DIGITS:
            typed = "9" * _DIGITS
        if typed:
            self.data = whole_number(typed)
            if self.data is None:
                raise ValidationError(gettext("Hãy ghi số người bằng chữ số, ví dụ 125."))


class UploadForm(Form):
    file = FileField(_("Tệp danh sách đơn vị (.xlsx hoặc .csv)"))


class HeadcountForm(Form):
    """How many people of each kind a union has on a day; an empty field leaves that kind as it is."""

    member = PeopleField(_("Đoàn viên"))
    worker = PeopleField(_("NLĐ chưa là đoàn viên"))
    official = PeopleField(_("Cán bộ công đoàn"))
    counted_on = DateField(_("Ngày số liệu"), validators=[InputRequired(_("Hãy chọn ngày số liệu."))])
