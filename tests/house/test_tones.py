"""One spelling on all screens: the tone mark of final oa, oe, uy stands on the second vowel (huỷ, xoá, khoẻ).

Both places are right; two beside each other look careless, and searching for one misses the other. Official phrases and
names in data keep theirs.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Everything that people read: templates, messages in code, layouts of papers, guides.
SHOWN = (
    *("templates/**/*.html", "static/**/*.js", "contest/**/*.py", "contest/**/*.typ", "questions/**/*.py"),
    "docs/huong-dan/*.md",
)
#: Read what others wrote, in whatever spelling.
READERS = ("questions/citations.py", "questions/formats/legacy.py")
#: The country's name, as Decree 30/2020 has it in the motto.
OFFICIAL = ("CỘNG HÒA XÃ HỘI",)

_LETTER = r"[^\W\d_]"
FIRST_VOWEL = re.compile(rf"\b{_LETTER}*(?:[òóỏõọ][ae]|[ùúủũụ]y)(?!{_LETTER})", re.IGNORECASE)


def first_vowels(text: str) -> list[str]:
    for phrase in OFFICIAL:
        text = text.replace(phrase, "")
    return FIRST_VOWEL.findall(text)


@pytest.mark.parametrize("pattern", SHOWN)
def test_tones_stand_on_the_second_vowel(pattern):
    found = {}
    for path in ROOT.glob(pattern):
        name = path.relative_to(ROOT).as_posix()
        if name not in READERS and (words := first_vowels(path.read_text(encoding="utf-8"))):
            found[name] = words
    assert not found


def test_what_is_found():
    assert first_vowels("Hủy, xóa, khỏe; ủy ban, tùy ý") == ["Hủy", "xóa", "khỏe", "ủy", "tùy"]
    assert first_vowels("Huỷ, xoá, quý, của, hoàn toàn, hoạt động, CỘNG HÒA XÃ HỘI") == []
