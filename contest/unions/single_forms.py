"""Forms of one change of one union: each kind asks only for what it needs, then for the decision behind it."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, FieldList, FormField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from contest.unions.reorganisation_forms import Numbered
from contest.unions.rules import LEVEL_NAMES, MAX_CODE, MAX_NAME, MAX_SHORT, ChangeKind, Level, normal_code
from contest.unions.single_rules import MAX_PARTS, Part, Said, levels_below
from contest.web.forms import Form, TextField


class SingleForm(Numbered):
    """What every change needs: its decision and its day. Fields of the kinds stand in the classes below."""

    effective_on = DateField(_("Ngày hiệu lực"), validators=[Optional()])

    def said(self) -> Said:
        """What was typed; to be kept and planned only once every field was found sound."""
        values = self.data
        texts = ("issued_by", "name", "short_name", "place", "partner", "level")
        return Said(
            number=values["number"],
            decided_on=values["decided_on"],
            effective_on=values["effective_on"],
            code=normal_code(values.get("code") or ""),
            **{name: (values.get(name) or "").strip() for name in texts},
        )


class RenameForm(SingleForm):
    name = TextField(_("Tên mới"), validators=[DataRequired(_("Hãy ghi tên mới của đơn vị.")), Length(max=MAX_NAME)])
    short_name = TextField(_("Tên viết tắt mới"), validators=[Length(max=MAX_SHORT)])


class MoveForm(SingleForm):
    partner = TextField(
        _("Cấp trên mới"),
        validators=[Length(max=MAX_CODE)],
    )
    level = SelectField(
        _("Cấp của đơn vị sau khi chuyển"),
        choices=[
            SelectChoice("", _("Như cũ")),
            *(SelectChoice(str(k), _(v)) for k, v in LEVEL_NAMES.items() if k != Level.NATIONAL),
        ],
        validators=[Optional()],
    )


class MergeForm(SingleForm):
    partner = TextField(
        _("Đơn vị nhận"),
        validators=[Length(max=MAX_CODE)],
    )


class PlaceForm(SingleForm):
    place = TextField(
        _("Địa bàn mới"),
        validators=[DataRequired(_("Hãy ghi địa bàn mới, dạng “mã - tên” hoặc tên.")), Length(max=250)],
    )


class OpenForm(SingleForm):
    name = TextField(
        _("Tên đơn vị mới"), validators=[DataRequired(_("Hãy ghi tên đầy đủ của đơn vị mới.")), Length(max=MAX_NAME)]
    )
    short_name = TextField(_("Tên viết tắt"), validators=[Length(max=MAX_SHORT)])
    code = TextField(
        _("Mã đơn vị mới"),
        validators=[DataRequired(_("Hãy ghi mã cho đơn vị mới, ví dụ LC-PT-001.")), Length(max=MAX_CODE)],
    )
    level = SelectField(_("Cấp"), validators=[InputRequired(_("Hãy chọn cấp của đơn vị mới."))])
    place = TextField(_("Địa bàn"), validators=[Length(max=250)])


class PartForm(Form):
    """One part of a union that is split: an existing union, or a new one."""

    class Meta(Form.Meta):
        csrf = False

    union = TextField(_("Đơn vị đã có"), validators=[Length(max=MAX_CODE)])
    name = TextField(_("Tên đơn vị mới"), validators=[Length(max=MAX_NAME)])
    code = TextField(_("Mã đơn vị mới"), validators=[Length(max=MAX_CODE)])


class SplitForm(SingleForm):
    ends = RadioField(
        _("Sau khi chia tách, đơn vị này"),
        choices=[SelectChoice("", _("Còn hoạt động")), SelectChoice("y", _("Kết thúc hoạt động"))],
        default="",
    )
    parts = FieldList(FormField(PartForm), min_entries=2, max_entries=MAX_PARTS)
    people_to = SelectField(_("Khi đơn vị kết thúc, người ở đó"), validators=[Optional()])

    def offer_parts(self) -> None:
        """Let every part be chosen for the people."""
        choices = [SelectChoice("", _("Chia từng người sau khi lưu"))]
        slots = range(1, len(self.parts.entries) + 1)
        choices += [SelectChoice(str(n), _("Tất cả chuyển về phần %(n)s", n=n)) for n in slots]
        self.people_to.choices = choices

    def said(self) -> Said:
        plain = super().said()
        told = [(n, entry.form) for n, entry in enumerate(self.parts.entries, 1)]
        parts = [
            Part(n, (one.union.data or "").strip(), normal_code(one.code.data or ""), (one.name.data or "").strip())
            for n, one in told
        ]
        kept = tuple(part for part in parts if part.union or part.code or part.name)
        slot = self.people_to.data or ""
        to = int(slot) if slot.isdecimal() and self.ends.data else 0
        return Said(
            plain.number,
            plain.decided_on,
            plain.effective_on,
            plain.issued_by,
            parts=kept,
            ends=bool(self.ends.data),
            people_to=to,
        )


FORMS: dict[ChangeKind, type[SingleForm]] = {
    ChangeKind.RENAME: RenameForm,
    ChangeKind.MOVE: MoveForm,
    ChangeKind.MERGE: MergeForm,
    ChangeKind.SPLIT: SplitForm,
    ChangeKind.CLOSE: SingleForm,
    ChangeKind.PLACE: PlaceForm,
    ChangeKind.OPEN: OpenForm,
}


def form_for(kind: ChangeKind, level: Level, data: dict[str, Any]) -> SingleForm:
    """The form of a kind of change at a union of a level; ``data`` fills what nobody has typed yet."""
    form = FORMS[kind](data=data)
    if isinstance(form, OpenForm):
        form.level.choices = [SelectChoice(str(one), _(LEVEL_NAMES[one])) for one in levels_below(level)]
    if isinstance(form, SplitForm):
        form.offer_parts()
    return form


def data_of(said: Said) -> dict[str, Any]:
    """What was said as the data of its form, to be corrected there."""
    values = {name: getattr(said, name) for name in Said.__slots__ if name not in ("parts", "ends", "people_to")}
    slots = max([2, *(part.slot for part in said.parts)])
    by_slot = {part.slot: part for part in said.parts}
    blank = [by_slot.get(n, Part(n)) for n in range(1, slots + 1)]
    parts = [{"union": part.union, "code": part.code, "name": part.name} for part in blank]
    return {**values, "parts": parts, "ends": "y" if said.ends else "", "people_to": str(said.people_to or "")}
