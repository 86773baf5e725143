"""The form of a line of the table of prizes: shape, and what belongs to individual and to collective prizes."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from contest.rounds import settings as s
from contest.rounds.fields import Named, choices
from contest.rounds.models import Contest
from contest.rounds.prize_lines import MAX_WEIGHT
from contest.web.forms import TextField

MAX_HEADCOUNT = 10_000_000


class PrizeForm(Named):
    OPTIONS = {"scope": s.PRIZE_SCOPE_NAMES}

    scope = SelectField(_("Loại giải"), validators=[DataRequired()])
    title = TextField(
        _("Tên giải"), validators=[DataRequired(_("Hãy nhập tên giải, ví dụ Giải Nhất.")), Length(max=200)]
    )
    quantity = IntegerField(_("Số giải"), default=1, validators=[InputRequired(), NumberRange(1, 10_000)])
    value = TextField(_("Giá trị một giải"), validators=[Length(max=200)])
    division = SelectField(
        _("Chỉ cho bảng"), description=_("Để trống thì xét chung mọi bảng."), validators=[Optional()]
    )
    points = IntegerField(
        _("Điểm quy đổi của một giải"),
        default=0,
        description=_("Cộng cho đơn vị khi giải tập thể tính cả giải cá nhân."),
        validators=[Optional(), NumberRange(0, MAX_WEIGHT)],
    )
    basis = SelectField(_("Xếp hạng đơn vị theo"), validators=[Optional()])
    league = TextField(
        _("Giữa các đơn vị trực thuộc"),
        description=_("Để trống thì xét các đơn vị cấp dưới trực tiếp như ở trang Công đoàn tham gia."),
    )
    class_from = IntegerField(
        _("Quy mô từ, người"),
        description=_("Để trống cả hai ô quy mô thì xét mọi đơn vị."),
        validators=[Optional(), NumberRange(1, MAX_HEADCOUNT)],
    )
    class_until = IntegerField(_("Quy mô đến, người"), validators=[Optional(), NumberRange(1, MAX_HEADCOUNT)])
    weight_rate = IntegerField(
        _("Hệ số của tỷ lệ dự thi"),
        default=1,
        description=_("Các hệ số chỉ dùng khi cộng tỷ lệ với điểm trung bình hoặc điểm quy đổi."),
        validators=[Optional(), NumberRange(0, MAX_WEIGHT)],
    )
    weight_other = IntegerField(
        _("Hệ số của phần cộng thêm"), default=1, validators=[Optional(), NumberRange(0, MAX_WEIGHT)]
    )

    def offer(self, contest: Contest) -> None:
        """Fill the lists: the contest's divisions, and what unions may be ranked by."""
        self.division.choices = [
            SelectChoice("", str(_("Mọi bảng"))),
            *(SelectChoice(division.code, division.title) for division in contest.divisions),
        ]
        self.basis.choices = choices(s.COLLECTIVE_BASIS_NAMES)

    def settings(self, contest: Contest, league_id: int | None) -> dict[str, Any]:
        """What is to be stored; what belongs to the other kind of prize is left as a new line has it."""
        found = {name: self[name].data or "" for name in ("scope", "title", "quantity", "value")}
        collective = self.scope.data == s.PrizeScope.COLLECTIVE
        division = next((d for d in contest.divisions if d.code == self.division.data), None)
        weighed = collective and self.basis.data in (
            s.CollectiveBasis.RATE_AVERAGE,
            s.CollectiveBasis.RATE_PRIZES,
        )
        return found | {
            "division": None if collective else division,
            "points": 0 if collective else self.points.data or 0,
            "basis": (self.basis.data or s.CollectiveBasis.RATE) if collective else None,
            "league_union_id": league_id if collective else None,
            "class_from": self.class_from.data if collective else None,
            "class_until": self.class_until.data if collective else None,
            "weight_rate": _weight(self.weight_rate.data) if weighed else 1,
            "weight_other": _weight(self.weight_other.data) if weighed else 1,
        }


def _weight(given: int | None) -> int:
    return 1 if given is None else given
