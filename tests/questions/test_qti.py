"""QTI files after the specifications and from other programs are read as they are meant."""

import io
import logging
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from questions.formats import detect, qti, read
from questions.rules import Answer, Choice, Difficulty, Draft, Kind, Markup, Scoring

FILES = Path(__file__).parent / "files" / "qti"
FULL = Fraction(1)


@pytest.fixture(autouse=True)
def nothing_goes_wrong_unseen(caplog):
    caplog.set_level(logging.WARNING)
    yield
    assert not caplog.records


def zipped(folder: Path, prefix: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, prefix + path.relative_to(folder).as_posix())
    return out.getvalue()


def result_of(name: str):
    path = FILES / name
    return read(zipped(path) if path.is_dir() else path, "auto", name)


def only(name: str):
    result = result_of(name)
    assert result.faults == ()
    (question,) = result.questions
    return question


def texts(question):
    return [choice.text for choice in question.choices]


def right(question):
    return [choice.text for choice in question.choices if choice.correct]


def test_every_bare_item_is_told_to_be_qti():
    for path in FILES.rglob("*.xml"):
        assert detect(path.read_bytes()) == "qti", path


def test_a_choice_by_template_keeps_what_stays_last():
    question = only("2.1/choice.xml")
    assert (question.kind, question.scoring, question.code, question.title) == (
        Kind.SINGLE,
        Scoring.ALL,
        "choice",
        "Hành lí",
    )
    assert question.markup is Markup.MARKDOWN
    assert question.stem == "Hãy nhìn dòng chữ:\n\n*NOI QUY*\n\nNó có nghĩa gì?"
    assert question.choices == (Choice("Nội quy", True), Choice("Nơi quỳ"), Choice("Ý khác", stays_last=True))


def test_conditions_written_out_give_points_and_feedback():
    question = only("2.1/choice-written-out.xml")
    assert question.scoring is Scoring.WEIGHTS
    assert [choice.points for choice in question.choices] == [0, 1, Fraction(1, 4), 0]
    assert [choice.feedback for choice in question.choices] == ["", "Giỏi lắm.", "Gần đúng.", ""]
    assert texts(question)[1] == "42"
    assert (question.explanation, question.guide) == ("6 × 7 = 42.", "Xem kĩ.")
    assert question.choices[3].stays_last


@pytest.mark.parametrize(
    ("name", "scoring", "points"),
    [
        ("all", Scoring.ALL, [None] * 4),
        ("partial", Scoring.PARTIAL, [None] * 4),
        ("minus", Scoring.RIGHT_MINUS_WRONG, [None] * 4),
        ("weights", Scoring.WEIGHTS, [Fraction(3, 4), 0, Fraction(-1, 2), Fraction(1, 4)]),
    ],
)
def test_how_several_options_count_is_told_by_what_they_give(name, scoring, points):
    question = only(f"2.1/multiple-{name}.xml")
    assert (question.kind, question.scoring, right(question)) == (Kind.MULTIPLE, scoring, ["Hiđrô", "Ôxi"])
    assert [choice.points for choice in question.choices] == points


def test_true_and_false_in_any_order_and_language():
    question = only("2.1/true-false.xml")
    assert (question.kind, question.choices) == (Kind.TRUEFALSE, (Choice("Đúng"), Choice("Sai", True)))


def test_typed_words():
    question = only("2.1/text-entry.xml")
    assert (question.kind, question.exact, question.case) == (Kind.SHORT, True, False)
    assert question.answers == (Answer("York"), Answer("yorkshire", Fraction(1, 2)))
    assert question.stem.endswith("Made glorious summer by this sun of ____;")
    question = only("2.1/text-entry-case.xml")
    assert (question.answers, question.case, question.stem) == ((Answer("NaCl"),), True, "Công thức muối ăn:")
    assert only("2.1/text-entry-pattern.xml").answers == (Answer("024[0-9]{8}", pattern=True),)


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("tolerance", (Answer("3.14159", tolerance="0.01"), Answer("3.25", Fraction(1, 2), "0.25"))),
        ("mapping", (Answer("1929"), Answer("1930", Fraction(1, 4)))),
        ("relative", (Answer("200", tolerance="10"),)),
    ],
)
def test_numbers(name, answers):
    question = only(f"2.1/number-{name}.xml")
    assert (question.kind, question.answers) == (Kind.NUMBER, answers)


def test_an_essay_with_a_guide_for_its_markers():
    question = only("2.1/essay.xml")
    assert (question.kind, question.guide) == (Kind.ESSAY, "Cho 1 điểm mỗi ý.")
    assert question.stem == "Viết cho bạn **Sam**.\n\nTrả lời các câu hỏi của bạn."


def test_order_stands_as_it_is_right():
    question = only("2.1/order.xml")
    assert (question.kind, question.scoring) == (Kind.ORDER, Scoring.ALL)
    assert texts(question) == ["Michael", "Rubens", "Jenson"]
    assert only("3.0/order-partial.xml").scoring is Scoring.PARTIAL


def test_pairs():
    question = only("2.1/match.xml")
    assert (question.kind, question.scoring) == (Kind.MATCH, Scoring.PARTIAL)
    assert [(c.text, c.match) for c in question.choices] == [
        ("Capulet", "Romeo"),
        ("Demetrius", "Đêm hè"),
        ("Lysander", "Đêm hè"),
        ("", "Giông tố"),
    ]
    question = only("2.1/associate.xml")
    assert [(c.text, c.match) for c in question.choices] == [("Antonio", "Prospero"), ("Capulet", "Montague")]
    question = only("2.1/gap-match.xml")
    assert [(c.text, c.match) for c in question.choices] == [("(1)", "winter"), ("(2)", "summer"), ("", "spring")]
    assert question.stem.startswith("Điền vào câu sau.\n\n> Now is the (1) ____ of our discontent")
    assert question.scoring is Scoring.PARTIAL


def test_statements_that_are_true_or_false():
    question = only("2.1/statements.xml")
    assert (question.kind, question.scoring) == (Kind.STATEMENTS, Scoring.ALL)
    assert [(c.text, c.correct) for c in question.choices] == [("2 là số chẵn", True), ("3 là số chẵn", False)]


def test_a_choice_in_a_sentence_leaves_a_blank():
    question = only("2.1/inline-choice.xml")
    assert (question.kind, right(question)) == (Kind.SINGLE, ["York"])
    assert question.stem == "Made glorious summer by this sun of ____."


def test_the_names_of_3_0():
    question = only("3.0/modal-feedback.xml")
    assert question.choices == (Choice("Đúng", True, feedback="Đúng rồi"), Choice("Sai", feedback="Chưa đúng"))
    question = only("3.0/multiple.xml")
    assert (question.scoring, right(question)) == (Scoring.PARTIAL, ["H", "O"])
    assert "$" in question.stem and question.markup is Markup.MARKDOWN
    assert only("3.0/text-entry.xml").answers == (Answer("Hà Nội"),)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("hotspot", "hotspotInteraction"),
        ("adaptive", "adaptive"),
        ("template", "templateDeclaration"),
        ("slider-3", "sliderInteraction"),
        ("portable-3", "portableCustomInteraction"),
    ],
)
def test_kinds_without_a_place_here_are_named(name, kind):
    result = result_of(f"refused/{name}.xml")
    assert result.questions == ()
    (fault,) = result.faults
    assert str(fault.message).startswith(f"Loại câu “{kind}” của QTI chưa nhập được.")
    assert (fault.row, bool(fault.question)) == (1, True)


def test_an_item_with_two_interactions_names_both():
    (fault,) = result_of("refused/composite.xml").faults
    assert str(fault.message).startswith("Câu có 2 phần trả lời (choiceInteraction, textEntryInteraction)")


def test_1_2_after_the_specification():
    result = result_of("1.2/basic.xml")
    assert result.faults == () and result.notes == ()
    kinds = [(q.code, q.kind, q.scoring) for q in result.questions]
    assert kinds == [
        ("single", Kind.SINGLE, Scoring.ALL),
        ("multiple", Kind.MULTIPLE, Scoring.RIGHT_MINUS_WRONG),
        ("truefalse", Kind.TRUEFALSE, Scoring.ALL),
        ("ordered", Kind.ORDER, Scoring.ALL),
        ("fib", Kind.SHORT, Scoring.ALL),
        ("num", Kind.NUMBER, Scoring.ALL),
        ("essay", Kind.ESSAY, Scoring.ALL),
        ("statements", Kind.STATEMENTS, Scoring.PARTIAL),
    ]
    by_code = {q.code: q for q in result.questions}
    assert {q.topic for q in result.questions} == {"Đề mẫu / Địa lí"}
    assert by_code["single"].choices == (
        Choice("Một xu", feedback="Chưa phải."),
        Choice("Năm < mười", True, feedback="Phải rồi."),
        Choice("Ý khác", stays_last=True, feedback="Chưa phải."),
    )
    assert by_code["multiple"].stem == "Những chất nào có trong **nước**?"
    assert texts(by_code["ordered"]) == ["Thứ hai", "Thứ ba", "Thứ tư"]
    assert by_code["fib"].answers == (Answer("Đông"), Answer("mùa Đông"), Answer("lạnh", Fraction(1, 4)))
    assert by_code["fib"].case
    assert by_code["num"].answers == (Answer("37", tolerance="1"),)
    assert (by_code["essay"].guide, by_code["essay"].stem) == ("Chấm theo ý.", "Hãy viết.\nKhông quá một trang.")


def test_1_2_names_what_has_no_place_here():
    result = result_of("1.2/refused.xml")
    assert result.questions == ()
    said = [str(fault.message) for fault in result.faults]
    wanted = ["response_xy", "response_grp", "render_fib × 2", "response_str, response_lid", "substring"]
    wanted += ["không có phần trả lời", "multiple_dropdowns_question"]
    assert len(said) == len(wanted)
    assert all(part in text for part, text in zip(wanted, said, strict=True))


CANVAS = (
    '<questestinterop><item ident="i" title="t"><itemmetadata><qtimetadata><qtimetadatafield>'
    "<fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield></qtimetadata>"
    '</itemmetadata><presentation><material><mattext texttype="text/html">&lt;p&gt;Thủ đô là [x].&lt;/p&gt;</mattext>'
    '</material><response_extension/><response_lid ident="response_x"><material><mattext>x</mattext></material>'
    '<render_choice><response_label ident="1"><material><mattext>Hà Nội</mattext></material></response_label>'
    '<response_label ident="2"><material><mattext>Huế</mattext></material></response_label></render_choice>'
    "</response_lid></presentation><resprocessing><respcondition><conditionvar>"
    '<varequal respident="response_x">1</varequal></conditionvar><setvar action="Add">100</setvar></respcondition>'
    "</resprocessing></item></questestinterop>"
)


def test_a_blank_of_canvas_that_stands_alone():
    (question,) = read(CANVAS.format(kind="fill_in_multiple_blanks_question").encode()).questions
    assert (question.stem, question.kind) == ("Thủ đô là ____.", Kind.SHORT)
    assert question.answers == (Answer("Hà Nội"), Answer("Huế"))
    (question,) = read(CANVAS.format(kind="multiple_dropdowns_question").encode()).questions
    assert (question.stem, question.kind, right(question)) == ("Thủ đô là ____.", Kind.SINGLE, ["Hà Nội"])


def test_a_document_type_of_the_specification_is_no_harm():
    declared = '<!DOCTYPE questestinterop SYSTEM "ims_qtiasiv1p2.dtd" [\n<!-- x -->\n<!ELEMENT a (b+)>\n]>\n'
    data = f"<?xml version='1.0'?>\n{declared}{CANVAS.format(kind='multiple_choice_question')}".encode()
    assert detect(data) == "qti" and len(read(data).questions) == 1
    (fault,) = read(data.replace(b"<!ELEMENT a (b+)>", b'<!ENTITY a "b">')).faults
    assert str(fault.message).startswith("Tệp XML có khai báo DOCTYPE")


def test_points_for_what_is_left_out_are_said_to_be_lost():
    result = result_of("1.2/ilias.xml")
    (question,) = result.questions
    assert (question.scoring, right(question)) == (Scoring.ALL, ["2", "4"])
    assert question.choices[1].feedback == "3 là số lẻ."
    (note,) = result.notes
    assert str(note.message).startswith("Cách tính điểm riêng của câu này (resprocessing)")


def test_a_package_of_text2qti():
    result = result_of("text2qti.zip")
    assert [q.kind for q in result.questions] == [
        Kind.SINGLE,
        Kind.MULTIPLE,
        Kind.TRUEFALSE,
        Kind.SHORT,
        Kind.NUMBER,
        Kind.NUMBER,
        Kind.NUMBER,
        Kind.ESSAY,
    ]
    first, second, third, fourth, fifth, sixth, seventh, _ = result.questions
    assert first.explanation == "Xem Hiến pháp, Điều 13."
    assert [c.feedback for c in first.choices] == ["Chưa đúng\n\nHuế là cố đô.", "Chính xác", "Chưa đúng"]
    assert (first.topic, first.title, len(first.code)) == ("Đề thử", "Câu một", 60)
    assert right(second) == ["2", "3"] and second.choices[3].text == "$x^2$ và **đậm**"
    assert right(third) == ["Đúng"]
    assert fourth.answers == (Answer("Hà Nội"), Answer("Ha Noi"))
    assert fifth.answers == (Answer("3.14", tolerance="0.01"),)
    assert sixth.answers == (Answer("1929"),)
    assert seventh.answers == (Answer("1.415", tolerance="0.005"),)
    (fault,) = result.faults
    assert "file_upload_question" in str(fault.message)
    (note,) = result.notes
    assert str(note.message).startswith("1 đoạn văn không thuộc câu nào")


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("blackboard-pool.zip", ["fill in the blank plus"]),
        ("canvas-1.2.zip", []),
        ("blackboard-2.1.zip", ["textentryinteraction"]),
    ],
)
def test_packages_of_qti_package_maker(name, refused):
    result = result_of(name)
    assert [text for text in refused if text not in str(result.faults[0].message)] == []
    assert len(result.faults) == len(refused) and result.notes == ()
    single, multiple, match, number, short = result.questions[:5]
    assert (single.stem, right(single)) == ("Thu do cua **Viet Nam** la gi?", ["Ha Noi"])
    assert (multiple.kind, right(multiple)) == (Kind.MULTIPLE, ["2", "3"])
    assert (match.kind, match.scoring) == (Kind.MATCH, Scoring.PARTIAL)
    assert [(c.text, c.match) for c in match.choices] == [
        ("Viet Nam", "Ha Noi"),
        ("Lao", "Vieng Chan"),
        ("Thai Lan", "Bang Coc"),
    ]
    assert number.answers == (Answer("3.14", tolerance="0.01"),)
    assert (short.answers, short.case) == ((Answer("Ha Noi"), Answer("Hanoi")), False)
    if name == "blackboard-2.1.zip":
        assert texts(result.questions[5]) == ["mot", "hai", "ba", "bon"]


def test_a_package_of_2_2_with_sections_and_a_picture():
    result = result_of("package-2.2")
    assert result.faults == () and result.notes == ()
    first, second = result.questions
    assert (first.code, first.topic, first.passage) == ("i-1", "Địa lí / Việt Nam", "Đọc kĩ bản đồ.")
    (sha,) = result.pictures
    assert first.stem == f"Xem ![bản đồ](hinh:{sha}) rồi chọn."
    assert result.pictures[sha] == (FILES / "package-2.2" / "assets" / "bản đồ.png").read_bytes()
    assert (second.code, second.topic, second.answers) == ("i-2", "", (Answer("4"),))


@pytest.mark.parametrize("prefix", ["", "goi cua toi/"])
def test_a_package_of_3_0_with_a_passage_of_its_own(prefix):
    result = read(zipped(FILES / "package-3.0", prefix))
    assert result.faults == () and result.notes == ()
    second, first = result.questions
    assert (first.code, second.code, first.row, second.row) == ("night-1", "night-2", 2, 1)
    (sha,) = result.pictures
    assert first.passage == second.passage == f"**Một đêm lạ**\n\nAnina không ngủ được.\n\n![đêm](hinh:{sha})"
    assert (first.kind, first.guide) == (Kind.ESSAY, "Hai ý, mỗi ý 1 điểm.")
    assert (second.tags, second.difficulty) == (("đọc hiểu", "chim"), Difficulty.HARD)
    assert (second.source, second.topic) == ("Truyện thiếu nhi", "Đọc hiểu")


def changed(data: bytes, name: str, content: bytes | None) -> bytes:
    """A package with one member other, or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.namelist():
            if member != name:
                target.writestr(member, source.read(member))
        if content is not None:
            target.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("missing", "said", "left"),
    [
        ("items/night2.xml", "Thiếu tệp “items/night2.xml” trong gói.", 1),
        ("passages/night one.xml", "Thiếu đoạn văn “passages/night%20one.xml” trong gói.", 0),
        ("passages/img/night.png", "Thiếu hình “img/night.png” trong tệp.", 0),
    ],
)
def test_what_is_missing_is_named(missing, said, left):
    result = read(changed(zipped(FILES / "package-3.0"), missing, None))
    assert len(result.questions) == left
    assert str(result.faults[0].message).startswith(said)


def test_one_broken_item_says_its_line_and_the_others_are_read():
    result = read(changed(zipped(FILES / "package-3.0"), "items/night1.xml", b"<a>\n<b></a>"))
    assert [q.code for q in result.questions] == ["night-2"]
    (fault,) = result.faults
    assert (fault.row, fault.question) == (2, "items/night1.xml")
    assert str(fault.message).startswith("Tệp XML hỏng ở dòng 2.")


def test_a_list_of_items_alone_is_not_enough():
    for data in (
        b'<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="t" title="x"/>',
        b'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"/>',
    ):
        (fault,) = read(data).faults
        assert str(fault.message).startswith("Tệp này chỉ có danh sách câu")


def test_a_remote_picture_is_noted():
    data = (FILES / "2.1" / "choice.xml").read_bytes()
    data = data.replace(b"<em>NOI QUY</em>", b'<img src="https://example.org/a.png" alt="NOI QUY"/>')
    result = read(data)
    assert result.questions[0].stem == "Hãy nhìn dòng chữ:\n\nNOI QUY\n\nNó có nghĩa gì?"
    (note,) = result.notes
    assert str(note.message).startswith("Hình ở “https://example.org/a.png” không nằm trong tệp")


def test_the_same_question_twice_names_the_other_by_its_number():
    item = (FILES / "2.1" / "true-false.xml").read_bytes()
    data = changed(zipped(FILES / "package-3.0"), "items/night1.xml", item)
    result = read(changed(data, "items/night2.xml", item))
    assert [q.code for q in result.questions] == ["true_false"]
    assert [str(fault.message) for fault in result.faults] == [
        "Trùng với câu thứ 1 của tệp. Hãy bỏ một trong hai câu.",
        "Mã câu “true_false” đã dùng ở câu thứ 1 của tệp. Hãy đặt mã khác.",
    ]


def test_progress_is_told_while_items_are_read():
    told = []
    drafts = [Draft(f"Câu {number}?", (Choice("a", True), Choice("b"))) for number in range(250)]
    assert len(read(qti.write(drafts), watch=told.append).questions) == 250
    assert told == [100, 200]


def test_utf_16_is_read():
    data = (FILES / "2.1" / "choice.xml").read_text("utf-8").replace("UTF-8", "UTF-16").encode("utf-16")
    assert detect(data) == "qti"
    assert qti.read(data).questions[0].choices[0].text == "Nội quy"
