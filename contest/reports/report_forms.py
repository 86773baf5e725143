"""The form in which the words of a document are written."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from contest.publishing.forms import LinesField
from contest.reports.rules import DocumentKind
from contest.reports.wording import LETTER, NAMED, WRITTEN, written_day
from contest.web.forms import DayField, Form, TextField

MAX_SHORT, MAX_LONG = 300, 8000


class WordsForm(Form):
    """What may be written into a document; fields that a kind of document lacks are taken out."""

    the_thuc = RadioField(
        _("Thể thức"),
        choices=[
            SelectChoice(NAMED, _("Có tên loại văn bản (Báo cáo, Thông báo)")),
            SelectChoice(LETTER, _("Công văn, có dòng V/v")),
        ],
    )
    co_quan_cap_tren = TextField(_("Công đoàn cấp trên"), [Length(max=MAX_SHORT)])
    co_quan_ban_hanh = TextField(_("Công đoàn ban hành"), [Length(max=MAX_SHORT)])
    so = TextField(_("Số"), [Length(max=20)])
    ky_hieu = TextField(_("Ký hiệu"), [Length(max=60)])
    dia_danh = TextField(_("Địa danh"), [Length(max=100)])
    ngay = DayField(_("Ngày"))
    trich_yeu = TextField(_("Trích yếu"), [Length(max=MAX_SHORT)])
    kinh_gui = LinesField(_("Kính gửi"), [Length(max=2000)])
    mo_dau = LinesField(_("Mở đầu"), [Length(max=MAX_LONG)])
    tham_quyen = TextField(_("Thẩm quyền ban hành"), [Length(max=MAX_SHORT)])
    can_cu = LinesField(_("Căn cứ"), [Length(max=MAX_LONG)])
    dieu = LinesField(_("Các điều"), [Length(max=MAX_LONG)])
    danh_gia = LinesField(_("Đánh giá"), [Length(max=MAX_LONG)])
    kien_nghi = LinesField(_("Kiến nghị, đề xuất"), [Length(max=MAX_LONG)])
    ket_thuc = LinesField(_("Kết thúc"), [Length(max=2000)])
    noi_nhan = LinesField(_("Nơi nhận"), [Length(max=2000)])
    quyen_han = TextField(_("Quyền hạn người ký"), [Length(max=100)])
    chuc_vu = TextField(_("Chức vụ người ký"), [Length(max=100)])
    nguoi_ky = TextField(_("Họ tên người ký"), [Length(max=120)])
    #: The revision that was read, and digests of our texts as they stood in the form.
    revision = HiddenField(default="0")
    shown = HiddenField(default="")

    def only_for(self, kind: DocumentKind) -> "WordsForm":
        """Take out what a kind of document has not."""
        for name in [field.name for field in self]:
            if name not in (*WRITTEN[kind], "revision", "shown", "csrf_token"):
                del self[name]
        return self

    def fill(self, kind: DocumentKind, words: dict[str, str]) -> "WordsForm":
        """Put words into the fields."""
        for name in WRITTEN[kind]:
            text = words.get(name, "")
            self[name].data = written_day(text) if name == "ngay" else text
        return self

    def words(self, kind: DocumentKind) -> dict[str, str]:
        """What was typed, as texts."""
        typed = {name: self[name].data for name in WRITTEN[kind]}
        if "ngay" in typed:
            typed["ngay"] = typed["ngay"].strftime("%d/%m/%Y") if typed["ngay"] else ""
        return {name: text or "" for name, text in typed.items()}

    @property
    def read_revision(self) -> int:
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
