"""Forms of signing in."""

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, SubmitField, TelField
from wtforms.validators import DataRequired, Length

from contest.accounts.rules import MAX_PASSWORD
from contest.web.forms import Form


class SignInForm(Form):
    phone = TelField(_("Số điện thoại"), validators=[DataRequired(_("Hãy nhập số điện thoại."))])
    password = PasswordField(
        _("Mật khẩu"), validators=[DataRequired(_("Hãy nhập mật khẩu.")), Length(max=MAX_PASSWORD)]
    )
    submit = SubmitField(_("Đăng nhập"))
