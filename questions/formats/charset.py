"""Which code page a text file is in, and whether a text has been through the wrong one.

Taken: UTF-8 with and without mark, UTF-16 with mark, Windows-1258. Refused with the way out: UTF-8 read as a
Western code page ("CÃ¢u há»i"), texts for the fonts of TCVN3 ("C©u hái") and VNI ("Caâu hoûi"), and letters
already lost ("C?u h?i").
"""

import codecs
import re
import unicodedata

from questions.files import Refused
from questions.messages import N_, Message, message

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
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = unicodedata.normalize("NFC", _strictly(data, "cp1258"))
    if _CONTROL.search(text):
        raise Refused(message(N_("Đây không phải là tệp Word, Excel hay CSV. Hãy chọn lại tệp.")))
    return text


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
