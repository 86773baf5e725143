"""Forms about unions."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, FileField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from contest.unions.rules import MAX_HEADCOUNT
from contest.web.forms import Form

_PEOPLE = [Optional(), NumberRange(min=0, max=MAX_HEADCOUNT[False])]


class UploadForm(Form):
    file = FileField(_("Tệp danh sách đơn vị (.xlsx hoặc .csv)"))


class HeadcountForm(Form):
    """How many people of each kind a union has on a day; an empty field leaves that kind as it is."""

    member = IntegerField(_("Đoàn viên"), validators=_PEOPLE)
    worker = IntegerField(_("NLĐ chưa là đoàn viên"), validators=_PEOPLE)
    official = IntegerField(_("Cán bộ công đoàn"), validators=_PEOPLE)
    counted_on = DateField(_("Ngày số liệu"), validators=[InputRequired(_("Hãy chọn ngày số liệu."))])
