"""Forms about who takes part in what way: divisions, more time, people outside; shape only."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from contest.accounts.rules import KIND_NAMES, normal_phone
from contest.rounds import settings as s
from contest.rounds.fields import BoxesField, Named, choices
from contest.web.forms import DayField, Form, TextField


class DivisionForm(Named):
    OPTIONS = {"kinds": KIND_NAMES}

    code = TextField(
        _("Mã bảng"),
        description=_("Ngắn, ví dụ CB, DV; dùng trong đường dẫn."),
        validators=[
            DataRequired(_("Hãy nhập mã bảng.")),
            Length(max=20),
            Regexp(r"\A[A-Za-z0-9-]+\Z", message=_("Mã bảng chỉ gồm chữ không dấu, số và gạch ngang.")),
        ],
    )
    title = TextField(_("Tên bảng"), validators=[DataRequired(_("Hãy nhập tên bảng.")), Length(max=200)])
    kinds = BoxesField(_("Nhận các đối tượng"), description=_("Không chọn gì thì nhận mọi đối tượng."))
    union = TextField(_("Thuộc đơn vị"), description=_("Để trống thì nhận mọi đơn vị."))
    born_from = DayField(
        _("Sinh từ ngày"), description=_("Tính cả ngày này, ví dụ 01/01/1991. Để trống thì không giới hạn.")
    )
    born_until = DayField(
        _("Sinh đến hết ngày"),
        description=_("Tính cả ngày này. Khi ghi một trong hai ngày, ai dự thi cũng phải khai ngày sinh trước."),
    )


class AllowanceForm(Form):
    """More time for one person or for everybody of a union."""

    phone = TextField(
        _("Số điện thoại của người đó"),
        description=_("Người đó phải đã đăng ký. Thêm cho cả đơn vị thì để trống ô này."),
    )
    #: Asked only where several people share the phone.
    person = RadioField(_("Người được thêm giờ"), choices=[], validate_choice=False, validators=[Optional()])
    union = TextField(_("Hoặc mọi người thuộc đơn vị"))
    minutes = IntegerField(
        _("Thêm bao nhiêu phút"),
        description=_("Cộng vào số phút làm bài của mỗi lượt thi; không vượt quá giờ đóng của đợt, của ngày."),
        validators=[InputRequired(_("Hãy nhập số phút, ví dụ 10.")), NumberRange(1, s.MAX_EXTRA_MINUTES)],
    )
    reason = TextField(
        _("Lý do"),
        description=_("Chỉ Ban tổ chức thấy. Ghi ngắn gọn, ví dụ: người khuyết tật; không ghi tên bệnh."),
        validators=[DataRequired(_("Hãy ghi lý do.")), Length(max=s.MAX_REASON)],
    )

    def validate_phone(self, field: TextField) -> None:
        needs_phone(field)


def needs_phone(field: TextField) -> None:
    """What was typed as a phone number, in normal form; refuses what is none."""
    if field.data:
        phone = normal_phone(field.data)
        if phone is None:
            raise ValidationError(_("Hãy nhập số điện thoại 10 chữ số, ví dụ 0912345678."))
        field.data = phone


class ExclusionForm(Named):
    OPTIONS = {"mode": s.EXCLUSION_MODE_NAMES}

    mode = RadioField(_("Hình thức"), default=s.ExclusionMode.UNRANKED, validators=[DataRequired()])
    phone = TextField(_("Số điện thoại của người đó"))
    union = TextField(_("Mọi người thuộc đơn vị"))
    kind = SelectField(_("Đối tượng"), validators=[Optional()])
    reason = TextField(
        _("Lý do"),
        description=_("Ví dụ: thành viên Ban tổ chức. Lý do hiện cho người đó."),
        validators=[DataRequired(_("Hãy ghi lý do.")), Length(max=300)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices(KIND_NAMES, str(_("Mọi đối tượng")))

    def validate_phone(self, field: TextField) -> None:
        needs_phone(field)
