"""The form of a decision about somebody."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import Length
from wtforms.widgets import TextArea

from contest.rulings.rules import MAX_REASON
from contest.web.forms import Form, TextField


class RulingForm(Form):
    """Why, and what the page before was made from."""

    seen = HiddenField()
    reason = TextField(_("Lý do"), [Length(max=MAX_REASON)], widget=TextArea())
