"""Forms of correcting a wrongly chosen union."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, RadioField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation
from wtforms.widgets import TextArea

from contest.accounts.models import Person
from contest.accounts.rules import normal_phone
from contest.members.request_rules import MAX_REASON
from contest.web.forms import Form, TextField

_LONG = _("Lý do dài quá 500 ký tự. Hãy ghi ngắn hơn.")


class AskForm(Form):
    """The right union and why; ``union`` holds the code, ``union_tu_khoa`` what was typed."""

    union = TextField(_("Công đoàn đúng"))
    union_tu_khoa = TextField()
    reason = TextField(
        _("Lý do"),
        [InputRequired(_("Hãy ghi ngắn gọn lý do.")), Length(max=MAX_REASON, message=_LONG)],
        widget=TextArea(),
    )


class FindForm(AskForm):
    """The same by an official, about somebody known by name and phone; ``person`` where several fit."""

    name = TextField(_("Họ và tên"), [InputRequired(_("Hãy nhập họ và tên."))])
    phone = TelField(_("Số điện thoại"), [InputRequired(_("Hãy nhập số điện thoại."))])
    person = RadioField(_("Người cần sửa công đoàn"), validators=[Optional()])

    def validate_phone(self, field: Field) -> None:
        if normal_phone(field.data or "") is None:
            raise StopValidation(
                str(_("Số điện thoại chưa đúng. Hãy nhập 10 chữ số bắt đầu bằng 0, ví dụ 0912345678."))
            )

    def offer(self, people: Sequence[Person]) -> None:
        self.person.choices = [
            SelectChoice(str(person.id), f"{person.name} – {person.union.name if person.union else '–'}")
            for person in people
        ]


class AnswerForm(Form):
    """A word to the answer; ``do`` is the button that was pressed."""

    do = HiddenField()
    answer = TextField(_("Lời nhắn"), [Length(max=MAX_REASON, message=_LONG)], widget=TextArea())
