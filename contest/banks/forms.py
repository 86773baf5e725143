"""Forms of the organizers' desk for question banks."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextArea

from contest.banks.rules import MAX_CODE
from contest.web.forms import Form, TextField
from questions.rules import ReviewRule


class LinesField(TextField):
    """Typed text of several lines, in normal form."""

    widget = TextArea()


class BankForm(Form):
    title = TextField(_("Tên ngân hàng"), [InputRequired(_("Hãy nhập tên ngân hàng.")), Length(max=300)])
    description = LinesField(_("Mô tả"), [Length(max=4000)])
    review = RadioField(
        _("Duyệt câu hỏi"),
        choices=[
            SelectChoice(ReviewRule.TWO.value, _("Hai người: người khác duyệt thì câu mới được dùng")),
            SelectChoice(ReviewRule.ONE.value, _("Một người: câu lưu là dùng được ngay")),
        ],
        default=ReviewRule.ONE.value,
    )


class NewBankForm(BankForm):
    code = TextField(_("Mã"), [Length(max=MAX_CODE)])
    union = SelectField(_("Đơn vị quản lý"), validate_choice=True)


class ShareForm(Form):
    union = TextField(_("Chia sẻ với đơn vị"))
