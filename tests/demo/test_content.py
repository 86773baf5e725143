"""The demo's plain sources keep what they promise: sourced questions, fair keys, a sound tree of unions."""

import re
import subprocess
import sys
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

import docx
import pytest

from demo.build import sources

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "demo" / "build" / "build.py"
PLAN_TOPICS = (
    "20 năm tỉnh Lai Châu",
    "Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XIV",
    "Nghị quyết Đại hội XIII Công đoàn tỉnh",
    "Chính sách, pháp luật về CNVCLĐ",
)
BANKS = {
    "niem_tin": sources.word_bank().questions,
    "lai_chau": sources.sheet_bank("lai_chau.yaml").questions,
    "luyen_tap": sources.sheet_bank("luyen_tap.yaml").questions,
}
EVERY = [question for bank in BANKS.values() for question in bank]


def squeeze(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


@pytest.mark.parametrize("question", EVERY, ids=lambda question: question.code or question.stem[:40])
def test_a_question_is_whole(question):
    assert question.stem.strip()
    assert question.source.strip()
    assert question.level in {"Dễ", "Trung bình", "Khó"}
    assert 2 <= len(question.options) <= 4
    assert len({squeeze(option) for option in question.options}) == len(question.options)
    assert question.keys
    assert len(set(question.keys)) == len(question.keys)
    assert set(question.keys) <= set(sources.LETTERS[: len(question.options)])


def test_text_is_composed_unicode_without_stray_blanks():
    for question in EVERY:
        for text in (question.stem, question.source, question.explanation, *question.options):
            assert text == unicodedata.normalize("NFC", text)
            assert text == " ".join(text.split())


def test_no_question_is_asked_twice():
    repeated = [stem for stem, times in Counter(squeeze(q.stem) for q in EVERY).items() if times > 1]
    assert repeated == []


def test_there_are_enough_questions_of_each_bank():
    assert len(BANKS["niem_tin"]) >= 64
    assert len(BANKS["lai_chau"]) >= 64
    assert len(BANKS["luyen_tap"]) == 24
    assert len(EVERY) >= 120


def test_the_four_subjects_of_the_plan_have_at_least_fourteen_questions():
    counts = Counter(question.topic for question in BANKS["lai_chau"])
    assert tuple(counts) == PLAN_TOPICS
    assert min(counts.values()) >= 14


def test_the_flagship_contest_asks_single_answer_questions_on_four_topics():
    assert all(len(question.keys) == 1 for question in BANKS["niem_tin"])
    assert len({question.topic for question in BANKS["niem_tin"]}) == 4
    assert {q.marking for q in BANKS["niem_tin"]} == {"answer_line", "underline", "colour", "table"}


def test_multiple_true_false_and_last_options_are_all_shown():
    lai_chau = BANKS["lai_chau"]
    assert 3 <= sum(len(question.keys) > 1 for question in lai_chau) <= 6
    assert any(question.options == ("Đúng", "Sai") for question in lai_chau)
    assert any(question.last for question in lai_chau)
    assert any("D" not in question.keys for question in lai_chau if question.last)
    for question in EVERY:
        assert question.last == question.options[-1].startswith("Cả ba phương án trên")


@pytest.mark.parametrize("name", ["niem_tin", "lai_chau"])
def test_the_right_option_is_not_given_away(name):
    single = [q for q in BANKS[name] if len(q.keys) == 1 and len(q.options) == 4]
    letters = Counter(question.keys[0] for question in single)
    assert all(letters[letter] >= len(single) * 0.15 for letter in "ABCD")
    longest = [
        question
        for question in single
        for lengths in [[len(option) for option in question.options]]
        if lengths.count(max(lengths)) == 1 and lengths.index(max(lengths)) == "ABCD".index(question.keys[0])
    ]
    assert len(longest) <= len(single) * 0.35


def test_codes_are_unique_and_short():
    codes = [question.code for question in EVERY if question.code] + [union.code for union in sources.unions()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[A-Z0-9-]{2,12}", code) for code in codes)


def test_unions_form_one_tree_without_cycles():
    parent_of = {union.code: union.parent for union in sources.unions()}
    assert [code for code, parent in parent_of.items() if not parent] == ["TLD"]
    for code in parent_of:
        path = [code]
        while parent_of[path[-1]]:
            path.append(parent_of[path[-1]])
            assert len(path) <= 4
        assert path[-1] == "TLD"


def test_levels_follow_the_organisation_of_2023():
    unions = {union.code: union for union in sources.unions()}
    below = {sources.PROVINCIAL: sources.NATIONAL, sources.UPPER: sources.PROVINCIAL}
    below[sources.GRASSROOTS] = sources.UPPER
    for union in unions.values():
        if union.parent:
            assert unions[union.parent].level == below[union.level]
    districts = [u for u in unions.values() if u.level == sources.UPPER and u.name.startswith("Liên đoàn Lao động")]
    assert len(districts) == 8


def test_grassroots_unions_are_many_fictional_and_distinct():
    grassroots = [union for union in sources.unions() if union.level == sources.GRASSROOTS]
    assert 140 <= len(grassroots) <= 160
    assert {union.note for union in grassroots} == {"Đơn vị hư cấu để minh hoạ"}
    assert len({union.name for union in grassroots}) == len(grassroots)
    assert any(len(union.name) > 90 for union in grassroots)


def test_headcounts_are_plausible_and_a_few_are_missing():
    grassroots = [union for union in sources.unions() if union.level == sources.GRASSROOTS]
    known = [union for union in grassroots if union.members is not None]
    assert 3 <= len(grassroots) - len(known) <= 4
    for union in known:
        assert 5 <= union.members <= 400
        assert union.workers >= 0
        assert 1 <= union.officials < union.members
        assert union.counted_on is not None


def marked_letters(paragraphs, is_mark):
    """The letters of the options that some run of the Word file marks."""
    return [run.text[0] for paragraph in paragraphs for run in paragraph.runs if is_mark(run)]


def test_the_word_file_marks_every_key_in_the_way_of_its_part():
    document = docx.Document(str(ROOT / "demo" / "ngan-hang-gui-niem-tin.docx"))
    text = [paragraph.text for paragraph in document.paragraphs]
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells if cell.text]
    options = [p for p in document.paragraphs if re.match(r"[A-D]\. ", p.text)]
    keys = {
        marking: [q.keys[0] for q in BANKS["niem_tin"] if q.marking == marking]
        for marking in ("answer_line", "underline", "colour", "table")
    }
    assert [line.split()[-1] for line in text if line.startswith("Đáp án:")] == keys["answer_line"]
    assert marked_letters(options, lambda run: run.underline) == keys["underline"]
    assert marked_letters(options, lambda run: run.bold or run.font.color.rgb is not None) == keys["colour"]
    assert cells == [f"{52 + place}-{key}" for place, key in enumerate(keys["table"])]
    assert text[-1] == "BẢNG ĐÁP ÁN"
    assert "HẾT" in text


def content_of(path):
    """What a file says, whatever compressed it: the members of a zip, or the bytes."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_office_files_are_what_the_sources_make(tmp_path):
    subprocess.run([sys.executable, str(BUILD), str(tmp_path)], check=True, capture_output=True)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert len(made) == 6
    for name in made:
        assert content_of(tmp_path / name) == content_of(ROOT / "demo" / name), f"{name}: run demo/build/build.py"
