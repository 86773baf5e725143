"""Forms for deciding about a key."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from contest.corrections.queries import Item
from contest.corrections.rules import KIND_HINTS, KIND_NAMES, MAX_REASON, kinds_for
from contest.web.forms import Form, TextField
from contest.web.texts import say
from questions import markup
from questions.rules import LETTERED, LETTERS, Kind


class ProposalForm(Form):
    """What is to hold instead; sent by GET, so that the address of a trial holds all of it."""

    kieu = RadioField(_("Cách xử lý"), [InputRequired()])
    chon = SelectMultipleField(_("Phương án"))
    dap_an = TextAreaField(_("Đáp án"), [Length(max=2200)])

    def fill(self, item: Item) -> None:
        """Offer what may be decided about a question; fields that it has no use for are taken away."""
        kind = item.wording.kind
        kinds = kinds_for(kind)
        self.kieu.choices = [SelectChoice(k.value, say(KIND_NAMES[k])) for k in kinds]
        self.hints = {k.value: gettext(KIND_HINTS[k]) for k in kinds}
        if kind in LETTERED or kind is Kind.STATEMENTS:
            self.chon.choices = [
                SelectChoice(letter, f"{letter}. {markup.plain(choice.text, item.wording.markup)}")
                for letter, choice in zip(LETTERS, item.wording.choices, strict=False)
            ]
        else:
            del self.chon
        if kind not in (Kind.SHORT, Kind.NUMBER):
            del self.dap_an


class DecideForm(Form):
    """A decision: why, and what its trial was made from."""

    seen = HiddenField()
    reason = TextField(_("Lý do"), [Length(max=MAX_REASON)])
