"""A bank with one question of every kind, in the dialect of the texts."""

import io

from PIL import Image, ImageDraw

from questions.actions import store_drafts
from questions.picture_store import store
from questions.pictures import sha_of
from questions.rules import Answer, Choice, Draft, Kind, Markup, Scoring

PASSAGE = (
    "Tỉnh Lai Châu có **nhiều dân tộc** cùng sinh sống.\n\nRuộng bậc thang, chợ phiên và những mái nhà "
    "trình tường làm nên cảnh sắc riêng của vùng cao."
)


def drawing() -> bytes:
    """A picture of a triangle."""
    image = Image.new("RGB", (480, 240), "white")
    ImageDraw.Draw(image).polygon([(40, 200), (440, 200), (240, 30)], outline="black", width=4)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


PICTURE = sha_of(drawing())

#: In the order of the paper.
QUESTIONS = (
    Draft(
        stem=f"Hình nào dưới đây là hình tam giác?\n\n![Một hình tam giác](hinh:{PICTURE})",
        choices=(Choice("Hình trên", True), Choice("Không có hình nào", stays_last=True)),
    ),
    Draft(
        stem="Chất nào là axit?",
        choices=(Choice("\\ce{H2SO4}", True), Choice("\\ce{NaOH}"), Choice("HCl", True)),
        kind=Kind.MULTIPLE,
        scoring=Scoring.PARTIAL,
    ),
    Draft(
        stem="Nghiệm của $x^2 - 4 = 0$ là $x = \\pm 2$.",
        choices=(Choice("Đúng", True), Choice("Sai")),
        kind=Kind.TRUEFALSE,
    ),
    Draft(
        stem="Xét bảng sau:\n\n| Năm | Số đoàn viên | Số công đoàn cơ sở |\n|---|---|---|\n| 2004 | 9.000 | 412 |\n"
        "| 2023 | 21.000 | 678 |",
        choices=(
            Choice("Số đoàn viên tăng", True),
            Choice("Số công đoàn cơ sở giảm"),
            Choice("Năm 2023 có hơn 20.000 đoàn viên", True),
            Choice("Trung bình mỗi công đoàn cơ sở năm 2023 có $\\frac{21000}{678} > 40$ đoàn viên"),
        ),
        kind=Kind.STATEMENTS,
        scoring=Scoring.STEPS,
    ),
    Draft(stem="Thủ đô nước ta là gì?", kind=Kind.SHORT, answers=(Answer("Hà Nội"),), passage=PASSAGE),
    Draft(
        stem="Số $\\pi$ gần bằng bao nhiêu?",
        kind=Kind.NUMBER,
        answers=(Answer("3.14", tolerance="0.01"),),
        passage=PASSAGE,
    ),
    Draft(
        stem="Xếp các sự kiện theo thời gian.",
        choices=(Choice("Cách mạng tháng Tám"), Choice("Chiến thắng Điện Biên Phủ"), Choice("Thống nhất đất nước")),
        kind=Kind.ORDER,
        scoring=Scoring.PARTIAL,
    ),
    Draft(
        stem="Ghép tỉnh với tỉnh lị.",
        choices=(
            Choice("Sơn La", match="thành phố Sơn La"),
            Choice("Điện Biên", match="thành phố Điện Biên Phủ"),
            Choice("", match="thị xã Mường Lay"),
        ),
        kind=Kind.MATCH,
        scoring=Scoring.PARTIAL,
    ),
    Draft(stem="Vì sao bạn tham gia công đoàn?", kind=Kind.ESSAY, min_words=3, max_words=12),
)


def bank_of_kinds(town, code="moi-loai"):
    """A bank with these questions, approved, its picture stored."""
    bank = town.bank(code, size=0)
    assert store(town.session, {PICTURE: drawing()}, town.now) == []
    drafts = [
        Draft(**{name: getattr(draft, name) for name in Draft.__slots__} | {"markup": Markup.MARKDOWN, "code": f"K{n}"})
        for n, draft in enumerate(QUESTIONS, 1)
    ]
    plan = store_drafts(town.session, bank, drafts, author="test", now=town.now)
    assert plan.faults == ()
    return bank
