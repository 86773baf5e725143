"""The form of a marker."""

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from contest.web.forms import Form


class MarkForm(Form):
    """Points and a remark; what the points may be depends on the question."""

    points = IntegerField(_("Điểm"), [InputRequired()])
    #: The points that stood on the page; empty: none yet.
    was = IntegerField(validators=[Optional()], widget=HiddenInput())
    comment = TextAreaField(_("Nhận xét"), [Length(max=2000)])
