"""Forms of people joining."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, PasswordField, RadioField, SelectField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation

from contest.accounts.rules import KIND_NAMES, ROLE_NAMES, PersonKind, Role, normal_phone
from contest.members.rules import name_fault, password_fault, tidy_name
from contest.web.forms import DayField, Form, TextField
from contest.web.texts import say

KINDS = [SelectChoice(str(kind), _(KIND_NAMES[kind])) for kind in PersonKind]


def kind_field() -> RadioField:
    missing = _("Hãy chọn bạn là đoàn viên, cán bộ công đoàn hay người lao động.")
    return RadioField(_("Bạn tham gia với tư cách"), choices=KINDS, validators=[InputRequired(missing)])


class UnionForm(Form):
    """A form with a union picked by typing: ``union`` holds the code, ``union_tu_khoa`` what was typed."""

    kind = kind_field()
    union = TextField(_("Công đoàn của bạn"))
    union_tu_khoa = TextField()

    @property
    def chosen_kind(self) -> PersonKind | None:
        return PersonKind(self.kind.data) if self.kind.data in set(PersonKind) else None


class RegisterForm(UnionForm):
    name = TextField(_("Họ và tên"))
    phone = TelField(_("Số điện thoại"))
    # Once more, so that what is to be mended is listed in the order of the page.
    kind = kind_field()
    union = TextField(_("Công đoàn của bạn"))
    #: Taken away unless the contest one comes from asks for it.
    birth_on = DayField(_("Ngày sinh"))
    password = PasswordField(_("Mật khẩu"))
    consent = BooleanField(
        _("Tôi đã đọc và đồng ý"),
        validators=[InputRequired(_("Hãy đọc và đánh dấu đồng ý. Không có đồng ý thì chưa đăng ký được."))],
    )

    def validate_name(self, field: Field) -> None:
        field.data = tidy_name(field.data or "")
        _refuse(name_fault(field.data))

    def validate_phone(self, field: Field) -> None:
        if not (field.data or "").strip():
            raise StopValidation(str(_("Hãy nhập số điện thoại.")))
        if normal_phone(field.data) is None:
            raise StopValidation(
                str(_("Số điện thoại chưa đúng. Hãy nhập 10 chữ số bắt đầu bằng 0, ví dụ 0912345678."))
            )

    def validate_password(self, field: Field) -> None:
        if not field.data:
            raise StopValidation(str(_("Hãy đặt mật khẩu.")))
        _refuse(password_fault(field.data, normal_phone(self.phone.data or "")))


class BirthForm(Form):
    """One's own day of birth."""

    birth_on = DayField(_("Ngày sinh"))


class PasswordForm(Form):
    """A new password, with the present one as proof."""

    current = PasswordField(_("Mật khẩu hiện tại"), validators=[InputRequired(_("Hãy nhập mật khẩu hiện tại."))])
    new = PasswordField(_("Mật khẩu mới"), validators=[InputRequired(_("Hãy đặt mật khẩu mới."))])

    def validate_new(self, field: Field) -> None:
        _refuse(password_fault(field.data or "", None))


class GrantForm(Form):
    """A role for somebody, found by phone."""

    person = RadioField(_("Người được phân quyền"), validators=[InputRequired(_("Hãy chọn một người."))])
    role = SelectField(
        _("Quyền"),
        choices=[
            SelectChoice(str(role), _(ROLE_NAMES[role])) for role in (Role.OFFICIAL, Role.ORGANIZER, Role.ADMINISTRATOR)
        ],
    )
    union = TextField(_("Phạm vi: công đoàn này và các đơn vị bên dưới"))
    union_tu_khoa = TextField()

    def offer(self, people: list[tuple[int, Any]]) -> None:
        self.person.choices = [SelectChoice(str(person_id), label) for person_id, label in people]


def _refuse(fault: Any) -> None:
    if fault:
        raise StopValidation(say(fault))
