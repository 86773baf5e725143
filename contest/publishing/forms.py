"""Forms of announcing, correcting and reviewing."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, IntegerField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from contest.publishing.rules import MAX_NOTE, MAX_PLACES, MAX_REASON, Shown
from contest.rounds.settings import NameDisplay
from contest.web.forms import Form
from questions.rules import clean


class LinesField(TextAreaField):
    """Typed text of several lines, without blanks around it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = "\n".join(clean(line) for line in (self.data or "").splitlines()).strip()


class ShownForm(Form):
    """What everybody is to see of results."""

    names = RadioField(
        _("Tên người đoạt giải"),
        choices=[
            SelectChoice(NameDisplay.FULL.value, _("Đầy đủ, với người đã đồng ý")),
            SelectChoice(NameDisplay.MASKED.value, _("Che bớt")),
            SelectChoice(NameDisplay.HIDDEN.value, _("Không nêu tên")),
        ],
    )
    unions = BooleanField(_("Nêu đơn vị của người đoạt giải"))
    places = IntegerField(
        _("Chỉ nêu số người đứng đầu"), [Optional(), NumberRange(min=1, max=MAX_PLACES)], render_kw={"min": 1}
    )
    #: Announcing with points of the review left.
    left = BooleanField(_("Tôi đã biết còn điểm rà soát chưa xem và vẫn công bố"))

    @property
    def shown(self) -> Shown:
        return Shown(NameDisplay(self.names.data), bool(self.unions.data), self.places.data)


class ReasonForm(Form):
    """Why announced results are corrected."""

    reason = LinesField(_("Lý do đính chính"), [Length(max=MAX_REASON)])


class LotsForm(Form):
    """A draw by lot: what was read out in public."""

    public_text = LinesField(_("Văn bản đọc công khai"), [Length(max=500)])


class NoteForm(Form):
    """A point of the review that was looked at."""

    note = LinesField(_("Đã xem: ghi chú"), [Length(max=MAX_NOTE)])
