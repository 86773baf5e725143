"""Forms of the organizers' desk: shape only; what may be changed and what makes sense the actions answer."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from contest.accounts.rules import KIND_NAMES
from contest.rounds import settings as s
from contest.rounds.criteria import CRITERIA
from contest.rounds.fields import AreaField, BoxesField, MinutesField, Named, RisingField, choices
from contest.rounds.plans import slug_fault
from contest.web.forms import Form, InstantField, Sentences, TextField
from contest.web.texts import say
from questions.rules import DIFFICULTY_NAMES

WEEKDAYS = [_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật")]
MAX_CRITERIA = 7
#: Blank lines offered below the rows of a blueprint.
SPARE_ROWS = 2


def free_slug(_form: Any, field: TextField) -> None:
    """Refuse a short address that cannot stand in an address."""
    wrong = slug_fault(field.data or "")
    if wrong:
        raise ValidationError(say(wrong))


def slug_field() -> TextField:
    return TextField(
        _("Địa chỉ ngắn"),
        description=_("Phần cuối của đường dẫn, chữ thường không dấu, nối bằng gạch ngang, ví dụ gui-niem-tin."),
        validators=[DataRequired(_("Hãy nhập địa chỉ ngắn.")), free_slug],
    )


def title_field() -> TextField:
    return TextField(_("Tên cuộc thi"), validators=[DataRequired(_("Hãy nhập tên cuộc thi.")), Length(max=300)])


class CreateForm(Form):
    """The few questions from which a whole contest with sensible settings is made."""

    title = title_field()
    slug = TextField(
        _("Địa chỉ ngắn"),
        description=_("Phần cuối của đường dẫn, ví dụ gui-niem-tin. Để trống thì lấy theo tên cuộc thi."),
        validators=[Optional(), free_slug],
    )
    union = SelectField(_("Đơn vị tổ chức"), validators=[DataRequired()])
    bank = SelectField(_("Ngân hàng câu hỏi"), validators=[Optional()])
    questions = IntegerField(_("Số câu mỗi đề"), default=20, validators=[InputRequired(), NumberRange(1, 200)])
    minutes = IntegerField(_("Số phút làm bài"), default=20, validators=[InputRequired(), NumberRange(1, 600)])
    attempts = IntegerField(_("Số lượt mỗi đợt"), default=2, validators=[InputRequired(), NumberRange(1, 100)])
    opens_at = InstantField(_("Đợt đầu mở lúc"), validators=[InputRequired(_("Hãy chọn ngày giờ mở."))])
    closes_at = InstantField(_("Đợt đầu kết thúc lúc"), validators=[InputRequired(_("Hãy chọn ngày giờ kết thúc."))])
    rounds = IntegerField(
        _("Số đợt"),
        default=1,
        description=_("Từ hai đợt trở lên, đợt sau cách đợt trước một tuần."),
        validators=[InputRequired(), NumberRange(1, 30)],
    )

    def validate_closes_at(self, field: InstantField) -> None:
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("Giờ kết thúc phải sau giờ mở."))


class CopyForm(Form):
    title = title_field()
    slug = slug_field()
    first_opens_at = InstantField(_("Đợt đầu mở lúc"), validators=[InputRequired(_("Hãy chọn ngày giờ mở."))])


class GeneralForm(Form):
    title = title_field()
    slug = slug_field()
    summary = AreaField(
        _("Giới thiệu"), description=_("Một, hai câu hiện dưới tên cuộc thi."), validators=[Length(max=2000)]
    )
    organizer = TextField(
        _("Ban tổ chức"), description=_("Để trống thì dùng tên đơn vị tổ chức."), validators=[Length(max=300)]
    )
    legal_basis = TextField(
        _("Căn cứ"), description=_("Ví dụ: Kế hoạch số 377/KH-TLĐ ngày 09/11/2023."), validators=[Length(max=500)]
    )
    contact = AreaField(_("Nơi liên hệ"), validators=[Length(max=2000)])
    extra_rules = AreaField(_("Quy định khác"), description=_("Thêm vào cuối thể lệ."), validators=[Length(max=20000)])
    practice = BooleanField(_("Cuộc thi luyện tập: không xếp hạng, không tính tham gia"))


class PeopleForm(Named):
    OPTIONS = {"kinds": KIND_NAMES}

    kinds = BoxesField(_("Đối tượng dự thi"), validators=[DataRequired(_("Hãy chọn ít nhất một đối tượng."))])
    scope_union = TextField(
        _("Chỉ dành cho người thuộc"),
        description=_("Để trống thì mọi đơn vị đều được dự thi."),
        validators=[Optional()],
    )
    registration_opens_at = InstantField(
        _("Mở đăng ký lúc"), description=_("Để trống thì đăng ký được ngay khi cuộc thi công khai.")
    )


class RankingForm(Named):
    OPTIONS = {
        "total": s.TOTAL_NAMES,
        "missed_rounds": s.MISSED_ROUNDS_NAMES,
        "prediction_scope": s.PREDICTION_SCOPE_NAMES,
        "prediction_rule": s.PREDICTION_RULE_NAMES,
    }

    criteria = FieldList(SelectField(_("Tiêu chí"), default=""), min_entries=MAX_CRITERIA)
    total = RadioField(
        _("Kết quả cả cuộc thi"),
        description=_("Trung bình được tính đến phần nghìn điểm, phần lẻ nhỏ hơn bỏ đi; giờ tính đến phần nghìn giây."),
        validators=[DataRequired()],
    )
    missed_rounds = RadioField(
        _("Đợt không dự thi"),
        description=_("Chỉ có nghĩa khi cuộc thi có từ hai đợt và có xếp hạng chung."),
        validators=[Optional()],
    )
    all_answers_required = BooleanField(_("Chỉ tính những lượt thi trả lời hết các câu hỏi"))
    prediction_target = SelectField(_("Câu dự đoán"), validators=[Optional()])
    prediction_scope = SelectField(_("Dự đoán số liệu"), validators=[Optional()])
    prediction_rule = RadioField(_("Cách so dự đoán"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prediction_target.choices = choices(s.PREDICTION_TARGET_NAMES, str(_("Không có câu dự đoán")))
        names = {key: criterion.sentence for key, criterion in CRITERIA.items()}
        for number, field in enumerate(self.criteria, 1):
            field.label.text = _("Tiêu chí %(n)s", n=number)
            field.choices = choices(names, str(_("Không dùng")))

    @property
    def chosen(self) -> list[str]:
        """The criteria in order, without the empty ones."""
        return [field.data for field in self.criteria if field.data]


class DisplayForm(Named):
    OPTIONS = {
        "name_display": s.NAME_DISPLAY_NAMES,
        "score_shown": s.SCORE_SHOWN_NAMES,
        "key_shown": s.KEY_SHOWN_NAMES,
        "ranking_shown": s.RANKING_SHOWN_NAMES,
    }

    name_display = RadioField(_("Họ tên trên bảng xếp hạng"), validators=[DataRequired()])
    score_shown = RadioField(_("Người dự thi xem điểm"), validators=[DataRequired()])
    key_shown = RadioField(_("Công bố đáp án"), validators=[DataRequired()])
    ranking_shown = RadioField(_("Công bố bảng xếp hạng"), validators=[DataRequired()])


class TargetsForm(Named):
    OPTIONS = {"headcount_basis": s.HEADCOUNT_BASIS_NAMES}

    target_percent = IntegerField(_("Chỉ tiêu tỷ lệ tham gia, phần trăm"), validators=[Optional(), NumberRange(1, 100)])
    target_people = IntegerField(_("Chỉ tiêu số người tham gia"), validators=[Optional(), NumberRange(1, 10_000_000)])
    headcount_basis = RadioField(_("Tỷ lệ tính trên"), validators=[DataRequired()])
    size_classes = RisingField(
        _("Xếp thi đua riêng theo cỡ đơn vị"),
        description=_(
            "Ghi các mốc số người. Ví dụ 50, 200: đơn vị đến 50 người, đến 200 người và trên 200 người xếp riêng "
            "ở trang tham gia. Để trống thì xếp chung."
        ),
    )
    previous_id = SelectField(
        _("So với cuộc thi trước"),
        description=_("Cuộc thi cùng loại năm trước hoặc kỳ trước, để so số người tham gia."),
        coerce=lambda value: int(value) if value else None,
        validators=[Optional()],
        default=None,
    )

    def fill(self, earlier: Iterable[tuple[int, str]]) -> None:
        """Give the contests to compare with."""
        named = {str(contest_id): title for contest_id, title in earlier}
        self.previous_id.choices = [SelectChoice("", str(_("Không so sánh")))] + [
            SelectChoice(contest_id, title) for contest_id, title in named.items()
        ]


class PrizeRulesForm(Named):
    OPTIONS = {"one_prize": s.ONE_PRIZE_NAMES, "tie_rule": s.TIE_RULE_NAMES}

    one_prize = RadioField(_("Mỗi người nhận"), validators=[DataRequired()])
    tie_rule = RadioField(
        _("Khi nhiều người đồng hạng ở giải cuối cùng"),
        description=_("Áp dụng khi số người cùng hạng nhiều hơn số giải còn lại."),
        validators=[DataRequired()],
    )
    collective_min_headcount = IntegerField(
        _("Giải tập thể: đơn vị có ít nhất bao nhiêu người"), validators=[Optional(), NumberRange(1, 1_000_000)]
    )
    collective_min_percent = IntegerField(
        _("Giải tập thể: tỷ lệ tham gia ít nhất, phần trăm"), validators=[Optional(), NumberRange(1, 100)]
    )


class RoundForm(Named):
    OPTIONS = {"paper": s.PAPER_NAMES}

    title = TextField(_("Tên đợt"), description=_("Để trống thì gọi là Đợt 1, Đợt 2…"), validators=[Length(max=200)])
    opens_at = InstantField(_("Mở lúc"), validators=[InputRequired(_("Hãy chọn ngày giờ mở."))])
    closes_at = InstantField(_("Kết thúc lúc"), validators=[InputRequired(_("Hãy chọn ngày giờ kết thúc."))])
    weekdays = BoxesField(
        _("Các ngày trong tuần"), coerce=int, validators=[DataRequired(_("Hãy chọn ít nhất một ngày."))]
    )
    day_from = MinutesField(_("Mỗi ngày từ"), description=_("Để trống cả hai ô thì thi suốt ngày đêm."))
    day_until = MinutesField(_("đến"))
    minutes = IntegerField(_("Số phút làm bài"), default=20, validators=[InputRequired(), NumberRange(1, 600)])
    max_attempts = IntegerField(
        _("Số lượt thi tối đa"),
        default=2,
        description=_("Để trống thì không giới hạn."),
        validators=[Optional(), NumberRange(1, 1000)],
    )
    grace_s = IntegerField(
        _("Nhận thêm sau khi hết giờ, giây"),
        default=5,
        description=_(
            "Bài và câu trả lời mà máy chủ nhận được trong số giây này vẫn là đúng giờ: mạng chậm thì bấm nộp ở "
            "giây cuối cũng không mất bài. Thường là 5 giây; 0 là hết giờ thì thôi."
        ),
        validators=[InputRequired(_("Hãy nhập số giây, ví dụ 5.")), NumberRange(0, s.MAX_GRACE_S)],
    )
    late_minutes = IntegerField(
        _("Tính câu trả lời gửi muộn vì mất mạng, phút"),
        default=0,
        description=_(
            "Điện thoại mất mạng giữ câu trả lời và gửi khi có mạng. Ghi 30: câu trả lời chọn trước khi hết giờ mà "
            "đến trong vòng 30 phút sau đó vẫn được tính, được đánh dấu riêng, và kết quả của đợt "
            "chờ hết 30 phút mới có. Giờ chọn câu trả lời là do điện thoại báo. Ghi 0: không tính."
        ),
        validators=[InputRequired(_("Hãy nhập số phút, 0 là không tính.")), NumberRange(0, s.MAX_LATE_MINUTES)],
    )
    freeze_minutes = IntegerField(
        _("Ngừng cập nhật bảng xếp hạng công khai trước khi đợt kết thúc, phút"),
        default=0,
        description=_(
            "Ghi 60: trong giờ cuối mọi người thấy bảng xếp hạng của một giờ trước, có ghi rõ, cho đến khi công bố "
            "kết quả. Ghi 0: bảng xếp hạng cập nhật đến hết đợt."
        ),
        validators=[InputRequired(_("Hãy nhập số phút, 0 là không ngừng.")), NumberRange(0, s.MAX_FREEZE_MINUTES)],
    )
    paper = RadioField(_("Đề thi"), validators=[DataRequired()])
    shuffle_questions = BooleanField(_("Đảo thứ tự câu hỏi"), default=True)
    shuffle_choices = BooleanField(
        _("Đảo thứ tự phương án"),
        default=True,
        description=_("Phương án “Tất cả các phương án trên” luôn đứng cuối."),
    )
    prefer_unseen = BooleanField(
        _("Ưu tiên câu người đó chưa gặp"),
        description=_("Khi thi nhiều lượt hoặc nhiều đợt; chỉ lấy lại câu đã gặp khi không còn đủ câu mới."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekdays.choices = [SelectChoice(number, str(name)) for number, name in enumerate(WEEKDAYS)]

    def validate_day_until(self, field: MinutesField) -> None:
        start, end = self.day_from.data, field.data
        if (start is None) != (end is None):
            raise ValidationError(_("Hãy nhập cả giờ bắt đầu và giờ kết thúc trong ngày, hoặc để trống cả hai."))
        if start is not None and end is not None and end <= start:
            raise ValidationError(_("Giờ kết thúc trong ngày phải sau giờ bắt đầu."))


class ExtendForm(Form):
    closes_at = InstantField(_("Kết thúc mới lúc"), validators=[InputRequired(_("Hãy chọn ngày giờ kết thúc mới."))])


class RowForm(PlainForm):
    """One row of a blueprint; without a number of questions it is no row."""

    class Meta:
        def get_translations(self, form: Any) -> Sentences:
            return Sentences()

    source = SelectField(_("Lấy từ"))
    count = IntegerField(_("Số câu"), validators=[Optional(), NumberRange(1, 200)])
    points = IntegerField(_("Điểm mỗi câu"), default=1, validators=[Optional(), NumberRange(1, 1000)])
    difficulty = SelectField(_("Mức độ"), validators=[Optional()])
    division = SelectField(_("Dành cho"), validators=[Optional()])
    tags = TextField(_("Nhãn"), validators=[Length(max=200)])

    def validate_source(self, field: SelectField) -> None:
        if self.count.data and not field.data:
            raise ValidationError(_("Hãy chọn ngân hàng hoặc chủ đề cho dòng này."))


class PaperForm(Form):
    rows = FieldList(FormField(RowForm))
    everywhere = BooleanField(_("Dùng đề này cho tất cả các đợt chưa có người thi"))

    def fill(self, sources: Any, divisions: list[SelectChoice]) -> None:
        """Give every row its lists."""
        for entry in self.rows:
            entry.form.source.choices = sources
            entry.form.division.choices = divisions
            entry.form.difficulty.choices = choices(DIFFICULTY_NAMES, str(_("Mọi mức độ")))
