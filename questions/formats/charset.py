"""Which code page a text file is in, and whether a text has been through the wrong one.

Taken: UTF-8 with and without mark, UTF-16 with and without mark, Windows-1258; and, with a note, texts for the fonts
of TCVN3 ("C©u hái") and VNI ("Caâu hoûi") where what they become is surely Vietnamese. Refused with the way out: texts
of those scripts that are not certain, UTF-8 read as a Western code page ("CÃ¢u há»i"), and letters already lost
("C?u h?i").
"""

import codecs
import re
import unicodedata

from questions.files import Refused
from questions.formats.legacy import Script, convert, hidden_script
from questions.messages import N_, Message, message
from questions.rules import Fault

#: So many suspicious places make a text suspicious; fewer may be a unit of measure or a foreign name.
ENOUGH = 3

_VIETNAMESE = re.compile("[ăĂđĐơƠưƯ\u1ea0-\u1ef9]")
_MOJIBAKE = re.compile("áº|á»|Ã[\u00a0-\u00bf]|Ä[\u0090\u2018‘ƒ]|Æ[°¡\u00a0¯]|Ä‘")
_TCVN3 = re.compile("[A-Za-z][©®¸µ¶·¹¨¾»¼½¬«ª\u00ad]|[©®¸µ¶·¹¨¾»¼½«ª§][A-Za-z]")
_VNI = re.compile("[A-Za-z][ûïåäëöüñøîÛÏÅÄËÖÜÑØÎ]|[ñÑ][A-Za-z]")
_LOST = re.compile(r"[A-Za-z]\?[A-Za-z]|\ufffd")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a]")


def decode(data: bytes) -> str:
    """The text of a file in any code page that is taken; raises Refused with what to do for the others."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _strictly(data, name)
    wide = _unmarked_utf16(data)
    try:
        text = _strictly(data, wide) if wide else data.decode("utf-8")
    except UnicodeDecodeError:
        text = _eight_bits(data)
    if _CONTROL.search(text):
        raise Refused(message(N_("Đây không phải là tệp Word, Excel hay CSV. Hãy chọn lại tệp.")))
    return text


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: most of a text's signs are below 256, so every other byte is nearly always 0."""
    head = data[:2000]
    if len(head) < 8 or head.count(0) * 4 < len(head):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _eight_bits(data: bytes) -> str:
    """A text of one byte a letter: Windows-1258, or what only old fonts show as Vietnamese, still to be converted."""
    western = data.decode("cp1252", "replace")
    if hidden_script(western):
        return western
    return unicodedata.normalize("NFC", _strictly(data, "cp1258"))


def unicode_text(text: str) -> tuple[str, list[Fault]]:
    """A text in Unicode, with a note when it had to be converted; raises Refused for letters that are not certain."""
    script = hidden_script(text)
    if script:
        return convert(text, script), [Fault(converted(script))]
    trouble = garbled(text)
    if trouble:
        raise Refused(trouble)
    return text, []


def converted(script: Script) -> Message:
    """What is said about letters that were converted."""
    return message(
        N_("Chữ trong tệp theo bảng mã %(script)s đã được chuyển sang Unicode. Hãy xem kỹ chữ có dấu."),
        script=script.value,
    )


def _strictly(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise Refused(
            message(N_("Không nhận ra bảng mã của tệp. Hãy mở bằng Excel, chọn Lưu thành, dạng “CSV UTF-8”."))
        ) from error


def garbled(text: str) -> Message | None:
    """What is wrong with a text's letters as a whole, None when they look like Vietnamese or plain ASCII."""
    right = len(_VIETNAMESE.findall(text))
    if _many(_MOJIBAKE, text, right):
        return message(
            N_("Chữ trong tệp bị lỗi phông (sai bảng mã). Hãy lưu lại dạng “CSV UTF-8” hoặc .xlsx rồi nhập.")
        )
    if _many(_TCVN3, text, right):
        return message(N_("Chữ trong tệp theo bảng mã TCVN3 (phông .VnTime). Hãy chuyển sang Unicode rồi nhập lại."))
    if _many(_VNI, text, right):
        return message(N_("Chữ trong tệp theo bảng mã VNI. Hãy chuyển sang Unicode rồi nhập lại."))
    if _many(_LOST, text, right):
        return message(N_("Chữ có dấu trong tệp đã bị mất (thành dấu hỏi). Hãy lưu lại từ tệp gốc dạng “CSV UTF-8”."))
    return None


def _many(pattern: re.Pattern[str], text: str, right: int) -> bool:
    return len(pattern.findall(text)) >= max(ENOUGH, right)
