"""Moodle XML as Moodle exports it, what is said about the rest, hostile files, and our own files back again."""

import base64
import hashlib
import io
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from support.questions import SIGNS, drafts, told_apart, unlost

from questions import pictures
from questions.faults import faults_of
from questions.formats import moodle_xml
from questions.formats.charset import garbled
from questions.formats.common import unreadable
from questions.formats.legacy import hidden_script
from questions.rules import Answer, Choice, Difficulty, Draft, Kind, Markup, Scoring

FILES = Path(__file__).parent / "files"
KINDS = FILES / "moodle-kinds.xml"
HALF = Fraction(1, 2)
PAIR = (Choice("a", match="**b**"),)
PNG = b"\x89PNG\r\n\x1a\nx"


def quiz(*questions):
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{"".join(questions)}</quiz>'.encode()


def question(type, inside="", stem="Hỏi?", name="Q1"):
    return (
        f'<question type="{type}"><name><text>{name}</text></name>'
        f'<questiontext format="html"><text>{stem}</text></questiontext>{inside}</question>\n'
    )


def answer(fraction, text, more=""):
    return f'<answer fraction="{fraction}"><text>{text}</text>{more}</answer>'


def read(*questions):
    return moodle_xml.read(quiz(*questions))


def one(*questions):
    result = read(*questions)
    assert result.faults == ()
    (draft,) = result.questions
    return draft


TRUE = answer(100, "true") + answer(0, "false")


@pytest.fixture(scope="module")
def kinds():
    result = moodle_xml.read(KINDS.read_bytes())
    assert result.faults == ()
    return {draft.title: draft for draft in result.questions}, result


def test_single_choice_with_a_picture_from_the_file(kinds):
    by_title, result = kinds
    draft = by_title["Công hội đỏ"]
    ((sha, content),) = result.pictures.items()
    assert content.startswith(b"\x89PNG") and hashlib.sha256(content).hexdigest() == sha
    assert draft == Draft(
        stem=f"Công hội đỏ thành lập **ngày nào**?\n\n![cờ đỏ](hinh:{sha})",
        choices=(
            Choice("1/5/1929", feedback="Đó là ngày Quốc tế Lao động."),
            Choice("28/7/1929", True),
            Choice("Tất cả các phương án trên", stays_last=True),
        ),
        code="LS-01",
        topic="Lịch sử / Thành lập 1/2",
        difficulty=Difficulty.HARD,
        explanation="Đại hội họp ở 15 Hàng Nón.",
        row=15,
        title="Công hội đỏ",
        markup=Markup.MARKDOWN,
        tags=("lịch sử",),
    )


def test_several_right_with_thirds_in_an_order_that_stays(kinds):
    draft = kinds[0]["Nguyên tắc"]
    third = Fraction(1, 3)
    assert (draft.kind, draft.scoring) == (Kind.MULTIPLE, Scoring.WEIGHTS)
    assert draft.stem == "Những nguyên tắc nào\nlà của công đoàn?"
    assert [(c.correct, c.points, c.stays_last) for c in draft.choices] == [
        (True, third, True),
        (True, third, True),
        (True, third, True),
        (False, -1, True),
    ]
    assert draft.choices[3].feedback == "Sai"


def test_true_or_false_in_any_order(kinds):
    draft = kinds[0]["Trời"]
    assert draft.choices == (Choice("Đúng", True, feedback="Đúng rồi"), Choice("Sai", feedback="Sai rồi"))
    assert (draft.kind, draft.stem) == (Kind.TRUEFALSE, "1 < 2")
    old = one(question("truefalse", answer(0, "Wahr") + answer(100, "Falsch")))
    assert [choice.correct for choice in old.choices] == [False, True]


def test_short_answers(kinds):
    draft = kinds[0]["Tên báo"]
    assert (draft.kind, draft.case, draft.exact, draft.topic) == (Kind.SHORT, True, True, "Luật")
    assert (draft.markup, draft.stem) == (Markup.MARKDOWN, "Tên **báo** của Tổng Liên đoàn?")
    assert [(a.text, a.points, a.pattern, a.feedback) for a in draft.answers] == [
        ("Lao Động", 1, False, "Giỏi"),
        (".*Lao Động", Fraction(4, 5), True, ""),
        (".*", 0, True, "Đọc thêm"),
    ]


def test_numbers(kinds):
    draft = kinds[0]["Pi"]
    assert draft.answers == (
        Answer("3.14", Fraction(1), "0.005", feedback="Tốt"),
        Answer("3", HALF, "0.2"),
    )
    notes = [str(note.message) for note in kinds[1].notes if note.question == "Pi"]
    assert len(notes) == 2 and "Đơn vị đo" in notes[0] and "số khác đáp án" in notes[1]


def test_pairs_items_in_order_and_essays(kinds):
    match, order, essay = (kinds[0][name] for name in ("Ghép", "Thứ tự", "Cảm nghĩ"))
    assert [(c.text, c.match) for c in match.choices] == [
        ("1929", "Công hội đỏ"),
        ("1945", "Cách mạng tháng Tám"),
        ("", "Điện Biên Phủ"),
    ]
    assert (match.kind, match.scoring) == (Kind.MATCH, Scoring.PARTIAL)
    assert [choice.text for choice in order.choices] == ["1929", "1930", "1945"]
    assert (order.kind, order.scoring) == (Kind.ORDER, Scoring.PARTIAL)
    assert (essay.kind, essay.min_words, essay.max_words) == (Kind.ESSAY, 100, 300)
    assert essay.guide == "- Ý một\n- Ý hai"


def test_what_is_left_out_is_said(kinds):
    notes = [(note.question, str(note.message)) for note in kinds[1].notes]
    assert ("Lời dẫn", "Đây là lời dẫn (description), không phải câu hỏi; không lấy.") in notes
    texts = [text for name, text in notes if name is None]
    for word in ("không trộn", "nhận xét chung", "gợi ý", "điểm khác 1", "bị ẩn"):
        assert [text for text in texts if word in text and text.startswith("1 câu")], word
    assert [text for name, text in notes if name == "Cảm nghĩ" and "nộp tệp" in text]


@pytest.mark.parametrize(
    ("type", "word"),
    [
        ("cloze", "cloze"), ("multianswer", "cloze"), ("calculated", "calculated"), ("calculatedmulti", "ngẫu nhiên"),
        ("ddwtos", "kéo thả"), ("gapselect", "gapselect"), ("ddmarker", "đánh dấu"), ("stack", "stack"), ("", "?"),
    ],
)  # fmt: skip
def test_a_kind_we_do_not_hold_is_named(type, word):
    result = read(question("truefalse", TRUE), question(type, name="Câu lạ"))
    (fault,) = result.faults
    assert word in str(fault.message) and "“Câu lạ”" in str(fault.message)
    assert (fault.question, fault.row) == ("Câu lạ", 4)
    assert len(result.questions) == 1


@pytest.mark.parametrize(
    ("type", "inside", "word"),
    [
        ("multichoice", answer(100, "a"), "ít nhất 2"),
        ("multichoice", answer(50, "a") + answer(0, "b"), "chưa có đáp án đúng"),
        ("multichoice", answer(100, "a") + answer(100, "b"), "2 đáp án đúng"),
        ("multichoice", answer("abc", "a") + answer(0, "b"), "không phải là số phần trăm"),
        ("multichoice", answer("1e9999999", "a") + answer(0, "b"), "không phải là số phần trăm"),
        ("multichoice", "<single>false</single>" + answer(100, "a") + answer(100, "b"), "bằng 100%"),
        ("multichoice", answer(100, "") + answer(0, "b"), "bị trống"),
        ("multichoice", "".join(answer(100 - 100 * min(n, 1), n) for n in range(9)), "quá 8"),
        ("shortanswer", "", "chưa có đáp án"),
        ("shortanswer", answer(50, "a"), "trọn điểm"),
        ("numerical", answer(100, "3,14"), "“3,14 ±"),
        ("numerical", answer(100, "*"), "không đọc được"),
        ("numerical", answer(100, "1", "<tolerance>x</tolerance>"), "không đọc được"),
        ("truefalse", answer(0, "true") + answer(0, "false"), "Đúng hoặc Sai"),
        ("matching", "<subquestion><text>a</text></subquestion>", "ít nhất 2"),
        ("shortanswer", answer(100, "a") * 501, "quá nhiều đáp án"),
        ("essay", "<minwordlimit>9</minwordlimit><maxwordlimit>5</maxwordlimit>", "Giới hạn số từ"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_by_its_name_and_line(type, inside, word):
    found = [(f.question, f.row, word in str(f.message)) for f in read(question(type, inside)).faults]
    assert ("Q1", 3, True) in found


def test_the_same_code_or_question_twice():
    twice = question("essay", "<idnumber>A</idnumber>"), question("essay", "<idnumber>A</idnumber>", name="Q2")
    texts = [str(fault.message) for fault in read(*twice).faults]
    assert any("Mã câu “A” đã dùng ở dòng 3" in text for text in texts)
    assert any("Trùng với câu hỏi ở dòng 3" in text for text in texts)


def test_pictures_that_are_not_there_and_files_that_are_none():
    missing = read(question("truefalse", TRUE, stem="&lt;img src='@@PLUGINFILE@@/a.png'&gt; x"))
    assert "“a.png” không có trong tệp" in str(missing.faults[0].message)
    away = read(question("truefalse", TRUE, stem="&lt;img src='https://x.vn/a.png'&gt; x"))
    assert "không có trong tệp" in str(away.faults[0].message)
    sound = read(question("truefalse", TRUE, stem="&lt;a href='@@PLUGINFILE@@/a.mp3'&gt;nghe&lt;/a&gt;"))
    assert "“a.mp3” không phải là hình" in str(sound.faults[0].message)


def test_pictures_in_answers_markdown_data_addresses_and_old_files():
    coded = base64.b64encode(PNG).decode()
    sha = hashlib.sha256(PNG).hexdigest()
    file = f'<file name="a.png" path="/sau/" encoding="base64">{coded}</file>'
    image = '&lt;img src="@@PLUGINFILE@@/sau/a.png" alt="x"&gt;'
    old = f"<image>a.png</image><image_base64>{coded}</image_base64>"
    marked = f'<questiontext format="markdown"><text>![x](@@PLUGINFILE@@/sau/a.png)</text>{file}</questiontext>'
    data = f"&lt;img src='data:image/png;base64,{coded}' alt='x'&gt;"
    for draft in (
        one(question("multichoice", answer(100, image, file) + answer(0, "b"))),
        one(f'<question type="truefalse"><name><text>x</text></name>{marked}{TRUE}</question>'),
        one(question("truefalse", TRUE, stem=data)),
        one(question("truefalse", TRUE + old)),
    ):
        assert any(f"](hinh:{sha})" in text for text in draft.texts)
    assert read(question("truefalse", TRUE + old)).pictures == {sha: PNG}


def test_html_typed_without_cdata_is_read_all_the_same():
    assert one(question("truefalse", TRUE, stem="Nước <b>sạch</b> ở đâu?")).stem == "Nước **sạch** ở đâu?"


def test_another_plug_in_for_all_or_nothing():
    draft = one(question("multichoiceset", answer(100, "a") + answer(100, "b") + answer(0, "c")))
    assert (draft.kind, draft.scoring, [c.correct for c in draft.choices]) == (
        Kind.MULTIPLE,
        Scoring.ALL,
        [True, True, False],
    )


def test_shares_as_elements_and_answers_without_text_as_in_old_files():
    draft = one(question("numerical", "<answer>3.5<fraction>1</fraction><tolerance>0.1</tolerance></answer>"))
    assert draft.answers == (Answer("3.5", Fraction(1), "0.1"),)


def test_other_encodings_and_a_blank_before_the_declaration():
    text = quiz(question("truefalse", TRUE)).decode()
    for data in (
        text.replace("UTF-8", "UTF-16").encode("utf-16"),
        b"\xef\xbb\xbf" + text.encode(),
        b"\n " + text.encode(),
        text.replace("UTF-8", "ISO-8859-1").replace("Hỏi", "Hoi").encode("latin-1"),
    ):
        assert len(moodle_xml.read(data).questions) == 1
        assert moodle_xml.looks_like_quiz(data)
    assert not moodle_xml.looks_like_quiz(b"<quizzes/>")


DEEP = "<a>" * 3000 + "</a>" * 3000
LAUGHS = "<!DOCTYPE quiz [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"<?xml version='1.0'?>" + LAUGHS.encode() + quiz(question("essay"))[39:], "không an toàn"),
        (("<?xml version='1.0' encoding='UTF-16'?>" + LAUGHS + "<quiz/>").encode("utf-16"), "không an toàn"),
        (b"<quiz><!ENTITY x SYSTEM 'file:///etc/passwd'></quiz>", "không an toàn"),
        (quiz(question("essay", DEEP)), "hỏng, hoặc có phần quá lớn"),
        (quiz("<question type='essay'>" + "<a/>" * 100_001 + "</question>"), "phức tạp bất thường"),
        (quiz(question("essay", f"<file>{'A' * 10_100_000}</file>")), "hỏng, hoặc có phần quá lớn"),
        (b"<quiz>" + b" " * 20_000_001 + b"</quiz>", "quá 20 MB"),
        (b"<quiz><question></quiz>", "hỏng"),
        (b"<quiz>", "hỏng"),
        (b"<quiz></quiz>", "chưa có câu hỏi nào"),
        (b"<assessmentItem/>", "không phải là tệp Moodle XML"),
        (b"PK\x03\x04", "không phải là tệp Moodle XML"),
        (b"Hoi?\nA. x", "không phải là tệp Moodle XML"),
        (b"%PDF-1.7", "tệp PDF"),
        (b"", "Tệp trống"),
    ],
)
def test_hostile_and_broken_files_are_refused_with_a_word(data, word):
    result = moodle_xml.read(data)
    assert result.questions == ()
    assert word in str(result.faults[0].message)


def test_our_tags_survive_a_moodle_that_knows_nothing_of_us():
    """Without what Moodle ignores, and with the HTML it keeps, the question is the same but for its source text."""
    full = Draft(
        stem="Nước là **gì**?",
        choices=(Choice("H~2~O", True), Choice("CO~2~", stays_last=True), Choice("x", True)),
        kind=Kind.MULTIPLE,
        code="C1",
        topic="Hoá / Nước",
        difficulty=Difficulty.EASY,
        source="Sách giáo khoa, tr. 5",
        explanation="Vì **thế**.",
        title="Nước",
        markup=Markup.MARKDOWN,
        scoring=Scoring.RIGHT_MINUS_WRONG,
        passage="Đọc *kỹ*.",
        tags=("hoá",),
    )
    data = re.sub(r"<markdown.*?</markdown>", "", moodle_xml.write([full]).decode()).encode()
    (back,) = moodle_xml.read(data).questions
    assert replace(back, row=None) == full


def test_pictures_go_out_and_come_back_under_the_same_name():
    sha = "ab" * 32
    draft = Draft(f"![cờ](hinh:{sha})", (Choice("a", True), Choice("b")), markup=Markup.MARKDOWN)
    data = moodle_xml.write([draft], {sha: PNG})
    assert f'<file name="hinh-{sha}.png"'.encode() in data
    result = moodle_xml.read(data)
    assert (result.pictures, result.questions[0].stem) == ({sha: PNG}, draft.stem)


def test_html_that_was_changed_wins_over_our_source_beside_it():
    draft = Draft("**Hai**", (Choice("a", True), Choice("b")), markup=Markup.MARKDOWN)
    data = moodle_xml.write([draft]).replace(b"Hai&lt;", b"Ba&lt;")
    assert moodle_xml.read(data).questions[0].stem == "**Ba**"


def test_losses():
    pattern = Draft("x", kind=Kind.SHORT, answers=(Answer("a|b", pattern=True),))
    rounded = Draft("x", (Choice("a", True, points=Fraction(1)), Choice("b", points=Fraction(1, 23))))
    cases = {
        "biểu thức chính quy": pattern,
        "làm tròn": replace(rounded, scoring=Scoring.WEIGHTS),
        "chữ trơn": replace(
            pattern, kind=Kind.MATCH, answers=(), choices=PAIR, scoring=Scoring.PARTIAL, markup=Markup.MARKDOWN
        ),
        "dấu /": Draft("x", kind=Kind.ESSAY, topic="/a"),
    }
    for word, draft in cases.items():
        (fault,) = moodle_xml.losses([draft])
        assert word in str(fault.message), word
    assert moodle_xml.read(moodle_xml.write([pattern])).questions[0].answers == pattern.answers


@settings(max_examples=80, deadline=None)
@given(st.lists(drafts(), min_size=1, max_size=3).map(told_apart))
@example([Draft("Hỏi", kind=Kind.ESSAY, topic="A"), Draft("Sau", kind=Kind.ESSAY, source="S", passage="P")])
def test_what_is_written_without_loss_is_read_back_the_same(found):
    kept = unlost(found, moodle_xml)
    words = "\n".join(text for draft in kept for text in (draft.stem, *(choice.text for choice in draft.choices)))
    assume(kept and not garbled(words) and not hidden_script(words))
    result = moodle_xml.read(moodle_xml.write(kept))
    assert result.faults == ()
    assert [replace(draft, row=None) for draft in result.questions] == kept


pieces = st.sampled_from(
    [*SIGNS, "<", ">", '"', *re.findall(r"</?\w+[^>]*>", KINDS.read_text())[:400], "<![CDATA[", "]]>"]
)


def sound(result):
    assert result.questions or result.faults
    assert not [draft for draft in result.questions if faults_of(draft)]
    assert unreadable() not in [fault.message for fault in result.faults]


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.lists(pieces, max_size=30).map(lambda p: "".join(p).encode("utf-8", "replace"))
    )
)
def test_any_bytes_give_questions_or_faults(data):
    sound(moodle_xml.read(data))
    sound(moodle_xml.read(b"<quiz>" + data + b"</quiz>"))


WHOLE = KINDS.read_text()
LEAVES = [match.span(1) for match in re.finditer(r">([^<>]+)<", WHOLE)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(LEAVES), st.one_of(st.text(max_size=8), st.sampled_from(SIGNS))), max_size=8))
def test_any_text_in_any_place_of_a_sound_file(changes):
    text = WHOLE
    for (start, end), said in sorted(changes, reverse=True):
        safe = "".join(c for c in said if c.isprintable() or c == "\n").replace("&", "&amp;").replace("<", "&lt;")
        text = text[:start] + safe.replace(">", "&gt;") + text[end:]
    sound(moodle_xml.read(text.encode("utf-8", "replace")))


def test_a_picture_made_fit_before_keeps_the_name_that_texts_call_it_by():
    """Of an export that another bank takes in: the bytes are no longer those that the name was made of."""
    out = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(out, "PNG")
    name = "cd" * 32
    draft = Draft(f"![cờ](hinh:{name})", (Choice("a", True), Choice("b")), markup=Markup.MARKDOWN)
    result = moodle_xml.read(moodle_xml.write([draft], {name: out.getvalue()}))
    fitted, faults = pictures.fit_all(result.pictures, result.questions)
    assert (faults, [one.sha256 for one in fitted], pictures.pictures_of(result.questions[0])) == ([], [name], [name])


def test_a_file_written_by_another_program():
    """By moodle-tools 1.1 (make-questions): every kind it has, one each."""
    result = moodle_xml.read((FILES / "moodle-tools.xml").read_bytes())
    by_title = {draft.title: draft for draft in result.questions}
    assert [(draft.kind, draft.scoring) for draft in result.questions] == [
        (Kind.TRUEFALSE, Scoring.ALL),
        (Kind.SINGLE, Scoring.WEIGHTS),
        (Kind.SINGLE, Scoring.ALL),
        (Kind.NUMBER, Scoring.ALL),
        (Kind.SHORT, Scoring.ALL),
        (Kind.MATCH, Scoring.PARTIAL),
        (Kind.ESSAY, Scoring.ALL),
        (Kind.ORDER, Scoring.PARTIAL),
        (Kind.STATEMENTS, Scoring.PARTIAL),
    ]
    assert {draft.topic for draft in result.questions} == {"Luật / Công đoàn", "Toán"}
    assert "| a | b |\n| --- | --- |\n| 1 | 2 |" in by_title["Chọn một"].stem
    assert [choice.points for choice in by_title["Chọn một"].choices] == [1, HALF, 0]
    ((sha, _),) = result.pictures.items()
    assert f"](hinh:{sha})" in by_title["Chọn nữa"].stem
    assert [(c.text, c.correct) for c in by_title["Mệnh đề"].choices] == [
        ("Một cộng một là hai", True),
        ("Một cộng một là ba", False),
    ]
    assert (by_title["Luận"].guide, by_title["Luận"].min_words) == ("Chấm theo ý", 10)
    assert [(fault.question, "cloze" in str(fault.message)) for fault in result.faults] == [("Điền", True)]


@pytest.mark.parametrize(
    ("method", "scoring", "notes"),
    [("kprimeonezero", Scoring.ALL, 1), ("kprime", Scoring.PARTIAL, 2), ("subpoints", Scoring.PARTIAL, 1)],
)
def test_statements_of_a_plug_in_by_its_way_of_counting(method, scoring, notes):
    rows = "".join(f'<row number="{n}"><optiontext><text>Ý {n}</text></optiontext></row>' for n in (1, 2))
    columns = "".join(f"<column><responsetext><text>{name}</text></responsetext></column>" for name in ("Hay", "Dở"))
    weights = '<weight rownumber="2" columnnumber="1"><value>1.000</value></weight>'
    how = f"<scoringmethod><text>{method}</text></scoringmethod>"
    result = read(question("kprime", how + rows + columns + weights))
    (draft,) = result.questions
    assert (draft.kind, draft.scoring, len(result.notes)) == (Kind.STATEMENTS, scoring, notes)
    assert [choice.correct for choice in draft.choices] == [False, True]
    assert "hai cột" in str(read(question("kprime", how + rows + weights)).faults[0].message)


def test_a_name_as_long_as_a_question_is_cut_with_a_word():
    result = read(question("truefalse", TRUE, name="Hỏi " * 100))
    (draft,) = result.questions
    assert len(draft.title) <= 300 and draft.title.endswith("Hỏi…")
    assert "cắt bớt" in str(result.notes[0].message) and len(result.notes[0].question) <= 60
