"""Near-duplicates: what counts as nearly the same, measured on real questions and on variants of them made here."""

import random
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from questions import formats
from questions.likeness import Form as Taken
from questions.likeness import How, Text, compare, text_of
from questions.likeness_index import Index
from questions.rules import Answer, Choice, Draft, Kind
from questions.words import Lexicon

DEMO = Path(__file__).parents[2] / "demo"
FILES = ("ngan-hang-lai-chau-20-nam.xlsx", "ngan-hang-gui-niem-tin.docx", "ngan-hang-luyen-tap.csv")
#: Words and what people write for them.
SYNONYMS = (
    ("được thành lập", "ra đời"),
    ("thời gian", "thời hạn"),
    ("nào sau đây", "nào dưới đây"),
    ("bao nhiêu", "mấy"),
    ("quy định", "nêu"),
    ("thuộc", "của"),
    ("có quyền", "được quyền"),
    ("ngày nào", "hôm nào"),
    ("năm nào", "thời điểm nào"),
    ("diễn ra", "được tổ chức"),
    ("ai", "người nào"),
)
#: Pairs of the demo banks, found by reading them, that differ in no more than the rules let pass.
ALIKE = {
    ("tuổi nghỉ hưu của lao động nữ", "tuổi nghỉ hưu của lao động nam"),
    ("Luật Công đoàn số 50/2024/QH15 có hiệu lực", "Luật Công đoàn số 12/2012/QH13 có hiệu lực"),
}


@pytest.fixture(scope="module")
def real():
    """The questions of the demo banks: true ones, of several hands."""
    return [draft for name in FILES for draft in formats.read(DEMO / name).questions]


@pytest.fixture(scope="module")
def index(real):
    return Index((place, text_of(draft)) for place, draft in enumerate(real))


@pytest.fixture
def chance():
    return random.Random("gần giống")


def rewritten(draft, write):
    choices = tuple(replace(choice, text=write(choice.text)) for choice in draft.choices)
    return replace(draft, stem=write(draft.stem), choices=choices)


def reordered(draft, chance, _real):
    return replace(draft, choices=tuple(chance.sample(draft.choices, len(draft.choices))))


def without_marks(draft, _chance, _real):
    def strip(text):
        parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
        return "".join(char for char in parts if not unicodedata.combining(char))

    return rewritten(draft, strip)


def repunctuated(draft, _chance, _real):
    return rewritten(draft, lambda text: f"  {text.rstrip('.?:').replace(', ', ' - ').upper()} ...")


def renumbered(draft, chance, _real):
    changed = rewritten(draft, lambda text: re.sub(r"\d+", lambda _: str(chance.randint(1, 99)), text))
    return changed if re.search(r"\d", draft.stem + "".join(c.text for c in draft.choices)) else None


def with_a_synonym(draft, _chance, _real):
    for word, other in SYNONYMS:
        if re.search(rf"\b{word}\b", draft.stem):
            return replace(draft, stem=re.sub(rf"\b{word}\b", other, draft.stem, count=1))
    return None


def with_words_before(draft, chance, _real):
    return replace(draft, stem=chance.choice(["Theo bạn, ", "Anh (chị) hãy cho biết: ", "Hãy cho biết "]) + draft.stem)


def with_a_word_less(draft, chance, _real):
    words = draft.stem.split()
    if len(words) < 8:
        return None
    del words[chance.randrange(1, len(words) - 1)]
    return replace(draft, stem=" ".join(words))


def with_a_longer_option(draft, _chance, _real):
    long = [place for place, choice in enumerate(draft.choices) if len(choice.text.split()) > 3]
    if not long:
        return None
    choices = list(draft.choices)
    words = choices[long[0]].text.split()
    choices[long[0]] = replace(choices[long[0]], text=" ".join([*words[:2], "chính", *words[2:]]))
    return replace(draft, choices=tuple(choices))


def with_other_distractors(draft, chance, real):
    if len(draft.choices) < 4:
        return None
    strange = [choice.text for choice in chance.choice(real).choices] * 4
    pairs = zip(draft.choices, strange, strict=False)
    return replace(draft, choices=tuple(own if own.correct else replace(own, text=text) for own, text in pairs))


def with_several_changes(draft, chance, real):
    other = with_a_synonym(draft, chance, real)
    return other and reordered(with_words_before(other, chance, real), chance, real)


@pytest.mark.parametrize(
    ("change", "least", "how"),
    [
        (reordered, 1.0, {How.SAME}),
        (repunctuated, 1.0, {How.SAME}),
        (without_marks, 1.0, {How.DIACRITICS}),
        (renumbered, 1.0, {How.NUMBERS}),
        (with_a_synonym, 0.98, {How.WORDING}),
        (with_words_before, 0.98, {How.WORDING}),
        (with_a_word_less, 0.98, {How.WORDING, How.SAME}),
        (with_a_longer_option, 0.98, {How.WORDING}),
        (with_several_changes, 0.9, {How.WORDING}),
        (with_other_distractors, 0.9, {How.OPTIONS, How.WORDING, How.NUMBERS}),
    ],
)
def test_a_variant_of_a_real_question_leads_back_to_it(real, index, chance, change, least, how):
    """Recall: of all variants made, the share for which the question they were made of is found."""
    tried = found = 0
    for place, draft in enumerate(real):
        variant = change(draft, chance, real)
        if variant is None:
            continue
        tried += 1
        found += any(near.key == place and near.how in how for near in index.near(text_of(variant)))
    assert tried >= 60
    assert found / tried >= least


def test_real_questions_are_not_taken_for_one_another(real, index):
    """Precision: 14,000 pairs of true questions, of which reading finds two that are nearly the same."""
    told = index.near_each(range(len(real)))
    pairs = {tuple(sorted((place, near.key))) for place, found in told.items() for near in found}
    assert len(pairs) == len(ALIKE)
    for one, other in ALIKE:
        assert any(
            {one, other} == {part for part in (one, other) for place in pair if part in real[place].stem}
            for pair in pairs
        )


def single(stem, *options, right=0):
    return Draft(stem, tuple(Choice(text, place == right) for place, text in enumerate(options)))


def how(one, other):
    lexicon = Lexicon()
    alike = compare(Taken(text_of(one), lexicon), Taken(text_of(other), lexicon))
    return alike[1] if alike else None


DIFFERENT = [
    (
        single("Khẳng định nào sau đây đúng?", "Sông Hồng chảy qua Hà Nội", "Sông Đà chảy qua Huế"),
        single("Khẳng định nào sau đây đúng?", "Núi Phan Xi Păng cao nhất nước", "Núi Bà Đen cao nhất nước"),
    ),
    (
        single("Thủ đô nước ta là?", "Hà Nội", "Huế", "Đà Nẵng"),
        single("Thủ đô nước ta là?", "Một thành phố lớn", "Một tỉnh miền núi", "Một hòn đảo"),
    ),
    (
        single("Thủ đô của Pháp là thành phố nào?", "Pa-ri", "Béc-lin", "Luân Đôn", "Rô-ma"),
        single("Thủ đô của Đức là thành phố nào?", "Pa-ri", "Béc-lin", "Luân Đôn", "Rô-ma", right=1),
    ),
    (
        single("Ai là tác giả của Truyện Kiều?", "Nguyễn Du", "Nguyễn Trãi", "Đoàn Thị Điểm"),
        single("Ai là tác giả của Bình Ngô đại cáo?", "Nguyễn Du", "Nguyễn Trãi", "Đoàn Thị Điểm", right=1),
    ),
    (
        single("Theo Điều 5 Luật Công đoàn, người lao động có quyền gì?", "Gia nhập công đoàn", "Nghỉ việc"),
        single("Theo Điều 9 Luật Công đoàn, cán bộ công đoàn bị cấm làm gì?", "Can thiệp trái luật", "Họp"),
    ),
    (
        single("Theo Điều 21 Luật Công đoàn, nội dung nào đúng?", "Đoàn viên được bảo vệ", "Đoàn viên bị phạt"),
        single("Theo Điều 31 Luật Công đoàn, nội dung nào đúng?", "Tài chính công khai", "Tài chính bí mật"),
    ),
    (
        Draft("Nước sôi ở bao nhiêu độ C?", kind=Kind.NUMBER, answers=(Answer("100"),)),
        Draft("Nước đóng băng ở bao nhiêu độ C?", kind=Kind.NUMBER, answers=(Answer("0"),)),
    ),
    (
        single("Khẳng định nào sau đây đúng?", "Sông Hồng chảy qua Hà Nội", "Sông Đà chảy qua Huế"),
        Draft("Khẳng định nào sau đây đúng?", kind=Kind.ESSAY),
    ),
    (
        single("2 + 3 bằng bao nhiêu?", "5", "6"),
        single("2 × 3 bằng bao nhiêu?", "5", "6", right=1),
    ),
    (
        single(f"Con vật nào trong hình dưới đây sống ở nước? ![hình](hinh:{'1f' * 32})", "Hình a", "Hình b"),
        single(f"Con vật nào trong hình dưới đây sống ở nước? ![hình](hinh:{'2e' * 32})", "Hình a", "Hình b"),
    ),
    (
        replace(single("Đoạn văn trên nói về điều gì?", "Biển", "Rừng"), passage="Sóng vỗ bờ cát trắng suốt đêm."),
        replace(single("Đoạn văn trên nói về điều gì?", "Biển", "Rừng"), passage="Cây đại ngàn che kín lối mòn cũ."),
    ),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=lambda draft: draft.stem[:20])
def test_questions_of_one_pattern_with_another_content_are_different(one, other):
    assert how(one, other) is None
    assert how(other, one) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (
            single("Lai Châu thành lập được 20 năm vào năm nào?", "2024", "2023"),
            single("Lai Châu thành lập được 25 năm vào năm nào?", "2029", "2023"),
            How.NUMBERS,
        ),
        (
            single("Người lao động gồm những ai?", "Nam", "Nữ"),
            single("nguoi lao dong gom nhung ai", "nu", "nam"),
            How.DIACRITICS,
        ),
        (
            single("Thủ đô nước ta là?", "Hà Nội", "Huế", "Đà Nẵng"),
            single("Thủ đô nước ta là", "Vinh", "Hà Nội.", "Cần Thơ", right=1),
            How.OPTIONS,
        ),
        (
            single("Công đoàn ra đời ngày 28/7/1929. Đúng hay sai?", "Đúng", "Sai"),
            Draft("Công đoàn ra đời ngày 28/7/1929. Đúng hay sai?", kind=Kind.TRUEFALSE),
            How.SAME,
        ),
        (
            Draft("Luật Công đoàn có bao nhiêu chương?", kind=Kind.NUMBER, answers=(Answer("6"),)),
            Draft("Luật Công đoàn có mấy chương?", kind=Kind.NUMBER, answers=(Answer("6"),)),
            How.WORDING,
        ),
        (
            single("Luật Công đoàn năm 2024 có hiệu lực từ ngày nào?", "01/7/2025", "01/01/2025"),
            Draft("Luật Công đoàn năm 2024 có hiệu lực từ ngày nào?", kind=Kind.ESSAY),
            How.WORDING,
        ),
        (
            Draft("Ghép nước với thủ đô", (Choice("Lào", match="Viêng Chăn"),), Kind.MATCH),
            Draft("Ghép nước với thủ đô:", (Choice("Lào", match="Viêng Chăn"),), Kind.MATCH),
            How.SAME,
        ),
    ],
    ids=lambda value: getattr(value, "stem", str(value))[:20],
)
def test_how_two_questions_are_alike(one, other, expected):
    assert how(one, other) == how(other, one) == expected


def test_the_one_with_the_same_numbers_comes_first():
    asked = single("Theo bạn, Luật Công đoàn số 12/2012/QH13 có hiệu lực từ ngày nào?", "01/01/2013", "01/7/2013")
    laws = {
        "new": single("Luật Công đoàn số 50/2024/QH15 có hiệu lực từ ngày nào?", "01/7/2025", "01/01/2025"),
        "old": single("Luật Công đoàn số 12/2012/QH13 có hiệu lực từ ngày nào?", "01/01/2013", "01/7/2013"),
    }
    near = Index((key, text_of(draft)) for key, draft in laws.items()).near(text_of(asked))
    assert [one.key for one in near] == ["old", "new"]
    assert 0.9 < near[1].likeness < near[0].likeness < 0.97


def test_an_index_knows_nothing_of_what_it_does_not_hold():
    assert Index([]).near(Text("Thủ đô nước ta là?")) == ()
    index = Index([("a", Text("Thủ đô nước ta là?"))])
    assert index.near(Text("")) == ()
    assert index.near(Text("Vì sao trời xanh?")) == ()


def test_a_question_can_be_left_out_though_all_its_words_lead_to_it(real):
    """While a question is edited, its stored form must not hide another that is nearly the same."""
    twin = with_words_before(real[0], random.Random(1), real)
    index = Index([*((place, text_of(draft)) for place, draft in enumerate(real)), ("twin", text_of(twin))])
    assert index.near(text_of(real[0]))[0].key == 0
    assert [near.key for near in index.near(text_of(real[0]), besides=[0])] == ["twin"]


def test_in_a_file_the_second_is_told_of_the_first():
    texts = [text_of(single(f"Đơn vị nào đứng thứ {n} trong kỳ thi đua?", "Phong Thổ", "Tam Đường")) for n in range(3)]
    bank, file = ("bank", texts[0]), [("one", texts[1]), ("two", texts[2])]
    told = Index([bank, *file]).near_each(["one", "two"], first=1)
    assert {key: [near.key for near in found] for key, found in told.items()} == {
        "one": ["bank"],
        "two": ["bank", "one"],
    }
    assert Index(file).near_each(["one", "two"], first=0).keys() == {"two"}


def test_thousands_of_one_pattern_hide_nothing(chance):
    """Common words everywhere: what is the same but for one word is still found among five thousand."""
    vocabulary = [f"từ{chr(97 + a)}{chr(97 + b)}" for a in range(20) for b in range(10)]

    def made(key):
        words = chance.sample(vocabulary, 9)
        stem = f"Theo Điều {key} của Luật, người lao động {' '.join(words[:3])} có quyền gì sau đây?"
        return Text(stem, (f"Được {words[3]} {words[4]}", f"Được {words[5]} {words[6]}", f"Được {words[7]} {words[8]}"))

    texts = [made(number) for number in range(5000)]
    index = Index(enumerate(texts))
    for place in range(0, 5000, 97):
        text = texts[place]
        asked = replace(text, stem=text.stem.replace("có quyền", "được quyền"), options=text.options[::-1])
        assert place in [near.key for near in index.near(asked)]
