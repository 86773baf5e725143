"""The form that asks for a daily summary."""

from flask_babel import lazy_gettext as _
from wtforms import Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from contest.campaigns.digest_rules import HOURS, email_fault
from contest.web.forms import Form, TextField
from contest.web.texts import say


class SubscribeForm(Form):
    """Which union, at which hour, to which address."""

    union = SelectField(_("Đơn vị"))
    hour = SelectField(_("Giờ nhận"), choices=[SelectChoice(str(hour), f"{hour:02}:00") for hour in HOURS], default="7")
    email = TextField(_("Địa chỉ thư điện tử"))

    def validate_email(self, field: Field) -> None:
        fault = email_fault(field.data or "")
        if fault:
            raise StopValidation(say(fault))
