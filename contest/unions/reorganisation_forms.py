"""Forms about decisions on unions."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, FileField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from contest.web.forms import Form, TextField


class Numbered(Form):
    """A decision as its document names it."""

    number = TextField(
        _("Số quyết định"),
        description=_("Như ghi trên văn bản, ví dụ 1215/QĐ-LĐLĐ."),
        validators=[DataRequired(_("Hãy ghi số quyết định.")), Length(max=80)],
    )
    decided_on = DateField(_("Ngày quyết định"), validators=[InputRequired(_("Hãy chọn ngày quyết định."))])
    issued_by = TextField(_("Cơ quan ban hành"), validators=[Length(max=300)])


class DecisionFileForm(Numbered):
    """A decision with its file of changes."""

    title = TextField(_("Về việc"), validators=[Length(max=500)])
    file = FileField(_("Tệp thay đổi (.xlsx hoặc .csv)"))


class UndoForm(Form):
    reason = TextAreaField(
        _("Lý do huỷ"), validators=[InputRequired(_("Hãy ghi lý do huỷ quyết định.")), Length(max=1000)]
    )
