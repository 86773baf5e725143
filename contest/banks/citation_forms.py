"""Forms of the pages about cited documents."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from contest.banks.forms import LinesField
from contest.web.forms import Form, TextField
from questions.messages import N_

HOWS = {
    "amended": N_("Được sửa đổi, bổ sung"),
    "replaced": N_("Bị thay thế"),
    "expired": N_("Hết hiệu lực"),
}
EARLIEST = date(1945, 1, 1)


class ChangeForm(Form):
    """What became of a document: kept as one sentence."""

    how = RadioField(
        _("Văn bản này"),
        choices=[SelectChoice(value, _(text)) for value, text in HOWS.items()],
        default="amended",
    )
    changed_on = DateField(_("Từ ngày"), validators=[InputRequired(_("Hãy nhập ngày bắt đầu thay đổi."))])
    by = TextField(_("Bởi văn bản"), [Length(max=300)])
    note = LinesField(_("Ghi chú"), [Length(max=1000)])

    def validate_changed_on(self, field: DateField) -> None:
        if field.data and field.data < EARLIEST:
            raise ValidationError(_("Ngày này quá xa. Hãy kiểm tra lại năm."))

    def sentence(self) -> str:
        """In Vietnamese, as organizers write it, whatever language the page is in."""
        by = f" bởi {self.by.data}" if self.by.data else ""
        note = f" {self.note.data}" if self.note.data else ""
        return f"{HOWS[self.how.data]}{by}.{note}"
