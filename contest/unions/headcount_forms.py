"""Forms of the headcount desk."""

from flask_babel import lazy_gettext as _
from wtforms import FileField
from wtforms.validators import Length

from contest.unions.headcounts import MAX_REASON
from contest.web.forms import Form, TextField


class FileForm(Form):
    file = FileField(_("Tệp số liệu (.xlsx hoặc .csv)"))


class DecisionForm(Form):
    """Confirm or send back; the rows themselves come as ticked boxes."""

    reason = TextField(
        _("Lý do, khi trả lại"),
        description=_("Đơn vị thấy lý do này. Ví dụ: số giảm một nửa so với quý trước, đề nghị kiểm tra."),
        validators=[Length(max=MAX_REASON)],
    )
