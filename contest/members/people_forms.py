"""Forms of an official about their people."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FileField, RadioField
from wtforms.fields.choices import SelectChoice

from contest.web.forms import DayField, Form, TextField

STAYS, GOES = "con", "khong"


class LeaveForm(Form):
    """The end of a membership."""

    on = DayField(_("Thôi là đoàn viên từ ngày"))
    workplace = RadioField(
        _("Người này còn làm việc ở đơn vị không?"),
        choices=[
            SelectChoice(STAYS, _("Còn, là người lao động của đơn vị")),
            SelectChoice(GOES, _("Không, đã nghỉ hoặc chuyển đi nơi khác")),
        ],
        default=STAYS,
    )


class RosterForm(Form):
    file = FileField(_("Tệp danh sách (.xlsx hoặc .csv)"))


class StoreForm(Form):
    """What is chosen on the preview of a list."""

    on = DayField(_("Chuyển đơn vị, đổi tư cách hoặc thôi từ ngày"))
    partly = BooleanField(_("Nhập các dòng đúng, để lại các dòng sai"))
    leave = BooleanField(_("Danh sách này đầy đủ: những người trên thôi là đoàn viên từ ngày ghi dưới đây"))


class CardForm(Form):
    """The code of a card, typed."""

    code = TextField(_("Mã trên thẻ"))


class EnterForm(Form):
    """The button that signs in with a card."""

    consent = BooleanField(_("Tôi đã đọc và đồng ý"))
