"""The form that certificates are issued by: shape only."""

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from contest.documents.rules import day_words
from contest.reports.certificate_rules import MAX_LINE, MAX_WORDS, Printed
from contest.web.forms import DayField, Form, TextField
from questions.rules import clean


class IssueForm(Form):
    """The words that are printed."""

    above = TextField(_("Cơ quan cấp trên"), [Length(max=MAX_LINE)])
    issuer = TextField(_("Cơ quan cấp giấy"), [DataRequired(_("Hãy ghi tên cơ quan cấp giấy.")), Length(max=MAX_LINE)])
    number = TextField(
        _("Mẫu số giấy"),
        [Length(max=60)],
        description=_("Ghi {n} ở chỗ số thứ tự, ví dụ {n}/GCN-LĐLĐ. Để trống nếu không đánh số."),
    )
    first = IntegerField(_("Số bắt đầu"), [InputRequired(), NumberRange(1, 9_999_999)], default=1)
    basis = TextField(
        _("Căn cứ"), [Length(max=MAX_LINE)], description=_("Ví dụ: Theo Quyết định số 15/QĐ-LĐLĐ ngày 10/12/2023.")
    )
    words = TextAreaField(
        _("Nội dung dưới tên người nhận"),
        [DataRequired(_("Hãy ghi nội dung, ví dụ: Đã tham gia cuộc thi.")), Length(max=MAX_WORDS)],
        filters=[lambda text: " ".join(clean(text or "").split())],
    )
    place = TextField(_("Nơi cấp"), [Length(max=MAX_LINE)], description=_("Ví dụ: Lai Châu."))
    day = DayField(_("Ngày cấp"), [DataRequired(_("Hãy ghi ngày cấp, ví dụ 12/12/2023."))])
    on_behalf = TextField(_("Thay mặt"), [Length(max=MAX_LINE)], description=_("Ví dụ: TM. BAN THƯỜNG VỤ."))
    signer_title = TextField(_("Chức vụ người ký"), [Length(max=MAX_LINE)])
    signer = TextField(_("Họ tên người ký"), [Length(max=MAX_LINE)])

    def printed(self) -> Printed:
        return Printed(
            above=self.above.data or "",
            issuer=self.issuer.data or "",
            words=self.words.data or "",
            number=self.number.data or "",
            first=self.first.data or 1,
            basis=self.basis.data or "",
            place=self.place.data or "",
            dated=day_words(self.day.data),
            on_behalf=self.on_behalf.data or "",
            signer_title=self.signer_title.data or "",
            signer=self.signer.data or "",
        )


class RevokeForm(Form):
    """Why a certificate is taken back."""

    ly_do = TextField(_("Lý do thu hồi"), [DataRequired(_("Hãy ghi lý do thu hồi.")), Length(max=MAX_WORDS)])
