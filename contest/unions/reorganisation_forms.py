"""Forms about decisions on unions."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, FileField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from contest.unions.reorganisation_sheets import KIND_WORDS
from contest.unions.rules import LEVEL_NAMES, MAX_CODE, MAX_NAME, MAX_SHORT, ChangeKind
from contest.web.forms import Form, TextField


class _Numbered(Form):
    number = TextField(
        _("Số quyết định"),
        description=_("Như ghi trên văn bản, ví dụ 1215/QĐ-LĐLĐ."),
        validators=[DataRequired(_("Hãy ghi số quyết định.")), Length(max=80)],
    )
    decided_on = DateField(_("Ngày quyết định"), validators=[InputRequired(_("Hãy chọn ngày quyết định."))])
    issued_by = TextField(_("Cơ quan ban hành"), validators=[Length(max=300)])


class DecisionFileForm(_Numbered):
    """A decision with its file of changes."""

    title = TextField(_("Về việc"), validators=[Length(max=500)])
    file = FileField(_("Tệp thay đổi (.xlsx hoặc .csv)"))


class SingleForm(_Numbered):
    """One change of one union."""

    kind = RadioField(
        _("Thay đổi"),
        choices=[
            *(
                SelectChoice(str(kind), KIND_WORDS[kind])
                for kind in (ChangeKind.RENAME, ChangeKind.MOVE, ChangeKind.CLOSE, ChangeKind.SPLIT, ChangeKind.PLACE)
            ),
            SelectChoice(str(ChangeKind.OPEN), _("Thành lập đơn vị trực thuộc")),
        ],
        validators=[InputRequired(_("Hãy chọn thay đổi gì."))],
    )
    new_code = TextField(_("Mã đơn vị thành lập"), validators=[Length(max=MAX_CODE)])
    name = TextField(_("Tên mới"), validators=[Length(max=MAX_NAME)])
    short_name = TextField(_("Tên viết tắt mới"), validators=[Length(max=MAX_SHORT)])
    parent = TextField(_("Mã cấp trên mới"), validators=[Length(max=MAX_CODE)])
    level = SelectField(
        _("Cấp mới"),
        choices=[SelectChoice("", _("Như cũ")), *(SelectChoice(str(k), _(v)) for k, v in LEVEL_NAMES.items())],
        validators=[Optional()],
    )
    successor = TextField(_("Mã đơn vị nhận"), validators=[Length(max=1000)])
    place = TextField(_("Địa bàn mới"), validators=[Length(max=250)])
    effective_on = DateField(_("Ngày hiệu lực"), validators=[Optional()])


class UndoForm(Form):
    reason = TextAreaField(
        _("Lý do huỷ"), validators=[InputRequired(_("Hãy ghi lý do huỷ quyết định.")), Length(max=1000)]
    )
