"""Texts of the time before Unicode: TCVN3 (fonts .VnTime, "ABC") and VNI (fonts VNI-Times), told and converted.

Such texts are Latin letters that only a font shows as Vietnamese. The tables: TCVN 5712:1993 (VN3) has one sign for a
letter with its tone; VNI Windows writes a sign for the tone and the hat behind the vowel.
"""

import re
import unicodedata
from enum import StrEnum

_TCVN3_SIGNS = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3 = dict(zip(_TCVN3_SIGNS, _TCVN3_LETTERS, strict=True))
_VNI_ALONE = {
    **dict(zip("ìíæóòôöîñ", "ìíỉĩịơưỵđ", strict=True)),
    **dict(zip("ÌÍÆÓÒÔÖÎÑ", "ÌÍỈĨỊƠƯỴĐ", strict=True)),
}
_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HAT, _BREVE = "\u0302", "\u0306"
_VNI_MARKS = {
    **_TONES,
    "â": _HAT,
    "à": _HAT + "\u0300",
    "á": _HAT + "\u0301",
    "å": _HAT + "\u0309",
    "ã": _HAT + "\u0303",
    "ä": _HAT + "\u0323",
    "ê": _BREVE,
    "è": _BREVE + "\u0300",
    "é": _BREVE + "\u0301",
    "ú": _BREVE + "\u0309",
    "ü": _BREVE + "\u0303",
    "ë": _BREVE + "\u0323",
}
_VNI_MARKS |= {sign.upper(): marks for sign, marks in _VNI_MARKS.items()}
_VNI_PAIR = re.compile(f"([AEIOUYaeiouyÔÖôö])([{''.join(_VNI_MARKS)}])|([{''.join(_VNI_ALONE)}])")

_INITIAL = "(?:ngh|ng|nh|gh|gi|kh|ch|ph|th|tr|qu|[bcdđghklmnpqrstvx])?"
_VOWELS = [
    "a",
    "ă",
    "â",
    "e",
    "ê",
    "i",
    "o",
    "ô",
    "ơ",
    "u",
    "ư",
    "y",
    "ai",
    "ao",
    "au",
    "ay",
    "âu",
    "ây",
    "eo",
    "êu",
    "ia",
    "iê",
    "iêu",
    "iu",
    "oa",
    "oă",
    "oai",
    "oao",
    "oay",
    "oe",
    "oeo",
    "oi",
    "oo",
    "ôi",
    "ơi",
    "ua",
    "uâ",
    "uây",
    "uê",
    "ui",
    "uô",
    "uôi",
    "uơ",
    "uy",
    "uya",
    "uyê",
    "uyu",
    "ưa",
    "ưi",
    "ươ",
    "ươi",
    "ươu",
    "ưu",
    "yê",
    "yêu",
    "uă",
    "uao",
    "ue",
    "ya",
]
_SYLLABLE = re.compile(
    f"{_INITIAL}(?:{'|'.join(sorted(_VOWELS, key=len, reverse=True))})(?:ch|nh|ng|[cmnpt])?", re.IGNORECASE
)
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~0-9“”‘’…–—•]+")
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
#: So many words with marks are needed to be sure of anything.
ENOUGH = 3
#: This part of the words with marks must be Vietnamese for a text to count as read rightly.
SURE, WRONG = 0.85, 0.5


class Script(StrEnum):
    TCVN3 = "TCVN3"
    VNI = "VNI"


def from_tcvn3(text: str, capitals: bool = False) -> str:
    """Unicode of a text typed for the fonts of TCVN3; fonts named ...H show every letter as a capital.

    >>> from_tcvn3("Céng hoµ x· héi chñ nghÜa ViÖt Nam")
    'Cộng hoà xã hội chủ nghĩa Việt Nam'
    """
    found = "".join(_TCVN3.get(char, char) for char in text)
    return found.upper() if capitals else found


def from_vni(text: str) -> str:
    """Unicode of a text typed for the fonts of VNI.

    >>> from_vni("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, ñöôøng")
    'Cộng hòa xã hội chủ nghĩa Việt Nam, đường'
    """

    def letter(match: re.Match[str]) -> str:
        if match[3]:
            return _VNI_ALONE[match[3]]
        return _VNI_ALONE.get(match[1], match[1]) + _VNI_MARKS[match[2]]

    return unicodedata.normalize("NFC", _VNI_PAIR.sub(letter, text))


def script_of_font(font: str) -> tuple[Script, bool] | None:
    """Which old script a font is for, and whether it shows capitals only.

    >>> script_of_font(".VnTimeH"), script_of_font("VNI-Times"), script_of_font("Times New Roman")
    ((<Script.TCVN3: 'TCVN3'>, True), (<Script.VNI: 'VNI'>, False), None)
    """
    name = font.strip().lower()
    if name.startswith(".vn"):
        return Script.TCVN3, name.endswith("h")
    return (Script.VNI, False) if name.startswith("vni") else None


def convert(text: str, script: Script, capitals: bool = False) -> str:
    return from_tcvn3(text, capitals) if script is Script.TCVN3 else from_vni(text)


def likeness(text: str) -> tuple[float, int]:
    """How much of the words that are not plain ASCII are Vietnamese syllables, from 0 to 1, and how many there are."""
    words = [word for word in _WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii()]
    if not words:
        return 1.0, 0
    return sum(map(_is_syllable, words)) / len(words), len(words)


def _is_syllable(word: str) -> bool:
    """Whether a word can be a Vietnamese one: one tone at most, on a vowel that goes with what surrounds it.

    >>> [_is_syllable(word) for word in ("nghiệp", "Đường", "quỳnh", "§¸p", "Coäng", "ÄÆ°á»ng")]
    [True, True, True, False, False, False]
    """
    apart = unicodedata.normalize("NFD", word.lower())
    plain, tones = _TONE.subn("", apart)
    return tones <= 1 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", plain)))


def hidden_script(text: str) -> Script | None:
    """The old script in which a text is surely written; None for Unicode and for what is not certain."""
    own, count = likeness(text)
    if count < ENOUGH or own > WRONG:
        return None
    tries = {script: likeness(convert(text, script)) for script in Script}
    best = max(tries, key=lambda script: tries[script])
    other = min(tries.values())
    share, found = tries[best]
    return best if share >= SURE and found >= ENOUGH and share > other[0] else None
