"""Forms of the committee that gives out prizes: shape only."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from contest.prizes.claims import Shown
from contest.prizes.rules import MAX_REASON
from contest.web.forms import DayField, Form, TextField
from questions.rules import clean


class ReasonForm(Form):
    """Why a prize is not given, or a record is taken back."""

    ly_do = TextAreaField(
        _("Lý do"),
        [DataRequired(_("Hãy ghi lý do.")), Length(max=MAX_REASON)],
        filters=[lambda text: clean(text or "").strip()],
    )


class ChooseForm(Form):
    """Who of those on one place gets a prize, and why."""

    nguoi = RadioField(_("Chọn"), choices=[], validators=[DataRequired(_("Hãy chọn một trong danh sách."))])
    ly_do = TextField(_("Lý do"), [DataRequired(_("Hãy ghi lý do.")), Length(max=MAX_REASON)])

    def offer(self, names: list[tuple[int, str]]) -> None:
        self.nguoi.choices = [SelectChoice(str(key), name) for key, name in names]


class ClaimForm(Form):
    """What was seen when a prize was handed over."""

    document = TextField(
        _("Giấy tờ đã xem"),
        description=_("Ví dụ Căn cước, Hộ chiếu, Thẻ đoàn viên."),
        validators=[DataRequired(_("Hãy ghi loại giấy tờ đã xem, ví dụ Căn cước.")), Length(max=100)],
    )
    last_digits = TextField(
        _("4 ký tự cuối của số giấy tờ"),
        description=_("Chỉ ghi 4 ký tự cuối. Không ghi cả số, không chụp ảnh giấy tờ."),
        validators=[DataRequired(_("Hãy ghi 4 ký tự cuối của số giấy tờ.")), Length(max=4)],
    )
    issued_on = DayField(_("Ngày cấp"))
    recipient = TextField(
        _("Người nhận thay"),
        description=_("Để trống khi người đạt giải tự nhận."),
        validators=[Length(max=120)],
    )
    authorisation = TextField(
        _("Giấy uỷ quyền"),
        description=_("Khi có người nhận thay: số, ngày và nơi chứng thực giấy uỷ quyền hoặc giấy giới thiệu."),
        validators=[Length(max=300)],
    )
    note = TextField(_("Ghi chú"), validators=[Length(max=500)])

    def shown(self) -> Shown:
        texts = {name: self[name].data or "" for name in ("document", "last_digits", "recipient")}
        return Shown(
            **texts,
            issued_on=self.issued_on.data,
            authorisation=self.authorisation.data or "",
            note=self.note.data or "",
        )
