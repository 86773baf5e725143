"""The form in which the committee says what it makes of a signal."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from contest.signals.rules import MAX_NOTE, VERDICT_NAMES
from contest.web.forms import Form, TextField
from contest.web.texts import say
from questions.messages import N_

#: Stands for a signal nobody has decided on; also takes a decision back.
OPEN = "open"


class DecideForm(Form):
    verdict = RadioField(_("Kết luận"), [InputRequired()])
    note = TextField(_("Căn cứ"), [Length(max=MAX_NOTE)])

    def offer(self) -> None:
        """Offer the verdicts in the reader's language."""
        names = {OPEN: N_("Chưa kết luận"), **VERDICT_NAMES}
        self.verdict.choices = [SelectChoice(str(value), say(name)) for value, name in names.items()]
