"""A small app that shows every component of the front end once, for the eye and for axe.

Look at it with: ``PYTHONPATH=.:tests .venv/bin/python -m flask --app support.gallery run --port 5099``
"""

from types import SimpleNamespace as Thing

from flask import Flask, jsonify, render_template, render_template_string, request
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from contest.config import ROOT
from contest.web import assets, headers, texts


class GalleryForm(FlaskForm):
    """One field of each sort."""

    name = StringField("Họ và tên", [InputRequired("Hãy nhập họ và tên.")])
    phone = StringField("Số điện thoại", [InputRequired("Hãy nhập số điện thoại gồm 10 chữ số.")])
    union = StringField("Công đoàn cơ sở", [InputRequired("Hãy chọn công đoàn của bạn.")])
    kind = RadioField(
        "Bạn dự thi với tư cách",
        [InputRequired("Hãy chọn tư cách dự thi.")],
        choices=[
            SelectChoice("member", "Đoàn viên"),
            SelectChoice("official", "Cán bộ công đoàn"),
            SelectChoice("worker", "Người lao động"),
        ],
    )
    groups = SelectMultipleField(
        "Khối được dự thi",
        choices=[
            SelectChoice("a", "Cán bộ, công chức"),
            SelectChoice("b", "Giáo viên"),
            SelectChoice("c", "Công nhân"),
        ],
        widget=widgets.ListWidget(),
        option_widget=widgets.CheckboxInput(),
    )
    minutes = IntegerField("Số phút làm bài", default=20)
    opens = DateTimeLocalField("Mở lúc")
    board = SelectField(
        "Bảng", choices=[SelectChoice("", "Tất cả"), SelectChoice("a", "Bảng A")], validate_choice=False
    )
    note = TextAreaField("Ghi chú")
    file = FileField("Tệp câu hỏi")
    consent = BooleanField(
        "Tôi đồng ý để Ban tổ chức dùng thông tin này", [InputRequired("Hãy đánh dấu đồng ý để đăng ký.")]
    )


RATES = [
    ("LĐLĐ huyện Than Uyên", 71.5, "71,5%"),
    ("LĐLĐ thành phố Lai Châu", 62.0, "62,0%"),
    ("Công đoàn ngành Giáo dục tỉnh Lai Châu và các đơn vị trực thuộc", 48.3, "48,3%"),
    ("LĐLĐ huyện Mường Tè", 12.4, "12,4%"),
    ("LĐLĐ huyện Nậm Nhùn", None, "–"),
]
UNIONS = [
    {
        "code": "MH-1",
        "name": "CĐCS Trường Mầm non Sơn Ca (minh họa)",
        "path": "LĐLĐ tỉnh Lai Châu › LĐLĐ huyện Than Uyên",
    },
    {
        "code": "MH-2",
        "name": "CĐCS Nhà máy chè Sao Mai (minh họa)",
        "path": "LĐLĐ tỉnh Lai Châu › LĐLĐ huyện Than Uyên",
    },
]
QUESTIONS = [
    Thing(
        stem="Tỉnh Lai Châu được chia tách, thành lập từ ngày nào?",
        kind="single",
        choices=["01/01/2004", "26/11/2003", "01/01/2003", "10/10/1949"],
    ),
    Thing(
        stem="Nghị quyết số 22/2003/QH11 của Quốc hội khóa XI về việc chia và điều chỉnh địa giới hành chính "
        "một số tỉnh được thông qua vào thời gian nào?",
        kind="single",
        choices=["Ngày 26/11/2003", "Ngày 25/11/2003, sau khi lấy ý kiến đại biểu", "Cả A và B đều đúng"],
    ),
    Thing(
        stem="Những nội dung nào là quyền của đoàn viên?\nChọn mọi phương án đúng.",
        kind="multiple",
        choices=["Được yêu cầu công đoàn bảo vệ", "Được thông tin, thảo luận", "Ứng cử, đề cử"],
    ),
]
PAPER = """{% extends "layout_paper.html" %}{% import "macros/paper.html" as paper %}
{% block title %}Bài thi{% endblock %}
{% block top %}{{ paper.top("19:32", 3, 20, "Đã lưu 08:14") }}{% endblock %}
{% block content %}<h1>Đợt 2, lượt 1 - Gửi niềm tin, trao kỳ vọng</h1>
{% call paper.note("warn") %}<p>Mất mạng. Câu trả lời đã lưu trên máy, sẽ gửi khi có mạng.</p>{% endcall %}
{{ paper.numbers(20, [1, 2, 5]) }}
<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
{% for item in items %}{{ paper.question(loop.index, item, "B" if loop.index in (1, 2, 5) else "") }}
{% endfor %}
{{ paper.prediction("Bạn dự đoán có bao nhiêu người trả lời đúng cả 20 câu?", hint="Nhập một số nguyên, ví dụ 1200.",
   error="Hãy nhập một số từ 0 trở lên.") }}
{% call paper.foot() %}<button class="btn btn-secondary">Lưu</button><button class="btn">Nộp bài</button>{% endcall %}
</form>{% endblock %}"""

LIVE = """{% extends "layout.html" %}{% import "macros/forms.html" as f %}
{% block title %}Theo dõi{% endblock %}
{% block content %}<h1>Theo dõi</h1>
<p id="dang-lam" data-module="refresh" data-every="0.2">Lần tải <b>{{ loads }}</b></p>
{{ f.post_button("/tuoi", "Đóng đợt thi", confirm="Đóng đợt thi này?") }}{% endblock %}"""


def create_app() -> Flask:
    app = Flask("gallery", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(SECRET_KEY="only for looking", TEMPLATES_AUTO_RELOAD=True, PROPAGATE_EXCEPTIONS=True)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    headers.init_app(app)
    texts.init_app(app)
    assets.init_app(app)
    app.context_processor(frame)
    app.add_url_rule("/", "gallery", gallery)
    app.add_url_rule("/bai", "paper", paper)
    app.add_url_rule("/tuoi", "live", live, methods=["GET", "POST"])
    app.add_url_rule("/loi/<int:status>", "error", error)
    app.add_url_rule("/cong-doan/tim", "find_union", lambda: jsonify(UNIONS))
    app.add_url_rule("/ngon-ngu", "web.language", lambda: "", methods=["POST"])
    return app


def frame():
    """What rooms give to every page: the person and the menu of their part."""
    items = [("Cuộc thi", True), ("Công đoàn của tôi", False), ("Tổ chức thi", False)]
    return {
        "current_user": Thing(is_authenticated="khach" not in request.args, name="Lò Thị Hương Lan"),
        "nav_items": [Thing(url=f"/muc-{n}", label=label, current=now) for n, (label, now) in enumerate(items)],
    }


def gallery():
    form = GalleryForm(formdata=None, meta={"csrf": False})
    if "loi" in request.args:
        form.validate()
    return render_template(
        "dev/gallery.html",
        form=form,
        plain=GalleryForm(formdata=None, prefix="p", meta={"csrf": False}),
        rows=RATES,
        tree=UNIONS,
        page_url=lambda n: f"?trang={n}",
        scores=[(score, max(0, 140 - (15 - score) ** 2 * 4)) for score in range(21)],
        days=[(f"{13 + n}/11", value) for n, value in enumerate([120, 300, 280, 450, 900, 640, 200])],
    )


def paper():
    return render_template_string(PAPER, items=[QUESTIONS[n % 3] for n in range(20)])


LOADS = {"GET": 0, "POST": 0}


def live():
    LOADS[request.method] += 1
    return render_template_string(LIVE, loads=LOADS["GET"])


def error(status):
    page = render_template(
        "errors/error.html",
        status=status,
        title="Không tìm thấy trang",
        advice="Hãy kiểm tra lại địa chỉ, hoặc về trang chủ để tìm cuộc thi.",
    )
    return page, status
